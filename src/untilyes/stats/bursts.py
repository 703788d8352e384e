"""Something is being said more than usual: bursts (Kleinberg) and alarms on counts (EARS)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.checks import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Bursts:
    """The state of each batch (0 usual, 1 burst), the cost of that path, and each burst's (first, last, weight)."""

    states: Ints
    cost: float
    bursts: tuple[tuple[int, int, float], ...]


def find_bursts(relevant: npt.ArrayLike, total: npt.ArrayLike, *, ratio: float = 2.0, gamma: float = 1.0) -> Bursts:
    """Kleinberg's batched two-state bursts: `relevant` of `total` messages in each period mention the topic.

    Usual rate ``p₀ = Σr/Σd``, burst rate ``p₁ = ratio·p₀`` (at most 0.9999); a state costs
    ``−ln[C(d, r) p^r (1−p)^{d−r}]``, entering a burst costs ``gamma ln(periods)``, leaving is free; the cheapest
    path is found exactly (Viterbi). A burst's weight is what it saves over staying usual. Empty periods
    cost nothing in either state. Kleinberg (2003), Data Mining and Knowledge Discovery 7.

    >>> find_bursts([0, 2, 1, 6, 7, 2, 8, 7, 2, 1], [9, 11, 12, 10, 10, 8, 12, 10, 13, 11]).states.tolist()
    [0, 0, 0, 1, 1, 0, 1, 1, 0, 0]
    """
    r, d = (np.atleast_1d(a) for a in checks.part_of(relevant, total))
    if ratio <= 1 or gamma < 0:
        raise ValueError("ratio must be above 1 and gamma not negative; 2 and 1 are usual.")
    if r.size == 0 or r.sum() == 0:
        return Bursts(np.zeros(r.size, dtype=np.int64), 0.0, ())
    usual = float(r.sum() / d.sum())
    rates = np.array([usual, min(usual * ratio, 0.9999)])[:, None]
    choose = special.gammaln(d + 1) - special.gammaln(r + 1) - special.gammaln(d - r + 1)
    fit = -(choose + special.xlogy(r, rates) + special.xlog1py(d - r, -rates))
    states, cost = _cheapest(fit, gamma * np.log(r.size))
    saved = fit[0] - fit[1]
    return Bursts(states, cost, tuple((a, b, float(saved[a : b + 1].sum())) for a, b in _stretches(states)))


def _cheapest(fit: Floats, entry: float) -> tuple[Ints, float]:
    """Viterbi: entering a higher state costs `entry` a step, going down is free; all starts as usual."""
    levels, periods = fit.shape
    step = entry * np.maximum(np.arange(levels)[None, :] - np.arange(levels)[:, None], 0)
    cost = fit[:, 0] + step[0]
    came_from = np.zeros((levels, periods), dtype=np.int64)
    for t in range(1, periods):
        paths = cost[:, None] + step
        came_from[:, t] = paths.argmin(axis=0)
        cost = paths.min(axis=0) + fit[:, t]
    states = np.empty(periods, dtype=np.int64)
    states[-1] = int(cost.argmin())
    for t in range(periods - 1, 0, -1):
        states[t - 1] = came_from[states[t], t]
    return states, float(cost.min())


def _stretches(states: Ints) -> list[tuple[int, int]]:
    padded = np.concatenate([[0], (states > 0).astype(int), [0]])
    edges = np.diff(padded)
    return [(int(a), int(b) - 1) for a, b in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)]


def find_bursts_in_times(
    times: npt.ArrayLike, *, ratio: float = 2.0, gamma: float = 1.0
) -> list[tuple[int, float, float]]:
    """Kleinberg's continuous bursts of any level from the times of single messages: (level, start, end), nested.

    Gaps are exponential with rate ``ratio^i n/T`` in level i; going up i levels costs ``i gamma ln n``. Needs distinct
    times: batch them and use `find_bursts` when several share one. Kleinberg (2003).

    >>> offsets = [4, 17, 23, 27, 33, 35, 37, 76, 77, 82, 84, 88, 90, 92]
    >>> find_bursts_in_times(offsets, gamma=0.1)
    [(0, 4.0, 92.0), (1, 33.0, 37.0), (1, 76.0, 92.0), (2, 76.0, 77.0)]
    """
    moments = np.sort(checks.vector(times, "times"))
    gaps = np.diff(moments)
    if (gaps == 0).any():
        raise ValueError("two messages share a time; count them in batches and use find_bursts.")
    if gaps.size < 1:
        return []
    span = float(gaps.sum())
    levels = int(np.ceil(1 + np.log(span) / np.log(ratio) - np.log(gaps.min()) / np.log(ratio)))
    rates = ratio ** np.arange(max(levels, 2)) * gaps.size / span
    fit = rates[:, None] * gaps - np.log(rates)[:, None]
    states, _ = _cheapest(fit, gamma * float(np.log(gaps.size)))
    found = []
    for height in range(int(states.max()) + 1):
        above = (states >= height).astype(np.int64) if height else np.ones(gaps.size, dtype=np.int64)
        found += [(height, float(moments[a]), float(moments[b + 1])) for a, b in _stretches(above)]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Alarms:
    """Counts with the threshold each was held against (NaN while the baseline is incomplete)."""

    counts: Floats
    threshold: Floats

    @property
    def raised(self) -> npt.NDArray[np.bool_]:
        """Where the count exceeds its threshold."""
        with np.errstate(invalid="ignore"):
            return self.counts > self.threshold


def ears(
    counts: npt.ArrayLike, *, alpha: float = 0.001, lag: int = 0, window: int = 7, least_sd: float = 0.0
) -> Alarms:
    """EARS alarms on daily counts: above ``mean + z_{1−α} sd`` of the `window` days ending `lag` + 1 days earlier.

    ``lag=0`` is C1 (days t−7..t−1), ``lag=2`` is C2 (days t−9..t−3, so that a slow rise does not hide itself).
    `least_sd` keeps flat baselines from alarming at one more. Weekly patterns should be taken out first. Hutwagner et
    al. (2003), J. Urban Health 80.

    >>> daily = [3, 5, 4, 6, 2, 4, 5, 3, 4, 6, 5, 4, 3, 12, 5, 4, 20, 6]
    >>> (1 + np.flatnonzero(ears(daily).raised)).tolist()
    [14, 17]
    """
    y = checks.counts(checks.vector(counts, "counts"), "counts")
    checks.between(alpha, 0, 1, "alpha")
    if window < 2 or lag < 0:
        raise ValueError("window must hold at least two days and lag cannot be negative.")
    threshold = np.full(y.size, np.nan)
    first = window + lag
    if y.size > first:
        past = np.lib.stride_tricks.sliding_window_view(y, window)[: y.size - first]
        sd = np.maximum(past.std(axis=1, ddof=1), least_sd)
        threshold[first:] = past.mean(axis=1) + float(special.ndtri(1 - alpha)) * sd
    return Alarms(y, threshold)
