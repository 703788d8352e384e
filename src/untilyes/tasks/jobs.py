"""Errands of the tasks room: count what the lake knows, name tasks that sources told of, learn their words."""

from datetime import datetime

from untilyes.plumbing.clock import now
from untilyes.plumbing.jobs import enqueue
from untilyes.tasks.actions.counting import count_from_lake, is_count_due
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside


def count_when_due() -> int:
    """Have tasks counted anew where the lake or their names have changed; in how many workspaces.

    Counting may take a while, so that it is an errand of its own and holds up nothing that is done every second.
    """
    due = 0
    for workspace in Workspace.objects.all():
        with inside(workspace):
            if is_count_due():
                enqueue("untilyes.tasks.jobs.count_tasks", workspace.pk)
                due += 1
    return due


def count_tasks(workspace_id: int, at: datetime | None = None) -> bool:
    """Count the tasks of one workspace; whether anything had changed."""
    with inside(Workspace.objects.get(pk=workspace_id)):
        return count_from_lake(at=at or now())
