"""Waits between two steps, cut where the fewest of those who waited longer say yes."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.breaks.log import FEWEST, Log
from untilyes.analysis.measures.counting import log_bin_of
from untilyes.stats.changes import compare_shares
from untilyes.stats.durations import bin_edges
from untilyes.stats.results import Change, Estimate

CUTS: Final = (0.5, 0.75, 0.9)
"""A wait is cut where half, three quarters and nine tenths of those asked had waited less; p allows for all three."""

Counts = tuple[float, float]


@dataclass(frozen=True)
class Wait:
    """The wait between two steps: those beyond the cut (seconds) after those within it, and how many waited so long.

    `change` is within → beyond; `p` allows for every cut that was tried. `kept` is the same among journeys in which
    no promise was broken, `promise` the one most often broken beyond the cut, `touchpoint` where most waited.
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
        waits = log.waits()
        slow = waits.filter(waits["activity"] == before, waits["after"] == after, waits["waited"] > beyond_s)
        wanted = slow.select("process_id", "interaction_id", "customer_id", "over_at", "waited", "good")
        return wanted.order_by(wanted["over_at"].desc(), wanted["process_id"]).limit(limit)

    return list(log.fetch(question))


@dataclass
class _Cell:
    """Journeys, answers and yeses of one bin; the same where no promise was broken; broken promises by name."""

    journeys: int = 0
    answers: float = 0.0
    yes: float = 0.0
    kept_answers: float = 0.0
    kept_yes: float = 0.0
    broken: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)

    def add(self, row: Mapping[str, Any]) -> None:
        self.journeys += int(row["journeys"])
        self.places[str(row["touchpoint"] or "")] += int(row["journeys"])
        self.answers += float(row["answers"])
        self.yes += float(row["yes"] or 0)
        if row["broken"] is None:
            self.kept_answers += float(row["answers"])
            self.kept_yes += float(row["yes"] or 0)
        else:
            self.broken[str(row["broken"])] += int(row["answers"])


def _count_waits(log: Log) -> ir.Table:
    waits = log.waits()
    keys = {name: waits[name] for name in ("activity", "after", "touchpoint", "broken")}
    return waits.group_by(**keys, bin=log_bin_of(waits["waited"])).aggregate(
        journeys=waits.count(), answers=waits["good"].count(), yes=waits["good"].sum()
    )


def _cut(pair: tuple[str, str], bins: Mapping[int, _Cell]) -> Wait | None:
    """The cut beyond which the fewest said yes, against chance; None where no cut has enough on both sides."""
    order = sorted(bins)
    answers = np.array([bins[one].answers for one in order])
    reached = np.cumsum(answers) / max(answers.sum(), 1.0)
    places = sorted({int(np.searchsorted(reached, cut)) + 1 for cut in CUTS})
    tried = [
        (place, compare_shares(*_sides(bins, order, place, "answers", "yes")))
        for place in places
        if place < len(order) and min(answers[:place].sum(), answers[place:].sum()) >= FEWEST
    ]
    if not tried:
        return None
    place, change = min(tried, key=lambda one: (_signed_p(one[1]), one[0]))
    late = [bins[one] for one in order[place:]]
    broken, places = (sum((getattr(cell, name) for cell in late), Counter[str]()) for name in ("broken", "places"))
    kept = _sides(bins, order, place, "kept_answers", "kept_yes")
    return Wait(
        *pair,
        beyond_s=float(bin_edges(order[place - 1])[1]),
        change=change,
        p=min(1.0, len(tried) * (change.p if change.p is not None else 1.0)),
        journeys=sum(cell.journeys for cell in late),
        kept=compare_shares(*kept) if min(kept[0][1], kept[1][1]) >= FEWEST else None,
        promise=max(sorted(broken), key=lambda name: broken[name], default=""),
        touchpoint=max(sorted(places), key=lambda name: places[name], default=""),
    )


def _sides(bins: Mapping[int, _Cell], order: list[int], place: int, n: str, k: str) -> tuple[Counts, Counts]:
    def add(keys: list[int]) -> Counts:
        return sum(getattr(bins[key], k) for key in keys), sum(getattr(bins[key], n) for key in keys)

    return add(order[:place]), add(order[place:])


def _signed_p(change: Change) -> float:
    """Small where beyond is worse, large where it is better."""
    p = 1.0 if change.p is None else change.p
    return p if (change.delta or 0.0) < 0 else 2.0 - p
