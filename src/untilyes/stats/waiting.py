"""How long people wait when some are waiting still: the Kaplan-Meier curve on a log-histogram."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.durations import bin_edges, bin_middle
from untilyes.stats.results import Estimate
from untilyes.stats.shares import z_score

METHOD: Final = "Kaplan-Meier"


def survival(ended: Mapping[int, float], waiting: Mapping[int, float]) -> tuple[Floats, Floats, Floats]:
    """Bins in ascending order, the share still waiting after each, and Greenwood's sum for its variance.

    `ended` counts, per log-bin, those whose wait ended there; `waiting` those last seen waiting there (open, or gone
    without an end). Those last seen in a bin still count as at risk in it. Kaplan & Meier (1958),
    J. Am. Stat. Assoc. 53.
    """
    bins = np.array(sorted({*ended, *waiting}), dtype=np.float64)
    ends = checks.counts([ended.get(int(b), 0) for b in bins], "ended")
    stops = checks.counts([waiting.get(int(b), 0) for b in bins], "waiting")
    at_risk = (ends + stops)[::-1].cumsum()[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.cumprod(1 - ends / at_risk)
        greenwood = np.cumsum(ends / (at_risk * (at_risk - ends)))
    return bins, share, greenwood


def estimate_median_wait(
    ended: Mapping[int, float], waiting: Mapping[int, float], *, q: float = 0.5, level: float = 0.95
) -> Estimate:
    """The time by which a share `q` has ended its wait, in seconds, counting those who wait still.

    Value: the first bin after which at most 1 − q wait. Interval: all times at which the log-log interval of the
    curve holds 1 − q (Brookmeyer & Crowley 1982, Biometrics 38). The value is None while fewer than `q` have ended,
    the upper end infinite while the interval stays open.

    >>> print(estimate_median_wait({207: 30, 414: 30}, {}))
    60 seconds, plausibly 59 to 3,635 (n = 60)
    >>> estimate_median_wait({207: 3}, {414: 30}).value is None
    True
    """
    checks.between(q, 0, 1, "q")
    n = float(sum(ended.values()) + sum(waiting.values()))
    if n == 0:
        return Estimate(None, None, None, 0, METHOD, level, "seconds")
    bins, share, greenwood = survival(ended, waiting)
    reached = np.flatnonzero(share <= 1 - q)
    value = float(bin_middle(int(bins[reached[0]]))) if reached.size else None
    low, high = _ends(bins, share, greenwood, 1 - q, z_score(level))
    return Estimate(value, low, high, n, METHOD, level, "seconds")


def _ends(bins: Floats, share: Floats, greenwood: Floats, target: float, z: float) -> tuple[float, float]:
    """The outer edges of the stretch of bins whose log-log interval holds `target`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.log(-np.log(share))
        error = np.sqrt(greenwood) / np.abs(np.log(share))
        distance = (math.log(-math.log(target)) - place) / error
    below = np.where(share >= 1, np.inf, np.where(share <= 0, -np.inf, distance))
    starts, stops = np.flatnonzero(below <= z), np.flatnonzero(below < -z)
    lows, highs = bin_edges(bins.astype(np.int64))
    low = float(lows[starts[0]]) if starts.size else float(highs[-1])
    high = float(highs[stops[0]]) if stops.size else math.inf
    return max(low, 0.0), high
