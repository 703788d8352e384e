"""Waiting for the customer moves a limit by the counted time it covers; what is explained adds up to what counted."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.promises.test_calendars import CALENDARS, HOUR, MOMENTS, OFFICE, SPANS, at, weekdays
from untilyes.promises.calendars import OpeningHours
from untilyes.promises.pausing import Pause, Paused, clip_pauses, close_pauses
from untilyes.promises.rules import EVERY_MINUTE, Slice
from untilyes.promises.stretches import Why, list_stretches, total


def pause(begins: str, ends: str) -> Pause:
    return Pause(at(begins), at(ends))


GAPS = st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=5)), max_size=8)


def lay_out(start: datetime, gaps: Sequence[timedelta]) -> tuple[Pause, ...]:
    """Pauses one after the other from a start: the gaps are by turns time that runs and time that is paused."""
    edges = [start + sum(gaps[: number + 1], timedelta(0)) for number in range(len(gaps))]
    return tuple(Pause(begins, ends) for begins, ends in zip(edges[::2], edges[1::2], strict=False))


def test_a_pause_in_open_hours_moves_the_limit_by_itself() -> None:
    paused = Paused(OFFICE, [pause("2026-05-06T10:00", "2026-05-06T12:00")])
    assert paused.add(at("2026-05-06T09:00"), 2 * HOUR) == at("2026-05-06T13:00")
    assert paused.elapsed(at("2026-05-06T09:00"), at("2026-05-06T13:00")) == 2 * HOUR


def test_a_pause_overnight_moves_the_limit_by_the_open_hours_in_it_only() -> None:
    """From 16:00 to 10:00 the next day, two hours were open."""
    paused = Paused(OFFICE, [pause("2026-05-06T16:00", "2026-05-07T10:00")])
    assert paused.add(at("2026-05-06T15:00"), 2 * HOUR) == at("2026-05-07T11:00")


def test_a_pause_after_the_limit_moves_nothing() -> None:
    paused = Paused(OFFICE, [pause("2026-05-06T11:00", "2026-05-06T12:00")])
    assert paused.add(at("2026-05-06T09:00"), 2 * HOUR) == at("2026-05-06T11:00")


def test_a_pause_that_a_moved_limit_reaches_moves_it_again() -> None:
    waits = [pause("2026-05-06T10:00", "2026-05-06T11:00"), pause("2026-05-06T11:30", "2026-05-06T12:30")]
    assert Paused(OFFICE, waits).add(at("2026-05-06T09:00"), 2 * HOUR) == at("2026-05-06T13:00")


def test_a_pause_that_lasts_counts_up_to_the_moment_one_looks() -> None:
    lasting = [Pause(at("2026-05-06T10:00")), Pause(at("2026-05-08T10:00"))]
    assert close_pauses(lasting, at=at("2026-05-06T12:00")) == (pause("2026-05-06T10:00", "2026-05-06T12:00"),)


def test_pauses_outside_a_clocks_time_are_not_its_pauses() -> None:
    waits = [pause("2026-05-06T09:00", "2026-05-06T10:00"), pause("2026-05-06T11:00", "2026-05-06T13:00")]
    clipped = clip_pauses(waits, start=at("2026-05-06T10:00"), end=at("2026-05-06T12:00"))
    assert clipped == (pause("2026-05-06T11:00", "2026-05-06T12:00"),)


@given(CALENDARS, MOMENTS, SPANS, GAPS)
def test_exactly_the_promised_time_has_passed_outside_pauses_when_it_falls_due(
    calendar: OpeningHours, start: datetime, span: timedelta, gaps: list[timedelta]
) -> None:
    paused = Paused(calendar, lay_out(start, gaps))
    assert paused.elapsed(start, paused.add(start, span)) == span


@given(CALENDARS, MOMENTS, SPANS, GAPS)
def test_no_pause_brings_a_limit_nearer_nor_moves_it_further_than_its_counted_time(
    calendar: OpeningHours, start: datetime, span: timedelta, gaps: list[timedelta]
) -> None:
    waits = lay_out(start, gaps)
    plain, moved = calendar.add(start, span), Paused(calendar, waits).add(start, span)
    covered = sum((calendar.elapsed(one.begins, one.ends) for one in waits if one.ends), timedelta(0))
    assert plain <= moved
    assert calendar.elapsed(plain, moved) <= covered


@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)), GAPS)
def test_the_stretches_leave_no_gap_and_what_counted_adds_up(
    calendar: OpeningHours, start: datetime, span: timedelta, gaps: list[timedelta]
) -> None:
    waits, end = lay_out(start, gaps), start + span
    paused = Paused(calendar, close_pauses(waits, at=end))
    told = list_stretches(start, end, calendar=calendar, pauses=waits)
    assert sum((one.length for one in told), timedelta(0)) == span
    assert total(told, Why.COUNTED) == paused.elapsed(start, end)
    assert total(told, Why.COUNTED) + total(told, Why.PAUSED) == calendar.elapsed(start, end)
    slices = [Slice(one.start, one.end) for one in told if one.why is Why.COUNTED]
    assert sum((one.length for one in paused.list_slices(start, end)), timedelta(0)) == total(told, Why.COUNTED)
    assert {edge for one in slices for edge in (one.start, one.end)} <= {
        edge for one in paused.list_slices(start, end) for edge in (one.start, one.end)
    }
    for earlier, later in itertools.pairwise(told):
        assert earlier.end == later.start
        assert earlier.why is not later.why


def test_a_holiday_is_named_where_it_would_have_been_open() -> None:
    """From Thursday noon over Good Friday and Easter Monday to Tuesday: the weekend is closed and no holiday."""
    berlin = weekdays("09:00-17:00", zone="Europe/Berlin", country="DE", region="BE")
    begins, ends = at("2026-04-02T12:00", "Europe/Berlin"), at("2026-04-07T10:00", "Europe/Berlin")
    told = list_stretches(begins, ends, calendar=berlin)
    assert [one.why for one in told] == [Why.COUNTED, Why.CLOSED, Why.COUNTED]
    assert [f"{day:%a %d}" for day, _ in told[1].holidays] == ["Fri 03", "Mon 06"]
    assert all(name for _, name in told[1].holidays)


def test_where_every_minute_counts_a_pause_is_the_only_time_that_does_not() -> None:
    begins = datetime(2026, 5, 9, 3, 0, tzinfo=UTC)
    told = list_stretches(begins, begins + 5 * HOUR, calendar=EVERY_MINUTE, pauses=[Pause(begins + HOUR)])
    assert [(one.why, one.length) for one in told] == [(Why.COUNTED, HOUR), (Why.PAUSED, 4 * HOUR)]
