"""Bugs that other projects had with the same clocks, each as a claim here; the docstring names where it was told."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.cases.stories import AT, DAY, HOUR, NO, YES, open_by_no, propose, say
from tests.cast import Cast
from untilyes.cases.actions import (
    add_customer_message,
    assign_case,
    end_case,
    name_date,
    wait_for_customer,
    write_to_customer,
)
from untilyes.cases.models import Case
from untilyes.cases.rules import EndedHow, NotPossible
from untilyes.feedback.models import OutboxEntry
from untilyes.promises.actions import change_promise, make_calendar, make_promise, retire_promise
from untilyes.promises.jobs import watch_clocks
from untilyes.promises.models import BusinessCalendar, Clock, Promise
from untilyes.promises.queries import ClockView, count_overdue, list_clocks
from untilyes.promises.rules import ClockState, Measures
from untilyes.web.cases.clocks import build_clocks

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")


@pytest.fixture
def office(acme: Cast) -> BusinessCalendar:
    """Open from nine to five on weekdays, UTC; the stories begin on a Monday at nine."""
    return make_calendar("Office", zone="UTC", week=WEEK, at=AT - DAY)


def promise_about(measure: Measures, *, hours: float = 8, office: BusinessCalendar | None = None) -> Promise:
    limit = hours * HOUR
    return make_promise(measure.value, about=measure, limit=limit, target=limit / 2, at=AT - DAY, calendar=office)


def asked(cast: Cast, *, at: datetime = AT) -> Case:
    """A case in which the customer has been asked for the size."""
    case = open_by_no(cast)
    write_to_customer(case, "Which size?", by=cast.ben, at=at)
    return case


def seen(case: Case, measure: Measures, *, at: datetime) -> ClockView:
    return next(view for view in list_clocks(case.ref, at=at) if view.measure is measure)


def told(case: Case, measure: Measures) -> dict[str, Any]:
    """What the lake is told last of this case's promise."""
    clock = Clock.objects.filter(about=case.ref, promise__about=measure).latest("turn")
    return dict(OutboxEntry.objects.filter(table="outcomes", fact__id=f"clock:{clock.pk}").latest("pk").fact)


def test_no_answer_is_owed_after_the_yes(acme: Cast) -> None:
    """chatwoot#10178: the next response ran on after the conversation was resolved."""
    promise_about(Measures.NEXT_RESPONSE)
    case = asked(acme)
    add_customer_message(case, "41.", at=AT + HOUR)
    say(propose(acme, case, at=AT + 2 * HOUR), YES, at=AT + 3 * HOUR)
    add_customer_message(case, "Thank you!", at=AT + 4 * HOUR)
    assert not [view for view in list_clocks(case.ref, at=AT + 9 * DAY) if view.is_running]


def test_opening_hours_count_wherever_a_miss_is_judged_or_reported(acme: Cast, office: BusinessCalendar) -> None:
    """chatwoot PR 13392 and #11057: breaches and exports ignored the flag for business hours."""
    promise_about(Measures.TIME_TO_YES, hours=10, office=office)
    case = open_by_no(acme)
    assert watch_clocks(AT + 13 * HOUR) == 1  # the target, five open hours, and not the ten of the promise
    assert seen(case, Measures.TIME_TO_YES, at=AT + 23 * HOUR).state is not ClockState.PROMISE_MISSED
    assert told(case, Measures.TIME_TO_YES)["due_at"] == (AT + 26 * HOUR).isoformat()


def test_a_wait_from_closing_to_opening_moves_the_limit_by_nothing(acme: Cast, office: BusinessCalendar) -> None:
    """ERPNext PR 49414: a hold from 17:00 to 09:00 was added as sixteen hours, and a day was lost."""
    promise_about(Measures.TIME_TO_YES, hours=10, office=office)
    case = asked(acme)
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 8 * HOUR)
    add_customer_message(case, "41.", at=AT + 24 * HOUR)
    assert seen(case, Measures.TIME_TO_YES, at=AT + 25 * HOUR).due_at == AT + 26 * HOUR


def test_a_limit_moved_by_a_wait_still_lies_in_open_hours(acme: Cast, office: BusinessCalendar) -> None:
    """ERPNext PR 47029, 47884: with the hold time added, issues were due at night."""
    promise_about(Measures.TIME_TO_YES, office=office)
    case = asked(acme)
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 6 * HOUR)
    add_customer_message(case, "41.", at=AT + 26 * HOUR)  # four open hours later
    assert seen(case, Measures.TIME_TO_YES, at=AT + 27 * HOUR).due_at == AT + 28 * HOUR


def test_what_is_shown_as_waiting_does_not_tick(acme: Cast) -> None:
    """frappe/helpdesk#1554: the badge said paused and the clock ran."""
    promise_about(Measures.TIME_TO_YES)
    case = asked(acme)
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + HOUR)
    soon, late = (seen(case, Measures.TIME_TO_YES, at=AT + hours * HOUR) for hours in (2, 200))
    assert soon.is_paused
    assert late.is_paused
    assert soon.remaining == late.remaining == 7 * HOUR
    assert soon.state is late.state


def test_an_answer_is_no_solution(acme: Cast) -> None:
    """frappe/helpdesk#1542: a reply fulfilled the agreement about the resolution."""
    promise_about(Measures.FIRST_RESOLUTION)
    case = asked(acme)
    assert seen(case, Measures.FIRST_RESOLUTION, at=AT + 9 * HOUR).state is ClockState.PROMISE_MISSED
    propose(acme, case, at=AT + 10 * HOUR)
    assert seen(case, Measures.FIRST_RESOLUTION, at=AT + 11 * HOUR).state is ClockState.KEPT_LATE


def test_another_team_priority_or_policy_forgets_no_wait(acme: Cast) -> None:
    """glpi#6902, #15605: changing the agreement lost the time already spent waiting."""
    promise = promise_about(Measures.TIME_TO_YES)
    case = asked(acme)
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + HOUR)
    add_customer_message(case, "41.", at=AT + 5 * HOUR)
    change_promise(promise, limit=4 * HOUR, target=HOUR, at=AT + 5 * HOUR)
    assign_case(case, to=acme.ada, by=acme.ada, at=AT + 5 * HOUR, team="Returns")
    assert seen(case, Measures.TIME_TO_YES, at=AT + 6 * HOUR).due_at == AT + 12 * HOUR


def test_nothing_is_missed_while_we_wait(acme: Cast) -> None:
    """glpi#24481: tickets were violated while pending with a reason."""
    promise_about(Measures.TIME_TO_YES)
    case = asked(acme)
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + HOUR)
    assert watch_clocks(AT + 99 * DAY) == 0
    assert told(case, Measures.TIME_TO_YES)["due_at"] is None


def test_a_promise_given_up_leaves_no_case_escalated(acme: Cast) -> None:
    """zammad#4353: a ticket stayed escalated after its agreement was switched off."""
    promise = promise_about(Measures.TIME_TO_YES)
    case = open_by_no(acme)
    end_case(case, how=EndedHow.WITHDREW, reason="By phone.", by=acme.ada, at=AT + HOUR)
    retire_promise(promise, at=AT + HOUR)
    open_by_no(acme, interaction_id="order-2", at=AT + 2 * HOUR)
    assert watch_clocks(AT + 99 * DAY) == 0
    assert count_overdue(about_prefix="case:", at=AT + 99 * DAY) == (0, 0)


def test_words_on_the_customers_page_let_the_clock_run_again_from_when_they_were_written(acme: Cast) -> None:
    """zammad#1322: a note the customer left on the web did not restart the clock."""
    promise_about(Measures.TIME_TO_YES)
    case = asked(acme)
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + HOUR)
    add_customer_message(case, "41.", at=AT + 3 * HOUR, via="portal")
    assert seen(case, Measures.TIME_TO_YES, at=AT + 50 * HOUR).due_at == AT + 10 * HOUR


def test_the_minutes_reach_the_statistics(acme: Cast, office: BusinessCalendar) -> None:
    """zammad#2579: the minutes a solution took were never stored."""
    promise_about(Measures.FIRST_RESOLUTION, hours=20, office=office)
    case = asked(acme)
    propose(acme, case, at=AT + 26 * HOUR)
    fact = told(case, Measures.FIRST_RESOLUTION)
    assert (fact["waited_s"], fact["counted_s"]) == (26 * 3600, 10 * 3600)


def test_the_team_that_solved_it_keeps_its_name_on_it(acme: Cast) -> None:
    """chatwoot#14872: whoever was taken off a conversation as it was resolved lost the credit."""
    promise_about(Measures.OWNERSHIP)
    case = asked(acme)
    question = propose(acme, case, at=AT + HOUR)
    assign_case(case, to=None, by=acme.ada, at=AT + 2 * HOUR, team="")
    say(question, YES, at=AT + 3 * HOUR)
    fact = told(case, Measures.OWNERSHIP)
    assert (fact["team"], fact["waited_s"]) == ("Shoes", 3600)


def test_a_case_open_again_has_no_time_to_yes_and_keeps_its_first_solution(acme: Cast) -> None:
    """frappe/helpdesk, a comment in its code: the resolution time of reopened tickets lingered in every average."""
    promise_about(Measures.TIME_TO_YES)
    promise_about(Measures.FIRST_RESOLUTION)
    case = asked(acme)
    question = propose(acme, case, at=AT + HOUR)
    say(question, YES, at=AT + 2 * HOUR)
    assert told(case, Measures.TIME_TO_YES)["waited_s"] == 2 * 3600
    say(question, NO, at=AT + 3 * HOUR)
    fact = told(case, Measures.TIME_TO_YES)
    assert (fact["kept_at"], fact["waited_s"], fact["counted_s"]) == (None, None, None)
    assert told(case, Measures.FIRST_RESOLUTION)["waited_s"] == 3600


def test_what_was_kept_in_time_is_never_drawn_as_late(acme: Cast) -> None:
    """glpi#3576: the first answer was accepted as in time and its bar stayed red."""
    promise_about(Measures.FIRST_RESPONSE)
    case = asked(acme, at=AT + HOUR)
    later = AT + 99 * DAY
    panel = build_clocks(case, tuple(list_clocks(case.ref, at=later)), at=later)
    (track,) = (one for one in panel.now if one.view.measure is Measures.FIRST_RESPONSE)
    assert (track.is_late, track.view.state) == (False, ClockState.KEPT)


def test_what_was_missed_stays_missed_under_the_terms_it_was_promised_under(acme: Cast) -> None:
    """osTicket-1.7#686: after a ticket was overdue, another plan overwrote the one it was overdue by."""
    promise = promise_about(Measures.TIME_TO_YES)
    case = open_by_no(acme)
    watch_clocks(AT + 9 * HOUR)
    change_promise(promise, limit=30 * DAY, target=DAY, at=AT + 10 * HOUR, reason="Too many.")
    write_to_customer(case, "Still on it.", by=acme.ben, at=AT + 11 * HOUR)
    view = seen(case, Measures.TIME_TO_YES, at=AT + 12 * HOUR)
    assert (view.due_at, view.state) == (AT + 8 * HOUR, ClockState.PROMISE_MISSED)


def test_a_day_is_over_where_the_house_is_and_not_where_the_database_is(acme: Cast) -> None:
    """frappe/helpdesk, a comment in its code: the cut-off was taken in the database's zone and not in the house's."""
    case = open_by_no(acme)
    midnight_in_berlin = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
    with pytest.raises(NotPossible, match="That day is over"):
        name_date(case, date(2026, 5, 4), by=acme.ben, at=midnight_in_berlin)
    name_date(case, date(2026, 5, 5), by=acme.ben, at=midnight_in_berlin)
