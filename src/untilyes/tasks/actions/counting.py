"""What the lake says about tasks, counted by the worker and kept where pages read it at once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from untilyes.feedback.facts import Circumstances
from untilyes.feedback.queries import open_lake
from untilyes.lake import Lake
from untilyes.tasks.actions.choosing import note_matter
from untilyes.tasks.actions.keeping import keep_choices
from untilyes.tasks.actions.naming import ensure_task
from untilyes.tasks.models import Matter, Task, TaskFigures, TaskName
from untilyes.tasks.queries import map_names
from untilyes.tasks.rules import BadTask, Told
from untilyes.tasks.words import name_key

TABLES: Final = ("interactions", "answers", "events", "outcomes")
LEARNT_AT_ONCE: Final = 2_000
"""Comments read at one time to learn the words of tasks; the newest, so that it keeps up with how customers speak."""
LEARNT_FOR: Final = timedelta(days=365)
FEWEST_TOLD: Final = 3
"""A source that told a task less often than this has probably told something else in that column."""


def count_from_lake(*, at: datetime) -> bool:
    """Count tasks anew where anything has changed since; whether it has."""
    if not is_count_due():
        return False
    lake = open_lake()
    keep_choices(lake)
    _name_told(lake, at=at)
    learn_words(lake, at=at)
    _write_figures(lake, at=at)
    return True


def is_count_due() -> bool:
    """Whether the lake or the names of tasks have changed since they were last counted."""
    lake = open_lake()
    return lake.version("interactions") >= 0 and not TaskFigures.objects.filter(stamp=_stamp(lake)).exists()


def learn_words(lake: Lake, *, at: datetime) -> int:
    """Note the words of customers whose interaction a source told the task of; of how many that were not known yet."""
    names = map_names()
    rows = [row for row in _list_comments(lake, at) if name_key(row["task"]) in names]
    abouts = [f"interaction:{row['interaction_id']}" for row in rows]
    known = set(Matter.objects.filter(about__in=abouts).values_list("about", flat=True))
    new = [row for row, about in zip(rows, abouts, strict=True) if about not in known]
    for row in new:
        _learn(row, names[name_key(row["task"])])
    return len(new)


@transaction.atomic
def _learn(row: Mapping[str, Any], task_id: int) -> None:
    about = f"interaction:{row['interaction_id']}"
    matter = note_matter(about, row["text"], when=Circumstances(at=row["at"], source="event"))
    matter.customer_key, matter.interaction_id = row["customer_id"] or "", row["interaction_id"]
    matter.task_id, matter.told, matter.told_at = task_id, Told.SOURCE.value, row["at"]
    matter.save()


def _list_comments(lake: Lake, at: datetime) -> list[dict[str, Any]]:
    comments, episodes = lake.read("comments"), lake.read("interactions")
    told = episodes.filter(episodes.task.notnull()).select("task", of="id")
    recent = comments.filter(comments.interaction_id.notnull(), comments.at >= at - LEARNT_FOR, comments.at <= at)
    joined = recent.inner_join(told, recent.interaction_id == told.of)
    newest = joined.order_by(joined.at.desc(), joined.id).limit(LEARNT_AT_ONCE)
    rows: list[dict[str, Any]] = lake.fetch(
        lambda: newest.select("interaction_id", "customer_id", "at", "text", "task")
    ).to_pylist()
    return rows


def _name_told(lake: Lake, *, at: datetime) -> None:
    """Make a task of every name sources told often enough."""
    episodes = lake.read("interactions")
    told = episodes.filter(episodes.task.notnull())
    for row in lake.fetch(lambda: told.group_by("task").aggregate(n=told.count())).to_pylist():
        if row["n"] < FEWEST_TOLD or name_key(row["task"]) in map_names():
            continue
        try:
            ensure_task(row["task"].replace("_", " "), at=at)
        except BadTask:
            continue


def _write_figures(lake: Lake, *, at: datetime) -> None:
    from untilyes.analysis.tasks import read_tasks  # noqa: PLC0415 - loads the engine

    names = {key: str(task) for key, task in map_names().items()}
    figures = read_tasks(lake, at=at, name=lambda told: names.get(name_key(told)))
    told = {one.task: one.to_dict() for one in figures}
    TaskFigures.objects.update_or_create(defaults={"read_at": at, "stamp": _stamp(lake), "told": told})


def _stamp(lake: Lake) -> str:
    """Changes with the lake and with every name."""
    versions = ".".join(str(lake.version(table)) for table in TABLES)
    names = TaskName.objects.aggregate(newest=Max("pk"))["newest"] or 0
    joined = sum(task for _, task in TaskName.objects.values_list("pk", "task_id"))
    return f"{versions}/{names}.{joined}.{Task.objects.count()}"
