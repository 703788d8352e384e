"""What the page of what matters shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from untilyes.analysis.drivers import Matters, Source, Strength, Turning, WhatMatters, tell_way
from untilyes.charts.readings import Mark, draw_side_by_side
from untilyes.feedback.queries import list_asked
from untilyes.insights.actions import ask_for_reckoning
from untilyes.insights.queries import Reckoned, read_reckoning
from untilyes.stats.driver_results import Direction, Driver
from untilyes.stats.importance import Quadrant
from untilyes.stats.results import Estimate
from untilyes.web.components.chart import Chart
from untilyes.web.components.curve import Curve
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.components.whisker import Whisker
from untilyes.web.segments.choosing import SegmentChoice

OUTCOME_NAMES: Final = {"effective": "Yes to both questions", "trust": "Trust", "csat": "Satisfaction"}
TITLES: Final = {
    Source.OPERATIONS: "What we recorded of the interaction",
    Source.RATINGS: "What customers said about its parts",
    Source.TOPICS: "What those who wrote wrote of",
}
WAYS: Final = {Direction.SUPPRESSOR: "turns its sign beside the others", Direction.MIXED: "differs from one to another"}
SHORT: Final = {
    "contacts": "Contacts",
    "handoffs": "Hand-offs",
    "reopens": "Reopenings",
    "duration": "Time taken",
    "promise_broken": "Broken promise",
    "margin": "Early or late",
    "channel": "Channel",
    "touchpoint": "Touchpoint",
}
QUADRANTS: Final = {
    Quadrant.KEEP_UP: ("Strong where it matters", "This is where you are different: keep it up."),
    Quadrant.CONCENTRATE: ("Weak where it matters", "Work here first."),
    Quadrant.OVERKILL: ("Strong where it matters little", "More effort here goes with little."),
    Quadrant.LOW_PRIORITY: ("Weak where it matters little", "Let it be for now."),
    Quadrant.UNDECIDED: ("Not told apart from the middle", "The answers do not say on which side it is."),
}
NOTHING_YET: Final = EmptyState(
    "Not enough to tell what matters",
    "It takes 200 answers within a year whose interaction is known (how often they had to get in touch, how often it "
    "changed hands, how long it took, whether a promise was broken), or that also rate parts of the service, and 30 "
    "answers of either sort. Ask at the end of each interaction, or bring in answers with what was recorded of them.",
    "untilyes import olist folder/ --dry-run",
)


@dataclass(frozen=True)
class DriverRow:
    """One metric in the table; `reach` is the most it may explain of all differences between answers."""

    told: str
    driver: Driver
    way: str
    whisker: Whisker
    reach: str

    @property
    def chance(self) -> str:
        """How often as much would be seen with nothing behind it, all metrics of the table allowed for."""
        return "under 0.1 %" if self.driver.q < 0.001 else f"{100 * self.driver.q:.1f} %"


@dataclass(frozen=True)
class StrengthGroup:
    """The parts in one corner of strength against importance."""

    title: str
    advice: str
    parts: tuple[Strength, ...]


@dataclass(frozen=True)
class Panel:
    """One ranked list with its chart, and what does not matter."""

    title: str
    matters: Matters
    rows: tuple[DriverRow, ...]
    chart: Chart | None
    negligible: tuple[DriverRow, ...]
    undecided: tuple[DriverRow, ...]
    strengths: tuple[StrengthGroup, ...]

    @property
    def is_rated(self) -> bool:
        """Whether it ranks what customers rated."""
        return self.matters.source is Source.RATINGS

    @property
    def is_of_words(self) -> bool:
        """Whether it ranks what customers wrote of, rather than something measured."""
        return self.matters.source is Source.TOPICS


@dataclass(frozen=True)
class TurningPanel:
    """One wait with its curve."""

    turning: Turning
    curve: Curve


@dataclass(frozen=True)
class MattersPage:
    """Everything for one outcome; `told` is None until the worker has been through once."""

    outcome: str
    year: int | None
    customers: SegmentChoice
    reckoned: Reckoned
    told: WhatMatters | None
    panels: tuple[Panel, ...]
    turnings: tuple[TurningPanel, ...]
    straight: tuple[Turning, ...]

    @property
    def last(self) -> date | None:
        return self.told.until - timedelta(days=1) if self.told else None

    @property
    def empty(self) -> EmptyState | None:
        nothing = self.told is not None and not (self.panels or self.turnings or self.straight)
        return NOTHING_YET if nothing else None


def build_page(outcome: str, year: int | None, *, customers: SegmentChoice, at: datetime) -> MattersPage:
    """What the worker last worked out; it is asked again where the lake knows more by now."""
    about = f"matters:{outcome}:{year or ''}" + (f":{customers.slug}" if customers.chosen else "")
    ask_for_reckoning(about, at=at)
    reckoned = read_reckoning(about)
    told = reckoned.value if isinstance(reckoned.value, WhatMatters) else None
    turnings = told.turnings if told else ()
    return MattersPage(
        outcome,
        year,
        customers,
        reckoned,
        told,
        tuple(_lay_out(matters) for matters in told.found) if told else (),
        tuple(_draw_turning(turning) for turning in turnings if turning.threshold.is_real),
        tuple(turning for turning in turnings if not turning.threshold.is_real),
    )


def find_first_outcome() -> str:
    """The first outcome that customers were asked for; a yes where they were asked for none."""
    asked = list_asked()
    return next((name for name in OUTCOME_NAMES if name in asked), next(iter(OUTCOME_NAMES)))


def _lay_out(matters: Matters) -> Panel:
    rows = tuple(_row(matters, one) for one in matters.real)
    marks = [Mark(SHORT.get(row.driver.name, row.told), row.driver.share) for row in rows]
    total: Estimate | None = None
    title = f"Parts of what is explained ({matters.found.r2.brief()} of all differences between answers)"
    note = f"{matters.found.n:,.0f} answers. Whiskers: 95 %."
    chart = Chart(
        f"drivers-{matters.source}", title, lambda width: draw_side_by_side(marks, width=width, total=total), note
    )
    return Panel(
        TITLES[matters.source],
        matters,
        rows,
        chart if rows else None,
        tuple(_row(matters, one) for one in matters.negligible),
        tuple(_row(matters, one) for one in matters.undecided),
        tuple(_group_strengths(matters.strengths)),
    )


def _group_strengths(strengths: Sequence[Strength]) -> Iterator[StrengthGroup]:
    for quadrant, (title, advice) in QUADRANTS.items():
        parts = tuple(one for one in strengths if one.quadrant is quadrant)
        if parts:
            yield StrengthGroup(title, advice, parts)


def _row(matters: Matters, one: Driver) -> DriverRow:
    direction = one.direction if one.name not in {"channel", "touchpoint"} else Direction.MIXED
    way = WAYS.get(direction) or tell_way(one.name, matters.source, up=direction is Direction.UP)
    told = _capital(matters.told[one.name])
    return DriverRow(told, one, way, Whisker(one.share, 0.0, 1.0), f"{100 * matters.reach(one):.1f} %")


def _draw_turning(turning: Turning) -> TurningPanel:
    return TurningPanel(turning, Curve(turning))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
