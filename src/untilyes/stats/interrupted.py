"""Did the fix move it? What happened after, against the trend that was there, and against a group left alone."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.changes import compare_shares
from untilyes.stats.checks import Floats
from untilyes.stats.results import Change, Estimate, Verdict
from untilyes.stats.told import Told, say


@dataclass(frozen=True, slots=True, eq=False)
class Intervention(Told):
    """The effect of something that happened at a known moment, beyond the trend that was there before.

    `jump` is the change of level at once, `bend` the change of slope per period, `average` the mean distance from
    `expected` over all periods since: the number to act on. `expected` is the old trend carried on, one entry a period.
    """

    jump: Estimate
    bend: Estimate
    average: Estimate
    expected: Floats
    verdict: Verdict
    p: float

    def sentence(self, locale: str = "en") -> str:
        """The verdict and the average effect."""
        return say(f"moved.{self.verdict}", locale, average=self.average)


def estimate_intervention(
    x: npt.ArrayLike, at: int, *, comparison: npt.ArrayLike | None = None, weights: npt.ArrayLike | None = None,
    season: npt.ArrayLike | None = None, level: float = 0.95, better: str = "higher", unit: str = "score",
    fewest: int = 6,
) -> Intervention:  # fmt: skip
    """Interrupted time series: one value a period, oldest first; the fix came just before index `at`.

    ``x_t = b₀ + b₁ t + b₂ [t ≥ at] + b₃ (t − at)₊ (+ season dummies)``, weighted least squares (`weights`: the answers
    behind each value), Newey-West errors with ``⌊4 (d/100)^{2/9}⌋`` lags and a small-sample factor, t on d − columns
    degrees of freedom. With a `comparison` series (a group the fix did not reach) the model is fitted to the
    difference, so that what moved both cancels out. Fewer than `fewest` periods on a side are too few for a verdict
    (two on each are needed to compute anything). Wagner et al. (2002); Newey & West (1987), Econometrica 55.

    >>> calm = [70, 71, 69, 70, 71, 70, 69, 71, 70, 70]
    >>> print(estimate_intervention(calm + [v + 8 for v in calm], 10, unit="points"))
    It got better beyond the trend that was there: +8.1, give or take 0.8 (n = 20) on average since
    """
    values = checks.vector(x, "values")
    if not 2 <= at <= values.size - 2:
        raise ValueError(f"at={at} leaves fewer than two of {values.size} periods on a side; wait, or go further back.")
    if comparison is not None:
        other = checks.vector(comparison, "comparison")
        checks.same_length(("values", values), ("comparison", other))
        values = values - other
    weight = np.ones(values.size) if weights is None else checks.weights(weights, values.size)
    design = _design(values.size, at, season)
    if values.size <= design.shape[1]:
        raise ValueError(f"{values.size} periods for {design.shape[1]} unknowns; add periods or leave the season out.")
    coefficients, covariance = newey_west(design, values, weight)
    freedom = values.size - design.shape[1]
    since = values.size - at
    mean_age = (since - 1) / 2
    rows = {"jump": (1.0, 0.0), "bend": (0.0, 1.0), "average": (1.0, mean_age)}
    effects = {
        name: _effect(np.array(row), coefficients[2:4], covariance[2:4, 2:4], freedom, level, unit, values.size)
        for name, row in rows.items()
    }
    counterfactual = design.copy()
    counterfactual[:, 2:4] = 0
    average, p = effects["average"]
    enough = min(at, since) >= fewest
    verdict = _verdict(average, p, 1 - level, better) if enough else Verdict.TOO_FEW
    return Intervention(effects["jump"][0], effects["bend"][0], average, counterfactual @ coefficients, verdict, p)


def _design(periods: int, at: int, season: npt.ArrayLike | None) -> Floats:
    t = np.arange(periods, dtype=np.float64)
    after = (t >= at).astype(np.float64)
    columns = [np.ones(periods), t, after, after * (t - at)]
    if season is not None:
        slots = np.asarray(season)
        checks.same_length(("values", t), ("season", slots))
        columns += [(slots == s).astype(np.float64) for s in np.unique(slots)[1:]]
    return np.column_stack(columns)


def newey_west(design: Floats, y: Floats, weight: Floats, lags: int | None = None) -> tuple[Floats, Floats]:
    """Weighted least squares and its covariance when neighbouring errors hang together.

    ``(X'WX)⁻¹ (Γ₀ + Σ_l (1 − l/(L+1)) (Γ_l + Γ_l')) (X'WX)⁻¹ · d/(d − c)`` with scores ``w_t x_t e_t``; `design` is
    (d, c). Newey & West (1987).

    >>> b, cov = newey_west(np.column_stack([np.ones(4), [0, 1, 2, 3]]), np.array([0.0, 1.1, 1.9, 3.0]), np.ones(4))
    >>> b.round(2).tolist()
    [0.03, 0.98]
    """
    d, columns = design.shape
    gram = design.T @ (design * weight[:, None])
    if np.linalg.matrix_rank(gram) < columns:
        raise ValueError("the periods do not tell trend, change and season apart; add periods or leave the season out.")
    inverse = np.linalg.inv(gram)
    coefficients = inverse @ (design.T @ (weight * y))
    scores = design * (weight * (y - design @ coefficients))[:, None]
    middle = scores.T @ scores
    reach = int(4 * (d / 100) ** (2 / 9)) if lags is None else lags
    for lag in range(1, min(reach, d - 1) + 1):
        step = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (reach + 1)) * (step + step.T)
    return coefficients, inverse @ middle @ inverse * d / (d - columns)


def _effect(
    row: Floats, coefficients: Floats, covariance: Floats, freedom: int, level: float, unit: str, n: int
) -> tuple[Estimate, float]:
    value, error = float(row @ coefficients), math.sqrt(max(float(row @ covariance @ row), 0.0))
    half = float(special.stdtrit(freedom, 0.5 + checks.level(level) / 2)) * error
    p = 2 * float(special.stdtr(freedom, -abs(value) / error)) if error > 0 else float(abs(value) < 1e-12)
    return Estimate(value, value - half, value + half, n, "interrupted time series", level, unit), p


def _verdict(average: Estimate, p: float, alpha: float, better: str) -> Verdict:
    if better not in ("higher", "lower"):
        raise ValueError(f"better must be 'higher' or 'lower', not {better!r}.")
    if p > alpha or average.value is None:
        return Verdict.NO_REAL_CHANGE
    return Verdict.BETTER if (average.value > 0) == (better == "higher") else Verdict.WORSE


def difference_in_differences(
    before: tuple[float, float], after: tuple[float, float], before_elsewhere: tuple[float, float],
    after_elsewhere: tuple[float, float], *, level: float = 0.95,
) -> Estimate:  # fmt: skip
    """How much more a share rose here than elsewhere, each argument (k, n): the effect of a fix that only we had.

    ``(p₁ − p₀) − (q₁ − q₀)`` with Newcombe's intervals of both differences joined by MOVER, in
    points (-200..200). Right when both places would otherwise have moved alike. Undefined when a side is empty.

    >>> print(difference_in_differences((700, 1000), (780, 1000), (710, 1000), (720, 1000)))
    +7, give or take 6 (n = 4,000)
    """
    sides = [compare_shares(before, after, level=level), compare_shares(before_elsewhere, after_elsewhere, level=level)]
    n = sum(side.before.n + side.after.n for side in sides)
    (here, low, high), (there, low_there, high_there) = (_points(side) for side in sides)
    method = "difference in differences"
    if np.isnan(here) or np.isnan(there):
        return Estimate(None, None, None, n, method, level, "points")
    down, up = float(np.hypot(here - low, high_there - there)), float(np.hypot(high - here, there - low_there))
    return Estimate(here - there, here - there - down, here - there + up, n, method, level, "points")


def _points(change: Change) -> tuple[float, float, float]:
    """A change of shares and its interval in points; NaN where undefined."""
    delta, low, high = (np.nan if x is None else 100 * x for x in (change.delta, change.low, change.high))
    return delta, low, high
