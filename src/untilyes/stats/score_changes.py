"""Did the score move? Net scores before and after: different people, the same people, or some of both."""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.cells import Changes
from untilyes.stats.changes import FEWEST, judge
from untilyes.stats.checks import Floats
from untilyes.stats.results import Change
from untilyes.stats.scores import NPS, Histogram, Scoring, adjusted, estimate_scores, moments
from untilyes.stats.shares import z_score

Panel = Mapping[tuple[float, float], float]
"""(answer before, answer after) → how many of the same people gave this pair."""


def compare_many_scores(
    before: npt.ArrayLike, after: npt.ArrayLike, levels: npt.ArrayLike, *, level: float = 0.95,
    better: str = "higher", matters: float | None = None, correction: str | None = "bh", fewest: float = FEWEST,
    overlap: npt.ArrayLike = 0.0, correlation: float = 0.0,
) -> Changes:  # fmt: skip
    """Changes of net scores of many cells; `before` and `after` are (cells, levels) counts, `levels` their points.

    ``z = (m₁' − m₀') / √(V₀'/n₀' + V₁'/n₁' − 2 r o/(n₀n₁) √(V₀'V₁'))`` on Rocks' adjusted answers; the interval is
    stretched to hold the observed difference. `overlap` is how many people answered both waves, and `correlation`
    that of their two answers. p-values are corrected together; `matters` is in points.

    >>> print(compare_many_scores([[220, 280, 500]], [[120, 280, 600]], [-100, 0, 100], correction=None)[0])
    Better: +48, was +28 (+20 points, give or take 7)
    """
    points = checks.vector(levels, "levels", at_least=2)
    tables = checks.matrix(before, "before"), checks.matrix(after, "after")
    sides = tuple(estimate_scores(table, points, level=level) for table in tables)
    (n0, m0, v0), (n1, m1, v1) = (moments(adjusted(table), points) for table in tables)
    shared = checks.counts(overlap, "overlap")
    if (shared > np.minimum(sides[0].n, sides[1].n)).any() or not -1 <= correlation <= 1:
        raise ValueError("overlap cannot exceed either wave and correlation lies in -1..1; count the people in both.")
    error = np.sqrt(np.maximum(v0 / n0 + v1 / n1 - 2 * correlation * shared / (n0 * n1) * np.sqrt(v0 * v1), 0.0))
    p = 2 * special.ndtr(-np.abs(m1 - m0) / error)
    outer = _around(m1 - m0, error, z_score(level), sides[1].value - sides[0].value)
    inner = _around(m1 - m0, error, z_score(2 * level - 1), sides[1].value - sides[0].value) if matters else None
    return judge(
        (sides[0], sides[1]), outer, inner, p, "adjusted Wald", level=level, better=better, matters=matters,
        correction=correction, fewest=fewest,
    )  # fmt: skip


def _around(centre: Floats, error: Floats, z: float, observed: Floats) -> tuple[Floats, Floats]:
    """centre ± z·error, stretched to hold what was observed; NaN where nothing was."""
    return np.minimum(centre - z * error, observed), np.maximum(centre + z * error, observed)


def compare_scores(
    before: Histogram, after: Histogram, scoring: Scoring = NPS, *, level: float = 0.95, better: str = "higher",
    matters: float | None = None, fewest: float = FEWEST, overlap: float = 0, correlation: float = 0.0,
) -> Change:  # fmt: skip
    """The change of a net score between two waves, each a histogram of answers (value → count).

    See `compare_many_scores` for the formula. The same people twice: `compare_paired_scores`; some of them: give
    `overlap` and `correlation`.

    >>> print(compare_scores({10: 450, 8: 243, 3: 207}, {10: 450, 8: 252, 3: 198}))
    No real change: +28, was +27 (+1 point, give or take 7); smaller changes cannot be ruled out
    """
    return compare_many_scores(
        scoring.counts(before)[None, :], scoring.counts(after)[None, :], scoring.levels, level=level, better=better,
        matters=matters, correction=None, fewest=fewest, overlap=overlap, correlation=correlation,
    )[0]  # fmt: skip


def compare_paired_scores(
    pairs: Panel, scoring: Scoring = NPS, *, level: float = 0.95, better: str = "higher",
    matters: float | None = None, fewest: float = FEWEST,
) -> Change:  # fmt: skip
    """The change of a net score when the same people answered twice: `pairs` is (before, after) → people.

    Each person's own difference d is scored: ``mean(d) ± z √(var(d)/n)`` with Rocks' three answers spread over the
    pairs of levels. The two sides shown are the margins of the pairs.

    >>> panel = {(3, 8): 40, (8, 10): 30, (10, 10): 100, (3, 3): 30}
    >>> print(compare_paired_scores(panel))
    Better: +50, was +15 (+35 points, give or take 7)
    """
    levels = scoring.levels
    table = np.zeros((levels.size, levels.size))
    for (first, second), people in pairs.items():
        table += people * np.outer(scoring.counts({first: 1}), scoring.counts({second: 1}))
    sides = tuple(estimate_scores(table.sum(axis=1 - i)[None, :], levels, level=level) for i in (0, 1))
    spread = adjusted(np.ones(levels.size)) - 1
    filled = checks.counts(table, "pairs") + np.outer(spread, spread) / spread.sum()
    steps = (levels[None, :] - levels[:, None]).ravel()
    n, mean, variance = (np.atleast_1d(a) for a in moments(filled.ravel(), steps))
    error = np.sqrt(variance / n)
    observed = sides[1].value - sides[0].value
    p = 2 * special.ndtr(-np.abs(mean) / error)
    inner = _around(mean, error, z_score(2 * level - 1), observed) if matters else None
    return judge(
        (sides[0], sides[1]), _around(mean, error, z_score(level), observed), inner, p, "paired adjusted Wald",
        level=level, better=better, matters=matters, correction=None, fewest=fewest,
    )[0]  # fmt: skip


def chance_of_gain(
    before: Histogram, after: Histogram, scoring: Scoring = NPS, *, rng: np.random.Generator | int, draws: int = 100_000
) -> float:
    """The probability that the true score went up: draws from Dirichlet posteriors with one prior answer in all.

    Each level starts with 1/m of an answer (Dirichlet(1/3, 1/3, 1/3) for NPS). ½ when nobody answered. `rng` is a seed
    or a Generator; the Monte Carlo error is below 0.002 at 100,000 draws.

    >>> round(chance_of_gain({10: 450, 8: 243, 3: 207}, {10: 450, 8: 252, 3: 198}, rng=1), 2)
    0.61
    """
    chance = checks.generator(rng)
    levels = scoring.levels
    scores = [chance.dirichlet(scoring.counts(h) + 1 / levels.size, draws) @ levels for h in (before, after)]
    return float(np.mean(scores[1] > scores[0]) + np.mean(scores[1] == scores[0]) / 2)


def margin_of_change(n_before: float, n_after: float, *, variance: float = 6400.0, level: float = 0.95) -> float:
    """The half width in points of the interval of a change: ``z √(variance (1/n₁ + 1/n₂))``.

    An observed change smaller than this cannot be told from none.

    >>> round(margin_of_change(900, 900), 1)
    7.4
    """
    if n_before <= 0 or n_after <= 0:
        raise ValueError("a wave without answers shows nothing; plan at least one answer.")
    return z_score(level) * math.sqrt(variance * (1 / n_before + 1 / n_after))
