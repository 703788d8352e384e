"""What was last counted about tasks, read from the database at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from untilyes.stats.results import Change, Estimate, Verdict
from untilyes.tasks.models import Matter, NextStep, Task, TaskFigures
from untilyes.workspaces.tenancy import current_workspace

MOST_OFFERED: Final = 3
KINDS: Final = {"kept": "promise kept", "broken": "promise missed", "touchpoint": "also served at", "event": ""}


@dataclass(frozen=True)
class StepTold:
    """A step, in words, and how episodes with it ended against those without it. `step` is ours where we wrote it.

    `activity` is what the lake calls it; `article` the number of the article that was used.
    """

    name: str
    kind: str
    change: Change
    activity: str
    step: NextStep | None = None
    article: int | None = None


@dataclass(frozen=True)
class AlsoTold:
    """Another task its customers came with soon after, really more often than others."""

    task: Task
    change: Change


@dataclass(frozen=True)
class TaskTold:
    """One task as last counted."""

    task: Task
    episodes: int
    yes: Estimate
    first_time: Estimate
    single: Estimate
    steps: tuple[StepTold, ...]
    also: tuple[AlsoTold, ...]
    best: StepTold | None


@dataclass(frozen=True)
class Offer:
    """Public steps that may complete a customer's task, named where somebody said how customers call it."""

    task: str
    steps: tuple[str, ...]


def find_read_at() -> datetime | None:
    """When tasks were last counted, or None."""
    return TaskFigures.objects.values_list("read_at", flat=True).first()


def find_told(task: Task) -> TaskTold | None:
    """What was counted of this task, or None where its customers were never seen in the lake."""
    return next((one for one in _read([task])), None)


def list_told() -> Sequence[TaskTold]:
    """Every task that is offered and was counted, the most frequent first."""
    return sorted(_read(list(Task.objects.filter(retired_at=None))), key=lambda one: (-one.episodes, one.task.name))


def list_playbook(task: Task) -> Sequence[NextStep]:
    """The steps people wrote down for this task, those still offered."""
    return list(NextStep.objects.filter(task=task, retired_at=None))


def read_offer(about: Sequence[str], *, language: str) -> Offer | None:
    """What customers may read beside their matter, in their language; None where there is nothing.

    `about` are the names of the matter, the first that has a task counts. Steps are written in the workspace's own
    language and shown to nobody who reads another.
    """
    if language != current_workspace().language:
        return None
    known = Matter.objects.filter(about__in=about, task__retired_at=None).exclude(task=None).select_related("task")
    matter = min(known, key=lambda one: about.index(one.about), default=None)
    if matter is None or matter.task is None:
        return None
    public = NextStep.objects.filter(task=matter.task, is_public=True, retired_at=None)
    steps = tuple(public.values_list("name", flat=True)[:MOST_OFFERED])
    named = matter.task.names.filter(language=language).first()
    return Offer(named.name if named else "", steps) if steps else None


def _read(tasks: Sequence[Task]) -> list[TaskTold]:
    kept = TaskFigures.objects.first()
    told: Mapping[str, Any] = kept.told if kept else {}
    known = {str(one.pk): one for one in Task.objects.all()} if told else {}
    steps = {one.activity: one for one in NextStep.objects.all()} if told else {}
    return [_tell(task, told[str(task.pk)], known, steps) for task in tasks if str(task.pk) in told]


def _tell(task: Task, said: Mapping[str, Any], known: Mapping[str, Task], steps: Mapping[str, NextStep]) -> TaskTold:
    also = [AlsoTold(known[one["task"]], _change(one["change"])) for one in said["also"] if one["task"] in known]
    return TaskTold(
        task=task,
        episodes=said["episodes"],
        yes=Estimate(**said["yes"]),
        first_time=Estimate(**said["first_time"]),
        single=Estimate(**said["single"]),
        steps=tuple(_step(one, steps) for one in said["steps"]),
        also=tuple(also),
        best=_step(said["best"], steps) if said["best"] else None,
    )


def _step(said: Mapping[str, Any], steps: Mapping[str, NextStep]) -> StepTold:
    own = steps.get(said["step"])
    article = _find_article(said["kind"], said["step"])
    plain = f"article A{article}" if article else str(said["step"]).replace("_", " ")
    name = own.name if own else f"{plain} ({KINDS[said['kind']]})" if KINDS[said["kind"]] else plain
    return StepTold(name, said["kind"], _change(said["change"]), said["step"], own, article)


def _find_article(kind: str, activity: str) -> int | None:
    """The number in article:12, as the room above calls an article it used."""
    name, _, number = activity.partition(":")
    return int(number) if kind == "event" and name == "article" and number.isdecimal() else None


def _change(said: Mapping[str, Any]) -> Change:
    plain = {name: value for name, value in said.items() if name != "unit"}
    sides = {side: Estimate(**said[side]) for side in ("before", "after")}
    return Change(**(plain | sides | {"verdict": Verdict(said["verdict"])}))
