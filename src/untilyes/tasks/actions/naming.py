"""What tasks are called: made by use, renamed, joined. No name is lost, so history is counted under the new one."""

from datetime import datetime

from django.db import transaction

from untilyes.tasks.models import Task, TaskName
from untilyes.tasks.queries import find_by_name, list_tasks
from untilyes.tasks.rules import AlmostTheSame, BadTask, list_nearest, read_name
from untilyes.tasks.words import name_key
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member


@transaction.atomic
def ensure_task(text: str, *, at: datetime, by: Member | None = None, is_another: bool = False) -> Task:
    """The task of this name, made where there is none. Naming a retired one brings it back.

    By a person, a name that nearly repeats another is asked about first, unless they say it `is_another`. Raises
    BadTask, AlmostTheSame.
    """
    name = read_name(text)
    found = find_by_name(name)
    if found is None:
        nearest = list_nearest(name, [one.name for one in list_tasks()]) if by and not is_another else []
        if nearest:
            raise AlmostTheSame(name, nearest)
        found = Task.objects.create(name=name, made_at=at, by=by)
        _keep_name(found, name)
        record_audit("make_task", about=found.ref, at=at, by=by, name=name)
    elif found.retired_at is not None and by is not None:
        found.retired_at = None
        found.save(update_fields=["retired_at"])
    return found


@transaction.atomic
def rename_task(task: Task, text: str, *, by: Member, at: datetime) -> Task:
    """Call it otherwise. Called like another task, the two become one. Raises BadTask, NotAllowed."""
    require(by, "act_on_findings")
    name = read_name(text)
    other = find_by_name(name)
    if other is not None and other != task:
        return join_tasks(task, into=other, by=by, at=at)
    if name != task.name:
        record_audit("rename_task", about=task.ref, at=at, by=by, before=task.name, name=name)
        task.name = name
        task.save(update_fields=["name"])
        _keep_name(task, name)
    return task


@transaction.atomic
def join_tasks(task: Task, *, into: Task, by: Member, at: datetime) -> Task:
    """Let two tasks be one: names, matters, steps and what is narrower go over. Raises BadTask, NotAllowed."""
    require(by, "act_on_findings")
    if task == into:
        raise BadTask("A task cannot be joined with itself.")
    if into.parent_id == task.pk:
        into.parent = task.parent if task.parent_id != into.pk else None
        into.save(update_fields=["parent"])
    for rows in (task.names, task.matters, task.steps):
        rows.update(task=into)
    task.narrower.exclude(pk=into.pk).update(parent=into)
    record_audit("join_tasks", about=into.ref, at=at, by=by, joined=task.name, name=into.name)
    task.delete()
    return into


@transaction.atomic
def place_task(task: Task, *, under: Task | None, by: Member, at: datetime) -> Task:
    """Make it part of a broader task, or of none. Raises BadTask, NotAllowed."""
    require(by, "act_on_findings")
    above = under
    while above is not None:
        if above == task:
            raise BadTask("A task cannot be part of itself.")
        above = above.parent
    task.parent = under
    task.save(update_fields=["parent"])
    record_audit("place_task", about=task.ref, at=at, by=by, under=str(under or ""))
    return task


@transaction.atomic
def translate_task(task: Task, text: str, *, language: str, by: Member, at: datetime) -> TaskName:
    """Say what customers of a language call it. Raises BadTask, NotAllowed."""
    require(by, "act_on_findings")
    name = read_name(text)
    other = find_by_name(name)
    if other is not None and other != task:
        raise BadTask(f"“{name}” is the name of another task; join the two if they are one.")
    task.names.filter(language=language).update(language="")
    record_audit("translate_task", about=task.ref, at=at, by=by, language=language, name=name)
    return _keep_name(task, name, language=language)


@transaction.atomic
def retire_task(task: Task, *, by: Member, at: datetime) -> Task:
    """Offer it no more. What is known of it stays, and naming it again brings it back. Raises NotAllowed."""
    require(by, "act_on_findings")
    if task.retired_at is None:
        task.retired_at = at
        task.save(update_fields=["retired_at"])
        record_audit("retire_task", about=task.ref, at=at, by=by, name=task.name)
    return task


def _keep_name(task: Task, name: str, *, language: str = "") -> TaskName:
    values = {"task": task, "name": name, **({"language": language} if language else {})}
    kept, _ = TaskName.objects.update_or_create(key=name_key(name), defaults=values)
    return kept
