"""The event log laid out: what happened in order, with numbers for keys.

A journey is one process instance (`events.process_id`). Ties in time are broken by the event's id, so that the same log
always gives the same map. Journeys, paths and activities are numbered in the order of their names, because an engine
groups and joins numbers several times as fast as texts.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Final

import ibis
import ibis.expr.types as ir

from untilyes.analysis.journeys.processes import MOST_ORIGINS, origin_of
from untilyes.analysis.measures.counting import log_bin_of
from untilyes.lake import Lake
from untilyes.lake.instants import turn_of, unix_micros

SEPARATOR: Final = " → "
NOT_STEPS: Final = ("invitation", "login")
"""Events that are no step of anything the customer wanted done."""
LONGEST: Final = 200
"""Longer journeys are told by their first steps."""


@dataclass(frozen=True)
class Layout:
    """The tables of a log, which is asked of these and of no event.

    `nodes`, a row per origin and activity: node, origin, name, activity (the number of the name, from 1).
    `steps`, a row per event: journey, place (from 0), node, activity, team, at (microseconds); after, after_node,
    after_team, waited (seconds to the next step) and bin (that wait's), which are null at the end.
    `visits`, a row per journey and activity: times, place (the first), loops (directly after itself), spent (seconds
    from the first to the last time), is_last. `passages`, per journey, activity and after: waited (the longest).
    `paths`, per way to go: path, told. `ends`, per journey: journey, process_id, customer_id, about (its interaction),
    channel (of its first step), began, ended, steps, path, node (of its first step).
    """

    nodes: ir.Table
    steps: ir.Table
    visits: ir.Table
    passages: ir.Table
    paths: ir.Table
    ends: ir.Table

    def only(self, journeys: ir.Table) -> "Layout":
        """The same of some journeys, named by a table with the column `journey`."""
        of_journeys = ("steps", "visits", "passages", "ends")
        return replace(self, **{name: getattr(self, name).semi_join(journeys, "journey") for name in of_journeys})


@contextmanager
def lay_out(lake: Lake, touchpoint: str | None = None) -> Iterator[Layout]:
    """Order the events of the lake; the tables are there until it is left."""

    def events() -> ir.Table:
        return read_steps(lake, touchpoint)

    with ExitStack() as held:

        def hold(question: Callable[[], ir.Table]) -> ir.Table:
            return held.enter_context(lake.hold(question))

        origins = hold(lambda: _list_origins(events()))
        counted = origins.aggregate(
            origins=origins["origin"].nunique(), names=origins["name"].nunique(), n=origins.count()
        )
        (row,) = lake.fetch(lambda: counted).to_pylist()
        named = row["origins"] <= MOST_ORIGINS
        apart = named and row["n"] > row["names"]  # else the name alone tells which step it is
        nodes = hold(lambda: _number_nodes(origins, named=named))
        journeys = hold(lambda: _number_journeys(events()))
        steps = hold(lambda: _order(events(), journeys, nodes, apart=apart))
        told = hold(lambda: _tell(steps, nodes))
        paths = hold(lambda: _number(told.select("told").distinct(), "path", "told"))
        ends = hold(lambda: _end(journeys, told, paths))
        yield Layout(nodes, steps, count_visits(steps), count_passages(steps), paths, ends)


def read_steps(lake: Lake, touchpoint: str | None = None) -> ir.Table:
    """The events that are steps of journeys."""
    events = lake.read("events")
    events = events.filter(events["process_id"].notnull(), events["activity"].notin(NOT_STEPS))
    return events if touchpoint is None else events.filter(events["touchpoint"] == touchpoint)


def count_visits(steps: ir.Table) -> ir.Table:
    """How often and when each journey came to each activity."""
    return steps.group_by("journey", "activity").aggregate(
        times=steps.count(),
        place=steps["place"].min(),
        loops=(steps["activity"] == steps["after"]).fill_null(False).sum(),
        spent=(steps["at"].max() - steps["at"].min()) / 1_000_000,
        is_last=steps["after"].isnull().any(),
    )


def count_passages(steps: ir.Table) -> ir.Table:
    """From which activity to which each journey went, and the longest it waited there."""
    followed = steps.filter(steps["after"].notnull())
    return followed.group_by("journey", "activity", "after").aggregate(waited=followed["waited"].max())


def _number(rows: ir.Table, name: str, *by: str) -> ir.Table:
    """The rows numbered from 1, in the order of some columns."""
    return rows.mutate(**{name: ibis.row_number().over(order_by=[rows[one] for one in by]) + 1})


def _list_origins(events: ir.Table) -> ir.Table:
    return events.select(origin=origin_of(events["id"]), name="activity").distinct()


def _number_nodes(origins: ir.Table, *, named: bool) -> ir.Table:
    """Where facts come from tells steps of one name apart, as far as that names a few sources and not every fact."""
    nodes = origins if named else origins.mutate(origin=ibis.literal("")).distinct()
    return _number(nodes, "node", "origin", "name").mutate(activity=ibis.dense_rank().over(order_by=nodes["name"]) + 1)


def _number_journeys(events: ir.Table) -> ir.Table:
    journeys = (
        events.mutate(at=unix_micros(events["at"]))
        .group_by("process_id")
        .aggregate(
            customer_id=lambda table: table["customer_id"].max(),
            about=lambda table: table["interaction_id"].max(),
            channel=lambda table: table["channel"].argmin(turn_of(table)),
            began=lambda table: table["at"].min(),
            ended=lambda table: table["at"].max(),
            steps=lambda table: table.count(),
        )
    )
    return _number(journeys, "journey", "process_id")


def _order(events: ir.Table, journeys: ir.Table, nodes: ir.Table, *, apart: bool) -> ir.Table:
    """Every event at its place; what the engine has to sort is kept narrow."""
    coded = events.inner_join(journeys.select("process_id", "journey"), "process_id")
    same = coded["activity"] == nodes["name"]
    coded = coded.inner_join(
        nodes.select(step="activity", name="name", origin="origin", node="node"),
        [same, origin_of(coded["id"]) == nodes["origin"]] if apart else [same],
    )
    coded = coded.select("journey", "node", "team", "id", activity="step", at=unix_micros(coded["at"]))
    window = ibis.window(group_by=coded["journey"], order_by=[coded["at"], coded["id"]])
    placed = coded.select(
        *(name for name in coded.columns if name != "id"),
        place=ibis.row_number().over(window),
        **{f"after{more}": coded[column].lead().over(window) for column, more in _FOLLOWING.items()},
    )
    waited = (placed["after_at"] - placed["at"]) / 1_000_000
    return placed.mutate(waited=waited, bin=log_bin_of(waited)).drop("after_at")


_FOLLOWING: Final = {"activity": "", "node": "_node", "team": "_team", "at": "_at"}


def _tell(steps: ir.Table, nodes: ir.Table) -> ir.Table:
    """Each journey's way in words: collected and then sorted, at half the price of collecting in order."""
    named = steps.filter(steps["place"] < LONGEST).inner_join(nodes.select("node", "name"), "node")
    placed = ibis.struct({"place": named["place"], "name": named["name"]})
    return named.group_by("journey").aggregate(
        told=placed.collect().sort().map(lambda step: step["name"]).join(SEPARATOR),
        node=named["node"].min(where=named["place"] == 0),
    )


def _end(journeys: ir.Table, told: ir.Table, paths: ir.Table) -> ir.Table:
    return journeys.inner_join(told, "journey").inner_join(paths, "told").drop("told")
