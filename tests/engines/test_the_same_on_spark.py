"""The same questions on Spark: the same sentences, the same counts, the same figures to the ninth digit."""

import json
import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import ibis
import pytest
from deltalake import write_deltalake

from tests.conftest import REPOSITORY
from tests.engines.conftest import find_spark
from tests.engines.questions import AT, QUESTIONS, examine
from tests.engines.same import list_differences
from untilyes.analysis.measures import MEASURES
from untilyes.lake import EngineRefused, Lake
from untilyes.lake.engines import SPARK
from untilyes.lake.rows import shape_rows
from untilyes.lake.traits import read_trait

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning:ibis")

QUICK = ("measure effectiveness", "measure time_to_yes", "measure promise_kept", "quality", "voices", "tasks")
ANSWER = {"at": AT, "source": "survey", "question": "effective", "value": 1.0}
FAR_AWAY = ("measure first_time_yes", "journeys", "leaving")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in QUESTIONS]
)
def test_spark_answers_as_duckdb_does(by_spark: Lake, by_duckdb: Lake, name: str) -> None:
    ask = QUESTIONS[name]
    assert list(list_differences(ask(by_duckdb), ask(by_spark))) == []


def test_a_trait_whose_name_has_signs_in_it_is_read_as_on_duckdb(spark: None, tmp_path: Path) -> None:
    names = ("contract.kind", "a.b.c", "$plan", "/plan", 'the "plan"', "seats[0]", "Größe", "e mail", "plan")
    facts = [{"id": f"{n}", "customer_id": f"{n}", "at": AT, "source": "event", "traits": json.dumps({name: name[:1]})}
             for n, name in enumerate(names)]  # fmt: skip
    lakes = [Lake(tmp_path, engine=engine) for engine in ("duckdb", SPARK)]
    lakes[0].record("customers", facts)

    def ask(lake: Lake) -> list[dict[str, object]]:
        customers = lake.read("customers")
        told = {f"t{n}": read_trait(customers, name) for n, name in enumerate(names)}
        rows: list[dict[str, object]] = lake.fetch(lambda: customers.select("id", **told).order_by("id")).to_pylist()
        return rows

    here, there = (ask(lake) for lake in lakes)
    assert [[row[f"t{n}"] is not None for n in range(len(names))].count(True) for row in here] == [1] * len(names)
    assert [{name: str(value).strip('"') for name, value in row.items()} for row in there] == [
        {name: str(value).strip('"') for name, value in row.items()} for row in here
    ], "Spark leaves out the quotes of a text"


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_the_nightly_look_finds_the_same_on_spark(by_spark: Lake, by_duckdb: Lake) -> None:
    here, there = examine(by_duckdb), examine(by_spark)
    assert len(here.findings) > 5
    assert [one.sentence for one in there.findings] == [one.sentence for one in here.findings]
    assert list(list_differences(here, there)) == []


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_executors_in_processes_of_their_own_answer_and_find_the_same(
    fernweh: Path, by_duckdb: Lake, tmp_path: Path
) -> None:
    said = find_spark("local-cluster[2,1,1024]")
    out, asked = tmp_path / "answers", {name: QUESTIONS[name] for name in FAR_AWAY} | {"look": examine}
    subprocess.run(
        [sys.executable, "-m", "tests.engines.asking", str(fernweh), str(out), *asked],
        check=True, cwd=REPOSITORY, env={**os.environ, **said, "PYTHONPATH": os.pathsep.join(("src", "."))},
    )  # fmt: skip
    answers = pickle.loads(out.read_bytes())
    for name, ask in asked.items():
        assert list(list_differences(ask(by_duckdb), answers[name])) == [], name
    assert len(answers["look"].findings) > 5


def test_a_roll_up_kept_by_duckdb_is_read_by_spark(by_spark: Lake, by_duckdb: Lake) -> None:
    measure = MEASURES["csat"]
    before = measure(by_spark, by=("month",))
    by_spark.refresh_rollups([measure])
    after = measure(by_spark, by=("month",))
    assert (before.computed_from, after.computed_from) == ("facts", "roll-up")
    assert after.cells == before.cells


def test_a_column_that_older_files_lack_is_empty(spark: None, tmp_path: Path) -> None:
    lake = Lake(tmp_path, engine="spark")
    old = shape_rows("answers", [{**ANSWER, "id": "old"}], ingested_at=AT).drop_columns(["weight"])
    write_deltalake(str(tmp_path / "answers"), old, partition_by=["month"])
    assert lake.fetch(lambda: lake.read("answers").select("id", "weight")).to_pylist() == [
        {"id": "old", "weight": None}
    ]
    lake.record("answers", [{**ANSWER, "id": "new", "weight": 2.0}])
    rows = lake.fetch(lambda: lake.read("answers").select("id", "weight").order_by("id")).to_pylist()
    assert rows == [{"id": "new", "weight": 2.0}, {"id": "old", "weight": None}]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_every_instant_falls_on_the_day_its_zone_says(spark: None, tmp_path: Path, zone: str) -> None:
    start = datetime(2010, 12, 28, 23, 59, 59, 999_999, tzinfo=UTC)
    instants = [start + timedelta(hours=7 * number) for number in range(2600)]
    rows = [{"id": str(n), "at": at, "source": "event", "activity": "tick"} for n, at in enumerate(instants)]
    lake = Lake(tmp_path, zone, engine="spark")
    lake.record("events", rows)
    found = lake.fetch(lambda: lake.read_with_day("events").select("at", "day")).to_pylist()
    assert sorted(row["at"] for row in found) == instants
    assert [row for row in found if row["day"] != row["at"].astimezone(ZoneInfo(zone)).date()] == []


def test_a_question_asked_of_erased_files_is_asked_anew(spark: None, tmp_path: Path) -> None:
    lake = Lake(tmp_path, engine="spark")
    people = [{**ANSWER, "id": name, "customer_id": name} for name in ("cleo", "eve")]
    lake.record("answers", people)
    asked: list[int] = []

    def question() -> ibis.Table:
        rows = lake.read("answers").select("id")
        if not asked:
            lake.erase(["cleo"])
        asked.append(1)
        return rows

    assert lake.fetch(question).to_pylist() == [{"id": "eve"}]
    assert len(asked) == 2


def test_what_spark_cannot_do_is_said_with_what_to_do_instead(by_spark: Lake) -> None:
    def question() -> ibis.Table:
        answers = by_spark.read("answers")
        return answers.asof_join(answers.view(), "at", predicates="customer_id")

    with pytest.raises(EngineRefused, match="UNTILYES_ENGINE"):
        by_spark.fetch(question)
