"""How far journeys keep to a chosen path: which steps they leave out, put in or turn round."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir

from untilyes.analysis.journeys.laying import SEPARATOR
from untilyes.analysis.journeys.log import JourneyLog
from untilyes.analysis.journeys.paths import JourneyPath
from untilyes.analysis.journeys.rework import compare_known
from untilyes.stats.results import Change, Estimate
from untilyes.stats.shares import estimate_share


class Way(StrEnum):
    """How a journey differs from the path."""

    SKIPPED = "skipped"
    INSERTED = "inserted"
    REPEATED = "repeated"
    SWAPPED = "swapped"


@dataclass(frozen=True)
class Deviation:
    """One difference: how many journeys have it, and how those fare beside the ones that keep to the path.

    `step` was left out, put in or done too often; of a swap `step` came only after `other`.
    """

    way: Way
    step: str
    other: str
    share: Estimate
    change: Change | None

    @property
    def journeys(self) -> int:
        return round((self.share.value or 0.0) * self.share.n)

    @property
    def told(self) -> str:
        """The difference in words."""
        step, other = (name.replace("_", " ") for name in (self.step, self.other))
        return {
            Way.SKIPPED: f"without “{step}”",
            Way.INSERTED: f"with “{step}” besides",
            Way.REPEATED: f"“{step}” more often than the path has it",
            Way.SWAPPED: f"“{step}” only after “{other}”",
        }[self.way]


@dataclass(frozen=True)
class Conformance:
    """Journeys beside a path. `under_way` have kept to it so far and are not through; they count to neither side."""

    path: JourneyPath
    kept: Estimate
    under_way: int
    deviations: tuple[Deviation, ...]


def read_conformance(log: JourneyLog, path: JourneyPath) -> Conformance:
    """Count every difference from the path; all comparisons with those that kept to it are corrected together."""
    with log.lake.hold(lambda: _mark(log, path)) as marked:
        deviating = marked.filter(marked["strays"])
        flags = _flags(deviating, path)
        (counted,) = log.fetch(marked.aggregate(**_count_ends(marked))) or ({},)
        rows = log.fetch(deviating.aggregate(**_count_flags(deviating, flags))) if flags else []
        strange = _count_strange(log, deviating, path)
    settled = int(counted["kept"] or 0) + int(counted["strayed"] or 0)
    found = [(*key, _three(rows[0], f"f{number}")) for number, key in enumerate(flags)] if rows else []
    found = [one for one in found + strange if one[3][0]]
    baseline = (float(counted["good"] or 0), float(counted["known"] or 0))
    changes = compare_known([baseline] * len(found), [(good, known) for *_, (_, good, known) in found])
    told = [
        Deviation(way, step, other, estimate_share(n, settled), change)
        for (way, step, other, (n, _, _)), change in zip(found, changes, strict=True)
    ]
    told.sort(key=lambda one: (-(one.share.value or 0.0), one.told))
    return Conformance(
        path, estimate_share(int(counted["kept"] or 0), settled), int(counted["under_way"] or 0), tuple(told)
    )


Key = tuple[Way, str, str]
Three = tuple[int, float, float]


def _mark(log: JourneyLog, path: JourneyPath) -> ir.Table:
    """One row per journey: whether it keeps to the path, is under way on it or strays; how often and when each step."""
    visits = log.laid.visits
    at_step = {at: visits["activity"] == step for at, step in enumerate(log.numbers_of(dict.fromkeys(path.steps)))}
    done = visits.group_by("journey").aggregate(
        **{f"n{at}": visits["times"].sum(where=here).fill_null(0) for at, here in at_step.items()},
        **{f"p{at}": visits["place"].min(where=here) for at, here in at_step.items()},
    )
    paths, whole = log.laid.paths, ibis.literal(path.key)
    keeps = paths["told"] == whole
    goes = ~keeps & whole.startswith(paths["told"] + SEPARATOR)
    ways = paths.select("path", keeps=keeps, goes=goes, strays=~(keeps | goes))
    return done.inner_join(log.ends.select("journey", "path", "good").inner_join(ways, "path"), "journey").drop("path")


def _flags(deviating: ir.Table, path: JourneyPath) -> dict[Key, ir.BooleanValue]:
    wanted = list(dict.fromkeys(path.steps))
    often = Counter(path.steps)
    place = {name: at for at, name in enumerate(wanted)}
    flags: dict[Key, ir.BooleanValue] = {}
    for name in wanted:
        times = deviating[f"n{place[name]}"]
        flags[Way.SKIPPED, name, ""] = times < often[name]
        flags[Way.REPEATED, name, ""] = times > often[name]
    for before, after in dict.fromkeys(pairwise(wanted)):
        first, then = deviating[f"p{place[before]}"], deviating[f"p{place[after]}"]
        flags[Way.SWAPPED, before, after] = (first > then).fill_null(False)
    return flags


def _count_ends(marked: ir.Table) -> Mapping[str, ir.Value]:
    return {
        "kept": marked["keeps"].sum(),
        "under_way": marked["goes"].sum(),
        "strayed": marked["strays"].sum(),
        "good": marked["good"].sum(where=marked["keeps"]),
        "known": marked["good"].count(where=marked["keeps"]),
    }


def _count_flags(deviating: ir.Table, flags: Mapping[Key, ir.BooleanValue]) -> dict[str, ir.Value]:
    counted: dict[str, ir.Value] = {}
    for number, flag in enumerate(flags.values()):
        counted[f"f{number}_n"] = flag.sum()
        counted[f"f{number}_k"] = deviating["good"].sum(where=flag)
        counted[f"f{number}_a"] = deviating["good"].count(where=flag)
    return counted


def _three(row: Mapping[str, Any], name: str) -> Three:
    return int(row[f"{name}_n"] or 0), float(row[f"{name}_k"] or 0), float(row[f"{name}_a"] or 0)


def _count_strange(log: JourneyLog, deviating: ir.Table, path: JourneyPath) -> list[tuple[Way, str, str, Three]]:
    """Steps that are not on the path at all."""
    met = log.laid.visits.filter(log.laid.visits["activity"].notin(log.numbers_of(path.steps)))
    joined = met.inner_join(deviating.select("journey", "good"), "journey")
    counted = joined.group_by("activity").aggregate(
        x_n=joined.count(), x_k=joined["good"].sum().fill_null(0), x_a=joined["good"].count()
    )
    rows = sorted(log.fetch(counted), key=lambda row: row["activity"])
    return [(Way.INSERTED, row["activity"], "", _three(row, "x")) for row in rows]
