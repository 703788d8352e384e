"""Everyone who said no to the same thing is told when it is changed: once, in their language, and asked again."""

from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as some

from tests.campaigns.audience import CAUSE, TEXTS, asked_in, campaign, closed_no_of, know, no_of, person
from tests.cases.stories import AT, DAY, HOUR, NO, YES, fresh, propose, say
from tests.cast import Cast
from tests.post import carry_post, html_of
from untilyes.campaigns.access import get_campaign
from untilyes.campaigns.actions import (
    draft_campaign,
    start_campaign,
    stop_campaign,
    tell_next,
    try_campaign,
    write_campaign,
)
from untilyes.campaigns.jobs import send_campaigns
from untilyes.campaigns.models import Addressee, Campaign
from untilyes.campaigns.queries import list_campaigns, list_causes, list_places, read_audience, read_progress
from untilyes.campaigns.rules import About, Fate, NotPossible, Stage, check_text, count_now, fill_text
from untilyes.campaigns.wordings import LANGUAGES, campaign_words
from untilyes.cases.actions import add_customer_message, end_case, open_case, set_root_cause, take_case
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.rules import EndedHow, State
from untilyes.customers.actions import merge_customers
from untilyes.customers.models import Customer
from untilyes.feedback.facts import Circumstances
from untilyes.insights.models import KeptFinding, Run
from untilyes.segments.actions import keep_segment
from untilyes.stats import estimate_share
from untilyes.surveys.actions import mark_undelivered, opt_out
from untilyes.surveys.models import Invitation
from untilyes.voices.actions import ask_topic
from untilyes.voices.models import Topic
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.tenancy import NotFound, inside

LATER = AT + 10 * DAY


def send(campaign_: Campaign, cast: Cast, *, at: Any = LATER) -> list[Any]:
    """Start it and let the worker tell everybody; the mails that left."""
    carry_post()
    start_campaign(campaign_, by=cast.ada, at=at)
    while send_campaigns(at):
        pass
    return carry_post()


def fates(campaign_: Campaign) -> dict[str, str]:
    return {str(row.customer): row.fate for row in campaign_.addressees.select_related("customer")}


def test_an_open_case_is_proposed_in_its_conversation_and_gets_no_second_mail(acme: Cast) -> None:
    case = no_of(acme, acme.cleo)
    (mail,) = send(campaign(acme), acme)
    assert fresh(case).state == State.PROPOSED
    assert case.messages.filter(direction="us").get().text == "Every box is weighed now, Cleo: no shoe is left behind."
    assert f"#{case.number}" in mail.subject  # the case's own proposal, in its own thread
    assert fates(Campaign.objects.get()) == {"Cleo": "in_case"}


def test_a_case_that_is_over_gets_a_mail_in_its_language_with_the_two_questions(acme: Cast) -> None:
    dora = person("Dora", language="de")
    closed_no_of(acme, dora)
    (mail,) = send(campaign(acme), acme)
    asked = asked_in(Campaign.objects.get(), dora)
    assert (mail.to, mail.subject) == (["dora@customer.example"], "Acme: jetzt beide Schuhe")
    assert "Guten Tag Dora" in mail.body
    assert "Jeder Karton wird jetzt gewogen, Dora." in html_of(mail)
    assert "got_it=yes" in html_of(mail)
    assert campaign_words("de")["stop"] in mail.body
    assert (asked.language, asked.via) == ("de", "campaign")


def test_a_no_after_the_campaign_opens_the_same_case_and_a_yes_is_the_effect(acme: Cast) -> None:
    people = [person(f"P{n}") for n in range(4)]
    cases = [closed_no_of(acme, one) for one in people]
    told = campaign(acme)
    send(told, acme)
    for one, answer in zip(people, (YES, YES, NO, None), strict=True):
        if answer:
            say(asked_in(told, one), answer, at=LATER + HOUR)
    progress = read_progress(told)
    assert (progress.told, progress.yes, progress.no) == (4, 2, 1)
    assert progress.yes_share == estimate_share(2, 3)
    assert progress.answer_rate == estimate_share(3, 4)
    assert [fresh(case).is_over for case in cases] == [True, True, False, True]
    assert Case.objects.count() == 4


def test_a_yes_closes_a_case_we_had_given_up(acme: Cast) -> None:
    case = no_of(acme, acme.cleo)
    end_case(case, how=EndedHow.WITHDREW, reason="Never mind, she said.", by=acme.ada, at=AT + DAY)
    told = campaign(acme)
    send(told, acme)
    say(asked_in(told, acme.cleo), YES, at=LATER + HOUR)
    assert fresh(case).state == State.CLOSED


def test_a_changed_answer_replaces_the_first(acme: Cast) -> None:
    closed_no_of(acme, acme.cleo)
    told = campaign(acme)
    send(told, acme)
    say(asked_in(told, acme.cleo), YES, at=LATER + HOUR)
    say(asked_in(told, acme.cleo), NO, at=LATER + 2 * HOUR)
    progress = read_progress(told)
    assert (progress.yes, progress.no) == (0, 1)


def test_a_customer_with_several_cases_is_told_once_in_the_one_that_stands(acme: Cast) -> None:
    standing, newer = no_of(acme, acme.cleo), no_of(acme, acme.cleo, at=AT + DAY)
    end_case(newer, how=EndedHow.WITHDREW, reason="Never mind.", by=acme.ada, at=AT + 2 * DAY)
    told = campaign(acme)
    assert len(send(told, acme)) == 1
    assert [row.case for row in Addressee.objects.filter(campaign=told)] == [standing]
    assert [message.case for message in CaseMessage.objects.filter(direction="us")] == [standing]


def test_who_opted_out_was_told_before_or_cannot_be_reached_is_set_aside_with_the_reason(acme: Cast) -> None:
    quiet, far = person("Quiet"), person("Far", email=False)
    for one in (quiet, acme.cleo):
        closed_no_of(acme, one)
    by_phone = Circumstances(at=AT, source="survey", customer_id=far.pk, channel="phone")
    ended = set_root_cause(open_case(far, when=by_phone, words="Shoe!", by=acme.ben), CAUSE, by=acme.ben, at=AT)
    end_case(ended, how=EndedHow.NOT_OURS, reason="The carrier's.", by=acme.ada, at=AT + DAY)
    opt_out(Invitation.objects.filter(customer=quiet).latest("sent_at"), at=AT + 3 * DAY)
    first = campaign(acme)
    assert len(send(first, acme)) == 1
    assert fates(first) == {"Quiet": "opted_out", "Cleo": "by_mail", "Far": "no_address"}
    again = campaign(acme, name="Once more")
    with pytest.raises(NotPossible, match="nobody to tell"):
        start_campaign(again, by=acme.ada, at=LATER)
    assert read_audience(About.CAUSE, CAUSE, since=AT - DAY, at=AT, campaign=again).count(Fate.TOLD_BEFORE) == 1


def test_somebody_told_as_another_customer_is_not_told_again_when_the_two_are_one(acme: Cast) -> None:
    twin = person("Twin")
    closed_no_of(acme, twin)
    send(campaign(acme), acme)
    merge_customers(acme.cleo, twin, evidence="Same order.", at=LATER)
    audience = read_audience(About.CAUSE, CAUSE, since=AT - DAY, at=AT)
    assert [(place.customer, place.fate) for place in audience.places] == [(acme.cleo, Fate.TOLD_BEFORE)]


def test_mail_that_comes_back_is_counted_apart(acme: Cast) -> None:
    closed_no_of(acme, acme.cleo)
    told = campaign(acme)
    send(told, acme)
    assert read_progress(told).came_back == 0
    mark_undelivered(asked_in(told, acme.cleo))
    assert (read_progress(told).told, read_progress(told).came_back) == (1, 1)


def test_an_opted_out_customer_with_an_open_case_is_still_told_in_it(acme: Cast) -> None:
    """It is open between us: leaving them in peace is about questions, not about what we owe them."""
    case = no_of(acme, acme.cleo)
    opt_out(Invitation.objects.filter(customer=acme.cleo).latest("sent_at"), at=AT + HOUR)
    send(campaign(acme), acme)
    assert fresh(case).state == State.PROPOSED


def test_somebody_who_opts_out_between_the_start_and_their_turn_is_left_in_peace(acme: Cast) -> None:
    closed_no_of(acme, acme.cleo)
    told = campaign(acme)
    start_campaign(told, by=acme.ada, at=LATER)
    carry_post()
    Customer.objects.filter(pk=acme.cleo.pk).update(opted_out_at=LATER)
    send_campaigns(LATER)
    assert (fates(told), carry_post()) == ({"Cleo": "opted_out"}, [])


def test_whoever_waits_for_an_answer_already_is_told_without_being_asked_twice(acme: Cast) -> None:
    case = no_of(acme, acme.cleo)
    asked = propose(acme, case, at=AT + DAY)
    told = campaign(acme)
    send(told, acme)
    assert asked_in(told, acme.cleo) == asked
    assert Invitation.objects.filter(about=case.ref, state="asked").count() == 1
    say(asked, YES, at=LATER + HOUR)
    assert read_progress(told).yes == 1


def test_a_crash_while_telling_repeats_all_of_it_or_nothing(acme: Cast) -> None:
    """Killed after the message was handed over and before the transaction ended: nothing happened; then once."""
    closed_no_of(acme, acme.cleo)
    told = campaign(acme)
    start_campaign(told, by=acme.ada, at=LATER)
    carry_post()

    class Killed(BaseException):
        pass

    def tell_and_die() -> None:
        with transaction.atomic():
            tell_next(told, at=LATER)
            raise Killed

    with pytest.raises(Killed):
        tell_and_die()
    assert fates(told) == {"Cleo": "waiting"}
    assert carry_post() == []
    while send_campaigns(LATER):
        pass
    assert len(carry_post()) == 1
    assert send_campaigns(LATER) == 0
    assert Campaign.objects.get().stage == Stage.SENT


def test_one_that_fails_is_set_aside_and_the_others_are_told(acme: Cast) -> None:
    for one in (acme.cleo, person("Dora")):
        closed_no_of(acme, one)
    told = campaign(acme)
    with patch("untilyes.campaigns.actions.sending.send_told", side_effect=[OSError("disk full"), ""]):
        send(told, acme)
    assert sorted(fates(told).values()) == ["by_mail", "failed"]
    assert Addressee.objects.get(fate="failed").reason == "disk full"
    assert CaseMessage.objects.filter(text__contains="weighed").count() == 1


def test_a_campaign_keeps_its_pace_stops_at_once_and_goes_on_where_it_stopped(acme: Cast) -> None:
    for n in range(5):
        closed_no_of(acme, person(f"P{n}"))
    told = campaign(acme)
    write_campaign(told, TEXTS, per_minute=24, by=acme.ada, at=AT)
    start_campaign(told, by=acme.ada, at=LATER)
    assert send_campaigns(LATER) == 2
    stop_campaign(told, by=acme.ada, at=LATER)
    assert send_campaigns(LATER) == 0
    start_campaign(told, by=acme.ada, at=LATER)
    assert [send_campaigns(LATER) for _ in range(3)] == [2, 1, 0]
    assert (read_progress(told).told, Addressee.objects.count()) == (5, 5)


def test_starting_twice_tells_nobody_twice(acme: Cast) -> None:
    closed_no_of(acme, acme.cleo)
    told = campaign(acme)
    send(told, acme)
    assert send(told, acme) == []
    assert read_progress(told).told == 1


def test_a_trial_goes_to_oneself_only_and_asks_nobody(acme: Cast) -> None:
    closed_no_of(acme, acme.cleo)
    told = campaign(acme)
    before = Invitation.objects.count()
    carry_post()
    try_campaign(told, language="de", by=acme.ada, at=AT)
    (mail,) = carry_post()
    assert (mail.to, mail.subject) == (["ada@acme.example"], "[Trial] Acme: jetzt beide Schuhe")
    assert "liebe Kundin, lieber Kunde" in mail.body
    assert (Invitation.objects.count(), Addressee.objects.count()) == (before, 0)


def test_who_said_no_is_found_by_cause_place_and_words(acme: Cast) -> None:
    one, other = no_of(acme, acme.cleo), no_of(acme, person("Dora"), cause="Packing")
    add_customer_message(other, "The box was WET.", at=AT + HOUR)

    def found(about: About, key: str) -> set[Case]:
        return {place.case for place in read_audience(about, key, since=AT - DAY, at=AT).places}

    assert found(About.CAUSE, "Packing") == {one, other}  # the broad holds the narrow
    assert found(About.CAUSE, CAUSE) == {one}
    assert found(About.PLACE, "delivery|got_it") == {one, other}
    assert found(About.PLACE, "delivery|good_job") == set()
    assert found(About.WORDS, "wet box") == {other}
    assert list_causes(since=AT - DAY) == [("Packing", 1), (CAUSE, 1)]
    assert list_places(since=AT - DAY) == [("delivery", "got_it", 2)]
    assert read_audience(About.CAUSE, "Packing", since=AT + DAY, at=AT).places == ()


def test_who_said_no_is_found_by_topic_and_by_segment(acme: Cast) -> None:
    dora = person("Dora")
    one, other = no_of(acme, acme.cleo), no_of(acme, dora)
    add_customer_message(other, "The box was wet.", at=AT + HOUR)
    wet = ask_topic("wet", title="Wet boxes", by=acme.ada, at=AT)
    know(acme.cleo, plan="paid")
    payers = keep_segment("Payers", [{"trait": "plan", "how": "is", "value": "paid"}], by=acme.ada, at=AT)

    def found(about: About, key: str) -> set[Case]:
        return {place.case for place in read_audience(about, key, since=AT - DAY, at=AT).places}

    assert found(About.TOPIC, wet.key) == {other}
    draft_campaign("Dry boxes", About.TOPIC, wet.key, since=AT - DAY, by=acme.ada, at=AT)
    assert Topic.objects.get(key=wet.key).is_pinned
    assert found(About.SEGMENT, payers.slug) == {one}
    merge_customers(dora, acme.cleo, evidence="Same parcel", at=AT)  # who is Dora now pays, as Cleo did
    assert found(About.SEGMENT, payers.slug) == {one}
    for about, key in ((About.TOPIC, "en-none"), (About.SEGMENT, "nobody")):
        with pytest.raises(NotPossible, match="There is no such"):
            draft_campaign("X", about, key, since=AT, by=acme.ada, at=AT)


def test_whoever_runs_a_campaign_takes_on_none_of_its_cases(acme: Cast) -> None:
    proposed, held, causeless = (
        no_of(acme, acme.cleo),
        no_of(acme, person("Dora")),
        no_of(acme, person("Eve"), cause=""),
    )
    take_case(held, by=acme.ben, at=AT)
    send(campaign(acme, about=About.WORDS, key="shoe"), acme)
    assert {case.pk: fresh(case).assignee for case in (proposed, held, causeless)} == {
        proposed.pk: None,
        held.pk: acme.ben,
        causeless.pk: None,
    }
    assert (fresh(proposed).state, fresh(causeless).state) == (State.PROPOSED, State.OPEN)
    invitation = asked_in(Campaign.objects.get(), acme.cleo)
    say(invitation, NO, at=LATER + DAY)
    assert (fresh(proposed).state, fresh(proposed).assignee) == (State.OPEN, None)  # its team's to give out


def test_who_said_no_where_a_finding_points_is_found(acme: Cast) -> None:
    case = no_of(acme, acme.cleo)
    run = Run.objects.create(asked_at=AT)
    looks = {
        "here": {"measure": "effectiveness", "where": {"touchpoint": "delivery", "month": "2026-05"}},
        "elsewhere": {"measure": "effectiveness", "where": {"touchpoint": "refund"}},
        "nowhere": {"measure": "effectiveness", "where": {}},
    }
    for key, look in looks.items():
        KeptFinding.objects.create(
            key=key, kind="change", tone="worse", sentence="Worse.", action="Act.", customers=9, worth=1,
            told={"look": look}, first_run=run, last_run=run,
        )  # fmt: skip
    assert [place.case for place in read_audience(About.FINDING, "here", since=AT - DAY, at=AT).places] == [case]
    assert read_audience(About.FINDING, "elsewhere", since=AT - DAY, at=AT).places == ()
    for key in ("nowhere", "never found"):
        with pytest.raises(NotPossible, match="names no touchpoint"):
            draft_campaign("X", About.FINDING, key, since=AT, by=acme.ada, at=AT)


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "at least one"), ("x" * 5_001, "at most"), ("Dear {name}", "names {name}"), ("Dear {}", "means nothing")],
    ids=["empty", "long", "unknown", "blank"],
)
def test_a_text_that_cannot_be_sent_is_refused(text: str, told: str) -> None:
    with pytest.raises(NotPossible, match=told):
        check_text(text)


@given(name=some.text(max_size=30))
def test_what_a_customer_is_called_is_put_in_as_it_is(name: str) -> None:
    assert fill_text("Dear {customer}!", {"customer": name, "house": "Acme"}) == f"Dear {name}!"


@given(per_minute=some.integers(1, 600))
def test_a_minute_never_sees_more_than_its_pace_or_one_a_round(per_minute: int) -> None:
    assert count_now(per_minute) * 12 <= max(per_minute, 12)


def test_a_campaign_is_written_in_the_houses_language_at_least_and_never_changed_once_sent(acme: Cast) -> None:
    closed_no_of(acme, acme.cleo)
    told = draft_campaign("Shoes", About.CAUSE, CAUSE, since=AT, by=acme.ada, at=AT)
    with pytest.raises(NotPossible, match="first"):
        start_campaign(told, by=acme.ada, at=AT)
    with pytest.raises(NotPossible, match="Write it in en"):
        write_campaign(told, {"de": TEXTS["de"]}, per_minute=60, by=acme.ada, at=AT)
    sent = campaign(acme)
    send(sent, acme)
    with pytest.raises(NotPossible, match="not changed afterwards"):
        write_campaign(Campaign.objects.get(pk=sent.pk), TEXTS, per_minute=60, by=acme.ada, at=LATER)


def test_every_language_has_the_same_sentences() -> None:
    keys = [set(campaign_words(language)) for language in LANGUAGES]
    assert all(one == keys[0] for one in keys)


def test_only_leaders_write_to_many(acme: Cast) -> None:
    no_of(acme, acme.cleo)
    told = campaign(acme)
    for verb in (
        lambda: draft_campaign("X", About.CAUSE, CAUSE, since=AT, by=acme.ben, at=AT),
        lambda: write_campaign(told, TEXTS, per_minute=60, by=acme.ben, at=AT),
        lambda: try_campaign(told, language="en", by=acme.ben, at=AT),
        lambda: start_campaign(told, by=acme.ben, at=AT),
        lambda: stop_campaign(told, by=acme.ben, at=AT),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_dan_finds_no_campaign_and_nobody_to_tell(acme: Cast) -> None:
    no_of(acme, acme.cleo)
    told = campaign(acme)
    with inside(acme.globex):
        assert list_campaigns() == []
        assert read_audience(About.CAUSE, CAUSE, since=AT - DAY, at=AT).places == ()
        with pytest.raises(NotFound):
            get_campaign(told.pk, seen_by=acme.dan)
