"""Weights: answers counted so that those who answered stand for those who were asked.

Weighting repairs what the margins know about and nothing else; its price is fewer effective answers, so Kish's n is
always told beside it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.checks import Floats, Ints
from untilyes.stats.results import Estimate
from untilyes.stats.shares import kish_n, z_score
from untilyes.stats.told import Told, say

Labels = npt.ArrayLike
"""One category name an answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Weighting(Told):
    """One weight an answer. `effective` is Kish's n, `rounds` how often the margins were gone through."""

    weights: Floats
    effective: float
    rounds: int
    trimmed: int

    @property
    def design_effect(self) -> float:
        """How many times more answers weighting costs: n / effective n."""
        return self.weights.size / self.effective if self.effective else 1.0

    def sentence(self, locale: str = "en") -> str:
        """How much the answers are still worth."""
        return say("weights.kept", locale, n=self.weights.size, effective=round(self.effective))


def post_stratify(groups: Labels, targets: Mapping[str, float], *, base: npt.ArrayLike | None = None) -> Weighting:
    """Weights ``w_h = N_h / n_h``, so that each group counts as it does in the customer base.

    `groups` is one label an answer, `targets` label → size of the group (any unit: people or shares). A target group
    nobody answered from, or an answer of an unknown group, raises: merge groups first. Holt & Smith (1979), JRSS A.

    >>> weighting = post_stratify(["a", "a", "a", "b"], {"a": 50, "b": 50})
    >>> weighting.weights.round(2).tolist(), round(weighting.effective, 1)
    ([16.67, 16.67, 16.67, 50.0], 3.0)
    """
    return rake({"groups": groups}, {"groups": targets}, base=base)


def rake(
    columns: Mapping[str, Labels],
    targets: Mapping[str, Mapping[str, float]],
    *,
    base: npt.ArrayLike | None = None,
    trim: tuple[float, float] | None = None,
    tolerance: float = 1e-8,
    most_rounds: int = 1000,
) -> Weighting:
    """Weights that reproduce several margins at once by iterative proportional fitting.

    For each margin in turn ``w_i ← w_i · target_k / Σ_{group k} w`` until every margin is met within `tolerance` of
    its total. `columns` holds one label an answer for each name in `targets`; margins must have the same total (the
    first is taken, others within 1 %, such as shares rounded for print, are scaled). `base` are design weights. `trim`
    keeps weights within (low, high) × their mean, going back and forth with raking; margins are then met as nearly
    as the trimming allows. Deming & Stephan (1940), Ann. Math. Stat. 11.

    >>> people = {"sex": ["f", "f", "f", "m"], "age": ["old", "young", "young", "old"]}
    >>> raked = rake(people, {"sex": {"f": 50, "m": 50}, "age": {"old": 60, "young": 40}})
    >>> raked.weights.round(2).tolist()
    [10.0, 20.0, 20.0, 50.0]
    """
    if trim is not None and not 0 <= trim[0] < 1 < trim[1]:
        raise ValueError(f"trim={trim} must lie around 1, the mean weight; (0.3, 3) is usual.")
    margins = [_margin(name, columns, wanted) for name, wanted in targets.items()]
    if not margins:
        raise ValueError("raking needs at least one margin; name a column and its targets.")
    size = margins[0][0].size
    for name, (codes, _) in zip(targets, margins, strict=True):
        if codes.size != size:
            raise ValueError(f"column {name!r} has {codes.size} labels, others have {size}; pass columns of one table.")
    total = float(margins[0][1].sum())
    for name, (_, goal) in zip(targets, margins, strict=True):
        if abs(float(goal.sum()) / total - 1) > 0.01:
            raise ValueError(f"targets of {name!r} sum to {goal.sum():g}, others to {total:g}; make the totals agree.")
    goals = [(codes, goal * total / goal.sum()) for codes, goal in margins]
    w = np.ones(size) if base is None else checks.weights(base, size).copy()
    if trim is not None:
        # From where raking alone leads: cut on the way there, weights that need no trimming would end elsewhere.
        with suppress(ValueError):
            w = _fitted(w.copy(), goals, None, tolerance * total, most_rounds).weights.copy()
    return _fitted(w, goals, trim, tolerance * total, most_rounds)


def _fitted(
    w: Floats, goals: list[tuple[Ints, Floats]], trim: tuple[float, float] | None, tolerance: float, most: int
) -> Weighting:
    trimmed, last = 0, w.copy()
    for rounds in range(1, most + 1):
        for codes, goal in goals:
            w *= (goal / np.bincount(codes, weights=w, minlength=goal.size))[codes]
        if trim is not None:
            kept = _trimmed(w, *trim)
            trimmed, moved, w = int((kept != w).sum()), float(np.abs(kept - last).max()), kept
            if moved <= tolerance / w.size:
                return Weighting(w, kish_n(w), rounds, trimmed)
            last = w.copy()
            continue
        gaps = [np.abs(np.bincount(codes, weights=w, minlength=goal.size) - goal).max() for codes, goal in goals]
        if max(gaps) <= tolerance:
            return Weighting(w, kish_n(w), rounds, 0)
    if trim is not None:
        return Weighting(w, kish_n(w), most, trimmed)
    raise ValueError(f"the margins contradict each other after {most} rounds; merge small groups or drop a margin.")


def _trimmed(w: Floats, low: float, high: float) -> Floats:
    """`w` within (low, high) × their mean; what is cut off goes to the others, so that the total stays."""
    total, bottom, top = float(w.sum()), low * float(w.mean()), high * float(w.mean())
    kept = np.clip(w, bottom, top)
    for _ in range(100):
        gap = total - float(kept.sum())
        open_to = kept < top if gap > 0 else kept > bottom
        if abs(gap) <= 1e-12 * total or not open_to.any():
            break
        kept = np.clip(np.where(open_to, kept * (1 + gap / kept[open_to].sum()), kept), bottom, top)
    return kept


def _margin(name: str, columns: Mapping[str, Labels], wanted: Mapping[str, float]) -> tuple[Ints, Floats]:
    if name not in columns:
        raise ValueError(f"no column {name!r} for its targets; pass one label an answer.")
    labels, codes = np.unique(np.asarray(columns[name], dtype=str), return_inverse=True)
    strange = sorted(set(labels.tolist()) - set(wanted))
    if strange:
        raise ValueError(f"answers from {name}={strange[0]!r} have no target; add the target or merge the group.")
    empty = sorted(label for label, size in wanted.items() if size > 0 and label not in labels)
    if empty:
        raise ValueError(
            f"nobody answered from {name}={empty[0]!r}, so no weight can repair it; merge it with another group."
        )
    return codes.astype(np.int64), checks.weights([wanted[str(label)] for label in labels])


def estimate_weighted_mean(
    values: npt.ArrayLike, weights: npt.ArrayLike, *, level: float = 0.95, unit: str = "score"
) -> Estimate:
    """The mean of weighted answers: ``m = Σwx / Σw ± z √(n/(n−1) Σ w²(x−m)²) / Σw``.

    Linearised for weights taken as given; after raking on margins that explain the answers it errs on the careful side.
    n is Kish's. One answer has an open interval; none is undefined.

    >>> print(estimate_weighted_mean([1, 2, 3, 4], [1, 1, 1, 1]))
    2.5, give or take 1.3 (n = 4)
    """
    x = checks.vector(values)
    w = checks.weights(weights, x.size)
    method = "weighted mean"
    if x.size == 0:
        return Estimate(None, None, None, 0, method, level, unit)
    mean = float(w @ x / w.sum())
    if x.size == 1:
        return Estimate(mean, -np.inf, np.inf, 1, method, level, unit)
    squares = float(np.square(w * (x - mean)).sum()) * x.size / (x.size - 1)
    half = z_score(level) * squares**0.5 / float(w.sum())
    return Estimate(mean, mean - half, mean + half, kish_n(w), method, level, unit)
