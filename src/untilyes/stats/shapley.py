"""Shapley values over all subsets at once, and their use as LMG shares of explained variance.

LMG (Lindeman, Merenda & Gold 1980; Kruskal 1987; Grömping 2006, J. Stat. Software 17(1)) averages what a
driver adds to R² over all orders in which the drivers can enter; it equals general dominance (Budescu 1993).
The R² of all 2^k subsets come from one sweep that doubles a stack of Schur complements: 2^k entries in the
end, never 2^k inversions.
"""

from collections.abc import Sequence
from math import factorial

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.checks import Floats, Ints

MOST_PLAYERS = 20
_PIVOT = 1e-10


def subset_r2(
    correlation: npt.ArrayLike, *, players: Sequence[Sequence[int]] | None = None, always: Sequence[int] = ()
) -> Floats:
    """R² of the outcome (last column) on every subset of players, (…, p + 1, p + 1) → (…, 2^k).

    Entry s holds the subset whose member j is present when bit j of s is set; entry 0 the `always` drivers
    alone. A player is one column or a group of columns that enters together. Formula: `R²(S) = r_S' R_SS⁻¹
    r_S`, here as one minus the Schur complement of the outcome. Columns already explained by others (pivot
    below 1e-10) add nothing.

    >>> subset_r2([[1, 0, 0.6], [0, 1, 0.5], [0.6, 0.5, 1]]).round(2).tolist()
    [0.0, 0.36, 0.25, 0.61]
    """
    r = checks.finite(correlation, "correlations")
    chosen = [[j] for j in range(r.shape[-1] - 1)] if players is None else [list(p) for p in players]
    if len(chosen) > MOST_PLAYERS:
        raise ValueError(
            f"{len(chosen)} drivers have {2 ** len(chosen):,} subsets; "
            f"group them to at most {MOST_PLAYERS} or use relative weights."
        )
    order = [*always, *(j for player in chosen for j in player), r.shape[-1] - 1]
    stack = r[..., None, :, :][..., order, :][..., :, order]
    for _ in always:
        stack = _condition(stack)
    for player in chosen:
        entered = stack
        for _ in player:
            entered = _condition(entered)
        stack = np.concatenate([stack[..., len(player) :, len(player) :], entered], axis=-3)
    return np.asarray(1 - stack[..., 0, 0])


def _condition(stack: Floats) -> Floats:
    """Partial the first column out of the rest."""
    pivot, column = stack[..., :1, :1], stack[..., 1:, :1]
    usable = pivot > _PIVOT
    step = np.where(usable, column / np.where(usable, pivot, 1.0), 0.0)
    return np.asarray(stack[..., 1:, 1:] - step * np.swapaxes(column, -1, -2))


def shapley_values(worth: npt.ArrayLike) -> Floats:
    """Shapley values from the worth of every subset, (…, 2^k) → (…, k).

    `phi_j = Σ_{S∌j} |S|! (k-1-|S|)! / k! · [v(S+j) - v(S)]`; bit j of the index says whether j is in S. The
    values sum to v(all) - v(none) (efficiency), treat equals equally and give a player who never matters 0
    (Shapley 1953).

    >>> shapley_values([0, 10, 20, 50]).tolist()
    [20.0, 30.0]
    """
    v = checks.finite(worth, "worths of subsets")
    k = int(v.shape[-1]).bit_length() - 1
    if v.shape[-1] != 1 << k or k == 0:
        raise ValueError(
            f"{v.shape[-1]} worths are not 2^k for k ≥ 1; give one for every subset, the empty one included."
        )
    sizes = subset_sizes(k)
    weight = np.array([factorial(s) * factorial(k - 1 - s) / factorial(k) for s in range(k)] + [0.0])
    leaving = v * weight[sizes]
    joined = v * weight[sizes - 1] * (sizes > 0) + leaving
    baseline = leaving.sum(axis=-1)
    shares = [joined.reshape(*v.shape[:-1], -1, 2, 1 << j)[..., 1, :].sum(axis=(-1, -2)) - baseline for j in range(k)]
    return np.stack(shares, axis=-1)


def subset_sizes(k: int) -> Ints:
    """How many of k players each subset index holds, shape (2^k,).

    >>> subset_sizes(2).tolist()
    [0, 1, 1, 2]
    """
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(k):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def lmg(
    correlation: npt.ArrayLike, *, players: Sequence[Sequence[int]] | None = None, always: Sequence[int] = ()
) -> Floats:
    """LMG shares of R², (…, p + 1, p + 1) → (…, k); they sum to R² (less the R² of the `always` drivers).

    Exact for up to 20 players. Independent drivers get their squared correlation; duplicates share equally.

    >>> lmg([[1, 0.5, 0.6], [0.5, 1, 0.5], [0.6, 0.5, 1]]).round(4).tolist()
    [0.2617, 0.1517]
    """
    return shapley_values(subset_r2(correlation, players=players, always=always))
