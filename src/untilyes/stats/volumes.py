"""How much comes in: whether it grew, and how much to expect, with the doubt that weeks really show.

Arrivals vary more than pure chance would have them (a campaign, a storm, a holiday). Every interval here takes its
width from the weeks themselves, never from counting theory alone.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share

_FEWEST_WEEKS = 10
"""Fewer weeks than this say nothing about how wrong a forecast tends to be."""
_FEWEST_ERRORS = 8
_WINDOWS = (2, 4, 8, 13)


def compare_volumes(before: npt.ArrayLike, after: npt.ArrayLike, *, level: float = 0.95) -> Estimate:
    """How many times as much comes in after as before, from one count a week (or any other equal stretch) on each side.

    Ratio of the means with a t-interval on the log scale; its variance is ``φ (1/Σbefore + 1/Σafter)``, where φ, never
    below 1, is Pearson's dispersion of the counts around their side's mean (quasi-Poisson). `n` is everything counted.
    Undefined without two counts a side or when a side is empty. McCullagh & Nelder (1989), Generalized Linear Models.

    >>> print(compare_volumes([100, 98, 103, 99], [119, 121, 120, 122]))
    1.2, give or take 0.2 (n = 882)
    """
    sides = [checks.counts(checks.vector(side, name), name) for side, name in ((before, "before"), (after, "after"))]
    sums, n = [float(side.sum()) for side in sides], float(sum(side.sum() for side in sides))
    method, freedom = "quasi-Poisson", sum(side.size for side in sides) - 2
    if min(sums) == 0 or min(side.size for side in sides) < 2:
        return Estimate(None, None, None, n, method, level, "ratio")
    pearson = sum(float(np.sum(np.square(side - side.mean())) / side.mean()) for side in sides)
    spread = math.sqrt(max(pearson / freedom, 1.0) * sum(1 / total for total in sums))
    arm = float(special.stdtrit(freedom, 0.5 + checks.level(level) / 2)) * spread
    ratio = float(sides[1].mean() / sides[0].mean())
    return Estimate(ratio, ratio * math.exp(-arm), ratio * math.exp(arm), n, method, level, "ratio")


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What the coming weeks bring. Arrays run over the weeks ahead; `n` weeks were learned from.

    `covered` is the share of past weeks, each forecast from what came before it, that fell within the interval it would
    have been given then: the interval's claim, checked on weeks it had not seen.
    """

    value: Floats
    low: Floats
    high: Floats
    n: int
    covered: Estimate
    method: str
    level: float = 0.8

    def week(self, ahead: int) -> Estimate:
        """The week that begins `ahead` weeks from now; 0 is the coming one."""
        value, low, high = (float(side[ahead]) for side in (self.value, self.low, self.high))
        return Estimate(value, low, high, self.n, self.method, self.level, "score")


def forecast_volumes(weeks: npt.ArrayLike, *, ahead: int = 4, level: float = 0.8) -> Forecast | None:
    """Forecast the next `ahead` weekly counts from those of the past, oldest first; None with fewer than 10 weeks.

    The value is the mean of the last 2, 4, 8 or 13 weeks: whichever erred least, on the log scale, on the weeks already
    past. The interval is made of the errors that forecast made on past weeks, separately for each number of weeks
    ahead: the ``⌈(m + 1) level⌉``-th smallest of m absolute errors (conformal; Vovk, Gammerman & Shafer 2005). With
    fewer than 8 errors, or too few for the level, the largest is taken and doubled.

    >>> forecast = forecast_volumes([100, 104, 97, 101, 99, 103, 98, 100, 102, 96, 101, 100, 99, 104, 98, 100])
    >>> print(forecast.week(0))
    100, give or take 5 (n = 16, 80 % sure)
    """
    x = checks.counts(checks.vector(weeks, "weeks"), "weeks")
    if x.size < _FEWEST_WEEKS or ahead < 1:
        return None
    logs = np.log1p(x)
    window = min(_WINDOWS, key=lambda size: (_mean_error(logs, size), size))
    errors = [_errors(x, logs, window, step) for step in range(ahead)]
    arms = np.array([_arm(past, checks.level(level)) for past in errors])
    value = float(x[-window:].mean())
    centre = math.log1p(value)
    covered = _check_coverage(errors[0], level)
    low, high = np.maximum(np.expm1(centre - arms), 0.0), np.expm1(centre + arms)
    return Forecast(np.full(ahead, value), low, high, int(x.size), covered, f"mean of {window} weeks, conformal", level)


def _errors(x: Floats, logs: Floats, window: int, step: int) -> Floats:
    """Absolute log errors of all past forecasts made `step` + 1 weeks ahead, oldest first."""
    ends = range(window, x.size - step)
    return np.array([abs(logs[end + step] - math.log1p(x[end - window : end].mean())) for end in ends])


def _mean_error(logs: Floats, window: int) -> float:
    x = np.expm1(logs)
    errors = _errors(x, logs, window, 0)
    # All windows are judged on the same weeks: those that the longest one could forecast, where there are enough.
    shared = errors[-max(x.size - max(_WINDOWS), _FEWEST_ERRORS) :]
    return float(shared.mean()) if shared.size else math.inf


def _arm(past: Floats, level: float) -> float:
    if past.size == 0:
        return math.inf
    rank = math.ceil((past.size + 1) * level)
    if past.size < _FEWEST_ERRORS or rank > past.size:
        return 2 * float(past.max())
    return float(np.sort(past)[rank - 1])


def _check_coverage(past: Floats, level: float) -> Estimate:
    """Of the past one-week forecasts, how many lay within the interval that the errors before them gave."""
    held = [bool(past[end] <= _arm(past[:end], level)) for end in range(_FEWEST_ERRORS, past.size)]
    return estimate_share(sum(held), len(held))
