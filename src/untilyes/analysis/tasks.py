"""What customers wanted to get done, how often it was a yes, and what went before the yes.

An episode is an interaction whose task is known. Its yes is the last answer to the two questions about it, its
first-time yes the first. A step counts for an episode when it happened after the episode began and before the customer
last answered: what came later cannot have been why. With a step or without it were not assigned by chance, so a
difference is an association.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.episodes import SOON, read_asked, read_episodes, read_followers, read_steps
from untilyes.lake import Lake
from untilyes.stats.changes import FEWEST, compare_many_shares
from untilyes.stats.results import Change, Estimate, Verdict
from untilyes.stats.shares import estimate_share

MOST_STEPS: Final = 40

Name = Callable[[str], str | None]


@dataclass(frozen=True)
class StepFigure:
    """One step before the yes. `change` compares episodes without it (before) with those with it (after).

    `kind` is event (something that happened), kept or broken (a promise), or touchpoint (another service used).
    """

    kind: str
    step: str
    change: Change

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON."""
        return {"kind": self.kind, "step": self.step, "change": self.change.to_dict()}


@dataclass(frozen=True)
class AlsoNeeded:
    """Another task the same customers came with within `SOON`. `change` is against the customers of all other tasks."""

    task: str
    change: Change


@dataclass(frozen=True)
class TaskFigure:
    """One task: its episodes, how they ended, what went before a yes, and what customers needed as well.

    `single` is the share of episodes in which the customer got in touch once.
    """

    task: str
    episodes: int
    yes: Estimate
    first_time: Estimate
    single: Estimate
    steps: tuple[StepFigure, ...] = ()
    also: tuple[AlsoNeeded, ...] = ()

    @property
    def best(self) -> StepFigure | None:
        """The step whose episodes are really more often a yes; of several, the one surest to matter most."""
        real = [one for one in self.steps if one.change.verdict is Verdict.BETTER and one.kind != "broken"]
        return max(real, key=lambda one: (one.change.low or 0.0, one.step), default=None)

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON."""
        told = {name: getattr(self, name).to_dict() for name in ("yes", "first_time", "single")}
        also = [{"task": one.task, "change": one.change.to_dict()} for one in self.also]
        steps = [one.to_dict() for one in self.steps]
        best = self.best.to_dict() if self.best else None
        return told | {"episodes": self.episodes, "steps": steps, "also": also, "best": best}


@dataclass
class _Counts:
    episodes: int = 0
    asked: int = 0
    yes: int = 0
    first: int = 0
    told: int = 0
    single: int = 0
    steps: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))


def read_tasks(lake: Lake, *, at: datetime, name: Name = lambda told: told) -> tuple[TaskFigure, ...]:
    """Every task of the year before `at`, the most frequent first.

    `name` says what a task is called today, or None to leave it out; tasks of one name are counted together.
    """
    counted = _count(lake, at, name)
    order = sorted(counted, key=lambda task: (-counted[task].episodes, task))
    steps = _compare_steps(counted)
    also = _compare_also(lake.fetch(lambda: _pair(lake, at)).to_pylist(), name)
    return tuple(_figure(task, counted[task], steps.get(task, ()), also.get(task, ())) for task in order)


def _figure(
    task: str, counts: _Counts, steps: tuple[StepFigure, ...], also: tuple[AlsoNeeded, ...]
) -> TaskFigure:  # fmt: skip
    return TaskFigure(
        task=task,
        episodes=counts.episodes,
        yes=estimate_share(counts.yes, counts.asked),
        first_time=estimate_share(counts.first, counts.asked),
        single=estimate_share(counts.single, counts.told),
        steps=steps,
        also=also,
    )


def _count(lake: Lake, at: datetime, name: Name) -> dict[str, _Counts]:
    counted: dict[str, _Counts] = defaultdict(_Counts)
    for row in lake.fetch(lambda: _sum_up(lake, at)).to_pylist():
        if (task := name(row["task"])) is None:
            continue
        counts = counted[task]
        for column in ("episodes", "asked", "yes", "first", "told", "single"):
            setattr(counts, column, getattr(counts, column) + int(row[column] or 0))
    for row in lake.fetch(lambda: _sum_up_steps(lake, at)).to_pylist():
        task = name(row["task"])
        if task in counted:
            pair = counted[task].steps[row["kind"], row["step"]]
            pair[0] += int(row["yes"])
            pair[1] += int(row["n"])
    return counted


def _compare_steps(counted: Mapping[str, _Counts]) -> dict[str, tuple[StepFigure, ...]]:
    """All steps of all tasks, corrected together. A step nobody or everybody took cannot be compared."""
    cells = [
        (task, kind, step, yes, n)
        for task, counts in counted.items()
        for (kind, step), (yes, n) in counts.steps.items()
        if min(n, counts.asked - n) >= FEWEST
    ]
    if not cells:
        return {}
    yes, n = (np.array([cell[place] for cell in cells], dtype=np.float64) for place in (3, 4))
    all_yes, all_n = (np.array([getattr(counted[cell[0]], what) for cell in cells]) for what in ("yes", "asked"))
    changes = compare_many_shares((all_yes - yes, all_n - n), (yes, n))
    found: dict[str, list[StepFigure]] = defaultdict(list)
    for cell, change in zip(cells, changes, strict=True):
        found[cell[0]].append(StepFigure(cell[1], cell[2], change))
    return {task: tuple(sorted(steps, key=_rank)[:MOST_STEPS]) for task, steps in found.items()}


def _rank(one: StepFigure) -> tuple[bool, float, str, str]:
    return (not one.change.is_real, -abs(one.change.delta or 0.0), one.step, one.kind)


def _compare_also(rows: Sequence[Mapping[str, Any]], name: Name) -> dict[str, tuple[AlsoNeeded, ...]]:
    """Which tasks followed which really more often than they followed others, all pairs corrected together."""
    totals: dict[str, int] = defaultdict(int)
    pairs: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        task, then = name(row["task"]), name(row["then"]) if row["then"] else None
        if task is None:
            continue
        if row["then"] is None:
            totals[task] += int(row["n"])
        elif then is not None and then != task:
            pairs[task, then] += int(row["n"])
    followers: dict[str, int] = defaultdict(int)
    for (_, then), n in pairs.items():
        followers[then] += n
    everybody = sum(totals.values())
    cells = [
        (task, then, min(n, totals[task]))
        for (task, then), n in pairs.items()
        if n >= FEWEST and everybody - totals[task] - totals[then] >= FEWEST
    ]
    if not cells:
        return {}
    here = np.array([[n, totals[task]] for task, _, n in cells], dtype=np.float64).T
    others = np.array([everybody - totals[task] - totals[then] for task, then, _ in cells], dtype=np.float64)
    theirs = np.array([followers[then] - pairs[task, then] for task, then, _ in cells], dtype=np.float64)
    changes = compare_many_shares((np.minimum(theirs, others), others), (here[0], here[1]))
    found: dict[str, list[AlsoNeeded]] = defaultdict(list)
    for (task, then, _), change in zip(cells, changes, strict=True):
        if change.verdict is Verdict.BETTER:
            found[task].append(AlsoNeeded(then, change))
    return {
        task: tuple(sorted(also, key=lambda one: (-(one.change.after.value or 0), one.task)))
        for task, also in found.items()
    }


def _sum_up(lake: Lake, at: datetime) -> ir.Table:
    episodes, asked = read_episodes(lake, at), read_asked(lake, at)
    all_of_them = episodes.group_by("task").aggregate(
        episodes=episodes.count(), told=episodes["contacts"].count(), single=(episodes["contacts"] == 1).sum()
    )
    answered = asked.group_by(about=asked["task"]).aggregate(
        asked=asked.count(), yes=asked["last"].sum(), first=asked["first"].sum()
    )
    return all_of_them.left_join(answered, all_of_them["task"] == answered["about"])


def _sum_up_steps(lake: Lake, at: datetime) -> ir.Table:
    """(task, kind, step, n, yes): answered episodes in which the step was taken before the last answer."""
    rows = read_steps(lake, read_asked(lake, at))
    return rows.group_by("task", "kind", "step").aggregate(n=rows.count(), yes=rows["last"].sum())


def _pair(lake: Lake, at: datetime) -> ir.Table:
    """(task, then, n): episodes that are `SOON` old, and those of them followed by another task; then null for all."""
    episodes = read_episodes(lake, at).filter(ibis._["customer_id"].notnull())
    old = episodes.filter(episodes["begun_at"] < ibis.literal(at - SOON))
    pairs = read_followers(old, episodes).distinct()
    followed = pairs.group_by("task", "then").aggregate(n=pairs.count())
    totals = old.group_by("task").aggregate(n=old.count())
    return followed.union(totals.select("task", then=ibis.null("string"), n=totals["n"]))
