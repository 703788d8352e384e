"""A case that nobody needs to look at before a certain time. Its promises run on all the same."""

from datetime import datetime

from django.db import transaction

from untilyes.cases.history import keep_case, lock_case
from untilyes.cases.models import Case
from untilyes.cases.rules import LONGEST_SNOOZE, NotPossible, Step
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member


@transaction.atomic
def snooze_case(case: Case, *, until: datetime, by: Member, at: datetime) -> Case:
    """Take the case out of the queue until then. It comes back by itself: at that time, with any word of the customer,
    or when a target is missed, whichever is first. No promise stands still for it.

    Raises NotPossible when the case is over or the time does not lie ahead, NotAllowed.
    """
    require(by, "work_cases")
    check_rest(until, at=at)
    lock_case(case)
    case.follow(Step.SNOOZED)
    if case.snoozed_until != until:
        case.snoozed_until = until
        keep_case(case, Step.SNOOZED, at=at, by=by, until=until.isoformat())
    return case


@transaction.atomic
def wake_case(case: Case, *, by: Member, at: datetime) -> Case:
    """Take the case back into the queue before its time. One that does not sleep stays as it is."""
    require(by, "work_cases")
    lock_case(case)
    if case.is_snoozed(at):
        case.snoozed_until = None
        keep_case(case, Step.WOKEN, at=at, by=by)
    return case


def check_rest(until: datetime, *, at: datetime) -> None:
    """Raises NotPossible when a case cannot rest until then."""
    if not at < until <= at + LONGEST_SNOOZE:
        raise NotPossible(f"Choose a time ahead, at most {LONGEST_SNOOZE.days} days from now.")
