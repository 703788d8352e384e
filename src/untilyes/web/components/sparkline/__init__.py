"""A sparkline: weeks as a line, how sure we are as a ribbon. Weeks without answers are gaps, not zeros."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from untilyes.stats.results import Estimate

WIDTH, HEIGHT = 240.0, 48.0
Point = tuple[float, float, float, float]  # x, value, low, high in drawing units


@dataclass(frozen=True)
class Sparkline:
    """A trend in the size of a line of text. `label` is what a screen reader says."""

    points: tuple[Estimate, ...]
    label: str
    first: str = ""
    last: str = ""
    template: ClassVar = "components/sparkline/sparkline.html"

    @property
    def runs(self) -> list[list[Point]]:
        """Unbroken stretches of weeks that have a value."""
        low, high = self._range()
        height = (high - low) or 1.0
        step = WIDTH / max(1, len(self.points) - 1)

        def y(value: float) -> float:
            return round(HEIGHT - (value - low) / height * HEIGHT, 1)

        runs: list[list[Point]] = [[]]
        for place, point in enumerate(self.points):
            if point.value is None:
                runs.append([])
                continue
            ends = (point.low if point.low is not None else point.value, point.high or point.value)
            runs[-1].append((round(place * step, 1), y(point.value), y(ends[0]), y(ends[1])))
        return [run for run in runs if run]

    @property
    def lines(self) -> list[str]:
        return [_path((x, y) for x, y, _, _ in run) for run in self.runs]

    @property
    def ribbons(self) -> list[str]:
        return [
            _path([(x, high) for x, _, _, high in run] + [(x, low) for x, _, low, _ in reversed(run)]) + "Z"
            for run in self.runs
        ]

    @property
    def now(self) -> str:
        """The last point, as a dot."""
        x, y, _, _ = self.runs[-1][-1]
        return f"M{x} {y}h0"

    def _range(self) -> tuple[float, float]:
        ends = [end for point in self.points for end in (point.low, point.high) if end is not None]
        return (min(ends), max(ends)) if ends else (0.0, 1.0)


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def examples() -> list[Sparkline]:
    """A quiet trend, and one with a gap."""
    quiet = tuple(Estimate(v, v - 0.02, v + 0.02, 400, "wilson") for v in (0.80, 0.81, 0.79, 0.80, 0.78, 0.78, 0.79))
    gap = (*quiet[:3], Estimate(None, None, None, 0, "wilson"), *quiet[3:])
    return [Sparkline(quiet, "Seven weeks between 78 and 81 %"), Sparkline(gap, "The same with one empty week")]
