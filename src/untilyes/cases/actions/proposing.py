"""Proposing that it is solved, which is a question to the customer and nothing more."""

from datetime import datetime

from django.db import transaction

from untilyes.cases.actions.conversing import find_twice, say_to_customer
from untilyes.cases.actions.working import take_case
from untilyes.cases.history import keep_case, lock_case
from untilyes.cases.mail import send_proposal
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.rules import NotPossible, State, Step
from untilyes.surveys.actions import ensure_confirmation, invite
from untilyes.surveys.queries import find_confirmation
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace


@transaction.atomic
def propose_solution(case: Case, text: str, *, by: Member, at: datetime) -> Case:
    """Say it is solved, and ask the customer the two questions again; they decide.

    The first proposal of a case is kept as its first resolution, whatever the customer answers. Proposing the same
    words twice within a minute asks once. Raises NotPossible, NotAllowed.
    """
    require(by, "work_cases")
    words = text.strip()
    if not words:
        raise NotPossible("Tell the customer what was done; they decide whether it is solved.")
    lock_case(case)
    is_repeated = find_twice(case, words, direction=CaseMessage.Direction.US, at=at)
    if case.state == State.PROPOSED and is_repeated:
        return case
    if case.assignee is None and not case.is_over:
        take_case(case, by=by, at=at)
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
    message_id = send_proposal(case, words, invitation=invitation, by=by)
    say_to_customer(case, words, by=by, at=at, message_id=message_id)
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
