"""Waits between two steps, cut where the fewest of those who waited longer say yes."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.breaks.log import Counts, Log, Place, compare_within
from untilyes.analysis.measures.counting import log_bin_of
from untilyes.stats.durations import bin_edges
from untilyes.stats.results import Change, Estimate

CUTS: Final = (0.5, 0.75, 0.9)
"""A wait is cut where half, three quarters and nine tenths of those asked had waited less; p allows for all three."""


@dataclass(frozen=True)
class Wait:
    """The wait between two steps: those beyond the cut (seconds) after those within it, and how many waited so long.

    `change` is within → beyond, in the same touchpoint and channel; `p` allows for every cut that was tried. `kept` is
    the same among journeys in which no promise was broken, `promise` the one most often broken beyond the cut,
    `touchpoint` where most waited.
    """

    before: str
    after: str
    beyond_s: float
    change: Change
    p: float
    journeys: int
    kept: Change | None
    promise: str
    touchpoint: str

    @property
    def cut(self) -> str:
        """ "22 hours", "2.1 days": where the wait was cut."""
        return Estimate(self.beyond_s, None, None, 0, "cut", unit="seconds").brief()


def read_waits(log: Log) -> list[Wait]:
    """Every wait between two steps with enough answers beyond and within its cuts, real or not."""
    cells: dict[tuple[str, str], dict[int, _Cell]] = defaultdict(lambda: defaultdict(_Cell))
    for row in log.fetch(lambda: _count_waits(log)):
        cells[row["activity"], row["after"]][int(row["bin"])].add(row)
    found = (_cut(pair, bins) for pair, bins in sorted(cells.items()))
    return [wait for wait in found if wait is not None]


def read_slow_journeys(
    log: Log, *, before: str, after: str, beyond_s: float, limit: int = 50
) -> list[Mapping[str, Any]]:
    """The latest journeys that waited longer than `beyond_s` seconds between two steps, and what was said."""

    def question() -> ir.Table:
        slow = list_slow(log, before=before, after=after, beyond_s=beyond_s)
        wanted = slow.select("process_id", "interaction_id", "customer_id", "over_at", "waited", "good")
        return wanted.order_by(wanted["over_at"].desc(), wanted["process_id"]).limit(limit)

    return list(log.fetch(question))


def list_slow(log: Log, *, before: str, after: str, beyond_s: float) -> ir.Table:
    """The journeys that waited longer than `beyond_s` seconds between two steps, with whose they are."""
    waits = log.waits()
    return waits.filter(waits["activity"] == before, waits["after"] == after, waits["waited"] > beyond_s)


@dataclass
class _Cell:
    """Journeys, answers and yeses of one bin by place; the same where no promise was broken; broken ones by name."""

    journeys: Counter[Place] = field(default_factory=Counter)
    said: dict[Place, Counts] = field(default_factory=dict)
    kept: dict[Place, Counts] = field(default_factory=dict)
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, row: Mapping[str, Any]) -> None:
        place, counts = (str(row["touchpoint"] or ""), str(row["channel"] or "")), (float(row["yes"]), row["answers"])
        self.journeys[place] += int(row["journeys"])
        self.said[place] = _plus(self.said.get(place), counts)
        if row["broken"] is None:
            self.kept[place] = _plus(self.kept.get(place), counts)
        else:
            self.broken[str(row["broken"])] += int(row["answers"])

    @property
    def answers(self) -> float:
        return sum(n for _, n in self.said.values())


def _plus(one: Counts | None, other: Counts) -> Counts:
    return (other[0], float(other[1])) if one is None else (one[0] + other[0], one[1] + other[1])


def _count_waits(log: Log) -> ir.Table:
    waits = log.waits()
    keys = {name: waits[name] for name in ("activity", "after", "touchpoint", "channel", "broken")}
    return waits.group_by(**keys, bin=log_bin_of(waits["waited"])).aggregate(
        journeys=waits.count(), answers=waits["good"].count(), yes=waits["good"].sum().fill_null(0)
    )


def _cut(pair: tuple[str, str], bins: Mapping[int, _Cell]) -> Wait | None:
    """The cut beyond which the fewest said yes, against chance; None where no cut has enough on both sides."""
    order = sorted(bins)
    reached = np.cumsum([bins[one].answers for one in order])
    cuts = sorted({int(np.searchsorted(reached, cut * reached[-1])) + 1 for cut in CUTS})
    compared = [(cut, compare_within(_part(bins, order, cut, "said"))) for cut in cuts if cut < len(order)]
    tried = [(cut, change) for cut, change in compared if change is not None]
    if not tried:
        return None
    cut, change = min(tried, key=lambda one: (_signed_p(one[1]), one[0]))
    late = [bins[one] for one in order[cut:]]
    journeys = sum((cell.journeys for cell in late), Counter[Place]())
    broken = sum((cell.broken for cell in late), Counter[str]())
    return Wait(
        *pair,
        beyond_s=float(bin_edges(order[cut - 1])[1]),
        change=change,
        p=min(1.0, len(tried) * (change.p if change.p is not None else 1.0)),
        journeys=journeys.total(),
        kept=compare_within(_part(bins, order, cut, "kept")),
        promise=max(sorted(broken), key=lambda name: broken[name], default=""),
        touchpoint=max(sorted(journeys), key=lambda place: journeys[place], default=("", ""))[0],
    )


def _part(bins: Mapping[int, _Cell], order: list[int], cut: int, which: str) -> dict[Place, tuple[Counts, Counts]]:
    """Per place the (yes, answers) within the cut and beyond it."""
    sides: dict[Place, list[Counts]] = defaultdict(lambda: [(0.0, 0.0), (0.0, 0.0)])
    for number, key in enumerate(order):
        for place, counts in getattr(bins[key], which).items():
            sides[place][number >= cut] = _plus(sides[place][number >= cut], counts)
    return {place: (within, beyond) for place, (within, beyond) in sides.items()}


def _signed_p(change: Change) -> float:
    """Small where beyond is worse, large where it is better."""
    p = 1.0 if change.p is None else change.p
    return p if (change.delta or 0.0) < 0 else 2.0 - p
