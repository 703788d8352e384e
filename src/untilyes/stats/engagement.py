"""How customers stand: what they do beside what they feel, four boxes, and how sure we are who is in which.

After Dick & Basu (1994): those who use and like are engaged, those who use without liking are captive and will leave
when they can, those who like without using are fans, the others distant. Feelings are known only of those who answered;
the others stay unknown and are never guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.cells import Estimates
from untilyes.stats.checks import Floats, Ints
from untilyes.stats.shares import estimate_shares, z_score
from untilyes.stats.told import Told, say


def percentile_ranks(values: npt.ArrayLike, cohort: npt.ArrayLike | None = None) -> Floats:
    """Where each value (n,) stands among all, or among its `cohort` (n,): ``(below + ½ equal) / count``, 0..1.

    NaN is unknown and stays NaN. Unchanged by any rising change of unit; alone in a cohort a value stands at ½.

    >>> percentile_ranks([3, 1, 3, 9]).tolist()
    [0.5, 0.125, 0.5, 0.875]
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or np.isinf(x).any():
        raise ValueError("values must be one column of finite numbers; NaN marks the unknown.")
    groups = (
        np.zeros(x.size, dtype=np.int64) if cohort is None else np.unique(np.asarray(cohort), return_inverse=True)[1]
    )
    checks.same_length(("values", x), ("cohort", groups))
    ranks = np.full(x.size, np.nan)
    for group in np.unique(groups):
        known = np.flatnonzero((groups == group) & ~np.isnan(x))
        ordered = np.sort(x[known])
        below, upto = (np.searchsorted(ordered, x[known], side) for side in ("left", "right"))
        ranks[known] = (below + upto) / 2 / max(known.size, 1)
    return ranks


@dataclass(frozen=True, slots=True, eq=False)
class Composite(Told):
    """One score a customer, 0..1. NaN where no input is known.

    `coverage` is the share of the weights whose inputs are known, `error` the standard error of the score from how far
    the customer's inputs disagree, `parts` (n, inputs) the percentiles it is made of, `typical` everybody's variance
    between them.
    """

    value: Floats
    coverage: Floats
    error: Floats
    parts: Floats
    names: tuple[str, ...]
    weights: Floats
    typical: float = 1 / 12

    def sentence(self, locale: str = "en") -> str:
        """How many have a score and how much of it is known."""
        known = ~np.isnan(self.value)
        coverage = float(self.coverage[known].mean()) if known.any() else 0.0
        return say("engagement.composite", locale, scored=int(known.sum()), n=self.value.size, coverage_share=coverage)


def composite(
    inputs: npt.ArrayLike, names: Sequence[str], *, weights: npt.ArrayLike | None = None,
    cohort: npt.ArrayLike | None = None, reverse: Sequence[str] = (),
) -> Composite:  # fmt: skip
    """Join inputs (n, k) to one score a customer: weighted mean of percentile ranks over the inputs that are known.

    ``s = Σ w_j p_j / Σ w_j`` over known j; NaN is unknown, never 0. `cohort` (n,) ranks like with like (segment,
    tenure); names in `reverse` count the other way (days since the last visit). Error:
    ``√(v Σ w²) / Σ w`` with the variance v of the m known parts; below three parts everybody's typical v stands in.
    Hughes (1994) scores by rank; weights are declared, not learned: `recalibrate` turns the score into a chance.

    >>> joined = composite([[10, 1], [20, np.nan], [30, 9]], ("visits", "purchases"))
    >>> joined.value.round(2).tolist(), joined.coverage.tolist()
    ([0.21, 0.5, 0.79], [1.0, 0.5, 1.0])
    """
    table = np.asarray(inputs, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(names):
        raise ValueError(f"inputs of shape {table.shape} for {len(names)} names; give one column an input.")
    strange = sorted(set(reverse) - set(names))
    if strange:
        raise ValueError(f"reverse names {strange[0]!r}, which is not an input; use one of {', '.join(names)}.")
    w = np.ones(len(names)) if weights is None else checks.weights(weights, len(names))
    parts = np.column_stack([percentile_ranks(column, cohort) for column in table.T]).reshape(table.shape)
    turned = np.isin(names, list(reverse))
    parts[:, turned] = 1 - parts[:, turned]
    return join_parts(parts, tuple(names), w)


def join_parts(parts: Floats, names: tuple[str, ...], w: Floats, *, typical: float | None = None) -> Composite:
    """The composite of percentiles (n, k), NaN where unknown. Without a `typical` variance, that of these customers."""
    known = ~np.isnan(parts)
    weight = known * w
    total = weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(known, parts * w, 0.0).sum(axis=1) / total
    own = _variances(parts, weight, value)
    if typical is None:
        typical = find_typical(own)
    spread = np.where((weight > 0).sum(axis=1) >= 3, own, typical)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.asarray(np.sqrt(spread * np.square(weight).sum(axis=1)) / total)
    return Composite(value, total / w.sum(), error, parts, names, w, typical)


def find_typical(variances: Floats) -> float:
    """The mean of the variances that are known; that of a level chance where none is."""
    known = variances[~np.isnan(variances)]
    return float(known.mean()) if known.size else 1 / 12


def _variances(parts: Floats, weight: Floats, value: Floats) -> Floats:
    """How far the inputs of each customer disagree; NaN for those with fewer than two."""
    used = (weight > 0).sum(axis=1)
    apart = np.where(weight > 0, np.square(parts - value[:, None]), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(used >= 2, apart.sum(axis=1) / (used - 1), np.nan)


class Box(StrEnum):
    """The four boxes that use and liking span."""

    ENGAGED = "engaged"  # use and like
    CAPTIVE = "captive"  # use without liking: a hidden risk
    FAN = "fan"  # like without using
    DISTANT = "distant"  # neither


BOXES: Final = tuple(Box)
"""The order of the columns of `Boxes.chance`."""


@dataclass(frozen=True, slots=True, eq=False)
class Boxes(Told):
    """Who is in which box. `chance` (n, 4) are membership probabilities in the order of `BOXES`, NaN where unknown.

    `codes` (n,) index the likeliest box, −1 where unknown; `is_borderline` (n,) marks those within one standard
    error of a line.
    """

    chance: Floats
    codes: Ints
    is_borderline: npt.NDArray[np.bool_]
    level: float = 0.95

    @property
    def names(self) -> npt.NDArray[np.str_]:
        """The likeliest box of each customer, "unknown" where a side is missing."""
        return np.array([*(box.value for box in BOXES), "unknown"])[self.codes]

    def counts(self) -> Estimates:
        """How many customers are in each box: sums of chances, with the interval of a sum of coins of such chances."""
        known = self.chance[self.codes >= 0]
        value = known.sum(axis=0)
        half = z_score(self.level) * np.sqrt((known * (1 - known)).sum(axis=0))
        size = np.full(4, float(len(known)))
        low, high = np.maximum(value - half, 0), np.minimum(value + half, len(known))
        return Estimates(value, low, high, size, "membership", self.level, "score")

    def sentence(self, locale: str = "en") -> str:
        """The shares of the boxes, how many are on a line and how many unknown."""
        known = self.codes >= 0
        share = self.chance[known].mean(axis=0) if known.any() else np.zeros(4)
        facts = {f"{box.value}_share": float(share[i]) for i, box in enumerate(BOXES)}
        doubt = {"borderline": int(self.is_borderline.sum()), "unknown": int((~known).sum())}
        return say("boxes.counts", locale, **facts, **doubt, n=self.codes.size)


def four_boxes(
    behaviour: npt.ArrayLike, emotion: npt.ArrayLike, *, behaviour_error: npt.ArrayLike = 0.0,
    emotion_error: npt.ArrayLike = 0.0, lines: tuple[float, float] = (0.5, 0.5), level: float = 0.95,
) -> Boxes:  # fmt: skip
    """Place customers by what they do and what they feel, (n,) each, NaN where unknown.

    With independent normal errors the chance to be above a line is ``Φ((score − line)/error)`` and that of a box the
    product of two. `lines` are (behaviour, emotion) and should be business thresholds: medians always leave half of all
    customers below. A score on a line counts as above. Dick & Basu (1994), J. Academy of Marketing Science 22.

    >>> boxes = four_boxes([0.9, 0.9, 0.2], [0.8, 0.3, np.nan], behaviour_error=0.1, emotion_error=0.2)
    >>> boxes.names.tolist(), boxes.chance[0].round(2).tolist(), boxes.is_borderline.tolist()
    (['engaged', 'captive', 'unknown'], [0.93, 0.07, 0.0, 0.0], [False, True, False])
    """
    sides = [np.asarray(a, dtype=np.float64) for a in (behaviour, emotion)]
    if any(side.ndim != 1 or np.isinf(side).any() for side in sides):
        raise ValueError("behaviour and emotion must be columns of finite numbers; NaN marks the unknown.")
    checks.same_length(("behaviour", sides[0]), ("emotion", sides[1]))
    errors = [
        np.asarray(np.broadcast_to(np.nan_to_num(np.asarray(e, dtype=np.float64)), sides[0].shape))
        for e in (behaviour_error, emotion_error)
    ]
    if any((e < 0).any() for e in errors):
        raise ValueError("errors cannot be negative; pass standard errors.")
    does, feels = (_above(s, e, line) for s, e, line in zip(sides, errors, lines, strict=True))
    chance = np.column_stack([does * feels, does * (1 - feels), (1 - does) * feels, (1 - does) * (1 - feels)])
    known = np.asarray(~np.isnan(chance).any(axis=1))
    codes = np.where(known, np.where(known[:, None], chance, 0.0).argmax(axis=1), -1)
    near = [np.abs(s - line) <= e for s, e, line in zip(sides, errors, lines, strict=True)]
    return Boxes(chance, codes.astype(np.int64), known & (near[0] | near[1]), checks.level(level))


def _above(score: Floats, error: Floats, line: float) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        distance = (score - line) / error
    sharp = np.where(np.isnan(score), np.nan, (score >= line).astype(np.float64))
    return np.where(error > 0, special.ndtr(distance), sharp)


def migration(before: Boxes, after: Boxes) -> Estimates:
    """Where customers of each box went: shares (4, 4) of those in a row's box before who are in a column's after.

    Likeliest boxes of the same customers in the same order; unknown on either side are left out. Wilson's interval;
    NaN for a box nobody was in.

    >>> then, now = (four_boxes([0.9, 0.9], feelings) for feelings in ([0.8, 0.8], [0.8, 0.1]))
    >>> migration(then, now).value[0].tolist()
    [0.5, 0.5, 0.0, 0.0]
    """
    checks.same_length(("before", before.codes), ("after", after.codes))
    known = (before.codes >= 0) & (after.codes >= 0)
    table = np.zeros((4, 4))
    np.add.at(table, (before.codes[known], after.codes[known]), 1.0)
    return estimate_shares(table, np.broadcast_to(table.sum(axis=1, keepdims=True), (4, 4)), level=before.level)


def lift(score: npt.ArrayLike, stayed: npt.ArrayLike, *, bins: int = 10, level: float = 0.95) -> Estimates:
    """What happened next by tenth of the score, lowest first: the share that stayed, with Wilson's interval.

    `score` (n,), `stayed` (n,) 0 or 1; a score worth having rises from bin to bin. NaN scores are left out.

    >>> lift([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], bins=2).value.tolist()
    [0.0, 1.0]
    """
    x, outcome = np.asarray(score, dtype=np.float64), checks.vector(stayed, "stayed")
    checks.same_length(("score", x), ("stayed", outcome))
    known = ~np.isnan(x)
    place = np.minimum((percentile_ranks(x[known]) * bins).astype(np.int64), bins - 1)
    tenths, slot = np.unique(place, return_inverse=True)
    sums = (np.bincount(slot, w, minlength=tenths.size) for w in (outcome[known], np.ones(slot.size)))
    return estimate_shares(*sums, level=level)
