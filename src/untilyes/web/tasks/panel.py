"""What the customer of a case wants to get done, and what completes it: the panel beside a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass

from untilyes.cases.models import Case
from untilyes.cases.queries import list_first_words
from untilyes.tasks.models import NextStep, Task
from untilyes.tasks.queries import TaskTold, find_matter, find_told, list_playbook, list_tasks, suggest_tasks
from untilyes.tasks.rules import Suggestion
from untilyes.web.tasks.articles import name_articles
from untilyes.workspaces.models import Member


@dataclass(frozen=True)
class StepLine:
    """A step of the playbook, with what its customers said so far where it was sent often enough to tell."""

    step: NextStep
    measured: str


@dataclass(frozen=True)
class TaskPanel:
    """The panel. `from_source` is what a source told of the interaction, while nobody here chose; `nearest` are the
    tasks a refused name might have meant, `typed` that name.
    """

    case: Case
    task: Task | None
    told: TaskTold | None
    steps: tuple[StepLine, ...]
    offered: Sequence[Task]
    suggestions: Sequence[Suggestion]
    may_work: bool
    from_source: Task | None = None
    problem: str = ""
    typed: str = ""
    nearest: tuple[str, ...] = ()

    @property
    def best(self) -> str:
        """What the figures say of the best next step; empty where nothing stands out."""
        best = self.told.best if self.told else None
        if best is None:
            return ""
        return f"{best.name}: {best.change.after.brief()} yes with it (n = {best.change.after.n:,.0f}), " \
               f"{best.change.before.brief()} without"  # fmt: skip


def build_panel(
    case: Case, *, member: Member, problem: str = "", typed: str = "", nearest: tuple[str, ...] = ()
) -> TaskPanel:
    """The panel as it stands."""
    matter = find_matter(case.ref)
    task = matter.task if matter else None
    told = find_told(task) if task else None
    told = name_articles([told])[0] if told else None
    return TaskPanel(
        case=case,
        task=task,
        told=told,
        steps=tuple(StepLine(one, tell_measured(one, told)) for one in (list_playbook(task) if task else ())),
        offered=list_tasks(),
        suggestions=() if task else suggest_tasks(list_first_words(case), but=case.ref),
        may_work=member.may("work_cases"),
        from_source=None if task else _find_told(case),
        problem=problem,
        typed=typed,
        nearest=nearest,
    )


def _find_told(case: Case) -> Task | None:
    """The task a source told of the case's interaction, where it is still offered."""
    matter = find_matter(f"interaction:{case.interaction_id}") if case.interaction_id else None
    task = matter.task if matter else None
    return task if task and task.retired_at is None else None


def tell_measured(step: NextStep, told: TaskTold | None) -> str:
    """What customers said after this step, once it was sent often enough to compare."""
    found = next((one for one in told.steps if one.step == step), None) if told else None
    return f"{found.change.after.sentence()} said yes" if found else "too few sent to tell yet"
