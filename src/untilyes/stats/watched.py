"""Numbers that are looked at all the time: intervals that stay valid however often one looks.

A 95 % interval is right when it is looked at once. Looked at after every answer, Wilson's excludes the truth at some
moment in almost half of all streams. A confidence sequence contains the truth at *all* moments at once with its level,
at the price of about one and a half times the width. Tiles that refresh take these; a report written once does not.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.cells import Changes, Estimates
from untilyes.stats.changes import FEWEST, Counts, judge
from untilyes.stats.checks import Floats
from untilyes.stats.results import Change, Estimate
from untilyes.stats.scores import NPS, Histogram, Scoring, adjusted, moments
from untilyes.stats.shares import estimate_shares

EDGE = 1e-12
"""The bisection starts this far from 0 and 1, where the logarithms are finite."""


def mixture_ends(
    total: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95, *, tuned_for: float | None = None
) -> tuple[Floats, Floats]:
    """The confidence sequence for the mean of values in 0..1, any shape: `total` is their sum, `n` their number.

    ``{p : M_n(p) < 1/α}`` with ``M_n(p) = B(a+S, b+n−S) / B(a, b) / (p^S (1−p)^{n−S})``, found by bisection;
    (0, 1) at n = 0. By default a = b = 1 (Robbins 1970). With `tuned_for` it is narrowest near that n: ``a = r/(1−p)``,
    ``b = r/p``, ``r = ρ(n p(1−p)) − p(1−p)`` (Howard, Ramdas, McAuliffe & Sekhon 2021, Ann. Statist. 49). Values
    between 0 and 1 may have any distribution: none makes M grow faster than yes and no do.

    >>> low, high = mixture_ends(5, 10)
    >>> print(f"{low:.4f} {high:.4f}")
    0.1292 0.8708
    """
    s, count = checks.part_of(total, n)
    if tuned_for is not None:
        checks.between(tuned_for, 0, math.inf, "tuned_for")
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.clip(np.where(count > 0, s / count, 0.5), EDGE, 1 - EDGE)
    limit = -math.log1p(-checks.level(level))
    return tuple(_end(edge, centre, s, count, limit, tuned_for) for edge in (0.0, 1.0))  # type: ignore[return-value]


def _end(edge: float, centre: Floats, s: Floats, n: Floats, limit: float, tuned_for: float | None) -> Floats:
    """Bisect between the edge (outside, or it is the answer) and the mean (inside)."""
    outside = np.full(s.shape, abs(edge - EDGE))
    inside = centre.copy()
    at_edge = _log_wealth(outside, s, n, tuned_for) < limit
    for _ in range(44):
        middle = (outside + inside) / 2
        holds = _log_wealth(middle, s, n, tuned_for) < limit
        inside, outside = np.where(holds, middle, inside), np.where(holds, outside, middle)
    return np.where(at_edge, edge, inside)


def _log_wealth(p: Floats, s: Floats, n: Floats, tuned_for: float | None) -> Floats:
    """log M_n(p): what a fair bet against p would have won by now."""
    a: Floats | float = 1.0
    b: Floats | float = 1.0
    if tuned_for is not None:
        spread = p * (1 - p)
        r = np.maximum(best_rho(tuned_for * spread, 0.05) - spread, EDGE)
        a, b = r / (1 - p), r / p
    wealth: Floats = special.betaln(a + s, b + n - s) - special.betaln(a, b)
    return wealth - special.xlogy(s, p) - special.xlog1py(n - s, -p)


def best_rho(variance: npt.ArrayLike, alpha: float) -> Floats:
    """The mixture width that makes a two-sided normal mixture narrowest at this intrinsic time.

    ``ρ = v / (2 ln(1/α) + ln(1 + 2 ln(1/α)))``. Howard et al. (2021).

    >>> round(float(best_rho(100, 0.05)), 5)
    12.60056
    """
    doubled = 2 * math.log(1 / alpha)
    return np.asarray(checks.counts(variance, "variance") / (doubled + math.log1p(doubled)))


def normal_mixture_bound(variance: npt.ArrayLike, rho: npt.ArrayLike, alpha: float = 0.05) -> Floats:
    """How far a sum with this intrinsic time may stray from its mean: ``√((v+ρ)(ln(1+v/ρ) + 2 ln(1/α)))``.

    Two-sided, valid at all times at once. Robbins (1970); Howard et al. (2021).

    >>> round(float(normal_mixture_bound(100, best_rho(100, 0.05))), 4)
    30.3521
    """
    v, width = checks.counts(variance, "variance"), checks.counts(rho, "rho")
    return np.asarray(np.sqrt((v + width) * (np.log1p(v / width) + 2 * math.log(1 / alpha))))


def normal_log_mixture(total: npt.ArrayLike, variance: npt.ArrayLike, rho: npt.ArrayLike) -> Floats:
    """The log of the two-sided normal mixture: ``½ ln(ρ/(v+ρ)) + s² / 2(v+ρ)``; reject when above ``ln(1/α)``.

    >>> round(float(normal_log_mixture(10, 100, best_rho(100, 0.05))), 5)
    -0.65101
    """
    s, v, width = checks.finite(total), checks.counts(variance, "variance"), checks.counts(rho, "rho")
    return np.asarray(0.5 * np.log(width / (v + width)) + np.square(s) / (2 * (v + width)))


def watch_shares(
    k: npt.ArrayLike, n: npt.ArrayLike, *, level: float = 0.95, tuned_for: float | None = None
) -> Estimates:
    """Shares of many cells with intervals valid at all times; see `mixture_ends`.

    >>> print(watch_shares([450], [500])[0])
    90 %, plausibly 85 to 94 (n = 500)
    """
    part, whole = (np.atleast_1d(a) for a in checks.part_of(k, n))
    low, high = mixture_ends(part, whole, level, tuned_for=tuned_for)
    empty = whole == 0
    with np.errstate(invalid="ignore"):
        value = part / whole
    low, high = np.where(empty, np.nan, low), np.where(empty, np.nan, high)
    return Estimates(value, low, high, whole, "beta-binomial confidence sequence", level)


def watch_share(k: float, n: float, *, level: float = 0.95, tuned_for: float | None = None) -> Estimate:
    """The share k/n with an interval that stays valid under continuous watching; undefined at n = 0.

    `tuned_for` is the n at which it should be narrowest; leave it out to be good everywhere.

    >>> print(watch_share(0, 20))
    0 %, plausibly 0 to 26 (n = 20)
    """
    return watch_shares([k], [n], level=level, tuned_for=tuned_for)[0]


def watch_mean(
    total: float, n: float, *, scale: tuple[float, float], level: float = 0.95, unit: str = "score",
    tuned_for: float | None = None,
) -> Estimate:  # fmt: skip
    """The mean of values on a bounded scale, valid at all times for any distribution on it.

    `total` is the sum of the values, `scale` its smallest and largest possible value. Values are mapped to 0..1 and
    bet against by `mixture_ends`: exact, and wider than needed when the values hardly vary.

    >>> print(watch_mean(430, 100, scale=(1, 5)))
    4.3, plausibly 3.7 to 4.7 (n = 100)
    """
    bottom, top = scale
    if top <= bottom:
        raise ValueError(f"the scale runs from {bottom:g} to {top:g}; give the smallest value first.")
    part = (total - n * bottom) / (top - bottom)
    if not -1e-9 * max(n, 1) <= part <= n + 1e-9 * max(n, 1):
        raise ValueError(
            f"a sum of {total:g} over {n:g} answers leaves the scale {bottom:g}..{top:g}; check the scale."
        )
    estimate = watch_share(min(max(part, 0.0), n), n, level=level, tuned_for=tuned_for)
    value, low, high = (None if x is None else bottom + x * (top - bottom) for x in _numbers(estimate))
    return Estimate(value, low, high, n, estimate.method, level, unit)


def watch_score(
    histogram: Histogram, scoring: Scoring = NPS, *, level: float = 0.95, tuned_for: float = 1000
) -> Estimate:
    """A net score with an asymptotic confidence sequence, about as narrow as its variance allows.

    ``mean' ± u(n s²)/n`` with the normal mixture bound u at the variance of Rocks' adjusted answers, narrowest at
    `tuned_for` answers, clipped to the scale. Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Ann. Statist. 52.

    >>> print(watch_score({10: 500, 8: 280, 3: 220}))
    +28, give or take 8 (n = 1,000)
    """
    levels, counts = scoring.levels, scoring.counts(histogram)
    n, mean, _ = moments(counts, levels)
    method = "asymptotic confidence sequence"
    if n == 0:
        return Estimate(None, None, None, 0, method, level, "points")
    n_adjusted, centre, variance = moments(adjusted(counts), levels)
    rho = best_rho(tuned_for * variance, 1 - level)
    half = normal_mixture_bound(n_adjusted * variance, rho, 1 - level) / n_adjusted
    low, high = max(float(centre - half), levels[0]), min(float(centre + half), levels[-1])
    return Estimate(float(mean), min(low, float(mean)), max(high, float(mean)), float(n), method, level, "points")


def watch_many_changes(
    before: Counts, after: Counts, *, level: float = 0.95, better: str = "higher", matters: float | None = None,
    correction: str | None = None, fewest: float = FEWEST, tuned_for: float = 1000,
) -> Changes:  # fmt: skip
    """Changes of many shares whose verdicts stay honest while both sides go on growing.

    Asymptotic confidence sequence for p₁ − p₀: with ``se² = Σ p'(1−p')/n'`` (one yes and one no added to each side),
    ``n = n₀ + n₁`` and ``c = n/ρ``, the half width is ``se √((1+1/c) (ln(1+c) + 2 ln(1/α)))``; the p-value is
    ``1/M``, also valid at all times. Equivalence takes the level-(1−2α) sequence. Waudby-Smith et al. (2024).

    >>> watch_many_changes(([780], [1000]), ([880], [1000])).verdicts.tolist()
    ['better']
    """
    (k0, n0), (k1, n1) = (tuple(np.atleast_1d(a) for a in checks.part_of(*side)) for side in (before, after))
    k0, n0, k1, n1 = np.broadcast_arrays(k0, n0, k1, n1)
    sides = estimate_shares(k0, n0, level=level), estimate_shares(k1, n1, level=level)
    share0, share1 = (k0 + 1) / (n0 + 2), (k1 + 1) / (n1 + 2)
    error = np.sqrt(share0 * (1 - share0) / (n0 + 2) + share1 * (1 - share1) / (n1 + 2))
    delta = sides[1].value - sides[0].value
    time = (n0 + n1) / best_rho(tuned_for, 1 - level)

    def ends(alpha: float) -> tuple[Floats, Floats]:
        half = error * np.sqrt((1 + 1 / time) * (np.log1p(time) + 2 * math.log(1 / alpha)))
        return delta - half, delta + half

    with np.errstate(divide="ignore", invalid="ignore"):
        outer, inner = ends(1 - level), ends(2 * (1 - level)) if matters is not None else None
        wealth = np.square(delta / error) * time / (1 + time) / 2 - np.log1p(time) / 2
    return judge(
        sides, outer, inner, np.minimum(np.exp(-wealth), 1.0), "confidence sequence", level=level, better=better,
        matters=matters, correction=correction, fewest=fewest,
    )  # fmt: skip


def watch_change(
    before: tuple[float, float], after: tuple[float, float], *, level: float = 0.95, better: str = "higher",
    matters: float | None = None, fewest: float = FEWEST, tuned_for: float = 1000,
) -> Change:  # fmt: skip
    """The change between two shares (k, n) on a screen that refreshes; see `watch_many_changes`.

    >>> print(watch_change((1014, 1300), (975, 1203)))
    No real change: 81 %, was 78 % (+3 points, give or take 5); smaller changes cannot be ruled out
    """
    return watch_many_changes(
        before, after, level=level, better=better, matters=matters, fewest=fewest, tuned_for=tuned_for
    )[0]


def _numbers(estimate: Estimate) -> tuple[float | None, float | None, float | None]:
    return estimate.value, estimate.low, estimate.high
