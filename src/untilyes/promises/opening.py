"""What opening hours mean in practice: when we open next, when an hour on Friday evening ends; never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from untilyes.promises.calendars import OpeningHours
from untilyes.promises.models import BusinessCalendar, CalendarVersion, Promise, PromiseTerms
from untilyes.promises.rules import Slice

SHOWN: Final = 7
FRIDAY: Final = 4
EXAMPLES: Final = ((time(16, 30), timedelta(hours=1)), (time(16, 30), timedelta(days=1)))
"""What is promised on a Friday, at which time, and for how long: where opening hours are most often misread."""


@dataclass(frozen=True)
class Example:
    """A promise given at `start`, for `span` of open time, falls due at `due`; in the calendar's zone."""

    start: datetime
    span: timedelta
    due: datetime


@dataclass(frozen=True)
class Preview:
    """What hours mean from a moment on, in the calendar's zone. `closed` are days lost to holidays, with their names.

    `weekly` is the open time of the seven days to come.
    """

    zone: str
    is_open: bool
    openings: tuple[Slice, ...]
    weekly: timedelta
    examples: tuple[Example, ...]
    closed: tuple[tuple[date, str], ...]


def preview_hours(hours: OpeningHours, *, at: datetime) -> Preview:
    """The next openings, two promises given on the coming Friday, and the holidays of the coming year."""
    zone = ZoneInfo(hours.zone)
    local = at.astimezone(zone)
    friday = local.date() + timedelta(days=(FRIDAY - local.weekday()) % 7)
    examples = ((datetime.combine(friday, clock, zone), span) for clock, span in EXAMPLES)
    return Preview(
        zone=hours.zone,
        is_open=hours.is_open(at),
        openings=tuple(_list_openings(hours, at)),
        weekly=hours.elapsed(at, at + timedelta(days=7)),
        examples=tuple(Example(start, span, hours.add(start, span).astimezone(zone)) for start, span in examples),
        closed=tuple(hours.list_holidays(at, at + timedelta(days=365))),
    )


def list_calendar_versions(calendar: BusinessCalendar) -> list[CalendarVersion]:
    """What the calendar has said over time, the newest first."""
    return list(calendar.versions.select_related("by__user").order_by("-version"))


def list_promises_within(calendar: BusinessCalendar) -> list[Promise]:
    """The promises whose newest terms count in these hours."""
    newest = {terms.promise_id: terms for terms in PromiseTerms.objects.order_by("version")}
    counted = [key for key, terms in newest.items() if terms.calendar_id == calendar.pk]
    return list(Promise.objects.filter(pk__in=counted, retired_at=None).order_by("name"))


def _list_openings(hours: OpeningHours, at: datetime) -> Sequence[Slice]:
    """The next few stretches of open time; a sparse calendar may need a year to have as many."""
    zone = ZoneInfo(hours.zone)
    for days in (14, 400):
        found = list(islice(hours.list_slices(at, at + timedelta(days=days)), SHOWN))
        if len(found) == SHOWN:
            break
    return [Slice(one.start.astimezone(zone), one.end.astimezone(zone)) for one in found]
