"""The way most journeys of each process go, kept small, and the journeys of one customer held against it.

`exceptions` lays out the whole log to list everybody who strayed. Beside one customer there is no time for that: what
it needs of all the others is a path and how long nine in ten waited on it, which is worked out now and then and kept.
The two agree on every journey; a test holds them together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

import ibis.expr.types as ir

from untilyes.analysis.journeys.exceptions import Stray, find_slow_waits
from untilyes.analysis.journeys.judging import FEWEST
from untilyes.analysis.journeys.laying import NOT_STEPS, read_steps
from untilyes.analysis.journeys.log import ENDED, open_log
from untilyes.analysis.journeys.mapping import read_map
from untilyes.lake import Lake

MOSTLY: Final = 0.8
"""A path that fewer journeys go is no rule, so that nothing is an exception from it."""
LATELY: Final = timedelta(days=365)
MOST_PROCESSES: Final = 10
MOST_NODES: Final = 1_000
"""Beyond this, where facts come from tells their steps apart no more, and steps go by their names."""


@dataclass(frozen=True)
class UsualPath:
    """The commonest path of one process, gone by `share` of its `journeys`.

    `nodes` tell which process a step belongs to (origin|activity, or its name alone); `slow_s` is after how many
    seconds nine in ten had the next step, by place, None where nobody knows.
    """

    process: str
    told: str
    nodes: tuple[str, ...]
    steps: tuple[str, ...]
    slow_s: tuple[float | None, ...]
    share: float
    journeys: int


@dataclass(frozen=True)
class UsualPaths:
    """The usual path of every process that has one. `newest_at` is the last step anybody took.

    `are_shared` is whether steps of one journey may name several customers, or nobody.
    """

    paths: tuple[UsualPath, ...]
    newest_at: datetime | None
    are_shared: bool


def read_usual_paths(lake: Lake) -> UsualPaths:
    """The usual path of every process of 30 journeys and more."""
    with open_log(lake, process="") as log:
        keys = [one.key for one in log.processes[:MOST_PROCESSES]]
    shared = lake.fetch(lambda: _find_shared(lake)).num_rows > 0
    found = [_read_usual_path(lake, key) for key in keys]
    return UsualPaths(tuple(one for one in found if one is not None), lake.latest_at("events"), shared)


def _find_shared(lake: Lake) -> ir.Table:
    """A journey whose steps do not all name the same customer, if there is one."""
    steps = read_steps(lake)
    who = steps["customer_id"]
    journeys = steps.group_by("process_id").aggregate(people=who.nunique(), named=who.count(), steps=steps.count())
    return journeys.filter((journeys["people"] > 1) | (journeys["named"] < journeys["steps"])).limit(1)


def _read_usual_path(lake: Lake, key: str) -> UsualPath | None:
    with open_log(lake, process=key) as log:
        whole = read_map(log)
        if log.process is None or whole.journeys < FEWEST or not whole.paths:
            return None
        path = whole.paths[0]
        share = path.journeys / whole.journeys
        if share < MOSTLY:
            return None
        slow = dict(find_slow_waits(log, path))
    waits = tuple(slow.get(place) for place in range(len(path.steps) - 1))
    nodes = log.process.nodes if len(log.process.nodes) <= MOST_NODES else log.process.activities
    return UsualPath(key, log.process.told, tuple(sorted(nodes)), path.steps, waits, share, whole.journeys)


def list_strays_of(
    events: Sequence[Mapping[str, Any]], usual: UsualPaths, *, at: datetime
) -> list[tuple[UsualPath, Stray]]:
    """The journeys among a customer's events that strayed or stand still and are not over; newest first.

    `events` are by journey and in order, as `analysis.beside` reads them. Only journeys in which anything happened
    within a year before `at` count.
    """
    by_node = {node: path for path in usual.paths for node in path.nodes}
    steps = [one for one in events if one["process_id"] and one["activity"] not in NOT_STEPS and one["at"] <= at]
    found = []
    for _, told in groupby(steps, key=lambda one: one["process_id"]):
        journey = list(told)
        path = by_node.get(journey[0]["node"]) or by_node.get(journey[0]["activity"])
        if path is None or journey[-1]["at"] < at - LATELY:
            continue
        stray = hold_against(path, journey, at=at)
        if stray and not stray.is_over:
            found.append((path, stray))
    return sorted(found, key=lambda one: one[1].since, reverse=True)


def hold_against(path: UsualPath, journey: Sequence[Mapping[str, Any]], *, at: datetime) -> Stray | None:
    """One journey, its steps in order, where it strayed from the path or stands still on it at `at`."""
    wanted = [*path.steps, ENDED]
    last = journey[-1]
    for place, step in enumerate(journey):
        expected = wanted[min(place, len(path.steps))]
        if step["activity"] != expected:
            return _stray(journey, since=step["at"], done=step["activity"], wanted=expected, ends=path.steps[-1])
    slow = path.slow_s[len(journey) - 1] if len(journey) < len(path.steps) else None
    if slow is None or (at - last["at"]).total_seconds() <= slow:
        return None
    return _stray(journey, since=last["at"], done="", wanted=wanted[len(journey)], ends=path.steps[-1])


def _stray(journey: Sequence[Mapping[str, Any]], *, since: datetime, done: str, wanted: str, ends: str) -> Stray:
    last = journey[-1]
    return Stray(
        journey=last["process_id"],
        customer=max((step["customer_id"] or "" for step in journey), default=""),
        about=max((step["interaction_id"] or "" for step in journey), default=""),
        since=since,
        done=done,
        wanted=wanted,
        last=last["activity"],
        last_at=last["at"],
        is_over=last["activity"] == ends,
        good=None,
    )
