"""The ways journeys go from beginning to end, and where the others leave them."""

from dataclasses import dataclass
from typing import Final

import ibis

from untilyes.analysis.journeys.judging import FEWEST
from untilyes.analysis.journeys.laying import LONGEST, SEPARATOR
from untilyes.analysis.journeys.log import ENDED, JourneyLog
from untilyes.analysis.measures.reading import FLOOR
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share, estimate_shares

MOST_PATHS: Final = 5
COMMONEST: Final = 500


@dataclass(frozen=True)
class JourneyPath:
    """One sequence of steps, how many journeys went it, and the share of those known that went well."""

    steps: tuple[str, ...]
    journeys: int
    yes: Estimate

    @property
    def told(self) -> str:
        return SEPARATOR.join(step.replace("_", " ") for step in self.steps)

    @property
    def is_hidden(self) -> bool:
        """Whether so few are known that their answers could be traced to a person."""
        return 0 < self.yes.n < FLOOR

    @property
    def key(self) -> str:
        """The path as the log names it."""
        return SEPARATOR.join(self.steps)


@dataclass(frozen=True)
class Step:
    """One step of a happy path: how many came to it by this path, how many went on, and where the others went."""

    name: str
    reached: int
    went_on: Estimate
    instead: tuple[tuple[str, int], ...]


def read_paths(log: JourneyLog) -> tuple[tuple[JourneyPath, ...], int, Estimate]:
    """The commonest paths and all with enough known, by how many went them; how many there are; how all went."""
    ends = log.ends
    grouped = ends.group_by("path").aggregate(
        journeys=ends.count(), asked=ends["good"].count(), good=ends["good"].sum().fill_null(0)
    )
    with log.lake.hold(lambda: grouped) as counted:
        kept = counted.order_by(ibis.desc("journeys"), "path").limit(COMMONEST)
        asked = counted.filter(counted["asked"] >= FEWEST)
        told = kept.union(asked, distinct=True).inner_join(log.laid.paths, "path")
        rows = log.fetch(told)
        (whole,) = log.fetch(
            counted.aggregate(
                ways=counted.count(), asked=counted["asked"].sum().fill_null(0), good=counted["good"].sum().fill_null(0)
            )
        )
    yes = estimate_shares([float(row["good"]) for row in rows], [float(row["asked"]) for row in rows])
    paths = [
        JourneyPath(tuple(row["told"].split(SEPARATOR)), row["journeys"], share)
        for row, share in zip(rows, yes, strict=True)
    ]
    by_size = tuple(sorted(paths, key=lambda path: (-path.journeys, path.told)))
    how_all = estimate_share(float(whole["good"] or 0), float(whole["asked"] or 0))
    return by_size, int(whole["ways"]), how_all


def follow_path(log: JourneyLog, path: JourneyPath) -> tuple[Step, ...]:
    """Where journeys that begin like this path leave it: at each step who goes on and who goes elsewhere."""
    wanted = log.numbers_of([*path.steps[:LONGEST], ENDED])
    steps = log.steps
    expected = (steps["place"] + 1).cases(*enumerate(wanted[1:], start=1), else_=ibis.null("int64"))
    marked = steps.select(
        "journey",
        "place",
        first=ibis.ifelse(steps["place"] == 0, steps["activity"], ibis.null("int64")),
        after=steps["after"].fill_null(0),
        expected=expected,
    )
    left = marked.group_by("journey").aggregate(
        began=marked["first"].max(),
        leaves=marked["place"].min(where=marked["expected"].isnull() | (marked["expected"] != marked["after"])),
    )
    joined = marked.inner_join(left, "journey")
    begun = joined.filter(joined["began"] == wanted[0], joined["leaves"] == joined["place"])
    counted = log.fetch(begun.group_by("leaves", "after").aggregate(n=begun.count()))
    same = log.laid.paths.filter(log.laid.paths["told"] == path.key)
    ended = log.ends.semi_join(same, "path")
    (went,) = log.fetch(ended.aggregate(n=ended.count()))
    reached = went["n"] + sum(row["n"] for row in counted)
    told = []
    for place, name in enumerate(path.steps):
        others = [(row["after"], row["n"]) for row in counted if row["leaves"] == place]
        others.sort(key=lambda other: (-other[1], other[0]))
        gone = sum(n for _, n in others)
        told.append(Step(name, reached, estimate_share(reached - gone, reached), tuple(others[:3])))
        reached -= gone
    return tuple(told)
