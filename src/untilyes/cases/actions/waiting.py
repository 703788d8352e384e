"""Waiting for the customer: the one thing that lets a promise stand still, said by a person, with what we wait for."""

from datetime import datetime

from django.db import transaction

from untilyes.cases.history import keep_case, lock_case, read_pauses
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.rules import NotPossible, Step
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member


@transaction.atomic
def wait_for_customer(case: Case, reason: str, *, by: Member, at: datetime) -> Case:
    """Say that nothing can be done until the customer answers, and what we wait for; the promises stand still.

    Their next word, by whatever way, ends it. Waiting for anybody else stops no clock. Saying it twice changes
    nothing. Raises NotPossible where the customer cannot know that we wait for them, NotAllowed.
    """
    require(by, "work_cases")
    lock_case(case)
    if is_waiting(case):
        return case
    case.follow(Step.WAITING)
    if problem := _find_problem(case, reason):
        raise NotPossible(problem)
    keep_case(case, Step.WAITING, at=at, by=by, reason=reason.strip())
    return case


@transaction.atomic
def stop_waiting(case: Case, *, by: Member, at: datetime) -> Case:
    """Go on without the customer's answer; the promises run again. Where we do not wait, nothing changes."""
    require(by, "work_cases")
    lock_case(case)
    if is_waiting(case):
        keep_case(case, Step.WAIT_OVER, at=at, by=by)
    return case


def is_waiting(case: Case) -> bool:
    """Whether we wait for the customer now."""
    pauses = read_pauses(case)
    return bool(pauses) and pauses[-1].ends is None


def _find_problem(case: Case, reason: str) -> str:
    """Why we cannot say that we wait for them; empty when we can."""
    if not reason.strip():
        return "Say what we wait for."
    last = case.messages.order_by("at", "pk").last()
    if last is None or not case.messages.filter(direction=CaseMessage.Direction.US).exists():
        return "Ask the customer first; they cannot know yet that we wait for them."
    if last.direction == CaseMessage.Direction.CUSTOMER:
        return "The customer wrote last, so they wait for us; answer first."
    return ""
