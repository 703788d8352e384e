"""Opening hours count as people count: published cases, laws that hold for any calendar, clock changes, holidays."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from untilyes.promises.calendars import BadCalendar, NeverOpen, OpeningHours, Window, read_week, read_windows
from untilyes.promises.rules import Slice

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def weekdays(hours: str, *, zone: str = "UTC", days: str = "mon tue wed thu fri", **more: object) -> OpeningHours:
    return OpeningHours(zone=zone, week=read_week(dict.fromkeys(days.split(), hours)), **more)  # type: ignore[arg-type]


OFFICE = weekdays("09:00-17:00")


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


# 2026-05-08 is a Friday. The cases were published with the bugs and tests of other projects, named beside each.
@pytest.mark.parametrize(
    ("calendar", "start", "span", "due"),
    [
        (OFFICE, "2026-05-08T16:30", HOUR, "2026-05-11T09:30"),  # the standard weekend case
        (OFFICE, "2026-05-06T10:00", 2 * HOUR, "2026-05-06T12:00"),  # chatwoot PR 13392
        (OFFICE, "2026-05-06T07:00", 2 * HOUR, "2026-05-06T11:00"),  # chatwoot PR 13392
        (weekdays("08:00-18:00"), "2026-05-08T17:00", 4 * HOUR, "2026-05-11T11:00"),  # osTicket PR 4807
        (OFFICE, "2026-05-06T16:00", 4 * HOUR, "2026-05-07T12:00"),  # freescout 3756
        (OFFICE, "2026-05-06T16:30", HOUR, "2026-05-07T09:30"),  # FreeITSM
    ],
)
def test_published_cases_fall_due_when_their_authors_say(
    calendar: OpeningHours, start: str, span: timedelta, due: str
) -> None:
    assert calendar.add(at(start), span) == at(due)
    assert calendar.elapsed(at(start), at(due)) == span


def test_a_span_that_fits_to_the_second_is_due_at_closing_not_at_the_next_opening() -> None:
    assert OFFICE.add(at("2026-05-08T09:00"), 8 * HOUR) == at("2026-05-08T17:00")


def test_nine_to_five_is_eight_hours_on_the_days_the_clock_changes_and_on_every_other() -> None:
    office = weekdays("09:00-17:00", zone=BERLIN, days="mon tue wed thu fri sat sun")
    for day in ("2026-03-29", "2026-10-25", "2026-07-01"):
        start = at(f"{day}T00:00", BERLIN)
        assert office.elapsed(start, start + DAY + 2 * HOUR) == 8 * HOUR
        assert office.add(at(f"{day}T09:00", BERLIN), 8 * HOUR) == at(f"{day}T17:00", BERLIN)


def test_a_night_shift_over_a_clock_change_lasts_as_long_as_the_people_in_it_worked() -> None:
    nights = weekdays("22:00-06:00", zone=BERLIN, days="mon tue wed thu fri sat sun")
    spring, autumn, usual = (
        at("2026-03-28T22:00", BERLIN),
        at("2026-10-24T22:00", BERLIN),
        at("2026-05-06T22:00", BERLIN),
    )
    for begins, lasts in ((spring, 7 * HOUR), (autumn, 9 * HOUR), (usual, 8 * HOUR)):
        ends = (begins + DAY).replace(hour=6)
        assert nights.elapsed(begins, ends) == lasts
        assert nights.add(begins, lasts) == ends


def test_an_overnight_window_belongs_to_the_day_it_opens_on() -> None:
    friday_night = weekdays("22:00-02:00", days="fri")
    assert friday_night.is_open(at("2026-05-09T01:59"))  # Saturday, before two
    assert not friday_night.is_open(at("2026-05-09T02:00"))
    assert not friday_night.is_open(at("2026-05-08T01:00"))
    assert friday_night.add(at("2026-05-08T23:00"), 4 * HOUR) == at("2026-05-15T23:00")


def test_a_window_that_opens_on_new_years_day_there_and_new_years_eve_in_utc_is_seen() -> None:
    new_year = weekdays("00:00-06:00", zone=BERLIN, days="fri")  # 2027-01-01 is a Friday
    assert new_year.is_open(at("2026-12-31T23:30"))
    assert new_year.elapsed(at("2026-12-31T22:00"), at("2026-12-31T23:59")) == timedelta(minutes=59)


def test_two_shifts_a_day_count_both_and_not_the_lunch_between() -> None:
    split = weekdays("09:00-12:00, 13:00-17:00")
    assert split.add(at("2026-05-06T11:00"), 2 * HOUR) == at("2026-05-06T14:00")
    assert split.elapsed(at("2026-05-06T00:00"), at("2026-05-07T00:00")) == 7 * HOUR


def test_a_public_holiday_is_closed_where_it_is_observed() -> None:
    """Corpus Christi, 2026-06-04, is observed in Bavaria and not in Berlin; Good Friday in both."""
    bavaria, berlin = (weekdays("09:00-17:00", zone=BERLIN, country="DE", region=one) for one in ("BY", "BE"))
    corpus_christi, good_friday = at("2026-06-04T10:00", BERLIN), at("2026-04-03T10:00", BERLIN)
    assert (bavaria.is_open(corpus_christi), berlin.is_open(corpus_christi)) == (False, True)
    assert not bavaria.is_open(good_friday)
    assert not berlin.is_open(good_friday)


def test_special_hours_win_over_weekday_and_holiday() -> None:
    special = {
        date(2026, 4, 3): read_windows("10:00-12:00"),  # open on Good Friday after all
        date(2026, 5, 6): (),  # our own outing
        date(2026, 5, 10): read_windows("09:00-10:00"),  # a Sunday of stocktaking
    }
    calendar = weekdays("09:00-17:00", zone=BERLIN, country="DE", special=special)
    assert calendar.elapsed(at("2026-04-03T00:00", BERLIN), at("2026-04-04T00:00", BERLIN)) == 2 * HOUR
    assert calendar.elapsed(at("2026-05-06T00:00", BERLIN), at("2026-05-07T00:00", BERLIN)) == timedelta(0)
    assert calendar.is_open(at("2026-05-10T09:30", BERLIN))


def test_three_working_days_end_at_the_same_wall_clock_time() -> None:
    office = weekdays("09:00-17:00", zone=BERLIN)
    friday = at("2026-03-27T15:00", BERLIN)  # the clock changes on Sunday
    assert office.add_days(friday, 3).astimezone(ZoneInfo(BERLIN)) == at("2026-04-01T15:00", BERLIN)


def test_the_closed_sign_names_the_next_opening_and_nothing_when_open() -> None:
    assert OFFICE.next_opening(at("2026-05-08T17:00")) == at("2026-05-11T09:00")
    assert OFFICE.next_opening(at("2026-05-08T16:59")) == at("2026-05-08T16:59")


def test_what_was_asked_before_changes_no_answer() -> None:
    """Years apart, in any order, further than a time line is kept, and across the years that were drawn."""
    asked_before = weekdays("09:00-12:00, 13:00-17:00", zone=BERLIN, country="DE")
    for year in (2026, 2019, 2026, 2044, 1955, 2026, 2027):
        anew = weekdays("09:00-12:00, 13:00-17:00", zone=BERLIN, country="DE")
        start, end = at(f"{year}-11-20T16:30", BERLIN), at(f"{year + 1}-02-03T10:00", BERLIN)
        assert asked_before.elapsed(start, end) == anew.elapsed(start, end)
        assert asked_before.elapsed(end, start) == -anew.elapsed(start, end)
        for span in (HOUR, 30 * HOUR, 400 * HOUR):
            assert asked_before.add(start, span) == anew.add(start, span)
        assert asked_before.list_slices(start, end) == anew.list_slices(start, end)
        assert asked_before.is_open(start) == anew.is_open(start)
        assert not asked_before.is_open(at(f"{year}-12-25T10:00", BERLIN))


def test_an_office_elsewhere_counts_in_its_own_zone() -> None:
    office = weekdays("09:00-17:00", zone=NEW_YORK)
    assert office.add(at("2026-05-06T08:00"), HOUR) == at("2026-05-06T14:00")  # 10:00 there


@pytest.mark.parametrize("week", [{}, {"mon": ""}, {"tue": " , "}])
def test_a_calendar_with_no_open_time_is_refused(week: dict[str, str]) -> None:
    with pytest.raises(NeverOpen):
        OpeningHours(zone="UTC", week=read_week(week))


def test_a_calendar_closed_for_twenty_years_is_an_error_and_no_endless_search() -> None:
    one_day = weekdays("09:00-17:00", days="mon", special={date(2026, 1, 5) + 7 * n * DAY: () for n in range(2500)})
    with pytest.raises(NeverOpen, match="within twenty years"):
        one_day.add(at("2026-01-01T00:00"), HOUR)
    with pytest.raises(NeverOpen, match="within twenty years"):
        one_day.add_days(at("2026-01-01T00:00"), 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9-17", "write it like 09:00-17:30"),
        ("09:00", "write it like 09:00-17:30"),
        ("09:00-12:00, 11:00-17:00", "overlap"),
        ("22:00-06:00, 23:00-23:30", "overlap"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused_with_what_to_write(text: str, says: str) -> None:
    with pytest.raises(BadCalendar, match=says):
        read_windows(text)


def test_a_zone_or_a_country_nobody_knows_is_refused() -> None:
    with pytest.raises(BadCalendar, match="Europe/Berlin"):
        weekdays("09:00-17:00", zone="Mars/Olympus")
    with pytest.raises(BadCalendar, match="No public holidays"):
        weekdays("09:00-17:00", country="XX")
    with pytest.raises(BadCalendar, match="no weekday"):
        read_week({"monday": "09:00-17:00"})


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        OFFICE.add(datetime(2026, 5, 6, 10), HOUR)  # noqa: DTZ001


def test_a_promise_cannot_fall_due_before_it_is_given() -> None:
    with pytest.raises(ValueError, match="before it is given"):
        OFFICE.add(at("2026-05-06T10:00"), -HOUR)


def _open_in(week: Sequence[Sequence[Window]]) -> timedelta:
    """How long a week of these shifts is open at least, should those of a day overlap."""
    longest = (max((_length(shift) for shift in shifts), default=timedelta(0)) for shifts in week)
    return sum(longest, timedelta(0))


def _length(shift: Window) -> timedelta:
    opens, closes = (datetime.combine(date(2026, 1, 1), one) for one in (shift.opens, shift.closes))
    return (closes - opens) % DAY or DAY


TIMES = st.times().map(lambda time_: time_.replace(second=0, microsecond=0, tzinfo=None, fold=0))
SHIFTS = st.lists(st.builds(Window, TIMES, TIMES), max_size=2)
# With at least two hours a week, sixty days of open time fit into twenty years.
ENOUGH = 2 * HOUR
CALENDARS = st.builds(
    lambda zone, week, closed: OpeningHours(
        zone=zone, week=tuple(tuple(sorted(shifts)) for shifts in week), special=dict.fromkeys(closed, ())
    ),
    st.sampled_from(["UTC", BERLIN, NEW_YORK, "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo"]),
    st.lists(SHIFTS, min_size=7, max_size=7).filter(lambda week: _open_in(week) >= ENOUGH),
    st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(0), timedelta(days=30))


@given(CALENDARS, MOMENTS, SPANS)
def test_exactly_the_promised_time_has_passed_when_it_falls_due(
    calendar: OpeningHours, start: datetime, span: timedelta
) -> None:
    assert calendar.elapsed(start, calendar.add(start, span)) == span


@given(CALENDARS, MOMENTS, SPANS, SPANS)
def test_promising_in_two_parts_is_promising_the_sum(
    calendar: OpeningHours, start: datetime, one: timedelta, two: timedelta
) -> None:
    at_once, in_parts = calendar.add(start, one + two), calendar.add(calendar.add(start, one), two)
    assert calendar.elapsed(at_once, in_parts) == timedelta(0)
    assert calendar.elapsed(start, in_parts) == one + two


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_time_adds_up_never_exceeds_the_clock_and_turns_with_its_sign(
    calendar: OpeningHours, one: datetime, two: datetime, three: datetime
) -> None:
    assert calendar.elapsed(one, three) == calendar.elapsed(one, two) + calendar.elapsed(two, three)
    assert calendar.elapsed(one, two) == -calendar.elapsed(two, one)
    assert abs(calendar.elapsed(one, two)) <= abs(two - one)


@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_the_slices_explain_every_second_counted_and_lie_in_open_time(
    calendar: OpeningHours, start: datetime, span: timedelta
) -> None:
    slices = calendar.list_slices(start, start + span)
    assert sum((one.length for one in slices), timedelta(0)) == calendar.elapsed(start, start + span)
    for earlier, later in itertools.pairwise(slices):
        assert earlier.end < later.start
    assert all(calendar.is_open(one.start) and start <= one.start < one.end <= start + span for one in slices)


@given(CALENDARS, MOMENTS)
def test_the_next_opening_is_open_and_nothing_was_open_before_it(calendar: OpeningHours, moment: datetime) -> None:
    opens = calendar.next_opening(moment)
    assert calendar.is_open(opens)
    assert calendar.elapsed(moment, opens) == timedelta(0)


def test_open_all_day_every_day_is_calendar_time() -> None:
    always = OpeningHours(zone=BERLIN, week=((Window(time(0), time(0)),),) * 7)
    start = at("2026-03-28T12:00", BERLIN)
    assert always.add(start, 72 * HOUR) == start.astimezone(UTC) + 72 * HOUR
    assert always.list_slices(start, start.astimezone(UTC) + HOUR) == [
        Slice(start.astimezone(UTC), start.astimezone(UTC) + HOUR)
    ]
