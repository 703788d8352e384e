"""Ending a case without the customer's yes: only for a recorded reason, only by someone allowed to."""

from datetime import datetime
from typing import Any

from django.db import transaction

from untilyes.cases.history import keep_case, lock_case
from untilyes.cases.models import Case
from untilyes.cases.queries.page import find_leniency
from untilyes.cases.rules import EndedHow, NotPossible, State, Step
from untilyes.promises.actions import withdraw_clocks
from untilyes.promises.rules import Measures
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member


@transaction.atomic
def end_case(
    case: Case, *, how: EndedHow, reason: str, by: Member, at: datetime, duplicate_of: Case | None = None
) -> Case:
    """End a case that will get no yes. It counts as one without, and a later word of the customer opens it again.

    `how` is unreachable (after enough attempts), withdrew, duplicate (`duplicate_of` says of which case) or not_ours;
    `reason` says it in words. Ending it again the same way changes nothing. Raises NotPossible, NotAllowed.
    """
    require(by, "end_cases")
    lock_case(case)
    if (case.state, case.ended_how) == (State.ENDED, how):
        return case
    if problem := _find_problem(case, how, reason, duplicate_of):
        raise NotPossible(problem)
    case.follow(Step.ENDED)
    case.ended_at, case.ended_how, case.ended_reason = at, how.value, reason.strip()
    case.duplicate_of, case.snoozed_until = duplicate_of, None
    detail: dict[str, Any] = {"how": how.value, "duplicate_of": duplicate_of.number if duplicate_of else None}
    keep_case(case, Step.ENDED, at=at, by=by, **detail)
    withdraw_clocks(Measures.TIME_TO_YES, about=case.ref, reason=how.value, at=at)
    return case


def _find_problem(case: Case, how: EndedHow, reason: str, duplicate_of: Case | None) -> str:
    """Why the case cannot be ended like this; empty when it can."""
    if how is EndedHow.YES:
        return "Only the customer's yes closes a case; propose a solution and ask."
    if not reason.strip():
        return "Say why the case ends without the customer's yes."
    if how is EndedHow.UNREACHABLE and not case.is_over:
        return find_leniency(case)
    return _find_wrong_original(case, duplicate_of) if how is EndedHow.DUPLICATE or duplicate_of else ""


def _find_wrong_original(case: Case, original: Case | None) -> str:
    """Why the case is no duplicate of that one; empty when it may be."""
    if original is None:
        return "Say of which case it is a duplicate."
    if original.original.pk == case.pk:
        return "A case cannot be a duplicate of itself."
    if case.person is None or original.person != case.person:
        # Whoever holds the link of a duplicate is led to the original, which must not be somebody else's conversation.
        return "A duplicate is a case of the same customer; link the two instead."
    return ""
