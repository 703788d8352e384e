"""How long customers stay, who of them leaves, and what those who left said why.

Everything is counted over customers as last known. Departures are known from the first one recorded on: who had joined
before is followed from there, for those who left earlier are not in the books.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.leaving import DAYS, MOST_VALUES, list_traits
from untilyes.lake import Lake
from untilyes.lake.instants import seconds_between, unix_seconds
from untilyes.lake.traits import read_trait
from untilyes.stats.changes import compare_shares
from untilyes.stats.checks import Floats
from untilyes.stats.collinearity import Leak, find_leaks
from untilyes.stats.hazards import LifeTable, life_table
from untilyes.stats.multiplicity import correct
from untilyes.stats.results import Change, Estimate
from untilyes.stats.shares import estimate_share

FEWEST: Final = 50
"""Values of a trait that fewer customers carry are not compared."""
FEWEST_AT_RISK: Final = 30
MOST_PERIODS: Final = 36
MOST_REASONS: Final = 20
_PERIOD_S: Final = DAYS * 86_400.0
_QUARTER_S: Final = 900


@dataclass(frozen=True)
class Month:
    """Customers gone in one calendar month."""

    first: date
    left: int


@dataclass(frozen=True)
class Given:
    """A reason as those who left gave it, and its share of all who gave one."""

    reason: str
    share: Estimate


@dataclass(frozen=True)
class Departed:
    """What the books say of customers who left: `customers` known in all, `left` of them gone, by month."""

    customers: int
    left: int
    first: date | None
    last: date | None
    months: tuple[Month, ...]
    given: tuple[Given, ...]


def read_departed(lake: Lake, *, until: date) -> Departed:
    """Departures before the day `until`: how many a month, and the reasons given, the commonest first."""
    end = _start_of(until, lake)

    def question() -> ir.Table:
        customers = _known(lake, end)
        # No clock is set by less than a quarter of an hour: within one, all left in the same month.
        quarter = (unix_seconds(customers["left_at"]) / _QUARTER_S).floor().cast("int64")
        return customers.group_by(quarter=quarter, reason=customers["left_reason"]).aggregate(
            n=customers.count(), first=customers["left_at"].min(), last=customers["left_at"].max()
        )

    zone = ZoneInfo(lake.zone)
    rows = lake.fetch(question).to_pylist()
    gone = [row | {"month": f"{row['first'].astimezone(zone):%Y-%m}"} for row in rows if row["quarter"] is not None]
    months: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for row in gone:
        months[row["month"]] = months.get(row["month"], 0) + row["n"]
        if row["reason"]:
            reasons[row["reason"]] = reasons.get(row["reason"], 0) + row["n"]
    said = sum(reasons.values())
    common = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:MOST_REASONS]
    return Departed(
        sum(row["n"] for row in rows),
        sum(row["n"] for row in gone),
        min((row["first"].astimezone(zone).date() for row in gone), default=None),
        max((row["last"].astimezone(zone).date() for row in gone), default=None),
        tuple(_every_month(months)),
        tuple(Given(reason, estimate_share(n, said)) for reason, n in common),
    )


def _every_month(counted: Mapping[str, int]) -> list[Month]:
    """Months from the first to the last, those without a departure too."""
    if not counted:
        return []
    ends = [[int(part) for part in edge.split("-")] for edge in (min(counted), max(counted))]
    span = range(ends[0][0] * 12 + ends[0][1] - 1, ends[1][0] * 12 + ends[1][1])
    days = [date(place // 12, place % 12 + 1, 1) for place in span]
    return [Month(day, counted.get(f"{day:%Y-%m}", 0)) for day in days]


def read_life_table(lake: Lake, *, until: date) -> LifeTable | None:
    """Hazard and share staying by 30-day periods since joining; None while departures are known for less than one.

    The actuarial estimate: who came under observation or is still here within a period was at risk for half of it; the
    first period counts whole for those who joined within it before the first departure.
    Periods with fewer than `FEWEST_AT_RISK` customers at risk, and all after them, are left out.
    """
    end = _start_of(until, lake)
    first = _first_departure(lake, end)
    if first is None or end - first < timedelta(days=DAYS):
        return None

    def question() -> ir.Table:
        customers = _known(lake, end)
        customers = customers.filter(customers["joined_at"].notnull() & (customers["joined_at"] < ibis.literal(end)))
        stays = customers.filter(customers["left_at"].isnull() | (customers["left_at"] >= customers["joined_at"]))
        ended = ibis.coalesce(stays["left_at"], ibis.literal(end))
        watched = ibis.greatest(stays["joined_at"], ibis.literal(first))
        entry, leaving = (
            (seconds_between(stays["joined_at"], moment) / _PERIOD_S).floor().cast("int64")
            for moment in (watched, ended)
        )
        known = stays.mutate(entry=entry, leaving=leaving, late=stays["joined_at"] < ibis.literal(first))
        gone = known["left_at"].notnull()
        return known.group_by("entry", "leaving", "late", gone=gone).aggregate(n=known.count())

    at_risk, left = np.zeros(MOST_PERIODS), np.zeros(MOST_PERIODS)
    for row in lake.fetch(question).to_pylist():
        _follow(at_risk, left, row)
    enough = int(np.argmax(at_risk < FEWEST_AT_RISK)) if (at_risk < FEWEST_AT_RISK).any() else MOST_PERIODS
    if not enough:
        return None
    return life_table(at_risk[:enough], np.minimum(left, at_risk)[:enough])


def _follow(at_risk: Floats, left: Floats, row: Mapping[str, int]) -> None:
    """Add customers who were watched from one period of their time to another."""
    entry, leaving, n = row["entry"], row["leaving"], row["n"]
    at_risk[entry : leaving + 1] += n
    if row["late"] and 0 < entry < at_risk.size:
        at_risk[entry] -= n / 2
    if leaving < at_risk.size:
        if row["gone"]:
            left[leaving] += n
        else:
            at_risk[leaving] -= n / 2


@dataclass(frozen=True)
class TraitRate:
    """How many with one value of a trait have left, and what that is against everybody else's share."""

    trait: str
    value: str
    change: Change
    q: float

    @property
    def is_real(self) -> bool:
        """Told apart from everybody else, with all values that were looked at allowed for."""
        return self.q <= 0.05


@dataclass(frozen=True)
class WhoLeaves:
    """Traits' values compared, the farthest from the others first; `leaks` give leaving away and were refused."""

    rates: tuple[TraitRate, ...]
    leaks: tuple[Leak, ...]

    @property
    def real(self) -> tuple[TraitRate, ...]:
        return tuple(rate for rate in self.rates if rate.is_real)

    @property
    def silent(self) -> tuple[str, ...]:
        """Traits none of whose values is told apart from the others."""
        real = {rate.trait for rate in self.real}
        return tuple(sorted({rate.trait for rate in self.rates} - real))


def compare_traits(lake: Lake, *, until: date) -> WhoLeaves:
    """Who leaves more, who less: each value of each trait with few values against all other customers.

    A trait known only of those who left (or that otherwise settles who did) is refused. Newcombe's intervals; q by
    Benjamini and Hochberg over all values looked at.
    """
    end = _start_of(until, lake)
    changes: list[tuple[str, str, Change]] = []
    leaks = []
    for trait in list_traits(lake):
        counts = _count_trait(lake, trait, end)
        named = {value: n for value, n in counts.items() if value}
        together = np.sum([*counts.values()], axis=0) if counts else np.zeros(2)
        if not 1 <= len(named) <= MOST_VALUES or not 0 < together[1] < together[0]:
            continue
        leak = find_leaks(
            [[n[0] - n[1], n[1]] for n in counts.values()], [value or "unknown" for value in counts], name=trait
        )
        if leak.is_leak:
            leaks.append(leak)
            continue
        for value, here in sorted(named.items()):
            there = together - here
            if min(here[0], there[0]) >= FEWEST:
                change = compare_shares(
                    (float(there[1]), float(there[0])), (float(here[1]), float(here[0])), better="lower"
                )
                changes.append((trait, value, change))
    if not changes:
        return WhoLeaves((), tuple(leaks))
    q = correct(np.array([1.0 if change.p is None else change.p for _, _, change in changes]))
    rates = [TraitRate(*compared, float(sure)) for compared, sure in zip(changes, q, strict=True)]
    rates.sort(key=lambda rate: (-abs(rate.change.delta or 0.0), rate.trait, rate.value))
    return WhoLeaves(tuple(rates), tuple(leaks))


def _count_trait(lake: Lake, trait: str, end: datetime) -> dict[str, Floats]:
    """value ("" where unknown) → (customers, gone)."""

    def question() -> ir.Table:
        customers = _known(lake, end)
        told = read_trait(customers, trait)
        return customers.group_by(value=told).aggregate(n=customers.count(), left=customers["left_at"].count())

    counts: dict[str, Floats] = {}
    for row in lake.fetch(question).to_pylist():
        value = (row["value"] or "").strip('"')
        value = "" if value == "null" else value
        counts[value] = counts.get(value, np.zeros(2)) + np.array([row["n"], row["left"]], dtype=np.float64)
    return counts


def _known(lake: Lake, end: datetime) -> ir.Table:
    """Customers with a departure only if it came before `end`."""
    customers = lake.read("customers")
    customers = customers.filter(customers["customer_id"].notnull())
    gone = customers["left_at"] < ibis.literal(end)
    return customers.mutate(
        left_at=ibis.ifelse(gone, customers["left_at"], None),
        left_reason=ibis.ifelse(gone, customers["left_reason"], None),
    )


def _first_departure(lake: Lake, end: datetime) -> datetime | None:
    def question() -> ir.Table:
        customers = _known(lake, end)
        return customers.aggregate(first=customers["left_at"].min())

    first = lake.fetch(question).to_pylist()[0]["first"]
    return first if isinstance(first, datetime) else None


def _start_of(day: date, lake: Lake) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(lake.zone))
