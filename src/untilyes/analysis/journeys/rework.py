"""What is done again, and what it costs: in time, and in customers who say yes."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from untilyes.analysis.journeys.judging import FEWEST
from untilyes.analysis.journeys.log import JourneyLog
from untilyes.analysis.measures.counting import log_bin_of
from untilyes.stats.changes import compare_many_shares
from untilyes.stats.durations import estimate_quantile
from untilyes.stats.results import Change, Estimate


@dataclass(frozen=True)
class Rework:
    """One step done more than once in a journey.

    `at_once` of the extra times followed the same step directly (a loop on itself); the others came back to it later.
    `spent` is the time from the first to the last time it was done (seconds). `change` compares journeys with it done
    again with those that did it once; None where too few of either are known.
    """

    activity: str
    journeys: int
    again: int
    extra: int
    at_once: int
    spent: Estimate
    change: Change | None


def read_rework(log: JourneyLog) -> tuple[Rework, ...]:
    """Every step that was ever done again, by how many extra times; all comparisons corrected together."""
    visits = log.laid.visits
    judged = log.judge(visits)
    again = judged["times"] > 1
    counted = judged.group_by("activity").aggregate(
        journeys=judged.count(),
        again=again.sum(),
        extra=(judged["times"] - 1).sum(),
        loops=judged["loops"].sum(),
        good_again=judged["good"].sum(where=again).fill_null(0),
        known_again=judged["good"].count(where=again),
        good_once=judged["good"].sum(where=~again).fill_null(0),
        known_once=judged["good"].count(where=~again),
    )
    rows = [row for row in log.fetch(counted) if row["again"]]
    twice = visits.filter(visits["times"] > 1)
    binned = twice.group_by("activity", bin=log_bin_of(twice["spent"])).aggregate(n=twice.count())
    spent: dict[str, dict[int, int]] = defaultdict(dict)
    for row in log.fetch(binned):
        spent[row["activity"]][int(row["bin"])] = row["n"]
    rows.sort(key=lambda row: (-row["extra"], row["activity"]))
    changes = compare_known(
        [(row["good_once"], row["known_once"]) for row in rows],
        [(row["good_again"], row["known_again"]) for row in rows],
    )
    return tuple(
        Rework(
            row["activity"], row["journeys"], int(row["again"]), int(row["extra"]), int(row["loops"]),
            estimate_quantile(spent[row["activity"]]), change,
        )
        for row, change in zip(rows, changes, strict=True)
    )  # fmt: skip


def compare_known(
    without: list[tuple[float, float]], having: list[tuple[float, float]], *, fewest: int = FEWEST
) -> list[Change | None]:
    """Shares (k, n) without against those with, corrected together; None where a side has fewer than `fewest` known."""
    found: list[Change | None] = [None] * len(without)
    tested = [at for at in range(len(without)) if min(without[at][1], having[at][1]) >= fewest]
    if tested:
        sides = [
            tuple(np.array([side[at][part] for at in tested], dtype=float) for part in (0, 1))
            for side in (without, having)
        ]
        changes = compare_many_shares((sides[0][0], sides[0][1]), (sides[1][0], sides[1][1]))
        for number, at in enumerate(tested):
            found[at] = changes[number]
    return found
