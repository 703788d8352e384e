"""Swim lanes: which team does which step, and which passes journeys on to which."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from untilyes.analysis.journeys.log import JourneyLog
from untilyes.stats.durations import estimate_quantile
from untilyes.stats.results import Estimate

MOST_LANES: Final = 8
OTHERS: Final = "all others"
NOBODY: Final = "not written down"


@dataclass(frozen=True)
class Lane:
    """One team with the steps it does: (activity, how often), by how often."""

    team: str
    events: int
    done: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Passing:
    """One team's step followed by another team's: how often, and how long in between (seconds)."""

    giver: str
    taker: str
    n: int
    median: Estimate


@dataclass(frozen=True)
class Lanes:
    """The teams that do most, all others together, and the commonest ways from one to another."""

    lanes: tuple[Lane, ...]
    passings: tuple[Passing, ...]
    teams: int
    unknown: int

    @property
    def is_known(self) -> bool:
        """Whether it is written down who did what."""
        return self.teams > 0


def read_lanes(log: JourneyLog, *, most: int = MOST_LANES) -> Lanes:
    """Lanes of the teams that did most. What nobody is named for has a lane of its own, and passes nothing on."""
    steps = log.steps
    rows = log.fetch(steps.group_by("team", "activity").aggregate(n=steps.count()))
    totals: Counter[str] = Counter()
    for row in rows:
        if row["team"] is not None:
            totals[row["team"]] += row["n"]
    kept = {team for team, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:most]}
    done: dict[str, Counter[str]] = {}
    for row in rows:
        done.setdefault(_name(row["team"], kept), Counter())[row["activity"]] += row["n"]
    lanes = [Lane(team, sum(counts.values()), _by_size(counts)) for team, counts in done.items()]
    lanes.sort(key=lambda lane: (lane.team in {OTHERS, NOBODY}, -lane.events, lane.team))
    unknown = sum(row["n"] for row in rows if row["team"] is None)
    return Lanes(tuple(lanes), _read_passings(log, kept), len(totals), unknown)


def _read_passings(log: JourneyLog, kept: set[str], *, most: int = 20) -> tuple[Passing, ...]:
    steps = log.steps
    passed = steps.filter(steps["team"] != steps["after_team"])
    rows = log.fetch(passed.group_by("team", "after_team", "bin").aggregate(n=passed.count()))
    bins: dict[tuple[str, str], Counter[int]] = {}
    for row in rows:
        ends = _name(row["team"], kept), _name(row["after_team"], kept)
        bins.setdefault(ends, Counter())[int(row["bin"])] += row["n"]
    found = [Passing(*ends, sum(counts.values()), estimate_quantile(counts)) for ends, counts in bins.items()]
    return tuple(sorted(found, key=lambda one: (-one.n, one.giver, one.taker))[:most])


def _name(team: str | None, kept: set[str]) -> str:
    if team is None:
        return NOBODY
    return team if team in kept else OTHERS


def _by_size(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
