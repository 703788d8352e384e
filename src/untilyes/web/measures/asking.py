"""What the address asks: one measure, how it is cut, what it is narrowed to, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.http import QueryDict

from untilyes.analysis.measures import GRAINS, MEASURES, Measure
from untilyes.segments.queries import find_segment
from untilyes.web.addresses import address_of_measure
from untilyes.web.words import tell_day, tell_measure

FIRST_MEASURE, FIRST_GRAIN, FIRST_WEEKS = "effectiveness", "week", 26
MOST_DIMENSIONS = 2


class BadQuestion(ValueError):
    """The address asks what nothing can answer; the message says what, and what would be understood."""


@dataclass(frozen=True)
class Question:
    """One measure by at most one grain of time and two dimensions. Both days count; None leaves that end open.

    `segment` is the slug of the segment whose customers alone are counted.
    """

    measure: Measure
    grain: str | None
    dimensions: tuple[str, ...]
    where: Mapping[str, str | None]
    since: date | None
    until: date | None
    segment: str = ""

    @property
    def by(self) -> tuple[str, ...]:
        return (*((self.grain,) if self.grain else ()), *self.dimensions)

    def address(self, slug: str, *, page: str = "measures:page") -> str:
        """The permalink of this question; `page` may be a download or the rows."""
        where = {name: str(value) for name, value in self.where.items()}
        return address_of_measure(
            slug,
            self.measure.name,
            by=self.by,
            where=where,
            since=self.since,
            until=self.until,
            segment=self.segment,
            page=page,
        )

    def narrowed(self, key: Mapping[str, str | date | None]) -> "Question":
        """The same question about one of its cells."""
        since, until = self.since, self.until
        if self.grain and isinstance(start := key.get(self.grain), date):
            first, last = start, end_of_period(start, self.grain)
            since = max(first, since) if since else first
            until = min(last, until) if until else last
        values = {name: value for name, value in key.items() if name in self.measure.dimensions}
        cut = {name: str(value) if value is not None else None for name, value in values.items()}
        return replace(self, where={**self.where, **cut}, since=since, until=until)

    def period(self) -> str:
        """ "from 1 Sep to 24 Nov 2026", "since 1 Sep 2026", "up to 24 Nov 2026", "over all time"."""
        if self.since and self.until:
            return f"from {_day(self.since)} to {_day(self.until)}"
        if self.since:
            return f"since {_day(self.since)}"
        return f"up to {_day(self.until)}" if self.until else "over all time"


def read_question(
    asked: QueryDict, *, today: date, ended_on: date | None = None, first: str = FIRST_MEASURE
) -> Question:
    """The question in an address; a bare one asks for the measure `first` by week. Raises BadQuestion.

    `today` is the day counted back from, `ended_on` the last of a history that has ended.
    """
    if "measure" not in asked:
        first_day = today - timedelta(days=today.weekday(), weeks=FIRST_WEEKS)
        return Question(MEASURES[first], FIRST_GRAIN, (), {}, first_day, ended_on)
    measure = _read_measure(asked.get("measure") or "")
    grain, dimensions = _read_cuts(measure, asked.getlist("by"))
    since, until = _read_day(asked, "since"), _read_day(asked, "until")
    if since and until and until < since:
        raise BadQuestion(f"The last day ({_day(until)}) lies before the first ({_day(since)}); swap them.")
    return Question(measure, grain, dimensions, _read_filters(measure, asked), since, until, _read_segment(asked))


def end_of_period(start: date, grain: str) -> date:
    """The last day of the day, week or month that begins on `start`."""
    return step(start, grain) - timedelta(days=1)


def step(start: date, grain: str, by: int = 1) -> date:
    """The start of the period `by` periods later."""
    if grain == "month":
        months = start.year * 12 + start.month - 1 + by
        return date(months // 12, months % 12 + 1, 1)
    return start + timedelta(days=by * (7 if grain == "week" else 1))


def start_of_period(day: date, grain: str) -> date:
    """The start of the period that `day` lies in."""
    if grain == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if grain == "week" else day


def _read_measure(name: str) -> Measure:
    if name not in MEASURES:
        raise BadQuestion(f"There is no measure called “{name}”. There are {', '.join(MEASURES)}.")
    return MEASURES[name]


def _read_cuts(measure: Measure, by: list[str]) -> tuple[str | None, tuple[str, ...]]:
    cuts = list(dict.fromkeys(cut for cut in by if cut))
    known = (*GRAINS, *measure.dimensions)
    if unknown := [cut for cut in cuts if cut not in known]:
        raise BadQuestion(
            f"{tell_measure(measure.name)} cannot be divided by “{unknown[0]}”. It can be by {', '.join(known)}."
        )
    grains = [cut for cut in cuts if cut in GRAINS]
    dimensions = tuple(cut for cut in cuts if cut not in GRAINS)
    if len(grains) > 1:
        raise BadQuestion(f"Choose one of {' and '.join(grains)}: time can be cut one way at once.")
    if len(dimensions) > MOST_DIMENSIONS:
        raise BadQuestion(f"{len(dimensions)} dimensions at once are more than anybody can read; choose two.")
    return (grains[0] if grains else None), dimensions


def _read_filters(measure: Measure, asked: QueryDict) -> dict[str, str | None]:
    filters: dict[str, str | None] = {}
    for name, value in asked.items():
        dimension = name.removeprefix("where.")
        if dimension == name or not value:
            continue
        if dimension not in measure.dimensions:
            raise BadQuestion(
                f"{tell_measure(measure.name)} cannot be narrowed to a “{dimension}”. "
                f"It can be to a {', '.join(measure.dimensions)}."
            )
        filters[dimension] = None if value == "None" else str(value)
    return filters


def _read_segment(asked: QueryDict) -> str:
    slug = asked.get("segment", "")
    if slug and find_segment(slug) is None:
        raise BadQuestion(f"There is no segment “{slug}” any more; choose another one, or everybody.")
    return slug


def _read_day(asked: QueryDict, name: str) -> date | None:
    text = asked.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadQuestion(f"“{text}” is not a day; write it as 2026-09-01.") from error


def _day(day: date) -> str:
    return f"{tell_day(day)} {day.year}"
