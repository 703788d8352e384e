"""How long a promise really took and how many were given: the evidence its next target is proposed from.

Only promises that have had their whole time are looked at, so that quick ones are not counted before slow ones of the
same day. One that was due and never done counts as longer than anything.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import ibis
import ibis.expr.types as ir

from untilyes.analysis.measures.counting import log_bin_of
from untilyes.lake import Lake
from untilyes.lake.instants import seconds_between
from untilyes.stats.durations import estimate_quantile, log_bin
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share
from untilyes.stats.volumes import compare_volumes

LONGEST: Final = 3e10
"""Seconds, about a thousand years: what took longer was never done."""
NEVER: Final = int(log_bin(10 * LONGEST))
"""The bin of what was never done."""
WEEKS: Final = 12
"""Weeks of arrivals that are looked at, the newer half against the older."""
WEEK: Final = 7 * 86_400.0


@dataclass(frozen=True)
class Achieved:
    """What became of the promises that fell due within a stretch of time.

    `took` counts them by log-bin of the time that was ours to control (`counted_s`; every minute where nobody said),
    `reached` is (within the target they were given under, all that had one), `weeks` counts those given in each of the
    last `WEEKS` weeks, the oldest first.
    """

    took: Mapping[int, int] = field(default_factory=dict)
    reached: tuple[int, int] = (0, 0)
    weeks: tuple[int, ...] = (0,) * WEEKS

    @property
    def n(self) -> int:
        return sum(self.took.values())

    def quantile(self, share: float) -> Estimate:
        """The time within which this share of them was done, in seconds; infinite ends where too many never were."""
        found = estimate_quantile(self.took, share)
        value, low, high = (_or_never(end) for end in (found.value, found.low, found.high))
        return replace(found, value=value, low=low, high=high)

    @property
    def share_reached(self) -> Estimate:
        """How many reached the target they were given under."""
        return estimate_share(*self.reached)

    @property
    def growth(self) -> Estimate:
        """How many times as many were given a week in the newer half of the weeks as in the older."""
        return compare_volumes(self.weeks[: WEEKS // 2], self.weeks[WEEKS // 2 :])


def read_achieved(lake: Lake, promise: str, *, since: datetime, at: datetime) -> Achieved:
    """Count what became of one promise's outcomes that fell due after `since` and by `at`."""
    due = lake.fetch(lambda: _count_due(lake.read("outcomes"), promise, since, at)).to_pylist()
    took: dict[int, int] = {}
    for row in due:
        took[row["bin"]] = took.get(row["bin"], 0) + row["n"]
    aimed = [row for row in due if row["reached"] is not None]
    given = lake.fetch(lambda: _count_given(lake.read("outcomes"), promise, at)).to_pylist()
    weeks = {row["week"]: row["n"] for row in given}
    return Achieved(
        took=took,
        reached=(sum(row["n"] for row in aimed if row["reached"]), sum(row["n"] for row in aimed)),
        weeks=tuple(weeks.get(ago, 0) for ago in reversed(range(WEEKS))),
    )


def _count_due(outcomes: ir.Table, promise: str, since: datetime, at: datetime) -> ir.Table:
    due, kept, target = outcomes["due_at"], outcomes["kept_at"], outcomes["target_at"]
    seconds = seconds_between(outcomes["promised_at"], kept)
    if "counted_s" in outcomes.columns:
        seconds = outcomes["counted_s"].coalesce(seconds)
    shown = outcomes.filter(outcomes["promise"] == promise, due > ibis.literal(since), due <= ibis.literal(at))
    return shown.group_by(
        bin=kept.isnull().ifelse(NEVER, log_bin_of(ibis.greatest(seconds, 0.0))),
        reached=target.notnull().ifelse((kept <= target).fill_null(False), None),
    ).aggregate(n=shown.count())


def _count_given(outcomes: ir.Table, promise: str, at: datetime) -> ir.Table:
    asked = outcomes.filter(outcomes["promise"] == promise)
    asked = asked.mutate(week=(seconds_between(asked["promised_at"], ibis.literal(at)) / WEEK).floor().cast("int64"))
    return asked.filter(asked["week"].between(0, WEEKS - 1)).group_by("week").aggregate(n=ibis._.count())


def _or_never(seconds: float | None) -> float | None:
    return seconds if seconds is None or seconds < LONGEST else math.inf
