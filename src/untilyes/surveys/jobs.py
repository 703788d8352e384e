"""Errands: close what ran out, remind once at a decent hour."""

from untilyes.plumbing.clock import now
from untilyes.surveys.actions import remind
from untilyes.surveys.models import Invitation
from untilyes.surveys.queries import list_due_reminders
from untilyes.surveys.rules import REMIND_AFTER, InvitationState
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside


def tend_invitations() -> int:
    """Mark expired questions as such and send due reminders, in every workspace; return how many were reminded."""
    at, reminded = now(), 0
    for workspace in Workspace.objects.all():
        with inside(workspace):
            # Expired is "asked, no answer": silence is never turned into a yes.
            stale = Invitation.objects.filter(state=InvitationState.ASKED, expires_at__lte=at)
            stale.update(state=InvitationState.EXPIRED)
            reminded += sum(remind(one, at=at) for one in list_due_reminders(before=at - REMIND_AFTER))
    return reminded
