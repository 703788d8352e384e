"""The right to be forgotten: gone from tables, corrections, logs and old files."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.lake.test_recording import answer, contents
from untilyes.lake import Lake, LakeError


def everything_on_disk(lake: Lake) -> str:
    """Every value of every Parquet file, referenced or not, and every byte of everything else."""
    said = []
    for file in sorted(lake.path.rglob("*")):
        if file.suffix == ".parquet":
            said.append(str(pq.ParquetFile(file).read().to_pydict()))
        if file.is_file():
            said.append(file.read_bytes().decode("latin-1"))
    return "\n".join(said)


def a_lake_that_knows_cleo(path: Path) -> Lake:
    lake = Lake(path)
    lake.record("answers", [answer("a", customer_id="cleo"), answer("b", day=40, customer_id="cleo"), answer("c")])
    lake.record("answers", [answer("a", customer_id="cleo", value=0.0)])
    lake.record("answers", [answer("b", day=80, customer_id="cleo")])
    comment = {"id": "t1", "customer_id": "cleo", "at": answer("a")["at"], "source": "review", "text": "Cleo was here"}
    lake.record("comments", [comment])
    return lake


def test_an_erased_customer_is_on_no_disk_any_more(tmp_path: Path) -> None:
    lake = a_lake_that_knows_cleo(tmp_path / "lake")
    assert "cleo" in everything_on_disk(lake)
    assert lake.erase(["cleo"]) == {"answers": 2, "comments": 1, "corrections": 2}
    assert "cleo" not in everything_on_disk(lake).lower()
    assert contents(lake) == {"c": 1.0}


def test_what_a_fact_said_of_somebody_before_goes_with_the_fact(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    lake.record("answers", [answer("a", customer_id="old-cleo")])
    lake.record("answers", [answer("a", customer_id="cleo")])
    assert lake.erase(["cleo"]) == {"answers": 1, "corrections": 1}
    assert "cleo" not in everything_on_disk(lake)


def test_what_a_killed_writer_left_behind_goes_too(tmp_path: Path) -> None:
    lake = a_lake_that_knows_cleo(tmp_path / "lake")
    (file, *_) = (lake.path / "answers").rglob("*.parquet")
    orphan = file.with_name("part-never-committed.parquet")
    orphan.write_bytes(file.read_bytes())
    lake.erase(["cleo"])
    assert not orphan.exists()


def test_versions_from_before_an_erasure_say_that_they_are_gone(tmp_path: Path) -> None:
    lake = a_lake_that_knows_cleo(tmp_path / "lake")
    version = lake.version("answers")
    lake.erase(["cleo"])
    with pytest.raises(LakeError, match="no longer kept"):
        lake.as_of("answers", version)


def test_erasing_nobody_known_changes_nothing(tmp_path: Path) -> None:
    lake = a_lake_that_knows_cleo(tmp_path / "lake")
    assert lake.erase(["nobody"]) == {}
    assert len(contents(lake)) == 3
