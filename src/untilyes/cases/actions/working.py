"""Who works on a case, and how loudly it calls."""

from datetime import datetime

from django.db import transaction

from untilyes.cases.history import keep_case, lock_case
from untilyes.cases.models import Case
from untilyes.cases.queries import find_case_about
from untilyes.cases.rules import NotPossible, Priority, State, Step
from untilyes.promises.events import PromiseMissed, TargetMissed
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Employee, Member


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
def set_priority(case: Case, priority: Priority, *, by: Member, at: datetime) -> Case:
    """Say how loudly the case calls. A missed target may raise it again."""
    require(by, "work_cases")
    lock_case(case)
    if case.priority != priority:
        case.priority = priority
        keep_case(case, Step.PRIORITISED, at=at, by=by, priority=priority.name.lower())
    return case


def release_absent(case: Case, *, at: datetime) -> None:
    """Let go of a handler who is away or no longer works cases, before a case comes back; the caller keeps the case."""
    if case.assignee is None or not (case.is_over or case.state == State.PROPOSED):
        return
    employee = Employee.objects.filter(member=case.assignee).first()
    if not case.assignee.may("work_cases") or (employee is not None and not employee.is_here(at)):
        case.assignee = None


def raise_priority(fact: TargetMissed | PromiseMissed) -> None:
    """Make a case whose target was missed high, and one whose promise was missed urgent. Never lowers it.

    Either brings a snoozed case back.
    """
    case = find_case_about(fact.about)
    if case is None:
        return
    is_broken = isinstance(fact, PromiseMissed)
    lock_case(case)
    case.priority = max(case.priority, Priority.URGENT if is_broken else Priority.HIGH)
    case.snoozed_until = None
    keep_case(case, Step.PROMISE_MISSED if is_broken else Step.TARGET_MISSED, at=fact.at)
