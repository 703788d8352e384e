"""Kano: which features are taken for granted, which delight, and how surely we know.

Kano, Seraku, Takahashi & Tsuji (1984); Berger et al. (1993), Center for Quality of Management Journal 2(4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from untilyes.stats import checks
from untilyes.stats.checks import Floats, Ints
from untilyes.stats.results import Estimate
from untilyes.stats.servqual import mean_estimate
from untilyes.stats.shares import estimate_share
from untilyes.stats.told import Told, say


class Category(StrEnum):
    """What a feature is to customers, strongest claim first: ties go to the earlier one (M > O > A > I)."""

    MUST_BE = "must_be"
    ONE_DIMENSIONAL = "one_dimensional"
    ATTRACTIVE = "attractive"
    INDIFFERENT = "indifferent"
    REVERSE = "reverse"
    QUESTIONABLE = "questionable"


_LETTERS: Final = dict(zip("MOAIRQ", Category, strict=True))
_TABLE: Final = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")

EVALUATION: Final[Mapping[tuple[int, int], Category]] = {
    (f, d): _LETTERS[letter] for f, row in enumerate(_TABLE) for d, letter in enumerate(row)
}
"""Answers 0 like it · 1 expect it · 2 neutral · 3 can live with it · 4 dislike it; (functional, dysfunctional)."""

FUNCTIONAL_POINTS: Final = (4.0, 2.0, 0.0, -1.0, -2.0)
DYSFUNCTIONAL_POINTS: Final = (-2.0, -1.0, 0.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Kano(Told):
    """One feature. `counts` per category; `better` and `worse` are how much it pleases when there (0..1) and how
    much it hurts when missing (0..-1). `p` tests whether the category beats the runner-up (Fong 1996).
    """

    name: str
    category: Category
    counts: Mapping[str, int]
    better: Estimate
    worse: Estimate
    p: float
    runner_up: Category
    n: int

    @property
    def is_settled(self) -> bool:
        """Whether the category is told apart from the runner-up at 5 %."""
        return self.p <= 0.05

    def sentence(self, locale: str = "en") -> str:
        """The category, or the two it may be."""
        first = say(f"kano.{self.category.value}", locale)
        if self.is_settled:
            return say("kano.settled", locale, name=self.name, category=first, n=self.n)
        second = say(f"kano.{self.runner_up.value}", locale)
        return say("kano.open", locale, name=self.name, category=first, second=second, n=self.n)

    def to_dict(self) -> dict[str, object]:
        """Plain types; categories by name."""
        plain = Told.to_dict(self)
        return plain | {"category": self.category.value, "runner_up": self.runner_up.value}


def kano(
    functional: npt.ArrayLike, dysfunctional: npt.ArrayLike, name: str = "feature", *, level: float = 0.95
) -> Kano:
    """Discrete Kano of one feature from paired answers 0..4 (respondents,); NaN is no answer.

    Each pair is looked up in the evaluation table; the category is the most frequent, ties M > O > A > I > R > Q.
    `better = (A + O) / (A + O + M + I)`, `worse = -(O + M) / (A + O + M + I)` with Wilson intervals. The category is
    settled when `|a - b| > z √((a + b)(2n - a - b) / 2n)` for the two largest counts a, b (Fong 1996).

    >>> print(kano([0, 0, 0, 0, 0, 2, 1, 2], [2, 2, 3, 2, 1, 2, 3, 2], "late opening"))
    late opening delights, or leaves customers cold: not settled yet (n = 8)
    """
    f, d = _pairs(functional, dysfunctional)
    found = [EVALUATION[int(a), int(b)] for a, b in zip(f, d, strict=True)]
    counts = {category: found.count(category) for category in Category}
    ranked = sorted(Category, key=lambda category: -counts[category])
    first, second = ranked[0], ranked[1]
    of = {category: counts[category] for category in Category}
    told = sum(of[c] for c in (Category.ATTRACTIVE, Category.ONE_DIMENSIONAL, Category.MUST_BE, Category.INDIFFERENT))
    better = estimate_share(of[Category.ATTRACTIVE] + of[Category.ONE_DIMENSIONAL], told, level=level)
    hurt = estimate_share(of[Category.ONE_DIMENSIONAL] + of[Category.MUST_BE], told, level=level)
    p = _fong(counts[first], counts[second], len(found))
    return Kano(
        name,
        first,
        {category.value: count for category, count in counts.items()},
        better,
        _negated(hurt),
        p,
        second,
        len(found),
    )


def _pairs(functional: npt.ArrayLike, dysfunctional: npt.ArrayLike) -> tuple[Floats, Floats]:
    f, d = np.asarray(functional, dtype=np.float64), np.asarray(dysfunctional, dtype=np.float64)
    if f.shape != d.shape or f.ndim != 1:
        raise ValueError("both questions need one answer per respondent, NaN where there is none.")
    known = ~(np.isnan(f) | np.isnan(d))
    f, d = f[known], d[known]
    if not f.size:
        raise ValueError("nobody answered both questions; Kano needs them in pairs.")
    if not (np.isin(f, range(5)).all() and np.isin(d, range(5)).all()):
        raise ValueError("Kano answers run from 0 (like it) to 4 (dislike it); recode them first.")
    return f, d


def _fong(a: int, b: int, n: int) -> float:
    spread = (a + b) * (2 * n - a - b) / (2 * n)
    return float(2 * stats.norm.sf((a - b) / np.sqrt(spread))) if spread > 0 else 0.0


def _negated(share: Estimate) -> Estimate:
    if share.value is None or share.low is None or share.high is None:
        return share
    return Estimate(-share.value, -share.high, -share.low, share.n, share.method, share.level, "ratio")


@dataclass(frozen=True, slots=True)
class ContinuousKano(Told):
    """One feature on two axes, -2..4: `functional` pleasure when there, `dysfunctional` pain when missing."""

    name: str
    category: Category
    functional: Estimate
    dysfunctional: Estimate
    n: int

    @property
    def is_settled(self) -> bool:
        """Whether neither interval crosses the line at 2 that divides the quadrants."""
        ends = (self.functional.low, self.functional.high, self.dysfunctional.low, self.dysfunctional.high)
        f_low, f_high, d_low, d_high = (float(end or 0.0) for end in ends)
        return not (f_low < CROSSHAIR < f_high or d_low < CROSSHAIR < d_high)

    def sentence(self, locale: str = "en") -> str:
        """The quadrant, and whether it is settled."""
        category = say(f"kano.{self.category.value}", locale)
        kind = "kano.settled" if self.is_settled else "kano.borderline"
        return say(kind, locale, name=self.name, category=category, n=self.n)


CROSSHAIR: Final = 2.0


def kano_continuous(
    functional: npt.ArrayLike, dysfunctional: npt.ArrayLike, name: str = "feature", *, level: float = 0.95
) -> ContinuousKano:
    """Continuous Kano (DuMouchel 1993, in Berger et al.): mean points on both axes, with Student's intervals.

    Functional answers score 4, 2, 0, -1, -2 and dysfunctional -2, -1, 0, 2, 4 (like … dislike); the asymmetry
    distrusts negative answers to a feature. Quadrants meet at 2 on both axes: must-be, one-dimensional, attractive,
    indifferent. A negative mean on both axes is reverse.

    >>> print(kano_continuous([1, 1, 2, 1, 2, 1], [4, 4, 4, 4, 4, 3], "it works"))
    it works is taken for granted, close to the line (n = 6)
    """
    f, d = _pairs(functional, dysfunctional)
    x = mean_estimate(np.take(FUNCTIONAL_POINTS, _codes(f)), level=level)
    y = mean_estimate(np.take(DYSFUNCTIONAL_POINTS, _codes(d)), level=level)
    return ContinuousKano(name, _quadrant(float(x.value or 0), float(y.value or 0)), x, y, len(f))


def _codes(answers: Floats) -> Ints:
    return np.asarray(answers, dtype=np.int64)


def _quadrant(functional: float, dysfunctional: float) -> Category:
    if functional < 0 and dysfunctional < 0:
        return Category.REVERSE
    if dysfunctional >= CROSSHAIR:
        return Category.ONE_DIMENSIONAL if functional >= CROSSHAIR else Category.MUST_BE
    return Category.ATTRACTIVE if functional >= CROSSHAIR else Category.INDIFFERENT


@dataclass(frozen=True, slots=True)
class PenaltyReward(Told):
    """What very good and very poor performance on one attribute do to the outcome, beside the other attributes.

    `reward` and `penalty` are in outcome units against middling performance (penalty is normally negative);
    `asymmetry` is reward + penalty: below zero the attribute is basic, above zero it excites.
    """

    name: str
    reward: Estimate
    penalty: Estimate
    asymmetry: Estimate

    @property
    def category(self) -> Category:
        """Basic is must-be, exciting is attractive, symmetric is one-dimensional, no effect is indifferent."""
        if not (_apart(self.reward) or _apart(self.penalty)):
            return Category.INDIFFERENT
        if not _apart(self.asymmetry):
            return Category.ONE_DIMENSIONAL
        return Category.ATTRACTIVE if (self.asymmetry.value or 0) > 0 else Category.MUST_BE

    def sentence(self, locale: str = "en") -> str:
        """What the attribute does."""
        category = say(f"kano.{self.category.value}", locale)
        return say("kano.derived", locale, name=self.name, category=category, n=self.reward.n)


def _apart(estimate: Estimate) -> bool:
    return (estimate.low or 0.0) > 0 or (estimate.high or 0.0) < 0


def penalty_reward(
    performance: npt.ArrayLike, outcome: npt.ArrayLike, *, poor: float, good: float, level: float = 0.95
) -> tuple[PenaltyReward, ...]:
    """Kano without Kano questions: penalty-reward contrast (Brandt 1987), all attributes in one regression.

    `y = b0 + Σ_j r_j [x_j ≥ good] + p_j [x_j ≤ poor]` by least squares, from performance (respondents, attributes)
    and outcome (respondents,); rows with NaN are left out. Intervals are t with heteroscedasticity-consistent errors
    (HC3), for ratings are never equally spread.

    >>> rng = np.random.default_rng(2)
    >>> speed = rng.integers(1, 6, size=400)
    >>> happy = 4 - 1.5 * (speed <= 2) + 0.1 * (speed == 5) + 0.5 * rng.normal(size=400)
    >>> print(*penalty_reward(speed[:, None], happy, poor=2, good=5))
    attribute 1 is taken for granted (n = 400)
    """
    x, y = np.atleast_2d(np.asarray(performance, dtype=np.float64)), np.asarray(outcome, dtype=np.float64)
    if y.shape != (len(x),) or poor >= good:
        raise ValueError("outcome needs one value per row of performance, and poor must lie below good.")
    known = ~(np.isnan(x).any(axis=1) | np.isnan(y))
    x, y = x[known], y[known]
    k = x.shape[1]
    design = np.column_stack([np.ones(len(x)), x >= good, x <= poor]).astype(np.float64)
    if len(x) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError("some attribute is never poor or never good, or there are too few answers; move the cuts.")
    b, covariance = _robust(design, y)
    arm = float(stats.t.ppf((1 + checks.level(level)) / 2, len(x) - design.shape[1]))

    def told(weights: Floats) -> Estimate:
        value, error = float(weights @ b), float(np.sqrt(weights @ covariance @ weights))
        return Estimate(value, value - arm * error, value + arm * error, len(x), "OLS, HC3", level, "score")

    unit = np.eye(design.shape[1])
    return tuple(
        PenaltyReward(
            f"attribute {j + 1}", told(unit[1 + j]), told(unit[1 + k + j]), told(unit[1 + j] + unit[1 + k + j])
        )
        for j in range(k)
    )


def _robust(design: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Least squares with HC3 covariance (MacKinnon & White 1985)."""
    inverse = np.linalg.inv(design.T @ design)
    b = inverse @ design.T @ y
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    residual = (y - design @ b) / np.maximum(1 - leverage, 1e-9)
    return b, inverse @ (design * residual[:, None] ** 2).T @ design @ inverse
