"""Time that does not count because we wait for the customer. Pure: no Django.

Pauses are read from a history as often as they are needed and never added up in a counter; so a changed history, a
promise with other terms and another calendar all find the pauses that there were.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from untilyes.promises.rules import Calendar, Measures, Slice, in_utc

# What we owe whether or not the customer owes us something: first words, and not to fall silent.
NEVER_PAUSED = frozenset({Measures.FIRST_RESPONSE, Measures.UPDATE, Measures.IMPORTED})


@dataclass(frozen=True)
class Pause:
    """One stretch of waiting for the customer, until they were heard or we went on; `ends` is None while it lasts."""

    begins: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Paused:
    """A calendar in which pauses do not count. They have ended, are in order, and lie apart."""

    calendar: Calendar
    pauses: Sequence[Pause]

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment when `span` of counted time outside pauses has passed since `start`.

        Each pause that begins before that moment moves it by the counted time it covers: a night between closing and
        opening moves it by nothing.
        """
        moment = self.calendar.add(start, span)
        for begins, ends in self._after(start):
            if begins >= moment:
                break
            moment = self.calendar.add(moment, self.calendar.elapsed(begins, ends))
        return moment

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """How much counted time outside pauses lies between the two; negative when `end` is the earlier."""
        if end < start:
            return -self.elapsed(end, start)
        paused = (self.calendar.elapsed(begins, min(ends, end)) for begins, ends in self._after(start) if begins < end)
        return self.calendar.elapsed(start, end) - sum(paused, timedelta(0))

    def list_slices(self, start: datetime, end: datetime) -> list[Slice]:
        """The counted time outside pauses, stretch by stretch."""
        slices: list[Slice] = []
        begins = in_utc(start)
        for stops, goes_on in self._after(start):
            slices += self.calendar.list_slices(begins, min(stops, in_utc(end)))
            begins = goes_on
        return slices + self.calendar.list_slices(begins, in_utc(end))

    def _after(self, start: datetime) -> list[tuple[datetime, datetime]]:
        """The pauses as far as they lie after `start`, in UTC."""
        first = in_utc(start)
        both = ((in_utc(one.begins), in_utc(one.ends)) for one in self.pauses if one.ends is not None)
        return [(max(begins, first), ends) for begins, ends in both if ends > first]


def close_pauses(pauses: Iterable[Pause], *, at: datetime) -> tuple[Pause, ...]:
    """The pauses as they stand at `at`: one that lasts is counted up to then, one that is yet to begin not at all."""
    begun = (one for one in pauses if one.begins < at)
    return tuple(replace(one, ends=at if one.ends is None else min(one.ends, at)) for one in begun)


def clip_pauses(pauses: Iterable[Pause], *, start: datetime, end: datetime | None) -> tuple[Pause, ...]:
    """The pauses as far as they touch the time from `start` to `end`, or to ever where it has no end."""
    touching = (one for one in pauses if one.ends is None or one.ends > start)
    later = tuple(replace(one, begins=max(one.begins, start)) for one in touching)
    return later if end is None else close_pauses(later, at=end)
