"""What the pages of tasks show, from what was last counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from untilyes.analysis.measures.reading import FLOOR
from untilyes.tasks.models import NextStep, Task, TaskName
from untilyes.tasks.queries import TaskTold, find_read_at, find_told, list_names, list_playbook, list_tasks, list_told
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.tasks.articles import name_articles
from untilyes.web.tasks.panel import StepLine, tell_measured
from untilyes.workspaces.models import Member

NOBODY: Final = EmptyState(
    "No tasks yet",
    "A task is what a customer wants to get done, not what they asked. Choose one at a case, in words of your own; "
    "tasks that your sources tell of appear here by themselves, a few minutes after they came in.",
    "",
)


@dataclass(frozen=True)
class TasksPage:
    """Tasks that were counted, and those nobody has come with in the lake yet. `read_at` is when that was."""

    rows: Sequence[TaskTold]
    others: tuple[Task, ...]
    read_at: datetime | None
    may_see_rows: bool
    floor: int = FLOOR

    @property
    def empty(self) -> EmptyState | None:
        return None if self.rows or self.others else NOBODY

    @property
    def sentence(self) -> str:
        """How many tasks, and how many have a step that is really better."""
        if not self.rows:
            return "What customers want to get done, and what completes it."
        episodes, best = sum(one.episodes for one in self.rows), sum(one.best is not None for one in self.rows)
        tasks = "1 task" if len(self.rows) == 1 else f"{len(self.rows)} tasks"
        head = f"{episodes:,} interactions of the last year were about {tasks}."
        if not best:
            return f"{head} No step before the yes is really more often followed by one."
        return f"{head} For {best} of them a step goes with more yeses than its absence."


@dataclass(frozen=True)
class TaskPage:
    """One task. `names` are all it goes by."""

    task: Task
    told: TaskTold | None
    steps: tuple[StepLine, ...]
    names: Sequence[TaskName]
    offered: Sequence[Task]
    may_edit: bool
    languages: Sequence[str]
    read_at: datetime | None
    may_see_rows: bool

    @property
    def sentence(self) -> str:
        """How its customers fare."""
        told = self.told
        if told is None or not told.yes.is_defined:
            return "Nobody who came with it has answered yet."
        return f"{told.yes.sentence()} said yes in the end, {told.first_time.brief()} the first time we asked."


def build_page(member: Member) -> TasksPage:
    """Every task. All members see the figures; the rows behind them only who may see customers."""
    rows = name_articles(list_told())
    counted = {one.task.pk for one in rows}
    others = tuple(one for one in list_tasks() if one.pk not in counted)
    return TasksPage(rows, others, find_read_at(), member.may("see_customers"))


def build_task(task: Task, *, seen_by: Member) -> TaskPage:
    """One task, for this member."""
    told = find_told(task)
    told = name_articles([told])[0] if told else None
    steps: Sequence[NextStep] = list_playbook(task)
    return TaskPage(
        task=task,
        told=told,
        steps=tuple(StepLine(one, tell_measured(one, told)) for one in steps),
        names=list_names(task),
        offered=[one for one in list_tasks() if one != task],
        may_edit=seen_by.may("act_on_findings"),
        languages=seen_by.workspace.languages,
        read_at=find_read_at(),
        may_see_rows=seen_by.may("see_customers"),
    )
