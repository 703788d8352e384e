"""How promises were kept where work changed hands or had to be opened again, month by month."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from untilyes.lake import Lake

DAYS: Final = 365
SORTS: Final[Mapping[str, str]] = {"handoffs": "changed hands", "reopens": "was opened again"}
"""Columns of interactions, and what is said of one with more than nothing in it."""

Counts = tuple[float, float]
"""(kept, promises)."""


@dataclass(frozen=True)
class Handled:
    """One promise and one sort of handling: (kept, promises) of each month, without it and with it."""

    promise: str
    sort: str
    months: tuple[tuple[Counts, Counts], ...]

    @property
    def smooth(self) -> float:
        """How many promises it did not happen to."""
        return sum(without[1] for without, _ in self.months)

    @property
    def handled(self) -> float:
        """How many promises it happened to."""
        return sum(with_it[1] for _, with_it in self.months)


def count_handled(lake: Lake, *, until: date) -> list[Handled]:
    """Every promise of the last year made in an interaction whose handling is known."""

    def question() -> ir.Table:
        laid = _lay_out(lake, until)
        happened = {sort: laid[sort] > 0 for sort in SORTS}
        return laid.group_by("promise", "month", **happened).aggregate(n=laid.count(), kept=laid["kept"].sum())

    sides: dict[tuple[str, str], dict[Any, dict[bool, list[float]]]] = defaultdict(lambda: defaultdict(dict))
    for row in lake.fetch(question).to_pylist():
        for sort in SORTS:
            if row[sort] is not None:
                counts = sides[row["promise"], sort][row["month"]].setdefault(bool(row[sort]), [0.0, 0.0])
                counts[0] += row["kept"]
                counts[1] += row["n"]
    return [Handled(promise, sort, _by_month(months)) for (promise, sort), months in sorted(sides.items())]


def list_handled(lake: Lake, promise: str, sort: str, *, until: date, limit: int) -> list[dict[str, Any]]:
    """The newest promises in interactions it happened to, and whether each was kept."""

    def question() -> ir.Table:
        laid = _lay_out(lake, until)
        there = laid.filter(laid["promise"] == promise, laid[sort] > 0)
        wanted = there.select("at", "interaction_id", "team", "kept", "customer_id", times=there[sort])
        return wanted.order_by(wanted["at"].desc(), "interaction_id").limit(limit)

    rows: list[dict[str, Any]] = lake.fetch(question).to_pylist()
    return rows


def count_smooth(
    lake: Lake, promise: str, *, since: date, until: date
) -> Mapping[str, Mapping[tuple[str | None, str | None, str], Counts]]:
    """team → touchpoint, channel, Monday (ISO) → (kept, promises) in work not passed on and not opened again."""

    def question() -> ir.Table:
        laid = _lay_out(lake, until)
        ours = laid.filter(laid["promise"] == promise, laid["day"] >= since, laid["team"].notnull())
        smooth = ours.filter(*((ours[sort].fill_null(0) == 0) for sort in SORTS))
        weekly = smooth.mutate(week=smooth["day"].truncate("W"))
        return weekly.group_by("team", "touchpoint", "channel", "week").aggregate(
            n=weekly.count(), kept=weekly["kept"].sum()
        )

    found: dict[str, dict[tuple[str | None, str | None, str], Counts]] = defaultdict(dict)
    for row in lake.fetch(question).to_pylist():
        at = row["touchpoint"], row["channel"], row["week"].isoformat()
        found[row["team"]][at] = (float(row["kept"]), float(row["n"]))
    return found


def _by_month(months: Mapping[Any, Mapping[bool, list[float]]]) -> tuple[tuple[Counts, Counts], ...]:
    pairs = (tuple((*counts.get(side, (0.0, 0.0)),) for side in (False, True)) for _, counts in sorted(months.items()))
    return tuple(((without[0], without[1]), (with_it[0], with_it[1])) for without, with_it in pairs)


def _lay_out(lake: Lake, until: date) -> ir.Table:
    """One row per settled promise of the year with the handling of its interaction. `kept` is 1 or 0."""
    outcomes, interactions = lake.read_with_day("outcomes"), lake.read("interactions")
    end = datetime.combine(until, time(), ZoneInfo(lake.zone))
    given = outcomes.filter(outcomes["day"] >= until - timedelta(days=DAYS), outcomes["day"] < until)
    by_clock = ibis.cases(
        (given["kept_at"].notnull(), given["kept_at"] <= given["due_at"]),
        (given["due_at"] < ibis.literal(end), False),
        else_=None,
    )
    kept = ibis.ifelse(given["was_kept"].notnull(), given["was_kept"], by_clock).cast("int64")
    settled = given.mutate(kept=kept, month=given["day"].truncate("M")).filter(kept.notnull())
    known = interactions.filter(interactions["interaction_id"].notnull())
    known = known.select(*SORTS, done_in="interaction_id", done_by="team")
    joined = settled.inner_join(known, settled["interaction_id"] == known["done_in"])
    return joined.select(
        "promise", "month", "day", "at", "kept", "interaction_id", "customer_id", "touchpoint", "channel", *SORTS,
        team=joined["done_by"],
    )  # fmt: skip
