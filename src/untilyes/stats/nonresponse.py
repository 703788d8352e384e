"""Who did not answer, and how far the truth could be from what was heard.

No interval covers this: intervals are about chance among those asked, not about those who kept silent.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.cells import Estimates
from untilyes.stats.changes import compare_shares
from untilyes.stats.checks import Floats
from untilyes.stats.results import Change, Estimate
from untilyes.stats.shares import estimate_share, estimate_shares
from untilyes.stats.told import Told, say


@dataclass(frozen=True, slots=True)
class Bounds(Told):
    """The share heard, and where the share of all invited must lie whatever the silent think."""

    heard: Estimate
    low: float
    high: float
    response: Estimate
    invited: float

    def sentence(self, locale: str = "en") -> str:
        """How many answered, and what that leaves open."""
        return say(
            "response.bounds", locale, answered=round(self.heard.n), invited=round(self.invited),
            low_share=self.low, high_share=self.high,
        )  # fmt: skip


def bound_share(k: float, n: float, invited: float, *, level: float = 0.95) -> Bounds:
    """Worst-case bounds for the share of all invited: every silent one a no, or every one a yes.

    ``k/N … (k + N − n)/N`` with k yes among n answers of N invited. Assumes nothing, so it is wide: a fair measure of
    what a low response rate costs. Manski (1989), J. Human Resources 24.

    >>> bounds = bound_share(160, 200, 1000)
    >>> (bounds.low, bounds.high)
    (0.16, 0.96)
    """
    checks.part_of(k, n)
    checks.part_of(n, invited)
    if invited == 0:
        raise ValueError("nobody was invited; there is nothing to bound.")
    return Bounds(estimate_share(k, n, level=level), k / invited, (k + invited - n) / invited,
                  estimate_share(n, invited, level=level), invited)  # fmt: skip


def bound_score(
    mean: float, n: float, invited: float, *, scale: tuple[float, float] = (-100.0, 100.0)
) -> tuple[float, float]:
    """Worst-case bounds for a mean on `scale` among all invited: ``(n m + (N−n) end) / N`` for either end.

    >>> bound_score(40, 200, 1000)
    (-72.0, 88.0)
    """
    checks.part_of(n, invited)
    if invited == 0 or not scale[0] <= mean <= scale[1]:
        raise ValueError("give somebody invited and a mean on its scale.")
    low, high = ((n * mean + (invited - n) * end) / invited for end in scale)
    return low, high


def response_rates(answered: npt.ArrayLike, invited: npt.ArrayLike, *, level: float = 0.95) -> Estimates:
    """The response rate of each group with Wilson's interval; see `r_indicator` for what their spread means.

    An agent or a shop whose rate stands out may be choosing whom to ask: no weighting repairs that.

    >>> response_rates([20, 60], [100, 100]).value.tolist()
    [0.2, 0.6]
    """
    return estimate_shares(answered, invited, level=level)


def r_indicator(answered: npt.ArrayLike, invited: npt.ArrayLike) -> Estimate:
    """How alike groups are in answering: ``R = 1 − 2 √(Σ N_g (ρ_g − ρ̄)² / N)``, 1 when all answer alike.

    One entry a group: how many were invited and answered. The spread is corrected for chance,
    ``− Σ N_g ρ_g(1−ρ_g)/N_g / N``, and never below zero; the interval comes from the spread of the groups'
    rates by the delta method. Schouten, Cobben & Bethlehem (2009), Survey Methodology 35.

    >>> round(r_indicator([200, 600], [1000, 1000]).value, 2)
    0.6
    """
    part, whole = (np.atleast_1d(a) for a in checks.part_of(answered, invited))
    used = whole > 1
    part, whole = part[used], whole[used]
    total = float(whole.sum())
    if total == 0:
        return Estimate(None, None, None, 0, "R-indicator", unit="ratio")
    rate, overall = part / whole, float(part.sum() / total)
    noise = rate * (1 - rate) / (whole - 1)
    spread = max(float((whole * (np.square(rate - overall) - noise)).sum() / total), 0.0)
    value = 1 - 2 * spread**0.5
    # Var(spread) by the delta method: each rate moves spread by 2 (N_g/N)(ρ_g − ρ̄).
    slope = 2 * whole / total * (rate - overall)
    error = float((np.square(slope) * rate * (1 - rate) / whole).sum()) ** 0.5
    low, high = (1 - 2 * max(spread + side * 1.96 * error, 0.0) ** 0.5 for side in (1, -1))
    return Estimate(value, max(low, 0.0), min(high, 1.0), total, "R-indicator", unit="ratio")


@dataclass(frozen=True, slots=True)
class LateAnswers:
    """Early against late answers, and the share of all invited if the silent are like the late."""

    change: Change
    extrapolated: float


def compare_late(early: tuple[float, float], late: tuple[float, float], invited: float) -> LateAnswers:
    """Are those who answered after the reminder different? Each (k, n); the silent are likest to them.

    The extrapolated share is ``(k_early + k_late + (N − n) p_late) / N``. A hint, not a correction. Armstrong &
    Overton (1977), J. Marketing Research 14.

    >>> answers = compare_late((240, 300), (120, 200), invited=1000)
    >>> answers.change.verdict.label, round(answers.extrapolated, 2)
    ('worse', 0.66)
    """
    n = early[1] + late[1]
    checks.part_of(n, invited)
    if late[1] == 0:
        raise ValueError("nobody answered late; send a reminder before comparing.")
    share = (early[0] + late[0] + (invited - n) * late[0] / late[1]) / invited
    return LateAnswers(compare_shares(early, late), share)


def inverse_propensity(propensity: npt.ArrayLike, *, cap: float = 10.0) -> Floats:
    """Weights ``1/ρ`` for answers given with probability ρ, capped at `cap` times their mean; mean 1.

    >>> inverse_propensity([0.5, 0.25]).round(2).tolist()
    [0.67, 1.33]
    """
    rho = checks.probabilities(propensity, "propensities")
    if np.isnan(rho).any() or (rho <= 0).any():
        raise ValueError("propensities must be above 0; nobody who could not answer can be weighted up.")
    raw = 1 / rho
    capped = np.minimum(raw, cap * raw.mean())
    return np.asarray(capped / capped.mean())
