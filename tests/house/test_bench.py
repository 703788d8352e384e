"""The bench finds its modules, never guesses a peer, and writes each table in its own place."""

from pathlib import Path

import bench.__main__ as command
import pytest
from bench import Line, median_time


def test_every_bench_is_found_and_a_wrong_name_is_answered_with_the_right_ones() -> None:
    assert [module.__name__ for module in command.find_benches(["statistics"])] == ["bench.statistics"]
    assert all(hasattr(module, "run") for module in command.find_benches([]))
    with pytest.raises(SystemExit, match=r"there is no bench 'speed'; there are .*statistics"):
        command.find_benches(["speed"])


def test_a_peer_that_is_not_installed_gives_no_ratio_and_no_reached_aim() -> None:
    alone = Line("sorting", 0.002, aim=100.0)
    assert (alone.ratio, alone.is_reached) == (None, None)
    assert command.as_row(alone) == "| sorting | 2 ms | – | – | 100× |"


def test_a_ratio_tells_how_many_times_the_peer_takes() -> None:
    line = Line("sorting", 0.5, 20.0, "bubbles", 50.0)
    assert line.ratio == 40
    assert command.as_row(line) == "| sorting | 500 ms | 20 s (bubbles) | 40× | 50×, not reached |"
    assert Line("rows", 3, 12, "them", 4, unit="MB").is_reached


def test_a_table_replaces_its_own_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PAGE", tmp_path / "performance.md")
    (found,) = command.find_benches(["statistics"])
    (tmp_path / "performance.md").write_text("# Head\n\n<!-- bench:lake -->\nlake\n<!-- /bench:lake -->\n")
    command.write_down(found, "first\n")
    command.write_down(found, "second\n")
    page = (tmp_path / "performance.md").read_text()
    assert "first" not in page
    assert page.count("second") == 1
    assert "<!-- bench:lake -->\nlake\n<!-- /bench:lake -->" in page


def test_the_median_is_taken_over_the_repeats() -> None:
    calls: list[int] = []
    assert median_time(lambda: calls.append(1), repeats=3) < 1
    assert len(calls) == 3
