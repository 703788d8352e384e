"""Who is asked, when, how often; and why somebody was not."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import Cast
from untilyes.customers.actions import welcome_customer
from untilyes.feedback.actions import record_interaction
from untilyes.feedback.facts import Circumstances, Episode
from untilyes.feedback.models import OutboxEntry
from untilyes.plumbing import mail as plumbing_mail
from untilyes.plumbing.clock import now
from untilyes.surveys import jobs
from untilyes.surveys.actions import draft_survey, ensure_confirmation, invite, launch_survey, opt_out, record_response
from untilyes.surveys.definition import Definition, Kind, Question
from untilyes.surveys.models import Invitation, Survey
from untilyes.surveys.queries import SurveyNotLive, count_invitations
from untilyes.surveys.rules import InvitationState, NotAsked, SurveyKind
from untilyes.surveys.wordings import shipped_confirmation
from untilyes.workspaces.tenancy import inside

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)  # a Monday
YES = {"got_it": "yes", "good_job": "yes"}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What was handed to the worker, as it was handed over."""
    errands: list[tuple[object, ...]] = []
    monkeypatch.setattr(plumbing_mail, "enqueue", lambda *errand: errands.append(errand))
    return errands


def test_the_end_of_an_interaction_asks_the_two_questions(cast: Cast, sent: list[tuple[object, ...]]) -> None:
    ensure_confirmation(cast.acme, at=AT)
    ended = now() - timedelta(hours=1)
    with inside(cast.acme):
        when = Circumstances(
            at=ended,
            source="event",
            customer_id=cast.cleo.pk,
            interaction_id="call-7",
            channel="call",
            touchpoint="support",
            team="First line",
        )
        record_interaction(Episode(opened_at=ended, closed_at=ended, employee_id="e1"), when=when)
        invitation = Invitation.objects.get()
    assert invitation.state == InvitationState.ASKED
    assert (invitation.interaction_id, invitation.channel, invitation.team) == ("call-7", "call", "First line")
    assert len(sent) == 1


def test_a_workspace_without_a_launched_confirmation_asks_nobody(cast: Cast) -> None:
    with inside(cast.acme):
        when = Circumstances(at=now(), source="event", customer_id=cast.cleo.pk, interaction_id="call-7")
        record_interaction(Episode(opened_at=now(), closed_at=now()), when=when)
        assert not Invitation.objects.exists()


def test_history_that_arrives_late_is_not_asked_about(cast: Cast, sent: list[tuple[object, ...]]) -> None:
    ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        when = Circumstances(at=AT, source="event", customer_id=cast.cleo.pk, interaction_id="order-1")
        long_ago = now() - timedelta(days=40)
        record_interaction(Episode(opened_at=long_ago, closed_at=long_ago), when=when)
        assert Invitation.objects.get().reason == NotAsked.TOO_LONG_AGO
    assert sent == []


def test_a_touchpoint_with_its_own_confirmation_is_asked_with_it(cast: Cast, sent: list[tuple[object, ...]]) -> None:
    ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        own = draft_survey(
            "At the counter", shipped_confirmation(), at=AT, kind=SurveyKind.CONFIRMATION, touchpoint="counter"
        )
        launch_survey(own, at=AT)
        for touchpoint in ("counter", "delivery"):
            when = Circumstances(
                at=now(),
                source="event",
                customer_id=cast.cleo.pk,
                interaction_id=f"{touchpoint}-1",
                touchpoint=touchpoint,
            )
            record_interaction(Episode(opened_at=now(), closed_at=now()), when=when)
        asked = {row.touchpoint: row.survey.slug for row in Invitation.objects.select_related("survey")}
    assert asked == {"counter": "at-the-counter", "delivery": "confirmation"}


def test_asking_twice_about_one_interaction_is_asking_once(cast: Cast, sent: list[tuple[object, ...]]) -> None:
    version = ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        first = invite(version, cast.cleo, at=AT, interaction_id="call-7")
        again = invite(version, cast.cleo, at=AT + timedelta(minutes=1), interaction_id="call-7")
    assert first == again
    assert len(sent) == 1


def test_asking_again_about_a_case_replaces_the_question_still_open(cast: Cast, sent: list[tuple[object, ...]]) -> None:
    version = ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        first = invite(version, cast.cleo, at=AT, interaction_id="call-7", about="case:1")
        second = invite(version, cast.cleo, at=AT + timedelta(days=1), interaction_id="call-7", about="case:1")
        first.refresh_from_db()
    assert (first.state, second.state) == (InvitationState.REPLACED, InvitationState.ASKED)
    assert len(sent) == 2


def test_who_opted_out_is_asked_nothing_but_still_told_about_an_open_case(
    cast: Cast, sent: list[tuple[object, ...]]
) -> None:
    version = ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        opt_out(invite(version, cast.cleo, at=AT, interaction_id="call-7"), at=AT)
        cast.cleo.refresh_from_db()
        assert invite(version, cast.cleo, at=AT, interaction_id="call-8").reason == NotAsked.OPTED_OUT
        assert invite(version, cast.cleo, at=AT, about="case:1").is_open


def test_who_has_no_address_is_written_down_as_not_askable(cast: Cast) -> None:
    version = ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        nobody = welcome_customer(external=("shop", "77"))
        assert invite(version, nobody, at=AT).reason == NotAsked.NO_ADDRESS
        assert invite(version, nobody, at=AT, via="link").is_open
        assert not OutboxEntry.objects.filter(fact__process_id="confirmation").filter(fact__amount=1).exists()


def test_a_general_survey_leaves_people_in_peace_for_a_month(cast: Cast, sent: list[tuple[object, ...]]) -> None:
    with inside(cast.acme):
        survey = launch(definition("nps", Kind.SCALE_0_10))
        assert invite(survey, cast.cleo, at=AT).is_open
        assert invite(survey, cast.cleo, at=AT + timedelta(days=29)).reason == NotAsked.ASKED_RECENTLY
        assert invite(survey, cast.cleo, at=AT + timedelta(days=31)).is_open


def test_a_survey_nobody_launched_cannot_be_sent(cast: Cast) -> None:
    with inside(cast.acme):
        survey = draft_survey("Later", definition("nps", Kind.SCALE_0_10), at=AT)
        with pytest.raises(SurveyNotLive):
            invite(survey, cast.cleo, at=AT)


def test_an_invitation_is_an_event_that_learns_it_was_answered(cast: Cast, sent: list[tuple[object, ...]]) -> None:
    version = ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        invitation = invite(version, cast.cleo, at=AT, interaction_id="call-7", channel="call")
        record_response(invitation, YES, at=AT + timedelta(hours=2))
        events = [entry.fact for entry in OutboxEntry.objects.filter(table="events").order_by("pk")]
    assert [(fact["id"], fact["amount"]) for fact in events] == [(f"invitation:{invitation.pk}", n) for n in (0, 1)]
    assert {fact["at"] for fact in events} == {AT.isoformat()}


def test_tests_never_reach_the_lake(cast: Cast, sent: list[tuple[object, ...]]) -> None:
    version = ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        record_response(invite(version, cast.cleo, at=AT, is_test=True), YES, at=AT)
        record_response(version, YES, at=AT, is_test=True)
        assert not OutboxEntry.objects.exists()
        assert count_invitations() == {}


def test_one_reminder_by_day_on_a_working_day_and_never_again(cast: Cast, sent: list[tuple[object, ...]]) -> None:
    version = ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        invite(version, cast.cleo, at=AT, interaction_id="call-7")
    moments = [
        AT + timedelta(days=2),  # too soon
        AT + timedelta(days=5),  # Saturday
        AT + timedelta(days=7, hours=14),  # one in the morning in Berlin
        AT + timedelta(days=8),  # Tuesday, eleven in the morning
        AT + timedelta(days=9),
    ]
    reminded = []
    for moment in moments:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jobs, "now", lambda moment=moment: moment)
            reminded.append(jobs.tend_invitations())
    assert reminded == [0, 0, 0, 1, 0]
    assert [str(errand[2]).startswith("Reminder:") for errand in sent] == [False, True]


def test_silence_ends_as_silence(cast: Cast, sent: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    version = ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        invitation = invite(version, cast.cleo, at=AT, interaction_id="call-7")
    monkeypatch.setattr(jobs, "now", lambda: AT + timedelta(days=31))
    jobs.tend_invitations()
    with inside(cast.acme):
        invitation.refresh_from_db()
        assert count_invitations() == {"expired": 1}
    assert invitation.answered_at is None


def test_the_message_asks_in_the_customers_language_with_one_tap_and_a_way_out(
    cast: Cast, sent: list[tuple[object, ...]]
) -> None:
    version = ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        cast.cleo.language = "de-AT"
        cast.cleo.save()
        invite(version, cast.cleo, at=AT, interaction_id="order-1", touchpoint="delivery")
    _, to, subject, text, html, *_ = sent[0]
    assert (to, subject) == ("cleo@customer.example", "Acme: Haben Sie bekommen, was Sie brauchten?")
    for message in (str(text), str(html)):
        assert "Ist Ihre Bestellung so angekommen" in message
        assert "?got_it=yes" in message
        assert "?got_it=no" in message
        assert "/stop/" in message


def test_a_customers_name_cannot_write_html_into_the_message(cast: Cast, sent: list[tuple[object, ...]]) -> None:
    version = ensure_confirmation(cast.acme, at=AT)
    with inside(cast.acme):
        cast.cleo.name = "<script>alert(1)</script>"
        cast.cleo.save()
        invite(version, cast.cleo, at=AT)
    assert "<script>" not in str(sent[0][4])


def definition(key: str, kind: Kind) -> Definition:
    return Definition(questions=(Question(key=key, kind=kind, words={"en": "Well?"}),))


def launch(asked: Definition) -> Survey:
    survey = draft_survey("Survey", asked, at=AT)
    launch_survey(survey, at=AT)
    return survey
