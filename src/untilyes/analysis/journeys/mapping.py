"""The map: what follows what, how often, how long it takes in between, and what is done again."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from untilyes.analysis.journeys.judging import FEWEST
from untilyes.analysis.journeys.log import JourneyLog, open_log
from untilyes.analysis.journeys.paths import MOST_PATHS, JourneyPath, read_paths
from untilyes.lake import Lake
from untilyes.stats.durations import estimate_quantile
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share


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
class JourneyMap:
    """Everything counted of one log. Activities by how early they come, edges by how often, paths by how many.

    `paths` are the commonest and all with enough answers; `ways` is how many there are.
    """

    activities: tuple[Activity, ...]
    edges: tuple[Edge, ...]
    paths: tuple[JourneyPath, ...]
    journeys: int
    events: int
    ways: int
    yes: Estimate

    @property
    def happy(self) -> tuple[JourneyPath, ...]:
        """At most five paths that go well most surely: by the interval's lower end, 30 known or more."""
        asked = [path for path in self.paths if path.yes.n >= FEWEST]
        return tuple(sorted(asked, key=lambda path: (-(path.yes.low or 0.0), path.told))[:MOST_PATHS])

    def keep_common(self, share: float) -> "JourneyMap":
        """Without the edges that fewer than this share of the journeys go; counts stay as they were."""
        floor = share * self.journeys
        kept = tuple(edge for edge in self.edges if edge.journeys >= floor)
        named = {name for edge in kept for name in (edge.before, edge.after)}
        activities = tuple(one for one in self.activities if one.name in named or one.journeys >= floor)
        return replace(self, activities=activities, edges=kept)


def read_journeys(
    lake: Lake, *, since: date | None = None, until: date | None = None, touchpoint: str | None = None
) -> JourneyMap:
    """The map of all journeys that began from `since` until before `until`."""
    with open_log(lake, since=since, until=until, touchpoint=touchpoint) as log:
        return read_map(log)


def read_map(log: JourneyLog) -> JourneyMap:
    """The map of an open log."""
    activities = _read_activities(log)
    paths, ways, yes = read_paths(log)
    return JourneyMap(
        activities=tuple(activities),
        edges=_read_edges(log),
        paths=paths,
        journeys=sum(activity.starts for activity in activities),
        events=sum(activity.events for activity in activities),
        ways=ways,
        yes=yes,
    )


def _read_activities(log: JourneyLog) -> list[Activity]:
    visits = log.laid.visits
    counted = visits.group_by("activity").aggregate(
        events=visits["times"].sum(),
        journeys=visits.count(),
        repeated=(visits["times"] > 1).sum(),
        place=visits["place"].mean(),
        starts=(visits["place"] == 0).sum(),
        ends=visits["is_last"].sum(),
    )
    rows = sorted(log.fetch(counted), key=lambda row: (row["place"], row["activity"]))
    names = ("events", "journeys", "repeated", "starts", "ends")
    return [Activity(row["activity"], *(int(row[name]) for name in names)) for row in rows]


def _read_edges(log: JourneyLog) -> tuple[Edge, ...]:
    steps, passages = log.steps, log.laid.passages
    followed = steps.filter(steps["after"].notnull())
    binned = followed.group_by("activity", "after", "bin").aggregate(n=followed.count())
    spread = passages.group_by("activity", "after").aggregate(journeys=passages.count())
    waits: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for row in log.fetch(binned):
        waits[row["activity"], row["after"]][row["bin"]] = row["n"]
    journeys = {(row["activity"], row["after"]): row["journeys"] for row in log.fetch(spread)}
    edges = [
        Edge(*ends, sum(bins.values()), journeys[ends], estimate_quantile(bins), estimate_quantile(bins, 0.9))
        for ends, bins in waits.items()
    ]
    return tuple(sorted(edges, key=lambda edge: (-edge.n, edge.before, edge.after)))
