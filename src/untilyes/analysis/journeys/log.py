"""The event log, laid out once on the engine and asked many times.

A journey is one process instance (`events.process_id`). Ties in time are broken by the event's id, so that the same log
always gives the same map. Steps and journeys stay on the engine as tables of their own while a log is open; every
question is an aggregate over them, and nothing but counts leaves.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from untilyes.analysis.journeys.processes import Process, find_processes, origin_of
from untilyes.lake import Lake
from untilyes.lake.instants import unix_micros

SEPARATOR: Final = " → "
NOT_STEPS: Final = ("invitation", "login")
"""Events that are no step of anything the customer wanted done."""
FEWEST: Final = 30
LONGEST: Final = 200
"""Longer journeys are told by their first steps."""


class Basis(StrEnum):
    """What makes a journey a good one."""

    YES = "yes"  # its customer said yes to both questions
    STAYED = "stayed"  # its customer is still one
    KEPT = "kept"  # every promise made in it was kept

    @property
    def told(self) -> str:
        """What is said of a good one."""
        return {"yes": "said yes", "stayed": "stayed", "kept": "got what was promised in time"}[self.value]


@dataclass(frozen=True)
class JourneyLog:
    """An open log. `steps` has a row per event, `ends` one per journey with `good` (1, 0, or null where nobody knows).

    `steps`: process_id, activity, team, at (microseconds), place (from 0); after, after_at, after_team, which are null
    at the end. `ends`: process_id, customer_id, about (its interaction), channel (of its first step), began, ended,
    steps, path, good.
    """

    lake: Lake
    steps: ir.Table
    ends: ir.Table
    process: Process | None
    processes: tuple[Process, ...]
    basis: Basis
    bases: tuple[Basis, ...]

    def fetch(self, question: ir.Table) -> list[dict[str, Any]]:
        """The rows of a question about steps and ends."""
        rows: list[dict[str, Any]] = self.lake.fetch(lambda: question).to_pylist()
        return rows

    @property
    def steps_judged(self) -> ir.Table:
        """The steps with `good` of their journey."""
        return self.steps.inner_join(self.ends.select("process_id", "good"), "process_id")


@contextmanager
def open_log(
    lake: Lake,
    *,
    process: str | None = None,
    since: date | None = None,
    until: date | None = None,
    touchpoint: str | None = None,
    basis: Basis | None = None,
) -> Iterator[JourneyLog]:
    """Lay out the journeys that began from `since` until before `until`.

    `process` is the key of one process ("" the largest; None does not tell processes apart). Without a `basis` the
    first is taken that has 30 good and 30 other journeys.
    """
    apart = process is not None
    with ExitStack() as held:
        steps = held.enter_context(lake.hold(lambda: _lay_out(lake, touchpoint, apart=apart)))
        if since or until:
            steps = _began_between(steps, _start_of(since, lake), _start_of(until, lake))
        processes = find_processes(lambda question: lake.fetch(lambda: question).to_pylist(), steps) if apart else ()
        chosen = next((one for one in processes if one.key == process), processes[0] if processes else None)
        if chosen is not None and len(processes) > 1:
            steps = steps.filter(steps["node"].isin(list(chosen.nodes)))
        ends = held.enter_context(lake.hold(lambda: _judge(lake, steps, _read_events(lake, touchpoint))))
        bases = _list_bases(lake, ends)
        taken = basis if basis in bases else (bases[0] if bases else Basis.YES)
        good = ends.mutate(good=ends[taken.value]).drop(*(one.value for one in Basis))
        yield JourneyLog(lake, steps, good, chosen, processes, taken, bases)


def _read_events(lake: Lake, touchpoint: str | None) -> ir.Table:
    events = lake.read("events")
    events = events.filter(events["process_id"].notnull(), events["activity"].notin(NOT_STEPS))
    return events if touchpoint is None else events.filter(events["touchpoint"] == touchpoint)


def _lay_out(lake: Lake, touchpoint: str | None, *, apart: bool) -> ir.Table:
    """The steps; what the engine has to sort is kept narrow."""
    events = _read_events(lake, touchpoint)
    node = {"node": origin_of(events["id"]) + "|" + events["activity"]} if apart else {}
    events = events.select("process_id", "activity", "team", "id", at=unix_micros(events["at"]), **node)
    window = ibis.window(group_by=events["process_id"], order_by=[events["at"], events["id"]])
    following = {"after": "activity", "after_at": "at", "after_team": "team"} | (
        {"after_node": "node"} if apart else {}
    )
    return events.select(
        *(name for name in events.columns if name != "id"),
        place=ibis.row_number().over(window),
        **{name: events[column].lead().over(window) for name, column in following.items()},
    )


def _began_between(steps: ir.Table, since: int | None, until: int | None) -> ir.Table:
    began = steps.filter(steps["place"] == 0)
    if since is not None:
        began = began.filter(began["at"] >= since)
    if until is not None:
        began = began.filter(began["at"] < until)
    return steps.semi_join(began, "process_id")


def _judge(lake: Lake, steps: ir.Table, events: ir.Table) -> ir.Table:
    """One row per journey, with whose it is and what is known of how it went by each basis."""
    whose = events.group_by(of="process_id").aggregate(
        customer_id=events["customer_id"].max(),
        about=events["interaction_id"].max(),
        channel=events["channel"].argmin(events["at"]),
    )
    journeys = steps.group_by("process_id").aggregate(
        began=steps["at"].min(),
        ended=steps["at"].max(),
        steps=steps.count(),
        path=_list_in_order(steps, where=steps["place"] < LONGEST).join(SEPARATOR),
    )
    journeys = journeys.inner_join(whose, journeys["process_id"] == whose["of"]).drop("of")
    answers, outcomes, customers = (lake.read(name) for name in ("answers", "outcomes", "customers"))
    said = answers.filter((answers["question"] == "effective") & answers["value"].notnull())
    said = said.semi_join(whose, said["interaction_id"] == whose["about"])  # of many answers most are to something else
    yes = said.group_by(of="interaction_id").aggregate(yes=(said["value"].min() == 1).cast("int64"))
    in_time = ibis.ifelse(
        outcomes["was_kept"].notnull(), outcomes["was_kept"], outcomes["kept_at"] <= outcomes["due_at"]
    )
    settled = outcomes.mutate(in_time=in_time.cast("int64")).filter(lambda table: table["in_time"].notnull())
    kept = settled.group_by(of="interaction_id").aggregate(kept=settled["in_time"].min())
    stayed = customers.filter(customers["customer_id"].notnull())
    stayed = stayed.group_by(of="customer_id").aggregate(stayed=stayed["left_at"].isnull().all().cast("int64"))
    for table, key in ((yes, "about"), (kept, "about"), (stayed, "customer_id")):
        journeys = journeys.left_join(table, journeys[key] == table["of"]).drop("of")
    return journeys


def _list_in_order(steps: ir.Table, *, where: ir.BooleanValue) -> ir.ArrayValue:
    """The activities of each group, by place: collected and then sorted, at half the price of collecting in order."""
    placed = ibis.struct({"place": steps["place"], "activity": steps["activity"]})
    return placed.collect(where=where).sort().map(lambda step: step["activity"])


def _list_bases(lake: Lake, ends: ir.Table) -> tuple[Basis, ...]:
    """What journeys can be judged by, the first choice first; what all or none have tells nothing apart."""
    counted = ends.aggregate(
        **{f"{one}_n": ends[one.value].count() for one in Basis},
        **{f"{one}_k": ends[one.value].sum().fill_null(0) for one in Basis},
    )
    row = lake.fetch(lambda: counted).to_pylist()[0]
    fewest = {one: min(row[f"{one}_k"] or 0, row[f"{one}_n"] - (row[f"{one}_k"] or 0)) for one in Basis}
    enough = [one for one in Basis if fewest[one] >= FEWEST]
    return tuple(enough) or tuple(one for one in Basis if row[f"{one}_n"] and one is not Basis.STAYED)


def _start_of(day: date | None, lake: Lake) -> int | None:
    if day is None:
        return None
    return round(datetime.combine(day, time(), ZoneInfo(lake.zone)).timestamp() * 1_000_000)
