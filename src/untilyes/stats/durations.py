"""How long things take: mergeable log-histograms, quantiles with intervals that assume no distribution.

The lake keeps a duration or a margin as the count of a bin. Bins are 2 % wide, so a quantile read from them is
within 1 % of the exact one, and two histograms merge by adding counts. Margins are signed: negative is late.
"""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from untilyes.stats import checks
from untilyes.stats.changes import compare_estimates
from untilyes.stats.checks import Floats, Ints
from untilyes.stats.results import Change, Estimate

LOG_BASE: Final = 1.02
"""Each bin's upper edge is this multiple of its lower edge."""

BinCounts = Mapping[int, float]
"""Bin → count."""


def log_bin(seconds: npt.ArrayLike) -> Ints:
    """The bin of a duration or a signed margin in seconds, any shape.

    0 for ``|x| < 1``, else ``sign(x) · (1 + ⌊ln|x| / ln 1.02⌋)``. Ordered like the values themselves.

    >>> log_bin([0, 1, 60, -3600]).tolist()
    [0, 1, 207, -414]
    """
    x = checks.finite(seconds, "seconds")
    size = np.maximum(np.abs(x), 1.0)
    place = 1 + np.floor(np.log(size) / math.log(LOG_BASE))
    return np.where(np.abs(x) < 1, 0, np.sign(x) * place).astype(np.int64)


def bin_edges(bins: npt.ArrayLike) -> tuple[Floats, Floats]:
    """The lower and upper edge of bins, in seconds: ``1.02^(b−1) … 1.02^b``, mirrored below zero, −1 … 1 for 0.

    >>> low, high = bin_edges([0, 1, -1])
    >>> low.tolist(), high.tolist()
    ([-1.0, 1.0, -1.02], [1.0, 1.02, -1.0])
    """
    b = np.asarray(bins, dtype=np.int64)
    near, far = LOG_BASE ** (np.abs(b) - 1.0), LOG_BASE ** np.abs(b).astype(np.float64)
    low = np.where(b == 0, -1.0, np.where(b > 0, near, -far))
    high = np.where(b == 0, 1.0, np.where(b > 0, far, -near))
    return low, high


def bin_middle(bins: npt.ArrayLike) -> Floats:
    """The value a bin stands for: the geometric middle of its edges, 0 for bin 0; within 1 % of anything in it.

    >>> bin_middle([0, 1]).round(2).tolist()
    [0.0, 1.01]
    """
    low, high = bin_edges(bins)
    return np.where(np.asarray(bins) == 0, 0.0, np.sign(low) * np.sqrt(np.abs(low * high)))


def log_histogram(seconds: npt.ArrayLike) -> dict[int, int]:
    """Bin → count of an array of durations; add two of them to merge.

    >>> log_histogram([60, 60, 3600])
    {207: 2, 414: 1}
    """
    bins, counts = np.unique(log_bin(seconds), return_counts=True)
    return {int(b): int(c) for b, c in zip(bins, counts, strict=True)}


def estimate_quantile(bins: BinCounts, q: float = 0.5, *, level: float = 0.95) -> Estimate:
    """A quantile in seconds from a log-histogram, with a distribution-free interval.

    The value is the middle of the bin that holds the ``⌈nq⌉``-th smallest; the interval runs between the order
    statistics r and s with ``P(r ≤ Binomial(n, q) < s) ≥ level``, read at the outer edges of their bins, so it
    covers at least `level`. An end that would need an observation beyond the extremes is infinite (the lower
    one is 0 when nothing is negative). Undefined without data. Conover (1999), Practical Nonparametric Statistics, 3.2.

    >>> print(estimate_quantile(log_histogram(range(1, 1001)), 0.5))
    8.3 minutes, give or take 0.6 (n = 1,000)
    """
    checks.between(q, 0, 1, "q")
    ordered, _, upto = _ordered(bins)
    n = float(upto[-1]) if upto.size else 0.0
    method = f"order statistics of the {q * 100:g} % quantile"
    if n == 0:
        return Estimate(None, None, None, 0, method, level, "seconds")
    value = float(bin_middle(ordered[_holding(upto, math.ceil(n * q))]))
    first, last = order_ranks(n, q, level)
    lows, highs = bin_edges(ordered)
    lowest = 0.0 if ordered[0] >= 0 else -math.inf
    low = lowest if first < 1 else max(float(lows[_holding(upto, first)]), lowest)
    high = math.inf if last > n else float(highs[_holding(upto, last)])
    return Estimate(value, low, high, n, method, level, "seconds")


def order_ranks(n: float, q: float, level: float) -> tuple[int, int]:
    """The ranks (from 1) whose order statistics bracket the q-quantile with at least `level`; 0 and n+1 mean open.

    >>> order_ranks(10, 0.5, 0.95)
    (2, 9)
    """
    tail = (1 - checks.level(level)) / 2
    low, high = np.asarray(stats.binom.ppf((tail, 1 - tail), int(n), q))
    return int(low), int(high) + 1


def estimate_log_mean(bins: BinCounts, *, level: float = 0.95) -> Estimate:
    """The mean in seconds from a log-histogram, with a t-interval. Undefined below 2 observations' spread.

    Use a quantile unless a total is wanted: durations have long tails, and the mean follows them.

    >>> print(estimate_log_mean({207: 50, 414: 50}))
    30 minutes, give or take 6 (n = 100)
    """
    ordered, counts, upto = _ordered(bins)
    n = float(upto[-1]) if upto.size else 0.0
    if n == 0:
        return Estimate(None, None, None, 0, "t", level, "seconds")
    middles = bin_middle(ordered)
    mean = float(counts @ middles / n)
    if n < 2:
        return Estimate(mean, -math.inf, math.inf, n, "t", level, "seconds")
    spread = math.sqrt(float(counts @ np.square(middles - mean)) / (n - 1) / n)
    half = float(special.stdtrit(n - 1, 0.5 + level / 2)) * spread
    return Estimate(mean, mean - half, mean + half, n, "t", level, "seconds")


def _ordered(bins: BinCounts) -> tuple[Ints, Floats, Floats]:
    """Bins ascending, their counts and running totals; empty bins dropped."""
    kept = sorted((b, c) for b, c in bins.items() if c)
    order = np.array([b for b, _ in kept], dtype=np.int64)
    counts = checks.counts([c for _, c in kept], "counts")
    return order, counts, np.cumsum(counts)


def _holding(upto: Floats, rank: int) -> int:
    """The position of the bin that holds the observation of this rank (from 1)."""
    return int(np.searchsorted(upto, rank, side="left"))


def compare_quantiles(
    before: BinCounts, after: BinCounts, q: float = 0.5, *, level: float = 0.95, better: str = "lower",
    matters: float | None = None, fewest: float = 10,
) -> Change:  # fmt: skip
    """The change of a quantile between two log-histograms, in seconds, by MOVER on their distribution-free intervals.

    Careful rather than sharp: bins and order statistics widen it a little. `better` is "lower" for durations, "higher"
    for margins. See `changes.compare_estimates`.

    >>> print(compare_quantiles(log_histogram(range(1, 4001)), log_histogram(range(1, 3001))))
    Better: 25 minutes, was 33 minutes (−8.0 minutes, plausibly −10.1 to −6.4)
    """
    sides = (estimate_quantile(bins, q, level=level) for bins in (before, after))
    return compare_estimates(*sides, better=better, matters=matters, fewest=fewest)


def estimate_chance_faster(before: BinCounts, after: BinCounts, *, level: float = 0.95) -> Estimate:
    """The chance that a case picked from `after` took less time than one from `before`, ties counted half.

    Mann-Whitney's ``θ = P(A < B) + ½ P(A = B)`` from bins, with the Brunner-Munzel (DeLong) variance on the logit
    scale; 50 % means no difference. The sides are smoothed by half a case when one side is always faster, and the
    variance is never below θ(1−θ)/(n₀+n₁), which only heavy ties come near. Undefined when a side is empty.
    Brunner & Munzel (2000), Biometrical Journal 42.

    >>> print(estimate_chance_faster({1: 50, 2: 50}, {1: 80, 2: 20}))
    65 %, give or take 7 (n = 200)
    """
    ordered = np.array(sorted(set(before) | set(after)), dtype=np.int64)
    old, new = (checks.counts([side.get(int(b), 0) for b in ordered], "counts") for side in (before, after))
    n_old, n_new = float(old.sum()), float(new.sum())
    method = "Brunner-Munzel"
    if n_old == 0 or n_new == 0:
        return Estimate(None, None, None, n_old + n_new, method, level)
    # Where each new case stands among the old ones (share slower), and each old one among the new (share faster).
    slower = 1 - (np.cumsum(old) - old / 2) / n_old
    faster = (np.cumsum(new) - new / 2) / n_new
    theta = float(new @ slower / n_new)
    spread = float(new @ np.square(slower - theta)) / max(n_new - 1, 1) / n_new
    spread += float(old @ np.square(faster - theta)) / max(n_old - 1, 1) / n_old
    kept = min(max(theta, 0.5 / (n_old * n_new + 1)), 1 - 0.5 / (n_old * n_new + 1))
    smallest = kept * (1 - kept) / (n_old + n_new)
    arm = special.ndtri(0.5 + checks.level(level) / 2) * math.sqrt(max(spread, smallest)) / (kept * (1 - kept))
    low, high = (float(special.expit(special.logit(kept) + side * arm)) for side in (-1, 1))
    return Estimate(theta, min(low, theta), max(high, theta), n_old + n_new, method, level)
