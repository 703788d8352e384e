"""Everything Today shows, asked of several rooms and put side by side."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from untilyes.analysis.changes import Examination, Period, Shift, examine
from untilyes.analysis.measures import MEASURES
from untilyes.cases.queries import Work, count_work
from untilyes.feedback.queries import Freshness, Present, open_lake, read_freshness, read_present
from untilyes.insights.queries import Board, read_board
from untilyes.lake import Lake
from untilyes.promises.ratchet.queries import count_waiting_proposals
from untilyes.stats.results import Estimate, Verdict
from untilyes.web.addresses import address_of_measure
from untilyes.web.components.gauge import Gauge
from untilyes.web.components.meter import Meter, divide
from untilyes.web.components.sparkline import Sparkline
from untilyes.web.today.examining import STEERING, WARNING, look_at_changes
from untilyes.web.today.trends import WEEKS
from untilyes.web.words import SOURCES, tell_cell, tell_measure
from untilyes.workspaces.models import Workspace

# Surveys should be at most this share of what is heard (MISSION M7).
SURVEY_ZONE = (0.40, 0.50)
SHOWN = 6
FINDINGS_SHOWN = 3


@dataclass(frozen=True)
class ChangeLine:
    """One real change, in words, and where to look closer."""

    verdict: Verdict
    what: str
    told: str
    address: str


@dataclass(frozen=True)
class TodayPage:
    """The board of Today. `stamp` names the state of the stores it was made from; all is counted up to `present`."""

    stamp: str
    gauges: tuple[Gauge, ...]
    changes: tuple[ChangeLine, ...]
    more: int
    examined: int
    looked_at: datetime
    quiet: int
    warnings: tuple[ChangeLine, ...]
    findings: Board
    work: Work
    proposals: int
    sources: Meter | None
    freshness: Freshness
    present: Present

    @property
    def is_empty(self) -> bool:
        """Nothing was ever heard."""
        return self.freshness.heard_at is None


def build_page(workspace: Workspace, *, at: datetime, stamp: str) -> TodayPage:
    """Ask everything once. `at` is now, in the workspace's zone."""
    lake, slug = open_lake(), workspace.slug
    present = read_present(at)
    period = Period(until=present.at.date() + timedelta(days=1))
    look = look_at_changes(lake, workspace.key, period, stamp=stamp, at=at)
    examined, steering = look.examined, examine(lake, STEERING, period=period)
    changed = [shift for shift in examined.real if shift.key]
    lines = tuple(_line(slug, shift, period) for shift in changed[:SHOWN])
    warnings = [s for s in examined.real if not s.key and s.measure in WARNING and s.change.verdict is Verdict.WORSE]
    return TodayPage(
        stamp=look.mark(stamp),
        gauges=tuple(draw_gauge(slug, name, steering, period, look.trends[name]) for name in STEERING),
        changes=lines,
        more=len(changed) - len(lines),
        examined=examined.examined,
        looked_at=look.at,
        quiet=len(WARNING) - len(warnings),
        warnings=tuple(_line(slug, shift, period) for shift in warnings),
        findings=read_board(limit=FINDINGS_SHOWN),
        work=count_work(at=at),
        proposals=count_waiting_proposals(),
        sources=read_source_mix(lake, slug, period),
        freshness=read_freshness(at=at),
        present=present,
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


def draw_gauge(slug: str, name: str, examined: Examination, period: Period, trend: Sparkline | None) -> Gauge:
    """One of the two steering figures with its trend and what it was before."""
    change = examined.find(name)
    return Gauge(
        name=tell_measure(name),
        estimate=change.after if change else Estimate(None, None, None, 0, "none"),
        address=address_of_measure(slug, name, by=("week",), since=period.until - timedelta(weeks=WEEKS)),
        period=f"last {period.days // 7} weeks",
        against=f"in the {period.days // 7} weeks before",
        change=change,
        trend=trend,
    )


def _line(slug: str, shift: Shift, period: Period) -> ChangeLine:
    change = shift.change
    head = tell_cell(shift.measure, shift.key)
    told = f"{change.after.brief()}, was {change.before.brief()}; {change.after.n:,.0f} answers in {period.days} days."
    address = address_of_measure(
        slug, shift.measure, by=("week",), where=dict(shift.key), since=period.until - timedelta(weeks=2 * WEEKS)
    )
    return ChangeLine(change.verdict, head, told, address)
