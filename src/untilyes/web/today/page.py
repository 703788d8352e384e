"""Everything Today shows, asked of several rooms and put side by side."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from untilyes.analysis.changes import Examination, Period, Shift, examine
from untilyes.analysis.measures import MEASURES
from untilyes.cases.queries import Work, count_work
from untilyes.feedback.queries import Freshness, open_lake, read_freshness
from untilyes.lake import Lake
from untilyes.stats.results import Estimate, Verdict
from untilyes.web.addresses import address_of_measure
from untilyes.web.components.gauge import Gauge
from untilyes.web.components.meter import Meter, divide
from untilyes.web.components.sparkline import Sparkline
from untilyes.web.words import SOURCES, tell_cell, tell_day, tell_measure

STEERING = ("effectiveness", "trust")
WARNING = ("first_time_yes", "timely", "complete", "courteous", "nps", "csat", "ces", "promise_kept", "response_rate")
DIMENSIONS = ("channel", "touchpoint")
WEEKS = 12
# Surveys should be at most this share of what is heard (MISSION M7).
SURVEY_ZONE = (0.40, 0.50)
SHOWN = 6


@dataclass(frozen=True)
class ChangeLine:
    """One real change, in words, and where to look closer."""

    verdict: Verdict
    what: str
    told: str
    address: str


@dataclass(frozen=True)
class TodayPage:
    """The board of Today. `stamp` names the state of the stores it was made from."""

    stamp: str
    gauges: tuple[Gauge, ...]
    changes: tuple[ChangeLine, ...]
    more: int
    examined: int
    quiet: int
    warnings: tuple[ChangeLine, ...]
    work: Work
    sources: Meter | None
    freshness: Freshness

    @property
    def is_empty(self) -> bool:
        """Nothing was ever heard."""
        return self.freshness.heard_at is None


def build_page(slug: str, *, at: datetime, stamp: str) -> TodayPage:
    """Ask everything once. `at` is now, in the workspace's zone."""
    lake = open_lake()
    period = Period(until=at.date() + timedelta(days=1))
    examined = examine(lake, (*STEERING, *WARNING), period=period, by=DIMENSIONS)
    changed = [shift for shift in examined.real if shift.key]
    lines = tuple(_line(slug, shift, period) for shift in changed[:SHOWN])
    warnings = [s for s in examined.real if not s.key and s.measure in WARNING and s.change.verdict is Verdict.WORSE]
    return TodayPage(
        stamp=stamp,
        gauges=tuple(draw_gauge(lake, slug, name, examined, period) for name in STEERING),
        changes=lines,
        more=len(changed) - len(lines),
        examined=examined.examined,
        quiet=len(WARNING) - len(warnings),
        warnings=tuple(_line(slug, shift, period) for shift in warnings),
        work=count_work(at=at),
        sources=read_source_mix(lake, slug, period),
        freshness=read_freshness(at=at),
    )


def read_source_mix(lake: Lake, slug: str, period: Period) -> Meter | None:
    """How what we heard divides by where we heard it; None when nothing was heard."""
    reading = MEASURES["source_mix"](lake, by=("source",), since=period.since, until=period.until)
    shares = {str(cell.key["source"]): cell for cell in reading.cells if cell.hidden is None}
    if not shares:
        return None
    order = sorted(shares, key=lambda source: (source != "survey", -(shares[source].estimate.value or 0.0)))
    parts = divide(
        [
            (
                SOURCES.get(source, source),
                shares[source].estimate,
                round(shares[source].estimate.n * (shares[source].estimate.value or 0.0)),
                address_of_measure(slug, "source_mix", by=("week", "source"), where={"source": source}),
            )
            for source in order
        ]
    )
    return Meter("Where we listen", parts, SURVEY_ZONE, "surveys at most 40–50 %")


def draw_gauge(lake: Lake, slug: str, name: str, examined: Examination, period: Period) -> Gauge:
    """One of the two steering figures with its trend and what it was before."""
    change = examined.find(name)
    trend = _trend(lake, name, period.until)
    return Gauge(
        name=tell_measure(name),
        estimate=change.after if change else Estimate(None, None, None, 0, "none"),
        address=address_of_measure(slug, name, by=("week",), since=period.until - timedelta(weeks=WEEKS)),
        period=f"last {period.days // 7} weeks",
        against=f"in the {period.days // 7} weeks before",
        change=change,
        trend=trend,
    )


def _trend(lake: Lake, name: str, until: date) -> Sparkline | None:
    """Whole weeks only: a week that began yesterday would look like a fall or a rise and be neither."""
    monday = until - timedelta(days=(until - timedelta(days=1)).weekday() + 1)
    reading = MEASURES[name](lake, by=("week",), since=monday - timedelta(weeks=WEEKS), until=monday)
    weeks = {cell.key["week"]: cell.estimate for cell in reading.cells if cell.hidden is None}
    if len(weeks) < 2:
        return None
    starts = [monday - timedelta(weeks=back) for back in range(WEEKS, 0, -1)]
    nothing = Estimate(None, None, None, 0, "none")
    points = tuple(weeks.get(start, nothing) for start in starts)
    told = [point.brief() for point in points if point.is_defined]
    label = f"{tell_measure(name)} over {WEEKS} weeks: from {told[0]} to {told[-1]}"
    return Sparkline(points, label, tell_day(starts[0]), f"week of {tell_day(starts[-1])}")


def _line(slug: str, shift: Shift, period: Period) -> ChangeLine:
    change = shift.change
    head = tell_cell(shift.measure, shift.key)
    told = f"{change.after.brief()}, was {change.before.brief()}; {change.after.n:,.0f} answers in {period.days} days."
    address = address_of_measure(
        slug, shift.measure, by=("week",), where=dict(shift.key), since=period.until - timedelta(weeks=2 * WEEKS)
    )
    return ChangeLine(change.verdict, head, told, address)
