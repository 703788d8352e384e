"""An event log opened: which journeys are asked about, what makes one a good one, and what they are asked with.

Every question is an aggregate over the tables of the layout, which stay on the engine while a log is open; nothing but
counts leaves.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

import ibis.expr.types as ir

from untilyes.analysis.journeys.judging import Basis, is_judged, judge, list_bases
from untilyes.analysis.journeys.keeping import open_layout
from untilyes.analysis.journeys.laying import Layout
from untilyes.analysis.journeys.processes import Node, Pair, Process, find_processes
from untilyes.lake import Lake

ENDED: Final = "(it ended)"
"""What follows the last step."""
ACTIVITIES: Final = frozenset({"activity", "after", "done", "wanted", "last"})
"""Columns that hold numbers of activities."""


@dataclass(frozen=True)
class JourneyLog:
    """An open log: the tables of its layout, with `good` (1, 0, or null where nobody knows) in `ends`.

    Activities are numbers on the engine. `fetch` gives them their names again, 0 standing for the end of the journey.
    """

    lake: Lake
    laid: Layout
    ends: ir.Table
    names: Mapping[int, str]
    process: Process | None
    processes: tuple[Process, ...]
    basis: Basis
    bases: tuple[Basis, ...]

    def fetch(self, question: ir.Table) -> list[dict[str, Any]]:
        """The rows of a question about the log, with activities by their names."""
        found = self.lake.fetch(lambda: question)
        columns = {
            name: self._name(column.to_pylist()) if name in ACTIVITIES else column.to_pylist()
            for name, column in zip(found.column_names, found.columns, strict=True)
        }
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def numbers_of(self, names: Iterable[str]) -> list[int]:
        """The numbers of activities; -1 for one that the log does not have."""
        numbers = {name: number for number, name in self.names.items()}
        return [numbers.get(name, -1) for name in names]

    @property
    def steps(self) -> ir.Table:
        """A row per event; see `Layout`."""
        return self.laid.steps

    def judge(self, rows: ir.Table) -> ir.Table:
        """The rows with `good` of their journey."""
        return rows.inner_join(self.ends.select("journey", "good"), "journey")

    def _name(self, numbers: list[int | None]) -> list[str | None]:
        return [None if number is None else self.names[number] for number in numbers]


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
    with ExitStack() as held:
        laid = held.enter_context(open_layout(lake, touchpoint))
        if since or until:
            began = _began_between(laid.ends, _start_of(since, lake), _start_of(until, lake))
            laid = laid.only(held.enter_context(lake.hold(lambda: began)))
        nodes = {row["node"]: row for row in lake.fetch(lambda: laid.nodes).to_pylist()}
        processes = () if process is None else find_processes(_list_pairs(lake, laid.steps, nodes))
        chosen = next((one for one in processes if one.key == process), processes[0] if processes else None)
        if chosen is not None and len(processes) > 1:
            # Steps that follow each other are of one process, so that its first step tells a journey's.
            first = [number for number, node in nodes.items() if Node(node["origin"], node["name"]) in chosen.steps]
            laid = laid.only(laid.ends.filter(laid.ends["node"].isin(first)).select("journey"))
        ends = laid.ends if is_judged(laid.ends) else held.enter_context(lake.hold(lambda: judge(lake, laid.ends)))
        bases = list_bases(lake, ends)
        taken = basis if basis in bases else (bases[0] if bases else Basis.YES)
        good = ends.mutate(good=ends[taken.value]).drop(*(one.value for one in Basis))
        names = {0: ENDED} | {node["activity"]: node["name"] for node in nodes.values()}
        yield JourneyLog(lake, laid, good, names, chosen, processes, taken, bases)


def _list_pairs(lake: Lake, steps: ir.Table, nodes: Mapping[int, Mapping[str, Any]]) -> list[Pair]:
    """What follows what, and how often, with where their facts come from."""
    named = {number: Node(node["origin"], node["name"]) for number, node in nodes.items()}
    rows = lake.fetch(lambda: steps.group_by("node", "after_node").aggregate(n=steps.count())).to_pylist()
    return [(named[row["node"]], named.get(row["after_node"]), int(row["n"])) for row in rows]


def _began_between(ends: ir.Table, since: int | None, until: int | None) -> ir.Table:
    if since is not None:
        ends = ends.filter(ends["began"] >= since)
    if until is not None:
        ends = ends.filter(ends["began"] < until)
    return ends.select("journey")


def _start_of(day: date | None, lake: Lake) -> int | None:
    if day is None:
        return None
    return round(datetime.combine(day, time(), ZoneInfo(lake.zone)).timestamp() * 1_000_000)
