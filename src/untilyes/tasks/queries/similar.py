"""Whose words were like these: read from the index of terms, without the lake, fast enough for a page."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, QuerySet

from untilyes.tasks.models import Matter, MatterTerm, Task
from untilyes.tasks.rules import Suggestion, suggest
from untilyes.tasks.words import compare_terms, list_terms, weigh

MOST_READ: Final = 4_000
"""Rows of the index read for one question; the rarest terms come first."""
MOST_COMPARED: Final = 60
LEAST_ALIKE: Final = 0.12
ASKED: Final = 12
"""So many of the most similar matters with a task say what is suggested."""


@dataclass(frozen=True)
class Similar:
    """Another matter and how alike its words are, 0..1."""

    about: str
    task_id: int | None
    likeness: float


def find_matter(about: str) -> Matter | None:
    """What this customer came with, or None while nothing was noted."""
    return Matter.objects.filter(about=about).select_related("task").first()


def suggest_tasks(text: str, *, but: str = "") -> list[Suggestion]:
    """The tasks that customers with similar words wanted, leaving out the matter `but`; none while few are alike."""
    similar = [(one.likeness, one.task_id) for one in list_similar(text, but=but, with_task=True)[:ASKED]]
    told = [(likeness, task) for likeness, task in similar if task is not None]
    names = dict(Task.objects.filter(pk__in={task for _, task in told}, retired_at=None).values_list("pk", "name"))
    return suggest(told, names)


def list_similar(text: str, *, but: str = "", kind: str = "", with_task: bool = False) -> list[Similar]:
    """The matters whose words are most like these, the most alike first. `kind` narrows to those about a "case"."""
    terms = list_terms(text)
    rows = MatterTerm.objects.exclude(matter__about=but)
    rows = rows.filter(matter__about__startswith=f"{kind}:") if kind else rows
    rows = rows.exclude(matter__task=None) if with_task else rows
    candidates = _gather(terms, rows)
    if not candidates:
        return []
    held: dict[int, set[str]] = defaultdict(set)
    for matter, term in MatterTerm.objects.filter(matter__in=candidates).values_list("matter_id", "term"):
        held[matter].add(term)
    weights = _weigh({*terms, *(term for one in held.values() for term in one)})
    known = Matter.objects.filter(pk__in=candidates).values_list("pk", "about", "task_id")
    found = [Similar(about, task, compare_terms(terms, held[pk], weights)) for pk, about, task in known]
    alike = [one for one in found if one.likeness >= LEAST_ALIKE]
    return sorted(alike, key=lambda one: (-one.likeness, one.about))


def _gather(terms: Sequence[str], rows: QuerySet[MatterTerm]) -> list[int]:
    """The matters that share the most weight with the terms, by the index alone: the rarest terms, in one look."""
    held, total = _count(terms), Matter.objects.count()
    looked_up: list[str] = []
    left = MOST_READ
    for term in sorted(held, key=lambda one: (held[one], one)):
        left -= held[term]
        if left < 0 and looked_up:
            break
        looked_up.append(term)
    score: dict[int, float] = defaultdict(float)
    for matter, term in rows.filter(term__in=looked_up).order_by().values_list("matter_id", "term")[:MOST_READ]:
        score[matter] += weigh(total, held[term]) ** 2
    return sorted(score, key=lambda one: (-score[one], -one))[:MOST_COMPARED]


def _weigh(terms: Collection[str]) -> Mapping[str, float]:
    """The weight of each term among all matters of the workspace; one nobody used weighs most."""
    total, held = Matter.objects.count(), _count(terms)
    return {term: weigh(total, held.get(term, 0)) for term in terms}


def _count(terms: Collection[str]) -> Mapping[str, int]:
    """How many matters hold each term that any holds."""
    found = MatterTerm.objects.filter(term__in=set(terms)).order_by().values("term").annotate(n=Count("pk"))
    return {row["term"]: row["n"] for row in found}
