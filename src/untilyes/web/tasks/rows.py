"""The interactions behind one number of a task, as asked in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse

from untilyes.analysis.task_rows import Counted, EpisodeRow
from untilyes.cases.queries import list_cases_about
from untilyes.tasks.access import get_task
from untilyes.tasks.models import Task
from untilyes.tasks.queries import StepTold, find_told, read_behind
from untilyes.web.tasks.articles import name_articles
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound

TOLD: Final = {
    Counted.EPISODES: "All interactions of the last year with this task.",
    Counted.ANSWERED: "Those whose customer answered both questions at least once: the first answer and the last.",
    Counted.CONTACTS: "Those of which it is known how often the customer got in touch.",
}
YES_NO: Final = {1: "yes", 0: "no"}


@dataclass(frozen=True)
class Line:
    """One interaction: what was said, and where to look closer (empty where nothing is known)."""

    begun_at: datetime
    first: str
    last: str
    contacts: int | None
    followed: bool | None
    interaction: str
    customer: str
    case: int | None


@dataclass(frozen=True)
class TaskRowsPage:
    """What was counted: `n` in all, a page of them; `other` is the task that may have followed."""

    task: Task
    told: str
    n: int
    lines: tuple[Line, ...]
    number: int
    following: int | None
    is_cut: bool
    read_at: datetime
    other: Task | None

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None


def build_rows(task: Task, asked: Mapping[str, str], *, seen_by: Member) -> TaskRowsPage:
    """The rows an address asks for. Raises NotFound for what nobody counts, NotAllowed."""
    counted = _read_counted(asked.get("of", ""))
    kind, _, step = asked.get("step", "").partition(":")
    other = get_task(_read_number(asked.get("then", "")), seen_by=seen_by) if counted is Counted.FOLLOWED else None
    number = _read_number(asked.get("page", "1"))
    found = read_behind(task, counted, seen_by=seen_by, step=(kind, step), then=other, number=number)
    if found is None:
        raise NotFound("Nothing was counted yet.")
    cases = list_cases_about([one.interaction_id for one in found.rows.rows])
    return TaskRowsPage(
        task=task,
        told=_tell(task, counted, (kind, step), other),
        n=found.rows.n,
        lines=tuple(_line(one, cases, seen_by.workspace.slug) for one in found.rows.rows),
        number=found.number,
        following=found.following,
        is_cut=found.is_cut,
        read_at=found.read_at,
        other=other,
    )


def _tell(task: Task, counted: Counted, step: tuple[str, str], other: Task | None) -> str:
    if other is not None:
        return f"Those begun more than 30 days before the count, and whether the customer then also wanted to {other}."
    if counted in TOLD:
        return TOLD[counted]
    told = find_told(task)
    steps = name_articles([told])[0].steps if told else ()
    name = next((one.name for one in steps if _is(one, step)), step[1].replace("_", " "))
    taken = "with" if counted is Counted.WITH else "without"
    return f"Those answered, {taken} the step “{name}” between their beginning and the last answer."


def _is(one: StepTold, step: tuple[str, str]) -> bool:
    return (one.kind, one.activity) == step


def _line(row: EpisodeRow, cases: Mapping[str, int], slug: str) -> Line:
    return Line(
        begun_at=row.begun_at,
        first=YES_NO.get(row.first, "–") if row.first is not None else "–",
        last=YES_NO.get(row.last, "–") if row.last is not None else "–",
        contacts=row.contacts,
        followed=row.followed,
        interaction=row.interaction_id,
        customer=_address_of(row.customer_id, slug),
        case=cases.get(row.interaction_id),
    )


def _address_of(customer: str, slug: str) -> str:
    try:
        return reverse("customers:customer", args=[slug, UUID(customer)])
    except ValueError:
        return ""


def _read_counted(word: str) -> Counted:
    if word not in set(Counted):
        raise NotFound("Nobody counts that.")
    return Counted(word)


def _read_number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
