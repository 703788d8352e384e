"""Two shares side by side, beyond the plain difference: the ratio, the same people twice, and mixed groups."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from untilyes.stats import checks
from untilyes.stats.cells import Estimates
from untilyes.stats.changes import FEWEST, Counts, judge, newcombe
from untilyes.stats.checks import Floats
from untilyes.stats.results import Change, Estimate
from untilyes.stats.shares import estimate_share, wilson, z_score


def estimate_ratio(before: tuple[float, float], after: tuple[float, float], *, level: float = 0.95) -> Estimate:
    """How many times the share after is the share before, each side (k, n): Koopman's score interval.

    The interval holds the ratios φ for which ``Σ (k_i − n_i p_i)² / (n_i p_i (1−p_i)) ≤ z²`` at the most likely
    ``p₁ = φ p₀``. It starts at 0 when nobody said yes after, and is open (infinite) when nobody did before; undefined
    when a side is empty or nobody said yes at all. Koopman (1984), Biometrics 40.

    >>> print(estimate_ratio((16, 80), (36, 40)))
    4.5, plausibly 2.9 to 7.2 (n = 120)
    """
    k0, n0 = (float(x) for x in checks.part_of(*before))
    k1, n1 = (float(x) for x in checks.part_of(*after))
    if n0 == 0 or n1 == 0 or k0 + k1 == 0:
        return Estimate(None, None, None, n0 + n1, "Koopman", level, "ratio")
    value = (k1 / n1) / (k0 / n0) if k0 else math.inf
    limit = z_score(level) ** 2

    def beyond(log_ratio: float) -> float:
        return _koopman(math.exp(log_ratio), k0, n0, k1, n1) - limit

    peak = math.log((k1 + 0.5) / (n1 + 0.5) * (n0 + 0.5) / (k0 + 0.5)) if 0 in (k0, k1) else math.log(value)
    low = 0.0 if k1 == 0 else _crossing(beyond, peak, -1)
    high = math.inf if k0 == 0 else _crossing(beyond, peak, +1)
    return Estimate(value, low, high, n0 + n1, "Koopman", level, "ratio")


def _koopman(ratio: float, k0: float, n0: float, k1: float, n1: float) -> float:
    """The score statistic at a ratio, with p₀ at its constrained maximum."""
    a, b, c = ratio * (n0 + n1), -(ratio * (n1 + k0) + k1 + n0), k0 + k1
    p0 = (-b - math.sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a)
    p1 = min(ratio * p0, 1.0)
    total = 0.0
    for k, n, p in ((k0, n0, p0), (k1, n1, p1)):
        gap, spread = (k - n * p) ** 2, n * p * (1 - p)
        total += gap / spread if spread > 1e-14 else (0.0 if gap < 1e-9 else math.inf)
    return total


def _crossing(beyond: Callable[[float], float], start: float, direction: int) -> float:
    """Walk away from the peak until outside, then find the edge."""
    step = 0.25
    inside = start
    while beyond(start + direction * step) < 0:
        inside = start + direction * step
        step *= 2
    ends = sorted((inside, start + direction * step))
    return math.exp(_edge(beyond, ends[0], ends[1]))


def _edge(beyond: Callable[[float], float], low: float, high: float) -> float:
    def finite(x: float) -> float:
        return min(beyond(x), 1e6)

    return float(optimize.brentq(finite, low, high, xtol=1e-12))


def compare_paired_shares(
    both: float, only_before: float, only_after: float, neither: float, *, level: float = 0.95,
    better: str = "higher", matters: float | None = None, fewest: float = FEWEST,
) -> Change:  # fmt: skip
    """The change of a share when the same people answered twice, from the four kinds of people.

    Interval: Newcombe's paired method 10, ``d − √(a² − 2φab + b²)`` with Wilson arms and the continuity-corrected
    correlation φ of the two answers. p: McNemar's mid-p on those who changed their mind. Real only when both
    say so. Newcombe (1998), Statistics in Medicine 17:2635; Fagerland, Lydersen & Laake (2013).

    >>> print(compare_paired_shares(both=300, only_before=20, only_after=50, neither=130))
    Better: 70 %, was 64 % (+6 points, give or take 3)
    """
    a, b, c, d = (float(checks.counts(x)) for x in (both, only_before, only_after, neither))
    n = a + b + c + d
    sides = tuple(estimate_share(k, n, level=level) for k in (a + b, a + c))
    p = mcnemar_p(b, c)
    outer, inner = (_paired_ends(a, b, c, d, z) for z in (level, 2 * level - 1))
    columns = tuple(Estimates.of([side]) for side in sides)
    excludes_zero = outer[0] > 0 or outer[1] < 0
    change = judge(
        (columns[0], columns[1]), _pair(outer), _pair(inner), np.array([p if excludes_zero else 1.0]),
        "Newcombe paired", level=level, better=better, matters=matters, correction=None, fewest=fewest,
    )[0]  # fmt: skip
    return replace(change, p=p if n else None)


def mcnemar_p(only_before: float, only_after: float) -> float:
    """McNemar's mid-p: ``2 P(X < m) + P(X = m)``, X ~ Binomial(b + c, ½), m the smaller of b and c; 1 without changes.

    >>> round(mcnemar_p(1, 8), 4)
    0.0215
    """
    b, c = (float(checks.counts(x)) for x in (only_before, only_after))
    total, fewer = round(b + c), round(min(b, c))
    if total == 0 or b == c:
        return 1.0
    return min(1.0, 2 * float(stats.binom.cdf(fewer, total, 0.5)) - float(stats.binom.pmf(fewer, total, 0.5)))


def _paired_ends(a: float, b: float, c: float, d: float, level: float) -> tuple[float, float]:
    n = a + b + c + d
    if n == 0:
        return math.nan, math.nan
    p0, p1 = (a + b) / n, (a + c) / n
    (low0, low1), (high0, high1) = wilson([a + b, a + c], n, level)
    product = math.prod((a + b, c + d, a + c, b + d))
    excess = a * d - b * c
    corrected = max(excess - n / 2, 0.0) if excess > 0 else excess
    phi = corrected / math.sqrt(product) if product > 0 else 0.0

    def arm(first: float, second: float) -> float:
        return math.sqrt(max(first**2 - 2 * phi * first * second + second**2, 0.0))

    return p1 - p0 - arm(p1 - low1, high0 - p0), p1 - p0 + arm(high1 - p1, p0 - low0)


def compare_stratified_shares(
    before: Counts, after: Counts, *, mix: npt.ArrayLike | None = None, level: float = 0.95, better: str = "higher",
    matters: float | None = None, fewest: float = FEWEST,
) -> Change:  # fmt: skip
    """The change of a share with the mix of customers held still: each side is (k, n) arrays, one entry a stratum.

    Without `mix`: the Mantel-Haenszel difference ``Σ w d / Σ w``, ``w = n₀n₁/(n₀+n₁)``, with Sato's variance
    (Sato 1989, Biometrics 45), which also holds in many thin strata. With `mix` (the share of each stratum in the
    customer base): ``Σ mix·d``, strata joined by MOVER from Newcombe's intervals; every stratum needs answers on both
    sides. The sides shown are the standardised shares.

    >>> mixed = compare_stratified_shares(([80, 10], [100, 50]), ([45, 40], [50, 100]))
    >>> print(mixed)
    Better: 65 %, was 50 % (+15 points, give or take 9)
    """
    (k0, n0), (k1, n1) = (tuple(np.atleast_1d(a) for a in checks.part_of(*side)) for side in (before, after))
    checks.same_length(("before", k0), ("after", k1))
    weight = _mantel_haenszel_weights(n0, n1) if mix is None else checks.distribution(mix, "mix")
    used = weight > 0
    if ((n0 == 0) | (n1 == 0))[used].any() or not used.any():
        raise ValueError("a stratum has no answers on one side; merge it with a neighbour before comparing.")
    k0, n0, k1, n1, weight = (x[used] for x in (k0, n0, k1, n1, weight))
    delta = float(weight @ (k1 / n1 - k0 / n0))
    if mix is None:
        error = _sato_error(k0, n0, k1, n1, delta)
        outer, inner = ((delta - z_score(x) * error, delta + z_score(x) * error) for x in (level, 2 * level - 1))
    else:
        outer, inner = (_joined((k0, n0), (k1, n1), weight, delta, x) for x in (level, 2 * level - 1))
    arm = (delta - outer[0]) if delta > 0 else (outer[1] - delta)
    p = 2 * float(special.ndtr(-z_score(level) * abs(delta) / arm)) if arm > 0 else float(delta == 0)
    sides = tuple(Estimates.of([_standardised(k, n, weight, level)]) for k, n in ((k0, n0), (k1, n1)))
    method = "Mantel-Haenszel" if mix is None else "standardised"
    return judge(
        (sides[0], sides[1]), _pair(outer), _pair(inner), np.array([p]), method, level=level, better=better,
        matters=matters, correction=None, fewest=fewest,
    )[0]  # fmt: skip


def _mantel_haenszel_weights(n0: Floats, n1: Floats) -> Floats:
    """Proportional to n₀n₁/(n₀+n₁), summing to 1; empty strata weigh nothing."""
    raw: Floats = np.where(n0 + n1 > 0, n0 * n1 / np.maximum(n0 + n1, 1e-300), 0.0)
    return raw / raw.sum() if raw.sum() else raw


def _sato_error(k0: Floats, n0: Floats, k1: Floats, n1: Floats, delta: float) -> float:
    n = n0 + n1
    p = (n1**2 * k0 - n0**2 * k1 + n0 * n1 * (n0 - n1) / 2) / n**2
    q = (k1 * (n0 - k0) + k0 * (n1 - k1)) / (2 * n)
    return math.sqrt(max(float(delta * p.sum() + q.sum()), 0.0)) / float((n0 * n1 / n).sum())


def _joined(before: Counts, after: Counts, weight: Floats, delta: float, level: float) -> tuple[float, float]:
    low, high = newcombe(before, after, level)
    own = np.asarray(after[0]) / np.asarray(after[1]) - np.asarray(before[0]) / np.asarray(before[1])
    return delta - float(np.linalg.norm(weight * (own - low))), delta + float(np.linalg.norm(weight * (high - own)))


def _standardised(k: Floats, n: Floats, weight: Floats, level: float) -> Estimate:
    low, high = wilson(k, n, level)
    share = k / n
    value = float(weight @ share)
    down, up = (float(np.linalg.norm(weight * arm)) for arm in (share - low, high - share))
    return Estimate(value, value - down, value + up, float(n.sum()), "standardised", level)


def _pair(ends: tuple[float, float]) -> tuple[Floats, Floats]:
    return np.array([ends[0]]), np.array([ends[1]])
