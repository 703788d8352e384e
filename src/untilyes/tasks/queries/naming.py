"""Which tasks there are, and which one a name means."""

from collections.abc import Mapping, Sequence

from untilyes.tasks.models import Task, TaskName
from untilyes.tasks.words import name_key


def list_tasks() -> Sequence[Task]:
    """The tasks that are offered, by name."""
    return list(Task.objects.filter(retired_at=None))


def find_by_name(name: str) -> Task | None:
    """The task that goes or went by this name, also a retired one, or None."""
    found = TaskName.objects.filter(key=name_key(name)).select_related("task").first()
    return found.task if found else None


def map_names() -> Mapping[str, int]:
    """Which task each known key means."""
    return dict(TaskName.objects.values_list("key", "task_id"))


def has_task(task_id: int) -> bool:
    """Whether there still is a task of this id; it may have been joined with another."""
    return Task.objects.filter(pk=task_id).exists()


def list_names(task: Task) -> Sequence[TaskName]:
    """Every name a task goes by or went by, the first it had first."""
    return list(task.names.order_by("pk"))
