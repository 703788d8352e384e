"""Did the fix move it? What happened after, against the trend that was there, and against a group left alone."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

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

    ``x_t = b₀ + b₁ t + b₂ [t ≥ at] + b₃ (t − at)₊ (+ season dummies) + e_t`` with ``e_t = ρ e_{t−1} + noise``,
    generalised least squares (`weights`: the answers behind each value). ρ is not known, so the t-distributions of the
    effect at thirty values of ρ in -½..0.95 are mixed by their restricted likelihood; Newey-West errors would call
    three times too many fixes real in two years of months, even when months are independent. With a `comparison` series
    (a group the fix did not reach) the model is fitted to the difference, so that what moved both cancels out. Fewer
    than `fewest` periods on a side are too few for a verdict (two on each are needed to compute anything). Wagner et
    al. (2002); Zellner & Tiao (1964), J. Am. Stat. Assoc. 59.

    >>> calm = [70, 71, 69, 70, 71, 70, 69, 71, 70, 70]
    >>> print(estimate_intervention(calm + [v + 8 for v in calm], 10, unit="points"))
    It got better beyond the trend that was there: +8, give or take 2 (n = 20) on average since
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
    fits = fit_autoregressive(design, values, weight)
    since = values.size - at
    mean_age = (since - 1) / 2
    rows = {"jump": (1.0, 0.0), "bend": (0.0, 1.0), "average": (1.0, mean_age)}
    effects = {
        name: _effect(np.array([0, 0, *row] + [0] * (design.shape[1] - 4)), fits, level, unit, values.size)
        for name, row in rows.items()
    }
    counterfactual = design.copy()
    counterfactual[:, 2:4] = 0
    average, p = effects["average"]
    enough = min(at, since) >= fewest
    verdict = _verdict(average, p, 1 - level, better) if enough else Verdict.TOO_FEW
    return Intervention(effects["jump"][0], effects["bend"][0], average, counterfactual @ fits.mean, verdict, p)


def _design(periods: int, at: int, season: npt.ArrayLike | None) -> Floats:
    t = np.arange(periods, dtype=np.float64)
    after = (t >= at).astype(np.float64)
    columns = [np.ones(periods), t, after, after * (t - at)]
    if season is not None:
        slots = np.asarray(season)
        checks.same_length(("values", t), ("season", slots))
        columns += [(slots == s).astype(np.float64) for s in np.unique(slots)[1:]]
    return np.column_stack(columns)


@dataclass(frozen=True, slots=True, eq=False)
class Fits:
    """Regressions at several autocorrelations ρ: one row each, weighed by how well it explains the series."""

    coefficients: Floats
    covariance: Floats
    weight: Floats
    freedom: int

    @property
    def mean(self) -> Floats:
        """The coefficients, whatever ρ is."""
        return self.weight @ self.coefficients


RHO: Final = np.linspace(-0.5, 0.95, 30)
"""Neighbouring periods repel each other a little at most, and hang together up to nearly always."""


def fit_autoregressive(design: Floats, y: Floats, weight: Floats, rho: Floats = RHO) -> Fits:
    """Generalised least squares at each ρ for errors ``e_t = ρ e_{t−1} + noise``; `design` is (d, c).

    Rows are scaled by √weight and whitened (``z_t − ρ z_{t−1}``, the first by ``√(1−ρ²)``). Each ρ weighs
    ``√(1−ρ²) |X'V⁻¹X|^{−½} SSE^{−(d−c)/2}``, its restricted likelihood. Prais & Winsten (1954); Harville (1974).

    >>> line = np.column_stack([np.ones(4), [0, 1, 2, 3]])
    >>> fit_autoregressive(line, np.array([0.0, 1.1, 1.9, 3.0]), np.ones(4)).mean.round(1).tolist()
    [0.0, 1.0]
    """
    d, columns = design.shape
    if np.linalg.matrix_rank(design * np.sqrt(weight)[:, None]) < columns:
        raise ValueError("the periods do not tell trend, change and season apart; add periods or leave the season out.")
    rows = np.column_stack([design, y]) * np.sqrt(weight / weight.mean())[:, None]
    step = rho[:, None, None]
    white = np.concatenate([rows[:1] * np.sqrt(1 - step**2), rows[1:] - step * rows[:-1]], axis=1)
    x, target = white[..., :columns], white[..., columns]
    gram = np.swapaxes(x, 1, 2) @ x
    coefficients = np.linalg.solve(gram, np.swapaxes(x, 1, 2) @ target[..., None])[..., 0]
    squares = np.square(target - (x @ coefficients[..., None])[..., 0]).sum(axis=1)
    squares = np.maximum(squares, 1e-20 * np.square(target).sum(axis=1))
    log_like = np.log1p(-np.square(rho)) / 2 - np.linalg.slogdet(gram)[1] / 2
    log_like = log_like - (d - columns) / 2 * np.log(np.maximum(squares, 1e-300))
    likely = np.exp(log_like - log_like.max())
    covariance = np.linalg.inv(gram) * (squares / (d - columns))[:, None, None]
    return Fits(coefficients, covariance, likely / likely.sum(), d - columns)


def _effect(row: Floats, fits: Fits, level: float, unit: str, n: int) -> tuple[Estimate, float]:
    """A contrast of the coefficients: its mean, the ends that cut (1 − level)/2 off either side, and p."""
    place = fits.coefficients @ row
    error = np.sqrt(np.maximum(np.einsum("i,gij,j->g", row, fits.covariance, row), 1e-300))
    value, tail = float(fits.weight @ place), (1 - checks.level(level)) / 2

    def below(x: float) -> float:
        return float(fits.weight @ special.stdtr(fits.freedom, (x - place) / error))

    def end(share: float) -> float:
        near = place + float(special.stdtrit(fits.freedom, share)) * error
        low, high = float(near.min()), float(near.max())
        if high - low <= 1e-12 * max(abs(low), abs(high)):
            return low
        return float(optimize.brentq(lambda x: below(x) - share, low, high))

    p = 2 * min(below(0.0), 1 - below(0.0))
    return Estimate(value, end(tail), end(1 - tail), n, "interrupted time series", level, unit), p


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
