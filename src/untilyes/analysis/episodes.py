"""Interactions of which the task is known, as tables on the engine: their answers, and the steps before the last."""

from datetime import datetime, timedelta
from typing import Final

import ibis
import ibis.expr.types as ir

from untilyes.lake import Lake
from untilyes.lake.instants import turn_of

WINDOW: Final = timedelta(days=365)
SOON: Final = timedelta(days=30)
"""Within this time another task of the same customer counts as needed as well."""


def read_episodes(lake: Lake, at: datetime) -> ir.Table:
    """(interaction_id, customer_id, task, begun_at, contacts), one row an interaction with a task."""
    known = lake.read("interactions")
    known = known.filter(
        known["task"].notnull(), known["at"] >= ibis.literal(at - WINDOW), known["at"] < ibis.literal(at)
    )
    return known.select(
        "customer_id", "task", "contacts", interaction_id=known["id"],
        begun_at=ibis.coalesce(known["opened_at"], known["at"]),
    )  # fmt: skip


def read_asked(lake: Lake, at: datetime) -> ir.Table:
    """The episodes that were answered, with `first` and `last` (1 yes, 0 no) and when it was last answered."""
    answers = lake.read("answers")
    told = answers.filter(
        answers["question"] == "effective", answers["value"].isin([0, 1]), answers["interaction_id"].notnull(),
        answers["at"] < ibis.literal(at),
    )  # fmt: skip
    ends = told.group_by(about=told["interaction_id"]).aggregate(
        first=told["value"].argmin(turn_of(told)), last=told["value"].argmax(turn_of(told)), said_at=told["at"].max()
    )
    episodes = read_episodes(lake, at)
    return episodes.inner_join(ends, episodes["interaction_id"] == ends["about"]).drop("about")


def read_steps(lake: Lake, asked: ir.Table) -> ir.Table:
    """(interaction_id, task, last, step, kind), one row per answered episode and step taken before its last answer."""
    return _events(lake, asked).union(_promises(lake, asked)).union(_other_services(lake, asked)).distinct()


def _events(lake: Lake, asked: ir.Table) -> ir.Table:
    """What happened to the interaction, or to its customer meanwhile."""
    events = lake.read("events").filter(ibis._["activity"] != "invitation")
    seen = events.select(
        step=events["activity"], when=events["at"], who=events["customer_id"], of=events["interaction_id"]
    )
    loose = seen.filter(seen["of"].isnull())
    own = asked.inner_join(seen, [asked["interaction_id"] == seen["of"], *_meanwhile(asked, seen)])
    theirs = asked.inner_join(loose, [asked["customer_id"] == loose["who"], *_meanwhile(asked, loose)])
    return _as_steps(own, "event").union(_as_steps(theirs, "event"))


def _meanwhile(asked: ir.Table, other: ir.Table) -> list[ir.BooleanValue]:
    """After the episode began and before the customer last answered."""
    return [other["when"] >= asked["begun_at"], other["when"] <= asked["said_at"]]


def _promises(lake: Lake, asked: ir.Table) -> ir.Table:
    """Promises given with the interaction that were kept, or broken, before the answer.

    Not at its very moment: a promise that is kept by the yes itself (time to yes) would explain the yes with itself.
    """
    outcomes = lake.read("outcomes")
    late = outcomes["kept_at"].isnull() | (outcomes["kept_at"] > outcomes["due_at"])
    settled = outcomes.filter(outcomes["due_at"].notnull()).select(
        step=outcomes["promise"], when=late.ifelse(outcomes["due_at"], outcomes["kept_at"]),
        of=outcomes["interaction_id"], late=late,
    )  # fmt: skip
    joined = asked.inner_join(settled, [asked["interaction_id"] == settled["of"], settled["when"] < asked["said_at"]])
    kept = _as_steps(joined.filter(~joined["late"]), "kept")
    return kept.union(_as_steps(joined.filter(joined["late"]), "broken"))


def _other_services(lake: Lake, asked: ir.Table) -> ir.Table:
    """Other interactions the same customer began meanwhile."""
    others = lake.read("interactions")
    begun = others.filter(others["touchpoint"].notnull(), others["customer_id"].notnull()).select(
        step=others["touchpoint"], when=ibis.coalesce(others["opened_at"], others["at"]), who=others["customer_id"],
        of=others["id"],
    )  # fmt: skip
    joined = asked.inner_join(
        begun,
        [
            asked["customer_id"] == begun["who"], asked["interaction_id"] != begun["of"],
            *_meanwhile(asked, begun),
        ],
    )  # fmt: skip
    return _as_steps(joined, "touchpoint")


def _as_steps(joined: ir.Table, kind: str) -> ir.Table:
    return joined.select("interaction_id", "task", "last", "step", kind=ibis.literal(kind))


def read_followers(old: ir.Table, episodes: ir.Table) -> ir.Table:
    """(interaction_id, task, then): which tasks the customer of an episode came with within `SOON` after it."""
    later = episodes.select(who="customer_id", then="task", when="begun_at", of="interaction_id")
    limit = old["begun_at"] + ibis.interval(days=SOON.days)
    joined = old.inner_join(
        later,
        [
            old["customer_id"] == later["who"], old["interaction_id"] != later["of"],
            later["when"] >= old["begun_at"], later["when"] <= limit,
        ],
    )  # fmt: skip
    return joined.select("interaction_id", "task", "then")
