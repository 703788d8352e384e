"""Logistic regression on counts, small and quick enough to fit thousands of times.

statsmodels fits one model well, but spends 10-30 ms on results nobody reads here; driver shares, profiles over
change-points and bootstraps need thousands of fits. Agreement with statsmodels is tested.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.checks import Floats

_MOST_STEPS = 100


@dataclass(frozen=True, eq=False, slots=True)
class LogitFit:
    """Intercept first. `log_likelihood` leaves out the binomial coefficients, which no comparison needs."""

    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    n: float

    @property
    def errors(self) -> Floats:
        """Standard errors, from the inverse of the observed information."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def predict(self, x: npt.ArrayLike) -> Floats:
        """P(yes) for rows `x` (n, k) without the intercept column → (n,)."""
        return expit(with_intercept(checks.matrix(x, "rows")) @ self.coefficients)


def with_intercept(x: Floats) -> Floats:
    """A leading column of ones.

    >>> with_intercept(np.array([[5.0]])).tolist()
    [[1.0, 5.0]]
    """
    return np.column_stack([np.ones(len(x)), x])


def expit(eta: npt.ArrayLike) -> Floats:
    """`1 / (1 + exp(-η))` without overflow.

    >>> expit([0.0, 1000.0]).tolist()
    [0.5, 1.0]
    """
    e = np.asarray(eta, dtype=np.float64)
    small = np.exp(-np.abs(e))
    return np.asarray(np.where(e >= 0, 1, small) / (1 + small))


def fit_logit(
    x: npt.ArrayLike, yes: npt.ArrayLike, n: npt.ArrayLike | None = None, *, start: Floats | None = None
) -> LogitFit:
    """Maximum likelihood of `logit P(yes) = b0 + x b` by Newton steps with halving.

    `x` (rows, k) without intercept, `yes` (rows,) counts of yes out of `n` (rows,), 1 each when left out. Raises
    ValueError when all answers are alike, when columns are dependent, or when a line separates yes from no perfectly,
    because no finite coefficients exist then.

    >>> fit = fit_logit([[0], [1]], [20, 60], [100, 100])
    >>> fit.coefficients.round(3).tolist(), round(float(fit.errors[1]), 3)
    ([-1.386, 1.792], 0.323)
    """
    rows = checks.matrix(x, "rows")
    k, total = checks.part_of(checks.vector(yes, "yes"), np.ones(len(rows)) if n is None else n)
    checks.same_length(("rows", rows), ("yes", k))
    if not 0 < k.sum() < total.sum():
        raise ValueError("the answers are all one class; it takes both yes and no to model them.")
    z = with_intercept(rows)
    b = np.zeros(z.shape[1]) if start is None else start
    if start is None:
        b[0] = np.log(k.sum() / (total.sum() - k.sum()))
    now = _log_likelihood(z @ b, k, total)
    for _ in range(_MOST_STEPS):
        p = expit(z @ b)
        information = (z * (total * p * (1 - p))[:, None]).T @ z
        step = _solve(information, z.T @ (k - total * p))
        b, then = _stride(b, step, now, z, k, total)
        done = abs(then - now) <= 1e-13 * (1 + abs(then))
        now = then
        if done:
            break
    p = expit(z @ b)
    information = (z * (total * p * (1 - p))[:, None]).T @ z
    if now > -1e-7 * total.sum() or _runs_away(z, b, information):
        raise ValueError(
            "the columns separate yes from no perfectly, so no finite coefficients exist; "
            "leave out the column that decides the outcome or collect more answers."
        )
    return LogitFit(b, np.asarray(np.linalg.inv(information)), now, float(total.sum()))


def _log_likelihood(eta: Floats, k: Floats, total: Floats) -> float:
    return float(k @ eta - total @ np.logaddexp(0, eta))


def _solve(information: Floats, score: Floats) -> Floats:
    scale = 1 / np.sqrt(np.maximum(np.diag(information), 1e-300))
    scaled = information * scale[:, None] * scale
    if np.linalg.cond(scaled) > 1e13:
        raise ValueError(
            "columns depend on each other, or separate yes from no perfectly; leave one of them out or collect more."
        )
    return np.asarray(scale * np.linalg.solve(scaled, scale * score))


def _stride(b: Floats, step: Floats, now: float, z: Floats, k: Floats, total: Floats) -> tuple[Floats, float]:
    """A Newton step, halved until it does not lose likelihood."""
    for _ in range(40):
        then = _log_likelihood(z @ (b + step), k, total)
        if then >= now - 1e-12 * (1 + abs(now)):
            return b + step, then
        step = step / 2
    return b, now


def _runs_away(z: Floats, b: Floats, information: Floats) -> bool:
    """A coefficient still growing after convergence of the likelihood: some rows have left for infinity."""
    errors = np.sqrt(np.diag(np.linalg.pinv(information, hermitian=True)))
    spread = z.std(axis=0)
    return bool((spread[1:] * errors[1:] > 1e3).any() or np.abs(z @ b).max() > 500)
