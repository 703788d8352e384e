"""What the page of what matters shows."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from untilyes.analysis.drivers import DAYS, Matters, Source, Turning, read_drivers, read_turnings
from untilyes.charts.readings import Mark, draw_side_by_side
from untilyes.feedback.queries import open_lake
from untilyes.lake import Lake
from untilyes.stats.driver_results import Direction, Driver
from untilyes.stats.results import Estimate
from untilyes.web.components.chart import Chart
from untilyes.web.components.curve import Curve
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.components.whisker import Whisker

OUTCOME_NAMES: Final = {"effective": "Yes to both questions", "trust": "Trust", "csat": "Satisfaction"}
TITLES: Final = {
    Source.OPERATIONS: "What we recorded of the interaction",
    Source.RATINGS: "What customers said about its parts",
}
WAYS: Final = {
    Direction.UP: "the more, the better",
    Direction.DOWN: "the more, the worse",
    Direction.SUPPRESSOR: "turns its sign beside the others",
    Direction.MIXED: "differs from one to another",
}
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
TABLES: Final = ("answers", "interactions", "outcomes")
NOTHING_YET: Final = EmptyState(
    "Not enough to tell what matters",
    "It takes 200 answers within a year whose interaction is known (how often they had to get in touch, how often it "
    "changed hands, how long it took, whether a promise was broken), or that also rate parts of the service, and 30 "
    "answers of either sort. Ask at the end of each interaction, or bring in answers with what was recorded of them.",
    "untilyes import olist folder/ --dry-run",
)


@dataclass(frozen=True)
class DriverRow:
    """One metric in the table."""

    told: str
    driver: Driver
    way: str
    whisker: Whisker

    @property
    def chance(self) -> str:
        """How often as much would be seen with nothing behind it, all metrics of the table allowed for."""
        return "under 0.1 %" if self.driver.q < 0.001 else f"{100 * self.driver.q:.1f} %"


@dataclass(frozen=True)
class Panel:
    """One ranked list with its chart, and what does not matter."""

    title: str
    matters: Matters
    rows: tuple[DriverRow, ...]
    chart: Chart | None
    negligible: tuple[DriverRow, ...]
    undecided: tuple[DriverRow, ...]


@dataclass(frozen=True)
class TurningPanel:
    """One wait with its curve."""

    turning: Turning
    curve: Curve


@dataclass(frozen=True)
class MattersPage:
    """Everything for one outcome."""

    outcome: str
    panels: tuple[Panel, ...]
    turnings: tuple[TurningPanel, ...]
    straight: tuple[Turning, ...]
    since: date
    until: date

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)

    @property
    def empty(self) -> EmptyState | None:
        return None if self.panels or self.turnings or self.straight else NOTHING_YET


def build_page(outcome: str, *, today: date) -> MattersPage:
    """Read the year up to today, or up to the newest answer where that is older."""
    lake = open_lake()
    newest = lake.latest_at("answers")
    day = today + timedelta(days=1)
    if newest is not None:
        day = min(day, newest.date() + timedelta(days=2))
    state = tuple(lake.version(table) for table in TABLES)
    found, turnings = _read(str(lake.path), lake.zone, state, outcome, day)
    panels = [_lay_out(matters) for matters in found]
    real = [turning for turning in turnings if turning.threshold.is_real]
    return MattersPage(
        outcome,
        tuple(panels),
        tuple(_draw_turning(turning) for turning in real),
        tuple(turning for turning in turnings if not turning.threshold.is_real),
        day - timedelta(days=DAYS),
        day,
    )


@lru_cache(maxsize=32)
def _read(
    path: str,
    zone: str,
    state: tuple[int, ...],  # noqa: ARG001 - what was read holds until the lake knows more
    outcome: str,
    until: date,
) -> tuple[tuple[Matters, ...], tuple[Turning, ...]]:
    lake = Lake(path, zone=zone)
    found = [read_drivers(lake, outcome, source, until=until) for source in Source]
    turnings = read_turnings(lake, until=until) if outcome == "effective" else []
    return tuple(one for one in found if one is not None), tuple(turnings)


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
    )


def _row(matters: Matters, one: Driver) -> DriverRow:
    way = WAYS[one.direction] if one.name not in {"channel", "touchpoint"} else WAYS[Direction.MIXED]
    return DriverRow(_capital(matters.told[one.name]), one, way, Whisker(one.share, 0.0, 1.0))


def _draw_turning(turning: Turning) -> TurningPanel:
    return TurningPanel(turning, Curve(turning))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
