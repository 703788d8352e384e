"""A share of people: k of n, and how sure we are of it.

Which interval? Wilson covers what it claims on average and never collapses at 0 or n: the default. Clopper-Pearson
never covers less than it claims and pays with width: for contracts and audits. Jeffreys is the Bayesian one: for
those who want a posterior. A number that is looked at all the time needs `watched.watch_share` instead.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.cells import Estimates
from untilyes.stats.checks import Floats
from untilyes.stats.results import Estimate

Ends = tuple[Floats, Floats]


def z_score(level: float) -> float:
    """The two-sided normal quantile of a confidence level: 1.96 for 0.95.

    >>> round(z_score(0.95), 4)
    1.96
    """
    return float(special.ndtri(0.5 + checks.level(level) / 2))


def wilson(k: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> Ends:
    """Wilson's score interval, any shape, closed form.

    ``centre ± half`` with ``centre = (p + z²/2n) / (1 + z²/n)`` and
    ``half = z √(p(1−p)/n + z²/4n²) / (1 + z²/n)``. Exactly 0 at k = 0 and 1 at k = n; NaN at n = 0.
    k and n may be fractions (weighted counts). Raises ValueError when k > n, negative or not finite.
    Wilson, E. B. (1927), J. Am. Stat. Assoc. 22.

    >>> low, high = wilson(81, 263)
    >>> print(f"{low:.5f} {high:.5f}")
    0.25529 0.36621
    """
    part, whole = checks.part_of(k, n)
    return wilson_at(part, whole, z_score(level))


def wilson_at(k: Floats, n: Floats, z: float | Floats) -> Ends:
    """Wilson's interval for checked counts at a given z (itself an array when a p-value is searched)."""
    square = np.square(z)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = k / n
        spread = n + square
        centre = (k + square / 2) / spread
        half = z * np.sqrt(n * p * (1 - p) + square / 4) / spread
    low = np.where(k == 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(k == n, 1.0, np.minimum(centre + half, 1.0))
    nothing = n == 0
    return np.where(nothing, np.nan, low), np.where(nothing, np.nan, high)


def clopper_pearson(k: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> Ends:
    """The exact interval: never covers less than `level`, often more.

    ``low = Beta⁻¹(α/2; k, n−k+1)``, ``high = Beta⁻¹(1−α/2; k+1, n−k)``; 0 at k = 0, 1 at k = n, NaN at n = 0.
    Clopper & Pearson (1934), Biometrika 26.

    >>> low, high = clopper_pearson(7, 50)
    >>> print(f"{low:.5f} {high:.5f}")
    0.05819 0.26740
    """
    part, whole = checks.part_of(k, n)
    return _beta_ends(part, whole - part + 1, part + 1, whole - part, part, whole, level)


def jeffreys(k: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> Ends:
    """Equal-tailed posterior interval under Jeffreys' prior Beta(½, ½).

    Set to 0 at k = 0 and to 1 at k = n, as Brown, Cai & DasGupta (2001, Statistical Science 16) advise; NaN at n = 0.

    >>> low, high = jeffreys(7, 50)
    >>> print(f"{low:.5f} {high:.5f}")
    0.06487 0.25533
    """
    part, whole = checks.part_of(k, n)
    a, b = part + 0.5, whole - part + 0.5
    return _beta_ends(a, b, a, b, part, whole, level)


def _beta_ends(
    a_low: Floats, b_low: Floats, a_high: Floats, b_high: Floats, k: Floats, n: Floats, level: float
) -> Ends:
    tail = (1 - checks.level(level)) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(k == 0, 0.0, special.betaincinv(np.maximum(a_low, 1e-9), b_low, tail))
        high = np.where(k == n, 1.0, special.betaincinv(a_high, np.maximum(b_high, 1e-9), 1 - tail))
    return np.where(n == 0, np.nan, low), np.where(n == 0, np.nan, high)


SHARE_METHODS: Final[dict[str, Callable[[npt.ArrayLike, npt.ArrayLike, float], Ends]]] = {
    "wilson": wilson,
    "clopper-pearson": clopper_pearson,
    "jeffreys": jeffreys,
}


def estimate_shares(k: npt.ArrayLike, n: npt.ArrayLike, *, level: float = 0.95, method: str = "wilson") -> Estimates:
    """Shares of many cells in one call; k and n broadcast to one dimension, cells without answers are NaN.

    `method` is "wilson", "clopper-pearson" or "jeffreys"; their formulas stand at the functions of that name.

    >>> [str(e) for e in estimate_shares([81, 0], [263, 20])]
    ['31 %, give or take 6 (n = 263)', '0 %, plausibly 0 to 16 (n = 20)']
    """
    if method not in SHARE_METHODS:
        raise ValueError(f"method must be one of {', '.join(SHARE_METHODS)}, not {method!r}.")
    part, whole = (np.atleast_1d(a) for a in checks.part_of(k, n))
    low, high = SHARE_METHODS[method](part, whole, level)
    with np.errstate(invalid="ignore"):
        return Estimates(part / whole, low, high, whole, method, level)


def estimate_share(k: float, n: float, *, level: float = 0.95, method: str = "wilson") -> Estimate:
    """The share k/n with its interval; undefined (value None) at n = 0.

    >>> print(estimate_share(975, 1203))
    81 %, give or take 2 (n = 1,203)
    """
    return estimate_shares([k], [n], level=level, method=method)[0]


def kish_n(weights: npt.ArrayLike) -> float:
    """How many unweighted answers these weighted ones are worth: ``(Σw)² / Σw²``. 0 for no weights.

    Kish, L. (1965), Survey Sampling. Never more than the number of answers.

    >>> kish_n([1, 1, 1, 1]), round(kish_n([4, 1, 1]), 2)
    (4.0, 2.0)
    """
    w = checks.weights(weights)
    return float(w.sum() ** 2 / np.square(w).sum()) if w.size else 0.0


def estimate_weighted_share(
    yes: npt.ArrayLike, weights: npt.ArrayLike, *, level: float = 0.95, method: str = "wilson"
) -> Estimate:
    """The share of yes among weighted answers, with an interval on Kish's effective n.

    ``p = Σwy / Σw`` and the interval of ``p·n_eff`` of ``n_eff``. `yes` holds 0 or 1 and `weights` one number an
    answer. Close when weights are unrelated to the answer; after raking it errs on the careful side.

    >>> print(estimate_weighted_share([1, 1, 0, 0], [3, 1, 1, 1]))
    67 %, plausibly 21 to 94 (n = 3)
    """
    answers = checks.vector(yes, "yes")
    if not np.isin(answers, (0.0, 1.0)).all():
        raise ValueError("yes must be 0 or 1; recode the answers first.")
    w = checks.weights(weights, answers.size)
    effective = kish_n(w)
    share = min(float(w @ answers / w.sum()), 1.0) if w.size else 0.0
    return estimate_share(min(share * effective, effective), effective, level=level, method=method)
