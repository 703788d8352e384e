"""What cases teach as a whole: why things go wrong, and whether every unhappy response came to something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from untilyes.cases.causes import SIGN
from untilyes.cases.queries import (
    CauseBar,
    CauseLine,
    Coverage,
    CoverageCell,
    CoverageRow,
    Pareto,
    list_causes,
    list_coverage,
    read_coverage,
    read_coverage_by,
    read_pareto,
)
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.components.sparkline import Sparkline
from untilyes.web.components.whisker import Whisker, span_of
from untilyes.web.words import SOURCES
from untilyes.workspaces.models import Member

SPANS: Final = {28: "4 weeks", 91: "13 weeks", 182: "26 weeks", 364: "a year"}
USUAL: Final = 91
BY: Final = {"week": "week", "source": "source", "channel": "channel", "touchpoint": "touchpoint"}
REASONS: Final = {
    "test": "a test",
    "opted_out": "the customer asked not to be asked",
    "duplicate": "the same answer twice within an hour",
}
OUTCOMES: Final = {
    "opened": "opened a case",
    "joined": "joined a case",
    "suppressed": "set aside",
    "leaked": "came to nothing",
}


@dataclass(frozen=True)
class CauseRow:
    """One bar of the chart: where it leads, how it is drawn, how it moved."""

    bar: CauseBar
    rows: str
    below: str
    whisker: Whisker
    trend: Sparkline


@dataclass(frozen=True)
class CausesPage:
    """The root causes of a time, below one of them or at the top."""

    pareto: Pareto
    days: int
    spans: Sequence[tuple[int, str]]
    rows: Sequence[CauseRow]
    above: Sequence[tuple[str, str]]
    sentence: str
    tree: Sequence[CauseLine]
    may_edit: bool
    empty: EmptyState
    problem: str = ""


@dataclass(frozen=True)
class CoveragePage:
    """The equation, and its parts by one dimension."""

    coverage: Coverage
    by: str
    choices: Sequence[tuple[str, str]]
    cells: Sequence[tuple[str, CoverageCell]]
    reasons: Sequence[tuple[str, str, int]]
    days: int
    spans: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class CoverageRowsPage:
    """The responses behind one number."""

    told: str
    rows: Sequence[tuple[CoverageRow, str]]
    back: str


def build_causes(member: Member, *, days: int, under: str, at: datetime, problem: str = "") -> CausesPage:
    """The Pareto page."""
    pareto = read_pareto(since=at - timedelta(days=days), until=at, under=under)
    low, high = span_of([bar.share for bar in pareto.bars])
    steps = under.split(SIGN) if under else []
    return CausesPage(
        pareto=pareto,
        days=days,
        spans=list(SPANS.items()),
        rows=[_draw(bar, pareto, days, max(0.0, low), high) for bar in pareto.bars],
        above=[(step, SIGN.join(steps[: place + 1])) for place, step in enumerate(steps)],
        sentence=_tell(pareto),
        tree=list_causes(),
        may_edit=member.may("act_on_findings"),
        empty=EmptyState(
            "No cause has been named in this time",
            "Whoever works a case names why it went wrong before proposing a solution. What comes up most stands here.",
        ),
        problem=problem,
    )


def build_coverage(*, days: int, by: str, at: datetime) -> CoveragePage:
    """The coverage page."""
    since = at - timedelta(days=days)
    coverage = read_coverage(since=since)
    return CoveragePage(
        coverage=coverage,
        by=by,
        choices=list(BY.items()),
        cells=[(_say(by, cell.value), cell) for cell in read_coverage_by(by, since=since)],
        reasons=[(reason, REASONS.get(reason, reason), n) for reason, n in sorted(coverage.suppressed.items())],
        days=days,
        spans=list(SPANS.items()),
    )


def build_coverage_rows(
    member: Member, *, days: int, outcome: str, reason: str, dimension: str, value: str, at: datetime
) -> CoverageRowsPage:
    """The rows behind a number of the coverage."""
    since = at - timedelta(days=days)
    rows = list_coverage(seen_by=member, since=since, outcome=outcome, reason=reason, dimension=dimension, value=value)
    told = OUTCOMES.get(outcome, "unhappy")
    where = f", {BY[dimension]} {_say(dimension, value)}" if dimension else ""
    why = f" ({REASONS.get(reason, reason)})" if reason else ""
    by = dimension or "week"
    return CoverageRowsPage(
        f"Unhappy responses: {told}{why}{where}",
        [(row, _say_outcome(row)) for row in rows],
        "?" + urlencode({"days": days, "by": by}),
    )


def _draw(bar: CauseBar, pareto: Pareto, days: int, low: float, high: float) -> CauseRow:
    rows = "?" + urlencode({"which": "all", "cause": bar.path})
    below = "" if bar.is_leaf or bar.path == pareto.under else "?" + urlencode({"days": days, "under": bar.path})
    return CauseRow(bar, rows, below, Whisker(bar.share, low, high), Sparkline(bar.months, f"{bar.name}, by month"))


def _tell(pareto: Pareto) -> str:
    """The most frequent causes in one sentence: as few as make up half of the cases."""
    if not pareto.bars:
        return ""
    few = next(place for place, bar in enumerate(pareto.bars, start=1) if bar.so_far >= HALF)
    names = ", ".join(bar.name for bar in pareto.bars[: min(few, MOST)])
    where = f" below {pareto.under}" if pareto.under else ""
    more = f" and {few - MOST} more" if few > MOST else ""
    share = round(100 * pareto.bars[few - 1].so_far)
    return f"{names}{more}: {few} of {len(pareto.bars)} causes{where} are behind {share} % of {pareto.counted} cases."


HALF, MOST = 0.5, 3


def _say(dimension: str, value: str) -> str:
    if dimension == "week":
        day = date.fromisoformat(value)
        return f"from {day.day} {day:%b %Y}"
    return SOURCES.get(value, value) if dimension == "source" else (value.replace("_", " ") or "not said")


def _say_outcome(row: CoverageRow) -> str:
    told = OUTCOMES[row.outcome]
    return f"{told}: {REASONS.get(row.reason, row.reason)}" if row.reason else told
