"""What the page of leaving shows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from untilyes.analysis.leaving import DAYS, Wave, WhyTheyLeave, count_departures, explain_departures, find_waves
from untilyes.analysis.staying import (
    Departed,
    TraitRate,
    WhoLeaves,
    compare_traits,
    read_departed,
    read_life_table,
)
from untilyes.analysis.waves import group_waves
from untilyes.charts.readings import Mark, draw_side_by_side
from untilyes.feedback.narrowing import narrow_lake
from untilyes.lake import Lake
from untilyes.stats.hazards import LifeTable
from untilyes.stats.multiplicity import correct
from untilyes.stats.results import Estimate
from untilyes.web.components.chart import Chart
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.components.whisker import Whisker
from untilyes.web.segments.choosing import SegmentChoice

TABLES: Final = ("customers", "outcomes", "cases")
SHOWN: Final = 12
MOST_OF_A_TRAIT: Final = 2
CHARTED: Final = 18
MONTHS: Final = 24
NOBODY_LEFT: Final = EmptyState(
    "Nobody is known to have left",
    "This page is about customers and when their relationship ended. Bring in customers with the day they joined and, "
    "for those who are gone, the day they left and the reason they gave.",
    "untilyes import telco_churn folder/ --dry-run",
)


@dataclass(frozen=True)
class Stay:
    """One 30-day period of a relationship: the chance of leaving within it, and who is still here after it."""

    number: int
    hazard: Estimate
    staying: Estimate


@dataclass(frozen=True)
class SourceRow:
    """One reason that goes before leaving."""

    told: str
    ratio: Estimate
    share: Estimate
    p: float
    exposed: int
    leavers: int
    key: str

    @property
    def is_real(self) -> bool:
        return self.p <= 0.05

    @property
    def chance(self) -> str:
        return "under 0.1 %" if self.p < 0.001 else f"{100 * self.p:.1f} %"


@dataclass(frozen=True)
class TraitRow:
    """One value of a trait with the shares that have left, here and elsewhere, on one scale."""

    rate: TraitRate
    whisker: Whisker

    @property
    def told(self) -> str:
        value = self.rate.value.removesuffix(".0")  # traits that are numbers come as they are written down
        return f"{self.rate.trait.replace('_', ' ')}: {value}"


@dataclass(frozen=True)
class WaveRow:
    """One wave, and how else the same people are known."""

    wave: Wave
    others: tuple[str, ...]


@dataclass(frozen=True)
class LeavingPage:
    """Everything about who leaves."""

    departed: Departed
    stays: tuple[Stay, ...]
    chart: Chart | None
    sources: tuple[SourceRow, ...]
    together: Estimate | None
    who: WhoLeaves
    traits: tuple[TraitRow, ...]
    waves: tuple[WaveRow, ...]
    looked_at: int

    @property
    def silent(self) -> tuple[str, ...]:
        """Traits that make no difference, in words."""
        return tuple(name.replace("_", " ") for name in self.who.silent)

    @property
    def empty(self) -> EmptyState | None:
        return None if self.departed.left else NOBODY_LEFT

    @property
    def months(self) -> tuple[tuple[date, int], ...]:
        """The newest months first."""
        return tuple((month.first, month.left) for month in self.departed.months[: -MONTHS - 1 : -1])

    @property
    def sentence(self) -> str:
        """How many left, and what goes before it."""
        known, left = self.departed.customers, self.departed.left
        told = f"{left:,} of {known:,} customers have left."
        real = [row for row in self.sources if row.is_real and (row.ratio.value or 0.0) > 1]
        if real:
            first = max(real, key=lambda row: row.share.value or 0.0)
            return f"{told} After {first.told} they leave {first.ratio.brief()} times as fast."
        if self.who.real:
            most = max(self.who.real, key=lambda rate: rate.change.delta or 0.0)
            sides = most.change.after.brief(), most.change.before.brief()
            trait = most.trait.replace("_", " ")
            return f"{told} Of those with {trait} “{most.value}” {sides[0]} are gone, of the others {sides[1]}."
        return told


def build_page(*, customers: SegmentChoice, today: date) -> LeavingPage:
    """Read everything up to today, or up to the newest that is known of a customer where that is older."""
    lake = customers.open_lake(at=_start_of(today))
    newest = lake.latest_at("customers")
    day = today + timedelta(days=1)
    if newest is not None and (latest := newest.date() + timedelta(days=2)) < day:
        day = latest if read_departed(lake, until=day).left == read_departed(lake, until=latest).left else day
    chosen = (customers.slug, customers.chosen.pk) if customers.chosen else ("", 0)
    return _read(str(lake.path), lake.zone, tuple(lake.version(table) for table in TABLES), day, chosen)


@lru_cache(maxsize=16)
def _read(
    path: str,
    zone: str,
    state: tuple[int, ...],  # noqa: ARG001 - what was read holds until the lake knows more
    until: date,
    chosen: tuple[str, int],  # a segment that is kept anew under the same name has another key
) -> LeavingPage:
    lake = narrow_lake(Lake(path, zone=zone), chosen[0], at=_start_of(until))
    departed = read_departed(lake, until=until)
    if not departed.left:
        return LeavingPage(departed, (), None, (), None, WhoLeaves((), ()), (), (), 0)
    counted = count_departures(lake, until=until)
    why = explain_departures(counted, rng=np.random.default_rng(1)) if counted is not None else None
    stays = _list_stays(read_life_table(lake, until=until))
    who = compare_traits(lake, until=until)
    waves = find_waves(lake, until=until)
    q = correct(np.array([wave.p for wave in waves])) if waves else np.array([])
    real = [wave for wave, sure in zip(waves, q, strict=True) if sure <= 0.05 and wave.ratio > 1]
    return LeavingPage(
        departed,
        stays,
        _draw_stays(stays),
        _list_sources(why),
        why.sources.joint if why else None,
        who,
        tuple(TraitRow(rate, Whisker(rate.change.after, 0.0, 1.0)) for rate in _choose(who.real)),
        tuple(_lay_out_wave(*told) for told in group_waves(lake, real, until=until)),
        len(waves),
    )


def _choose(rates: Sequence[TraitRate]) -> list[TraitRate]:
    """The farthest from the others, of no trait more than two: a trait of many values says the same in all of them."""
    often: Counter[str] = Counter()
    chosen = []
    for rate in rates:
        often[rate.trait] += 1
        if often[rate.trait] <= MOST_OF_A_TRAIT:
            chosen.append(rate)
    return chosen[:SHOWN]


def _list_stays(table: LifeTable | None) -> tuple[Stay, ...]:
    if table is None:
        return ()
    return tuple(Stay(number + 1, table.hazard[number], table.staying[number]) for number in range(len(table.staying)))


def _draw_stays(stays: tuple[Stay, ...]) -> Chart | None:
    if not stays:
        return None
    marks = [Mark(f"{stay.number * DAYS} days", stay.staying) for stay in stays[:CHARTED]]
    last = stays[: len(marks)][-1]
    title = f"{last.staying.brief()} are still here after {last.number * DAYS} days"
    note = f"Customers followed from {stays[0].hazard.n:,.0f} in their first {DAYS} days. Whiskers: 95 %."
    return Chart("staying", title, lambda width: draw_side_by_side(marks, width=width, total=None), note)


def _list_sources(why: WhyTheyLeave | None) -> tuple[SourceRow, ...]:
    if why is None:
        return ()
    rows = [
        SourceRow(
            reason.told,
            why.hazards[reason.key].ratio,
            why.sources[reason.key].share,
            why.hazards[reason.key].p,
            why.counted.exposed_now(number),
            round(why.counted.leavers_under(number)),
            f"leaving:{reason.key}",
        )
        for number, reason in enumerate(why.counted.reasons)
    ]
    return tuple(sorted(rows, key=lambda row: -(row.share.value or 0.0)))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _lay_out_wave(wave: Wave, others: tuple[Wave, ...]) -> WaveRow:
    return WaveRow(wave, tuple(f"{one.trait.replace('_', ' ')} “{one.value}”" for one in others))
