"""Which engine counts is said in one word, and a word nobody knows stops nothing but the question."""

from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from untilyes.lake import EngineMissing, Lake
from untilyes.lake.engines import choose_engine
from untilyes.lake.engines.duckdb import DuckDBEngine

FACT = {"id": "a", "at": datetime(2026, 3, 1, tzinfo=UTC), "source": "event", "activity": "visit"}


def test_duckdb_counts_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNTILYES_ENGINE", raising=False)
    assert isinstance(choose_engine(), DuckDBEngine)
    monkeypatch.setenv("UNTILYES_ENGINE", "")
    assert isinstance(choose_engine(), DuckDBEngine)


def test_what_the_environment_says_is_read_when_a_question_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(tmp_path)
    monkeypatch.setenv("UNTILYES_ENGINE", "abacus")
    with pytest.raises(EngineMissing, match="duckdb or spark"):
        lake.read("events")
    monkeypatch.setenv("UNTILYES_ENGINE", "duckdb")
    assert lake.fetch(lambda: lake.read("events")).num_rows == 0


def test_recording_and_rolling_up_need_no_engine_to_ask(tmp_path: Path) -> None:
    assert Lake(tmp_path, engine="abacus").record("events", [FACT]).appended == 1
    assert Lake(tmp_path).fetch(lambda: Lake(tmp_path).read("events")).num_rows == 1


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="Spark is installed here")
def test_without_spark_the_error_says_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match=r"untilyes\[spark\]"):
        Lake(tmp_path, engine="spark").read("events")


def test_an_engine_that_was_stopped_starts_again(tmp_path: Path) -> None:
    lake = Lake(tmp_path, engine="duckdb")
    lake.record("events", [FACT])
    assert lake.fetch(lambda: lake.read("events")).num_rows == 1
    lake.engine.stop()
    assert lake.fetch(lambda: lake.read("events")).num_rows == 1
