"""Laws of judging rows: whatever stands in a cell, every row gets one verdict and nothing is made up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from untilyes.lake.rows import shape_rows
from untilyes.lake.workbench import Workbench
from untilyes.sources.contract import Recipe
from untilyes.sources.facts import JudgedFacts
from untilyes.sources.layout import make_words
from untilyes.sources.library import parse_recipe
from untilyes.sources.people import gather_people, known_tables
from untilyes.sources.translating import facts_sql

RECIPE = """
name: laws
title: Laws
timezone: UTC
files:
  rows: {pattern: "*"}
facts:
  - name: answers
    table: answers
    from: rows
    id: nr
    columns:
      at: said_at
      source: "'survey'"
      question: "'csat'"
      value: stars
    checks:
      - when: number(stars) < 0
        correct: {value: 0}
        say: below zero
      - when: number(stars) > 5
        reject: above five
      - when: number(stars) = 3
        note: in the middle
"""

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

cells = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12),
    st.integers(-9, 9).map(str),
    st.floats(-9, 9).map(repr),
    st.sampled_from(
        [
            "",
            " ",
            "NaN",
            "inf",
            "INF",
            "epoch",
            "290000-01-01",
            "0044-03-15 (BC)",
            "1e400",
            "0x10",
            "'; DROP TABLE rows; --",
            "2024-01-01",
            "4,5",
            "٣",
        ]
    ),
)
times = st.one_of(
    cells,
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(str),  # noqa: DTZ001 - files hold naive times
)
rows = st.lists(st.tuples(st.one_of(st.none(), st.text("abc", max_size=2)), times, cells), min_size=1, max_size=20)


def judge(bench: Workbench, recipe: Recipe, table: pa.Table) -> JudgedFacts:
    bench.add_arrow("arriving", table)
    make_words(bench, zone="UTC")
    bench.query("CREATE TABLE rows AS SELECT * FROM arriving")
    return JudgedFacts(bench, recipe, recipe.facts[0], facts_sql(bench, recipe, recipe.facts[0]), [])


@LAWS
@given(rows)
def test_every_row_gets_exactly_one_verdict_and_what_is_accepted_fits_the_lake(
    said: list[tuple[str | None, str | None, str | None]],
) -> None:
    names = ("nr", "said_at", "stars")
    table = pa.table({name: pa.array([row[i] for row in said], pa.string()) for i, name in enumerate(names)})
    with Workbench() as bench:
        judged = judge(bench, parse_recipe(RECIPE, called="laws.yaml"), table)
        tally, pieces, rejected = judged.tally(), list(judged.pieces()), judged.rejected().to_pylist()
    accepted = [row for piece in pieces for row in piece.to_pylist()]
    assert tally.read == len(said) == len(accepted) + len(rejected)
    assert (tally.accepted, tally.rejected) == (len(accepted), len(rejected))
    assert all(row["reason"] for row in rejected)
    for row in accepted:
        assert row["id"].startswith("laws:")
        assert row["value"] is None or 0 <= row["value"] <= 5
    for piece in pieces:
        assert shape_rows("answers", piece, ingested_at=datetime.now(UTC)).num_rows == piece.num_rows


@LAWS
@given(
    st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
    st.sampled_from(["America/Sao_Paulo", "Europe/Berlin", "Asia/Kolkata", "UTC"]),
)
def test_a_day_ends_just_before_the_next_one_begins_where_the_customer_lives(at: datetime, zone: str) -> None:
    with Workbench() as bench:
        make_words(bench, zone=zone)
        found = bench.query(f"SELECT end_of_day('{at}') AS ending, moment('{at}') AS moment").to_pylist()[0]
    ending = found["ending"].astimezone(ZoneInfo(zone))
    tomorrow = (ending + timedelta(microseconds=1)).astimezone(UTC).astimezone(ZoneInfo(zone))
    assert tomorrow.date() == at.date() + timedelta(days=1)
    assert found["moment"] <= found["ending"]


@LAWS
@given(st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1)), st.integers(-12 * 4, 14 * 4))  # noqa: DTZ001
def test_an_offset_that_is_written_wins_over_the_recipes_zone(at: datetime, quarters: int) -> None:
    sign, minutes = "+" if quarters >= 0 else "-", abs(quarters) * 15
    offset = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    with Workbench() as bench:
        make_words(bench, zone="Asia/Tokyo")
        said = bench.query(f"SELECT moment('{at.isoformat(' ', 'seconds')}{offset}') AS it").to_pylist()[0]["it"]
    assert said == (at.replace(microsecond=0) - timedelta(minutes=quarters * 15)).replace(tzinfo=UTC)


@LAWS
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "X@y.example", "z@y.example"])), min_size=1))
def test_the_same_people_get_the_same_keys_in_whatever_order_they_come(said: list[tuple[str, str]]) -> None:
    recipe = parse_recipe(
        RECIPE.replace("facts:", "customers: {from: rows, id: nr, at: said_at, email: mail}\nfacts:", 1), called="laws"
    )
    key = UUID(int=7)
    assert people(recipe, said, key) == people(recipe, said[::-1], key)


def people(recipe: Recipe, said: list[tuple[str, str]], key: UUID) -> dict[str, str]:
    assert recipe.customers
    with Workbench() as bench:
        table = {
            "nr": [nr for nr, _ in said],
            "mail": [mail for _, mail in said],
            "said_at": ["2024-01-01"] * len(said),
        }
        bench.add_arrow("arriving", pa.table(table))
        for name, known in known_tables(by_id={}, by_email={}, forgotten=[]).items():
            bench.add_arrow(name, known)
        make_words(bench, zone="UTC")
        bench.query("CREATE TABLE rows AS SELECT * FROM arriving")
        gather_people(bench, recipe, recipe.customers, workspace_key=key)
        found = bench.query('SELECT external_id, customer_id FROM "people of this import"').to_pylist()
    return {row["external_id"]: row["customer_id"] for row in found}
