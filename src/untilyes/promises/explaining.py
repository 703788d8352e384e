"""Which time counts for a promise, and every stretch of it that has counted; never writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from untilyes.promises.models import BusinessCalendar, CalendarVersion, Clock
from untilyes.promises.rules import ClockState, Slice


@dataclass(frozen=True)
class Explanation:
    """Why a clock stands where it stands: the stretches that counted add up to `counted`; `limit` was promised.

    `waited` is what the customer experienced: every minute, whether we were open or not. `calendar` is empty where
    every minute counts.
    """

    promise: str
    slug: str
    terms_version: int
    limit: timedelta
    calendar: str
    calendar_version: int | None
    zone: str
    slices: tuple[Slice, ...]
    counted: timedelta
    waited: timedelta
    state: ClockState


def list_calendars() -> list[BusinessCalendar]:
    """Every calendar, by name."""
    return list(BusinessCalendar.objects.order_by("name", "pk"))


def get_calendar_version(calendar: BusinessCalendar, *, at: datetime) -> CalendarVersion:
    """The opening hours in force at that moment. Before the calendar was made, those it was made with."""
    then = calendar.versions.filter(in_force_from__lte=at).order_by("-in_force_from", "-version").first()
    return then or calendar.versions.earliest("version")


def explain_clocks(about: str, *, at: datetime) -> list[Explanation]:
    """For every promise about one thing, each stretch of time that has counted so far: the whole of the arithmetic."""
    clocks = Clock.objects.filter(about=about).select_related("promise", "terms", "hours__calendar")
    return [_explain(clock, at) for clock in clocks.order_by("promised_at", "due_at", "pk")]


def _explain(clock: Clock, at: datetime) -> Explanation:
    stopped_at = clock.kept_at or clock.withdrawn_at or at
    counts = clock.counts
    return Explanation(
        promise=clock.promise.name,
        slug=clock.promise.slug,
        terms_version=clock.terms.version,
        limit=clock.terms.limit,
        calendar=clock.hours.calendar.name if clock.hours else "",
        calendar_version=clock.hours.version if clock.hours else None,
        zone=clock.hours.zone if clock.hours else "UTC",
        slices=tuple(counts.list_slices(clock.promised_at, stopped_at)),
        counted=counts.elapsed(clock.promised_at, stopped_at),
        waited=stopped_at - clock.promised_at,
        state=clock.state(at),
    )
