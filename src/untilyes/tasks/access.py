"""The only way from an outside number to a task or a step of its playbook."""

from untilyes.tasks.models import NextStep, Task
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound


def get_task(task_id: int, *, seen_by: Member) -> Task:
    """A task of the member's workspace. Raises NotFound, NotAllowed."""
    require(seen_by, "see")
    found = Task.objects.filter(pk=task_id, workspace=seen_by.workspace).first()
    if found is None:
        raise NotFound("There is no such task.")
    return found


def get_step(step_id: int, *, task: Task) -> NextStep:
    """A step of this task's playbook. Raises NotFound."""
    found = NextStep.objects.filter(pk=step_id, task=task).first()
    if found is None:
        raise NotFound("There is no such step.")
    return found
