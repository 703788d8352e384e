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
        (counted,) = log.fetch(
            marked.aggregate(
                under_way=marked["goes"].sum(),
                **_tally(marked, "kept", marked["keeps"]),
                **_tally(marked, "strayed", marked["strays"]),
            )
        )
        strayed = _three(counted, "strayed")
        met = log.laid.visits.inner_join(marked.filter("strays").select("journey", "good"), "journey")
        found = {**_count_steps(log, met, path, strayed), **_count_swapped(log, met, path)}
    found = {key: three for key, three in found.items() if three[0]}
    kept, good, known = _three(counted, "kept")
    changes = compare_known([(good, known)] * len(found), [three[1:] for three in found.values()])
    told = [
        Deviation(*key, estimate_share(n, kept + strayed[0]), change)
        for (key, (n, _, _)), change in zip(found.items(), changes, strict=True)
    ]
    told.sort(key=lambda one: (-(one.share.value or 0.0), one.told))
    return Conformance(path, estimate_share(kept, kept + strayed[0]), int(counted["under_way"] or 0), tuple(told))


Key = tuple[Way, str, str]
Three = tuple[int, float, float]
"""How many journeys, how many of them went well, and of how many that is known."""


def _mark(log: JourneyLog, path: JourneyPath) -> ir.Table:
    """One row per journey: whether it keeps to the path, is under way on it or strays."""
    paths, whole = log.laid.paths, ibis.literal(path.key)
    keeps = paths["told"] == whole
    goes = ~keeps & whole.startswith(paths["told"] + SEPARATOR)
    ways = paths.select("path", keeps=keeps, goes=goes, strays=~(keeps | goes))
    return log.ends.select("journey", "path", "good").inner_join(ways, "path").drop("path")


def _count_steps(log: JourneyLog, met: ir.Table, path: JourneyPath, strayed: Three) -> dict[Key, Three]:
    """Steps left out, done too often, or not on the path at all. `met` is what the journeys that strayed came to."""
    often = Counter(path.steps)
    wanted = met["activity"].cases(*zip(log.numbers_of(often), often.values(), strict=True), else_=0)
    counted = met.group_by("activity").aggregate(
        **_tally(met, "any", met["times"] > 0),
        **_tally(met, "more", met["times"] > wanted),
        **_tally(met, "fewer", met["times"] < wanted),
    )
    rows = {row["activity"]: row for row in log.fetch(counted)}
    found: dict[Key, Three] = {}
    for name in often:
        row = rows.get(name, {})
        came, fewer = _three(row, "any"), _three(row, "fewer")
        found[Way.SKIPPED, name, ""] = (
            strayed[0] - came[0] + fewer[0], strayed[1] - came[1] + fewer[1], strayed[2] - came[2] + fewer[2],
        )  # fmt: skip
    return found | {
        (Way.REPEATED if name in often else Way.INSERTED, name, ""): _three(row, "more") for name, row in rows.items()
    }


def _count_swapped(log: JourneyLog, met: ir.Table, path: JourneyPath) -> dict[Key, Three]:
    """Neighbours on the path that were first come to the other way round."""
    pairs = list(pairwise(dict.fromkeys(path.steps)))
    if not pairs:
        return {}
    befores, afters = (log.numbers_of(names) for names in zip(*pairs, strict=True))
    first = met.filter(met["activity"].isin(befores))
    first = first.mutate(next=first["activity"].cases(*zip(befores, afters, strict=True), else_=-1).cast("int64"))
    then = log.laid.visits.select(of="journey", next="activity", came="place")
    both = first.inner_join(then, [first["journey"] == then["of"], first["next"] == then["next"]])
    swapped = both.filter(both["place"] > both["came"])
    rows = log.fetch(swapped.group_by("activity").aggregate(**_tally(swapped, "both", swapped["times"] > 0)))
    after = dict(pairs)
    return {(Way.SWAPPED, row["activity"], after[row["activity"]]): _three(row, "both") for row in rows}


def _tally(rows: ir.Table, name: str, where: ir.BooleanValue) -> dict[str, ir.Value]:
    return {
        f"{name}_n": where.sum(),
        f"{name}_k": rows["good"].sum(where=where),
        f"{name}_a": rows["good"].count(where=where),
    }


def _three(row: Mapping[str, Any], name: str) -> Three:
    return int(row.get(f"{name}_n") or 0), float(row.get(f"{name}_k") or 0), float(row.get(f"{name}_a") or 0)
