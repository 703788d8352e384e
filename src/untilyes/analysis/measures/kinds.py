"""What a measure's histogram becomes: an estimate, and a change between two of them.

A kind knows the statistics of one sort of number and nothing of tables. A histogram is bin → count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from untilyes.stats.cells import Changes
from untilyes.stats.changes import compare_many_estimates, compare_many_shares
from untilyes.stats.durations import estimate_quantile, log_bin
from untilyes.stats.results import Estimate
from untilyes.stats.score_changes import compare_many_scores
from untilyes.stats.scores import Scoring, estimate_scores
from untilyes.stats.shares import estimate_shares
from untilyes.stats.waiting import estimate_median_wait

Bins = Mapping[int, int]

OPEN_SINCE = -100_000
"""Bins below this are minus the Unix second at which something still open began or falls due."""


class Kind(Protocol):
    """One sort of number."""

    @property
    def unit(self) -> str: ...

    def settle(self, bins: Bins, now: float) -> Bins:
        """Bins as they stand at `now` (Unix seconds): what is open is decided, left out or counted so far."""

    def estimates(self, cells: Sequence[Bins], parts: Sequence[str | None]) -> list[Estimate]:
        """One estimate per cell of settled bins; `parts` are the cells' own dimension (scale, promise …)."""

    def changes(
        self, before: Sequence[Bins], after: Sequence[Bins], parts: Sequence[str | None], better: str
    ) -> Changes:
        """The change of each cell; p-values as they come, to be corrected by who knows how many were examined."""


@dataclass(frozen=True)
class Share:
    """Bins 1 (yes) and 0 (no); Wilson's interval, Newcombe's change."""

    unit: str = "share"

    def settle(self, bins: Bins, now: float) -> Bins:  # noqa: ARG002 - nothing is open
        return bins

    def yes_of(self, bins: Bins, part: str | None) -> tuple[int, int]:  # noqa: ARG002 - only boxes look at the scale
        """(k, n) of one cell."""
        return bins.get(1, 0), bins.get(1, 0) + bins.get(0, 0)

    def counts(self, cells: Sequence[Bins], parts: Sequence[str | None]) -> tuple[list[int], list[int]]:
        """(k, n) of many cells."""
        both = [self.yes_of(bins, part) for bins, part in zip(cells, parts, strict=True)]
        return [k for k, _ in both], [n for _, n in both]

    def estimates(self, cells: Sequence[Bins], parts: Sequence[str | None]) -> list[Estimate]:
        return list(estimate_shares(*self.counts(cells, parts))) if cells else []

    def changes(
        self, before: Sequence[Bins], after: Sequence[Bins], parts: Sequence[str | None], better: str
    ) -> Changes:
        sides = self.counts(before, parts), self.counts(after, parts)
        return compare_many_shares(sides[0], sides[1], better=better, correction=None)


@dataclass(frozen=True)
class TopTwo(Share):
    """Bins are the answers on their scale ("1..5"); counted as satisfied are the two best."""

    def yes_of(self, bins: Bins, part: str | None) -> tuple[int, int]:
        if part is None:  # several scales together have no two best
            return 0, 0
        best = int(part.rsplit("..", 1)[1])
        return sum(n for value, n in bins.items() if value >= best - 1), sum(bins.values())


@dataclass(frozen=True)
class DueShare(Share):
    """Kept or not; a promise still open counts as broken from the second it was due, and not at all before."""

    def settle(self, bins: Bins, now: float) -> Bins:
        broken = sum(n for value, n in bins.items() if value < OPEN_SINCE and -value < now)
        return {1: bins.get(1, 0), 0: bins.get(0, 0) + broken}


@dataclass(frozen=True)
class NetScore:
    """Bins are answers, each worth points; adjusted Wald on the multinomial variance."""

    scoring: Scoring
    unit: str = "points"

    def settle(self, bins: Bins, now: float) -> Bins:  # noqa: ARG002 - nothing is open
        return bins

    def _table(self, cells: Sequence[Bins]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        known = self.scoring.points
        rows = [self.scoring.counts({v: n for v, n in bins.items() if v in known}) for bins in cells]
        return np.array(rows, dtype=np.float64).reshape(len(cells), self.scoring.levels.size)

    def estimates(self, cells: Sequence[Bins], parts: Sequence[str | None]) -> list[Estimate]:  # noqa: ARG002
        if not cells:
            return []
        found = estimate_scores(self._table(cells), self.scoring.levels)
        return [replace(estimate, unit=self.unit) for estimate in found]

    def changes(
        self,
        before: Sequence[Bins],
        after: Sequence[Bins],
        parts: Sequence[str | None],  # noqa: ARG002
        better: str,
    ) -> Changes:
        levels = self.scoring.levels
        found = compare_many_scores(self._table(before), self._table(after), levels, better=better, correction=None)
        return replace(found, before=replace(found.before, unit=self.unit), after=replace(found.after, unit=self.unit))


@dataclass(frozen=True)
class Median:
    """Bins are log-bins of seconds; the median with an interval that assumes no distribution."""

    unit: str = "seconds"

    def settle(self, bins: Bins, now: float) -> Bins:  # noqa: ARG002 - nothing is open
        return bins

    def estimate(self, bins: Bins) -> Estimate:
        """The median of one cell."""
        return estimate_quantile(bins)

    def estimates(self, cells: Sequence[Bins], parts: Sequence[str | None]) -> list[Estimate]:  # noqa: ARG002
        return [self.estimate(bins) for bins in cells]

    def changes(
        self, before: Sequence[Bins], after: Sequence[Bins], parts: Sequence[str | None], better: str
    ) -> Changes:
        sides = self.estimates(before, parts), self.estimates(after, parts)
        return compare_many_estimates(sides[0], sides[1], better=better, correction=None)


GONE = -1
"""Bins from here down to `OPEN_SINCE` are waits given up: minus (1 + their log-bin)."""


@dataclass(frozen=True)
class MedianWait(Median):
    """The median wait by Kaplan-Meier: those still waiting, or who gave up, count as long as they were seen waiting."""

    def settle(self, bins: Bins, now: float) -> Bins:
        settled: dict[int, int] = {}
        for value, n in bins.items():
            seen = GONE - int(log_bin(max(now + value, 0.0))) if value < OPEN_SINCE else value
            settled[seen] = settled.get(seen, 0) + n
        return settled

    def estimate(self, bins: Bins) -> Estimate:
        ended = {value: n for value, n in bins.items() if value >= 0}
        waiting = {GONE - value: n for value, n in bins.items() if value < 0}
        return estimate_median_wait(ended, waiting)


@dataclass(frozen=True)
class Mix(Share):
    """A cell's share of everything counted beside it: 1 = its own, 0 = the others', as `set_against` puts them."""

    def set_against(self, own: int, together: int) -> Bins:
        """The bins of one cell that counts `own` of `together`."""
        return {1: own, 0: together - own}
