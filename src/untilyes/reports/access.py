"""The only way from an outside id to a channel."""

from untilyes.reports.models import Hook
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound


def get_hook(hook_id: int, *, seen_by: Member) -> Hook:
    """A channel of the member's workspace, for whoever may change where findings go. Raises NotFound, NotAllowed."""
    require(seen_by, "edit_workspace")
    found = Hook.objects.filter(pk=hook_id, workspace=seen_by.workspace).first()
    if found is None:
        raise NotFound("There is no such channel.")
    return found
