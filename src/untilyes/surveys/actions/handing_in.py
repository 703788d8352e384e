"""Answers to the two questions that were asked elsewhere: at a counter, in another program."""

from datetime import datetime
from uuid import UUID

from untilyes.customers.models import Customer
from untilyes.surveys.actions.answering import record_response
from untilyes.surveys.definition import GOOD_JOB, GOT_IT, Definition
from untilyes.surveys.models import Response
from untilyes.surveys.queries import SurveyNotLive, find_confirmation


class CommentNotAsked(ValueError):
    """Words came with answers after which our confirmation asks for none; they would be lost."""


def hand_in_confirmation(
    touchpoint: str,
    *,
    got_it: bool,
    good_job: bool,
    comment: str = "",
    customer: Customer | None,
    at: datetime,
    response_id: UUID | None = None,
    interaction_id: str = "",
    channel: str = "",
    language: str = "",
) -> Response:
    """Record both answers as if the confirmation of this touchpoint had been answered here; a no opens a case.

    The comment answers the first question that asks for words after such answers. Raises SurveyNotLive,
    CommentNotAsked, AnswersIncomplete where the confirmation requires more than the two answers.
    """
    version = find_confirmation(touchpoint)
    if version is None:
        raise SurveyNotLive("No confirmation is asked here yet; launch one under Listen first.")
    raw = {GOT_IT: _word(got_it), GOOD_JOB: _word(good_job)}
    if comment.strip():
        raw[_find_question_of_words(version.asks, raw)] = comment
    return record_response(
        version,
        raw,
        at=at,
        response_id=response_id,
        customer=customer,
        language=language or (customer.language if customer else ""),
        channel=channel,
        touchpoint=touchpoint,
        interaction_id=interaction_id,
    )


def _word(answer: bool) -> str:
    return "yes" if answer else "no"


def _find_question_of_words(asked: Definition, raw: dict[str, str]) -> str:
    chosen = {key: (word,) for key, word in raw.items()}
    for question in asked.questions:
        if question.kind.is_text and question.is_shown(chosen):
            return question.key
    raise CommentNotAsked(
        "After these answers the confirmation asks for no words; leave the comment out, or ask for it."
    )
