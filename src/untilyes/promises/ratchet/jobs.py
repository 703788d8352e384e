"""The errand that proposes targets once a period has begun, by night."""

from datetime import datetime
from zoneinfo import ZoneInfo

from untilyes.plumbing.clock import now
from untilyes.promises.models import Promise
from untilyes.promises.ratchet.actions import propose_target
from untilyes.promises.ratchet.queries import is_proposal_due
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

AFTER_HOUR = 3
"""Of the workspace's night: the lake has yesterday's facts by then, and nobody waits for a page."""


def propose_targets_when_due(at: datetime | None = None) -> int:
    """Propose the next target of every promise whose period has begun; return how many were proposed."""
    moment = at or now()
    return sum(_propose(workspace, moment) for workspace in Workspace.objects.all())


def _propose(workspace: Workspace, at: datetime) -> int:
    if at.astimezone(ZoneInfo(workspace.timezone)).hour < AFTER_HOUR:
        return 0
    with inside(workspace):
        due = [one for one in Promise.objects.filter(retired_at=None) if is_proposal_due(one, at=at)]
        for promise in due:
            propose_target(promise, at=at)
        return len(due)
