"""The pages of opening hours: every calendar, and one with what it means and what it has said."""

from dataclasses import dataclass
from datetime import datetime

from untilyes.promises.explaining import get_calendar_version, list_calendars
from untilyes.promises.models import BusinessCalendar, CalendarVersion, Promise
from untilyes.promises.opening import Preview, list_calendar_versions, list_promises_within, preview_hours
from untilyes.web.calendars.forms import DAYS
from untilyes.web.components.empty_state import EmptyState

NO_CALENDARS = EmptyState(
    "Every minute counts",
    "Until opening hours are written down, every promise runs day and night, on Sundays and holidays too. Write down "
    "when you are open, and a promise can run in that time only.",
)


@dataclass(frozen=True)
class CalendarRow:
    """One calendar in the list."""

    calendar: BusinessCalendar
    week: tuple[tuple[str, str], ...]
    preview: Preview
    promises: tuple[Promise, ...]


@dataclass(frozen=True)
class CalendarsPage:
    """Every calendar."""

    rows: tuple[CalendarRow, ...]


@dataclass(frozen=True)
class CalendarPage:
    """One calendar: what it means from now on, the promises that run in it, and every version."""

    calendar: BusinessCalendar
    current: CalendarVersion
    preview: Preview
    promises: tuple[Promise, ...]
    versions: tuple["VersionLine", ...]


@dataclass(frozen=True)
class VersionLine:
    """One version in words."""

    version: CalendarVersion
    week: tuple[tuple[str, str], ...]
    special: int


def build_calendars(*, at: datetime) -> CalendarsPage:
    """Every calendar with the hours in force."""
    rows = []
    for calendar in list_calendars():
        current = get_calendar_version(calendar, at=at)
        promises = tuple(list_promises_within(calendar))
        rows.append(CalendarRow(calendar, tell_week(current.week), preview_hours(current.hours, at=at), promises))
    return CalendarsPage(tuple(rows))


def build_calendar(calendar: BusinessCalendar, *, at: datetime) -> CalendarPage:
    """One calendar and all it has said."""
    versions = list_calendar_versions(calendar)
    current = get_calendar_version(calendar, at=at)
    return CalendarPage(
        calendar=calendar,
        current=current,
        preview=preview_hours(current.hours, at=at),
        promises=tuple(list_promises_within(calendar)),
        versions=tuple(VersionLine(one, tell_week(one.week), len(one.special)) for one in versions),
    )


def tell_week(week: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Runs of days with the same hours: ("Monday to Friday", "09:00-17:00"); closed days are left out."""
    runs: list[tuple[str, str, str]] = []
    for key, day in DAYS.items():
        windows = week.get(key, "")
        if runs and runs[-1][2] == windows:
            runs[-1] = (runs[-1][0], day, windows)
        else:
            runs.append((day, day, windows))
    return tuple((first if first == last else f"{first} to {last}", hours) for first, last, hours in runs if hours)
