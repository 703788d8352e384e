"""Errands: what nobody asks for any more is forgotten."""

from datetime import datetime

from untilyes.plumbing.clock import now
from untilyes.workspaces.machines import prune_receipts
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside


def forget_old_receipts(at: datetime | None = None) -> int:
    """Forget, in every workspace, the Idempotency-Keys that are too old to be repeated; return how many."""
    moment, forgotten = at or now(), 0
    for workspace in Workspace.objects.all():
        with inside(workspace):
            forgotten += prune_receipts(at=moment)
    return forgotten
