"""Journeys beside a path, by team, done again, in their waits; and several processes in one log."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.analysis.test_journeys import START, log_of, step
from untilyes.analysis.journeys import (
    Basis,
    JourneyLog,
    JourneyPath,
    Way,
    list_strays,
    open_log,
    read_conformance,
    read_gaps,
    read_lanes,
    read_map,
    read_passings,
    read_rework,
    read_sipoc,
)
from untilyes.lake import Lake
from untilyes.stats.results import Verdict


def answer(lake: Lake, *said: bool) -> None:
    """What the customers of journeys 0, 1, 2 … said to the two questions."""
    lake.record(
        "answers",
        [
            {
                "id": f"r{n}", "at": START, "source": "survey", "interaction_id": f"i{n}", "question": "effective",
                "value": float(yes), "scale_min": 0.0, "scale_max": 1.0,
            }
            for n, yes in enumerate(said)
        ],
    )  # fmt: skip


def path_of(log: JourneyLog, letters: str) -> JourneyPath:
    return next(path for path in read_map(log).paths if path.steps == tuple(letters))


def test_every_way_to_differ_from_a_path_is_counted(tmp_path: Path) -> None:
    lake = log_of(tmp_path, *["abcd"] * 6, "abd", "abxcd", "abbcd", "acbd", "ab")
    with open_log(lake) as log:
        kept = read_conformance(log, path_of(log, "abcd"))
    assert (kept.kept.value, kept.kept.n, kept.under_way) == (0.6, 10, 1), "who is under way counts to neither side"
    assert {(one.way, one.step, one.other, one.journeys) for one in kept.deviations} == {
        (Way.SKIPPED, "c", "", 1),
        (Way.INSERTED, "x", "", 1),
        (Way.REPEATED, "b", "", 1),
        (Way.SWAPPED, "b", "c", 1),
    }


def test_a_deviation_after_which_fewer_say_yes_is_told_and_one_that_changes_nothing_is_not(tmp_path: Path) -> None:
    lake = log_of(tmp_path, *["abc"] * 100, *["ac"] * 100, *["abxc"] * 100)
    answer(
        lake, *[n % 10 != 0 for n in range(100)], *[n % 2 == 0 for n in range(100)], *[n % 10 != 0 for n in range(100)]
    )
    with open_log(lake) as log:
        found = {(one.way, one.step): one.change for one in read_conformance(log, path_of(log, "abc")).deviations}
    skipped, inserted = found[Way.SKIPPED, "b"], found[Way.INSERTED, "x"]
    assert skipped is not None
    assert inserted is not None
    assert skipped.verdict is Verdict.WORSE
    assert skipped.delta == pytest.approx(-0.4)
    assert inserted.verdict is Verdict.NO_REAL_CHANGE


def test_who_strayed_is_listed_with_the_step_at_which_and_since_when(tmp_path: Path) -> None:
    lake = log_of(tmp_path, *["abc"] * 5, "axc", "abd")
    with open_log(lake) as log:
        strays = list_strays(log, path_of(log, "abc"))
    assert (strays.strayed, strays.standing) == (2, 0)
    by_journey = {one.journey: one for one in strays.rows}
    assert (by_journey["p5"].done, by_journey["p5"].wanted, by_journey["p5"].is_over) == ("x", "b", True)
    assert by_journey["p5"].since == START + timedelta(minutes=10)
    assert (by_journey["p6"].done, by_journey["p6"].is_over) == ("d", False)
    assert strays.rows[0].journey == "p6", "what is not over yet comes first"


def test_who_waits_longer_than_nine_in_ten_did_stands_still(tmp_path: Path) -> None:
    lake = log_of(tmp_path, *["ab"] * 20, "a")
    lake.record("events", [step("late", "a", 600, 0), step("late", "b", 601, 1)])
    with open_log(lake) as log:
        strays = list_strays(log, path_of(log, "ab"))
    (row,) = strays.rows
    assert (row.journey, row.stands_still, row.wanted) == ("p20", True, "b")


def test_what_is_done_again_tells_loops_from_returns_and_what_it_goes_with(tmp_path: Path) -> None:
    lake = log_of(tmp_path, *["abbc"] * 40, *["abcb"] * 10, *["abc"] * 50)
    answer(lake, *[n % 2 == 0 for n in range(50)], *[True] * 50)
    with open_log(lake) as log:
        (again,) = read_rework(log)
    assert (again.activity, again.again, again.extra, again.at_once, again.journeys) == ("b", 50, 50, 40, 100)
    assert again.spent.value == pytest.approx(600, rel=0.02)
    assert again.change is not None
    assert again.change.verdict is Verdict.WORSE
    assert again.change.delta == pytest.approx(-0.5)


def test_two_good_steps_and_a_bad_gap_between_them(tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="UTC")
    waits = [10 + n % 400 for n in range(800)]
    facts: list[dict[str, Any]] = []
    for n, minutes in enumerate(waits):
        facts += [step(f"p{n}", "paid", 0, 0, interaction_id=f"i{n}"), step(f"p{n}", "sent", minutes, 1)]
        facts.append(step(f"p{n}", "there", minutes + 5 + n % 50, 2))
    lake.record("events", facts)
    rng = np.random.default_rng(4)
    answer(lake, *[bool(rng.random() < (0.9 if minutes <= 200 else 0.4)) for minutes in waits])
    with open_log(lake) as log:
        gaps = read_gaps(log)
    (gap,) = gaps.real
    assert (gap.before, gap.after) == ("paid", "sent")
    hours = 200 / 60 if gap.turning.unit == "hours" else 200
    assert gap.turning.threshold.at.value == pytest.approx(hours, rel=0.03), "the place is that of a 2 % wide bin"
    assert [(one.before, one.after) for one in gaps.straight] == [("sent", "there")]


def test_lanes_and_passings_are_those_of_a_count_by_hand(tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="UTC")
    lake.record(
        "events",
        [
            step(f"p{n}", letter, 10 * place, place, team=team, interaction_id=f"i{n}")
            for n in range(80)
            for place, (letter, team) in enumerate((("a", "desk"), ("b", "desk" if n % 2 else "shop"), ("c", None)))
        ],
    )
    answer(lake, *[n % 2 == 1 or n % 8 == 0 for n in range(80)])
    with open_log(lake) as log:
        lanes, passed = read_lanes(log), read_passings(log)
    assert [(lane.team, lane.events) for lane in lanes.lanes] == [("desk", 120), ("shop", 40), ("not written down", 80)]
    assert [(one.giver, one.taker, one.n) for one in lanes.passings] == [("desk", "shop", 40)]
    assert [(hands, yes.value, yes.n) for hands, yes in passed.by_count] == [(0, 1.0, 40), (1, 0.25, 40)]


def test_two_processes_that_share_a_last_step_are_told_apart_and_one_from_two_systems_is_not(tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="UTC")
    logs = {"desk": ("opened", "solved", "Closed"), "shop": ("ordered", "paid", "sent", "Closed")}
    lake.record(
        "events",
        [
            step(f"{system}{n}", name, place, place) | {"id": f"{system}:{n}-{place}"}
            for system, names in logs.items()
            for n in range(5)
            for place, name in enumerate(names)
        ],
    )
    with open_log(lake, process="") as log:
        assert [set(one.activities) for one in log.processes] == [set(logs["shop"]), set(logs["desk"])]
        assert read_map(log).journeys == 5
        other = log.processes[1].key
    with open_log(lake, process=other) as log:
        assert {one.name for one in read_map(log).activities} == set(logs["desk"])
    with open_log(lake) as log:
        assert read_map(log).journeys == 10, "unless asked to, processes are not told apart"


def test_where_nobody_answered_journeys_are_judged_by_promises_and_by_who_stayed(tmp_path: Path) -> None:
    lake = log_of(tmp_path, *["ab"] * 80)
    lake.record(
        "outcomes",
        [
            {
                "id": f"o{n}", "at": START, "source": "event", "interaction_id": f"i{n}", "promise": "there",
                "due_at": START + timedelta(days=1), "kept_at": START + timedelta(days=n % 2 * 2),
            }
            for n in range(80)
        ],
    )  # fmt: skip
    with open_log(lake) as log:
        assert (log.basis, log.bases) == (Basis.KEPT, (Basis.KEPT,))
        assert read_map(log).yes.value == 0.5


def test_a_sheet_says_what_the_log_leaves_open(tmp_path: Path) -> None:
    lake = log_of(tmp_path, *["abc"] * 3, "adc")
    with open_log(lake) as log:
        sheet = read_sipoc(log, read_map(log))
    assert [name for name, _ in sheet.process] == ["a", "b", "c"], (
        "a step of a quarter of the journeys is not the process"
    )
    assert (sheet.inputs[0][0], sheet.outputs[0][0], sheet.customers) == ("a", "c", 0)
    assert any("known for 0" in told for told in sheet.unknown)


@pytest.mark.parametrize("span", [(0, 2), (1, 3)], ids=["first-days", "last-days"])
def test_a_window_keeps_whole_journeys_that_began_in_it(tmp_path: Path, span: tuple[int, int]) -> None:
    lake = Lake(tmp_path, zone="UTC")
    lake.record(
        "events", [step(f"p{day}", name, 1440 * day + 900 * at, at) for day in range(3) for at, name in enumerate("ab")]
    )
    first: datetime = START + timedelta(days=span[0])
    with open_log(lake, since=first.date(), until=(START + timedelta(days=span[1])).date()) as log:
        found = read_map(log)
    assert Counter({path.told: path.journeys for path in found.paths}) == Counter({"a → b": 2})
