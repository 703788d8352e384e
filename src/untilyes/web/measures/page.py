"""The measures page: one reading, said, drawn, listed, and told how it came about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from untilyes.analysis.changes import Examination, Shift
from untilyes.analysis.measures import FLOOR, GRAINS, MEASURES, Cell, Reading
from untilyes.analysis.measures.measure import Among
from untilyes.analysis.periods import Span, compare_spans
from untilyes.feedback.queries import open_lake, read_stamp
from untilyes.segments.queries import among, find_segment, list_segments
from untilyes.stats.results import Change, Estimate, Verdict
from untilyes.web.components.chart import Chart
from untilyes.web.components.whisker import Whisker, span_of
from untilyes.web.measures.asking import Question, end_of_period, start_of_period, step
from untilyes.web.measures.picture import list_cut, picture, picture_answers, tell_period
from untilyes.web.words import tell_measure, tell_value

MOST_LINES = 150
METHODS: Mapping[str, str] = {
    "wilson": "Wilson’s interval for a share",
    "adjusted-wald": "Rocks’ adjusted Wald interval for a net score",
    "order-statistics": "interval between order statistics, whatever the distribution",
    "kaplan-meier": "Kaplan-Meier, those still waiting counted as long as they waited",
    "newcombe": "Newcombe’s interval for a difference of shares",
}


@dataclass(frozen=True)
class Line:
    """One cell of the table: how it is called, its number or why there is none, and where its rows are."""

    told: tuple[str, ...]
    estimate: Estimate
    hidden: str | None
    whisker: Whisker
    rows: str


@dataclass(frozen=True)
class ChangeLine:
    """One verdict: of the whole (no words) or of one cell."""

    what: str
    change: Change


@dataclass(frozen=True)
class Comparison:
    """The last period against the one before: the whole, the cells that really changed, how many were looked at."""

    after: str
    before: str
    whole: Change | None
    real: tuple[ChangeLine, ...]
    examined: int

    @property
    def sentence(self) -> str:
        """ "76 %, was 77 % (…): this week against the one before"; the verdict itself stands beside it."""
        if self.whole is None or self.whole.verdict is Verdict.TOO_FEW:
            return f"Too few answers to compare {self.after} with {self.before}."
        _, _, numbers = self.whole.sentence().partition(": ")
        return f"{numbers or self.whole.sentence()}: {self.after} against {self.before}."


@dataclass(frozen=True)
class Choice:
    """One value a reader may choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """What the measure can be narrowed to in one dimension."""

    dimension: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Picker:
    """What can be asked, with what was asked marked."""

    measures: tuple[Choice, ...]
    grains: tuple[Choice, ...]
    cuts: tuple[tuple[Choice, ...], ...]
    filters: tuple[Filter, ...]
    segments: tuple[Choice, ...]
    since: date | None
    until: date | None

    @property
    def narrowed(self) -> bool:
        every = (self.segments, *(one.choices for one in self.filters))
        return any(choice.chosen and choice.value for choices in every for choice in choices)


@dataclass(frozen=True)
class Definition:
    """How the number is defined. A template would call a measure, so its words are spelled out here."""

    asked: str
    better: str
    tables: str
    method: str


@dataclass(frozen=True)
class MeasurePage:
    """Everything the page shows."""

    title: str
    sentence: str
    comparison: Comparison | None
    chart: Chart | None
    answers: Chart | None
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    cells: int
    hidden: int
    total: Line | None
    reading: Reading
    definition: Definition
    picker: Picker
    addresses: Mapping[str, str]


def read_measure(question: Question, *, at: datetime) -> Reading:
    """The reading the question asks for."""
    return question.measure(
        open_lake(),
        by=question.by,
        where=question.where,
        since=question.since,
        until=_day_after(question.until),
        among=find_among(question, at=at),
        now=at,
    )


def find_among(question: Question, *, at: datetime) -> Among | None:
    """The members of the segment that is asked about; None for everybody."""
    segment = find_segment(question.segment) if question.segment else None
    return among(segment, at=at) if segment else None


def build_page(question: Question, *, slug: str, at: datetime) -> MeasurePage:
    """Ask once for the reading and once for the comparison. `at` is now, in the workspace's zone."""
    reading = read_measure(question, at=at)
    comparison = compare(question, at=at)
    scale = span_of(cell.estimate for cell in reading)
    lines = [_line(question, cell, scale, slug) for cell in reading]
    newest_first = sorted(lines, key=lambda line: line[0], reverse=True) if question.grain else lines
    return MeasurePage(
        title=tell_measure(question.measure.name),
        sentence=tell_reading(question, reading),
        comparison=comparison,
        chart=picture(question, reading, title=title_chart(question, reading, comparison), today=at.date()),
        answers=picture_answers(question, reading),
        heads=tuple(name.capitalize() for name in reading.by),
        lines=tuple(line for _, line in newest_first[:MOST_LINES]),
        cells=len(lines),
        hidden=reading.hidden,
        total=_total(question, reading, scale, slug),
        reading=reading,
        definition=Definition(
            question.measure.question, question.measure.better, ", ".join(question.measure.tables), _methods(reading)
        ),
        picker=build_picker(question, slug),
        addresses={
            name: question.address(slug, page=f"measures:{name}") for name in ("page", "rows", "csv", "svg", "png")
        },
    )


def tell_reading(question: Question, reading: Reading) -> str:
    """The sentence of the whole: the number with its interval, where and when."""
    name = tell_measure(question.measure.name)
    where = ", ".join(tell_where(question))
    head = f"{name}{f' ({where})' if where else ''} {question.period()}"
    if reading.measure == "source_mix":
        return f"{head}: surveys are {reading.total.sentence()} of what was heard."
    if reading.total.is_defined:
        return f"{head}: {reading.total.sentence()}."
    if not reading.cells:
        return f"{head}: nothing to go by yet."
    if question.measure.apart and len({cell.key.get(question.measure.part or "") for cell in reading}) > 1:
        return f"{head}: asked on several scales, which are never mixed; each has its own lines."
    return f"{head}: too few answers to show without pointing at people (fewer than {FLOOR})."


def tell_where(question: Question) -> list[str]:
    """What it is narrowed to, in words."""
    segment = find_segment(question.segment) if question.segment else None
    told = [tell_value(dimension, value) for dimension, value in question.where.items()]
    return [*told, segment.name] if segment else told


def title_chart(question: Question, reading: Reading, comparison: Comparison | None) -> str:
    """The sentence the chart shows."""
    name = tell_measure(question.measure.name)
    known = [cell for cell in reading if cell.estimate.is_defined]
    if question.grain:
        if comparison and comparison.whole and comparison.whole.delta is not None:
            return f"{name}: {comparison.whole.verdict.label} in {comparison.after}"
        return f"{name} by {question.grain}"
    if not known or not list_cut(reading):
        return name
    lowest = min(known, key=lambda cell: cell.estimate.value or 0.0)
    highest = max(known, key=lambda cell: cell.estimate.value or 0.0)
    ends = [f"{cell.estimate.brief()} ({tell_key(cell.key, list_cut(reading))})" for cell in (lowest, highest)]
    told = f"{name}: from {ends[0]} to {ends[1]}" if len(known) > 1 else f"{name}: {ends[0]}"
    apart = (lowest.estimate.high or 0.0) < (highest.estimate.low or 0.0)
    return told if apart or len(known) < 2 else f"{told}; their intervals overlap"


def tell_key(key: Mapping[str, str | date | None], cut: Sequence[str]) -> str:
    """ "delivery, e-mail"."""
    return ", ".join(tell_value(name, key[name]) for name in cut)


def compare(question: Question, *, at: datetime) -> Comparison | None:
    """The last whole period against the one before; without periods, the days asked for against as many before."""
    spans = _spans(question, at.date())
    if spans is None:
        return None
    before, after, told = spans
    found = compare_spans(
        question.measure,
        open_lake(),
        before=before,
        after=after,
        by=question.dimensions,
        where=question.where,
        among=find_among(question, at=at),
        now=at,
    )
    return Comparison(told[1], told[0], found.find(question.measure.name), _real(found), _count_cells(found))


def _spans(question: Question, today: date) -> tuple[Span, Span, tuple[str, str]] | None:
    if question.grain:
        grain = question.grain
        last_day = min(today - timedelta(days=1), question.until or date.max)
        start = start_of_period(last_day, grain)
        if end_of_period(start, grain) > last_day:
            start = step(start, grain, -1)
        earlier = step(start, grain, -1)
        told = [
            f"the {tell_period(day, grain)}" if grain == "week" else tell_period(day, grain) for day in (earlier, start)
        ]
        return Span(earlier, start), Span(start, step(start, grain)), (told[0], told[1])
    if question.since is None:
        return None
    until = (question.until or today) + timedelta(days=1)
    length = until - question.since
    words = f"{length.days} days"
    return (
        Span(question.since - length, question.since),
        Span(question.since, until),
        (f"the {words} before", f"these {words}"),
    )


def _real(found: Examination) -> tuple[ChangeLine, ...]:
    return tuple(ChangeLine(_tell_shift(shift), shift.change) for shift in found.real if shift.key)


def _count_cells(found: Examination) -> int:
    return sum(bool(shift.key) and shift.change.verdict is not Verdict.TOO_FEW for shift in found.shifts)


def _tell_shift(shift: Shift) -> str:
    return ", ".join(tell_value(name, value) for name, value in shift.key.items())


def _line(question: Question, cell: Cell, scale: tuple[float, float], slug: str) -> tuple[str, Line]:
    """A line with what it is ordered by."""
    told = tuple(
        tell_period(value, name) if name in GRAINS and isinstance(value, date) else tell_value(name, value)
        for name, value in cell.key.items()
    )
    rows = question.narrowed(cell.key).address(slug, page="measures:rows")
    when = str(cell.key.get(question.grain or "", ""))
    return when, Line(told, cell.estimate, cell.hidden, Whisker(cell.estimate, *scale), rows)


def _total(question: Question, reading: Reading, scale: tuple[float, float], slug: str) -> Line | None:
    if not reading.by or not reading.total.is_defined or reading.measure == "source_mix":
        return None
    whisker = Whisker(reading.total, *scale)
    return Line(("All together",), reading.total, None, whisker, question.address(slug, page="measures:rows"))


def _methods(reading: Reading) -> str:
    used = dict.fromkeys(one.method for one in (reading.total, *(cell.estimate for cell in reading)) if one.is_defined)
    return "; ".join(METHODS.get(name, name.replace("_", " ")) for name in used) or "–"


def build_picker(question: Question, slug: str) -> Picker:
    """The choices for this measure."""
    cuts = (*question.dimensions, "", "")[:2]
    return Picker(
        measures=_choices(((name, tell_measure(name)) for name in MEASURES), question.measure.name),
        grains=_choices(
            (("", "Not by time"), *((grain, f"By {grain}") for grain in reversed(GRAINS))), question.grain or ""
        ),
        cuts=tuple(
            _choices((("", "–"), *((name, name.capitalize()) for name in question.measure.dimensions)), cut)
            for cut in cuts
        ),
        filters=tuple(_filter(question, name, values) for name, values in _known_values(question, slug)),
        segments=_choices(
            (("", "Everybody"), *((segment.slug, segment.name) for segment in list_segments())), question.segment
        ),
        since=question.since,
        until=question.until,
    )


def _filter(question: Question, dimension: str, values: Sequence[str | None]) -> Filter:
    asked = str(question.where[dimension]) if dimension in question.where else ""
    named = {str(value): tell_value(dimension, value) for value in values}
    if asked and asked not in named:
        named[asked] = tell_value(dimension, asked)
    return Filter(dimension, dimension.capitalize(), _choices((("", "All"), *named.items()), asked))


def _choices(pairs: Iterable[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value == chosen) for value, label in pairs)


def _known_values(question: Question, slug: str) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    return _list_values(slug, question.measure.name, read_stamp())


@lru_cache(maxsize=256)
def _list_values(slug: str, measure: str, stamp: str) -> tuple[tuple[str, tuple[str | None, ...]], ...]:  # noqa: ARG001
    """What each dimension may be narrowed to; `slug` and `stamp` name the state of the lake it was read from."""
    lake, asked = open_lake(), MEASURES[measure]
    found = []
    for dimension in asked.dimensions:
        values = {cell.key[dimension] for cell in asked(lake, by=(dimension,))}
        ordered = sorted((value for value in values if isinstance(value, str)), key=str.casefold)
        found.append((dimension, (*ordered, *((None,) if None in values else ()))))
    return tuple(one for one in found if len(one[1]) > 1)


def _day_after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day else None
