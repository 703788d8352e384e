"""Deciding what to do about a cause that keeps coming back: work for the house, not for one case."""

from datetime import date, datetime

from django.db import transaction

from untilyes.campaigns.models import Repeat
from untilyes.campaigns.rules import Decision, NotPossible
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member

LONGEST_REASON = 300


@transaction.atomic
def decide_repeat(
    cause: str,
    decision: Decision,
    *,
    owner: Member | None,
    due_on: date | None,
    reason: str = "",
    by: Member,
    at: datetime,
) -> Repeat:
    """Fix it (somebody, by a day), tell those who said no because of it, or live with it for a stated reason.

    Deciding again replaces the decision; the audit trail keeps every one. Raises NotPossible, NotAllowed.
    """
    require(by, "act_on_findings")
    words = reason.strip()[:LONGEST_REASON]
    if not cause.strip():
        raise NotPossible("Say which cause it is.")
    if decision is Decision.ACCEPT and not words:
        raise NotPossible("Say why we live with it.")
    if decision is not Decision.ACCEPT and (owner is None or due_on is None):
        raise NotPossible("Say who does it, and by when.")
    repeat, _ = Repeat.objects.update_or_create(
        cause=cause.strip(),
        defaults={"decision": decision.value, "owner": owner, "due_on": due_on, "reason": words, "decided_at": at},
    )
    told = {"decision": decision.value, "owner": str(owner or ""), "due_on": str(due_on or ""), "reason": words}
    record_audit("decide_repeat", about=f"cause:{repeat.cause}"[:120], at=at, by=by, **told)
    return repeat
