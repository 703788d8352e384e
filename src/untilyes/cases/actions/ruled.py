"""What happens in a case by itself, because a rule says so. `because` stands in the history as who did it."""

from datetime import datetime

from django.db import transaction

from untilyes.cases.actions.causing import ensure_cause
from untilyes.cases.actions.resting import check_rest
from untilyes.cases.history import keep_case, lock_case, write_history
from untilyes.cases.models import Case, CaseNote
from untilyes.cases.rules import NotPossible, Priority, Step
from untilyes.workspaces.models import Member


@transaction.atomic
def route_case(case: Case, *, to: Member | None, because: str, at: datetime, team: str | None = None) -> bool:
    """Give a case to somebody, or to another team's queue; return whether that changed anything.

    Raises NotPossible when the case is over or they do not work cases here.
    """
    if to is not None and (to.workspace_id != case.workspace_id or not to.may("work_cases")):
        raise NotPossible(f"{to} does not work cases here.")
    lock_case(case)
    wanted_team = case.team if team is None else team
    if (case.assignee_id, case.team) == (to.pk if to else None, wanted_team):
        return False
    case.assignee, case.team = to, wanted_team
    case.follow(Step.ASSIGNED)
    keep_case(case, Step.ASSIGNED, at=at, by_name=because, to=str(to) if to else "", team=wanted_team)
    return True


@transaction.atomic
def leave_note(case: Case, text: str, *, because: str, at: datetime) -> CaseNote:
    """Say something among ourselves, in the name of a rule."""
    note = CaseNote.objects.create(case=case, author_name=because, text=text.strip(), at=at)
    write_history(case, Step.NOTED, at=at, by_name=because)
    return note


@transaction.atomic
def rank_case(case: Case, priority: Priority, *, because: str, at: datetime) -> bool:
    """Say how loudly a case calls; return whether that changed anything."""
    lock_case(case)
    if case.priority == priority:
        return False
    case.priority = priority
    keep_case(case, Step.PRIORITISED, at=at, by_name=because, priority=priority.name.lower())
    return True


@transaction.atomic
def rest_case(case: Case, *, until: datetime, because: str, at: datetime) -> bool:
    """Take a case out of the queue until then; return whether that changed anything. Raises NotPossible."""
    check_rest(until, at=at)
    lock_case(case)
    case.follow(Step.SNOOZED)
    if case.snoozed_until == until:
        return False
    case.snoozed_until = until
    keep_case(case, Step.SNOOZED, at=at, by_name=because, until=until.isoformat())
    return True


@transaction.atomic
def name_cause(case: Case, text: str, *, because: str, at: datetime) -> bool:
    """Say why it went wrong where nobody has; return whether that changed anything. Raises NotPossible."""
    lock_case(case)
    if case.root_cause:
        return False
    case.cause = ensure_cause(text, by=None, at=at)
    case.root_cause, case.cause_missing = case.cause.path, ""
    keep_case(case, Step.CAUSE_NAMED, at=at, by_name=because, cause=case.root_cause)
    return True


@transaction.atomic
def suggest_campaign(case: Case, of: str, *, because: str, at: datetime) -> bool:
    """Put a case down for those to be told of something once it is changed; return whether that is new."""
    lock_case(case)
    if case.history.filter(step=Step.SUGGESTED, detail__told_of=of).exists():
        return False
    write_history(case, Step.SUGGESTED, at=at, by_name=because, told_of=of)
    return True
