"""Proposing that it is solved, which is a question to the customer and nothing more."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from untilyes.cases.actions.conversing import find_twice, mark_sent, refuse_unread, say_to_customer
from untilyes.cases.actions.working import take_case
from untilyes.cases.files import check_files
from untilyes.cases.history import keep_case, lock_case
from untilyes.cases.incoming import Attachment
from untilyes.cases.learning import refuse_unlearnt
from untilyes.cases.mail import send_proposal
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.queries import find_policy
from untilyes.cases.rules import NotPossible, State, Step, find_missing_cause
from untilyes.surveys.actions import ensure_confirmation, invite
from untilyes.surveys.queries import find_confirmation
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace


@transaction.atomic
def propose_solution(
    case: Case,
    text: str,
    *,
    by: Member,
    at: datetime,
    files: Sequence[Attachment] = (),
    read_until: datetime | None = None,
    cause_missing: str = "",
    takes_it: bool = True,
) -> Case:
    """Say it is solved, and ask the customer the two questions again; they decide.

    The first proposal of a case is kept as its first resolution, whatever the customer answers. Proposing the same
    words twice within a minute asks once. The root cause is named before; where the workspace allows it,
    `cause_missing` may say instead why it is not known yet. Whoever proposes takes a case that nobody has, unless
    `takes_it` is false. Raises NotPossible, SomethingNew, NotAllowed.
    """
    require(by, "work_cases")
    words = text.strip()
    if not words:
        raise NotPossible("Tell the customer what was done; they decide whether it is solved.")
    check_files(files)
    lock_case(case)
    is_repeated = find_twice(case, words, direction=CaseMessage.Direction.US, at=at)
    if case.state == State.PROPOSED and is_repeated:
        return case
    refuse_unread(case, read_until)
    if problem := find_missing_cause(find_policy().rule_of_causes, root_cause=case.root_cause, why_not=cause_missing):
        raise NotPossible(problem)
    refuse_unlearnt(case)
    if takes_it and case.assignee is None and not case.is_over:
        take_case(case, by=by, at=at)
    case.cause_missing = "" if case.root_cause else cause_missing.strip()
    case.follow(Step.PROPOSED)
    case.proposed_at = at
    case.first_resolution_at = case.first_resolution_at or at
    invitation = invite(
        find_confirmation(case.touchpoint) or ensure_confirmation(current_workspace(), at=at),
        case.person,
        at=at,
        interaction_id=case.interaction_id,
        about=case.ref,
        touchpoint=case.touchpoint,
        channel=case.channel,
        via="case",
        team=case.team,
        language=case.language,
    )
    message = say_to_customer(case, words, by=by, at=at, files=files)
    mark_sent(message, send_proposal(case, words, invitation=invitation, by=by, message=message))
    keep_case(case, Step.PROPOSED, at=at, by=by, invitation=str(invitation.pk))
    return case


@transaction.atomic
def take_back_proposal(case: Case, *, by: Member, at: datetime) -> Case:
    """It is not solved after all, and we noticed before the customer said so: go on working."""
    require(by, "work_cases")
    lock_case(case)
    if case.state in {State.OPEN, State.WORKING}:
        return case
    case.follow(Step.PROPOSAL_TAKEN_BACK)
    keep_case(case, Step.PROPOSAL_TAKEN_BACK, at=at, by=by)
    return case
