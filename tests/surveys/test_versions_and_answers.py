"""Launched versions never change; every answer is kept; what counts is the latest, on its own scale."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.cast import Cast
from untilyes.feedback.models import OutboxEntry
from untilyes.surveys.access import get_response, get_survey
from untilyes.surveys.actions import (
    draft_survey,
    edit_survey,
    ensure_confirmation,
    invite,
    launch_survey,
    record_response,
)
from untilyes.surveys.actions.drafting import CannotLaunch
from untilyes.surveys.definition import Choice, Condition, Definition, Kind, Question, read_definition
from untilyes.surveys.models import Answer, LaunchedVersionNeverChanges, Response, SurveyVersion
from untilyes.surveys.queries import get_live_version, list_given
from untilyes.surveys.reading import AnswersIncomplete, Problem, facts_of, read_answers
from untilyes.surveys.rules import AnswerSettled, SurveyKind
from untilyes.surveys.wordings import LANGUAGES, shipped_confirmation
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.tenancy import NotFound, inside

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YES = {"got_it": "yes", "good_job": "yes"}
NO = {"got_it": "no", "good_job": "yes", "missing": "The left shoe."}


def asking(*questions: Question) -> Definition:
    return Definition(questions=questions)


def question(key: str, kind: Kind, **more: Any) -> Question:
    return Question(key=key, kind=kind, words={"en": key}, **more)


def test_a_launched_version_cannot_be_changed_by_code(cast: Cast) -> None:
    with inside(cast.acme):
        version = ensure_confirmation(cast.acme, at=AT)
        version.definition = asking(question("nps", Kind.SCALE_0_10)).model_dump_json()
        with pytest.raises(LaunchedVersionNeverChanges):
            version.save()


@pytest.mark.parametrize("change", [{"definition": "{}"}, {"number": 7}, {"launched_at": None}])
def test_a_launched_version_cannot_be_changed_behind_the_codes_back(cast: Cast, change: dict[str, object]) -> None:
    with inside(cast.acme):
        version = ensure_confirmation(cast.acme, at=AT)
        before = SurveyVersion.objects.values().get(pk=version.pk)
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            SurveyVersion.objects.filter(pk=version.pk).update(**change)
        assert SurveyVersion.objects.values().get(pk=version.pk) == before


def test_an_edit_before_the_launch_rewrites_and_after_it_makes_a_new_version(cast: Cast) -> None:
    with inside(cast.acme):
        survey = draft_survey("Score", asking(question("nps", Kind.SCALE_0_10)), at=AT)
        edit_survey(survey, asking(question("csat", Kind.SCALE_1_5)), at=AT)
        first = launch_survey(survey, at=AT)
        second = edit_survey(survey, asking(question("ces", Kind.SCALE_1_7)), at=AT)
        assert (first.number, second.number, get_live_version(survey)) == (1, 2, first)
        launch_survey(survey, at=AT + HOUR)
        assert get_live_version(survey) == second
        assert first.asks.questions[0].key == "csat"


def test_an_answer_stays_with_the_version_that_asked(cast: Cast) -> None:
    with inside(cast.acme):
        survey = draft_survey("Score", asking(question("nps", Kind.SCALE_0_10)), at=AT)
        invitation = invite(launch_survey(survey, at=AT), cast.cleo, at=AT)
        edit_survey(survey, asking(question("csat", Kind.SCALE_1_5)), at=AT)
        launch_survey(survey, at=AT)
        assert record_response(invitation, {"nps": "9"}, at=AT).version.number == 1


def test_launching_twice_changes_nothing_and_a_new_confirmation_takes_the_place_of_the_old(cast: Cast) -> None:
    with inside(cast.acme):
        first = ensure_confirmation(cast.acme, at=AT)
        assert launch_survey(first.survey, at=AT + DAY).launched_at == AT
        other = draft_survey("Ours", shipped_confirmation(), at=AT, kind=SurveyKind.CONFIRMATION)
        launch_survey(other, at=AT + DAY)
        assert ensure_confirmation(cast.acme, at=AT + DAY).survey == other


def test_a_confirmation_that_does_not_ask_the_two_questions_is_not_launched(cast: Cast) -> None:
    with inside(cast.acme):
        for wrong in (
            asking(question("got_it", Kind.YES_NO, required=True)),
            asking(question("got_it", Kind.YES_NO, required=True), question("good_job", Kind.YES_NO)),
            asking(question("got_it", Kind.YES_NO, required=True), question("good_job", Kind.SCALE_1_5, required=True)),
        ):
            survey = draft_survey("Wrong", wrong, at=AT, kind=SurveyKind.CONFIRMATION, slug=f"w{len(wrong.questions)}x")
            with pytest.raises(CannotLaunch):
                launch_survey(survey, at=AT)
            survey.delete()


def test_an_agent_may_not_write_surveys_and_dan_finds_none(cast: Cast) -> None:
    with inside(cast.acme):
        with pytest.raises(NotAllowed):
            draft_survey("Mine", asking(question("nps", Kind.SCALE_0_10)), at=AT, by=cast.ben)
        version = ensure_confirmation(cast.acme, at=AT)
        response = record_response(version, YES, at=AT, customer=cast.cleo)
        assert get_response(response.pk, seen_by=cast.ben) == response
        check_dan_finds_nothing(cast, version, response)
    with inside(cast.globex):
        check_dan_finds_nothing(cast, version, response)


def test_a_changed_answer_is_a_new_revision_and_both_are_kept(cast: Cast) -> None:
    with inside(cast.acme):
        invitation = invite(ensure_confirmation(cast.acme, at=AT), cast.cleo, at=AT)
        response = record_response(invitation, NO, at=AT)
        changed = record_response(invitation, YES, at=AT + DAY)
        assert (changed.pk, changed.revision, changed.at, changed.changed_at) == (response.pk, 2, AT, AT + DAY)
        kept = Answer.objects.filter(response=response).order_by("revision", "pk")
        assert [(row.revision, row.question, row.value) for row in kept] == [
            (1, "got_it", 0),
            (1, "good_job", 1),
            (1, "missing", None),
            (2, "got_it", 1),
            (2, "good_job", 1),
        ]
        assert [one.question.key for one in list_given(changed)] == ["got_it", "good_job"]


def test_a_changed_answer_corrects_the_lake_and_unsays_what_was_withdrawn(cast: Cast) -> None:
    with inside(cast.acme):
        invitation = invite(ensure_confirmation(cast.acme, at=AT), cast.cleo, at=AT)
        response = record_response(invitation, NO, at=AT)
        record_response(invitation, YES, at=AT + DAY)
        told: dict[str, list[object]] = {}
        for entry in OutboxEntry.objects.filter(table__in=["answers", "comments"]).order_by("pk"):
            told.setdefault(entry.fact["id"], []).append(entry.fact.get("value", entry.fact.get("text")))
            assert entry.fact["at"] == AT.isoformat()
    assert told == {
        f"{response.pk}:got_it": [0.0, 1.0],
        f"{response.pk}:good_job": [1.0, 1.0],
        f"{response.pk}:effective": [0.0, 1.0],
        f"{response.pk}:missing": ["The left shoe.", ""],
    }


def test_the_same_answer_again_changes_nothing(cast: Cast) -> None:
    with inside(cast.acme):
        invitation = invite(ensure_confirmation(cast.acme, at=AT), cast.cleo, at=AT)
        record_response(invitation, NO, at=AT)
        waiting = OutboxEntry.objects.count()
        assert record_response(invitation, {**NO, "missing": " The left shoe.\r\n"}, at=AT + DAY).revision == 1
        assert OutboxEntry.objects.count() == waiting


def test_an_answer_given_more_than_a_week_ago_is_settled(cast: Cast) -> None:
    with inside(cast.acme):
        invitation = invite(ensure_confirmation(cast.acme, at=AT), cast.cleo, at=AT)
        record_response(invitation, NO, at=AT)
        with pytest.raises(AnswerSettled):
            record_response(invitation, YES, at=AT + 7 * DAY)
        assert Response.objects.get().revision == 1


@pytest.mark.parametrize(
    ("kind", "given_", "value", "scale"),
    [
        (Kind.YES_NO, "yes", 1, (0, 1)),
        (Kind.YES_NO, "no", 0, (0, 1)),
        (Kind.TRUST, "yes", 2, (0, 2)),
        (Kind.TRUST, "sometimes", 1, (0, 2)),
        (Kind.TRUST, "no", 0, (0, 2)),
        (Kind.SCALE_0_10, "10", 10, (0, 10)),
        (Kind.SCALE_1_5, "1", 1, (1, 5)),
        (Kind.SCALE_1_7, "7", 7, (1, 7)),
        (Kind.CONSENT, "yes", 1, (0, 1)),
        (Kind.CONSENT, "", 0, (0, 1)),
    ],
)
def test_each_kind_is_kept_on_its_own_scale(kind: Kind, given_: str, value: float, scale: tuple[int, int]) -> None:
    (fact,) = facts_of(read_answers(asking(question("q", kind)), {"q": given_}))
    assert (fact.value, fact.scale_min, fact.scale_max) == (value, *scale)


def test_several_choices_become_one_yes_or_no_each(cast: Cast) -> None:
    choices = tuple(Choice(key=key, words={"en": key}) for key in ("red", "blue", "green"))
    asked = asking(question("likes", Kind.SEVERAL_CHOICES, choices=choices))
    facts = facts_of(read_answers(asked, {"likes": ["blue", "red", "blue"]}))
    assert {fact.question: fact.value for fact in facts} == {"likes.red": 1, "likes.blue": 1, "likes.green": 0}


def test_both_yes_is_effective_and_half_a_confirmation_says_nothing() -> None:
    asked = shipped_confirmation()
    effective = {
        answers: next(one.value for one in facts_of(read_answers(asked, dict(answers))) if one.question == "effective")
        for answers in (
            (("got_it", "yes"), ("good_job", "yes")),
            (("got_it", "yes"), ("good_job", "no")),
            (("got_it", "no"), ("good_job", "yes")),
        )
    }
    assert list(effective.values()) == [1, 0, 0]
    with pytest.raises(AnswersIncomplete) as refused:
        read_answers(asked, {"got_it": "yes"})
    assert refused.value.problems == {"good_job": Problem.MISSING}


def test_a_question_that_was_not_shown_is_not_answered_whatever_was_sent() -> None:
    asked = asking(
        question("ok", Kind.YES_NO, required=True),
        question(
            "why",
            Kind.ONE_CHOICE,
            choices=(Choice(key="late", words={"en": "Late"}),),
            required=True,
            show_if=(Condition(question="ok", among=("no",)),),
        ),
        question("how", Kind.SHORT_TEXT, show_if=(Condition(question="why", among=("late",)),)),
    )
    assert [one.question.key for one in read_answers(asked, {"ok": "yes", "why": "late", "how": "x"})] == ["ok"]
    assert len(read_answers(asked, {"ok": "no", "why": "late", "how": "x"})) == 3
    with pytest.raises(AnswersIncomplete):
        read_answers(asked, {"ok": "no"})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: asking(question("a", Kind.YES_NO), question("a", Kind.YES_NO)),
        lambda: asking(question("a", Kind.ONE_CHOICE)),
        lambda: asking(question("a", Kind.YES_NO, choices=(Choice(key="x", words={"en": "x"}),))),
        lambda: asking(question("a", Kind.YES_NO, show_if=(Condition(question="b", among=("yes",)),))),
        lambda: asking(
            question("b", Kind.YES_NO), question("a", Kind.YES_NO, show_if=(Condition(question="b", among=("maybe",)),))
        ),
        lambda: asking(question("Bad Key", Kind.YES_NO)),
        asking,
        lambda: Definition(questions=(question("a", Kind.YES_NO),), touchpoints={"shop": {"b": {"en": "?"}}}),
    ],
)
def test_a_definition_that_cannot_be_meant_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        wrong()


def test_the_shipped_confirmation_speaks_every_language_everywhere() -> None:
    asked = shipped_confirmation()
    assert asked.is_confirmation
    for touchpoint in ("", *asked.touchpoints):
        for one in asked.questions:
            words = {asked.wording(one, touchpoint=touchpoint, language=language) for language in LANGUAGES}
            assert len(words) == len(LANGUAGES)


@given(st.dictionaries(st.sampled_from(["got_it", "good_job", "missing", "other"]), st.text() | st.lists(st.text())))
def test_whatever_a_form_sends_is_read_or_refused_and_never_breaks(raw: dict[str, Any]) -> None:
    asked = shipped_confirmation()
    try:
        read = read_answers(asked, raw)
    except AnswersIncomplete as refused:
        told = set(refused.problems)
    else:
        told = {one.question.key for one in read}
        assert told >= {"got_it", "good_job"}
        assert all("\x00" not in one.text for one in read)
    assert told <= {"got_it", "good_job", "missing"}


def test_a_definition_survives_being_written_down() -> None:
    asked = shipped_confirmation()
    assert read_definition(asked.model_dump_json()) == asked


def check_dan_finds_nothing(cast: Cast, version: SurveyVersion, response: Response) -> None:
    with pytest.raises(NotFound):
        get_survey(version.survey_id, seen_by=cast.dan)
    with pytest.raises(NotFound):
        get_response(response.pk, seen_by=cast.dan)
