"""How one promise was kept: by the month it was given, and side by side for channels, teams and kinds of customers.

A promise still open counts as broken from the second it was due. In the newest months some are neither kept nor due;
what is kept early is known before what is kept late, so their share flatters until all of them are due.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from untilyes.analysis.leaving import list_traits
from untilyes.analysis.measures.counting import log_bin_of
from untilyes.analysis.measures.measure import DIMENSIONS
from untilyes.analysis.measures.reading import FLOOR
from untilyes.lake import Lake
from untilyes.lake.instants import seconds_between
from untilyes.lake.traits import read_trait
from untilyes.stats.durations import estimate_quantile
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share

MOST_VALUES: Final = 12
"""A cut of more values than this is a list of names, not a comparison."""
Bins = Mapping[int, int]


@dataclass(frozen=True)
class KeptMonth:
    """The promises given in one month. `undecided` are still open and not yet due: they count nowhere yet."""

    month: date
    kept: Estimate
    undecided: int


@dataclass(frozen=True)
class CutRow:
    """One value of a cut: how many were kept, and the median margin in seconds, below zero late."""

    value: str | None
    kept: Estimate
    margin: Estimate


@dataclass(frozen=True)
class Cut:
    """One promise side by side. `hidden` values have fewer than `FLOOR` promises and are not shown."""

    by: str
    rows: tuple[CutRow, ...]
    hidden: int


def read_kept_months(lake: Lake, promise: str, *, at: datetime) -> tuple[KeptMonth, ...]:
    """Every month in which it was given, the newest first; a month with fewer than `FLOOR` settled has no share."""
    counted: dict[date, dict[str | None, int]] = defaultdict(dict)
    for row in lake.fetch(lambda: _count_months(lake.read_with_day("outcomes"), promise, at)).to_pylist():
        counted[row["month"]][row["stands"]] = row["n"]
    return tuple(_month(month, counted[month]) for month in sorted(counted, reverse=True))


def list_cuts(lake: Lake, promise: str) -> tuple[str, ...]:
    """What the promise can be laid side by side by: dimensions and customers' traits of 2 to `MOST_VALUES` values."""
    return tuple(by for by in (*DIMENSIONS, *list_traits(lake)) if 2 <= _count_values(lake, promise, by) <= MOST_VALUES)


def read_cut(lake: Lake, promise: str, by: str, *, at: datetime, since: date | None = None) -> Cut:
    """The promise by one dimension, or by one trait of the customers it was given to; the largest value first.

    Raises ValueError for what it cannot be cut by.
    """
    if by not in (*DIMENSIONS, *list_traits(lake)):
        raise ValueError(f"A promise cannot be cut by {by!r}.")
    stands: dict[str | None, dict[bool, int]] = defaultdict(dict)
    margins: dict[str | None, dict[int, int]] = defaultdict(dict)
    for row in lake.fetch(lambda: _count_cut(lake, promise, by, since, at)).to_pylist():
        value, kept, place = _plain(row["value"]), row["is_kept"], row["bin"]
        stands[value][kept] = stands[value].get(kept, 0) + row["n"]
        if place is not None:
            margins[value][place] = margins[value].get(place, 0) + row["n"]
    shown = [value for value, counts in stands.items() if sum(counts.values()) >= FLOOR]
    rows = [_row(value, stands[value], margins[value]) for value in shown]
    order = sorted(rows, key=lambda row: (-row.kept.n, row.value or ""))
    return Cut(by, tuple(order), len(stands) - len(shown))


def _month(month: date, counts: Mapping[str | None, int]) -> KeptMonth:
    kept, broken = counts.get("kept", 0), counts.get("broken", 0)
    settled = kept + broken
    share = estimate_share(kept, settled) if settled >= FLOOR else Estimate(None, None, None, settled, "wilson")
    return KeptMonth(month, share, counts.get("undecided", 0))


def _row(value: str | None, stands: Mapping[bool, int], margins: Bins) -> CutRow:
    n = sum(stands.values())
    shown = margins if sum(margins.values()) >= FLOOR else {}
    return CutRow(value, estimate_share(stands.get(True, 0), n), estimate_quantile(shown))


def _count_months(outcomes: ir.Table, promise: str, at: datetime) -> ir.Table:
    asked = outcomes.filter(outcomes["promise"] == promise)
    due, kept, told = asked["due_at"], asked["kept_at"], asked["was_kept"]
    stands = ibis.cases(
        (due.isnull() & told.isnull(), None),
        (due.isnull(), told.ifelse("kept", "broken")),
        (kept.notnull(), (kept <= due).ifelse("kept", "broken")),
        (due < ibis.literal(at), "broken"),
        else_="undecided",
    )
    counted = asked.mutate(stands=stands, month=asked["day"].truncate("M").cast("date"))
    counted = counted.filter(counted["stands"].notnull())
    return counted.group_by("month", "stands").aggregate(n=counted.count())


def _count_cut(lake: Lake, promise: str, by: str, since: date | None, at: datetime) -> ir.Table:
    asked = _cut(lake, promise, by)
    if since is not None:
        asked = asked.filter(asked["day"] >= since)
    due, kept, told = asked["due_at"], asked["kept_at"], asked["was_kept"]
    overdue = (due < ibis.literal(at)).ifelse(False, None)
    stands = due.isnull().ifelse(told, kept.isnull().ifelse(overdue, kept <= due))
    counted = asked.mutate(is_kept=stands, bin=log_bin_of(seconds_between(kept, due)))
    counted = counted.filter(counted["is_kept"].notnull())
    return counted.group_by("value", "is_kept", "bin").aggregate(n=counted.count())


def _count_values(lake: Lake, promise: str, by: str) -> int:
    def question() -> ir.Table:
        asked = _cut(lake, promise, by)
        return asked.filter(asked["value"].notnull()).aggregate(n=asked["value"].nunique())

    rows: Sequence[dict[str, Any]] = lake.fetch(question).to_pylist()
    return int(rows[0]["n"] or 0) if rows else 0


def _cut(lake: Lake, promise: str, by: str) -> ir.Table:
    """The promise's outcomes with `value`: a column of their own, or a trait of the customer."""
    outcomes = lake.read_with_day("outcomes")
    asked = outcomes.filter(outcomes["promise"] == promise)
    if by in DIMENSIONS:
        return asked.mutate(value=asked[by])
    customers = lake.read("customers")
    told = customers.select(who=customers["customer_id"], value=read_trait(customers, by))
    return asked.left_join(told, asked["customer_id"] == told["who"])


def _plain(value: str | None) -> str | None:
    return None if value in (None, "null") else str(value).strip('"')
