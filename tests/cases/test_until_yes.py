"""Nothing closes on our word: only the customer's yes does, and their no reopens, whatever came before."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cases.stories import AT, DAY, HOUR, NO, YES, ask, fresh, open_by_no, propose, say
from tests.cast import Cast
from tests.post import carry_post, html_of
from untilyes.cases import actions
from untilyes.cases.access import get_case_by_link
from untilyes.cases.actions import (
    add_customer_message,
    add_note,
    assign_case,
    end_case,
    open_case,
    propose_solution,
    record_attempt,
    set_root_cause,
    take_back_proposal,
    take_case,
    write_to_customer,
)
from untilyes.cases.links import link_to_case
from untilyes.cases.models import Case, CaseEntry, CaseMessage
from untilyes.cases.queries import Owed, Which, count_work, list_queue, read_case_page, read_conversation
from untilyes.cases.rules import EndedHow, NotPossible, Priority, State, Step, list_possible
from untilyes.cases.wordings import LANGUAGES, mail_words
from untilyes.feedback.facts import Circumstances
from untilyes.plumbing import announce
from untilyes.promises.actions import ensure_default_promises, publish_promise
from untilyes.promises.jobs import watch_clocks
from untilyes.promises.models import Clock
from untilyes.promises.rules import ClockState, Measures
from untilyes.surveys.events import ResponseRecorded
from untilyes.surveys.jobs import tend_invitations
from untilyes.surveys.links import BadLink
from untilyes.surveys.models import Invitation
from untilyes.surveys.rules import InvitationState
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.actions import add_member
from untilyes.workspaces.models import AuditEntry, Member, User
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import inside


def test_a_yes_to_both_closes_the_case_and_keeps_the_promise(acme: Cast) -> None:
    case = open_by_no(acme)
    say(propose(acme, case, at=AT + HOUR), YES, at=AT + 2 * HOUR)
    case = fresh(case)
    assert (case.state, case.ended_how) == (State.CLOSED, EndedHow.YES)
    assert case.yes_at == case.ended_at == AT + 2 * HOUR
    clock = Clock.objects.get(about=case.ref)
    assert (clock.kept_at, clock.state(AT + 9 * DAY)) == (AT + 2 * HOUR, ClockState.KEPT)


def test_a_no_to_the_proposal_reopens_the_same_case_and_the_clock_runs_on(acme: Cast) -> None:
    case = open_by_no(acme)
    due_at = Clock.objects.get(about=case.ref).due_at
    say(propose(acme, case, at=AT + HOUR), NO, at=AT + 2 * HOUR)
    case = fresh(case)
    assert (case.state, case.reopens) == (State.WORKING, 1)
    clock = Clock.objects.get(about=case.ref)
    assert (clock.kept_at, clock.due_at) == (None, due_at)


def test_a_yes_taken_back_reopens_and_the_clock_counts_as_if_it_had_never_stopped(acme: Cast) -> None:
    case = open_by_no(acme)
    question = propose(acme, case, at=AT + HOUR)
    say(question, YES, at=AT + 2 * HOUR)
    say(question, NO, at=AT + 2 * DAY)
    case, clock = fresh(case), Clock.objects.get(about=case.ref)
    assert (case.state, case.yes_at, case.first_resolution_at) == (State.WORKING, None, AT + HOUR)
    assert (clock.kept_at, clock.promised_at) == (None, AT)
    say(propose(acme, case, at=AT + 5 * DAY), YES, at=AT + 6 * DAY)
    clock.refresh_from_db()
    assert clock.state(AT + 6 * DAY) == ClockState.KEPT_LATE
    assert fresh(case).first_resolution_at == AT + HOUR


def test_the_opening_answer_changed_to_two_yeses_is_the_customers_own_yes(acme: Cast) -> None:
    invitation = ask(acme)
    say(invitation, NO, at=AT)
    case = Case.objects.get()
    say(invitation, YES, at=AT + HOUR)
    assert fresh(case).state == State.CLOSED
    say(invitation, NO, at=AT + 2 * HOUR)
    assert fresh(case).state == State.OPEN


def test_a_changed_answer_is_no_yes_while_another_no_stands_in_the_case(acme: Cast) -> None:
    first, case = ask(acme), None
    say(first, NO, at=AT)
    case = Case.objects.get()
    say(ask(acme, at=AT + DAY), {**NO, "missing": "And the laces."}, at=AT + DAY)
    say(first, YES, at=AT + DAY + HOUR)
    assert fresh(case).state == State.OPEN


def test_one_yes_without_the_other_changes_nothing(acme: Cast) -> None:
    """Whoever knows only half of the answer (a reply by phone, an old form) has not heard a yes."""
    case = open_by_no(acme)
    heard: list[ResponseRecorded] = []
    question = propose(acme, case, at=AT + HOUR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(announce._within, ResponseRecorded, [heard.append])
        say(question, YES, at=AT + 2 * HOUR)
    half = replace(heard[0], answers=tuple(one for one in heard[0].answers if one.question == "got_it"))
    actions.hear_answer(half)
    assert fresh(case).state == State.PROPOSED


def test_silence_is_never_a_yes(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = open_by_no(acme)
    question = propose(acme, case, at=AT + HOUR)
    monkeypatch.setattr("untilyes.surveys.jobs.now", lambda: AT + 400 * DAY)
    tend_invitations()
    watch_clocks(AT + 400 * DAY)
    question.refresh_from_db()
    assert question.state == InvitationState.EXPIRED
    case = fresh(case)
    assert (case.state, case.yes_at, case.ended_at) == (State.PROPOSED, None, None)
    assert Clock.objects.get(about=case.ref).kept_at is None


def test_staff_have_no_verb_that_closes(acme: Cast) -> None:
    assert not [name for name in actions.__all__ if "close" in name or "resolve" in name]
    assert all(Step.SAID_YES not in list_possible(state) for state in State)
    case = open_by_no(acme)
    with pytest.raises(NotPossible, match="Only the customer's yes closes a case"):
        end_case(case, how=EndedHow.YES, reason="They sounded happy.", by=acme.ada, at=AT + HOUR)


@pytest.mark.parametrize(
    "forged",
    [
        {"state": "closed", "ended_at": AT, "ended_how": "withdrew"},
        {"state": "closed", "ended_at": AT, "ended_how": "yes"},
        {"state": "ended", "ended_at": AT, "ended_how": "yes"},
        {"state": "working", "yes_at": AT},
        {"state": "ended", "ended_how": ""},
        {"ended_how": "withdrew"},
    ],
)
def test_the_database_refuses_a_closed_case_without_a_yes(acme: Cast, forged: dict[str, object]) -> None:
    case = open_by_no(acme)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**forged)
    assert fresh(case).state == State.OPEN


def test_ending_without_a_yes_needs_somebody_allowed_to(acme: Cast) -> None:
    case = open_by_no(acme)
    with pytest.raises(NotAllowed):
        end_case(case, how=EndedHow.WITHDREW, reason="They moved away.", by=acme.ben, at=AT + HOUR)


def test_ending_without_a_yes_needs_a_reason_in_words(acme: Cast) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        end_case(open_by_no(acme), how=EndedHow.WITHDREW, reason=" ", by=acme.ada, at=AT + HOUR)


def test_giving_up_as_unreachable_needs_three_attempts_on_days_apart(acme: Cast) -> None:
    case = open_by_no(acme)

    def give_up(at: datetime) -> None:
        end_case(case, how=EndedHow.UNREACHABLE, reason="No answer.", by=acme.ada, at=at)

    for day in (1, 2, 3):
        record_attempt(case, by=acme.ben, at=AT + day * DAY, channel="phone", outcome="nobody answered")
    with pytest.raises(NotPossible, match="less than 5 days apart"):
        give_up(AT + 4 * DAY)
    write_to_customer(case, "Are you there?", by=acme.ben, at=AT + 7 * DAY)
    assert read_case_page(case, seen_by=acme.ada, at=AT + 8 * DAY).not_yet_unreachable == ""
    give_up(AT + 8 * DAY)
    case = fresh(case)
    assert (case.state, case.ended_how, case.yes_at) == (State.ENDED, EndedHow.UNREACHABLE, None)


def test_attempts_made_before_the_customer_was_last_heard_of_do_not_count(acme: Cast) -> None:
    case = open_by_no(acme)
    for day in (1, 2, 9):
        record_attempt(case, by=acme.ben, at=AT + day * DAY, channel="phone")
    add_customer_message(case, "I was on holiday.", at=AT + 10 * DAY)
    with pytest.raises(NotPossible, match="0 of 3 attempts"):
        end_case(case, how=EndedHow.UNREACHABLE, reason="Gone.", by=acme.ada, at=AT + 11 * DAY)


def test_an_ended_case_is_no_success_and_its_promise_counts_for_nobody(acme: Cast) -> None:
    case = open_by_no(acme)
    end_case(case, how=EndedHow.NOT_OURS, reason="The carrier's.", by=acme.ada, at=AT + HOUR)
    clock = Clock.objects.get(about=case.ref)
    assert clock.state(AT + 9 * DAY) == ClockState.WITHDRAWN


def test_ending_late_does_not_heal_a_broken_promise(acme: Cast) -> None:
    case = open_by_no(acme)
    end_case(case, how=EndedHow.WITHDREW, reason="Moved away.", by=acme.ada, at=AT + 30 * DAY)
    assert Clock.objects.get(about=case.ref).state(AT + 31 * DAY) == ClockState.PROMISE_MISSED


def test_a_customer_we_gave_up_on_is_heard_again_by_words_and_by_a_yes(acme: Cast) -> None:
    case = open_by_no(acme)
    question = propose(acme, case, at=AT + HOUR)
    end_case(case, how=EndedHow.WITHDREW, reason="Said so by phone.", by=acme.ada, at=AT + 2 * HOUR)
    add_customer_message(case, "No, I did not.", at=AT + 3 * HOUR)
    case = fresh(case)
    assert (case.state, case.reopens, case.ended_how) == (State.WORKING, 1, "")
    assert Clock.objects.get(about=case.ref).is_open
    end_case(case, how=EndedHow.WITHDREW, reason="Really.", by=acme.ada, at=AT + 4 * HOUR)
    say(question, YES, at=AT + 5 * HOUR)
    assert fresh(case).state == State.CLOSED
    assert Clock.objects.get(about=case.ref).kept_at == AT + 5 * HOUR


def test_words_after_a_yes_leave_it_closed_and_show_in_the_queue_until_answered(acme: Cast) -> None:
    case = open_by_no(acme)
    say(propose(acme, case, at=AT + HOUR), YES, at=AT + 2 * HOUR)
    assert list_queue(acme.ben, at=AT + 2 * HOUR) == []
    add_customer_message(case, "Thank you!", at=AT + 3 * HOUR)
    assert fresh(case).state == State.CLOSED
    assert [row.customer_wrote_last for row in list_queue(acme.ben, at=AT + 3 * HOUR)] == [True]
    write_to_customer(case, "You are welcome.", by=acme.ben, at=AT + 4 * HOUR)
    assert list_queue(acme.ben, at=AT + 4 * HOUR) == []
    assert fresh(case).state == State.CLOSED


def test_words_instead_of_an_answer_put_a_proposed_case_back_to_work(acme: Cast) -> None:
    case = open_by_no(acme)
    propose(acme, case, at=AT + HOUR)
    add_customer_message(case, "Which shoe do you mean?", at=AT + 2 * HOUR)
    case = fresh(case)
    assert (case.state, case.reopens) == (State.WORKING, 0)


def test_proposing_again_replaces_the_question_still_open(acme: Cast) -> None:
    case = open_by_no(acme)
    first = propose(acme, case, at=AT + HOUR)
    take_back_proposal(case, by=acme.ben, at=AT + 2 * HOUR)
    second = propose(acme, case, "Now it really is.", at=AT + 3 * HOUR)
    first.refresh_from_db()
    assert (first.state, second.state) == (InvitationState.REPLACED, InvitationState.ASKED)


def test_double_clicks_are_harmless(acme: Cast) -> None:
    case = open_by_no(acme)
    for second in (0, 20):
        at = AT + HOUR + timedelta(seconds=second)
        take_case(case, by=acme.ben, at=at)
        write_to_customer(case, "We look into it.", by=acme.ben, at=at)
        add_customer_message(case, "Thanks.", at=at)
        set_root_cause(case, "wrong parcel", by=acme.ben, at=at)
    for second in (0, 20):
        propose_solution(case, "It is on its way.", by=acme.ben, at=AT + 2 * HOUR + timedelta(seconds=second))
    question = Invitation.objects.get(about=case.ref)
    for second in (0, 20):
        say(question, YES, at=AT + 3 * HOUR + timedelta(seconds=second))
    steps = list(case.history.values_list("step", flat=True))
    assert steps == ["opened", "taken", "wrote", "customer_wrote", "cause_named", "proposed", "said_yes"]
    assert CaseMessage.objects.filter(case=case).count() == 4
    assert len(carry_post()) == 3  # the first question, our words, the proposal


def test_every_step_is_in_the_history_and_in_the_audit_trail_with_who_did_it(acme: Cast) -> None:
    case = open_by_no(acme)
    assign_case(case, to=acme.ben, by=acme.ada, at=AT + HOUR)
    say(propose(acme, case, at=AT + 2 * HOUR), YES, at=AT + 3 * HOUR)
    lines = [(entry.step, entry.by_name, entry.state) for entry in CaseEntry.objects.filter(case=case)]
    assert lines == [
        ("opened", "customer", "open"),
        ("assigned", "Ada", "working"),
        ("cause_named", "Ben", "working"),
        ("proposed", "Ben", "proposed"),
        ("said_yes", "customer", "closed"),
    ]
    trail = AuditEntry.objects.filter(about=case.ref).order_by("at", "pk").values_list("verb", "by_name")
    assert list(trail) == [(f"case_{step}", name) for step, name, _ in lines]


def test_a_viewer_may_not_work_a_case_and_nobody_is_given_one_who_may_not(acme: Cast) -> None:
    viewer = add_viewer(acme)
    case = open_by_no(acme)
    with pytest.raises(NotAllowed):
        take_case(case, by=viewer, at=AT)
    with pytest.raises(NotPossible, match="does not work cases"):
        assign_case(case, to=viewer, by=acme.ada, at=AT)
    with pytest.raises(NotPossible, match="does not work cases"):
        assign_case(case, to=acme.dan, by=acme.ada, at=AT)


def test_a_missed_target_raises_the_case_and_a_missed_promise_more_so(acme: Cast) -> None:
    case = open_by_no(acme)
    clock = Clock.objects.get(about=case.ref)
    watch_clocks(clock.target_at + HOUR)
    assert fresh(case).priority == Priority.HIGH
    watch_clocks(clock.due_at + HOUR)
    watch_clocks(clock.due_at + 2 * HOUR)
    assert fresh(case).priority == Priority.URGENT
    steps = list(case.history.values_list("step", flat=True))
    assert steps == ["opened", "target_missed", "promise_missed"]
    work = count_work(at=clock.due_at + HOUR)
    assert (work.past_target, work.past_promise) == (1, 1)


def test_the_queue_shows_the_soonest_promise_first_and_each_members_own(acme: Cast) -> None:
    later = open_by_no(acme, interaction_id="order-2", at=AT + HOUR)
    first = open_by_no(acme, interaction_id="order-1", at=AT + 2 * HOUR)
    Clock.objects.filter(about=first.ref).update(due_at=AT + 3 * HOUR, target_at=AT + 3 * HOUR)
    take_case(later, by=acme.ben, at=AT + 2 * HOUR)
    queue = list_queue(acme.ada, at=AT + 2 * HOUR)
    assert [row.number for row in queue] == [first.number, later.number]
    assert [row.number for row in list_queue(acme.ben, which=Which.MINE, at=AT)] == [later.number]
    assert [row.number for row in list_queue(acme.ben, which=Which.UNASSIGNED, at=AT)] == [first.number]
    assert [row.number for row in list_queue(acme.ben, search=f"#{later.number}", at=AT)] == [later.number]


def test_the_customer_sees_both_sides_words_and_the_public_promise_and_nothing_of_ours(acme: Cast) -> None:
    case = open_by_no(acme)
    add_note(case, "Second time this month.", by=acme.ben, at=AT)
    write_to_customer(case, "We look into it.", by=acme.ben, at=AT + HOUR)
    told = read_conversation(case, at=AT + HOUR)
    assert [(line.is_theirs, line.text) for line in told.lines] == [
        (True, "The left shoe."),
        (False, "We look into it."),
    ]
    assert (told.owed, told.question_link) == ((), "")
    publish_promise(ensure_default_promises(at=AT), is_public=True, at=AT)
    due_at = Clock.objects.get(about=case.ref).due_at
    assert read_conversation(case, at=AT + HOUR).owed == (Owed(Measures.TIME_TO_YES, due_at, is_late=False),)
    assert read_conversation(case, at=AT + 30 * DAY).owed[0].is_late


def test_the_proposal_travels_in_the_customers_language_with_one_tap_for_yes_and_for_no(acme: Cast) -> None:
    case = open_by_no(acme)
    Case.objects.filter(pk=case.pk).update(language="de")
    carry_post()
    propose(acme, fresh(case), "Der linke Schuh ist unterwegs.", at=AT + HOUR)
    (message,) = carry_post()
    assert message.to == ["cleo@customer.example"]
    assert message.subject == "Acme: Ist es für Sie gelöst? (#1)"
    for body in (str(message.body), html_of(message)):
        assert "Der linke Schuh ist unterwegs." in body
        assert "?got_it=yes" in body
        assert "?got_it=no" in body
        assert link_to_case(case) in body


def test_our_words_travel_with_a_link_in_one_thread_and_write_no_html(acme: Cast) -> None:
    case = open_by_no(acme)
    carry_post()
    first = write_to_customer(case, "We look <b>into</b> it.", by=acme.ben, at=AT + HOUR)
    write_to_customer(case, "Found it.", by=acme.ben, at=AT + 2 * HOUR)
    one, two = carry_post()
    assert "<b>" not in html_of(one)
    assert "&lt;b&gt;into" in html_of(one)
    assert two.extra_headers["In-Reply-To"] == first.message_id == one.extra_headers["Message-ID"]
    assert link_to_case(case) in str(one.body)


def test_without_an_address_our_words_wait_on_the_page_and_no_mail_is_pretended(acme: Cast) -> None:
    acme.cleo.identities.all().delete()
    case = open_case(acme.cleo, when=Circumstances(at=AT, source="call", customer_id=acme.cleo.pk), by=acme.ben)
    message = write_to_customer(case, "We look into it.", by=acme.ben, at=AT + HOUR)
    assert (message.via, message.message_id) == ("portal", "")
    assert carry_post() == []


def test_every_language_says_every_sentence(acme: Cast) -> None:
    keys = {language: sorted(mail_words(language)) for language in LANGUAGES}
    assert len({tuple(one) for one in keys.values()}) == 1
    assert mail_words("de-AT") == mail_words("de") != mail_words("en") == mail_words("fr")


def test_a_link_leads_to_its_case_alone_and_a_tampered_one_nowhere(acme: Cast) -> None:
    case, other = open_by_no(acme), open_by_no(acme, interaction_id="order-2")
    token = link_to_case(case).rstrip("/").rpartition("/")[2]
    assert get_case_by_link(token) == case != other
    for forged in (token[:-1], token[1:], token.replace("~", "-"), "x", token + "a"):
        with pytest.raises(BadLink):
            get_case_by_link(forged)


def add_viewer(acme: Cast) -> Member:
    user = User.objects.create_user("vera@acme.example", "pass-phrase-for-tests", first_name="Vera")
    return add_member(acme.acme, user, role=Role.VIEWER)


def test_words_and_noes_of_another_house_never_meet(acme: Cast) -> None:
    case = open_by_no(acme)
    with inside(acme.globex):
        assert not Case.objects.filter(pk=case.pk).exists()
        with pytest.raises(Case.DoesNotExist):
            take_case(case, by=acme.dan, at=AT)
