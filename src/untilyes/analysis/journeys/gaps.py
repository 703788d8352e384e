"""Waiting between touchpoints: two good steps, and a gap between them after which it goes wrong."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from untilyes.analysis.drivers.turning import Turning, find_turning
from untilyes.analysis.journeys.judging import Basis
from untilyes.analysis.journeys.log import JourneyLog
from untilyes.analysis.measures.counting import log_bin_of
from untilyes.stats.multiplicity import correct

MOST: Final = 40
"""So many waits are looked at, those of the most journeys."""
LIKELY: Final = 0.05


@dataclass(frozen=True)
class Gap:
    """The wait between two steps. `q` is the chance of a place as sharp with nothing behind it, all gaps together."""

    before: str
    after: str
    turning: Turning
    q: float

    def tell(self, basis: Basis) -> str:
        """The place and both sides of it, in words."""
        threshold = self.turning.threshold
        if not self.is_real:
            return f"{self.turning.told}: no place at which it turns (n = {threshold.at.n:,.0f})."
        within, beyond, unit = threshold.crossing.within, threshold.crossing.beyond, self.turning.unit
        place = threshold.at.sentence().rpartition(" (n = ")[0]
        place = place if unit in place else f"{place} {unit}"
        told, there = f"{beyond.sentence()} {basis.told}", f"up to there {within.sentence()}"
        return f"{self.turning.told}: of those beyond {place}, {told}; of those {there}."

    @property
    def is_real(self) -> bool:
        """Whether there is a place, and it is still there after all the others were looked at."""
        return self.turning.threshold.is_real and self.q <= LIKELY


@dataclass(frozen=True)
class Gaps:
    """Every gap looked at: those with a place first, by what crossing it goes with. `basis` is how they were judged."""

    basis: Basis
    gaps: tuple[Gap, ...]

    @property
    def real(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if gap.is_real)

    @property
    def straight(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if not gap.is_real)


def read_gaps(log: JourneyLog, *, most: int = MOST, progress: Callable[[float], None] | None = None) -> Gaps:
    """Where along each wait journeys start to go wrong; a journey counts once per gap, with its longest wait there."""
    judged = log.judge(log.laid.passages)
    longest = judged.filter(judged["good"].notnull())
    counted = longest.group_by("activity", "after", bin=log_bin_of(longest["waited"])).aggregate(
        k=longest["good"].sum(), n=longest.count()
    )
    bins: dict[tuple[str, str], dict[int, tuple[float, float]]] = defaultdict(dict)
    for row in log.fetch(counted):
        bins[row["activity"], row["after"]][int(row["bin"])] = float(row["k"]), float(row["n"])
    largest = sorted(bins.items(), key=lambda item: (-sum(n for _, n in item[1].values()), item[0]))[:most]
    found = []
    for number, (ends, one) in enumerate(largest):
        if progress:
            progress(number / len(largest))
        turning = find_turning("→".join(ends), _tell(ends), one)
        if turning is not None:
            found.append((ends, turning))
    if not found:
        return Gaps(log.basis, ())
    q = correct(np.array([turning.threshold.p for _, turning in found]))
    gaps = [Gap(*ends, turning, float(sure)) for (ends, turning), sure in zip(found, q, strict=True)]
    gaps.sort(key=lambda gap: (not gap.is_real, -abs(gap.turning.threshold.crossing.gap.value or 0.0), gap.before))
    return Gaps(log.basis, tuple(gaps))


def _tell(ends: tuple[str, str]) -> str:
    before, after = (name.replace("_", " ") for name in ends)
    return f"From “{before}” to “{after}”"
