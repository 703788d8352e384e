"""Every unhappy answer opens a case, joins one, or is set aside for a stated reason; none is lost."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cases.stories import AT, DAY, HOUR, NO, YES, ask, fresh, open_by_no, propose, say
from tests.cast import Cast
from untilyes.cases.access import get_case
from untilyes.cases.actions import change_policy, end_case, open_case
from untilyes.cases.models import Case, CaseMessage, Signal
from untilyes.cases.queries import find_case_for_response, list_queue, read_case_page, read_coverage
from untilyes.cases.rules import EndedHow, Outcome, State, Suppression, UnhappyRule
from untilyes.customers.actions import merge_customers, welcome_customer
from untilyes.customers.models import Customer
from untilyes.feedback.facts import Circumstances
from untilyes.plumbing import announce
from untilyes.promises.models import Clock
from untilyes.surveys.actions import draft_survey, invite, launch_survey, opt_out, record_response
from untilyes.surveys.definition import Definition, Kind, Question
from untilyes.surveys.events import ResponseRecorded
from untilyes.surveys.models import Answer, Invitation, Response, Survey
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.models import AuditEntry
from untilyes.workspaces.tenancy import NotFound, inside


def test_a_no_opens_a_case_with_the_customers_words_and_a_running_promise(acme: Cast) -> None:
    case = open_by_no(acme)
    assert (case.number, case.state, case.customer) == (1, State.OPEN, acme.cleo)
    assert (case.touchpoint, case.channel, case.team) == ("delivery", "web", "Shoes")
    message = CaseMessage.objects.get(case=case)
    assert (message.text, message.direction, message.via) == ("The left shoe.", "customer", "survey")
    clock = Clock.objects.get(about=case.ref)
    assert clock.promised_at == AT
    assert clock.target_at < clock.due_at
    assert read_case_page(case, seen_by=acme.ben, at=AT).unhappy_about == ("got_it",)


def test_two_yeses_open_nothing(acme: Cast) -> None:
    say(ask(acme), YES, at=AT)
    assert not Case.objects.exists()
    assert read_coverage().holds


@pytest.mark.parametrize(
    "answers", [{"got_it": "no", "good_job": "no"}, {"got_it": "yes", "good_job": "no"}, {**YES, "got_it": "no"}]
)
def test_a_no_to_either_question_opens_a_case(acme: Cast, answers: dict[str, str]) -> None:
    say(ask(acme), answers, at=AT)
    assert Case.objects.count() == 1


def test_a_listener_that_fails_loses_neither_the_no_nor_its_case(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The response, its answers, its facts and its case stand or fall together, so a retry finds a clean table."""

    def fail(fact: Any) -> None:
        raise RuntimeError(f"cannot hear {fact.response_id}")

    invitation = ask(acme)
    with monkeypatch.context() as patch:
        patch.setitem(announce._within, ResponseRecorded, [*announce._within[ResponseRecorded], fail])
        with pytest.raises(RuntimeError, match="cannot hear"):
            say(invitation, NO, at=AT)
    for model in (Response, Answer, Case, Signal, CaseMessage, Clock):
        assert not model.objects.exists()
    say(invitation, NO, at=AT + HOUR)
    assert (Response.objects.count(), Case.objects.count(), Signal.objects.count()) == (1, 1, 1)


def test_a_further_no_about_the_same_interaction_joins_the_case(acme: Cast) -> None:
    case = open_by_no(acme)
    again = say(ask(acme, at=AT + DAY), {**NO, "missing": "And the laces."}, at=AT + DAY)
    assert find_case_for_response(again.pk) == case
    assert Case.objects.count() == 1
    assert [message.text for message in case.messages.all()] == ["The left shoe.", "And the laces."]
    assert (read_coverage().opened, read_coverage().joined) == (1, 1)
    assert read_coverage().holds


def test_a_no_about_another_interaction_opens_a_case_of_its_own(acme: Cast) -> None:
    first, second = open_by_no(acme), open_by_no(acme, interaction_id="order-2")
    assert (first.number, second.number) == (1, 2)


def test_a_no_about_an_interaction_whose_case_is_over_reopens_it_whatever_its_age(acme: Cast) -> None:
    case = open_by_no(acme)
    say(propose(acme, case, at=AT + HOUR), YES, at=AT + 2 * HOUR)
    assert fresh(case).state == State.CLOSED
    much_later = AT + timedelta(days=900)
    say(ask(acme, at=much_later), NO, at=much_later)
    case = fresh(case)
    assert (case.state, case.reopens, case.yes_at) == (State.WORKING, 1, None)
    assert Case.objects.count() == 1


def test_the_same_no_in_another_response_within_the_hour_is_set_aside_as_a_duplicate(acme: Cast) -> None:
    version = ask(acme).version
    for minute in (0, 20):
        record_response(version, NO, at=AT + timedelta(minutes=minute), customer=acme.cleo, interaction_id="order-1")
    assert Signal.objects.filter(outcome=Outcome.SUPPRESSED).get().reason == Suppression.DUPLICATE
    assert Case.objects.count() == 1
    assert read_coverage().suppressed == {"duplicate": 1}
    assert read_coverage().holds


def test_who_opted_out_gets_no_case_but_is_counted_and_may_still_speak_in_a_standing_one(acme: Cast) -> None:
    standing = open_by_no(acme)
    about_two = ask(acme, interaction_id="order-2")
    opt_out(Invitation.objects.get(pk=about_two.pk), at=AT)
    say(about_two, NO, at=AT + DAY)
    assert Signal.objects.get(interaction_id="order-2").reason == Suppression.OPTED_OUT
    joins = record_response(about_two.version, NO, at=AT + DAY, customer=acme.cleo, interaction_id="order-1")
    assert find_case_for_response(joins.pk) == standing
    assert Case.objects.count() == 1
    assert read_coverage().holds


def test_a_test_answer_is_set_aside_as_a_test(acme: Cast) -> None:
    version = ask(acme).version
    record_response(version, NO, at=AT, is_test=True)
    assert Signal.objects.get().reason == Suppression.TEST
    assert not Case.objects.exists()
    assert read_coverage().holds


def test_somebody_unknown_who_says_no_gets_a_case_as_well(acme: Cast) -> None:
    response = record_response(ask(acme).version, NO, at=AT, channel="counter")
    case = find_case_for_response(response.pk)
    assert case is not None
    assert (case.customer, case.channel) == (None, "counter")


def test_each_scale_is_judged_by_its_own_rule(acme: Cast) -> None:
    survey = launch_everything()
    given = [
        {"nps": "6"},
        {"nps": "7"},
        {"csat": "2"},
        {"csat": "3"},
        {"trust": "sometimes"},
        {"trust": "no"},
        {"trust": "yes"},
        {"ces": "1"},
    ]
    for number, answers in enumerate(given):
        someone = welcome_customer(external=("shop", str(number)), name=f"Customer {number}")
        record_response(survey.versions.get(), answers, at=AT, customer=someone)
    opened = sorted(tuple(signal.said.items()) for signal in Signal.objects.all())
    assert opened == [(("csat", 2.0),), (("nps", 6.0),), (("trust", 0.0),), (("trust", 1.0),)]
    assert read_coverage().holds


def test_the_rule_and_its_count_over_stored_answers_agree_for_any_policy(acme: Cast) -> None:
    """Coverage counts unhappy answers by SQL, hearing judges them in Python; they must never drift apart."""
    survey = launch_everything()
    rules = [UnhappyRule(), UnhappyRule(trust=("no",), nps_at_most=3, csat_at_most=1), UnhappyRule(trust=())]
    for step, rule in enumerate(rules):
        starts = AT + step * DAY
        change_policy(unhappy=rule, at=starts, by=acme.ada)
        for value in range(11):
            someone = welcome_customer(external=("shop", f"{step}-{value}"))
            answers = {"nps": str(value), "csat": str(value % 5 + 1), "trust": ("no", "sometimes", "yes")[value % 3]}
            record_response(survey.versions.get(), answers, at=starts + HOUR, customer=someone)
        coverage = read_coverage()
        assert coverage.holds, (rule, coverage)
        assert 0 < coverage.unhappy <= 11


def test_an_unhappy_response_nobody_acted_on_is_a_leak_and_named(acme: Cast) -> None:
    case = open_by_no(acme)
    signal = Signal.objects.get()
    case.signals.all().delete()
    coverage = read_coverage()
    assert not coverage.holds
    assert [leak.response_id for leak in coverage.leaks] == [signal.response_id]


def test_only_an_owner_changes_what_counts_as_unhappy(acme: Cast) -> None:
    with pytest.raises(NotAllowed):
        change_policy(unhappy=UnhappyRule(nps_at_most=0), at=AT, by=acme.ben)
    change_policy(unhappy=UnhappyRule(nps_at_most=0), at=AT, by=acme.ada)
    assert AuditEntry.objects.get(verb="change_policy").by == acme.ada


def test_ben_opens_a_case_for_somebody_who_complained_by_phone(acme: Cast) -> None:
    when = Circumstances(at=AT, source="call", customer_id=acme.cleo.pk, channel="phone")
    case = open_case(acme.cleo, when=when, words="It never came.", by=acme.ben)
    assert (case.opened_by_response, case.source, case.messages.get().via) == (None, "call", "phone")
    assert AuditEntry.objects.get(about=case.ref, verb="case_opened").by == acme.ben


def test_a_no_in_a_merged_customers_name_joins_the_case_of_who_they_became(acme: Cast) -> None:
    twin = welcome_customer(email="cleo@work.example", name="C. Leo")
    case = open_by_no(acme)
    invitation = ask(acme, customer=twin, at=AT + HOUR)
    merge_customers(acme.cleo, twin, evidence="same phone", at=AT + 2 * HOUR)
    response = say(invitation, NO, at=AT + 2 * HOUR)
    assert find_case_for_response(response.pk) == case


def test_a_case_stays_with_the_person_through_a_merge(acme: Cast) -> None:
    twin = welcome_customer(email="cleo@work.example", name="C. Leo")
    case = open_by_no(acme)
    merge_customers(twin, acme.cleo, evidence="same phone", at=AT + HOUR)
    case = fresh(case)
    assert case.person == Customer.objects.get(pk=twin.pk)
    assert case.customer_id == acme.cleo.pk  # so that the merge can be undone
    question = propose(acme, case, at=AT + DAY)
    assert question.customer_id == twin.pk
    say(question, YES, at=AT + DAY + HOUR)
    assert fresh(case).state == State.CLOSED


def test_a_case_ended_as_a_duplicate_hands_a_later_no_to_the_original(acme: Cast) -> None:
    original, copy = open_by_no(acme), open_by_no(acme, interaction_id="order-2")
    end_case(copy, how=EndedHow.DUPLICATE, reason="Same parcel.", by=acme.ada, at=AT + HOUR, duplicate_of=original)
    response = say(ask(acme, interaction_id="order-2", at=AT + DAY), NO, at=AT + DAY)
    assert find_case_for_response(response.pk) == original
    assert fresh(copy).state == State.ENDED


def test_dan_sees_nothing_of_acmes_cases(acme: Cast) -> None:
    case = open_by_no(acme)
    with pytest.raises(NotFound):
        get_case(case.number, seen_by=acme.dan)
    with pytest.raises(NotFound):
        list_queue(acme.dan, at=AT)
    with inside(acme.globex):
        with pytest.raises(NotFound):
            get_case(case.number, seen_by=acme.dan)
        assert list_queue(acme.dan, at=AT) == []
        assert not Case.objects.exists()


def launch_everything() -> Survey:
    """A general survey with one question of every judged kind, all optional."""
    kinds = {"nps": Kind.SCALE_0_10, "csat": Kind.SCALE_1_5, "trust": Kind.TRUST, "ces": Kind.SCALE_1_7}
    survey = draft_survey(
        "Everything",
        Definition(questions=tuple(Question(key=key, kind=kind, words={"en": key}) for key, kind in kinds.items())),
        at=AT,
    )
    launch_survey(survey, at=AT)
    return survey


def test_an_invitation_to_a_general_survey_opens_a_case_too(acme: Cast) -> None:
    response = record_response(invite(launch_everything(), acme.cleo, at=AT), {"nps": "3"}, at=AT)
    assert find_case_for_response(response.pk) is not None
