"""A promise stands still only while we wait for the customer, and only because somebody said so."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.cases.stories import AT, DAY, HOUR, NO, ask, open_by_no, propose, say
from tests.cast import Cast
from untilyes.cases.actions import (
    add_customer_message,
    end_case,
    receive_mail,
    stop_waiting,
    take_back_proposal,
    wait_for_customer,
    write_to_customer,
)
from untilyes.cases.history import read_pauses, settle_owed
from untilyes.cases.links import reply_address
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.rules import EndedHow, NotPossible, Step
from untilyes.feedback.models import OutboxEntry
from untilyes.promises.actions import change_calendar, change_promise, make_calendar, make_promise
from untilyes.promises.jobs import watch_clocks
from untilyes.promises.models import Clock, Promise
from untilyes.promises.queries import count_overdue, list_clocks
from untilyes.promises.rules import ClockState, Measures
from untilyes.surveys.models import Invitation
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.actions import add_member
from untilyes.workspaces.models import User
from untilyes.workspaces.rules import Role

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def reply_domain(settings: "Settings") -> None:
    """Acme's mail for this domain comes in here."""
    settings.REPLY_DOMAIN = "reply.acme.example"


@pytest.fixture
def promise(acme: Cast) -> Promise:
    """A yes within ten hours, every minute counted; we aim at five."""
    return make_promise("A yes", about=Measures.TIME_TO_YES, limit=10 * HOUR, target=5 * HOUR, at=AT - DAY)


@pytest.fixture
def case(acme: Cast, promise: Promise) -> Case:
    """Cleo said no; an hour later Ben asked her for the size."""
    case = open_by_no(acme)
    write_to_customer(case, "Which size is the left shoe?", by=acme.ben, at=AT + HOUR)
    return case


def limits(case: Case, at: datetime) -> tuple[float, float]:
    """In hours after the story began: the target and the limit of the promised yes, as they stand then."""
    (view,) = (one for one in list_clocks(case.ref, at=at) if one.measure is Measures.TIME_TO_YES)
    return (view.target_at - AT) / HOUR, (view.due_at - AT) / HOUR


def waited(case: Case) -> list[tuple[float, float | None]]:
    """The pauses, in hours after the story began."""
    return [((one.begins - AT) / HOUR, (one.ends - AT) / HOUR if one.ends else None) for one in read_pauses(case)]


def test_while_we_wait_the_limit_moves_with_the_time_and_then_stays(acme: Cast, case: Case) -> None:
    wait_for_customer(case, "The size of the shoe.", by=acme.ben, at=AT + 2 * HOUR)
    assert limits(case, AT + 2 * HOUR) == (5, 10)
    assert limits(case, AT + 30 * HOUR) == (33, 38)
    add_customer_message(case, "41.", at=AT + 26 * HOUR)
    assert limits(case, AT + 26 * HOUR) == limits(case, AT + 90 * HOUR) == (29, 34)
    assert waited(case) == [(2, 26)]


def test_nothing_is_missed_while_we_wait_and_it_is_as_soon_as_its_own_time_is_used(acme: Cast, case: Case) -> None:
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    assert watch_clocks(AT + 200 * HOUR) == 0
    assert count_overdue(about_prefix="case:", at=AT + 200 * HOUR) == (0, 0)
    add_customer_message(case, "41.", at=AT + 200 * HOUR)
    assert watch_clocks(AT + 203 * HOUR) == 0
    assert watch_clocks(AT + 204 * HOUR) == 1
    assert count_overdue(about_prefix="case:", at=AT + 209 * HOUR) == (1, 1)


def test_what_was_missed_before_the_wait_stays_missed(acme: Cast, case: Case) -> None:
    write_to_customer(case, "And the colour?", by=acme.ben, at=AT + 6 * HOUR)
    wait_for_customer(case, "Size and colour.", by=acme.ben, at=AT + 6 * HOUR)
    assert limits(case, AT + 100 * HOUR) == (5, 104)
    assert watch_clocks(AT + 100 * HOUR) == 1
    (view,) = list_clocks(case.ref, at=AT + 100 * HOUR)
    assert (view.state, view.is_paused) == (ClockState.TARGET_MISSED, True)


def test_a_first_response_and_an_update_are_owed_while_we_wait(acme: Cast) -> None:
    for measure in (Measures.FIRST_RESPONSE, Measures.UPDATE, Measures.FIRST_RESOLUTION):
        make_promise(measure.value, about=measure, limit=10 * HOUR, target=5 * HOUR, at=AT - DAY)
    case = open_by_no(acme)
    write_to_customer(case, "Which size?", by=acme.ben, at=AT + HOUR)
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    paused = {view.measure for view in list_clocks(case.ref, at=AT + 3 * HOUR) if view.is_paused}
    assert paused == {Measures.FIRST_RESOLUTION, Measures.TIME_TO_YES}
    assert watch_clocks(AT + 12 * HOUR) == 2  # target and limit of the update


def by_portal(cast: Cast, case: Case) -> None:
    add_customer_message(case, "41.", at=AT + 3 * HOUR, via="portal")


def by_mail(cast: Cast, case: Case) -> None:
    raw = b"From: cleo@customer.example\r\nSubject: Re\r\nMessage-ID: <1@x>\r\n\r\nIt is 41.\r\n"
    receive_mail(raw, to=[reply_address(case)], return_path="cleo@customer.example", at=AT + 3 * HOUR)


def by_another_no(cast: Cast, case: Case) -> None:
    say(ask(cast, at=AT + 3 * HOUR), {**NO, "missing": "And the laces."}, at=AT + 3 * HOUR)


def by_changing_an_answer(cast: Cast, case: Case) -> None:
    say(Invitation.objects.get(interaction_id="order-1"), {"got_it": "yes", "good_job": "yes"}, at=AT + 3 * HOUR)


@pytest.mark.parametrize("answer", [by_portal, by_mail, by_another_no, by_changing_an_answer])
def test_the_customers_word_ends_the_wait_whichever_way_it_came(
    acme: Cast, case: Case, answer: Callable[[Cast, Case], None]
) -> None:
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    answer(acme, case)
    assert waited(case) == [(2, 3)]


@pytest.mark.parametrize("kind", [b"Auto-Submitted: auto-replied\r\n", b"Precedence: bulk\r\nX-Autoreply: yes\r\n"])
def test_an_automatic_answer_ends_no_wait(acme: Cast, case: Case, kind: bytes) -> None:
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    raw = b"From: cleo@customer.example\r\nMessage-ID: <2@x>\r\n" + kind + b"\r\nI am away.\r\n"
    receive_mail(raw, to=[reply_address(case)], return_path="cleo@customer.example", at=AT + 3 * HOUR)
    assert waited(case) == [(2, None)]


def test_a_question_that_never_arrived_is_no_reason_to_wait(acme: Cast, case: Case) -> None:
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    raw = b"From: MAILER-DAEMON@x\r\nSubject: Undelivered\r\nMessage-ID: <3@x>\r\n\r\nNo such user.\r\n"
    receive_mail(raw, to=[reply_address(case)], return_path="", at=AT + 3 * HOUR)
    assert waited(case) == [(2, 3)]
    assert limits(case, AT + 4 * HOUR) == (6, 11)


def test_words_that_no_line_of_the_history_tells_of_end_it_all_the_same(acme: Cast, case: Case) -> None:
    """A message entered later with the time it came: minutes it makes illegitimate are counted again."""
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    CaseMessage.objects.create(case=case, direction="customer", text="41.", at=AT + 4 * HOUR, via="phone")
    settle_owed(case)
    assert waited(case) == [(2, 4)]
    assert limits(case, AT + 50 * HOUR) == (7, 12)


def test_waiting_twice_is_waiting_once_and_a_reminder_of_ours_goes_on_waiting(acme: Cast, case: Case) -> None:
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    wait_for_customer(case, "Still the size.", by=acme.ada, at=AT + 3 * HOUR)
    write_to_customer(case, "Could you tell us the size?", by=acme.ben, at=AT + 4 * HOUR)
    stop_waiting(case, by=acme.ben, at=AT + 5 * HOUR)
    stop_waiting(case, by=acme.ben, at=AT + 6 * HOUR)
    assert waited(case) == [(2, 5)]
    assert case.history.filter(step=Step.WAITING).count() == case.history.filter(step=Step.WAIT_OVER).count() == 1


def test_a_proposal_is_no_wait_and_ends_one(acme: Cast, case: Case) -> None:
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    propose(acme, case, at=AT + 3 * HOUR)
    with pytest.raises(NotPossible, match="no clock stops"):
        wait_for_customer(case, "Their yes.", by=acme.ben, at=AT + 4 * HOUR)
    take_back_proposal(case, by=acme.ben, at=AT + 5 * HOUR)
    assert waited(case) == [(2, 3)]


def test_a_case_that_ends_no_longer_waits_and_does_not_wait_again_by_itself(acme: Cast, case: Case) -> None:
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    end_case(case, how=EndedHow.WITHDREW, reason="By phone.", by=acme.ada, at=AT + 4 * HOUR)
    add_customer_message(case, "I did not.", at=AT + 6 * HOUR)
    assert waited(case) == [(2, 4)]
    assert limits(case, AT + 7 * HOUR) == (7, 12)


@pytest.mark.parametrize("reason", ["", "   "])
def test_nobody_waits_without_saying_for_what(acme: Cast, case: Case, reason: str) -> None:
    with pytest.raises(NotPossible, match="what we wait for"):
        wait_for_customer(case, reason, by=acme.ben, at=AT + 2 * HOUR)


def test_a_customer_who_was_not_asked_or_wrote_last_is_not_who_we_wait_for(acme: Cast, case: Case) -> None:
    with pytest.raises(NotPossible, match="Ask the customer first"):
        wait_for_customer(open_by_no(acme, interaction_id="order-2"), "The size.", by=acme.ben, at=AT + HOUR)
    add_customer_message(case, "Hello?", at=AT + 2 * HOUR)
    with pytest.raises(NotPossible, match="wrote last"):
        wait_for_customer(case, "The size.", by=acme.ben, at=AT + 3 * HOUR)
    assert waited(case) == []


def test_only_those_who_work_cases_let_a_promise_stand_still(acme: Cast, case: Case) -> None:
    user = User.objects.create_user("vic@acme.example", "a-long-pass-phrase-for-tests", first_name="Vic")
    viewer = add_member(acme.acme, user, role=Role.VIEWER)
    with pytest.raises(NotAllowed):
        wait_for_customer(case, "The size.", by=viewer, at=AT + 2 * HOUR)
    with pytest.raises(NotAllowed):
        stop_waiting(case, by=viewer, at=AT + 2 * HOUR)


def test_changed_terms_and_hours_leave_running_promises_their_pauses(acme: Cast, case: Case, promise: Promise) -> None:
    hours = make_calendar("Office", zone="UTC", week={"mon": "09:00-17:00", "tue": "09:00-17:00"}, at=AT - DAY)
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    change_promise(promise, limit=4 * HOUR, target=HOUR, at=AT + 3 * HOUR)
    change_calendar(hours, zone="UTC", week={"mon": "09:00-17:00"}, at=AT + 3 * HOUR, reason="Fewer of us.")
    add_customer_message(case, "41.", at=AT + 4 * HOUR)
    assert limits(case, AT + 4 * HOUR) == (7, 12)


def test_in_opening_hours_a_wait_moves_the_limit_by_the_open_time_in_it(acme: Cast) -> None:
    """AT is nine in the morning, UTC; from one to eleven the next day, six hours are open."""
    week = dict.fromkeys(("mon", "tue", "wed"), "09:00-17:00")
    hours = make_calendar("Office", zone="UTC", week=week, at=AT - DAY)
    make_promise("Solved", about=Measures.TIME_TO_YES, limit=8 * HOUR, target=6 * HOUR, at=AT - DAY, calendar=hours)
    case = open_by_no(acme)
    write_to_customer(case, "Which size?", by=acme.ben, at=AT + HOUR)
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 4 * HOUR)
    add_customer_message(case, "41.", at=AT + 26 * HOUR)
    assert limits(case, AT + 26 * HOUR) == (28, 30)
    clock = Clock.objects.get(about=case.ref)
    assert clock.counted(AT + 28 * HOUR) == 6 * HOUR
    assert clock.waited(AT + 28 * HOUR) == 28 * HOUR


def test_the_lake_knows_no_limit_while_we_wait_and_both_durations_once_kept(acme: Cast, case: Case) -> None:
    def told() -> dict[str, object]:
        rows = OutboxEntry.objects.filter(table="outcomes").order_by("pk")
        return dict(rows.last().fact)  # type: ignore[union-attr]

    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    assert (told()["due_at"], told()["target_at"], told()["kept_at"]) == (None, None, None)
    add_customer_message(case, "41.", at=AT + 5 * HOUR)
    assert told()["due_at"] is not None
    question = propose(acme, case, at=AT + 6 * HOUR)
    say(question, {"got_it": "yes", "good_job": "yes"}, at=AT + 7 * HOUR)
    assert (told()["waited_s"], told()["counted_s"]) == (7 * 3600, 4 * 3600)


def test_settling_a_wait_again_tells_the_lake_nothing_new(acme: Cast, case: Case) -> None:
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    entries = OutboxEntry.objects.count()
    settle_owed(case)
    settle_owed(case)
    assert OutboxEntry.objects.count() == entries


def test_a_wait_of_no_time_is_none(acme: Cast, case: Case) -> None:
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    stop_waiting(case, by=acme.ben, at=AT + 2 * HOUR)
    assert waited(case) == []
    assert limits(case, AT + 3 * HOUR) == (5, 10)
