"""Dominance analysis: does one driver beat another in every model, at every size, or only on average?

Azen & Budescu (2003), Psychological Methods 8(2). General dominance is LMG (`shapley.lmg`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from untilyes.stats.checks import Floats
from untilyes.stats.shapley import shapley_values, subset_r2, subset_sizes
from untilyes.stats.told import Told, say


@dataclass(frozen=True, eq=False, slots=True)
class Dominance(Told):
    """Three strengths of "matters more".

    `general` (k,): mean addition to R² over sizes, equal to LMG. `conditional` (k, k): row j, column s is
    what driver j adds on average to models of s other drivers. `complete` (k, k) bool: row i beats column j
    in every model that has neither; `conditionally` (k, k) bool: at every model size on average.
    """

    names: tuple[str, ...]
    general: Floats
    conditional: Floats
    complete: npt.NDArray[np.bool_]
    conditionally: npt.NDArray[np.bool_]

    def sentence(self, locale: str = "en") -> str:
        """Which pairs are settled in every model."""
        top = self.names[int(np.argmax(self.general))]
        settled = int(self.complete.sum())
        pairs = len(self.names) * (len(self.names) - 1) // 2
        return say("dominance.summary", locale, top=top, settled=settled, pairs=pairs)


def dominance(correlation: npt.ArrayLike, names: tuple[str, ...]) -> Dominance:
    """Dominance of the drivers in a correlation matrix (p + 1, p + 1), outcome last; p up to 20.

    Complete: `R²(S+i) ≥ R²(S+j)` for every S without i and j, and above it somewhere. Conditional: the same
    for the means at each size of S. General: for the mean of those means. Each strength implies the next.

    >>> result = dominance([[1, 0, 0.6], [0, 1, 0.5], [0.6, 0.5, 1]], ("speed", "tone"))
    >>> result.complete.tolist(), result.general.round(2).tolist()
    ([[False, True], [False, False]], [0.36, 0.25])
    """
    worth = subset_r2(correlation)
    k = len(names)
    if worth.shape != (1 << k,):
        raise ValueError(f"{k} names for {int(worth.shape[0]).bit_length() - 1} drivers; name every driver once.")
    conditional = np.stack([_additions_by_size(worth, j, k) for j in range(k)])
    complete = np.zeros((k, k), dtype=np.bool_)
    for i in range(k):
        for j in range(i):
            lead = _lead(worth, i, j)
            complete[i, j] = lead.min() >= -1e-12 and lead.max() > 1e-12
            complete[j, i] = lead.max() <= 1e-12 and lead.min() < -1e-12
    gap = conditional[:, None, :] - conditional[None, :, :]
    conditionally = (gap.min(axis=-1) >= -1e-12) & (gap.max(axis=-1) > 1e-12)
    return Dominance(names, shapley_values(worth), conditional, complete, conditionally)


def _additions_by_size(worth: Floats, j: int, k: int) -> Floats:
    """Mean addition of driver j to the models of 0 … k-1 other drivers."""
    halves = worth.reshape(-1, 2, 1 << j)
    sizes = subset_sizes(k).reshape(-1, 2, 1 << j)[:, 0].ravel()
    added = (halves[:, 1] - halves[:, 0]).ravel()
    return np.asarray(np.bincount(sizes, added, k) / np.bincount(sizes, minlength=k))


def _lead(worth: Floats, i: int, j: int) -> Floats:
    """`R²(S+i) - R²(S+j)` over all S without i and j; i > j."""
    cube = worth.reshape(-1, 2, 1 << (i - j - 1), 2, 1 << j)
    return np.asarray((cube[:, 1, :, 0] - cube[:, 0, :, 1]).ravel())
