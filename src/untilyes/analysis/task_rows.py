"""The interactions behind a number about a task: the same ones that were counted, the newest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import ibis
import ibis.expr.types as ir

from untilyes.analysis.episodes import SOON, read_asked, read_episodes, read_followers, read_steps
from untilyes.lake import Lake


class Counted(StrEnum):
    """Which number of a task's page: all, those that were answered, those of which it is known how often one came."""

    EPISODES = "episodes"
    ANSWERED = "answered"
    CONTACTS = "contacts"
    WITH = "with"
    WITHOUT = "without"
    FOLLOWED = "followed"


@dataclass(frozen=True)
class EpisodeRow:
    """One interaction: its answers (1 yes, 0 no, None not asked or silent), and how often the customer came.

    `followed` is whether the other task followed, where that was asked.
    """

    interaction_id: str
    customer_id: str
    begun_at: datetime
    first: int | None
    last: int | None
    contacts: int | None
    followed: bool | None


@dataclass(frozen=True)
class EpisodeRows:
    """Some of the rows, and how many there are in all."""

    rows: tuple[EpisodeRow, ...]
    n: int


def read_task_rows(
    lake: Lake,
    names: Collection[str],
    *,
    at: datetime,
    counted: Counted,
    step: tuple[str, str] = ("", ""),
    then: Collection[str] = (),
    limit: int,
    offset: int = 0,
) -> EpisodeRows:
    """The interactions of the year before `at` that were told under one of `names`, as far as the number counts them.

    `step` is (kind, name) for `WITH` and `WITHOUT`, `then` the names of the task that may have followed.
    """
    with lake.hold(lambda: _choose(lake, names, at, counted, step, then)) as found:
        (whole,) = lake.fetch(lambda: found.aggregate(n=found.count())).to_pylist()
        newest = found.order_by(ibis.desc("begun_at"), "interaction_id").limit(limit, offset=offset)
        rows = lake.fetch(lambda: newest).to_pylist()
    return EpisodeRows(tuple(_row(row) for row in rows), int(whole["n"]))


def list_told_names(lake: Lake) -> list[str]:
    """Every name under which a task was ever told."""
    episodes = lake.read("interactions")
    told = episodes.filter(episodes["task"].notnull()).select("task").distinct()
    return [row["task"] for row in lake.fetch(lambda: told.order_by("task")).to_pylist()]


def _choose(
    lake: Lake, names: Collection[str], at: datetime, counted: Counted, step: tuple[str, str], then: Collection[str]
) -> ir.Table:
    episodes = read_episodes(lake, at)
    mine = episodes.filter(episodes["task"].isin(list(names)))
    asked = read_asked(lake, at)
    ends = asked.select(of="interaction_id", first="first", last="last")
    told = mine.left_join(ends, mine["interaction_id"] == ends["of"]).drop("of")
    told = told.mutate(followed=ibis.null("boolean"))
    if counted is Counted.ANSWERED:
        return told.filter(told["last"].notnull())
    if counted is Counted.CONTACTS:
        return told.filter(told["contacts"].notnull())
    if counted is Counted.FOLLOWED:
        return _mark_followed(told, episodes, at, then)
    if counted in {Counted.WITH, Counted.WITHOUT}:
        taken = read_steps(lake, asked.filter(asked["task"].isin(list(names))))
        taken = taken.filter(taken["kind"] == step[0], taken["step"] == step[1]).select("interaction_id").distinct()
        answered = told.filter(told["last"].notnull())
        join = answered.semi_join if counted is Counted.WITH else answered.anti_join
        return join(taken, "interaction_id")
    return told


def _mark_followed(told: ir.Table, episodes: ir.Table, at: datetime, then: Collection[str]) -> ir.Table:
    """Only episodes old enough that another could have followed, of customers we can tell apart."""
    old = told.filter(told["customer_id"].notnull(), told["begun_at"] < ibis.literal(at - SOON))
    known = episodes.filter(episodes["customer_id"].notnull())
    pairs = read_followers(old.drop("followed"), known)
    hits = pairs.filter(pairs["then"].isin(list(then))).select(of="interaction_id").distinct()
    joined = old.drop("followed").left_join(hits, old["interaction_id"] == hits["of"])
    return joined.mutate(followed=joined["of"].notnull()).drop("of")


def _row(row: dict[str, Any]) -> EpisodeRow:
    first, last = (None if row[name] is None else int(row[name]) for name in ("first", "last"))
    return EpisodeRow(
        row["interaction_id"], row["customer_id"] or "", row["begun_at"], first, last, row["contacts"], row["followed"]
    )
