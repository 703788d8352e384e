"""Journeys: what follows what, how long it takes, the paths customers go, and which of them end in a yes.

A journey is one process instance of the event log (`events.process_id`). Ties in time are broken by the event's id, so
that the same log always gives the same map. The engine counts edges, log-binned waits and variants; nothing else
leaves it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from untilyes.analysis.measures.counting import log_bin_of
from untilyes.lake import Lake
from untilyes.lake.instants import seconds_between
from untilyes.stats.comparisons import compare_stratified_shares
from untilyes.stats.durations import estimate_quantile
from untilyes.stats.results import Change, Estimate
from untilyes.stats.shares import estimate_share

SEPARATOR = " → "
NOT_STEPS = ("invitation", "login")
"""Events that are no step of anything the customer wanted done."""
FEWEST = 30
MOST_PATHS = 5
LONGEST = 200
"""Longer journeys are told by their first steps."""


@dataclass(frozen=True)
class Activity:
    """One step: how often it was done, in how many journeys, and in how many of them more than once."""

    name: str
    events: int
    journeys: int
    repeated: int
    starts: int
    ends: int

    @property
    def rework(self) -> Estimate:
        """The share of its journeys in which it had to be done again."""
        return estimate_share(self.repeated, self.journeys)


@dataclass(frozen=True)
class Edge:
    """One step followed directly by another: how often, in how many journeys, and how long in between (seconds)."""

    before: str
    after: str
    n: int
    journeys: int
    median: Estimate
    slow: Estimate


@dataclass(frozen=True)
class JourneyPath:
    """One sequence of steps, how many journeys went it, and the share of those asked whose customers said yes."""

    steps: tuple[str, ...]
    journeys: int
    yes: Estimate

    @property
    def told(self) -> str:
        return SEPARATOR.join(step.replace("_", " ") for step in self.steps)


@dataclass(frozen=True)
class Step:
    """One step of a happy path: how many went on to the next, and where the others went instead."""

    name: str
    reached: int
    went_on: Estimate
    instead: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class JourneyMap:
    """Everything counted of one log. Activities by how early they come, edges by how often, paths by how many."""

    activities: tuple[Activity, ...]
    edges: tuple[Edge, ...]
    paths: tuple[JourneyPath, ...]
    journeys: int
    events: int

    @property
    def happy(self) -> tuple[JourneyPath, ...]:
        """At most five paths whose customers say yes most surely: by the interval's lower end, 30 asked or more."""
        asked = [path for path in self.paths if path.yes.n >= FEWEST]
        return tuple(sorted(asked, key=lambda path: (-(path.yes.low or 0.0), path.told))[:MOST_PATHS])

    @property
    def yes(self) -> Estimate:
        """The share of yes over all journeys that were asked."""
        k = sum((path.yes.value or 0.0) * path.yes.n for path in self.paths)
        return estimate_share(round(k), sum(path.yes.n for path in self.paths))

    def keep_common(self, share: float) -> "JourneyMap":
        """Without the edges that fewer than this share of the journeys go; counts stay as they were."""
        floor = share * self.journeys
        kept = tuple(edge for edge in self.edges if edge.journeys >= floor)
        named = {name for edge in kept for name in (edge.before, edge.after)}
        activities = tuple(one for one in self.activities if one.name in named or one.journeys >= floor)
        return JourneyMap(activities, kept, self.paths, self.journeys, self.events)

    def follow(self, path: JourneyPath) -> tuple[Step, ...]:
        """Where journeys that begin like this path leave it: at each step who goes on and who goes elsewhere."""
        steps = []
        for number, name in enumerate(path.steps):
            begun = [other for other in self.paths if other.steps[: number + 1] == path.steps[: number + 1]]
            reached = sum(other.journeys for other in begun)
            wanted = path.steps[number + 1] if number + 1 < len(path.steps) else None
            nexts: dict[str, int] = defaultdict(int)
            for other in begun:
                following = other.steps[number + 1] if len(other.steps) > number + 1 else "(it ended)"
                nexts[following] += other.journeys
            on = nexts.pop(wanted if wanted is not None else "(it ended)", 0)
            others = sorted(nexts.items(), key=lambda item: (-item[1], item[0]))[:3]
            steps.append(Step(name, reached, estimate_share(on, reached), tuple(others)))
        return tuple(steps)


def read_journeys(
    lake: Lake, *, since: date | None = None, until: date | None = None, touchpoint: str | None = None
) -> JourneyMap:
    """The map of all journeys with an event from `since` until before `until`."""
    log = _Log(lake, since, until, touchpoint)
    activities = _read_activities(log)
    return JourneyMap(
        activities=tuple(activities),
        edges=_read_edges(log),
        paths=_read_paths(log),
        journeys=sum(activity.starts for activity in activities),
        events=sum(activity.events for activity in activities),
    )


@dataclass(frozen=True)
class HandoffCost:
    """What passing a customer on goes with: the yes-share by number of hand-offs, and some against none.

    `change` compares within the same touchpoint and channel, since some places hand over more and fare worse anyway.
    """

    by_count: tuple[tuple[int, Estimate], ...]
    change: Change | None


def read_handoffs(lake: Lake, *, most: int = 4, since: date | None = None) -> HandoffCost:
    """The share of yes by how often an interaction changed hands; the last count holds all above it."""

    def question() -> ir.Table:
        interactions, answers = lake.read_with_day("interactions"), lake.read("answers")
        if since is not None:
            interactions = interactions.filter(interactions["day"] >= since)
        said = answers.filter(answers["question"] == "effective").select(about="interaction_id", yes="value")
        joined = interactions.inner_join(said, interactions["interaction_id"] == said["about"])
        hands = ibis.least(joined["handoffs"].fill_null(0), most)
        keys = {"hands": hands, "touchpoint": joined["touchpoint"], "channel": joined["channel"]}
        return joined.group_by(**keys).aggregate(k=(joined["yes"] == 1).sum(), n=joined.count())

    by_count: dict[int, tuple[float, float]] = {}
    strata: dict[tuple[str, str], list[list[float]]] = defaultdict(lambda: [[0.0, 0.0], [0.0, 0.0]])
    for row in lake.fetch(question).to_pylist():
        k, n, hands = float(row["k"]), float(row["n"]), int(row["hands"])
        had = by_count.get(hands, (0.0, 0.0))
        by_count[hands] = had[0] + k, had[1] + n
        side = strata[str(row["touchpoint"]), str(row["channel"])][hands > 0]
        side[0], side[1] = side[0] + k, side[1] + n
    told = tuple((hands, estimate_share(k, n)) for hands, (k, n) in sorted(by_count.items()))
    return HandoffCost(told, _compare_within([*strata.values()]))


def _compare_within(strata: list[list[list[float]]]) -> Change | None:
    both = [(none, some) for none, some in strata if none[1] and some[1]]
    if not both:
        return None
    sides = [tuple(list(column) for column in zip(*(one[side] for one in both), strict=True)) for side in (0, 1)]
    return compare_stratified_shares((sides[0][0], sides[0][1]), (sides[1][0], sides[1][1]))


@dataclass(frozen=True)
class _Log:
    """The event log the map is drawn from."""

    lake: Lake
    since: date | None
    until: date | None
    touchpoint: str | None

    def steps(self) -> ir.Table:
        """One row per event, with its place in the journey and what follows it."""
        events = self.lake.read_with_day("events")
        events = events.filter(events["process_id"].notnull(), events["activity"].notin(NOT_STEPS))
        if self.since is not None:
            events = events.filter(events["day"] >= self.since)
        if self.until is not None:
            events = events.filter(events["day"] < self.until)
        if self.touchpoint is not None:
            events = events.filter(events["touchpoint"] == self.touchpoint)
        window = ibis.window(group_by=events["process_id"], order_by=[events["at"], events["id"]])
        return events.select(
            "process_id",
            "interaction_id",
            "activity",
            "at",
            "id",
            place=ibis.row_number().over(window),
            after=events["activity"].lead().over(window),
            after_at=events["at"].lead().over(window),
        )

    def fetch(self, question: Callable[[ir.Table], ir.Table]) -> list[dict[str, Any]]:
        """The rows of a question about the steps."""
        rows: list[dict[str, Any]] = self.lake.fetch(lambda: question(self.steps())).to_pylist()
        return rows


def _read_activities(log: _Log) -> list[Activity]:
    def question(steps: ir.Table) -> ir.Table:
        per_journey = steps.group_by("process_id", "activity").aggregate(
            times=steps.count(),
            first=steps["place"].min(),
            starts=(steps["place"] == 0).sum(),
            ends=steps["after"].isnull().sum(),
        )
        return per_journey.group_by("activity").aggregate(
            events=per_journey["times"].sum(),
            journeys=per_journey.count(),
            repeated=(per_journey["times"] > 1).sum(),
            place=per_journey["first"].mean(),
            starts=per_journey["starts"].sum(),
            ends=per_journey["ends"].sum(),
        )

    rows = sorted(log.fetch(question), key=lambda row: (row["place"], row["activity"]))
    names = ("events", "journeys", "repeated", "starts", "ends")
    return [Activity(row["activity"], *(int(row[name]) for name in names)) for row in rows]


def _read_edges(log: _Log) -> tuple[Edge, ...]:
    def question(steps: ir.Table) -> ir.Table:
        followed = steps.filter(steps["after"].notnull())
        waited = seconds_between(followed["at"], followed["after_at"])
        return followed.group_by("activity", "after", bin=log_bin_of(waited)).aggregate(n=followed.count())

    def spread(steps: ir.Table) -> ir.Table:
        followed = steps.filter(steps["after"].notnull())
        return followed.group_by("activity", "after").aggregate(journeys=followed["process_id"].nunique())

    waits: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for row in log.fetch(question):
        waits[row["activity"], row["after"]][int(row["bin"])] = row["n"]
    journeys = {(row["activity"], row["after"]): row["journeys"] for row in log.fetch(spread)}
    edges = [
        Edge(
            before,
            after,
            sum(bins.values()),
            journeys[before, after],
            estimate_quantile(bins),
            estimate_quantile(bins, 0.9),
        )
        for (before, after), bins in waits.items()
    ]
    return tuple(sorted(edges, key=lambda edge: (-edge.n, edge.before, edge.after)))


def _read_paths(log: _Log) -> tuple[JourneyPath, ...]:
    def question(steps: ir.Table) -> ir.Table:
        first = steps.filter(steps["place"] < LONGEST)
        journeys = first.group_by("process_id").aggregate(
            path=first["activity"].group_concat(SEPARATOR, order_by=first["place"]), about=first["interaction_id"].max()
        )
        answers = log.lake.read("answers")
        effective = answers.filter(answers["question"] == "effective")
        said = effective.group_by(told="interaction_id").aggregate(yes=effective["value"].min())
        joined = journeys.left_join(said, journeys["about"] == said["told"])
        return joined.group_by("path").aggregate(
            journeys=joined.count(), asked=joined["yes"].count(), yes=(joined["yes"] == 1).sum()
        )

    paths = [
        JourneyPath(
            tuple(row["path"].split(SEPARATOR)), row["journeys"], estimate_share(float(row["yes"] or 0), row["asked"])
        )
        for row in log.fetch(question)
    ]
    return tuple(sorted(paths, key=lambda path: (-path.journeys, path.told)))
