"""Every stretch of a clock's time, whether it counted and why not. Pure: no Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from untilyes.promises.calendars import OpeningHours
from untilyes.promises.pausing import Pause, close_pauses
from untilyes.promises.rules import Calendar, in_utc


class Why(StrEnum):
    """What a stretch of time was to a clock."""

    COUNTED = "counted"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True)
class Stretch:
    """One stretch of time. `holidays` are the days in it that would have been open but for the holiday."""

    start: datetime
    end: datetime
    why: Why
    holidays: tuple[tuple[date, str], ...] = ()

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def list_stretches(
    start: datetime, end: datetime, *, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> list[Stretch]:
    """All time between the two, without a gap: what counted, what was closed, what waited for the customer while open.

    The lengths of what counted add up to what the clock says; closed time inside a wait is closed.
    """
    first, last = in_utc(start), in_utc(end)
    waits = [(in_utc(one.begins), in_utc(one.ends or last)) for one in close_pauses(pauses, at=last)]
    windows = [(one.start, one.end) for one in calendar.list_slices(first, last)]
    cuts = {first, last, *(edge for both in (*waits, *windows) for edge in both if first < edge < last)}
    whole = [
        Stretch(begins, ends, _why(begins, windows, waits)) for begins, ends in pairwise(sorted(cuts)) if begins < ends
    ]
    return [_name_holidays(one, calendar) for one in _join(whole)]


def total(stretches: Iterable[Stretch], why: Why) -> timedelta:
    """How much time there is of one kind."""
    return sum((one.length for one in stretches if one.why is why), timedelta(0))


def _why(
    moment: datetime, windows: Sequence[tuple[datetime, datetime]], waits: Sequence[tuple[datetime, datetime]]
) -> Why:
    if not any(opens <= moment < closes for opens, closes in windows):
        return Why.CLOSED
    return Why.PAUSED if any(begins <= moment < ends for begins, ends in waits) else Why.COUNTED


def _join(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches of one kind that touch, as one: a wait that begins at night does not cut the night in two."""
    joined: list[Stretch] = []
    for one in stretches:
        if joined and joined[-1].why is one.why:
            joined[-1] = Stretch(joined[-1].start, one.end, one.why)
        else:
            joined.append(one)
    return joined


def _name_holidays(stretch: Stretch, calendar: Calendar) -> Stretch:
    if stretch.why is not Why.CLOSED or not isinstance(calendar, OpeningHours):
        return stretch
    return Stretch(stretch.start, stretch.end, stretch.why, tuple(calendar.list_holidays(stretch.start, stretch.end)))
