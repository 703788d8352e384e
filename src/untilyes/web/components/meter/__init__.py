"""A meter: how a whole divides, beside a line it should not pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from untilyes.stats.results import Estimate

HUES = 6


@dataclass(frozen=True)
class Part:
    """One part of the whole; `address` leads to what it counts."""

    label: str
    estimate: Estimate
    n: int
    address: str
    series: int

    @property
    def percent(self) -> float:
        return round(100 * (self.estimate.value or 0.0), 1)


@dataclass(frozen=True)
class Meter:
    """The parts, largest first after the first, and the zone (shares) the first part should end in or before."""

    label: str
    parts: tuple[Part, ...]
    zone: tuple[float, float] | None = None
    zone_label: str = ""
    template: ClassVar = "components/meter/meter.html"

    @property
    def zone_left(self) -> float:
        return 100 * self.zone[0] if self.zone else 0.0

    @property
    def zone_width(self) -> float:
        return 100 * (self.zone[1] - self.zone[0]) if self.zone else 0.0


def divide(parts: Sequence[tuple[str, Estimate, int, str]]) -> tuple[Part, ...]:
    """Parts in the given order, each with a hue of its own while hues last."""
    return tuple(
        Part(label, estimate, n, address, series=min(place, HUES - 1) + 1)
        for place, (label, estimate, n, address) in enumerate(parts)
    )


def examples() -> list[Meter]:
    """The source mix, with the line surveys should stay under."""
    shares = (("survey", 0.46), ("ticket", 0.31), ("review", 0.14), ("chat", 0.09))
    parts = divide([(name, Estimate(v, v, v, 1000, "count"), int(v * 1000), "#") for name, v in shares])
    return [Meter("Where we listen", parts, (0.4, 0.5), "surveys at most 40 to 50 %")]
