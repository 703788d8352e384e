"""Which processes a log holds: an order and an incident are not steps of one thing, though both end “Closed”.

Steps that follow each other belong to one process. Steps of the same name are told apart by where their facts come from
(what stands before the colon of the fact's id: the recipe), as far as that names a few sources and not every fact.
Groups that share half of the smaller one's steps are one process after all.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import ibis.expr.types as ir

MOST_ORIGINS: Final = 50
ALIKE: Final = 0.5


class Node(NamedTuple):
    """A step with where its facts come from, which is empty where that tells nothing."""

    origin: str
    activity: str


Pair = tuple[Node, Node | None, int]
"""A step, the one after it (None at the end), and how often."""


@dataclass(frozen=True)
class Process:
    """One process of the log: the names of its steps, the steps with their origin, and how often any was done."""

    key: str
    activities: tuple[str, ...]
    steps: frozenset[Node]
    events: int

    @property
    def nodes(self) -> frozenset[str]:
        """Its steps as origin|activity, or by their names alone where origins tell nothing."""
        told = any(one.origin for one in self.steps)
        return frozenset(f"{one.origin}|{one.activity}" if told else one.activity for one in self.steps)

    @property
    def told(self) -> str:
        """Named after the steps done most often."""
        return ", ".join(name.replace("_", " ") for name in self.activities[:3])


def origin_of(fact_id: ir.StringValue) -> ir.StringValue:
    """What stands before the first colon of a fact's id; nothing where there is none."""
    return fact_id.left(fact_id.find(":").clip(lower=0))


def find_processes(pairs: Sequence[Pair]) -> tuple[Process, ...]:
    """The processes of a log, the largest first, from what follows what in it."""
    events: Counter[Node] = Counter()
    for before, _, n in pairs:
        events[before] += n
    groups = _join_alike(_connect((before, after or before) for before, after, _ in pairs))
    made = sorted((_make(group, events) for group in groups), key=lambda one: (-one.events, one.activities))
    taken: Counter[str] = Counter()
    found = []
    for one in made:
        taken[one.key] += 1
        found.append(one if taken[one.key] == 1 else replace(one, key=f"{one.key}-{taken[one.key]}"))
    return tuple(found)


def _make(group: set[Node], events: Mapping[Node, int]) -> Process:
    done: Counter[str] = Counter()
    for node in group:
        done[node.activity] += events[node]
    activities = tuple(sorted(done, key=lambda name: (-done[name], name)))
    return Process(_slug(activities[0]), activities, frozenset(group), sum(done.values()))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "process"


def _connect(pairs: Iterable[tuple[Node, Node]]) -> list[set[Node]]:
    """Connected groups of steps, by union-find."""
    leader: dict[Node, Node] = {}

    def find(name: Node) -> Node:
        leader.setdefault(name, name)
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for one, other in pairs:
        leader[find(one)] = find(other)
    groups: dict[Node, set[Node]] = {}
    for name in leader:
        groups.setdefault(find(name), set()).add(name)
    return list(groups.values())


def _join_alike(groups: Sequence[set[Node]]) -> list[set[Node]]:
    """Groups that share half of the smaller one's activities, together."""
    joined: list[tuple[set[Node], set[str]]] = []
    for group in sorted(groups, key=lambda one: (-len(one), min(one))):
        mine = {node.activity for node in group}
        alike = next((one for one in joined if len(one[1] & mine) >= ALIKE * min(len(one[1]), len(mine))), None)
        if alike is None:
            joined.append((set(group), mine))
        else:
            alike[0].update(group)
            alike[1].update(mine)
    return [nodes for nodes, _ in joined]
