"""The mean of ratings on one scale (satisfaction 1-5, effort 1-7), from a histogram of answers."""

import math

import numpy as np
from scipy import special

from untilyes.stats import checks
from untilyes.stats.cells import Estimates
from untilyes.stats.changes import FEWEST, judge
from untilyes.stats.checks import Floats
from untilyes.stats.results import Change, Estimate
from untilyes.stats.scores import Histogram


def estimate_mean(histogram: Histogram, *, level: float = 0.95, scale: tuple[float, float] | None = None) -> Estimate:
    """The mean of answers (value → count) with a t-interval: ``x̄ ± t_{n−1} s/√n``.

    Clipped to `scale` (smallest, largest possible answer) when given. One answer has a value and an open interval
    (the scale, if known); none is undefined. When all agree the interval is not zero: one answer at each end of the
    scale is imagined for the spread, as Agresti and Coull do for shares. Student (1908), Biometrika 6.

    >>> print(estimate_mean({5: 60, 4: 25, 1: 15}, scale=(1, 5)))
    4.2, give or take 0.3 (n = 100)
    """
    values, counts = _columns(histogram, scale)
    n = float(counts.sum())
    bottom, top = scale if scale is not None else (-math.inf, math.inf)
    if n == 0:
        return Estimate(None, None, None, 0, "t", level, "score")
    mean = float(counts @ values / n)
    if n < 2:
        return Estimate(mean, bottom, top, n, "t", level, "score")
    half = float(special.stdtrit(n - 1, 0.5 + checks.level(level) / 2)) * _error(values, counts, scale)
    return Estimate(mean, max(mean - half, bottom), min(mean + half, top), n, "t", level, "score")


def compare_means(
    before: Histogram, after: Histogram, *, level: float = 0.95, better: str = "higher", matters: float | None = None,
    fewest: float = FEWEST, scale: tuple[float, float] | None = None,
) -> Change:  # fmt: skip
    """The change of a mean between two independent waves, by Welch's t: unequal variances, Satterthwaite's degrees.

    ``x̄₁ − x̄₀ ± t_ν √(s₀²/n₀ + s₁²/n₁)``; `matters` is in units of the scale. Welch (1947), Biometrika 34.

    >>> print(compare_means({5: 50, 4: 30, 2: 20}, {5: 70, 4: 20, 2: 10}))
    Better: 4.5, was 4.1 (+0.4, give or take 0.3)
    """
    sides = [Estimates.of([estimate_mean(h, level=level, scale=scale)]) for h in (before, after)]
    parts = [_columns(h, scale) for h in (before, after)]
    errors = [_error(*part, scale) if part[1].sum() > 1 else math.nan for part in parts]
    sizes = [float(part[1].sum()) for part in parts]
    delta = float(sides[1].value[0] - sides[0].value[0])
    error = math.hypot(*errors)
    freedom = error**4 / sum(e**4 / (n - 1) for e, n in zip(errors, sizes, strict=True)) if error > 0 else math.nan
    p = 2 * float(special.stdtr(freedom, -abs(delta) / error)) if error > 0 else math.nan

    def ends(at: float) -> tuple[Floats, Floats]:
        half = float(special.stdtrit(freedom, 0.5 + at / 2)) * error
        return np.array([delta - half]), np.array([delta + half])

    return judge(
        (sides[0], sides[1]), ends(level), ends(2 * level - 1), np.array([p]), "Welch", level=level, better=better,
        matters=matters, correction=None, fewest=max(fewest, 2),
    )[0]  # fmt: skip


def _columns(histogram: Histogram, scale: tuple[float, float] | None) -> tuple[Floats, Floats]:
    values, counts = checks.vector(list(histogram), "answers"), checks.counts(list(histogram.values()), "histogram")
    if scale is not None and values.size and (values.min() < scale[0] or values.max() > scale[1]):
        raise ValueError(
            f"answers leave the scale {scale[0]:g}..{scale[1]:g}; answers on other scales are never mixed."
        )
    return values, counts


def _error(values: Floats, counts: Floats, scale: tuple[float, float] | None) -> float:
    """The standard error; where all answers agree and the scale is known, its ends are imagined to be seen once."""
    n = float(counts.sum())
    mean = float(counts @ values / n)
    squares = float(counts @ np.square(values - mean))
    if squares == 0 and scale is not None:
        squares = float(np.square(np.array(scale) - mean).sum())
    return math.sqrt(squares / (n - 1) / n)
