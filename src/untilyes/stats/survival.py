"""How long it takes when some are still open: Kaplan-Meier, medians, and whether one group is quicker.

Leaving out open cases makes everything look quicker than it is; counting them as finished does so too.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.results import Estimate
from untilyes.stats.shares import z_score
from untilyes.stats.told import Told, say


@dataclass(frozen=True, slots=True, eq=False)
class Survival(Told):
    """The share still open after each time. Arrays have one entry a distinct time at which something ended.

    `times` are ascending, `open_share` is S(t) just after, `low` and `high` its interval.
    """

    times: Floats
    open_share: Floats
    low: Floats
    high: Floats
    n: float
    ended: float
    level: float = 0.95
    unit: str = "seconds"

    def at(self, time: float) -> Estimate:
        """The share still open after `time`; all of them before the first end."""
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        if self.n == 0:
            return Estimate(None, None, None, 0, "Kaplan-Meier", self.level)
        if place < 0:
            return Estimate(1.0, 1.0, 1.0, self.n, "Kaplan-Meier", self.level)
        value, low, high = (float(a[place]) for a in (self.open_share, self.low, self.high))
        return Estimate(value, low, high, self.n, "Kaplan-Meier", self.level)

    def quantile(self, q: float = 0.5) -> Estimate:
        """The time by which the share q has ended (Brookmeyer & Crowley 1982): where S and its band cross 1 − q.

        Undefined while fewer than q have ended; the upper end is infinite while the band has not crossed.
        """
        checks.between(q, 0, 1, "q")
        value, low, high = (self._first_below(band, 1 - q) for band in (self.open_share, self.low, self.high))
        if not math.isfinite(value):
            return Estimate(None, None, None, self.n, "Kaplan-Meier", self.level, self.unit)
        return Estimate(value, low, high, self.n, "Kaplan-Meier", self.level, self.unit)

    def _first_below(self, band: Floats, threshold: float) -> float:
        crossed = np.flatnonzero(band <= threshold + 1e-12)
        return float(self.times[crossed[0]]) if crossed.size else math.inf

    def sentence(self, locale: str = "en") -> str:
        """When half are done, and how many are still open."""
        median = self.quantile()
        open_now = round(self.n - self.ended)
        if not median.is_defined:
            return say("survival.open", locale, open=open_now, n=round(self.n))
        return say("survival.median", locale, median=median.brief(locale), open=open_now, n=round(self.n))


def estimate_survival(
    durations: npt.ArrayLike,
    ended: npt.ArrayLike,
    *,
    counts: npt.ArrayLike | None = None,
    level: float = 0.95,
    unit: str = "seconds",
) -> Survival:
    """Kaplan-Meier from durations and whether each has ended (1) or is still open (0), one entry a case.

    ``S(t) = Π (1 − d_i/r_i)``; band by Greenwood's variance on the log(−log) scale, which stays within 0..1. With
    `counts` an entry stands for that many cases (grouped data). Kaplan & Meier (1958), J. Am. Stat. Assoc. 53;
    Kalbfleisch & Prentice (1980).

    >>> open_cases = estimate_survival([5, 6, 6, 2.5, 4, 4], [1, 0, 0, 1, 1, 1], unit="days")
    >>> open_cases.open_share.round(3).tolist()
    [0.833, 0.5, 0.333]
    """
    times = checks.counts(checks.vector(durations, "durations"), "durations")
    done = checks.vector(ended, "ended")
    size = np.ones(times.size) if counts is None else checks.counts(checks.vector(counts, "counts"), "counts")
    checks.same_length(("durations", times), ("ended", done), ("counts", size))
    if not np.isin(done, (0.0, 1.0)).all():
        raise ValueError("ended must be 1 (has ended) or 0 (still open); recode it first.")
    distinct, deaths, at_risk = _life_table(times, done, size)
    share = np.asarray(np.cumprod(1 - deaths / at_risk), dtype=np.float64)
    low, high = _band(share, deaths, at_risk, z_score(level))
    return Survival(distinct, share, low, high, float(size.sum()), float(size @ done), level, unit)


def _life_table(times: Floats, done: Floats, size: Floats) -> tuple[Floats, Floats, Floats]:
    """Distinct end times, ends at each, and how many were still open just before."""
    distinct = np.unique(times[(done == 1) & (size > 0)])
    order = np.argsort(times)
    still = np.concatenate([np.cumsum(size[order][::-1])[::-1], [0.0]])
    at_risk = still[np.searchsorted(times[order], distinct, side="left")]
    ending = (done == 1) & (size > 0)
    places = np.searchsorted(distinct, times[ending])
    deaths = np.zeros(distinct.size)
    np.add.at(deaths, places, size[ending])
    return distinct, deaths, at_risk


def _band(share: Floats, deaths: Floats, at_risk: Floats, z: float) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(deaths / (at_risk * (at_risk - deaths)))
        arm = z * np.sqrt(greenwood) / np.log(share)
        low, high = share ** np.exp(-arm), share ** np.exp(arm)
    gone = share <= 0
    return np.where(gone, 0.0, low), np.where(gone, 0.0, high)


def logrank_p(durations: npt.ArrayLike, ended: npt.ArrayLike, group: npt.ArrayLike) -> float:
    """The two-sided p-value that two groups (0 and 1) end equally fast, open cases included.

    ``Z² = (Σ(d₁ − d r₁/r))² / Σ d (r₁/r)(1−r₁/r)(r−d)/(r−1)`` against χ²₁. 1 when nothing ended. Mantel (1966).

    >>> round(logrank_p([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1]), 3)
    0.025
    """
    times, done, side = (
        checks.vector(x, name) for x, name in ((durations, "durations"), (ended, "ended"), (group, "group"))
    )
    checks.same_length(("durations", times), ("ended", done), ("group", side))
    checks.both_classes(side, "group")
    distinct, deaths, at_risk = _life_table(times, done, np.ones(times.size))
    at_risk_1 = np.array([np.sum(times[side == 1] >= t) for t in distinct], dtype=np.float64)
    deaths_1 = np.array([np.sum((times[side == 1] == t) & (done[side == 1] == 1)) for t in distinct], dtype=np.float64)
    part = at_risk_1 / at_risk
    variance = float(np.sum(deaths * part * (1 - part) * (at_risk - deaths) / np.maximum(at_risk - 1, 1)))
    if variance == 0:
        return 1.0
    return float(special.chdtrc(1, float(np.sum(deaths_1 - deaths * part)) ** 2 / variance))
