"""The share of good answers along a wait, stretch by stretch, as a table that unfolds."""

from dataclasses import dataclass
from typing import ClassVar

from untilyes.analysis.drivers import Point, Turning
from untilyes.web.components.whisker import Whisker


@dataclass(frozen=True)
class CurveRow:
    """One stretch of a wait."""

    point: Point
    whisker: Whisker


@dataclass(frozen=True)
class Curve:
    """A turning place in numbers. `good` says what a good answer is called, `counted` what was counted."""

    turning: Turning
    good: str = "Said yes"
    counted: str = "Answers"
    template: ClassVar = "components/curve/curve.html"

    @property
    def rows(self) -> tuple[CurveRow, ...]:
        """A row per stretch, each with its whisker on the scale from nobody to everybody."""
        return tuple(CurveRow(point, Whisker(point.yes, 0.0, 1.0)) for point in self.turning.points)
