"""Who works on a case, how loudly it calls, and why it went wrong."""

from datetime import datetime

from django.db import transaction

from untilyes.cases.history import keep_case, lock_case
from untilyes.cases.models import Case
from untilyes.cases.queries import find_case_about
from untilyes.cases.rules import NotPossible, Priority, Step
from untilyes.promises.events import PromiseMissed, TargetMissed
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member


@transaction.atomic
def take_case(case: Case, *, by: Member, at: datetime) -> Case:
    """Make the case one's own. Taking it twice changes nothing. Raises NotPossible, NotAllowed."""
    require(by, "work_cases")
    lock_case(case)
    if case.assignee_id == by.pk:
        return case
    case.assignee = by
    case.follow(Step.TAKEN)
    keep_case(case, Step.TAKEN, at=at, by=by)
    return case


@transaction.atomic
def assign_case(case: Case, *, to: Member | None, by: Member, at: datetime, team: str | None = None) -> Case:
    """Give the case to somebody, or to nobody in particular, and to another team if one is named.

    Raises NotPossible when they do not work cases here, NotAllowed.
    """
    require(by, "work_cases")
    if to is not None and (to.workspace_id != case.workspace_id or not to.may("work_cases")):
        raise NotPossible(f"{to} does not work cases here.")
    lock_case(case)
    wanted_team = case.team if team is None else team
    if (case.assignee_id, case.team) == (to.pk if to else None, wanted_team):
        return case
    case.assignee, case.team = to, wanted_team
    case.follow(Step.ASSIGNED)
    keep_case(case, Step.ASSIGNED, at=at, by=by, to=str(to) if to else "", team=wanted_team)
    return case


@transaction.atomic
def set_root_cause(case: Case, text: str, *, by: Member, at: datetime) -> Case:
    """Say why it went wrong, in a few words others would use too."""
    require(by, "work_cases")
    lock_case(case)
    cause = text.strip()
    if cause != case.root_cause:
        case.root_cause = cause
        keep_case(case, Step.CAUSE_NAMED, at=at, by=by, cause=cause)
    return case


def raise_priority(fact: TargetMissed | PromiseMissed) -> None:
    """Make a case whose target was missed high, and one whose promise was missed urgent. Never lowers it."""
    case = find_case_about(fact.about)
    if case is None:
        return
    is_broken = isinstance(fact, PromiseMissed)
    lock_case(case)
    case.priority = max(case.priority, Priority.URGENT if is_broken else Priority.HIGH)
    keep_case(case, Step.PROMISE_MISSED if is_broken else Step.TARGET_MISSED, at=fact.at)
