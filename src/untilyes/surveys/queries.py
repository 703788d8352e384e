"""Questions about what we ask and what was answered; never writes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from untilyes.customers.models import Customer
from untilyes.stats import Estimate, estimate_share
from untilyes.surveys.definition import Definition
from untilyes.surveys.models import Answer, Invitation, Response, Survey, SurveyVersion
from untilyes.surveys.reading import Given
from untilyes.surveys.rules import InvitationState, SurveyKind, SurveyState


class SurveyNotLive(LookupError):
    """The survey was never launched, or is closed."""


def get_live_version(survey: Survey) -> SurveyVersion:
    """The version customers see now. Raises SurveyNotLive."""
    launched = survey.versions.filter(launched_at__isnull=False).select_related("survey")
    version = launched.order_by("-number").first() if survey.state == SurveyState.LIVE else None
    if version is None:
        raise SurveyNotLive(f"{survey} is not live; launch it first.")
    return version


def find_confirmation(touchpoint: str) -> SurveyVersion | None:
    """The live confirmation of this touchpoint, or the one for everywhere else, or None."""
    live = Survey.objects.filter(kind=SurveyKind.CONFIRMATION, state=SurveyState.LIVE, touchpoint__in={touchpoint, ""})
    survey = live.order_by("-touchpoint").first()
    return get_live_version(survey) if survey else None


def find_last_asked(customer: Customer) -> datetime | None:
    """When the customer was last asked anything by us, or None."""
    asked = Invitation.objects.filter(customer=customer).exclude(state=InvitationState.NOT_ASKED)
    return asked.order_by("-sent_at").values_list("sent_at", flat=True).first()


def find_response(invitation: Invitation) -> Response | None:
    """What was answered to the invitation, or None."""
    return Response.objects.filter(invitation=invitation).select_related("version").first()


def list_given(response: Response) -> tuple[Given, ...]:
    """The answers of the response's latest revision, in the order they were asked."""
    rows = {
        row.question: row for row in Answer.objects.filter(response=response, revision=response.revision).order_by("pk")
    }
    definition: Definition = response.version.asks
    return tuple(
        Given(question, chosen=tuple(rows[question.key].choices), text=rows[question.key].text)
        for question in definition.questions
        if question.key in rows
    )


def list_responses(customer: Customer, *, limit: int = 50) -> Sequence[Response]:
    """The customer's responses, newest first."""
    rows = Response.objects.filter(customer=customer).select_related("version__survey")
    return list(rows.order_by("-at", "-pk")[:limit])


def list_surveys() -> Sequence[Survey]:
    """Every survey, live ones first."""
    return sorted(Survey.objects.all(), key=lambda survey: (survey.state != SurveyState.LIVE, survey.name, survey.pk))


def list_due_reminders(*, before: datetime) -> Sequence[Invitation]:
    """Invitations sent before then, unanswered, not yet reminded."""
    waiting = Invitation.objects.filter(state=InvitationState.ASKED, via="email", reminded_at=None, sent_at__lte=before)
    wanted = waiting.filter(Q(customer__opted_out_at=None) | ~Q(about=""))
    return list(wanted.select_related("customer", "survey", "version").order_by("sent_at")[:1000])


def count_invitations(**circumstances: Any) -> dict[str, int]:
    """How many were asked, answered, not askable (per reason) …: the denominators beside every score.

    Keys are the states, and `not_asked:<reason>` for each reason. `circumstances` filter by fields of Invitation.
    """
    counts: Counter[str] = Counter()
    for state, reason in Invitation.objects.filter(is_test=False, **circumstances).values_list("state", "reason"):
        counts[state] += 1
        if reason:
            counts[f"{state}:{reason}"] += 1
    return dict(counts)


@dataclass(frozen=True)
class SurveyLine:
    """One survey in a list. `response_rate` is the share of those asked who answered; link surveys ask nobody."""

    survey: Survey
    versions: int
    live_version: int | None
    responses: int
    asked: int
    response_rate: Estimate


def list_survey_lines() -> list[SurveyLine]:
    """Every survey with its versions and its answers, live ones first."""
    asked = _count_by_survey(Invitation.objects.exclude(state__in=UNASKED), "survey")
    answered = _count_by_survey(Invitation.objects.filter(state=InvitationState.ANSWERED), "survey")
    responses = _count_by_survey(Response.objects.all(), "version__survey")
    return [
        _line(survey, asked=asked.get(survey.pk, 0), answered=answered.get(survey.pk, 0), all_in=responses)
        for survey in list_surveys()
    ]


def get_survey_line(survey: Survey) -> SurveyLine:
    """One survey with its versions and its answers."""
    return next(line for line in list_survey_lines() if line.survey.pk == survey.pk)


def get_newest_version(survey: Survey) -> SurveyVersion:
    """What the survey asks once it is launched again: the newest wording, launched or not."""
    return survey.versions.select_related("survey").latest("number")


def list_versions(survey: Survey) -> Sequence[SurveyVersion]:
    """Every wording the survey ever had, the newest first."""
    return list(survey.versions.order_by("-number"))


def list_question_words() -> dict[str, str]:
    """How each question was last put to customers, by its key, in its first language."""
    launched = SurveyVersion.objects.exclude(launched_at=None).order_by("launched_at", "number")
    questions = (question for version in launched for question in version.asks.questions)
    return {question.key: next(iter(question.words.values())) for question in questions}


UNASKED = (InvitationState.NOT_ASKED, InvitationState.NOT_DELIVERED)


def _count_by_survey(rows: Any, field: str) -> dict[int, int]:
    counted = rows.filter(is_test=False).order_by().values(field).annotate(n=Count("pk"))
    return {row[field]: row["n"] for row in counted}


def _line(survey: Survey, *, asked: int, answered: int, all_in: dict[int, int]) -> SurveyLine:
    launched = [number for number, at in survey.versions.values_list("number", "launched_at") if at is not None]
    return SurveyLine(
        survey=survey,
        versions=survey.versions.count(),
        live_version=max(launched, default=None) if survey.state == SurveyState.LIVE else None,
        responses=all_in.get(survey.pk, 0),
        asked=asked,
        response_rate=estimate_share(answered, asked),
    )
