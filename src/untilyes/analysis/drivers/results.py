"""What a closer look finds beside the ranking: strengths, metrics that move together, segments that differ."""

from dataclasses import dataclass

from untilyes.stats.driver_results import Driver
from untilyes.stats.importance import Quadrant
from untilyes.stats.results import Estimate


@dataclass(frozen=True)
class Strength:
    """How good a part is (`performance`, 0 worst to 1 best) beside how much it matters (its share)."""

    name: str
    told: str
    performance: Estimate
    importance: Estimate
    quadrant: Quadrant


@dataclass(frozen=True)
class Together:
    """Metrics that move together, and their part of what is explained taken as one."""

    told: tuple[str, ...]
    driver: Driver


@dataclass(frozen=True)
class Difference:
    """A metric that matters more, or less, for some: the change of the outcome (0 to 1) over the metric's whole range.

    `here` and `elsewhere` are slopes beside all other metrics; `q` allows for every metric and segment compared.
    """

    told: str
    dimension: str
    value: str
    here: Estimate
    elsewhere: Estimate
    q: float

    @property
    def is_stronger(self) -> bool:
        return abs(self.here.value or 0.0) > abs(self.elsewhere.value or 0.0)
