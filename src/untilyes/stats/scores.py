"""Net scores: every answer earns points, the score is their mean. NPS and trust are two of them.

A net score is a multinomial mean, so promoters and detractors move against each other; an interval that treats them
as independent is too narrow at every n. Points run from -100 to +100.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.cells import Estimates
from untilyes.stats.checks import Floats
from untilyes.stats.results import Estimate
from untilyes.stats.shares import z_score

Histogram = Mapping[float, float]
"""Answer value → how many gave it."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """How many points each answer is worth, -100 to +100.

    >>> yes_no = Scoring("satisfied", {1: 100, 0: -100})
    >>> yes_no.counts({1: 30, 0: 10}).tolist()
    [10.0, 30.0]
    """

    name: str
    points: Mapping[float, float]

    def __post_init__(self) -> None:
        if len(set(self.points.values())) < 2:
            raise ValueError(f"scoring {self.name!r} gives every answer the same points; give at least two.")
        if any(not -100 <= p <= 100 for p in self.points.values()):
            raise ValueError(f"scoring {self.name!r} leaves -100..+100; scale its points.")

    @property
    def levels(self) -> Floats:
        """The distinct points, ascending: for NPS -100, 0, +100."""
        return np.unique(np.array(list(self.points.values()), dtype=np.float64))

    def counts(self, histogram: Histogram) -> Floats:
        """Answers per level of points; an answer outside the scale is an error, a missing one counts 0."""
        strange = [v for v in histogram if v not in self.points]
        if strange:
            raise ValueError(f"{self.name} knows no answer {strange[0]!r}; answers on other scales are never mixed.")
        levels = self.levels
        total = np.zeros(levels.size)
        for value, count in histogram.items():
            total[np.searchsorted(levels, self.points[value])] += count
        return checks.counts(total, "histogram")


NPS: Final = Scoring("nps", {v: -100.0 if v <= 6 else 0.0 if v <= 8 else 100.0 for v in range(11)})
"""0-6 detract, 7-8 are passive, 9-10 promote."""

PSEUDO_ANSWERS: Final = 3.0
"""Rocks' adjustment: three answers are added, a quarter of them at either end of the scale."""


def adjusted(counts: Floats) -> Floats:
    """`counts` (…, m levels) with Rocks' three pseudo-answers: ¾ at each end, the rest spread between."""
    inner = counts.shape[-1] - 2
    added = np.full(counts.shape[-1], PSEUDO_ANSWERS / 2 / inner if inner else 0.0)
    added[[0, -1]] = PSEUDO_ANSWERS / 4 if inner else PSEUDO_ANSWERS / 2
    widened: Floats = counts + added
    return widened


def moments(counts: Floats, levels: Floats) -> tuple[Floats, Floats, Floats]:
    """n, mean and variance (``Σ p s² − mean²``) of scored answers; the last axis runs over the levels."""
    n = counts.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = counts @ levels / n
        variance = np.maximum(counts @ np.square(levels) / n - np.square(mean), 0.0)
    return n, mean, variance


def estimate_scores(
    counts: npt.ArrayLike, levels: npt.ArrayLike, *, level: float = 0.95, population: float | None = None
) -> Estimates:
    """Net scores of many cells: `counts` is (cells, levels), `levels` their points in ascending order.

    Adjusted Wald (Rocks 2016, The American Statistician 70): add ¾ of an answer at either end and 1½ between, then
    ``mean' ± z √(variance' / n')``, clipped to the scale and stretched to hold the observed score. With `population`
    (the whole customer base, when the claim is about these customers only) the half width is multiplied by
    ``√((N−n)/(N−1))``. NaN at n = 0.

    >>> print(estimate_scores([[22, 28, 50]], [-100, 0, 100])[0])
    +28, give or take 16 (n = 100)
    """
    table, points = checks.matrix(counts, "counts"), checks.vector(levels, "levels", at_least=2)
    checks.counts(table, "counts")
    if table.shape[1] != points.size or (np.diff(points) <= 0).any():
        raise ValueError("counts need one column a level, and levels must ascend; sort the columns by their points.")
    n, mean, _ = moments(table, points)
    n_adjusted, centre, variance = moments(adjusted(table), points)
    half = z_score(level) * np.sqrt(variance / n_adjusted) * finite_population(n, population)
    low = np.minimum(np.maximum(centre - half, points[0]), mean)
    high = np.maximum(np.minimum(centre + half, points[-1]), mean)
    return Estimates(mean, low, high, n, "adjusted Wald", level, "points")


def estimate_score(
    histogram: Histogram, scoring: Scoring = NPS, *, level: float = 0.95, population: float | None = None
) -> Estimate:
    """The net score of one histogram of answers (value → count), with Rocks' adjusted Wald interval.

    See `estimate_scores` for the formula. Undefined (value None) when nobody answered.

    >>> print(estimate_score({10: 30, 9: 20, 8: 28, 3: 22}))
    +28, give or take 16 (n = 100)
    """
    counts = scoring.counts(histogram)
    return estimate_scores(counts[None, :], scoring.levels, level=level, population=population)[0]


def finite_population(n: Floats, population: float | None) -> Floats | float:
    """The factor ``√((N−n)/(N−1))`` on a half width; 1 without a population."""
    if population is None:
        return 1.0
    if (n > population).any():
        raise ValueError(f"{float(n.max()):g} answers from a population of {population:g}; check the population size.")
    return np.sqrt((population - n) / max(population - 1, 1))


def estimate_weighted_score(
    values: npt.ArrayLike, weights: npt.ArrayLike, scoring: Scoring = NPS, *, level: float = 0.95
) -> Estimate:
    """The net score of weighted answers (e.g. after raking).

    ``mean = Σws / Σw``; interval by adjusted Wald on the weighted shares at Kish's effective n, which is close to
    ``√(Σ w²(s−mean)²) / Σw`` and behaves at the ends of the scale. One weight a value; n is the effective n.

    >>> print(estimate_weighted_score([10, 9, 8, 3], [2, 1, 1, 1]))
    +40, plausibly −38 to +82 (n = 4)
    """
    answers = checks.vector(values)
    w = checks.weights(weights, answers.size)
    histogram = {float(v): float(w[answers == v].sum()) for v in np.unique(answers)}
    effective = float(w.sum() ** 2 / np.square(w).sum()) if w.size else 0.0
    shrink = effective / float(w.sum()) if w.size else 0.0
    return estimate_score({v: c * shrink for v, c in histogram.items()}, scoring, level=level)


def smallest_real_change(
    n_before: float, n_after: float | None = None, *, variance: float = 6400.0, level: float = 0.95, power: float = 0.8
) -> float:
    """The true change in points that two waves of this size would show with `power`.

    ``(z_{1−α/2} + z_power) √(variance (1/n₁ + 1/n₂))``. `variance` is in points² (default 80², a usual NPS spread;
    take it from `score_variance`). Raises for empty waves.

    >>> round(smallest_real_change(800), 1)
    11.2
    """
    later = n_before if n_after is None else n_after
    if n_before <= 0 or later <= 0:
        raise ValueError("a wave without answers shows nothing; plan at least one answer.")
    return (z_score(level) + _power_z(power)) * math.sqrt(checks.counts(variance).item() * (1 / n_before + 1 / later))


def answers_needed(change: float, *, variance: float = 6400.0, level: float = 0.95, power: float = 0.8) -> int:
    """Answers per wave so that a true change of this many points is seen with `power`.

    ``n = 2 variance (z_{1−α/2} + z_power)² / change²``, rounded up.

    >>> answers_needed(10)
    1005
    """
    if change == 0:
        raise ValueError("no number of answers shows a change of nothing; name the change worth acting on.")
    return math.ceil(2 * variance * (z_score(level) + _power_z(power)) ** 2 / change**2)


def score_variance(histogram: Histogram, scoring: Scoring = NPS) -> float:
    """The variance of one answer's points, ``Σ p s² − mean²`` (points²); NaN when nobody answered.

    >>> score_variance({10: 3, 8: 2, 0: 1}) / 100**2 * 9
    5.0
    """
    return float(moments(scoring.counts(histogram), scoring.levels)[2])


def _power_z(power: float) -> float:
    """The one-sided normal quantile of `power`."""
    checks.between(power, 0.5 - 1e-9, 1, "power")
    return z_score(2 * power - 1) if power > 0.5 else 0.0
