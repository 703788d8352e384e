"""A response: its rows, its facts and its announcement, in one short transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction

from untilyes.customers.models import Customer
from untilyes.feedback.actions import record_answers, record_comment
from untilyes.feedback.facts import AnswerGiven, Circumstances
from untilyes.plumbing.announce import announce
from untilyes.surveys.actions.inviting import note_invitation
from untilyes.surveys.events import ResponseRecorded
from untilyes.surveys.models import Answer, Invitation, Response, SurveyVersion
from untilyes.surveys.queries import list_given
from untilyes.surveys.reading import Given, Raw, facts_of, read_answers
from untilyes.surveys.rules import AnswerSettled, InvitationState, may_change, refuse_when_over


@dataclass(frozen=True)
class _Submission:
    """What was handed in, read and ready to be written."""

    response_id: UUID
    version: SurveyVersion
    invitation: Invitation | None
    given: tuple[Given, ...]
    facts: tuple[AnswerGiven, ...]
    customer_id: UUID | None
    at: datetime
    language: str
    channel: str
    touchpoint: str
    interaction_id: str
    about: str
    is_test: bool


def record_response(
    asked: Invitation | SurveyVersion,
    raw: Raw,
    *,
    at: datetime,
    response_id: UUID | None = None,
    customer: Customer | None = None,
    language: str = "",
    channel: str = "",
    touchpoint: str = "",
    interaction_id: str = "",
    is_test: bool = False,
) -> Response:
    """Record what was answered to an invitation, or to a version of a survey (a link survey, a counter, a kiosk).

    `raw` maps question keys to what was chosen ("yes", "9", a list of choices) or written. The same answers again
    change nothing; other answers become a new revision of the same response. For a version, `response_id` is what makes
    a repeat recognisable, and the circumstances are taken from the arguments; an invitation knows its own.

    Raises AnswersIncomplete, InvitationOver, AnswerSettled.
    """
    invitation = asked if isinstance(asked, Invitation) else None
    version = asked.version if isinstance(asked, Invitation) else asked
    if invitation:
        refuse_when_over(InvitationState(invitation.state), expires_at=invitation.expires_at, at=at)
    given = read_answers(version.asks, raw)
    submission = _Submission(
        response_id=uuid5(invitation.pk, "response") if invitation else response_id or uuid4(),
        version=version,
        invitation=invitation,
        given=given,
        facts=facts_of(given),
        customer_id=invitation.customer_id if invitation else customer.pk if customer else None,
        at=at,
        language=language or (invitation.language if invitation else ""),
        channel=invitation.channel if invitation else channel,
        touchpoint=invitation.touchpoint if invitation else touchpoint,
        interaction_id=invitation.interaction_id if invitation else interaction_id,
        about=invitation.about if invitation else "",
        is_test=invitation.is_test if invitation else is_test,
    )
    try:
        return _write(submission)
    except IntegrityError:
        # Sent twice at the same instant: the other one was first, so this is a repeat or a change of it.
        return _write(submission)


@transaction.atomic
def _write(new: _Submission) -> Response:
    response = Response.objects.select_for_update().filter(pk=new.response_id).first()
    withdrawn: tuple[Given, ...] = ()
    if response is None:
        response = _create(new)
    else:
        earlier = list_given(response)
        if earlier == new.given:
            return response
        if not may_change(answered_at=response.at, at=new.at):
            raise AnswerSettled("This was answered too long ago to be changed.")
        still_said = {now.question.key for now in new.given}
        withdrawn = tuple(one for one in earlier if one.question.key not in still_said)
        response.revision += 1
        response.changed_at = new.at
        response.language = new.language
        response.save(update_fields=["revision", "changed_at", "language"])
    _keep_answers(response, new.given)
    if not new.is_test:
        _tell_lake(response, new, withdrawn)
    announce(_announcement(response, new))
    return response


def _create(new: _Submission) -> Response:
    response = Response(
        id=new.response_id,
        version=new.version,
        invitation=new.invitation,
        customer_id=new.customer_id,
        at=new.at,
        language=new.language,
        channel=new.channel,
        touchpoint=new.touchpoint,
        interaction_id=new.interaction_id,
        about=new.about,
        is_test=new.is_test,
    )
    response.save(force_insert=True)
    if new.invitation:
        new.invitation.state = InvitationState.ANSWERED
        new.invitation.answered_at = new.at
        new.invitation.save(update_fields=["state", "answered_at"])
        note_invitation(new.invitation, answered=True)
    return response


def _keep_answers(response: Response, given: Sequence[Given]) -> None:
    Answer.objects.bulk_create(
        Answer(
            response=response,
            revision=response.revision,
            question=one.question.key,
            value=one.value,
            choices=list(one.chosen),
            text=one.text,
        )
        for one in given
    )


def _tell_lake(response: Response, new: _Submission, withdrawn: Sequence[Given]) -> None:
    """Facts keep their ids and their time over revisions, so that the lake corrects rather than counts twice."""
    key = str(response.pk)
    when = Circumstances(
        at=response.at,
        source=response.source,
        customer_id=new.customer_id,
        interaction_id=new.interaction_id,
        channel=new.channel,
        touchpoint=new.touchpoint,
        team=new.invitation.team if new.invitation else "",
    )
    told = {fact.question: fact for fact in new.facts}
    unsaid = {fact.question: _unsay(fact) for one in withdrawn for fact in one.facts()}
    record_answers(key, list((unsaid | told).values()), when=when)
    texts: Mapping[str, str] = {one.question.key: "" for one in withdrawn if one.text} | {
        one.question.key: one.text for one in new.given if one.text
    }
    for question, text in texts.items():
        record_comment(f"{key}:{question}", text, language=new.language, response_id=key, when=when)


def _unsay(fact: AnswerGiven) -> AnswerGiven:
    return AnswerGiven(fact.question, None, fact.scale_min, fact.scale_max, fact.higher_is_better)


def _announcement(response: Response, new: _Submission) -> ResponseRecorded:
    return ResponseRecorded(
        response_id=response.pk,
        survey_id=new.version.survey_id,
        invitation_id=new.invitation.pk if new.invitation else None,
        customer_id=new.customer_id,
        interaction_id=new.interaction_id,
        about=new.about,
        touchpoint=new.touchpoint,
        channel=new.channel,
        team=new.invitation.team if new.invitation else "",
        employee_id=new.invitation.employee_id if new.invitation else "",
        language=new.language,
        answers=new.facts,
        comment="\n\n".join(one.text for one in new.given if one.text),
        is_test=new.is_test,
        revision=response.revision,
        at=new.at,
    )
