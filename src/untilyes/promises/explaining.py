"""Which time counts for a promise, and every stretch of it that has counted; never writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from untilyes.promises.calendars import OpeningHours
from untilyes.promises.models import BusinessCalendar, CalendarVersion, Clock
from untilyes.promises.rules import ClockState, Slice
from untilyes.promises.stretches import Stretch, Why, list_stretches, total


@dataclass(frozen=True)
class Explanation:
    """Why a clock stands where it stands: every stretch since it was promised, counted or not.

    `waited` is what the customer experienced: every minute, whether we were open or not. `counted` is what was ours to
    control: the hours that count, without waiting for the customer. `calendar` is empty where every minute counts.
    """

    promise: str
    slug: str
    turn: int
    terms_version: int
    limit: timedelta
    calendar: str
    calendar_version: int | None
    zone: str
    stretches: tuple[Stretch, ...]
    counted: timedelta
    waited: timedelta
    state: ClockState
    promised_at: datetime
    team: str

    @property
    def slices(self) -> tuple[Slice, ...]:
        """The stretches that counted; their lengths add up to `counted`."""
        return tuple(Slice(one.start, one.end) for one in self.stretches if one.why is Why.COUNTED)

    @property
    def closed(self) -> timedelta:
        """How long nobody was there."""
        return total(self.stretches, Why.CLOSED)

    @property
    def paused(self) -> timedelta:
        """How much time that would have counted was spent waiting for the customer."""
        return total(self.stretches, Why.PAUSED)


def list_calendars() -> list[BusinessCalendar]:
    """Every calendar, by name."""
    return list(BusinessCalendar.objects.order_by("name", "pk"))


def get_calendar_version(calendar: BusinessCalendar, *, at: datetime) -> CalendarVersion:
    """The opening hours in force at that moment. Before the calendar was made, those it was made with."""
    then = calendar.versions.filter(in_force_from__lte=at).order_by("-in_force_from", "-version").first()
    return then or calendar.versions.earliest("version")


def get_hours(version: int) -> OpeningHours:
    """The opening hours of one version of a calendar. Raises CalendarVersion.DoesNotExist, BadCalendar, NeverOpen."""
    return CalendarVersion.objects.get(pk=version).hours


def explain_clocks(about: str, *, at: datetime) -> list[Explanation]:
    """For every promise about one thing, each stretch of time that has counted so far: the whole of the arithmetic."""
    clocks = Clock.objects.filter(about=about).select_related("promise", "terms", "hours__calendar")
    return [_explain(clock, at) for clock in clocks.order_by("promised_at", "due_at", "pk")]


def _explain(clock: Clock, at: datetime) -> Explanation:
    stopped_at = clock.stopped_at or at
    stretches = list_stretches(clock.promised_at, stopped_at, calendar=clock.calendar, pauses=clock.list_pauses())
    return Explanation(
        promise=clock.promise.name,
        slug=clock.promise.slug,
        turn=clock.turn,
        terms_version=clock.terms.version,
        limit=clock.terms.limit,
        calendar=clock.hours.calendar.name if clock.hours else "",
        calendar_version=clock.hours.version if clock.hours else None,
        zone=clock.hours.zone if clock.hours else "UTC",
        stretches=tuple(stretches),
        counted=clock.counted(stopped_at),
        waited=clock.waited(stopped_at),
        state=clock.state(at),
        promised_at=clock.promised_at,
        team=clock.team,
    )
