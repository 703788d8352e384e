"""Two writers at once, the past for the auditor, and old files that go."""

import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.lake.test_recording import answer, contents
from untilyes.lake import Lake, LakeError


def append(path: Path, writer: int, batches: int) -> None:
    lake = Lake(path)
    for number in range(batches):
        own = [answer(f"{writer}-{number}-{n}", day=n) for n in range(5)]
        lake.record("answers", [*own, answer("shared", value=float(number))])


def test_two_processes_append_at_once_and_every_fact_is_there_once(tmp_path: Path) -> None:
    path = tmp_path / "lake"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=append, args=(path, writer, 6)) for writer in (1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    ids = Lake(path).read("answers").id.to_pyarrow().to_pylist()
    expected = {f"{writer}-{number}-{n}" for writer in (1, 2) for number in range(6) for n in range(5)} | {"shared"}
    assert len(ids) == len(set(ids))
    assert set(ids) == expected


def test_the_past_can_be_asked_by_version_and_by_instant(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    lake.record("answers", [answer("a")])
    version = lake.version("answers")
    time.sleep(0.01)
    between = datetime.now(UTC)
    time.sleep(0.01)
    lake.record("answers", [answer("a", value=0.0), answer("b")])
    for when in (version, between):
        past = lake.as_of("answers", when).to_pyarrow().to_pylist()
        assert [(row["id"], row["value"]) for row in past] == [("a", 1.0)]
    assert contents(lake) == {"a": 0.0, "b": 1.0}
    with pytest.raises(LakeError, match="no version"):
        lake.as_of("answers", 99)


def test_vacuum_deletes_what_only_the_past_needs_and_nothing_the_present_needs(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    for number in range(4):
        lake.record("answers", [answer(f"{number}", day=number)])
    version = lake.version("answers")
    lake.compact()
    before = contents(lake)
    assert lake.vacuum() == {}  # thirty days are kept
    assert lake.vacuum(keep_hours=0)["answers"] >= 4
    assert contents(lake) == before
    with pytest.raises(LakeError, match="no longer kept"):
        lake.as_of("answers", version)


def test_compaction_leaves_roll_ups_current(tmp_path: Path) -> None:
    from untilyes.analysis.measures import MEASURES

    lake = Lake(tmp_path / "lake")
    for number in range(4):
        lake.record("answers", [answer(f"{number}", day=number)])
    lake.refresh_rollups([MEASURES["effectiveness"]])
    lake.compact()
    reading = MEASURES["effectiveness"](lake, floor=0)
    assert (reading.computed_from, reading.total.n) == ("roll-up", 4)


def test_an_instant_is_reckoned_to_the_microsecond(tmp_path: Path) -> None:
    from untilyes.lake.instants import seconds_between, unix_micros, unix_seconds

    lake = Lake(tmp_path / "lake")
    moments = [
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 0, 0, 500_001, tzinfo=UTC),
    ]
    lake.record("answers", [answer(f"{n}", at=at) for n, at in enumerate(moments)])
    rows = lake.read("answers").order_by("id")
    told = rows.select(
        micros=unix_micros(rows["at"]), seconds=unix_seconds(rows["at"]), zero=seconds_between(rows["at"], rows["at"])
    )
    found = told.to_pyarrow().to_pylist()
    start = datetime(1970, 1, 1, tzinfo=UTC)
    exact = [(at - start) // timedelta(microseconds=1) for at in moments]
    assert [row["micros"] for row in found] == exact
    assert [row["seconds"] for row in found] == [micros / 1_000_000 for micros in exact]
    assert [row["zero"] for row in found] == [0.0, 0.0]
