"""A whisker: a value and its interval on a scale shared by a whole column."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from untilyes.stats.results import Estimate

WIDTH = 160.0


@dataclass(frozen=True)
class Whisker:
    """One estimate drawn between `low` and `high`, the ends of the column's scale."""

    estimate: Estimate
    low: float
    high: float
    template: ClassVar = "components/whisker/whisker.html"

    @property
    def at(self) -> float:
        return self._x(self.estimate.value)

    @property
    def left(self) -> float:
        return self._x(self.estimate.low)

    @property
    def right(self) -> float:
        return self._x(self.estimate.high)

    def _x(self, value: float | None) -> float:
        reach = (self.high - self.low) or 1.0
        share = ((value if value is not None else self.low) - self.low) / reach
        return round(WIDTH * min(1.0, max(0.0, share)), 1)


def span_of(estimates: Iterable[Estimate]) -> tuple[float, float]:
    """The ends of a scale on which all of them fit, with a little room."""
    ends = [end for e in estimates for end in (e.low, e.value, e.high) if end is not None and abs(end) != float("inf")]
    if not ends:
        return 0.0, 1.0
    room = (max(ends) - min(ends)) * 0.04
    return min(ends) - room, max(ends) + room


def examples() -> list[Whisker]:
    """A sure one and an unsure one on the same scale."""
    sure, unsure = Estimate(0.8, 0.78, 0.82, 1600, "wilson"), Estimate(0.6, 0.42, 0.76, 29, "wilson")
    return [Whisker(sure, 0.0, 1.0), Whisker(unsure, 0.0, 1.0)]
