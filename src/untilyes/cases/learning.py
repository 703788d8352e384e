"""What a case teaches: the article that solved it, a new one, or why there was nothing to learn.

The knowledge room keeps lessons and weighs articles; here cases say which lessons are theirs, and pass on what their
customers answered. Where the workspace wants lessons, nothing is proposed before one is named.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from untilyes.cases.history import circumstances_of, lock_case
from untilyes.cases.models import Case, CaseMessage, CasePolicy
from untilyes.cases.queries import find_case_about, find_case_for_response, find_policy
from untilyes.cases.queries.said import list_said
from untilyes.cases.rules import NotPossible, State, is_yes
from untilyes.customers.events import CustomerErased
from untilyes.feedback.actions import record_event
from untilyes.knowledge.actions import (
    begin_article,
    forget_words,
    hear_reader,
    hear_verdict,
    record_lesson,
    seed_text,
)
from untilyes.knowledge.models import Article, Lesson
from untilyes.knowledge.queries import list_lessons_of
from untilyes.knowledge.rules import Taught, Verdict
from untilyes.surveys.actions import ensure_confirmation, record_response
from untilyes.surveys.events import ResponseRecorded
from untilyes.surveys.models import Response, SurveyVersion
from untilyes.surveys.queries import find_confirmation
from untilyes.surveys.reading import Raw
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

LESSON_MISSING = (
    "First say what this case taught: link the article that solved it, begin a new one, or say why there is nothing to "
    "learn. It stands under “What we know”."
)
HELP = "help"  # the touchpoint of answers given at the end of an article


@transaction.atomic
def link_article(case: Case, article: Article, *, by: Member, at: datetime) -> Lesson:
    """This article solved it, or was of use. Linking it twice changes nothing. Raises NotUsable, NotAllowed."""
    lock_case(case)
    return record_lesson(case.ref, Taught.LINKED, article=article, customer=case.person, by=by, at=at)


@transaction.atomic
def begin_article_from_case(case: Case, *, by: Member, at: datetime) -> Article:
    """Nothing we had answered it: begin an article from the customer's own words, to be finished when there is time.

    Beginning twice returns the first one. Raises NotAllowed.
    """
    require(by, "write_knowledge")
    lock_case(case)
    for lesson in list_lessons_of(case.ref):
        if lesson.taught == Taught.CREATED and lesson.article is not None:
            return lesson.article
    spoken = case.language if case.language in current_workspace().languages else ""
    article = begin_article(
        seed_text(first_words_of(case) or case.root_cause or case.touchpoint),
        by=by,
        at=at,
        language=spoken,
        origin=case.ref,
        touchpoint=case.touchpoint,
    )
    record_lesson(case.ref, Taught.CREATED, article=article, customer=case.person, by=by, at=at)
    return article


@transaction.atomic
def say_nothing_to_learn(case: Case, why: str, *, by: Member, at: datetime) -> Lesson:
    """There was nothing to learn, for a reason in words. Raises NotUsable, NotAllowed."""
    lock_case(case)
    return record_lesson(case.ref, Taught.NOTHING, why=why, customer=case.person, by=by, at=at)


def refuse_unlearnt(case: Case) -> None:
    """Raise NotPossible where lessons are wanted and the case has none the customer has not said no to."""
    if find_policy().lessons_wanted and all(one.verdict == Verdict.NO for one in list_lessons_of(case.ref)):
        raise NotPossible(LESSON_MISSING)


@transaction.atomic
def want_lessons(wanted: bool, *, by: Member, at: datetime) -> CasePolicy:
    """Decide whether a lesson is named before each proposal. Raises NotAllowed."""
    require(by, "validate_knowledge")
    policy, _ = CasePolicy.objects.get_or_create()
    policy.lessons_wanted = wanted
    policy.save(update_fields=["lessons_wanted"])
    record_audit("want_lessons", about="case_policy", at=at, by=by, wanted=wanted)
    return policy


def first_words_of(case: Case) -> str:
    """What the customer first wrote in the case; nothing when it was only a no."""
    return next((one.text for one in list_said(case, CaseMessage.Direction.CUSTOMER)), "")


def learn_from_answer(fact: ResponseRecorded) -> None:
    """Tell the articles used in a case what its customer answered, in the transaction that records the answer.

    The lake learns which were used before it, so that a task's page can say which go with a yes.
    """
    found = None if fact.is_test else find_case_about(fact.about) or find_case_for_response(fact.response_id)
    if found is None or found.original.first_resolution_at is None:
        return
    case = found.original
    _tell_lake(case, until=fact.at)
    answers = {answer.question: answer for answer in fact.answers}
    if find_policy().unhappy.find_reasons(answers):
        said = f" They wrote: {fact.comment.strip()}" if fact.comment.strip() else ""
        told = f"The customer of case {case} said no after it was used.{said}"
        hear_verdict(case.ref, Verdict.NO, words=told[:400], at=fact.at)
    elif is_yes(answers) and case.state == State.CLOSED:
        hear_verdict(case.ref, Verdict.YES, words="", at=fact.at)


def _tell_lake(case: Case, *, until: datetime) -> None:
    """Which articles were used by then, each once; said only now, because a link to the wrong one is taken back."""
    for lesson in list_lessons_of(case.ref):
        if lesson.article is not None and lesson.at <= until:
            when = replace(circumstances_of(case), at=lesson.at)
            record_event(f"lesson:{lesson.pk}", lesson.article.activity, when=when)


def ensure_help_questions(*, at: datetime) -> SurveyVersion:
    """The two questions as asked at the end of an article; the shipped ones are launched when there are none."""
    return find_confirmation(HELP) or ensure_confirmation(current_workspace(), at=at)


@transaction.atomic
def record_reader_answer(article: Article, raw: Raw, *, response_id: UUID, language: str, at: datetime) -> Response:
    """What a reader answered at the end of an article, to the same two questions as everywhere.

    A no opens a case, about this reading alone: readers are unknown to us, and one must never see another's matter.
    Raises AnswersIncomplete, AnswerSettled.
    """
    response = record_response(
        ensure_help_questions(at=at),
        raw,
        at=at,
        response_id=response_id,
        language=language,
        channel="web",
        touchpoint=HELP,
        interaction_id=f"help-{article.number}-{response_id.hex[:12]}",
    )
    said = {answer.question: answer for answer in response.answers.filter(revision=response.revision)}
    hear_reader(
        article,
        response_id=response.pk,
        was_enough=is_yes(said),
        language=language,
        at=at,
        words=" ".join(answer.text for answer in said.values() if answer.text),
    )
    return response


def forget_what_cases_taught(fact: CustomerErased) -> None:
    """Let articles, doubts and searches forget what was said in a customer's cases, before these go with them."""
    forget_words([case.ref for case in Case.objects.filter(customer=fact.customer_id)], at=fact.at)
