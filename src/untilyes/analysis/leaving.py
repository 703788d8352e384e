"""Who leaves, and what goes with it: customers counted by 30-day period and by what happened to them before.

The engine counts customers at risk and customers gone per period and pattern of reasons; everything else is inference
on those few cells. A reason counts for the periods that begin within `REACH` after it happened, so that nothing that
came with the farewell itself is taken for its cause.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.lake import Lake
from untilyes.lake.instants import unix_seconds
from untilyes.lake.traits import read_trait
from untilyes.stats.attribution import Sources, attribute_departures
from untilyes.stats.checks import Floats
from untilyes.stats.hazards import Hazards, discrete_hazards
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share

DAYS = 30
REACH = 4
"""Periods for which something that happened is counted as a reason."""
PERIODS = 24
FEWEST_LEAVERS = 10
"""A reason under which fewer customers left is too rare to tell from chance."""

UNSAID_YES = "a no that never became a yes"


@dataclass(frozen=True)
class Reason:
    """Something that happens to customers and may make them leave: its name and how it is told."""

    key: str
    told: str


@dataclass(frozen=True)
class Departures:
    """Customers at risk (`n`) and gone (`left`) per cell: a period and which of the reasons applied."""

    reasons: tuple[Reason, ...]
    period: npt.NDArray[np.int64]
    exposed: Floats
    n: Floats
    left: Floats

    @property
    def leavers(self) -> float:
        """How many left, in all."""
        return float(self.left.sum())

    def leavers_under(self, reason: int) -> float:
        """How many left while the reason applied."""
        return float(self.left[self.exposed[:, reason] == 1].sum())

    def exposed_now(self, reason: int) -> int:
        """How many are under the reason in the newest period."""
        newest = self.period == self.period.max()
        return int(self.n[newest & (self.exposed[:, reason] == 1)].sum())

    def only(self, wanted: Sequence[int]) -> "Departures":
        """The same counts with fewer reasons told apart."""
        kept = self.exposed[:, list(wanted)]
        cells, of = np.unique(np.column_stack([self.period, kept]), axis=0, return_inverse=True)
        n, left = (
            np.bincount(of.ravel(), weights=column, minlength=len(cells)).astype(np.float64)
            for column in (self.n, self.left)
        )
        reasons = tuple(self.reasons[number] for number in wanted)
        return Departures(reasons, cells[:, 0].astype(np.int64), cells[:, 1:], n, left)


def count_departures(lake: Lake, *, until: date, periods: int = PERIODS) -> Departures | None:
    """Count who was here and who left, by period and reason; None while nobody is known to have left.

    Reasons are looked for in what every lake can hold: each promise broken, and a case that ended without a yes.
    """
    end = datetime.combine(until, time(), ZoneInfo(lake.zone))
    since = end - timedelta(days=DAYS * periods)
    promises = _list_promises(lake, since)
    reasons = (
        *(Reason(f"broken:{promise}", f"a broken promise ({promise.replace('_', ' ')})") for promise in promises),
        Reason("no_without_yes", UNSAID_YES),
    )

    def question() -> ir.Table:
        panel = lay_out_periods(lake.read("customers"), since, end, periods)
        for number, reason in enumerate(reasons):
            happened = list_happenings(lake, reason.key, end)
            panel = _mark(panel, happened, f"r{number}", since)
        flags = [f"r{number}" for number in range(len(reasons))]
        counts = panel.group_by(["period", *flags]).aggregate(n=panel.count(), left=panel["leaves"].sum())
        return counts.order_by("period", *flags)

    counted = lake.fetch(question).to_pydict()
    left = np.array(counted["left"], dtype=np.float64)
    if not left.sum():
        return None
    exposed = np.column_stack([np.array(counted[f"r{number}"], dtype=np.float64) for number in range(len(reasons))])
    return Departures(
        reasons, np.array(counted["period"], dtype=np.int64), exposed, np.array(counted["n"], dtype=np.float64), left
    )


@dataclass(frozen=True)
class WhyTheyLeave:
    """The reasons with enough leavers: how many times as fast customers leave, and their share of all departures."""

    counted: Departures
    hazards: Hazards
    sources: Sources


def explain_departures(counted: Departures, *, rng: np.random.Generator | int) -> WhyTheyLeave | None:
    """Hazard ratios and shares of departures, each reason beside the others; None where too few left under any."""
    enough = [
        number
        for number in range(len(counted.reasons))
        if counted.leavers_under(number) >= FEWEST_LEAVERS
        and counted.leavers - counted.leavers_under(number) >= FEWEST_LEAVERS
    ]
    if not enough:
        return None
    few = counted.only(enough)
    names = [reason.key for reason in few.reasons]
    hazards = discrete_hazards(few.period, few.exposed, few.left, few.n, names)
    cells, of = np.unique(few.exposed, axis=0, return_inverse=True)
    n, left = (np.bincount(of.ravel(), weights=column, minlength=len(cells)) for column in (few.n, few.left))
    return WhyTheyLeave(few, hazards, attribute_departures(cells, left, n, names, rng=rng))


WINDOW = 4
"""How many periods a wave of departures is looked for at once."""
FEWEST_IN_GROUP = 200
MOST_VALUES = 12
SWEPT = 0.01
"""A wave this sure no longer counts among the others that further values of its trait are compared with."""


@dataclass(frozen=True)
class Wave:
    """A stretch of periods in which customers with one value of a trait left more than before, after, and others did.

    `ratio` compares their odds of leaving inside and outside the stretch with the same of everybody else; `p` allows
    for every stretch that was looked at.
    """

    trait: str
    value: str
    since: date
    until: date
    ratio: float
    p: float
    inside: Estimate
    outside: Estimate


def find_waves(lake: Lake, *, until: date, periods: int = PERIODS) -> list[Wave]:
    """For each value of each trait with few values, its strongest wave of departures, real or not.

    Odds of leaving of the group, inside the stretch against outside, divided by the same of all others: what everybody
    went through cancels out. Wald's p on the log scale, times the number of stretches (Bonferroni).
    """
    end = datetime.combine(until, time(), ZoneInfo(lake.zone))
    since = end - timedelta(days=DAYS * periods)
    return [
        wave
        for trait in list_traits(lake)
        for wave in _find_waves_of(trait, _count_by_trait(lake, trait, since, end, periods), since)
    ]


def _find_waves_of(trait: str, counts: Mapping[str, Floats], since: datetime) -> list[Wave]:
    """The waves of one trait's values, the surest first; what one wave swept away is no measure for the others."""
    if not 2 <= len(counts) <= MOST_VALUES:
        return []
    left = {value: own for value, own in counts.items() if own[0].max() >= FEWEST_IN_GROUP}
    together = np.sum([*counts.values()], axis=0)
    found: list[Wave] = []
    while left:
        waves = {value: _strongest_wave(trait, value, own, together - own, since) for value, own in left.items()}
        surest = min(waves, key=lambda value: (waves[value].p, value))
        found.append(waves[surest])
        first = round((waves[surest].since - since.date()).days / DAYS)
        if waves[surest].p < SWEPT:
            together = together.copy()
            together[:, first : first + WINDOW] -= left[surest][:, first : first + WINDOW]
        del left[surest]
    return found


def _strongest_wave(trait: str, value: str, own: Floats, others: Floats, since: datetime) -> Wave:
    starts = range(own.shape[1] - WINDOW + 1)
    tests = [compare_odds(own, others, slice(start, start + WINDOW)) for start in starts]
    best = int(np.argmax([z for _, z in tests]))
    ratio, z = tests[best]
    first = (since + timedelta(days=DAYS * best)).date()
    inside = np.zeros(own.shape[1], dtype=np.bool_)
    inside[best : best + WINDOW] = True
    sides = [estimate_share(float(own[1][side].sum()), float(own[0][side].sum())) for side in (inside, ~inside)]
    p = min(1.0, float(special.ndtr(-z)) * len(tests))
    return Wave(trait, value, first, first + timedelta(days=DAYS * WINDOW), ratio, p, sides[0], sides[1])


def compare_odds(own: Floats, others: Floats, window: slice) -> tuple[float, float]:
    """(ratio of odds ratios, z) of a stretch; half a departure is added to every count, so that none is empty."""
    logs, variance = 0.0, 0.0
    for sign, (n, left) in ((1, own), (-1, others)):
        inside = left[window].sum() + 0.5, n[window].sum() - left[window].sum() + 0.5
        outside = left.sum() - left[window].sum() + 0.5, (n - left).sum() - (n - left)[window].sum() + 0.5
        logs += sign * (np.log(inside[0] / inside[1]) - np.log(outside[0] / outside[1]))
        variance += sum(1 / count for count in (*inside, *outside))
    return float(np.exp(logs)), float(logs / np.sqrt(variance))


def list_traits(lake: Lake) -> list[str]:
    """Names of the traits that the newest customers carry."""
    customers = lake.read("customers")
    some = (
        customers.filter(customers["traits"].notnull()).order_by(customers["at"].desc()).limit(1_000).select("traits")
    )
    return sorted({name for row in lake.fetch(lambda: some).to_pylist() for name in json.loads(row["traits"])})


def _count_by_trait(lake: Lake, trait: str, since: datetime, end: datetime, periods: int) -> dict[str, Floats]:
    """value → (at risk, left) per period."""

    def question() -> ir.Table:
        customers = lake.read("customers")
        told = read_trait(customers, trait)
        panel = lay_out_periods(customers.mutate(told=told), since, end, periods, keep=("told",))
        return panel.group_by("told", "period").aggregate(n=panel.count(), left=panel["leaves"].sum())

    counts: dict[str, Floats] = {}
    for row in lake.fetch(question).to_pylist():
        if row["told"] not in {None, "null"} and 0 <= row["period"] < periods:
            cell = counts.setdefault(row["told"].strip('"'), np.zeros((2, periods)))
            cell[:, row["period"]] = row["n"], row["left"]
    return counts


def _list_promises(lake: Lake, since: datetime) -> list[str]:
    outcomes = lake.read("outcomes")
    known = outcomes.filter(outcomes["at"] >= since).select("promise").distinct()
    return sorted(str(row["promise"]) for row in lake.fetch(lambda: known).to_pylist())


def lay_out_periods(
    customers: ir.Table, since: datetime, end: datetime, periods: int, *, keep: Sequence[str] = ()
) -> ir.Table:
    """One row per customer and period in which they were here as it began; `leaves` is 1 in their last."""
    joined = _period(ibis.coalesce(customers["joined_at"], customers["at"]), since)
    gone = _period(customers["left_at"], since)
    known = customers.filter(customers["customer_id"].notnull(), customers["joined_at"].fill_null(since) <= end)
    known = known.mutate(joined=joined, gone=gone, period=ibis.range(0, periods)).select(
        "customer_id", "joined", "gone", "period", *keep
    )
    rows = known.unnest("period").mutate(period=ibis._["period"].cast("int64"))
    here = rows.filter((rows["period"] > rows["joined"]) & (rows["gone"].isnull() | (rows["period"] <= rows["gone"])))
    return here.mutate(leaves=(here["period"] == here["gone"]).fill_null(False).cast("int64")).select(
        "customer_id", "period", "leaves", *keep
    )


def list_happenings(lake: Lake, key: str, end: datetime) -> ir.Table:
    """(customer_id, happened) of one reason, as things stood at `end`."""
    kind, _, promise = key.partition(":")
    if kind == "broken":
        outcomes = lake.read("outcomes")
        broken = outcomes.filter(
            (outcomes["promise"] == promise)
            & (outcomes["kept_at"].isnull() | (outcomes["kept_at"] > outcomes["due_at"]))
            & (outcomes["due_at"] < end)
        )
        return broken.select("customer_id", happened="due_at")
    cases = lake.read("cases")
    unheard = cases.filter(cases["ended_at"].notnull() & cases["yes_at"].isnull())
    return unheard.select("customer_id", happened="opened_at")


def _mark(panel: ir.Table, happened: ir.Table, flag: str, since: datetime) -> ir.Table:
    """Add `flag`: 1 in the `REACH` periods after it happened to the customer."""
    first = _period(happened["happened"], since)
    told = happened.mutate(first=first).select("customer_id", "first").distinct()
    reached = reduce(
        lambda left, right: left.union(right),
        [told.select("customer_id", reached=told["first"] + later) for later in range(1, REACH + 1)],
    ).distinct()
    reached = reached.select(who="customer_id", reached="reached").mutate(hit=1)
    on = [panel["customer_id"] == reached["who"], panel["period"] == reached["reached"]]
    joined = panel.left_join(reached, on)
    return joined.mutate(**{flag: joined["hit"].fill_null(0).cast("int64")}).drop("who", "reached", "hit")


def _period(moment: ir.TimestampValue, since: datetime) -> ir.Value:
    seconds = unix_seconds(moment) - since.timestamp()
    return (seconds / (DAYS * 86_400.0)).floor().cast("int64")
