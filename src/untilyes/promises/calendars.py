"""Opening hours: which time counts when a promise is in business time. Pure: no Django.

The borders of a window are wall-clock times in the calendar's zone; between them every real second counts. So 9-17 is
eight hours on every day of the year, and a night shift over a clock change lasts as long as the people in it worked.
Counting is by one lookup in a precomputed time line, whatever the distance.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from untilyes.promises.rules import Slice, in_utc

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# How far ahead we look for open time before we say there is none.
HORIZON = timedelta(days=20 * 366)


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
    # Time lines drawn so far, by their first and last year.
    _lines: dict[tuple[int, int], "_Line"] = field(default_factory=dict, init=False, repr=False, compare=False)

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
        if span < timedelta(0):
            raise ValueError(f"A promise cannot fall due before it is given: {span}.")
        begins, reach = in_utc(start), 2 * DAY + 3 * span
        moment, wanted = _count(begins), span // MICROSECOND
        while True:
            line = self._line(begins, begins + reach)
            target = line.open_before(moment) + wanted
            if target <= line.total:
                return max(begins, _moment(line.reach(target)))
            if reach > HORIZON:
                raise NeverOpen(f"There are not {span} of open time within twenty years of {start}.")
            reach *= 2

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """How much open time lies between the two; negative when `end` is the earlier."""
        first, last = in_utc(start), in_utc(end)
        line = self._line(first, last) if first <= last else self._line(last, first)
        return timedelta(microseconds=line.open_before(_count(last)) - line.open_before(_count(first)))

    def list_slices(self, start: datetime, end: datetime) -> list[Slice]:
        """The open time between the two, stretch by stretch; their lengths add up to `elapsed`."""
        first, last = in_utc(start), in_utc(end)
        line = self._line(first, last)
        windows = (
            (max(_moment(o), first), min(_moment(c), last)) for o, c in zip(line.opens, line.closes, strict=True)
        )
        return [Slice(opens, closes) for opens, closes in windows if opens < closes]

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
        line, moment = self._line(in_utc(at), in_utc(at)), _number(at)
        index = bisect_right(line.opens, moment) - 1
        return index >= 0 and moment < line.closes[index]

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

    def _line(self, start: datetime, end: datetime) -> "_Line":
        years = (start.year, end.year)
        line = self._lines.get(years)
        if line is None:
            line = self._lines[years] = self._draw(date(years[0], 1, 1), date(years[1], 12, 31))
        return line

    def _draw(self, first: date, last: date) -> "_Line":
        # A day more on either side: local days and UTC days do not begin together.
        zone, days = ZoneInfo(self.zone), _days(first - DAY, last + DAY)
        windows = sorted(window.on(day, zone) for day in days for window in self.windows_on(day))
        return _Line.of(windows)


@dataclass(frozen=True)
class _Line:
    """Open windows in order, in microseconds since the epoch, and the open time before each of them."""

    opens: Sequence[int]
    closes: Sequence[int]
    before: Sequence[int]
    until: Sequence[int]

    @classmethod
    def of(cls, windows: Sequence[tuple[datetime, datetime]]) -> "_Line":
        opens: list[int] = []
        closes: list[int] = []
        for start, end in windows:
            opening, closing = _number(start), _number(end)
            if closes and opening <= closes[-1]:  # windows that touch or overlap are one
                closes[-1] = max(closes[-1], closing)
            elif closing > opening:
                opens.append(opening)
                closes.append(closing)
        before, until, total = [], [], 0
        for opening, closing in zip(opens, closes, strict=True):
            before.append(total)
            total += closing - opening
            until.append(total)
        return cls(opens, closes, before, until)

    @property
    def total(self) -> int:
        return self.until[-1] if self.until else 0

    def open_before(self, moment: int) -> int:
        """Open microseconds from the start of the line to this moment."""
        index = bisect_right(self.opens, moment) - 1
        if index < 0:
            return 0
        closes = self.closes[index]
        return self.before[index] + (moment if moment < closes else closes) - self.opens[index]

    def reach(self, target: int) -> int:
        """The first moment at which that much open time has passed."""
        index = bisect_left(self.until, target)
        return self.opens[index] + target - self.before[index]


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


def _number(moment: datetime) -> int:
    return _count(in_utc(moment))


def _count(moment: datetime) -> int:
    """Microseconds since the epoch of a moment in UTC; a division of times would take most of the time counted in."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _moment(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number)


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
