"""Everything a report or a digest tells, gathered once and written in any form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from untilyes.analysis.voices.masking import mask
from untilyes.charts.findings import draw_finding
from untilyes.feedback.queries import find_present, open_lake
from untilyes.insights.models import KeptFinding
from untilyes.insights.queries import list_moved, read_board
from untilyes.insights.rules import State
from untilyes.insights.wording import KINDS, SHAPES, STATES, tell_certainty, tell_money
from untilyes.stats.results import Change
from untilyes.workspaces.tenancy import current_workspace

DAYS: Final = 28
STEERING: Final = (("effectiveness", "Effectiveness"), ("trust", "Trust"))
MOST: Final = 12
MOST_IN_MAIL: Final = 5
Spec = dict[str, Any]


@dataclass(frozen=True)
class Gauge:
    """One of the two figures to steer by: now, in words, and what may be said of its change."""

    name: str
    number: str
    told: str
    shape: str
    verdict: str


@dataclass(frozen=True)
class Told:
    """One finding, ready to be written: every part is text, apart from its chart."""

    kind: str
    shape: str
    tone: str
    sentence: str
    certainty: str
    customers: int
    money: str
    figures: tuple[tuple[str, str], ...]
    quotes: tuple[str, ...]
    action: str
    owner: str
    state: str
    notes: tuple[str, ...]
    address: str
    chart: Spec | None


@dataclass(frozen=True)
class Report:
    """What a director reads: the two gauges, the findings that stand, and how many questions were asked for them."""

    workspace: str
    since: date
    until: date
    made_at: datetime
    gauges: tuple[Gauge, ...]
    findings: tuple[Told, ...]
    standing: int
    questions: int
    looked_at: datetime | None
    address: str

    @property
    def period(self) -> str:
        """ "28 October to 24 November 2026"."""
        last = self.until - timedelta(days=1)
        first = f"{self.since.day} {self.since:%B}" + (f" {self.since.year}" if self.since.year != last.year else "")
        return f"{first} to {last.day} {last:%B %Y}"


@dataclass(frozen=True)
class WeekTold:
    """What a digest tells: new findings, those the measure has verified, and how many stand besides."""

    report: Report
    verified: tuple[Told, ...]
    more: int

    @property
    def subject(self) -> str:
        """The new findings first; without any, what was verified."""
        new, done = len(self.report.findings) + self.more, len(self.verified)
        parts = [f"{new} new finding{'s' if new != 1 else ''}"] if new else []
        parts += [f"{done} verified"] if done else []
        return f"{self.report.workspace}: {', '.join(parts)}"


def gather_report(*, at: datetime, most: int = MOST, width: int = 520) -> Report:
    """The report as of `at`: findings of the last look that nobody dismissed, the most worth first."""
    board = read_board()
    return _lay_out(board.findings[:most], at=at, width=width)


def gather_week(*, since: datetime, at: datetime, width: int = 520) -> WeekTold | None:
    """What became known since: new findings that still stand and those verified; None when there is nothing."""
    new = list_moved(since, at, to=State.NEW, still=(State.NEW, State.READ, State.ACTING, State.FIXED))
    done = list_moved(since, at, to=State.VERIFIED, still=(State.VERIFIED,))
    if not new and not done:
        return None
    report = _lay_out(new[:MOST_IN_MAIL], at=at, width=width)
    return WeekTold(report, tuple(tell(one, width=width) for one in done), max(len(new) - MOST_IN_MAIL, 0))


def tell(finding: KeptFinding, *, width: int) -> Told:
    """A finding in words, with the specification of its chart. What leaves the house names no address and no number."""
    return Told(
        kind=KINDS.get(finding.kind, finding.kind),
        shape=SHAPES[finding.tone],
        tone=finding.tone,
        sentence=finding.sentence,
        certainty=tell_certainty(finding.q),
        customers=finding.customers,
        money=tell_money(finding),
        figures=tuple((one.label, one.estimate.sentence()) for one in finding.figures),
        quotes=tuple(mask(quote) for quote in finding.told.get("quotes", ())),
        action=finding.action,
        owner=str(finding.owner or ""),
        state=STATES.get(finding.state, finding.state),
        notes=tuple(finding.told.get("notes", ())),
        address=f"{_home()}findings/{finding.pk}/",
        chart=draw_finding(finding.figures, finding.course, width=width) if finding.is_drawn else None,
    )


def _lay_out(findings: Sequence[KeptFinding], *, at: datetime, width: int) -> Report:
    workspace, board = current_workspace(), read_board()
    seen_from = find_present(at.astimezone(ZoneInfo(workspace.timezone)))  # a history that ended has its own last weeks
    until = seen_from.date() + timedelta(days=1)
    return Report(
        workspace=workspace.name,
        since=until - timedelta(days=DAYS),
        until=until,
        made_at=at.astimezone(ZoneInfo(workspace.timezone)),
        gauges=tuple(_read_gauges(until)),
        findings=tuple(tell(one, width=width) for one in findings),
        standing=len(board.findings),
        questions=board.questions,
        looked_at=board.looked_at,
        address=f"{_home()}findings/",
    )


def _read_gauges(until: date) -> list[Gauge]:
    from untilyes.analysis.changes import Period, examine  # noqa: PLC0415 - loads the engine

    examined = examine(open_lake(), [name for name, _ in STEERING], period=Period(until, DAYS))
    return [_gauge(title, change) for name, title in STEERING if (change := examined.find(name)) is not None]


def _gauge(title: str, change: Change) -> Gauge:
    shape = {"better": "▲", "worse": "▼", "no_real_change": "●"}.get(change.verdict.value, "○")
    return Gauge(title, change.after.brief(), change.after.sentence(), shape, change.verdict.label)


def _home() -> str:
    return f"{settings.BASE_URL}/w/{current_workspace().slug}/"
