"""Promises in opening hours: frozen with the clock that began under them, explained to the minute."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from untilyes.feedback.facts import Circumstances
from untilyes.promises.access import get_calendar
from untilyes.promises.actions import (
    CalendarExists,
    ReasonNeeded,
    change_calendar,
    change_promise,
    keep_promise,
    make_calendar,
    make_promise,
    start_clock,
)
from untilyes.promises.calendars import BadCalendar, NeverOpen
from untilyes.promises.explaining import explain_clocks, get_calendar_version, list_calendars
from untilyes.promises.models import BusinessCalendar, CalendarVersion, Clock, Promise, PromiseTerms
from untilyes.promises.queries import list_clocks
from untilyes.promises.rules import ClockState, Measures
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.models import AuditEntry
from untilyes.workspaces.tenancy import NotFound, inside

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 5, 8, 16, 0, tzinfo=BERLIN)
MADE = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-12:00, 13:00-17:00")


@pytest.fixture
def office(acme: Cast) -> BusinessCalendar:
    """Berlin, weekdays, with an hour for lunch."""
    return make_calendar("Office", zone="Europe/Berlin", week=OFFICE, country="DE", region="BE", at=MADE, by=acme.ada)


@pytest.fixture
def promise(office: BusinessCalendar) -> Promise:
    """Eight open hours; we aim at four."""
    return make_promise("A yes", about=Measures.TIME_TO_YES, limit=8 * HOUR, target=4 * HOUR, at=MADE, calendar=office)


def start(promise: Promise, *, about: str = "case:1", at: datetime = FRIDAY) -> Clock:
    return start_clock(promise, about=about, when=Circumstances(at=at, source="survey"))


def test_a_promise_in_opening_hours_falls_due_in_opening_hours(promise: Promise) -> None:
    """One hour is left on Friday; seven are open on Monday."""
    clock = start(promise)
    assert clock.target_at == datetime(2026, 5, 11, 12, 0, tzinfo=BERLIN)
    assert clock.due_at == datetime(2026, 5, 11, 17, 0, tzinfo=BERLIN)


def test_a_weekend_brings_no_promise_nearer_to_its_risk(promise: Promise) -> None:
    """On Sunday one of four hours has counted; on Monday at eleven three have, which is three quarters."""
    clock = start(promise)
    assert clock.state(datetime(2026, 5, 10, 23, 0, tzinfo=BERLIN)) == ClockState.ON_TRACK
    assert clock.state(datetime(2026, 5, 11, 11, 0, tzinfo=BERLIN)) == ClockState.TARGET_AT_RISK
    assert clock.state(datetime(2026, 5, 11, 12, 30, tzinfo=BERLIN)) == ClockState.TARGET_MISSED
    assert clock.state(datetime(2026, 5, 11, 17, 1, tzinfo=BERLIN)) == ClockState.PROMISE_MISSED


def test_every_minute_that_counted_is_explained(promise: Promise) -> None:
    start(promise)
    (told,) = explain_clocks("case:1", at=datetime(2026, 5, 11, 14, 30, tzinfo=BERLIN))
    assert (told.calendar, told.calendar_version, told.zone, told.limit) == ("Office", 1, "Europe/Berlin", 8 * HOUR)
    there = [(one.start.astimezone(BERLIN), one.end.astimezone(BERLIN)) for one in told.slices]
    assert [f"{begins:%a %H:%M}-{ends:%H:%M}" for begins, ends in there] == [
        "Fri 16:00-17:00",
        "Mon 09:00-12:00",
        "Mon 13:00-14:30",
    ]
    assert told.counted == timedelta(hours=5, minutes=30) == sum((one.length for one in told.slices), timedelta(0))
    assert told.waited == timedelta(days=2, hours=22, minutes=30)


def test_the_explanation_stops_where_the_clock_did(promise: Promise) -> None:
    keep_promise(start(promise), at=FRIDAY + timedelta(minutes=20))
    (told,) = explain_clocks("case:1", at=FRIDAY + 9 * DAY)
    assert (told.counted, told.state) == (timedelta(minutes=20), ClockState.KEPT)


def test_where_every_minute_counts_the_explanation_is_one_stretch(acme: Cast) -> None:
    start(make_promise("Always", about=Measures.TIME_TO_YES, limit=DAY, target=HOUR, at=MADE))
    (told,) = explain_clocks("case:1", at=FRIDAY + 5 * HOUR)
    assert (told.calendar, told.counted, told.waited, len(told.slices)) == ("", 5 * HOUR, 5 * HOUR, 1)


def test_changed_hours_are_a_new_version_and_running_clocks_count_in_the_old_ones(
    promise: Promise, office: BusinessCalendar, acme: Cast
) -> None:
    before = start(promise)
    longer = dict.fromkeys(OFFICE, "08:00-20:00")
    change_calendar(office, zone="Europe/Berlin", week=longer, at=FRIDAY + HOUR, by=acme.ada)
    after = start(promise, about="case:2", at=FRIDAY + HOUR)
    before = Clock.objects.get(pk=before.pk)
    assert (before.hours.version if before.hours else None, before.due_at) == (
        1,
        datetime(2026, 5, 11, 17, 0, tzinfo=BERLIN),
    )
    assert after.due_at == datetime(2026, 5, 11, 13, 0, tzinfo=BERLIN)  # three hours on Friday, five on Monday
    (told,) = explain_clocks("case:1", at=datetime(2026, 5, 11, 10, 0, tzinfo=BERLIN))
    assert (told.calendar_version, told.counted) == (1, 2 * HOUR)


def test_fewer_open_hours_need_a_reason_and_more_do_not(office: BusinessCalendar, acme: Cast) -> None:
    shorter = {"mon": "09:00-12:00"}
    with pytest.raises(ReasonNeeded):
        change_calendar(office, zone="Europe/Berlin", week=shorter, country="DE", region="BE", at=FRIDAY, by=acme.ada)
    told = change_calendar(
        office, zone="Europe/Berlin", week=shorter, country="DE", region="BE", at=FRIDAY, by=acme.ada, reason="Summer."
    )
    assert (told.version, told.reason) == (2, "Summer.")
    assert change_calendar(office, zone="Europe/Berlin", week=OFFICE, at=FRIDAY + DAY, by=acme.ada).version == 3
    assert get_calendar_version(office, at=FRIDAY).version == 2
    assert get_calendar_version(office, at=MADE).version == 1


def test_the_same_hours_written_again_change_nothing(office: BusinessCalendar) -> None:
    again = change_calendar(
        office, zone="Europe/Berlin", week={**OFFICE, "sat": ""}, country="DE", region="BE", at=FRIDAY
    )
    assert (again.version, office.versions.count()) == (1, 1)


def test_counting_in_opening_hours_from_now_on_makes_a_promise_looser(office: BusinessCalendar, acme: Cast) -> None:
    promise = make_promise("A yes", about=Measures.TIME_TO_YES, limit=8 * HOUR, target=4 * HOUR, at=MADE)
    with pytest.raises(ReasonNeeded):
        change_promise(promise, limit=8 * HOUR, target=4 * HOUR, calendar=office, at=FRIDAY, by=acme.ada)
    terms = change_promise(
        promise, limit=8 * HOUR, target=4 * HOUR, calendar=office, at=FRIDAY, by=acme.ada, reason="Nobody is here."
    )
    assert (terms.version, terms.calendar) == (2, office)
    kept = change_promise(promise, limit=7 * HOUR, target=4 * HOUR, at=FRIDAY + DAY, by=acme.ada)
    assert kept.calendar == office
    always = change_promise(promise, limit=7 * HOUR, target=4 * HOUR, calendar=None, at=FRIDAY + 2 * DAY, by=acme.ada)
    assert always.calendar is None


@pytest.mark.parametrize(
    ("week", "more", "error"),
    [
        ({}, {}, NeverOpen),
        ({"mon": ""}, {}, NeverOpen),
        ({"mon": "9 to 5"}, {}, BadCalendar),
        ({"moon": "09:00-17:00"}, {}, BadCalendar),
        ({"mon": "09:00-17:00"}, {"zone": "Mars/Olympus"}, BadCalendar),
        ({"mon": "09:00-17:00"}, {"country": "XX"}, BadCalendar),
        ({"mon": "09:00-17:00"}, {"special": {"Christmas": ""}}, BadCalendar),
        ({"mon": "09:00-17:00"}, {"special": {"2026-12-24": "all day"}}, BadCalendar),
    ],
)
def test_a_calendar_that_cannot_be_counted_in_is_refused_when_saved(
    acme: Cast, office: BusinessCalendar, week: dict[str, str], more: dict[str, object], error: type[Exception]
) -> None:
    given: dict[str, object] = {"zone": "Europe/Berlin", "week": week, "at": FRIDAY, **more}
    with pytest.raises(error):
        make_calendar("Odd", **given)  # type: ignore[arg-type]
    with pytest.raises(error):
        change_calendar(office, reason="Odd.", **given)  # type: ignore[arg-type]
    assert CalendarVersion.objects.count() == 1


def test_a_christmas_of_our_own_is_closed(acme: Cast) -> None:
    calendar = make_calendar(
        "Shop", zone="Europe/Berlin", week={"thu": "09:00-17:00"}, special={"2026-12-24": "09:00-12:00"}, at=MADE
    )
    hours = get_calendar_version(calendar, at=MADE).hours
    eve = datetime(2026, 12, 24, tzinfo=BERLIN)
    assert hours.elapsed(eve, eve + DAY) == 3 * HOUR


def test_neither_terms_nor_hours_can_be_rewritten_behind_the_codes_back(promise: Promise) -> None:
    rewrites: list[Callable[[], object]] = [
        lambda: PromiseTerms.objects.update(limit=9 * HOUR),
        lambda: PromiseTerms.objects.update(calendar=None),
        lambda: CalendarVersion.objects.update(week={"mon": "00:00-24:00"}),
        lambda: CalendarVersion.objects.update(zone="UTC"),
    ]
    for rewrite in rewrites:
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            rewrite()
    assert PromiseTerms.objects.get().limit == 8 * HOUR


def test_a_calendar_is_made_once_by_those_who_may_and_is_in_the_trail(office: BusinessCalendar, acme: Cast) -> None:
    with pytest.raises(CalendarExists):
        make_calendar("office", zone="UTC", week=OFFICE, at=FRIDAY)
    with pytest.raises(NotAllowed):
        make_calendar("Mine", zone="UTC", week=OFFICE, at=FRIDAY, by=acme.ben)
    with pytest.raises(NotAllowed):
        change_calendar(office, zone="UTC", week=OFFICE, at=FRIDAY, by=acme.ben)
    assert AuditEntry.objects.get(about=f"calendar:{office.pk}").verb == "make_calendar"
    assert list_calendars() == [office]


def test_dan_finds_no_calendar_of_acme(office: BusinessCalendar, acme: Cast) -> None:
    assert get_calendar("office", seen_by=acme.ben) == office
    with pytest.raises(NotFound):
        get_calendar("office", seen_by=acme.dan)
    with inside(acme.globex):
        assert list_calendars() == []


def test_the_clocks_of_a_thing_are_read_without_a_question_per_clock(
    promise: Promise, django_assert_num_queries: Any
) -> None:
    start(promise)
    other = make_promise(
        "Again", about=Measures.TIME_TO_YES, limit=HOUR, target=HOUR, at=MADE, calendar=BusinessCalendar.objects.get()
    )
    start(other)
    with django_assert_num_queries(1):
        assert len(list_clocks("case:1", at=FRIDAY)) == 2
