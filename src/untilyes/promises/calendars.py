"""Opening hours: which time counts when a promise is in business time. Pure: no Django.

The borders of a window are wall-clock times in the calendar's zone; between them every real second counts. So 9-17 is
eight hours on every day of the year, and a night shift over a clock change lasts as long as the people in it worked.
Counting is by one lookup in a precomputed time line, whatever the distance.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from untilyes.promises.rules import Slice, in_utc

DAY = timedelta(days=1)
NO_TIME = timedelta(0)
MICROSECOND = timedelta(microseconds=1)
# How far ahead we look for open time before we say there is none.
HORIZON = timedelta(days=20 * 366)
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
MOST_YEARS = 60
"""A time line longer than this is not kept growing: a date in another century is a slip of the pen."""


class NeverOpen(ValueError):
    """The calendar has no open time, so a promise on it could never fall due."""


class BadCalendar(ValueError):
    """The calendar cannot be read; the message says what to write instead."""


@dataclass(frozen=True, order=True)
class Window:
    """Open from one wall-clock time to another; past midnight when it closes no later than it opens.

    `Window(time(0), time(0))` is the whole day.
    """

    opens: time
    closes: time

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The window that opens on `day`, as two moments in UTC."""
        closing_day = day if self.closes > self.opens else day + DAY
        opens = datetime.combine(day, self.opens, zone)
        return opens.astimezone(UTC), datetime.combine(closing_day, self.closes, zone).astimezone(UTC)


@dataclass(frozen=True)
class OpeningHours:
    """A zone, the windows of each weekday (Monday first), public holidays, and dates with hours of their own.

    `country` is an ISO 3166 code and `region` its subdivision, for the public holidays on which we are closed.
    `special` overrides whole dates: no windows means closed. Raises BadCalendar and NeverOpen.
    """

    zone: str
    week: tuple[tuple[Window, ...], ...]
    country: str = ""
    region: str = ""
    special: Mapping[date, tuple[Window, ...]] = field(default_factory=dict, hash=False)
    # The time line drawn so far, in a list of one: everything else about opening hours never changes.
    _drawn: "list[_Line]" = field(default_factory=lambda: [NOTHING_DRAWN], init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise BadCalendar(f"{self.zone!r} is not a time zone; write one like Europe/Berlin.") from error
        if len(self.week) != 7:
            raise BadCalendar(f"A week has seven days, not {len(self.week)}; give an empty list for a closed one.")
        if not any(self.week):
            raise NeverOpen("No weekday has opening hours; a promise could never fall due.")
        _holidays_of(self.country, self.region, 2026)

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment when `span` of open time has passed since `start`, in UTC.

        Exactly at closing time when it fits to the second. Raises ValueError for a negative span and NeverOpen when
        there is not enough open time within twenty years.
        """
        begins = start if start.tzinfo is UTC else in_utc(start)
        if span <= NO_TIME:
            return _add_nothing(begins, span)
        line = self._drawn[0]
        if line.first <= begins:
            shifts, until = line.shifts, line.until
            place = bisect_right(line.opens, begins)
            passed, most = begins - shifts[place], until[place]
            target = (passed if passed < most else most) + span
            place = bisect_left(until, target, place)
            if place < len(until):
                return shifts[place] + target
        self._draw_beyond(begins, span)
        return self.add(begins, span)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """How much open time lies between the two; negative when `end` is the earlier."""
        first, last = in_utc(start), in_utc(end)
        if last < first:
            return -self.elapsed(last, first)
        line = self._line(first, last)
        return line.open_before(last) - line.open_before(first)

    def list_slices(self, start: datetime, end: datetime) -> list[Slice]:
        """The open time between the two, stretch by stretch; their lengths add up to `elapsed`."""
        first, last = in_utc(start), in_utc(end)
        if last <= first:
            return []
        windows = self._line(first, last).between(first, last)
        clipped = ((max(opens, first), min(closes, last)) for opens, closes in windows)
        return [Slice(opens, closes) for opens, closes in clipped if opens < closes]

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same wall-clock time `days` open days later, in UTC: what people mean by "in three working days"."""
        zone = ZoneInfo(self.zone)
        local = in_utc(start).astimezone(zone)
        day, left = local.date(), days
        while left > 0:
            day += DAY
            if day - local.date() > HORIZON:
                raise NeverOpen(f"There are not {days} open days within twenty years of {start}.")
            left -= bool(self.windows_on(day))
        return datetime.combine(day, local.time(), zone).astimezone(UTC)

    def is_open(self, at: datetime) -> bool:
        """Whether we are open at this moment."""
        moment = in_utc(at)
        return any(opens <= moment < closes for opens, closes in self._line(moment, moment).between(moment, moment))

    def next_opening(self, at: datetime) -> datetime:
        """The moment itself when we are open, else when we open next, in UTC: what an honest closed sign says."""
        return in_utc(at) if self.is_open(at) else self.add(at, MICROSECOND) - MICROSECOND

    def list_holidays(self, start: datetime, end: datetime) -> list[tuple[date, str]]:
        """The days between the two on which only a holiday, or hours of their own, kept us closed; each with its name.

        A day that is closed because we say so ourselves has no name.
        """
        zone = ZoneInfo(self.zone)
        first, last = in_utc(start).astimezone(zone), in_utc(end).astimezone(zone)
        closed = (
            day for day in _days(first.date(), last.date()) if self.week[day.weekday()] and not self.windows_on(day)
        )
        return [(day, _holidays_of(self.country, self.region, day.year).get(day, "")) for day in closed]

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows that open on this date: special hours, else none on a holiday, else the weekday's."""
        if day in self.special:
            return self.special[day]
        if day in _holidays_of(self.country, self.region, day.year):
            return ()
        return self.week[day.weekday()]

    def _draw_beyond(self, begins: datetime, span: timedelta) -> None:
        """Draw further, so that `span` from `begins` may fit. Raises NeverOpen where twenty years are drawn already."""
        line = self._drawn[0]
        reached = line.last - begins if line.first <= begins else NO_TIME
        if reached > HORIZON:
            raise NeverOpen(f"There are not {span} of open time within twenty years of {begins}.")
        self._line(begins, begins + max(2 * DAY + 3 * span, 2 * reached))

    def _line(self, first: datetime, last: datetime) -> "_Line":
        """A time line that holds both moments, in order; it is kept, and grows by whole years."""
        line = self._drawn[0]
        if line.first <= first and last < line.last:
            return line
        early, late = first.year, last.year
        if line is not NOTHING_DRAWN and max(late, line.last.year) - min(early, line.first.year) <= MOST_YEARS:
            early, late = min(early, line.first.year), max(late, line.last.year - 1)
        line = self._drawn[0] = self._draw(early, late)
        return line

    def _draw(self, early: int, late: int) -> "_Line":
        first, last = date(early, 1, 1), date(late + 1, 1, 1)
        # A day more on either side: local days and UTC days do not begin together.
        zone, days = ZoneInfo(self.zone), _days(first - DAY, last)
        windows = sorted(window.on(day, zone) for day in days for window in self.windows_on(day))
        return _Line.of(windows, *(datetime.combine(day, time(), UTC) for day in (first, last)))


@dataclass(frozen=True, slots=True)
class _Line:
    """Open windows in order, for moments from `first` until before `last`.

    `until` is the open time up to the end of each window. `shifts` is when each would have opened had all of it been
    one stretch, so that a moment within it minus its shift is the open time before that moment. Both begin with an
    entry for the time before all windows, so that how many have opened by a moment is its place in them.
    """

    first: datetime
    last: datetime
    opens: Sequence[datetime]
    shifts: Sequence[datetime]
    until: Sequence[timedelta]

    @classmethod
    def of(cls, windows: Iterable[tuple[datetime, datetime]], first: datetime, last: datetime) -> "_Line":
        opens: list[datetime] = []
        shifts, until = [BEFORE_ALL], [NO_TIME]
        for opening, closing in _join(windows):
            shifts.append(opening - until[-1])
            opens.append(opening)
            until.append(closing - shifts[-1])
        return cls(first, last, opens, shifts, until)

    def open_before(self, moment: datetime) -> timedelta:
        """Open time from the start of the line to this moment."""
        place = bisect_right(self.opens, moment)
        passed, most = moment - self.shifts[place], self.until[place]
        return passed if passed < most else most

    def between(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The windows that opened before `last` or at it, from the one that had opened last before `first`."""
        start, end = max(bisect_right(self.opens, first), 1), bisect_right(self.opens, last)
        return ((self.opens[one - 1], self.shifts[one] + self.until[one]) for one in range(start, end + 1))


NOTHING_DRAWN: Final[_Line] = _Line(BEFORE_ALL, BEFORE_ALL, [], [BEFORE_ALL], [NO_TIME])


def _add_nothing(begins: datetime, span: timedelta) -> datetime:
    if span < NO_TIME:
        raise ValueError(f"A promise cannot fall due before it is given: {span}.")
    return begins


def _join(windows: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Windows in order, those that touch or overlap as one, and none without length."""
    joined: list[tuple[datetime, datetime]] = []
    for opening, closing in windows:
        if joined and opening <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closing))
        elif opening < closing:
            joined.append((opening, closing))
    return joined


@lru_cache(maxsize=256)
def _holidays_of(country: str, region: str, year: int) -> Mapping[date, str]:
    if not country:
        return {}
    import holidays  # noqa: PLC0415 - only calendars that observe a country's holidays need it

    try:
        return dict(holidays.country_holidays(country, subdiv=region or None, years=year, language="en_US"))
    except NotImplementedError as error:
        raise BadCalendar(f"No public holidays are known for {country} {region}".rstrip() + ".") from error


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def read_week(text: Mapping[str, str]) -> tuple[tuple[Window, ...], ...]:
    """A week as people write it: {"mon": "09:00-12:00, 13:00-17:00", "sat": "22:00-02:00"}; other days are closed.

    Raises BadCalendar for an unknown day, a window that is not HH:MM-HH:MM, and windows that overlap.
    """
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    unknown = set(text) - set(names)
    if unknown:
        raise BadCalendar(f"{', '.join(sorted(unknown))} is no weekday; write {', '.join(names)}.")
    return tuple(read_windows(text.get(name, "")) for name in names)


def read_hours(
    *, zone: str, week: Mapping[str, str], country: str = "", region: str = "", special: Mapping[str, str] | None = None
) -> OpeningHours:
    """Opening hours as people write them; the same text is read once per process. Raises BadCalendar, NeverOpen."""
    return _read_hours(zone, tuple(week.items()), country, region, tuple((special or {}).items()))


@lru_cache(maxsize=256)
def _read_hours(
    zone: str, week: tuple[tuple[str, str], ...], country: str, region: str, special: tuple[tuple[str, str], ...]
) -> OpeningHours:
    try:
        dates = {date.fromisoformat(day): read_windows(windows) for day, windows in special}
    except ValueError as error:
        if isinstance(error, BadCalendar):
            raise
        raise BadCalendar(f"A special day is written like 2026-12-24; {error}.") from error
    return OpeningHours(zone=zone, week=read_week(dict(week)), country=country, region=region, special=dates)


def read_windows(text: str) -> tuple[Window, ...]:
    """The windows of one day: "09:00-12:00, 13:00-17:00"; nothing for closed; "00:00-24:00" for all day."""
    windows = tuple(sorted(_read_window(part) for part in text.split(",") if part.strip()))
    for earlier, later in pairwise(windows):
        if earlier.closes <= earlier.opens or later.opens < earlier.closes:
            raise BadCalendar(f"{text!r} has windows that overlap.")
    return windows


def _read_window(text: str) -> Window:
    opens, dash, closes = text.strip().partition("-")
    try:
        window = Window(_read_time(opens), _read_time(closes))
    except ValueError as error:
        raise BadCalendar(f"{text.strip()!r} is no window; write it like 09:00-17:30.") from error
    if not dash:
        raise BadCalendar(f"{text.strip()!r} is no window; write it like 09:00-17:30.")
    return window


def _read_time(text: str) -> time:
    return time(0) if text.strip() == "24:00" else time.fromisoformat(text.strip())
