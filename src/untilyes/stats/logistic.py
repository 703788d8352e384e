"""Drivers of a yes or no on the logistic scale: exact Shapley shares of McFadden's R², and relative weights.

The linear-probability LMG of `drivers` gives nearly the same shares a thousand times faster and needs no rows; these
are the check when someone asks, run as a batch job.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.logit import fit_logit
from untilyes.stats.relative_weights import square_root
from untilyes.stats.shapley import shapley_values
from untilyes.stats.told import Told, say

MOST_DRIVERS = 12


@dataclass(frozen=True, eq=False, slots=True)
class LogisticDrivers(Told):
    """Shares of an R² on the logistic scale.

    `contributions` (k,) sum to `value`. `subsets` (2^k,) are the R² of all subsets, bit j of the index for driver j
    (empty for relative weights). `p` (k,) are likelihood-ratio tests of each driver given the others, `q` their BH
    correction.
    """

    names: tuple[str, ...]
    contributions: Floats
    value: float
    p: Floats
    q: Floats
    n: float
    method: str
    subsets: Floats

    def sentence(self, locale: str = "en") -> str:
        """The drivers that are shown to matter, strongest first."""
        order = np.argsort(-self.contributions)
        real = tuple(self.names[i] for i in order if self.q[i] <= 0.05)
        if not real:
            return say("drivers.none", locale, outcome="yes", n=self.n)
        return say("drivers.real", locale, drivers=real, outcome="yes", explained_share=self.value)


def logistic_shapley(
    x: npt.ArrayLike, yes: npt.ArrayLike, names: Sequence[str], *, n: npt.ArrayLike | None = None
) -> LogisticDrivers:
    """Shapley shares of McFadden's `R² = 1 - ll / ll0` over all 2^k logistic models, k ≤ 12.

    `x` (rows, k); `yes` (rows,) of `n` (rows,) trials, so rows may be patterns with counts. Raises ValueError for one
    class only, separation, dependent columns, more rows than answers.

    >>> rows = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> result = logistic_shapley(rows, [20, 24, 60, 64], ("speed", "tone"), n=[100, 100, 100, 100])
    >>> (result.contributions / result.value).round(2).tolist()
    [0.99, 0.01]
    """
    rows = checks.matrix(x, "drivers")
    k = rows.shape[1]
    if k != len(names) or k > MOST_DRIVERS:
        raise ValueError(f"{k} columns and {len(names)} names; name each of at most {MOST_DRIVERS} drivers once.")
    answers = float(len(rows) if n is None else np.sum(n))
    if answers <= k + 1:
        raise ValueError(f"{answers:g} answers cannot tell {k} drivers apart; collect more or drop some.")
    fits = [_fit_likelihood(rows, subset, yes, n) for subset in range(1 << k)]
    likelihood = np.array(fits)
    r2 = 1 - likelihood / likelihood[0]
    without = [(1 << k) - 1 - (1 << j) for j in range(k)]
    p = stats.chi2.sf(2 * (likelihood[-1] - likelihood[without]), 1)
    q = np.asarray(stats.false_discovery_control(p))
    return LogisticDrivers(tuple(names), shapley_values(r2), float(r2[-1]), p, q, answers, "Shapley of McFadden R²", r2)


def _fit_likelihood(rows: Floats, subset: int, yes: npt.ArrayLike, n: npt.ArrayLike | None) -> float:
    chosen = [j for j in range(rows.shape[1]) if subset >> j & 1]
    return fit_logit(rows[:, chosen], yes, n).log_likelihood


def logistic_relative_weights(
    x: npt.ArrayLike, yes: npt.ArrayLike, names: Sequence[str], *, n: npt.ArrayLike | None = None
) -> LogisticDrivers:
    """Relative weights for a yes/no outcome (Tonidandel & LeBreton 2010, Organizational Research Methods 13(4)).

    Fit the logit on the orthogonal stand-ins Z of the standardized drivers, standardize `β = b R / sd(logit)` with R
    the correlation of the outcome with its prediction, and give back `ε = Λ² β²`; the weights sum to R².

    >>> rows = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> result = logistic_relative_weights(rows, [20, 24, 60, 64], ("speed", "tone"), n=[100, 100, 100, 100])
    >>> (result.contributions / result.value).round(2).tolist()
    [0.99, 0.01]
    """
    rows = checks.matrix(x, "drivers")
    trials = checks.counts(np.ones(len(rows)) if n is None else n, "n")
    k, total = checks.vector(yes, "yes"), float(trials.sum())
    if rows.shape[1] != len(names):
        raise ValueError(f"{rows.shape[1]} columns and {len(names)} names; name each driver once.")
    centred = rows - trials @ rows / total
    covariance = (centred * trials[:, None]).T @ centred / total
    spread = np.sqrt(np.diag(covariance))
    if (spread == 0).any():
        raise ValueError("a driver is constant; nothing can be learned from it, leave it out.")
    bordered = np.pad(covariance / np.outer(spread, spread), (0, 1))
    root, inverse, _ = square_root(bordered)
    fit = fit_logit((centred / spread) @ inverse, k, trials)
    b, predicted = fit.coefficients[1:], fit.predict((centred / spread) @ inverse)
    r2 = _squared_correlation(k, trials, predicted)
    weights = root**2 @ (b**2 * r2 / max(float(b @ b), 1e-300))
    p = np.array([_drop_test(rows, j, k, trials, fit.log_likelihood) for j in range(len(names))])
    q = np.asarray(stats.false_discovery_control(p))
    return LogisticDrivers(tuple(names), weights, r2, p, q, total, "logistic relative weights", np.zeros(0))


def _squared_correlation(yes: Floats, trials: Floats, predicted: Floats) -> float:
    """Of single answers with their predicted probability, from counts."""
    total, mean = trials.sum(), yes.sum() / trials.sum()
    shift = predicted - trials @ predicted / total
    covariance = float((yes - trials * mean) @ shift / total)
    return covariance**2 / float(mean * (1 - mean) * (trials @ shift**2) / total)


def _drop_test(rows: Floats, j: int, yes: Floats, trials: Floats, full: float) -> float:
    rest = fit_logit(np.delete(rows, j, axis=1), yes, trials).log_likelihood
    return float(stats.chi2.sf(2 * max(full - rest, 0.0), 1))
