"""Where departures come from: the share of them that goes with each source, beside all other sources.

Attributable fractions of single sources overlap and do not add up; their Shapley values do, and sum to what all
sources account for together (Eide & Gefeller 1995). They are associations: only a group left alone shows what removing
a source would save.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.logit import expit, fit_logit, with_intercept
from untilyes.stats.results import Estimate
from untilyes.stats.shapley import shapley_values
from untilyes.stats.shares import z_score
from untilyes.stats.told import Note, Told, note, paragraph, say

MOST_SOURCES = 12


def attributable_fraction(
    exposed: tuple[float, float], others: tuple[float, float], *, level: float = 0.95
) -> Estimate:
    """The crude share of departures that would not be there if the exposed left as seldom as the others.

    ``AF = 1 − q₀/q``, q₀ the share leaving among the others, q among all: Levin's ``p_e(RR−1) / (1 + p_e(RR−1))``. Both
    arguments are (left, customers). Interval by the delta method on ``log(1 − AF)``, the four cells multinomial; a
    protective source has a negative fraction. Where none of the others left the fraction is 1 and its lower end comes
    from half a departure more; undefined when nobody left or a side is empty. Levin (1953); Walter (1976), Biometrics.

    >>> fraction = attributable_fraction((13, 2176), (5, 3354))
    >>> round(fraction.value, 4), round(fraction.low, 2), round(fraction.high, 2)
    (0.542, 0.04, 0.78)
    """
    (a, n1), (c, n0) = (tuple(float(x) for x in checks.part_of(*side)) for side in (exposed, others))
    method = "attributable fraction"
    if n1 == 0 or n0 == 0 or a + c == 0:
        return Estimate(None, None, None, n0 + n1, method, level)
    value = 1 - (c / n0) / ((a + c) / (n0 + n1))
    shift = 0.5 if c == 0 else 0.0
    cells = np.array([a, n1 - a, c, n0 - c]) + shift
    gone, rest = float(cells[0] + cells[2]), float(cells[2] + cells[3])
    gradient = np.array([-1 / gone, 0.0, 1 / cells[2] - 1 / rest - 1 / gone, -1 / rest])
    total = float(cells.sum())
    variance = float(cells @ gradient**2) - float(cells @ gradient) ** 2 / total
    centre = float(np.log(cells[2] / rest * total / gone))
    arm = z_score(level) * max(variance, 0.0) ** 0.5
    low, high = 1 - float(np.exp(centre + arm)), 1.0 if c == 0 else 1 - float(np.exp(centre - arm))
    return Estimate(value, low, high, total - 4 * shift, method, level)


@dataclass(frozen=True, slots=True)
class Source(Told):
    """One source of departures. `share` is its part of all departures (0..1) and adds up with the others'.

    `alone` is the adjusted fraction when only this source were removed, `crude` the one without regard to the others.
    """

    name: str
    share: Estimate
    alone: float
    crude: Estimate

    def sentence(self, locale: str = "en") -> str:
        """Its part of departures."""
        return say("source.share", locale, name=self.name, share=self.share)


@dataclass(frozen=True, slots=True)
class Sources(Told):
    """All sources, largest first, and `joint`, what they account for together."""

    sources: tuple[Source, ...]
    joint: Estimate
    left: float
    n: float
    method: str
    notes: tuple[Note, ...]

    def __getitem__(self, name: str) -> Source:
        return next(source for source in self.sources if source.name == name)

    def sentence(self, locale: str = "en") -> str:
        """The joint part, the parts, and that they are associations."""
        parts = tuple(f"{s.name} {s.share.brief(locale)}" for s in self.sources)
        return paragraph([say("sources.joint", locale, joint=self.joint, sources=parts), *self.notes], locale)


def attribute_departures(
    sources: npt.ArrayLike, left: npt.ArrayLike, n: npt.ArrayLike, names: Sequence[str], *,
    background: npt.ArrayLike | None = None, rng: np.random.Generator | int, level: float = 0.95, draws: int = 400,
) -> Sources:  # fmt: skip
    """Shares of departures by source, adjusted for each other and for the background; they sum to the joint share.

    A logistic model of leaving on the sources (cells, k ≤ 12; 1 where the cell has it, 0 where not) and the
    `background` (cells, b: tenure, plan). Removing the sources S leaves ``v(S) = 1 − Σ n p̂(x without S) / Σ left``
    (Bruzzi et al. 1985); `share` is its Shapley value (Eide & Gefeller 1995). `left` of `n` customers a cell.
    Intervals: percentiles over `draws` Bayesian bootstraps, an exponential weight for each customer (Rubin 1981). A
    source that goes with staying has a negative share. Raises when a source is constant or separates leavers.

    >>> cells, gone = [[0, 0], [0, 1], [1, 0], [1, 1]], [20, 40, 60, 90]
    >>> found = attribute_departures(cells, gone, [500, 300, 300, 200], ("late", "rude"), rng=1)
    >>> [(source.name, round(source.share.value, 2)) for source in found.sources], round(found.joint.value, 2)
    ([('late', 0.45), ('rude', 0.29)], 0.74)
    """
    rows = checks.matrix(sources, "sources")
    gone, total = (np.atleast_1d(a) for a in checks.part_of(left, n))
    checks.same_length(("sources", rows), ("left", gone))
    k = rows.shape[1]
    if k != len(names) or not 1 <= k <= MOST_SOURCES:
        raise ValueError(f"{k} columns and {len(names)} names; name each of 1 to {MOST_SOURCES} sources once.")
    if not np.isin(rows, (0.0, 1.0)).all():
        raise ValueError("a source is there (1) or not (0); cut numbers at the place where customers turn first.")
    for column, name in zip(rows.T, names, strict=True):
        checks.varies(column[total > 0], name)
    behind = np.zeros((len(rows), 0)) if background is None else checks.matrix(background, "background")
    checks.same_length(("sources", rows), ("background", behind))
    used = total > 0
    rows, behind, gone, total = rows[used], behind[used], gone[used], total[used]
    worth = _worths(rows, behind, gone, total)
    chance = checks.generator(rng)
    resampled = np.array([_worths(rows, behind, *_weighted(gone, total, chance)) for _ in range(draws)])
    parts = np.column_stack([shapley_values(resampled), resampled[:, -1]])
    low, high = np.quantile(parts, [(1 - checks.level(level)) / 2, (1 + level) / 2], axis=0)
    values = shapley_values(worth)
    method, answers = "Shapley attributable fractions", float(total.sum())
    found = [
        Source(
            name,
            Estimate(float(values[j]), float(low[j]), float(high[j]), answers, method, level),
            float(worth[1 << j]),
            _crude(rows[:, j], gone, total, level),
        )
        for j, name in enumerate(names)
    ]
    found.sort(key=lambda source: -(source.share.value or 0.0))
    joint = Estimate(float(worth[-1]), float(low[-1]), float(high[-1]), answers, method, level)
    return Sources(tuple(found), joint, float(gone.sum()), answers, method, (note("sources.association"),))


def _worths(rows: Floats, behind: Floats, gone: Floats, total: Floats) -> Floats:
    """The fraction of departures that goes with each subset of sources, (2^k,)."""
    k = rows.shape[1]
    fit = fit_logit(np.column_stack([rows, behind]), gone, total)
    fixed = with_intercept(behind) @ np.concatenate([fit.coefficients[:1], fit.coefficients[1 + k :]])
    left_in = 1.0 - (np.arange(1 << k)[:, None] >> np.arange(k) & 1)
    eta = fixed[None, :] + (left_in * fit.coefficients[1 : 1 + k]) @ rows.T
    return np.asarray(1 - (expit(eta) @ total) / gone.sum())


def _weighted(gone: Floats, total: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """One Bayesian bootstrap: the sum of as many exponential weights as there are customers of each kind."""
    weights = rng.standard_gamma(gone), rng.standard_gamma(total - gone)
    return weights[0], weights[0] + weights[1]


def _crude(has: Floats, gone: Floats, total: Floats, level: float) -> Estimate:
    sides = [(float(gone[has == x].sum()), float(total[has == x].sum())) for x in (1.0, 0.0)]
    return attributable_fraction(*sides, level=level)
