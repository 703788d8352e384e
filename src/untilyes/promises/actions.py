"""Verbs about promises: making and changing them, and running their clocks. Every outcome is told to the lake."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from untilyes.customers.models import Customer
from untilyes.feedback.actions import record_facts
from untilyes.feedback.facts import Circumstances
from untilyes.plumbing.announce import announce
from untilyes.promises.calendars import read_hours
from untilyes.promises.events import PromiseKept
from untilyes.promises.explaining import get_calendar_version
from untilyes.promises.models import BusinessCalendar, CalendarVersion, Clock, Promise, PromiseTerms
from untilyes.promises.pausing import NEVER_PAUSED, Pause, Paused, clip_pauses
from untilyes.promises.queries import get_terms
from untilyes.promises.rules import EVERY_MINUTE, Measures, Span, check_terms, find_due, is_looser
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member

DEFAULT_LIMIT, DEFAULT_TARGET = timedelta(days=3), timedelta(days=2)


class PromiseExists(ValueError):
    """Another promise goes by this name already."""


class CalendarExists(ValueError):
    """Another calendar goes by this name already."""


class ReasonNeeded(ValueError):
    """Terms may become looser only with a written reason."""


@transaction.atomic
def make_calendar(
    name: str,
    *,
    zone: str,
    week: Mapping[str, str],
    at: datetime,
    by: Member | None = None,
    country: str = "",
    region: str = "",
    special: Mapping[str, str] | None = None,
) -> BusinessCalendar:
    """Write down opening hours: {"mon": "09:00-12:00, 13:00-17:00"}, public holidays of a country, days of their own.

    Raises BadCalendar, NeverOpen when nothing is ever open, CalendarExists, NotAllowed.
    """
    if by:
        require(by, "edit_promises")
    read_hours(zone=zone, week=week, country=country, region=region, special=special)
    if BusinessCalendar.objects.filter(slug=slugify(name)[:80]).exists():
        raise CalendarExists(f"There is a calendar called {name!r} already; change that one or choose another name.")
    calendar = BusinessCalendar.objects.create(name=name, slug=slugify(name)[:80], made_at=at)
    CalendarVersion.objects.create(
        calendar=calendar,
        version=1,
        zone=zone,
        week=dict(week),
        country=country,
        region=region,
        special=dict(special or {}),
        in_force_from=at,
        by=by,
    )
    record_audit("make_calendar", about=f"calendar:{calendar.pk}", at=at, by=by, zone=zone, week=dict(week))
    return calendar


@transaction.atomic
def change_calendar(
    calendar: BusinessCalendar,
    *,
    zone: str,
    week: Mapping[str, str],
    at: datetime,
    by: Member | None = None,
    country: str = "",
    region: str = "",
    special: Mapping[str, str] | None = None,
    reason: str = "",
) -> CalendarVersion:
    """Open at other hours from now on; clocks that run go on counting in the hours they began under.

    Fewer open hours over the coming year fall due later, hence a ReasonNeeded. Raises BadCalendar, NeverOpen,
    NotAllowed.
    """
    if by:
        require(by, "edit_promises")
    after = read_hours(zone=zone, week=week, country=country, region=region, special=special)
    latest = CalendarVersion.objects.select_for_update().filter(calendar=calendar).latest("version")
    if latest.hours == after:
        return latest
    year = at + timedelta(days=365)
    if after.elapsed(at, year) < latest.hours.elapsed(at, year) and not reason.strip():
        raise ReasonNeeded("This leaves fewer open hours, so that promises fall due later; say why.")
    changed = CalendarVersion.objects.create(
        calendar=calendar,
        version=latest.version + 1,
        zone=zone,
        week=dict(week),
        country=country,
        region=region,
        special=dict(special or {}),
        in_force_from=at,
        by=by,
        reason=reason.strip(),
    )
    about = f"calendar:{calendar.pk}"
    record_audit("change_calendar", about=about, at=at, by=by, zone=zone, week=dict(week), reason=changed.reason)
    return changed


@transaction.atomic
def make_promise(
    name: str,
    *,
    about: Measures,
    limit: timedelta,
    target: timedelta,
    at: datetime,
    by: Member | None = None,
    slug: str = "",
    is_public: bool = False,
    calendar: BusinessCalendar | None = None,
) -> Promise:
    """Promise customers something from now on, in every minute or in the open hours of a calendar.

    Raises TargetTooLoose, PromiseExists, NotAllowed.
    """
    if by:
        require(by, "edit_promises")
    check_terms(limit=limit, target=target)
    key = slug or slugify(name)[:80]
    if Promise.objects.filter(slug=key).exists():
        raise PromiseExists(f"There is a promise called {key!r} already; change that one or choose another name.")
    promise = Promise.objects.create(name=name, slug=key, about=about.value, is_public=is_public, made_at=at)
    PromiseTerms.objects.create(
        promise=promise, version=1, limit=limit, target=target, calendar=calendar, in_force_from=at, by=by
    )
    record_audit("make_promise", about=f"promise:{promise.pk}", at=at, by=by, limit=str(limit), target=str(target))
    return promise


@transaction.atomic
def change_promise(
    promise: Promise,
    *,
    limit: timedelta,
    target: timedelta,
    at: datetime,
    by: Member | None = None,
    reason: str = "",
    calendar: BusinessCalendar | Literal["as before"] | None = "as before",
) -> PromiseTerms:
    """Give the promise new terms from now on; clocks that run keep the terms they began under.

    `calendar` is whose open hours count from now on, or None for every minute. The same terms again change nothing.
    Raises TargetTooLoose, NotAllowed, and ReasonNeeded when either time grows or other hours count.
    """
    if by:
        require(by, "edit_promises")
    check_terms(limit=limit, target=target)
    latest = PromiseTerms.objects.select_for_update().filter(promise=promise).latest("version")
    counts = latest.calendar if calendar == "as before" else calendar
    if (latest.limit, latest.target, latest.calendar) == (limit, target, counts):
        return latest
    loosened = is_looser(before=latest.limit, after=limit) or is_looser(before=latest.target, after=target)
    if (loosened or counts not in (None, latest.calendar)) and not reason.strip():
        raise ReasonNeeded("This makes the promise or its target looser; say why.")
    terms = PromiseTerms.objects.create(
        promise=promise,
        version=latest.version + 1,
        limit=limit,
        target=target,
        calendar=counts,
        in_force_from=at,
        by=by,
        reason=reason.strip(),
    )
    about = f"promise:{promise.pk}"
    record_audit("change_promise", about=about, at=at, by=by, limit=str(limit), target=str(target), reason=terms.reason)
    return terms


@transaction.atomic
def publish_promise(promise: Promise, *, is_public: bool, at: datetime, by: Member | None = None) -> None:
    """Show the promise's limit to everyone, or stop showing it. Its target is never shown."""
    if by:
        require(by, "edit_promises")
    if promise.is_public == is_public:
        return
    promise.is_public = is_public
    promise.save(update_fields=["is_public"])
    record_audit("publish_promise", about=f"promise:{promise.pk}", at=at, by=by, is_public=is_public)


@transaction.atomic
def retire_promise(promise: Promise, *, at: datetime, by: Member | None = None) -> None:
    """Promise it to nobody else; what was promised already still counts."""
    if by:
        require(by, "edit_promises")
    if promise.retired_at is not None:
        return
    promise.retired_at = at
    promise.save(update_fields=["retired_at"])
    record_audit("retire_promise", about=f"promise:{promise.pk}", at=at, by=by)


def ensure_default_promises(*, at: datetime, by: Member | None = None) -> Promise:
    """The promise about time to yes that a workspace starts with; made when there has never been one."""
    standing = Promise.objects.filter(about=Measures.TIME_TO_YES.value).order_by("pk").first()
    return standing or make_promise(
        "Until yes",
        slug="until-yes",
        about=Measures.TIME_TO_YES,
        limit=DEFAULT_LIMIT,
        target=DEFAULT_TARGET,
        at=at,
        by=by,
    )


@transaction.atomic
def start_clock(promise: Promise, *, about: str, when: Circumstances, turn: int = 0) -> Clock:
    """Promise it for this one thing, under the terms in force at `when.at`. Starting twice returns the first clock."""
    terms = get_terms(promise, at=when.at)
    hours = get_calendar_version(terms.calendar, at=when.at) if terms.calendar else None
    due = find_due(when.at, limit=terms.limit, target=terms.target, calendar=hours.hours if hours else EVERY_MINUTE)
    clock, is_new = Clock.objects.get_or_create(
        promise=promise,
        about=about,
        turn=turn,
        defaults={
            "terms": terms,
            "hours": hours,
            "customer": Customer.objects.filter(pk=when.customer_id).first() if when.customer_id else None,
            "interaction_id": when.interaction_id,
            "source": when.source,
            "channel": when.channel,
            "touchpoint": when.touchpoint,
            "team": when.team,
            "promised_at": when.at,
            "due_at": due.due_at,
            "target_at": due.target_at,
        },
    )
    if is_new:
        _record_outcome(clock)
    return clock


def start_clocks(measure: Measures, *, about: str, when: Circumstances) -> list[Clock]:
    """Start the clock of every promise about `measure` that was made by then and is not retired."""
    standing = Promise.objects.filter(about=measure.value, made_at__lte=when.at, retired_at=None)
    return [start_clock(promise, about=about, when=when) for promise in standing]


@transaction.atomic
def keep_promise(clock: Clock, *, at: datetime) -> Clock:
    """Stop the clock: what was promised has been done, in time or late. The first time counts."""
    clock = _locked(clock)
    if not clock.is_open:
        return clock
    clock.kept_at = at
    clock.save(update_fields=["kept_at"])
    _record_outcome(clock)
    announce(PromiseKept(clock_id=clock.pk, about=clock.about, at=at))
    return clock


@transaction.atomic
def resume_clock(clock: Clock) -> Clock:
    """It was not kept after all: the clock goes on as if it had never stopped, due when it always was."""
    clock = _locked(clock)
    if clock.is_open:
        return clock
    clock.kept_at, clock.withdrawn_at, clock.withdrawn_reason = None, None, ""
    clock.save(update_fields=["kept_at", "withdrawn_at", "withdrawn_reason"])
    _record_outcome(clock)
    return clock


@transaction.atomic
def withdraw_clock(clock: Clock, *, reason: str, at: datetime) -> Clock:
    """There is nothing left to keep. Before its limit the promise then counts for nobody; after it, it stays broken."""
    clock = _locked(clock)
    if not clock.is_open:
        return clock
    clock.withdrawn_at, clock.withdrawn_reason = at, reason
    clock.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    _record_outcome(clock)
    return clock


def keep_promises(measure: Measures, *, about: str, at: datetime) -> list[Clock]:
    """Stop every running clock of this kind for one thing."""
    return [keep_promise(clock, at=at) for clock in _clocks(measure, about)]


def resume_clocks(measure: Measures, *, about: str) -> list[Clock]:
    """Let every stopped clock of this kind for one thing go on."""
    return [resume_clock(clock) for clock in _clocks(measure, about)]


def withdraw_clocks(measure: Measures, *, about: str, reason: str, at: datetime) -> list[Clock]:
    """Withdraw every running clock of this kind for one thing."""
    return [withdraw_clock(clock, reason=reason, at=at) for clock in _clocks(measure, about)]


@transaction.atomic
def settle_clocks(measure: Measures, *, about: str, spans: Sequence[Span], when: Circumstances) -> None:
    """Bring the clocks of this kind for one thing in line with the spans its history shows, whatever they were before.

    A span begins a clock under the terms in force when it began, of every promise standing then. Settling again with
    the same history changes nothing.
    """
    for promise in Promise.objects.filter(about=measure.value):
        for turn, span in enumerate(spans):
            clock = Clock.objects.filter(promise=promise, about=about, turn=turn).first()
            if clock is None:
                if not _stood(promise, span.begins):
                    continue
                team = when.team if span.team is None else span.team
                clock = start_clock(promise, about=about, when=replace(when, at=span.begins, team=team), turn=turn)
            _settle(clock, span)


@transaction.atomic
def settle_pauses(about: str, *, pauses: Sequence[Pause]) -> None:
    """Let the clocks of one thing stand still in exactly these pauses, whatever they did before.

    Each pause moves a limit by the time it covers that would have counted. First responses and updates are owed all
    the same. Settling again with the same history changes nothing.
    """
    clocks = Clock.objects.select_for_update(of=("self",)).filter(about=about)
    for clock in clocks.exclude(promise__about__in=NEVER_PAUSED).select_related("promise", "terms", "hours"):
        _pause(clock, clip_pauses(pauses, start=clock.promised_at, end=clock.stopped_at))


def _pause(clock: Clock, pauses: Sequence[Pause]) -> None:
    if clock.list_pauses() == tuple(pauses):
        return
    over = [one for one in pauses if one.ends is not None]
    counts = Paused(clock.calendar, over)
    due = find_due(clock.promised_at, limit=clock.terms.limit, target=clock.terms.target, calendar=counts)
    clock.pauses = [[one.begins.isoformat(), one.ends and one.ends.isoformat()] for one in pauses]
    clock.paused_at = next((one.begins for one in pauses if one.ends is None), None)
    clock.target_at, clock.due_at = due.target_at, due.due_at
    clock.save(update_fields=["pauses", "paused_at", "target_at", "due_at"])
    _record_outcome(clock)


def _stood(promise: Promise, at: datetime) -> bool:
    return promise.made_at <= at and (promise.retired_at is None or at < promise.retired_at)


def _settle(clock: Clock, span: Span) -> None:
    clock = _locked(clock)
    if (clock.kept_at, clock.withdrawn_at) == (span.kept_at, span.void_at):
        return
    clock.kept_at, clock.withdrawn_at = span.kept_at, span.void_at
    clock.withdrawn_reason = "over" if span.void_at else ""
    clock.save(update_fields=["kept_at", "withdrawn_at", "withdrawn_reason"])
    _record_outcome(clock)
    if span.kept_at is not None:
        announce(PromiseKept(clock_id=clock.pk, about=clock.about, at=span.kept_at))


def _clocks(measure: Measures, about: str) -> QuerySet[Clock]:
    return Clock.objects.filter(about=about, promise__about=measure.value)


def _locked(clock: Clock) -> Clock:
    return Clock.objects.select_for_update(of=("self",)).select_related("promise").get(pk=clock.pk)


def _record_outcome(clock: Clock) -> None:
    """Tell the lake how the promise stands; told again under the same id it corrects itself.

    A clock withdrawn before its limit has no limit any more, and one that waits for the customer has none until they
    are heard: neither is kept or broken.
    """
    when = Circumstances(
        at=clock.promised_at,
        source=clock.source,
        customer_id=clock.customer_id,
        interaction_id=clock.interaction_id,
        channel=clock.channel,
        touchpoint=clock.touchpoint,
        team=clock.team,
    )
    is_void = clock.withdrawn_at is not None and clock.withdrawn_at <= clock.due_at
    is_moving = clock.is_open and clock.paused_at is not None and clock.paused_at < clock.due_at
    has_limit = not (is_void or is_moving)
    fact = {
        "id": f"clock:{clock.pk}",
        "promise": clock.promise.slug,
        "promised_at": clock.promised_at,
        "due_at": clock.due_at if has_limit else None,
        "target_at": clock.target_at if has_limit else None,
        "kept_at": clock.kept_at,
        "waited_s": clock.waited(clock.kept_at).total_seconds() if clock.kept_at else None,
        "counted_s": clock.counted(clock.kept_at).total_seconds() if clock.kept_at else None,
    }
    record_facts("outcomes", [when.envelope() | fact])
