"""A gauge: one of the two figures one steers by. The band on the dial is the interval, the hand the value."""

import math
from dataclasses import dataclass
from typing import ClassVar

from untilyes.stats import wording
from untilyes.stats.results import Change, Estimate, Verdict
from untilyes.web.components.sparkline import Sparkline
from untilyes.web.components.verdict import Mark

RADIUS, CENTRE = 72.0, (84.0, 84.0)
SWEEP = 240.0  # degrees of dial; the gap points down
SCALES = {"share": (0.0, 1.0), "points": (-100.0, 100.0)}


@dataclass(frozen=True)
class Gauge:
    """A steering figure. `address` leads to the rows behind it, `told` says what the change is against."""

    name: str
    estimate: Estimate
    address: str
    period: str
    against: str
    change: Change | None = None
    trend: Sparkline | None = None
    template: ClassVar = "components/gauge/gauge.html"

    @property
    def figure(self) -> str:
        """The number, without its unit."""
        return self.estimate.brief().replace(" %", "").strip()

    @property
    def unit(self) -> str:
        return "%" if self.estimate.unit == "share" and self.estimate.is_defined else ""

    @property
    def reach(self) -> str:
        """ "76 to 80": the interval in the figure's own rounding."""
        if self.estimate.low is None or self.estimate.high is None:
            return ""
        scale = wording.scale_for(self.estimate.unit, 0.0, "en")
        known = wording.decimals_known((self.estimate.margin or 0.0) * scale.factor)
        ends = (scale.text(end, known, "en", suffix=False) for end in (self.estimate.low, self.estimate.high))
        return " to ".join(ends)

    @property
    def ends(self) -> tuple[str, str]:
        """What the two ends of the dial stand for."""
        return ("−100", "+100") if self.estimate.unit == "points" else ("0", "100")

    @property
    def mark(self) -> Mark:
        return Mark(self.change.verdict if self.change else Verdict.TOO_FEW)

    @property
    def told(self) -> str:
        """What happened, in one line under the verdict."""
        if self.change is None or self.change.verdict is Verdict.TOO_FEW:
            return f"Not enough answers to compare with {self.against}."
        return f"{self.change.after.brief()}, was {self.change.before.brief()} {self.against}."

    @property
    def track(self) -> str:
        return _arc(0.0, 1.0)

    @property
    def band(self) -> str:
        """The interval on the dial; at least a sliver, so that a sure number is still seen."""
        if self.estimate.low is None or self.estimate.high is None:
            return ""
        low, high = self._place(self.estimate.low), self._place(self.estimate.high)
        return _arc(low, max(high, low + 0.008))

    @property
    def hand(self) -> str:
        return _tick(self._place(self.estimate.value), 60, 84) if self.estimate.value is not None else ""

    @property
    def before(self) -> str:
        """Where the hand stood in the period before."""
        value = self.change.before.value if self.change else None
        return _tick(self._place(value), 79, 84) if value is not None else ""

    def _place(self, value: float) -> float:
        low, high = SCALES[self.estimate.unit]
        return min(1.0, max(0.0, (value - low) / (high - low)))


def _point(share: float, radius: float) -> str:
    angle = math.radians(90 + (360 - SWEEP) / 2 + share * SWEEP)
    return f"{CENTRE[0] + radius * math.cos(angle):.2f} {CENTRE[1] + radius * math.sin(angle):.2f}"


def _arc(start: float, end: float) -> str:
    large = int((end - start) * SWEEP > 180)
    return f"M{_point(start, RADIUS)}A{RADIUS} {RADIUS} 0 {large} 1 {_point(end, RADIUS)}"


def _tick(share: float, inner: float, outer: float) -> str:
    return f"M{_point(share, inner)}L{_point(share, outer)}"


def examples() -> list[Gauge]:
    """Worse, unchanged, and nothing to go by."""
    from untilyes.stats.changes import compare_shares  # noqa: PLC0415 - SciPy only where it is used

    now = Estimate(0.78, 0.76, 0.80, 1_603, "wilson")
    trust = Estimate(41.0, 36.0, 46.0, 702, "multinomial", unit="points")
    weeks = tuple(Estimate(v, v - 0.03, v + 0.03, 300, "wilson") for v in (0.82, 0.83, 0.81, 0.82, 0.80, 0.78))
    trend = Sparkline(weeks, "Six weeks from 82 to 78 %", "10 Oct", "14 Nov")
    change = compare_shares((1312, 1600), (1250, 1603))
    return [
        Gauge("Effectiveness", now, "#", "last 4 weeks", "in the 4 weeks before", change, trend),
        Gauge("Trust", trust, "#", "last 4 weeks", "in the 4 weeks before"),
        Gauge("Effectiveness", Estimate(None, None, None, 0, "wilson"), "#", "last 4 weeks", "in the 4 weeks before"),
    ]
