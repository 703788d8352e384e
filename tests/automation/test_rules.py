"""Rules: when, if, do. Each answers an event once, wholly or not at all, and says so."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as some

from tests.automation.crew import complain, hire, team_called
from tests.automation.ruling import count_waiting, follow, rule
from tests.cases.stories import AT, DAY, HOUR, NO, ask, fresh, open_by_no, propose, say
from tests.cast import Cast
from tests.post import carry_post
from untilyes.automation.access import get_rule, get_run
from untilyes.automation.actions import (
    change_rule,
    follow_rule,
    make_rule,
    move_rule,
    offer_rule,
    repeat_run,
    retire_rule,
    switch_rule,
)
from untilyes.automation.actions.following import MOST_A_DAY
from untilyes.automation.conditions import Condition
from untilyes.automation.definition import BadRule, When, read_rule
from untilyes.automation.jobs import follow_rules, follow_time
from untilyes.automation.judging import CaseFacts, fits, list_silences
from untilyes.automation.models import Rule, RuleRun
from untilyes.automation.offered import OFFERED
from untilyes.automation.queries import list_offers, list_rules, list_runs, tell_definition, try_rule
from untilyes.cases.actions import add_customer_message, open_case, write_to_customer
from untilyes.cases.models import Case
from untilyes.cases.rules import Priority, Step
from untilyes.feedback.facts import Circumstances
from untilyes.promises.jobs import watch_clocks
from untilyes.promises.models import Clock
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.tenancy import NotFound, inside

URGENT = {"does": "priority", "to": "urgent"}
TELL_LEADERS = {"does": "tell", "to": "leaders"}


def test_a_rule_acts_on_the_event_it_waits_for_and_signs_what_it_did(acme: Cast) -> None:
    rule(acme, "opened", URGENT, {"does": "note", "text": "Call first."}, name="Shoes first")
    case = open_by_no(acme)
    assert follow(at=AT) == 1
    assert fresh(case).priority == Priority.URGENT
    assert [note.text for note in case.notes.all()] == ["Call first."]
    assert {entry.by_name for entry in case.history.filter(step__in=["prioritised", "noted"])} == {"Rule “Shoes first”"}
    (run,) = list_runs()
    assert (run.case, run.outcome, run.told) == (case, "acted", ["made it urgent", "left a note"])


def test_a_rule_that_is_off_or_does_not_fit_leaves_the_case_alone(acme: Cast) -> None:
    off = rule(acme, "opened", URGENT, name="Off")
    switch_rule(off, is_on=False, by=acme.ada, at=AT)
    rule(acme, "opened", URGENT, conditions=[{"about": "team", "value": "Hats"}])
    case = open_by_no(acme)
    assert follow(at=AT) == 0
    assert (fresh(case).priority, list_runs()) == (Priority.NORMAL, [])


def test_what_happened_before_a_rule_was_switched_on_is_none_of_its_business(acme: Cast) -> None:
    late = rule(acme, "opened", URGENT)
    case = open_by_no(acme)
    switch_rule(late, is_on=False, by=acme.ada, at=AT)
    switch_rule(late, is_on=True, by=acme.ada, at=AT + HOUR)
    assert follow(at=AT + HOUR) == 0
    assert fresh(case).priority == Priority.NORMAL


def test_no_rule_waits_where_nothing_happened_and_none_is_lost_where_it_did(acme: Cast) -> None:
    rule(acme, "opened")
    with transaction.atomic():
        open_by_no(acme)
        transaction.set_rollback(True)
    assert count_waiting() == 0
    open_by_no(acme, interaction_id="order-2")
    assert count_waiting() == 1


def test_following_an_event_again_changes_nothing(acme: Cast) -> None:
    minds = rule(acme, "opened", URGENT, {"does": "note", "text": "Once."}, TELL_LEADERS)
    case = open_by_no(acme)
    entry = case.history.get(step="opened")
    follow(at=AT)
    carry_post()
    for _ in range(3):
        follow_rules(acme.acme.pk, entry.pk, at=AT + DAY)
    first = follow_rule(minds, fresh(case), event=f"entry:{entry.pk}", at=AT + DAY)
    assert (case.notes.count(), RuleRun.objects.count(), carry_post()) == (1, 1, [])
    assert first is not None
    assert first.at == AT


ACTS = some.lists(
    some.sampled_from([URGENT, {"does": "priority", "to": "high"}, {"does": "note", "text": "Mind."}, TELL_LEADERS]),
    min_size=1,
    max_size=4,
)


@pytest.mark.django_db
def test_any_rule_repeated_any_number_of_times_leaves_the_case_as_once_did(acme: Cast) -> None:
    """The law of idempotence, for rules of any shape: n ≥ 1 followings of one event equal one."""
    case = open_by_no(acme)
    entry = case.history.get(step="opened")

    @given(acts=ACTS, times=some.integers(1, 4))
    def law(acts: list[dict[str, Any]], times: int) -> None:
        with transaction.atomic():
            minds = rule(acme, "opened", *acts)
            follow_rule(minds, fresh(case), event=f"entry:{entry.pk}", at=AT)
            once = _picture(case)
            for _ in range(times):
                follow_rule(minds, fresh(case), event=f"entry:{entry.pk}", at=AT + HOUR)
            assert _picture(case) == once
            transaction.set_rollback(True)

    law()


def _picture(case: Case) -> tuple[object, ...]:
    now = fresh(case)
    return (now.priority, now.assignee_id, now.notes.count(), now.history.count(), RuleRun.objects.count())


def test_what_a_rule_does_sets_off_no_rule(acme: Cast) -> None:
    """Two rules that would answer each other for ever, if they heard each other."""
    rule(acme, "customer_wrote", {"does": "give", "to": f"member:{acme.ben.pk}"}, URGENT, name="One")
    rule(acme, "customer_wrote", {"does": "note", "text": "Written again."}, name="Two")
    case = open_by_no(acme)
    add_customer_message(case, "Where is it?", at=AT + HOUR)
    assert follow(at=AT + HOUR) == 2
    assert count_waiting() == 0


def test_a_machine_that_writes_for_ever_does_not_flood_us(acme: Cast) -> None:
    rule(acme, "customer_wrote")
    case = open_by_no(acme)
    for minute in range(MOST_A_DAY + 5):
        at = AT + timedelta(minutes=10 * minute + 5)
        add_customer_message(case, f"Message {minute}", at=at)
        follow(at=at)
    outcomes = [run.outcome for run in list_runs()]
    assert case.notes.count() == MOST_A_DAY
    assert (outcomes.count("acted"), outcomes.count("held_back")) == (MOST_A_DAY, 5)
    add_customer_message(case, "The next day", at=AT + 2 * DAY)
    follow(at=AT + 2 * DAY)
    assert case.notes.count() == MOST_A_DAY + 1


def test_a_rule_that_fails_does_nothing_says_why_and_can_be_repeated(acme: Cast) -> None:
    share = {"does": "share_out", "to": f"team:{team_called().pk}"}
    rule(acme, "opened", URGENT, share, name="Share")
    rule(acme, "opened", {"does": "note", "text": "I still run."}, name="After")
    case = open_by_no(acme)
    assert follow(at=AT) == 2
    assert fresh(case).priority == Priority.NORMAL  # all of it or nothing
    assert [note.text for note in case.notes.all()] == ["I still run."]
    failed = RuleRun.objects.get(outcome="failed")
    assert failed.problem == "Nobody in Shoes has room and is here."
    anna = hire(acme, "Anna")
    run = repeat_run(failed, by=acme.ada, at=AT + HOUR)
    assert (run.outcome, run.told[1]) == ("acted", "gave it to Anna, whose turn it is in Shoes")
    assert (fresh(case).assignee, fresh(case).priority) == (anna, Priority.URGENT)
    assert repeat_run(run, by=acme.ada, at=AT + DAY).at == AT + HOUR


def test_an_error_nobody_foresaw_is_written_down_and_stops_no_other_rule(acme: Cast) -> None:
    rule(acme, "opened", URGENT, name="Broken")
    rule(acme, "opened", name="Whole")
    case = open_by_no(acme)
    with patch("untilyes.automation.actions.following.fits", side_effect=[ZeroDivisionError("odd"), True]):
        assert follow(at=AT) == 2
    assert {run.rule.name: (run.outcome, run.problem) for run in list_runs()} == {
        "Broken": ("failed", "odd"),
        "Whole": ("acted", ""),
    }
    assert case.notes.count() == 1


def test_rules_are_followed_in_their_order_and_the_later_sees_what_the_earlier_did(acme: Cast) -> None:
    first = rule(acme, "opened", {"does": "give", "to": f"member:{acme.ben.pk}"}, name="First")
    rule(acme, "opened", URGENT, name="Second", conditions=[{"about": "has", "value": "nobody"}])
    one = open_by_no(acme)
    follow(at=AT)
    assert fresh(one).priority == Priority.NORMAL
    move_rule(first, up=False, by=acme.ada, at=AT)
    other = open_by_no(acme, interaction_id="order-2")
    follow(at=AT)
    assert (fresh(other).priority, fresh(other).assignee) == (Priority.URGENT, acme.ben)


def test_a_reopened_case_is_told_to_the_leaders_the_second_time(acme: Cast) -> None:
    offered = offer_rule("again", by=acme.ada, at=AT)
    assert not offered.is_on
    switch_rule(offered, is_on=True, by=acme.ada, at=AT)
    case = open_by_no(acme)
    for round_ in (1, 2):
        say(propose(acme, case, f"Try {round_}", at=AT + round_ * DAY), NO, at=AT + round_ * DAY + HOUR)
        follow(at=AT + round_ * DAY + HOUR)
        assert len(list_runs()) == round_ - 1
    assert fresh(case).priority == Priority.HIGH
    told = [mail for mail in carry_post_of_rules() if "second time" in mail.subject]
    assert [mail.to for mail in told] == [["ada@acme.example"]]
    assert f"/w/acme/cases/{case.number}/" in told[0].body


def carry_post_of_rules() -> list[Any]:
    return [mail for mail in carry_post() if mail.to[0].endswith("@acme.example")]


def test_a_missed_promise_escalates(acme: Cast) -> None:
    switch_rule(offer_rule("promise", by=acme.ada, at=AT), is_on=True, by=acme.ada, at=AT)
    rule(acme, "promise_missed", TELL_LEADERS, name="Broken word")
    case = open_by_no(acme)
    watch_clocks(AT + 30 * DAY)
    follow(at=AT + 30 * DAY)
    assert "Call them today." in case.notes.get().text
    told = [mail.to for mail in carry_post_of_rules() if "Broken word" in mail.subject]
    assert told == [["ada@acme.example"]]


def test_a_promise_near_its_end_that_nobody_has_calls_the_leaders_once(acme: Cast) -> None:
    switch_rule(offer_rule("near", by=acme.ada, at=AT), is_on=True, by=acme.ada, at=AT)
    case, theirs = open_by_no(acme), open_by_no(acme, interaction_id="order-2")
    write_to_customer(theirs, "I look after it.", by=acme.ben, at=AT + HOUR)
    due_at = min(clock.due_at for clock in _clocks(case))
    assert follow_time(due_at - 5 * HOUR) == 0
    assert follow_time(due_at - 3 * HOUR) == 1
    assert follow_time(due_at - 2 * HOUR) == 0
    assert [run.case for run in list_runs()] == [case]


def _clocks(case: Case) -> list[Any]:
    return list(Clock.objects.filter(about=case.ref))


def test_silence_is_noticed_once_for_each_silence_and_not_in_a_case_that_is_over(acme: Cast) -> None:
    rule(acme, "silent", number=3)
    case = open_by_no(acme)
    over = open_by_no(acme, interaction_id="order-2")
    say(propose(acme, over, at=AT + HOUR), {"got_it": "yes", "good_job": "yes"}, at=AT + 2 * HOUR)
    assert follow_time(AT + 2 * DAY) == 0
    assert follow_time(AT + 4 * DAY) == 1
    assert follow_time(AT + 5 * DAY) == 0
    write_to_customer(case, "Still looking.", by=acme.ben, at=AT + 6 * DAY)
    assert follow_time(AT + 8 * DAY) == 0
    assert follow_time(AT + 10 * DAY) == 1
    assert {run.case for run in list_runs()} == {case}


def test_a_dry_run_touches_nothing_and_says_what_following_would_have_done(acme: Cast) -> None:
    """The same events, once tried on history and once followed as they happened: the same cases are touched."""
    told = {"when": "customer_wrote", "conditions": [{"about": "words", "how": "contains", "value": "left, hat"}]}
    minds = rule(acme, "customer_wrote", conditions=told["conditions"])
    cases = [open_by_no(acme, interaction_id=f"order-{n}") for n in range(4)]  # "The left shoe." is in each
    for n, case in enumerate(cases[:3]):
        add_customer_message(case, "And?", at=AT + (n + 1) * HOUR)
        follow(at=AT + (n + 1) * HOUR)
    before = _picture(cases[0])
    trial = try_rule(minds.definition, at=AT + DAY)
    assert {one.case for one in trial.touched} == {run.case for run in list_runs()} == set(cases[:3])
    assert (trial.looked_at, trial.times) == (4, 3)
    assert _picture(cases[0]) == before


def test_a_dry_run_reads_words_and_answers_as_they_were_then(acme: Cast) -> None:
    case = open_by_no(acme)
    add_customer_message(case, "Now my hat is broken too.", at=AT + DAY)
    told = {"when": "opened", "conditions": [{"about": "words", "how": "contains", "value": "hat"}], "acts": [URGENT]}
    assert try_rule(read_rule(told), at=AT + 2 * DAY).touched == ()
    told["when"] = "customer_wrote"
    assert [one.moments for one in try_rule(read_rule(told), at=AT + 2 * DAY).touched] == [(AT + DAY,)]


def test_silences_found_in_history_are_those_noticed_as_they_came(acme: Cast) -> None:
    minds = rule(acme, "silent", number=3)
    case = open_by_no(acme)
    for day in range(1, 15):
        if day == 6:
            write_to_customer(case, "Still looking.", by=acme.ben, at=AT + 6 * DAY)
        follow_time(AT + day * DAY)
    (touched,) = try_rule(minds.definition, at=AT + 14 * DAY).touched
    assert touched.moments == (AT + 3 * DAY, AT + 9 * DAY)
    assert len(list_runs()) == 2


def test_words_after_a_yes_begin_no_silence() -> None:
    lines = [(AT, Step.OPENED), (AT + DAY, Step.SAID_YES), (AT + 2 * DAY, Step.CUSTOMER_WROTE)]
    assert list_silences(lines, days=3, until=AT + 30 * DAY) == []
    again = [*lines, (AT + 10 * DAY, Step.SAID_NO)]
    assert list_silences(again, days=3, until=AT + 30 * DAY) == [(AT + 10 * DAY, AT + 13 * DAY)]


FACTS = CaseFacts(
    team="Shoes", channel="web", words="The LEFT shoe.", reopens=2, answers={"nps": 3.0}, traits={"plan": "Gold"}
)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"about": "team", "value": "hats, SHOES"}, True),
        ({"about": "team", "how": "is_not", "value": "shoes"}, False),
        ({"about": "touchpoint", "value": "delivery"}, False),
        ({"about": "touchpoint", "how": "is_not", "value": "delivery"}, True),
        ({"about": "words", "how": "contains", "value": "left shoe"}, True),
        ({"about": "words", "how": "contains", "value": "right, wrong"}, False),
        ({"about": "answer", "name": "nps", "how": "at_most", "value": "3"}, True),
        ({"about": "answer", "name": "nps", "how": "at_least", "value": "4"}, False),
        ({"about": "answer", "name": "csat", "how": "at_most", "value": "5"}, False),
        ({"about": "answer", "name": "nps", "value": "3"}, True),
        ({"about": "trait", "name": "plan", "value": "gold"}, True),
        ({"about": "trait", "name": "plan", "how": "at_least", "value": "1"}, False),
        ({"about": "trait", "name": "value", "how": "at_least", "value": "1"}, False),
        ({"about": "reopens", "how": "at_least", "value": "2"}, True),
        ({"about": "has", "value": "nobody"}, True),
        ({"about": "priority", "how": "is_not", "value": "high,urgent"}, True),
    ],
    ids=str,
)
def test_a_condition_holds_or_not(condition: dict[str, Any], holds: bool) -> None:
    assert fits([Condition(**condition)], FACTS) is holds


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"when": "opened", "acts": []}, "A rule does at least one thing."),
        ({"when": "silent", "acts": [URGENT]}, "Say how many days of silence"),
        ({"when": "opened", "acts": [{"does": "give"}]}, "Say to whom, or to which team"),
        ({"when": "opened", "acts": [{"does": "tell", "to": "everybody"}]}, "Say who is told"),
        ({"when": "opened", "acts": [{"does": "priority", "to": "loud"}]}, "normal, high or urgent"),
        ({"when": "opened", "acts": [{"does": "note", "text": " "}]}, "Write the note."),
        ({"when": "opened", "acts": [URGENT], "conditions": [{"about": "words", "how": "is", "value": "x"}]}, "cannot"),
        ({"when": "opened", "acts": [URGENT], "conditions": [{"about": "answer", "value": "3"}]}, "Say which answer"),
        ({"when": "opened", "acts": [URGENT], "conditions": [{"about": "reopens", "value": "two"}]}, "is not a number"),
        ({"when": "opened", "acts": [URGENT], "conditions": [{"about": "team", "value": " , "}]}, "Say what “team”"),
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_followed_is_refused_with_what_to_write(told: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadRule, match=sentence):
        read_rule(told)


@pytest.mark.parametrize("key", sorted(OFFERED))
def test_every_offered_rule_can_be_told_and_stored(acme: Cast, key: str) -> None:
    made = offer_rule(key, by=acme.ada, at=AT)
    assert made.definition == OFFERED[key][1]
    assert tell_definition(made.definition).startswith("When ")
    assert key not in {offer.key for offer in list_offers()}


def test_every_event_a_rule_waits_for_can_be_told(acme: Cast) -> None:
    for when in When:
        definition = read_rule({"when": when.value, "number": 4, "acts": [{"does": "tell", "to": "assignee"}]})
        assert "whoever has it" in tell_definition(definition)


def test_a_rule_names_people_who_may_do_what_it_gives_them(acme: Cast) -> None:
    with pytest.raises(BadRule, match="Nobody of that kind"):
        make_rule(
            "X", {"when": "opened", "acts": [{"does": "give", "to": f"member:{acme.dan.pk}"}]}, by=acme.ada, at=AT
        )
    with pytest.raises(BadRule, match="No such team"):
        make_rule("X", {"when": "opened", "acts": [{"does": "share_out", "to": "team:0"}]}, by=acme.ada, at=AT)
    with pytest.raises(BadRule, match="a name of at most"):
        make_rule(" ", {"when": "opened", "acts": [URGENT]}, by=acme.ada, at=AT)


def test_a_changed_rule_answers_what_comes_after_the_change(acme: Cast) -> None:
    minds = rule(acme, "opened", URGENT)
    change_rule(minds, "Mind", {"when": "customer_wrote", "acts": [URGENT]}, by=acme.ada, at=AT + DAY)
    case = open_by_no(acme, at=AT + DAY)
    follow(at=AT + DAY)
    assert fresh(case).priority == Priority.NORMAL
    add_customer_message(case, "Hello?", at=AT + DAY + HOUR)
    follow(at=AT + DAY + HOUR)
    assert fresh(case).priority == Priority.URGENT


def test_a_retired_rule_is_followed_and_listed_no_more_and_what_it_did_stays(acme: Cast) -> None:
    minds = rule(acme, "opened")
    open_by_no(acme)
    follow(at=AT)
    retire_rule(minds, by=acme.ada, at=AT + HOUR)
    open_by_no(acme, interaction_id="order-2", at=AT + DAY)
    assert follow(at=AT + DAY) == 0
    assert (list_rules(at=AT + DAY), len(list_runs())) == ([], 1)
    with pytest.raises(NotFound):
        get_rule(minds.pk, seen_by=acme.ada)


def test_only_leaders_make_and_change_rules(acme: Cast) -> None:
    minds = rule(acme, "opened")
    for verb in (
        lambda: make_rule("X", minds.told, by=acme.ben, at=AT),
        lambda: change_rule(minds, "X", minds.told, by=acme.ben, at=AT),
        lambda: switch_rule(minds, is_on=False, by=acme.ben, at=AT),
        lambda: move_rule(minds, up=True, by=acme.ben, at=AT),
        lambda: retire_rule(minds, by=acme.ben, at=AT),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_dan_finds_no_rule_and_no_run_of_ours(acme: Cast) -> None:
    minds = rule(acme, "opened")
    open_by_no(acme)
    follow(at=AT)
    (run,) = list_runs()
    with inside(acme.globex):
        assert (list_rules(at=AT), list_runs(), Rule.objects.count()) == ([], [], 0)
        with pytest.raises(NotFound):
            get_rule(minds.pk, seen_by=acme.dan)
        with pytest.raises(NotFound):
            get_run(run.pk, seen_by=acme.dan)


def test_what_happens_at_dans_is_none_of_our_rules_business(acme: Cast) -> None:
    rule(acme, "opened")
    ask(acme)
    with inside(acme.globex):
        open_case(None, when=Circumstances(at=AT, source="survey"), words="Hm.", by=acme.dan)
    assert count_waiting() == 0


def test_a_rule_hears_of_a_case_somebody_opened_by_hand(acme: Cast) -> None:
    rule(acme, "opened", URGENT, conditions=[{"about": "language", "value": "de"}])
    german, english = complain(acme, language="de"), complain(acme, language="en")
    follow(at=AT)
    assert (fresh(german).priority, fresh(english).priority) == (Priority.URGENT, Priority.NORMAL)
