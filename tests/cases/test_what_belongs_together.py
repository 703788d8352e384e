"""Cases rest, become one, part again, and lead to each other; the customer always finds the one that goes on."""

from datetime import timedelta

import pytest

from tests.cases.stories import AT, CAUSE, DAY, HOUR, NO, YES, ask, fresh, open_by_no, propose, say
from tests.cast import Cast
from untilyes.cases.access import get_case_by_link
from untilyes.cases.actions import (
    add_customer_message,
    add_note,
    assign_case,
    end_case,
    link_cases,
    merge_cases,
    open_case,
    set_priority,
    snooze_case,
    split_case,
    take_case,
    unlink_cases,
    unmerge_case,
    wake_case,
    write_to_customer,
)
from untilyes.cases.links import PURPOSE
from untilyes.cases.models import Case, CaseAttachment, CaseLink, CaseMessage, CasePolicy
from untilyes.cases.queries import (
    Which,
    find_case_for_response,
    list_queue,
    read_conversation,
    read_coverage,
)
from untilyes.cases.rules import EndedHow, LinkKind, NotPossible, Priority, State
from untilyes.customers.actions import merge_customers, welcome_customer
from untilyes.feedback.facts import Circumstances
from untilyes.promises.actions import make_promise
from untilyes.promises.jobs import watch_clocks
from untilyes.promises.models import Clock
from untilyes.promises.rules import Measures
from untilyes.surveys.links import sign_key
from untilyes.surveys.rules import InvitationOver
from untilyes.workspaces.actions import place_employee
from untilyes.workspaces.models import AuditEntry

SOON = AT + 5 * HOUR


def test_a_snoozed_case_leaves_the_queue_and_comes_back_at_its_time_by_itself(acme: Cast) -> None:
    case = open_by_no(acme)
    snooze_case(case, until=SOON, by=acme.ben, at=AT)
    assert list_queue(acme.ben, at=AT + HOUR) == []
    assert [row.number for row in list_queue(acme.ben, which=Which.SNOOZED, at=AT + HOUR)] == [case.number]
    assert [row.number for row in list_queue(acme.ben, at=SOON)] == [case.number]


@pytest.mark.parametrize("how", ["writes", "says no again", "answers no"])
def test_any_word_of_the_customer_wakes_a_snoozed_case(acme: Cast, how: str) -> None:
    case, later = open_by_no(acme), AT + 2 * HOUR
    question = propose(acme, case, at=AT)
    snooze_case(fresh(case), until=SOON, by=acme.ben, at=AT)
    if how == "writes":
        add_customer_message(fresh(case), "Well?", at=later)
    else:
        say(question if how == "answers no" else ask(acme, at=later), NO, at=later)
    assert [row.number for row in list_queue(acme.ben, at=later)] == [case.number]


def test_a_missed_target_wakes_a_snoozed_case_and_snoozing_stops_no_clock(acme: Cast) -> None:
    case = open_by_no(acme)
    clock = Clock.objects.get(about=case.ref, promise__about=Measures.TIME_TO_YES)
    snooze_case(case, until=clock.target_at + 10 * DAY, by=acme.ben, at=AT)
    assert Clock.objects.get(pk=clock.pk).due_at == clock.due_at
    later = clock.target_at + timedelta(minutes=1)
    watch_clocks(later)
    assert [row.number for row in list_queue(acme.ben, at=later)] == [case.number]


def test_a_snooze_lies_ahead_and_not_for_ever_and_can_be_ended(acme: Cast) -> None:
    case = open_by_no(acme)
    for until in (AT, AT - HOUR, AT + 91 * DAY):
        with pytest.raises(NotPossible, match="at most 90 days"):
            snooze_case(case, until=until, by=acme.ben, at=AT)
    snooze_case(case, until=SOON, by=acme.ben, at=AT)
    wake_case(case, by=acme.ben, at=AT + HOUR)
    wake_case(case, by=acme.ben, at=AT + HOUR)
    assert list(case.history.values_list("step", flat=True)) == ["opened", "snoozed", "woken"]


def test_merging_joins_the_conversations_in_the_older_case_whichever_was_named(acme: Cast) -> None:
    older, younger = two_cases(acme)
    add_note(younger, "Same parcel.", by=acme.ben, at=AT + 2 * HOUR)
    set_priority(younger, Priority.URGENT, by=acme.ben, at=AT + 2 * HOUR)
    kept = merge_cases(younger, older, by=acme.ben, at=AT + 3 * HOUR)
    assert kept == older
    assert [one.text for one in older.messages.all()] == ["The left shoe.", "The left shoe."]
    assert [one.text for one in older.notes.all()] == ["Same parcel."]
    assert fresh(older).priority == Priority.URGENT
    younger = fresh(younger)
    assert (younger.state, younger.ended_how, younger.duplicate_of) == (State.ENDED, EndedHow.DUPLICATE, older)
    running = Clock.objects.filter(about=younger.ref, kept_at=None, withdrawn_at=None)
    assert not running.exists()
    assert AuditEntry.objects.filter(verb="case_merged", about=older.ref, by=acme.ben).exists()
    assert read_coverage().holds


def test_both_links_of_the_customer_lead_to_the_case_that_goes_on(acme: Cast) -> None:
    older, younger = two_cases(acme)
    merge_cases(older, younger, by=acme.ben, at=AT + 3 * HOUR)
    for case in (older, younger):
        found = get_case_by_link(sign_key(case.key, purpose=PURPOSE))
        assert found == older
        assert len(read_conversation(found, at=AT + 3 * HOUR).lines) == 2
    joins = say(ask(acme, interaction_id="order-2", at=AT + DAY), NO, at=AT + DAY)
    assert find_case_for_response(joins.pk) == older


def test_what_waited_for_an_answer_still_does_after_merging(acme: Cast) -> None:
    promise(acme, Measures.NEXT_RESPONSE)
    older, younger = two_cases(acme)
    write_to_customer(older, "We look.", by=acme.ben, at=AT + 2 * HOUR)
    write_to_customer(younger, "We look too.", by=acme.ben, at=AT + 2 * HOUR)
    asked_at = AT + 3 * HOUR
    add_customer_message(younger, "And when?", at=asked_at)
    assert owed_since(older) == []
    merge_cases(older, younger, by=acme.ben, at=AT + 4 * HOUR)
    assert owed_since(older) == [asked_at]
    assert owed_since(younger) == []


def test_a_yes_to_a_question_about_one_half_cannot_close_the_whole(acme: Cast) -> None:
    older, younger = two_cases(acme)
    question = propose(acme, younger, at=AT + 2 * HOUR)
    with pytest.raises(NotPossible, match=r"asked about #2"):
        merge_cases(older, fresh(younger), by=acme.ben, at=AT + 3 * HOUR)
    add_customer_message(fresh(younger), "Wait.", at=AT + 4 * HOUR)
    merge_cases(older, fresh(younger), by=acme.ben, at=AT + 5 * HOUR)
    with pytest.raises(InvitationOver):
        say(question, YES, at=AT + 6 * HOUR)
    assert fresh(older).state != State.CLOSED


def test_changing_one_no_to_a_yes_does_not_close_a_case_that_took_in_another(acme: Cast) -> None:
    first = ask(acme)
    say(first, NO, at=AT)
    older = Case.objects.get()
    second = ask(acme, interaction_id="order-2", at=AT + HOUR)
    say(second, NO, at=AT + HOUR)
    younger = Case.objects.get(number=2)
    merge_cases(older, younger, by=acme.ben, at=AT + 2 * HOUR)
    say(second, YES, at=AT + 3 * HOUR)
    assert fresh(older).state == State.OPEN
    say(first, YES, at=AT + 4 * HOUR)
    assert fresh(older).state == State.CLOSED
    assert read_coverage().holds


def test_cases_of_two_customers_are_never_merged_nor_called_duplicates(acme: Cast) -> None:
    mine = open_by_no(acme)
    eve = welcome_customer(email="eve@customer.example", name="Eve")
    hers = by_hand(acme, eve)
    nobodys, unknown = by_hand(acme, None), by_hand(acme, None)
    for one, other in ((mine, hers), (mine, nobodys), (nobodys, unknown)):
        with pytest.raises(NotPossible, match="Only cases of one customer"):
            merge_cases(one, other, by=acme.ben, at=AT + DAY)
        with pytest.raises(NotPossible, match="of the same customer"):
            end_case(one, how=EndedHow.DUPLICATE, reason="Same.", by=acme.ada, at=AT + DAY, duplicate_of=other)


def test_cases_of_somebody_known_under_two_names_can_be_merged(acme: Cast) -> None:
    twin = welcome_customer(email="cleo@work.example", name="C. Leo")
    mine, theirs = open_by_no(acme), by_hand(acme, twin)
    merge_customers(acme.cleo, twin, evidence="same phone", at=AT + HOUR)
    assert merge_cases(fresh(theirs), mine, by=acme.ben, at=AT + 2 * HOUR) == mine


def test_a_case_that_is_over_is_not_merged_and_none_with_itself(acme: Cast) -> None:
    older, younger = two_cases(acme)
    with pytest.raises(NotPossible, match="same case"):
        merge_cases(older, fresh(older), by=acme.ben, at=AT + DAY)
    end_case(younger, how=EndedHow.WITHDREW, reason="Said so.", by=acme.ada, at=AT + 2 * HOUR)
    with pytest.raises(NotPossible, match="#2 is over"):
        merge_cases(older, younger, by=acme.ben, at=AT + DAY)


def test_merged_cases_part_again_with_their_words_and_their_clocks(acme: Cast) -> None:
    promise(acme, Measures.FIRST_RESPONSE)
    older, younger = two_cases(acme)
    take_case(younger, by=acme.ben, at=AT + 2 * HOUR)
    clock = Clock.objects.get(about=younger.ref, promise__about=Measures.TIME_TO_YES)
    merge_cases(older, younger, by=acme.ben, at=AT + 3 * HOUR)
    add_customer_message(older, "Written in between.", at=AT + 4 * HOUR)
    unmerge_case(fresh(younger), by=acme.ben, at=AT + 5 * HOUR)
    younger = fresh(younger)
    assert (younger.state, younger.duplicate_of, younger.reopens) == (State.WORKING, None, 0)
    assert [one.text for one in younger.messages.all()] == ["The left shoe."]
    assert [one.text for one in older.messages.all()] == ["The left shoe.", "Written in between."]
    again = Clock.objects.get(pk=clock.pk)
    assert (again.promised_at, again.withdrawn_at) == (clock.promised_at, None)
    assert Clock.objects.get(about=younger.ref, promise__about=Measures.FIRST_RESPONSE).withdrawn_at is None
    with pytest.raises(NotPossible, match="was not merged"):
        unmerge_case(younger, by=acme.ben, at=AT + 6 * HOUR)


def test_after_the_customers_yes_to_both_they_stay_one(acme: Cast) -> None:
    older, younger = two_cases(acme)
    merge_cases(older, younger, by=acme.ben, at=AT + 3 * HOUR)
    say(propose(acme, fresh(older), at=AT + 4 * HOUR), YES, at=AT + 5 * HOUR)
    with pytest.raises(NotPossible, match="said yes"):
        unmerge_case(fresh(younger), by=acme.ben, at=AT + 6 * HOUR)


def test_a_message_begins_a_second_case_whose_promises_run_since_it_was_written(acme: Cast) -> None:
    case = open_by_no(acme)
    message = add_customer_message(case, "And the bill is wrong.", at=AT + HOUR)
    CaseAttachment.objects.create(
        message=message, name="bill.pdf", content_type="application/pdf", size=1, content=b"x"
    )
    begun = split_case(case, message, by=acme.ben, at=AT + 3 * HOUR)
    assert (begun.customer, begun.opened_at, begun.state) == (acme.cleo, AT + HOUR, State.OPEN)
    assert [one.text for one in begun.messages.all()] == ["And the bill is wrong."]
    assert begun.messages.get().attachments.get().name == "bill.pdf"
    assert case.messages.count() == 2
    assert Clock.objects.get(about=begun.ref, promise__about=Measures.TIME_TO_YES).promised_at == AT + HOUR
    assert CaseLink.objects.get().kind == LinkKind.SPLIT_FROM
    assert split_case(case, message, by=acme.ben, at=AT + 4 * HOUR) == begun
    assert Case.objects.count() == 2
    assert read_coverage().holds


def test_neither_our_own_words_nor_the_first_ones_begin_a_second_case(acme: Cast) -> None:
    case = open_by_no(acme)
    ours = write_to_customer(case, "We look.", by=acme.ben, at=AT + HOUR)
    with pytest.raises(NotPossible, match="Only words of the customer"):
        split_case(case, ours, by=acme.ben, at=AT + HOUR)
    with pytest.raises(NotPossible, match="began this case"):
        split_case(case, case.messages.get(direction="customer"), by=acme.ben, at=AT + HOUR)


def test_what_was_split_off_merges_back_without_saying_anything_twice(acme: Cast) -> None:
    case = open_by_no(acme)
    message = add_customer_message(case, "And the bill is wrong.", at=AT + HOUR)
    begun = split_case(case, message, by=acme.ben, at=AT + 3 * HOUR)
    assert merge_cases(begun, fresh(case), by=acme.ben, at=AT + 4 * HOUR) == case
    assert [one.text for one in case.messages.all()] == ["The left shoe.", "And the bill is wrong."]


def test_two_cases_are_linked_once_and_the_link_can_be_taken_away(acme: Cast) -> None:
    mine, hers = open_by_no(acme), by_hand(acme, welcome_customer(email="eve@customer.example", name="Eve"))
    link_cases(mine, hers, kind=LinkKind.RELATED, by=acme.ben, at=AT + HOUR)
    link_cases(hers, mine, kind=LinkKind.SAME_CAUSE, by=acme.ben, at=AT + HOUR)
    link = CaseLink.objects.get()
    assert (link.case, link.other, link.kind) == (hers, mine, LinkKind.SAME_CAUSE)
    assert mine.history.filter(step="linked").count() == hers.history.filter(step="linked").count() == 2
    unlink_cases(link, by=acme.ben, at=AT + HOUR)
    assert not CaseLink.objects.exists()
    with pytest.raises(NotPossible, match="linked to itself"):
        link_cases(mine, fresh(mine), kind=LinkKind.RELATED, by=acme.ben, at=AT + HOUR)


def test_a_message_long_after_a_yes_opens_a_case_that_follows_and_further_ones_stay_in_it(acme: Cast) -> None:
    case = closed(acme)
    late = AT + 40 * DAY
    message = add_customer_message(case, "Now the sole comes off.", at=late, via="email")
    assert message.case != case
    assert (message.case.person, message.case.opened_at, fresh(case).state) == (acme.cleo, late, State.CLOSED)
    assert CaseLink.objects.get().kind == LinkKind.FOLLOWS
    again = add_customer_message(fresh(case), "Hello?", at=late + DAY)
    assert again.case == message.case
    assert Case.objects.count() == 2


def test_a_message_soon_after_a_yes_stays_where_it_is_and_the_days_are_the_houses_choice(acme: Cast) -> None:
    case = closed(acme)
    assert add_customer_message(case, "Thanks!", at=AT + 20 * DAY).case == case
    CasePolicy.objects.update(reopen_days=10)
    assert add_customer_message(fresh(case), "One more thing.", at=AT + 21 * DAY).case != case


def test_a_no_reopens_the_same_case_however_late_it_comes(acme: Cast) -> None:
    case = closed(acme)
    say(ask(acme, at=AT + 400 * DAY), NO, at=AT + 400 * DAY)
    assert (Case.objects.count(), fresh(case).reopens) == (1, 1)


def test_a_case_comes_back_to_its_handler_only_if_they_are_here(acme: Cast) -> None:
    here, away = closed(acme), closed(acme, interaction_id="order-2")
    say(ask(acme, interaction_id="order-1", at=AT + 2 * DAY), NO, at=AT + 2 * DAY)
    assert fresh(here).assignee == acme.ben
    ben = place_employee("Ben", member=acme.ben, by=acme.ada, at=AT)
    ben.away_until = AT + 9 * DAY
    ben.save()
    say(ask(acme, interaction_id="order-2", at=AT + 3 * DAY), NO, at=AT + 3 * DAY)
    assert (fresh(away).assignee, fresh(away).state) == (None, State.OPEN)


def test_nobody_without_the_right_role_rests_merges_splits_or_links(acme: Cast) -> None:
    from untilyes.workspaces.access import NotAllowed
    from untilyes.workspaces.actions import add_member
    from untilyes.workspaces.models import User
    from untilyes.workspaces.rules import Role

    vera = add_member(acme.acme, User.objects.create_user("vera@acme.example"), role=Role.ANALYST)
    older, younger = two_cases(acme)
    message = CaseMessage.objects.filter(case=older).first()
    assert message is not None
    for verb in (
        lambda: snooze_case(older, until=SOON, by=vera, at=AT),
        lambda: merge_cases(older, younger, by=vera, at=AT),
        lambda: split_case(older, message, by=vera, at=AT),
        lambda: link_cases(older, younger, kind=LinkKind.RELATED, by=vera, at=AT),
        lambda: set_priority(older, Priority.HIGH, by=vera, at=AT),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_the_cause_is_named_before_a_solution_is_proposed_or_said_to_be_unknown_where_that_is_allowed(
    acme: Cast,
) -> None:
    from untilyes.cases.actions import propose_solution, set_root_cause

    case = open_by_no(acme)
    with pytest.raises(NotPossible, match="Name the root cause first: "):
        propose_solution(case, "Done.", by=acme.ben, at=AT + HOUR, cause_missing="We look.")
    CasePolicy.objects.update(cause_rule="reason")
    with pytest.raises(NotPossible, match="or say why"):
        propose_solution(case, "Done.", by=acme.ben, at=AT + HOUR)
    propose_solution(case, "Done.", by=acme.ben, at=AT + HOUR, cause_missing="The carrier has not answered.")
    assert fresh(case).cause_missing == "The carrier has not answered."
    set_root_cause(case, CAUSE, by=acme.ben, at=AT + 2 * HOUR)
    assert (fresh(case).root_cause, fresh(case).cause_missing) == (CAUSE, "")


def promise(acme: Cast, about: Measures) -> None:
    make_promise(about.value, about=about, limit=2 * DAY, target=DAY, at=AT - DAY, by=acme.ada)


def two_cases(acme: Cast) -> tuple[Case, Case]:
    return open_by_no(acme), open_by_no(acme, interaction_id="order-2", at=AT + HOUR)


def closed(acme: Cast, *, interaction_id: str = "order-1") -> Case:
    case = open_by_no(acme, interaction_id=interaction_id)
    assign_case(case, to=acme.ben, by=acme.ada, at=AT)
    say(propose(acme, case, at=AT + HOUR), YES, at=AT + 2 * HOUR)
    return fresh(case)


def by_hand(acme: Cast, customer: object) -> Case:
    when = Circumstances(at=AT, source="call", customer_id=getattr(customer, "pk", None), channel="phone")
    return open_case(customer, when=when, words="It broke.", by=acme.ben)  # type: ignore[arg-type]


def owed_since(case: Case) -> list[object]:
    """Since when the customer waits for our next word."""
    clocks = Clock.objects.filter(
        about=case.ref, promise__about=Measures.NEXT_RESPONSE, kept_at=None, withdrawn_at=None
    )
    return list(clocks.values_list("promised_at", flat=True))
