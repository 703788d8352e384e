"""Errands of the tasks room: count what the lake knows, name tasks that sources told of, learn their words."""

from datetime import datetime

from untilyes.plumbing.clock import now
from untilyes.tasks.actions.counting import count_from_lake
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside


def count_tasks(at: datetime | None = None) -> int:
    """Count anew in every workspace whose lake or names have changed; in how many."""
    counted = 0
    for workspace in Workspace.objects.all():
        with inside(workspace):
            counted += count_from_lake(at=at or now())
    return counted
