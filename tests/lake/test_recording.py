"""Facts in, facts out: said once, said again, said differently."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from untilyes.lake import Batch, Lake, RowsRefused, UnknownTable

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)


def answer(name: str, *, day: int = 0, value: object = 1.0, **more: object) -> dict[str, Any]:
    return {
        "id": name,
        "customer_id": f"customer-{name}",
        "at": NOON + timedelta(days=day),
        "source": "survey",
        "question": "effective",
        "value": value,
        **more,
    }


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake", "Europe/Berlin")


def contents(lake: Lake, table: str = "answers") -> dict[str, float]:
    return {row["id"]: row["value"] for row in lake.read(table).to_pyarrow().to_pylist()}


def test_a_table_nobody_wrote_to_reads_as_typed_and_empty(lake: Lake) -> None:
    empty = lake.read("answers")
    assert empty.count().to_pyarrow().as_py() == 0
    assert empty.schema()["value"].is_float64()
    assert lake.version("answers") == -1


def test_the_same_fact_said_twice_is_one_fact(lake: Lake) -> None:
    first = lake.record("answers", [answer("a"), answer("b", day=40)])
    again = lake.record("answers", [answer("a"), answer("b", day=40)])
    assert (first.appended, first.months) == (2, ("2026-01", "2026-02"))
    assert (again.appended, again.unchanged, again.corrected) == (0, 2, 0)
    assert contents(lake) == {"a": 1.0, "b": 1.0}


def test_a_changed_fact_replaces_what_it_said_and_the_old_row_is_kept(lake: Lake) -> None:
    lake.record("answers", [answer("a"), answer("b")])
    told = lake.record("answers", [answer("a", value=0.0), answer("c")])
    assert (told.appended, told.corrected) == (1, 1)
    assert contents(lake) == {"a": 0.0, "b": 1.0, "c": 1.0}
    (kept,) = lake.read("corrections").to_pyarrow().to_pylist()
    assert (kept["table"], kept["fact_id"], kept["customer_id"]) == ("answers", "a", "customer-a")
    assert json.loads(kept["said_before"])["value"] == 1.0


def test_every_version_of_a_fact_is_kept_once(lake: Lake) -> None:
    for value in (1.0, 0.0, 1.0, 0.0, 0.0):
        lake.record("answers", [answer("a", value=value)])
    said = lake.read("corrections").to_pyarrow().sort_by("replaced_at").column("said_before").to_pylist()
    assert [json.loads(row)["value"] for row in said] == [1.0, 0.0, 1.0]


def test_a_fact_whose_month_changed_moves_and_does_not_double(lake: Lake) -> None:
    lake.record("answers", [answer("a"), answer("b")])
    lake.record("answers", [answer("a", day=60)])
    rows = {row["id"]: row["month"] for row in lake.read("answers").to_pyarrow().to_pylist()}
    assert rows == {"a": "2026-03", "b": "2026-01"}


def test_where_a_batch_says_an_id_twice_the_last_word_counts(lake: Lake) -> None:
    told = lake.record("answers", [answer("a", value=1.0), answer("b"), answer("a", value=0.0)])
    assert (told.appended, told.repeated) == (2, 1)
    assert contents(lake) == {"a": 0.0, "b": 1.0}


def test_a_delivered_batch_is_skipped_even_when_its_rows_are_gone(lake: Lake) -> None:
    lake.record("answers", [answer("a")], batch=Batch("outbox", 7))
    lake.erase(["customer-a"])
    told = lake.record("answers", [answer("a")], batch=Batch("outbox", 7))
    assert told.skipped
    assert contents(lake) == {}
    assert lake.delivered("answers", "outbox") == 7
    assert lake.record("answers", [answer("a")], batch=Batch("importer", 1)).appended == 1


def test_a_batch_that_brings_nothing_new_is_delivered_all_the_same(lake: Lake) -> None:
    lake.record("answers", [answer("a")], batch=Batch("outbox", 1))
    lake.record("answers", [answer("a")], batch=Batch("outbox", 2))
    lake.record("answers", [], batch=Batch("outbox", 3))
    assert lake.delivered("answers", "outbox") == 3


def test_arrow_and_mappings_say_the_same(lake: Lake) -> None:
    lake.record("answers", [answer("a", at="2026-01-10T13:00:00+01:00")])
    table = pa.table(
        {
            "id": pa.array(["a"]).dictionary_encode(),
            "customer_id": ["customer-a"],
            "at": pa.array([NOON], pa.timestamp("ms", "Europe/Berlin")),
            "source": ["survey"],
            "question": ["effective"],
            "value": pa.array([1], pa.int32()),
        }
    )
    assert lake.record("answers", table).unchanged == 1


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"id": "a", "at": NOON, "source": "survey", "question": "q", "valu": 1}, "no column “valu”"),
        ({"at": NOON, "source": "survey", "question": "q"}, "answers.id is missing in 1 of 1 rows"),
        ({"id": "a", "source": "survey", "question": "q"}, "answers.at is missing"),
        (answer("a", at=datetime(2026, 1, 1)), "has no UTC offset"),  # noqa: DTZ001
        (answer("a", at="yesterday"), "is not an ISO 8601 time"),
        (answer("a", value="5"), "answers.value should be number"),
        (answer("a", channel=5), "answers.channel should be text"),
        (answer("a", month="2026-01"), "no column “month”"),
    ],
)
def test_rows_that_do_not_fit_are_refused_in_a_sentence(lake: Lake, row: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RowsRefused, match=sentence):
        lake.record("answers", [row])
    assert lake.version("answers") == -1


def test_arrow_without_a_clock_is_refused(lake: Lake) -> None:
    naive = pa.table({"id": ["a"], "at": pa.array([0], pa.timestamp("us")), "source": ["survey"], "question": ["q"]})
    with pytest.raises(RowsRefused, match="naive timestamps"):
        lake.record("answers", naive)


def test_an_unknown_table_is_named_with_those_that_exist(lake: Lake) -> None:
    with pytest.raises(UnknownTable, match=r"no table “answer”.*answers"):
        lake.read("answer")
    with pytest.raises(RowsRefused, match="kept by the lake itself"):
        lake.record("corrections", [])


def test_compaction_merges_files_and_changes_nothing(lake: Lake) -> None:
    for number in range(6):
        lake.record("answers", [answer(f"a{number}", day=number)])
    before = contents(lake)
    assert lake.compact()["answers"] >= 6
    assert contents(lake) == before
    assert lake.compact() == {}


def test_a_past_version_can_be_audited_until_it_is_vacuumed(lake: Lake) -> None:
    lake.record("answers", [answer("a")])
    version = lake.version("answers")
    lake.record("answers", [answer("a", value=0.0)])
    assert lake.as_of("answers", version).value.to_pyarrow().to_pylist() == [1.0]
    assert lake.vacuum() == {}
    assert lake.as_of("answers", version).value.to_pyarrow().to_pylist() == [1.0]
