"""What worked before: cases like this one that ended in the customer's yes, and which actions their yes followed.

Everything here reads the database, none of it the lake, so that it can stand beside every conversation.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db.models import F

from untilyes.cases.models import Case, CaseEntry, CaseMessage
from untilyes.cases.queries.said import list_first_words
from untilyes.cases.rules import State, Step
from untilyes.knowledge.models import Article, Lesson
from untilyes.knowledge.queries import map_titles
from untilyes.knowledge.rules import Verdict as Said
from untilyes.stats.changes import FEWEST, compare_many_shares
from untilyes.stats.results import Estimate, Verdict
from untilyes.stats.shares import estimate_share
from untilyes.tasks.models import Matter, StepGiven
from untilyes.tasks.queries import list_similar

SHOWN: Final = 3
WIDEST: Final = 300
"""So many of the newest cases of one kind are looked at for what worked."""
ANSWERS: Final = {Step.SAID_YES.value: True, Step.SAID_NO.value: False, Step.JOINED.value: False}
BONUS: Final = {"same root cause": 0.3, "same task": 0.2, "same touchpoint": 0.05}


@dataclass(frozen=True)
class LikeCase:
    """A case that ended in a yes. `alike` says in what it is like this one; `proposal` is what the yes followed.

    `articles` were used in it, each with its title.
    """

    number: int
    alike: tuple[str, ...]
    proposal: str
    articles: tuple[tuple[Article, str], ...]
    took: timedelta


@dataclass(frozen=True)
class Action:
    """Something that was done in cases of this kind: how many of its answers were yes, against those without it."""

    name: str
    article: Article | None
    yes: Estimate
    verdict: Verdict


@dataclass(frozen=True)
class Evidence:
    """What worked before. `kind` is what the actions' cases share; `answered` how many proposals in them were answered.

    Actions with fewer than `FEWEST` answers are not shown; that is an association, not a cause.
    """

    alike: tuple[LikeCase, ...]
    kind: str
    answered: int
    overall: Estimate
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Proposal:
    """One proposal that the customer answered."""

    case_id: int
    at: datetime
    was_yes: bool


def read_evidence(case: Case) -> Evidence:
    """What worked in cases like this one."""
    kind, cases = _find_kind(case)
    proposals = list_proposals(cases)
    yes = sum(one.was_yes for one in proposals)
    return Evidence(
        alike=tuple(list_alike(case)),
        kind=kind,
        answered=len(proposals),
        overall=estimate_share(yes, len(proposals)),
        actions=tuple(_rank_actions(proposals)),
    )


def list_alike(case: Case, *, limit: int = SHOWN) -> list[LikeCase]:
    """Cases that ended in a yes, the most alike first: by words, and more so by cause, task and touchpoint."""
    words = list_first_words(case)
    likeness = {one.about: one.likeness for one in list_similar(words, but=case.ref, kind="case")}
    keys = [int(about.partition(":")[2]) for about in likeness]
    closed = Case.objects.filter(state=State.CLOSED.value).exclude(pk=case.pk)
    found = list(closed.filter(pk__in=keys))
    if case.cause_id is not None:
        found += closed.filter(cause=case.cause_id).exclude(pk__in=keys).order_by("-yes_at")[:20]
    tasks = dict(
        Matter.objects.filter(about__in=[case.ref, *(one.ref for one in found)]).values_list("about", "task_id")
    )
    shares = {one.pk: _share(case, one, likeness.get(one.ref, 0.0), tasks) for one in found}
    score = {pk: likeness.get(f"case:{pk}", 0.0) + sum(BONUS.get(why, 0.0) for why in shares[pk]) for pk in shares}
    best = sorted(found, key=lambda one: (-score[one.pk], -one.pk))[:limit]
    return _tell(best, shares)


def list_proposals(cases: Sequence[int]) -> list[Proposal]:
    """Every proposal in these cases that was answered, with the answer; one taken back before was not."""
    lines = CaseEntry.objects.filter(case__in=cases).order_by("case", "at", "pk").values_list("case", "at", "step")
    found: list[Proposal] = []
    standing: dict[int, datetime] = {}
    for key, at, step in lines:
        if step == Step.PROPOSED.value:
            standing[key] = at
        elif step == Step.PROPOSAL_TAKEN_BACK.value:
            standing.pop(key, None)
        elif step in ANSWERS and key in standing:
            found.append(Proposal(key, standing.pop(key), ANSWERS[step]))
    return found


def _find_kind(case: Case) -> tuple[str, list[int]]:
    """Cases of the same cause; where that is not known of the same task, else of the same touchpoint."""
    others = Case.objects.exclude(pk=case.pk).order_by("-opened_at")
    if case.cause_id is not None:
        return case.root_cause, list(others.filter(cause=case.cause_id).values_list("pk", flat=True)[:WIDEST])
    matter = Matter.objects.filter(about=case.ref).exclude(task=None).select_related("task").first()
    if matter is not None and matter.task is not None:
        abouts = Matter.objects.filter(task=matter.task, about__startswith="case:").values_list("about", flat=True)
        keys = [int(about.partition(":")[2]) for about in abouts]
        return matter.task.name, list(others.filter(pk__in=keys[-WIDEST:]).values_list("pk", flat=True))
    if case.touchpoint:
        return case.touchpoint, list(others.filter(touchpoint=case.touchpoint).values_list("pk", flat=True)[:WIDEST])
    return "", []


def _rank_actions(proposals: Sequence[Proposal]) -> list[Action]:
    """What was done before proposals, by the least yes-rate it surely has; all compared with the rest together."""
    done = _list_done([one.case_id for one in proposals])
    ends: dict[tuple[str, Article | None], list[bool]] = defaultdict(list)
    for one in proposals:
        for name, article, at in done.get(one.case_id, ()):
            if at <= one.at:
                ends[name, article].append(one.was_yes)
    shown = {key: answers for key, answers in ends.items() if len(answers) >= FEWEST}
    if not shown:
        return []
    k, n = (np.array([count(answers) for answers in shown.values()], dtype=float) for count in (sum, len))
    total = sum(one.was_yes for one in proposals)
    changes = compare_many_shares((total - k, len(proposals) - n), (k, n))
    actions = [
        Action(name, article, change.after, change.verdict)
        for (name, article), change in zip(shown, changes, strict=True)
        if change.verdict is not Verdict.WORSE
    ]
    return sorted(actions, key=lambda one: (-(one.yes.low or 0.0), one.name))[:SHOWN]


def _list_done(cases: Sequence[int]) -> Mapping[int, list[tuple[str, Article | None, datetime]]]:
    """What was done in each case, once, and when: an article linked, a step of the playbook sent."""
    refs = {f"case:{key}": key for key in cases}
    done: dict[int, list[tuple[str, Article | None, datetime]]] = defaultdict(list)
    linked = list(Lesson.objects.filter(about__in=refs).exclude(article=None).select_related("article"))
    titles = map_titles({one.article.number for one in linked if one.article is not None})
    for lesson in linked:
        if lesson.article is not None:
            name = titles.get(lesson.article.number) or str(lesson.article)
            done[refs[lesson.about]].append((f"Use “{name}”", lesson.article, lesson.at))
    for given in StepGiven.objects.filter(about__in=refs).select_related("step"):
        done[refs[given.about]].append((given.step.name, None, given.at))
    return done


def _share(case: Case, other: Case, likeness: float, tasks: Mapping[str, int | None]) -> tuple[str, ...]:
    same = {
        "similar words": likeness > 0,
        "same root cause": case.cause_id is not None and case.cause_id == other.cause_id,
        "same task": tasks.get(case.ref) is not None and tasks.get(case.ref) == tasks.get(other.ref),
        "same touchpoint": bool(case.touchpoint) and case.touchpoint == other.touchpoint,
    }
    return tuple(why for why, holds in same.items() if holds)


def _tell(cases: Sequence[Case], shares: Mapping[int, tuple[str, ...]]) -> list[LikeCase]:
    """What each of the cases was proposed and by which articles, in their order."""
    ours = CaseMessage.objects.filter(
        case__in=cases, direction=CaseMessage.Direction.US, at=F("case__proposed_at")
    ).order_by("pk")
    proposals = dict(ours.values_list("case", "text"))
    linked = Lesson.objects.filter(about__in=[one.ref for one in cases]).exclude(article=None)
    used: dict[str, list[Article]] = defaultdict(list)
    for lesson in linked.exclude(verdict=Said.NO.value).select_related("article"):
        if lesson.article is not None:
            used[lesson.about].append(lesson.article)
    titles = map_titles({article.number for articles in used.values() for article in articles})
    return [
        LikeCase(
            one.number,
            shares[one.pk],
            proposals.get(one.pk, ""),
            tuple((article, titles.get(article.number) or str(article)) for article in used[one.ref]),
            (one.yes_at or one.opened_at) - one.opened_at,
        )
        for one in cases
    ]
