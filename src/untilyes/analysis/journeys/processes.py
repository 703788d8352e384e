"""Which processes a log holds: an order and an incident are not steps of one thing, though both end “Closed”.

Steps that follow each other belong to one process. Steps of the same name are told apart by where their facts come from
(what stands before the colon of the fact's id: the recipe), as far as that names a few sources and not every fact.
Groups that share half of the smaller one's steps are one process after all.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import ibis.expr.types as ir

MOST_ORIGINS: Final = 50
ALIKE: Final = 0.5
Fetch = Callable[[ir.Table], list[dict[str, Any]]]


@dataclass(frozen=True)
class Process:
    """One process of the log: its steps, and how often any was done. `nodes` are its steps with their origin."""

    key: str
    activities: tuple[str, ...]
    nodes: frozenset[str]
    events: int

    @property
    def told(self) -> str:
        """Named after the steps done most often."""
        return ", ".join(name.replace("_", " ") for name in self.activities[:3])


def origin_of(fact_id: ir.StringValue) -> ir.StringValue:
    """What stands before the first colon of a fact's id; nothing where there is none."""
    return fact_id.left(fact_id.find(":").clip(lower=0))


def find_processes(fetch: Fetch, steps: ir.Table) -> tuple[Process, ...]:
    """The processes of a log whose steps carry `node` (origin|activity), the largest first."""
    pairs = steps.group_by("node", "after_node").aggregate(n=steps.count())
    counted = fetch(pairs)
    origins = {_split(row["node"])[0] for row in counted}
    named = len(origins) <= MOST_ORIGINS
    events: Counter[str] = Counter()
    follows = []
    for row in counted:
        before, after = row["node"], row["after_node"]
        events[before] += row["n"]
        follows.append((_name(before, named), _name(after, named) if after is not None else _name(before, named)))
    groups = _join_alike(_connect(follows))
    made = sorted((_make(group, events, named) for group in groups), key=lambda one: (-one.events, one.activities))
    taken: Counter[str] = Counter()
    found = []
    for one in made:
        taken[one.key] += 1
        found.append(one if taken[one.key] == 1 else replace(one, key=f"{one.key}-{taken[one.key]}"))
    return tuple(found)


def _make(group: set[str], events: Mapping[str, int], named: bool) -> Process:
    nodes = frozenset(node for node in events if _name(node, named) in group)
    done: Counter[str] = Counter()
    for node in nodes:
        done[_split(node)[1]] += events[node]
    activities = tuple(sorted(done, key=lambda name: (-done[name], name)))
    return Process(_slug(activities[0]), activities, nodes, sum(done.values()))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "process"


def _split(node: str) -> tuple[str, str]:
    origin, _, activity = node.partition("|")
    return origin, activity


def _name(node: str, named: bool) -> str:
    return node if named else _split(node)[1]


def _connect(pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Connected groups of names, by union-find."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        leader.setdefault(name, name)
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for one, other in pairs:
        leader[find(one)] = find(other)
    groups: dict[str, set[str]] = {}
    for name in leader:
        groups.setdefault(find(name), set()).add(name)
    return list(groups.values())


def _join_alike(groups: Sequence[set[str]]) -> list[set[str]]:
    """Groups that share half of the smaller one's activities, together."""
    joined: list[tuple[set[str], set[str]]] = []
    for group in sorted(groups, key=lambda one: (-len(one), min(one))):
        mine = {_split(node)[1] or node for node in group}
        alike = next((one for one in joined if len(one[1] & mine) >= ALIKE * min(len(one[1]), len(mine))), None)
        if alike is None:
            joined.append((set(group), mine))
        else:
            alike[0].update(group)
            alike[1].update(mine)
    return [nodes for nodes, _ in joined]
