"""Rules that ask what a customer wrote about and who they are, and that snooze, name a cause or suggest a campaign."""

import json
from datetime import datetime
from typing import Any

import pytest

from tests.automation.crew import complain
from tests.automation.ruling import follow, rule
from tests.cases.stories import AT, CAUSE, DAY, HOUR, fresh, open_by_no
from tests.cast import Cast
from untilyes.automation.actions import make_rule
from untilyes.automation.definition import BadRule, read_rule
from untilyes.automation.queries import list_rules, list_runs, tell_definition, try_rule
from untilyes.campaigns.queries import list_suggested, read_audience
from untilyes.campaigns.rules import About
from untilyes.cases.actions import add_customer_message, set_root_cause
from untilyes.cases.models import RootCause
from untilyes.cases.rules import Priority
from untilyes.customers.actions import merge_customers, welcome_customer
from untilyes.customers.models import Customer
from untilyes.feedback.queries import open_lake
from untilyes.segments.actions import drop_segment, keep_segment
from untilyes.segments.models import Segment
from untilyes.voices.actions import ask_topic, drop_topic, merge_topic
from untilyes.voices.models import Topic
from untilyes.workspaces.tenancy import inside

URGENT = {"does": "priority", "to": "urgent"}


def topic(cast: Cast, query: str = "shoe", title: str = "Lone shoes") -> Topic:
    """A topic somebody asked for; texts are filed under it by its query."""
    return ask_topic(query, title=title, by=cast.ada, at=AT)


def segment(cast: Cast, *, is_known: bool = True) -> Segment:
    """Those who pay; Cleo is known to the lake as one of them, or not."""
    if is_known:
        know(cast.cleo, plan="paid")
    return keep_segment("Payers", [{"trait": "plan", "how": "is", "value": "paid"}], by=cast.ada, at=AT)


def know(customer: Customer, **traits: str) -> None:
    """What the lake knows of a customer."""
    key = str(customer.pk)
    fact = {"id": key, "customer_id": key, "at": AT - DAY, "source": "event", "traits": json.dumps(traits)}
    open_lake().record("customers", [fact])


def about(kind: str, key: str, how: str = "is") -> dict[str, Any]:
    return {"about": kind, "how": how, "value": key}


def test_a_rule_asks_what_the_customer_wrote_about(acme: Cast) -> None:
    shoes = topic(acme)
    rule(acme, "opened", URGENT, conditions=[about("topic", shoes.key)])
    rule(acme, "opened", {"does": "note", "text": "Not shoes."}, conditions=[about("topic", shoes.key, "is_not")])
    case = open_by_no(acme)  # "The left shoe."
    assert follow(at=AT) == 1
    assert (fresh(case).priority, case.notes.count()) == (Priority.URGENT, 0)


def test_a_rule_about_a_topic_that_was_dropped_never_comes_to_mean_another(acme: Cast) -> None:
    dropped = topic(acme, "hat", "Hats")
    rule(acme, "opened", URGENT, conditions=[about("topic", dropped.key)])
    drop_topic(dropped, by=acme.ada, at=AT)
    topic(acme)
    case = open_by_no(acme)
    follow(at=AT)
    (run,) = list_runs()
    assert run.problem == "The topic it names is gone; choose another one."
    assert fresh(case).priority == Priority.NORMAL


def test_a_topic_that_was_merged_later_still_counts(acme: Cast) -> None:
    shoes, left = topic(acme), topic(acme, "left", "Left ones")
    rule(acme, "opened", URGENT, conditions=[about("topic", left.key)])
    merge_topic(left, shoes, by=acme.ada, at=AT)
    case = open_by_no(acme)
    follow(at=AT)
    assert fresh(case).priority == Priority.URGENT


def test_a_topic_a_rule_names_is_pinned_so_that_it_stays(acme: Cast) -> None:
    found = Topic.objects.create(key="en-1", language="en", names=["shoe"], weights={"shoe": 1.0}, is_heard=True)
    rule(acme, "opened", URGENT, conditions=[about("topic", found.key)])
    assert Topic.objects.get(key="en-1").is_pinned


def test_a_rule_asks_who_the_customer_is(acme: Cast) -> None:
    payers = segment(acme)
    rule(acme, "opened", URGENT, conditions=[about("segment", payers.slug)])
    rule(acme, "opened", {"does": "note", "text": "Free."}, conditions=[about("segment", payers.slug, "is_not")])
    case = open_by_no(acme)
    follow(at=AT)
    assert (fresh(case).priority, case.notes.count()) == (Priority.URGENT, 0)


def test_whoever_turned_out_to_be_a_member_is_one_and_a_stranger_is_none(acme: Cast) -> None:
    payers = segment(acme, is_known=False)
    paying = welcome_customer(email="cleo.m@work.example", name="Cleo M.")
    know(paying, plan="paid")
    definition = read_rule({"when": "opened", "acts": [URGENT], "conditions": [about("segment", payers.slug)]})
    case = open_by_no(acme)
    assert try_rule(definition, at=AT + HOUR).touched == ()
    merge_customers(paying, Customer.objects.get(pk=acme.cleo.pk), evidence="Same parcel", at=AT)
    (touched,) = try_rule(definition, at=AT + HOUR).touched
    assert touched.case == case


def test_a_dry_run_reads_topics_as_of_each_moment(acme: Cast) -> None:
    hats = topic(acme, "hat", "Hats")
    told = {"when": "customer_wrote", "acts": [URGENT], "conditions": [about("topic", hats.key)]}
    case = open_by_no(acme)
    add_customer_message(case, "Any news?", at=AT + HOUR)
    add_customer_message(case, "And my hat is broken.", at=AT + 2 * HOUR)
    add_customer_message(case, "Hello?", at=AT + 3 * HOUR)
    (touched,) = try_rule(read_rule(told), at=AT + DAY).touched
    assert touched.moments == (AT + 2 * HOUR, AT + 3 * HOUR)
    assert (list_runs(), fresh(case).priority) == ([], Priority.NORMAL)


def test_a_rule_whose_segment_is_gone_says_so_and_touches_nobody(acme: Cast) -> None:
    payers = segment(acme)
    rule(acme, "opened", URGENT, conditions=[about("segment", payers.slug, "is_not")])
    drop_segment(payers, by=acme.ada, at=AT)
    case = open_by_no(acme)
    follow(at=AT)
    (run,) = list_runs()
    assert (run.outcome, run.problem) == ("failed", "The segment it names is gone; choose another one.")
    assert fresh(case).priority == Priority.NORMAL
    (line,) = list_rules(at=AT)
    assert "the customer is not among a segment that is gone" in line.sentence


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (about("topic", "en-none"), "There is no such topic"),
        (about("segment", "nobody"), "There is no such segment"),
        (about("topic", "one, two"), "names one topic"),
        (about("segment", "payers", "contains"), "cannot be compared"),
    ],
    ids=["no topic", "no segment", "two topics", "contains"],
)
def test_a_rule_about_what_is_not_here_is_refused(acme: Cast, condition: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadRule, match=sentence):
        make_rule("X", {"when": "opened", "acts": [URGENT], "conditions": [condition]}, by=acme.ada, at=AT)


def test_a_rule_of_dans_cannot_name_our_topics_and_segments(acme: Cast) -> None:
    shoes, payers = topic(acme), segment(acme)
    with inside(acme.globex):
        for condition in (about("topic", shoes.key), about("segment", payers.slug)):
            with pytest.raises(BadRule, match="There is no such"):
                make_rule("X", {"when": "opened", "acts": [URGENT], "conditions": [condition]}, by=acme.dan, at=AT)
        assert list_suggested(since=AT - DAY) == []


def test_a_rule_snoozes_until_the_houses_morning(acme: Cast) -> None:
    acme.acme.timezone = "Europe/Berlin"
    acme.acme.save()
    with inside(acme.acme):
        rule(acme, "opened", {"does": "snooze", "to": "tomorrow"})
        case = open_by_no(acme)
        follow(at=AT)
    assert fresh(case).snoozed_until == datetime.fromisoformat("2026-05-05T09:00+02:00")
    (run,) = list_runs()
    assert run.told == ["snoozed it: tomorrow, 9:00"]
    assert case.history.get(step="snoozed").by_name == "Rule “Mind”"


def test_a_rule_names_the_cause_where_nobody_has_and_never_over_a_person(acme: Cast) -> None:
    rule(acme, "customer_wrote", {"does": "cause", "text": "Packing > One shoe"})
    open_, named = open_by_no(acme), open_by_no(acme, interaction_id="order-2")
    set_root_cause(named, CAUSE, by=acme.ben, at=AT)
    for case in (open_, named):
        add_customer_message(case, "Well?", at=AT + HOUR)
    follow(at=AT + HOUR)
    assert (fresh(open_).root_cause, fresh(named).root_cause) == ("Packing › One shoe", CAUSE)
    assert RootCause.objects.get(path="Packing › One shoe").by is None
    told = {run.case_id: run.told for run in list_runs()}
    assert told == {
        open_.pk: ["named the cause Packing › One shoe"],
        named.pk: [f"left the cause as it is named: {CAUSE}"],
    }


def test_a_rule_puts_cases_down_for_a_campaign_that_finds_them(acme: Cast) -> None:
    rule(acme, "customer_wrote", {"does": "suggest", "text": "Both shoes"})
    case, other = open_by_no(acme), complain(acme)
    for hours in (1, 2):
        add_customer_message(case, f"Hm {hours}.", at=AT + hours * HOUR)
    follow(at=AT + 2 * HOUR)
    assert case.history.filter(step="campaign_suggested").count() == 1
    assert list_suggested(since=AT - DAY) == [("Both shoes", 1)]
    found = read_audience(About.RULE, "Both shoes", since=AT - DAY, at=AT + DAY)
    assert [place.case for place in found.places] == [case]
    assert not other.history.filter(step="campaign_suggested").exists()


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ({"does": "snooze", "to": "someday"}, "Say until when"),
        ({"does": "cause", "text": " "}, "Say why it went wrong"),
        ({"does": "suggest", "text": ""}, "Write what they would be told of"),
    ],
    ids=["snooze", "cause", "suggest"],
)
def test_an_act_that_cannot_be_done_is_refused_with_what_to_write(act: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadRule, match=sentence):
        read_rule({"when": "opened", "acts": [act]})


def test_everything_a_rule_may_say_is_told_in_plain_words(acme: Cast) -> None:
    shoes, payers = topic(acme), segment(acme)
    told = {
        "when": "opened",
        "conditions": [about("topic", shoes.key), about("segment", payers.slug, "is_not")],
        "acts": [
            {"does": "snooze", "to": "monday"},
            {"does": "cause", "text": "Packing"},
            {"does": "suggest", "text": "Both shoes"},
        ],
    }
    assert tell_definition(read_rule(told)) == (
        "When a case is opened, if what the customer wrote is about “Lone shoes” and the customer is not among "
        "“Payers”: snooze it: next Monday, 9:00; name the cause: “Packing”; put it down for a campaign about "
        "“Both shoes”."
    )
