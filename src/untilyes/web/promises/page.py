"""The promises pages: what we said, how it was kept, and what the margin is worth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from untilyes.analysis.kept import Cut, KeptMonth
from untilyes.analysis.margins import MarginCurve
from untilyes.charts.promises import draw_curve, draw_margins
from untilyes.promises.access import get_promise
from untilyes.promises.models import Promise, PromiseTerms
from untilyes.promises.queries import (
    STAYED,
    PromiseLine,
    find_why_staying_is_unknown,
    get_line,
    is_given_as_day,
    list_outcomes,
    list_promises,
    list_terms,
    read_curve,
    read_margins,
)
from untilyes.promises.ratchet.models import TargetProposal
from untilyes.promises.ratchet.queries import list_waiting_proposals
from untilyes.promises.ratchet.rules import tell_about
from untilyes.promises.reading import list_cuts, read_cut, read_kept_months, read_sides
from untilyes.segments.models import Segment
from untilyes.segments.queries import among, list_segments
from untilyes.stats.results import Estimate
from untilyes.web.addresses import address_of_measure
from untilyes.web.components.chart import Chart
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.components.whisker import Whisker
from untilyes.web.promises.next_target import NextTarget, build_next_target
from untilyes.web.words import tell_value
from untilyes.workspaces.models import Member

SPANS = {"": "Over all time", "365": "The last year", "84": "The last 12 weeks", "28": "The last 4 weeks"}
TOLD_BY = {
    "effective": "yes to both questions",
    "got_it": "got what they needed",
    "good_job": "good job",
    "trust": "trust us",
    "csat": "satisfied",
    "ces": "easy",
    "nps": "would recommend",
    STAYED: "who stayed",
}
SEGMENT = "segment"
MOST_CURVES = 6
NOBODY_PROMISED = EmptyState(
    "Nothing promised yet",
    "A promise has a limit that customers are told and a stricter target that only we know. Make the first one, or "
    "import what another system promised and delivered.",
    "untilyes import olist folder/ --dry-run",
)


@dataclass(frozen=True)
class Chosen:
    """The days looked at, and what else could be chosen."""

    days: str
    since: date | None

    @property
    def label(self) -> str:
        return SPANS[self.days]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(SPANS.items())


@dataclass(frozen=True)
class PromiseRow:
    """One promise in the table, with what its margin is worth in a sentence."""

    line: PromiseLine
    whisker: Whisker
    worth: str


@dataclass(frozen=True)
class PromisesPage:
    """All promises."""

    rows: tuple[PromiseRow, ...]
    waiting: tuple[TargetProposal, ...]
    chosen: Chosen


@dataclass(frozen=True)
class Asked:
    """What of a promise was asked for; an `outcome` or a cut `by` that it does not have falls back to what it has."""

    chosen: Chosen
    outcome: str = ""
    by: str = ""


@dataclass(frozen=True)
class CutLine:
    """One value of the cut in words."""

    name: str
    kept: Estimate
    margin: Estimate
    whisker: Whisker


@dataclass(frozen=True)
class PromisePage:
    """One promise. `promise`, `terms` and `next_target` are None and empty where it is known from imports only."""

    line: PromiseLine
    promise: Promise | None
    terms: Sequence[PromiseTerms]
    chosen: Chosen
    outcome: str
    outcomes: Sequence[tuple[str, str]]
    no_staying: str
    curve: MarginCurve | None
    worth: Chart | None
    margins: Chart | None
    median: Estimate
    is_day: bool
    cuts: Sequence[tuple[str, str]]
    by: str
    cut: tuple[CutLine, ...]
    hidden: int
    months: Sequence[KeptMonth]
    next_target: NextTarget | None
    rows: str
    trend: str


def choose_span(days: str, *, today: date) -> Chosen:
    """The span asked for; all time for anything that is not offered."""
    if days not in SPANS or not days:
        return Chosen("", None)
    return Chosen(days, today - timedelta(days=int(days) - 1))


def build_page(chosen: Chosen, *, at: datetime) -> PromisesPage:
    """Every promise, and for the first few what their margin is worth."""
    lines = list_promises(at=at, since=chosen.since)
    asked = [line.slug for line in sorted(lines, key=lambda line: -line.kept.n) if line.kept.n][:MOST_CURVES]
    worth = {key: _tell_worth(key, chosen) for key in asked}
    rows = tuple(PromiseRow(line, Whisker(line.kept, 0.0, 1.0), worth.get(line.slug, "")) for line in lines)
    return PromisesPage(rows, tuple(list_waiting_proposals()), chosen)


def build_promise(key: str, *, asked: Asked, seen_by: Member, at: datetime) -> PromisePage:
    """One promise; the curve is of the outcome asked for, or the first that enough customers answered."""
    chosen = asked.chosen
    line = get_line(key, at=at, since=chosen.since)
    ours = get_promise(key, seen_by=seen_by) if line.is_ours else None
    terms = list_terms(ours) if ours else []
    no_staying = find_why_staying_is_unknown(key)
    outcomes = (*list_outcomes(key), *(() if no_staying else (STAYED,)))
    segments = list_segments()
    cuts = (*list_cuts(key), *((SEGMENT,) if segments else ()))
    told = asked.outcome if asked.outcome in outcomes else next(iter(outcomes), "")
    by = asked.by if asked.by in cuts else next(iter(cuts), "")
    curve = read_curve(key, outcome=told, since=chosen.since) if told else None
    cut = _read_cut(key, by, segments, since=chosen.since, at=at) if by else None
    margins = read_margins(key, since=chosen.since)
    where, slug = {"promise": key}, seen_by.workspace.slug
    return PromisePage(
        line=line,
        promise=ours,
        terms=terms,
        chosen=chosen,
        outcome=told,
        outcomes=[(name, TOLD_BY[name]) for name in outcomes],
        no_staying=no_staying,
        curve=curve,
        worth=_draw_worth(curve) if curve and curve.points else None,
        margins=draw_margins_of(dict(margins.bins), margins.total),
        median=margins.total,
        is_day=is_given_as_day(key),
        cuts=[(name, name.replace("_", " ")) for name in cuts],
        by=by,
        cut=_lay_out(cut) if cut else (),
        hidden=cut.hidden if cut else 0,
        months=read_months(key, at=at),
        next_target=build_next_target(ours, terms, at=at) if ours else None,
        rows=address_of_measure(slug, "promise_kept", where=where, since=chosen.since, page="measures:rows"),
        trend=address_of_measure(slug, "promise_kept", by=("month",), where=where, since=chosen.since),
    )


def _read_cut(key: str, by: str, segments: Sequence[Segment], *, since: date | None, at: datetime) -> Cut:
    if by != SEGMENT:
        return read_cut(key, by=by, since=since, at=at)
    return read_sides(key, {one.name: among(one, at=at) for one in segments}, by=by, since=since)


def read_months(key: str, *, at: datetime) -> Sequence[KeptMonth]:
    """How the promise was kept by the month it was given. Raises NotFound when nobody ever gave it."""
    get_line(key, at=at)
    return read_kept_months(key, at=at)


def _lay_out(cut: Cut) -> tuple[CutLine, ...]:
    return tuple(
        CutLine(_tell_side(cut.by, row.value), row.kept, row.margin, Whisker(row.kept, 0.0, 1.0)) for row in cut.rows
    )


def _tell_side(by: str, value: str | None) -> str:
    """A segment goes by the name somebody gave it; anything else is told as everywhere."""
    return value or "" if by == SEGMENT else tell_value(by, value)


def _tell_worth(key: str, chosen: Chosen) -> str:
    outcomes = list_outcomes(key)
    return read_curve(key, outcome=outcomes[0], since=chosen.since).sentence if outcomes else ""


def _draw_worth(curve: MarginCurve) -> Chart:
    scale = (
        f" on the scale {curve.scale.replace('..', ' to ')}" if curve.scale and curve.outcome in {"csat", "ces"} else ""
    )
    note = (
        f"{curve.n:,} {curve.words.counted}{scale}. Each dot is a stretch of margin with about as many; whiskers hold "
        "the true share 95 times in 100."
    )
    if curve.plateau.begins is not None:
        note += " Shaded: where the plateau may begin."
    return Chart("worth", curve.sentence, lambda width: draw_curve(curve, width=width), note)


def _tell_early(margin: float) -> str:
    """ "2.6 days early", "19 hours late"."""
    return f"{tell_about(abs(margin))} {'early' if margin >= 0 else 'late'}"


def _tell_ends(median: Estimate) -> str:
    """ ", plausibly 1.9 days to 2.1 days early", or that nothing can be said."""
    low, high = (math.inf if end is None else end for end in (median.low, median.high))
    if not math.isfinite(low + high):
        return f"; {median.n:,.0f} are too few for an interval"
    first = _tell_early(low) if low < 0 <= high else tell_about(abs(low))
    return f", plausibly {first} to {_tell_early(high)}"


def draw_margins_of(bins: dict[int, int], median: Estimate) -> Chart | None:
    """How early or late promises were delivered; None where nothing was, or too little to show."""
    n = sum(bins.values())
    if not n or not median.is_defined:
        return None
    title = f"Half were delivered at least {_tell_early(median.value or 0.0)}{_tell_ends(median)}"
    note = f"{n:,} delivered promises; the outermost hundredth on either side is gathered at the ends."
    return Chart("margins", title, lambda width: draw_margins(bins, width=width), note)
