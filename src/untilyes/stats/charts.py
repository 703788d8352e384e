"""Which point asks for a reason: process behaviour charts that stay quiet while nothing happens.

Limits are frozen from a baseline and judged by two rules only: a point beyond three sigma, or eight in a row on one
side of the centre. Each further rule buys little and multiplies false alarms. Daily shares of many answers always vary
more than counting alone explains, so Laney's p′ is the chart for them: a plain p chart would flag nearly every day.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.told import Told, paragraph, say

Mask = npt.NDArray[np.bool_]

D2 = 1.128
"""The mean range of two standard normal values: a moving range divided by it estimates sigma."""

RUN = 8
"""So many points in a row on one side of the centre are a signal."""

ENOUGH = 12
"""Fewer baseline points than this give limits that still move."""


@dataclass(frozen=True, slots=True, eq=False)
class ControlChart(Told):
    """A series with its limits. All arrays have one entry a point; a point without data is NaN and never a signal.

    `beyond` marks points outside the limits, `run` points that complete eight or more on one side. `sigma_z` is how
    many times more the points vary than their counts explain (1 for charts that do not measure it).
    """

    value: Floats
    centre: float
    low: Floats
    high: Floats
    beyond: Mask
    run: Mask
    method: str
    baseline: int
    sigma_z: float = 1.0

    @property
    def signals(self) -> Mask:
        """The points that ask for a reason."""
        return self.beyond | self.run

    @property
    def is_provisional(self) -> bool:
        """Whether the limits rest on fewer than twelve points."""
        return self.baseline < ENOUGH

    def sentence(self, locale: str = "en") -> str:
        """Which points ask for a reason, and whether the limits can be trusted."""
        points = int(np.isfinite(self.value).sum())
        where = tuple(int(i) + 1 for i in np.flatnonzero(self.signals))
        kind = "chart.signals" if where else "chart.calm"
        told = [say(kind, locale, points=points, count=len(where), where=where)]
        if self.is_provisional:
            told.append(say("chart.provisional", locale, points=self.baseline))
        return paragraph(list(told), locale)


def chart_values(x: npt.ArrayLike, *, baseline: int | None = None) -> ControlChart:
    """XmR chart of single values (a weekly score, a handle time): ``mean ± 3 · mean moving range / 1.128``.

    `x` is one value a period, oldest first, at least two; the first `baseline` of them set the limits (all by default).
    Correlated series need their season and trend taken out first. Shewhart; Wheeler, Understanding Variation (1993).

    >>> flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    >>> chart = chart_values(flow)
    >>> round(chart.centre, 2), round(float(chart.high[0]), 4)
    (50.81, 55.8041)
    """
    values = checks.vector(x, "values", at_least=2)
    used = _baseline(values.size, baseline)
    centre = float(values[:used].mean())
    sigma = float(np.abs(np.diff(values[:used])).mean()) / D2
    return _chart(values, centre, np.full(values.size, sigma), "XmR", used, (-np.inf, np.inf))


def chart_shares(
    k: npt.ArrayLike, n: npt.ArrayLike, *, baseline: int | None = None, overdispersed: bool = True
) -> ControlChart:
    """Laney's p′ chart of shares k/n, one entry a period: ``p̄ ± 3 σ_i σ_z``, clipped to 0..1.

    ``σ_i = √(p̄(1−p̄)/n_i)`` and ``σ_z = mean |z_i − z_{i−1}| / 1.128`` with ``z_i = (p_i − p̄)/σ_i``, never below 1.
    ``overdispersed=False`` is the plain p chart (σ_z = 1). Laney (2002), Quality Engineering 14:531-537.

    >>> chart = chart_shares([12, 15, 8, 10, 4, 7, 16, 9], [50] * 8)
    >>> bool(chart.signals.any()), round(chart.sigma_z, 2)
    (False, 1.65)
    """
    part, whole = (np.atleast_1d(a) for a in checks.part_of(k, n))
    used = _baseline(whole.size, baseline)
    _some(whole[:used].sum(), "n")
    centre = float(part[:used].sum() / whole[:used].sum())
    return _counted(part, whole, centre * (1 - centre), used, "p′" if overdispersed else "p", 1.0, overdispersed)


def chart_rates(
    events: npt.ArrayLike, exposure: npt.ArrayLike, *, baseline: int | None = None, overdispersed: bool = True
) -> ControlChart:
    """u′ chart of events per unit of exposure (complaints per thousand calls): like p′ with ``σ_i = √(ū/e_i)``.

    Laney (2002). A period without exposure is NaN.

    >>> chart_rates([3, 5, 4, 30], [10, 12, 11, 10], baseline=3).beyond.tolist()
    [False, False, False, True]
    """
    count, size = np.broadcast_arrays(checks.vector(events, "events"), checks.counts(exposure, "exposure"))
    checks.counts(count, "events")
    used = _baseline(size.size, baseline)
    _some(size[:used].sum(), "exposure")
    centre = float(count[:used].sum() / size[:used].sum())
    return _counted(count, size, centre, used, "u′" if overdispersed else "u", np.inf, overdispersed)


def _some(total: float, name: str) -> None:
    if total <= 0:
        raise ValueError(f"the baseline has no {name}, so there is nothing to compare with; choose a later baseline.")


def _counted(
    part: Floats, whole: Floats, spread: float, used: int, method: str, top: float, overdispersed: bool
) -> ControlChart:
    centre = float(part[:used].sum() / whole[:used].sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        value = part / whole
        sigma = np.where(whole > 0, np.sqrt(spread / whole), np.nan)
        z = (value - centre) / sigma
    known = z[:used][np.isfinite(z[:used])]
    sigma_z = float(np.abs(np.diff(known)).mean()) / D2 if overdispersed and known.size > 1 else 1.0
    return _chart(value, centre, sigma * max(sigma_z, 1.0), method, used, (0.0, top), max(sigma_z, 1.0))


def _chart(
    value: Floats, centre: float, sigma: Floats, method: str, used: int, ends: tuple[float, float], sigma_z: float = 1.0
) -> ControlChart:
    low, high = np.maximum(centre - 3 * sigma, ends[0]), np.minimum(centre + 3 * sigma, ends[1])
    with np.errstate(invalid="ignore"):
        beyond = (value < low) | (value > high)
    return ControlChart(value, centre, low, high, beyond, run_of(value, centre), method, used, sigma_z)


def run_of(value: npt.ArrayLike, centre: float, length: int = RUN) -> Mask:
    """Points that complete `length` or more in a row strictly on one side of the centre; NaN breaks no run.

    >>> run_of([1] * 9, 0).tolist()
    [False, False, False, False, False, False, False, True, True]
    """
    side = np.sign(np.asarray(value, dtype=np.float64) - centre)
    marked = np.zeros(side.shape, dtype=bool)
    count, current = 0, 0.0
    for i, s in enumerate(side):
        if np.isnan(s):
            continue
        count = count + 1 if s == current and s != 0 else int(s != 0)
        current = s
        marked[i] = count >= length
    return marked


def _baseline(points: int, baseline: int | None) -> int:
    used = points if baseline is None else baseline
    if not 2 <= used <= points:
        raise ValueError(f"a baseline of {used} of {points} points sets no limits; give at least 2 and at most all.")
    return used


@dataclass(frozen=True, slots=True, eq=False)
class Cusum(Told):
    """Cumulative sums above and below a target. `first` is the index of the first signal, None while there is none."""

    above: Floats
    below: Floats
    threshold: float

    @property
    def first(self) -> int | None:
        """Index of the first point where a sum exceeds the threshold."""
        hits = np.flatnonzero(np.maximum(self.above, self.below) > self.threshold)
        return int(hits[0]) if hits.size else None

    def sentence(self, locale: str = "en") -> str:
        """Whether and when the series drifted away."""
        if self.first is None:
            return say("cusum.calm", locale, points=self.above.size)
        up = self.above[self.first] > self.threshold
        return say("cusum.up" if up else "cusum.down", locale, at=self.first + 1)


def cusum(x: npt.ArrayLike, *, target: float, slack: float, threshold: float) -> Cusum:
    """Tabular CUSUM: sees a small lasting drift sooner than a chart with limits.

    ``S⁺ = max(0, x − target − slack + S⁺)``, ``S⁻ = max(0, target − slack − x + S⁻)``; a signal when either exceeds
    `threshold`. In the unit of `x`; the usual choice is half the drift worth seeing as `slack` and 4-5 standard
    deviations as `threshold`. Page (1954), Biometrika 41.

    >>> cusum([0, 0, 1, 1, 1, 1], target=0, slack=0.25, threshold=2).first
    4
    """
    values = checks.vector(x)
    if slack < 0 or threshold <= 0:
        raise ValueError(
            "slack cannot be negative and threshold must be positive; see the docstring for usual choices."
        )
    above, below = np.zeros(values.size), np.zeros(values.size)
    up = down = 0.0
    for i, value in enumerate(values):
        up, down = max(0.0, value - target - slack + up), max(0.0, target - slack - value + down)
        above[i], below[i] = up, down
    return Cusum(above, below, threshold)
