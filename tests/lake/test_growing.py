"""A table made before its schema had a column is read and written on, whichever of its files have the column yet."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from deltalake import write_deltalake

from untilyes.lake import Lake
from untilyes.lake.rows import shape_rows

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def answer(name: str, **more: object) -> dict[str, object]:
    return {"id": name, "at": AT, "source": "survey", "question": "effective", "value": 1.0, **more}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake whose one answer was written when answers had no weight."""
    old = shape_rows("answers", [answer("old")], ingested_at=AT).drop_columns(["weight"])
    write_deltalake(str(tmp_path / "answers"), old, partition_by=["month"])
    return Lake(tmp_path)


def weights(lake: Lake) -> dict[str, float | None]:
    rows = lake.fetch(lambda: lake.read("answers")).to_pylist()
    return {row["id"]: row["weight"] for row in rows}


def test_a_column_that_no_file_has_yet_is_empty(lake: Lake) -> None:
    assert weights(lake) == {"old": None}


def test_facts_with_the_new_column_join_those_without(lake: Lake) -> None:
    assert lake.record("answers", [answer("new", weight=2.0)]).appended == 1
    assert weights(lake) == {"old": None, "new": 2.0}
    assert lake.record("answers", [answer("new", weight=2.0), answer("old")]).unchanged == 2


def test_a_fact_written_before_can_be_corrected_in_the_new_column(lake: Lake) -> None:
    assert lake.record("answers", [answer("old", weight=3.0)]).corrected == 1
    assert weights(lake) == {"old": 3.0}
