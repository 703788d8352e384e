"""Impossible input is refused here, once, in sentences that say what to do. Borderline input passes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def finite(x: npt.ArrayLike, name: str = "values") -> Floats:
    """`x` as a float array without NaN or infinity."""
    array = np.asarray(x, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} hold NaN or infinite numbers; drop or impute them first and say how many there were.")
    return array


def vector(x: npt.ArrayLike, name: str = "values", *, at_least: int = 0) -> Floats:
    """`x` as a finite one-dimensional array of at least `at_least` numbers."""
    array = finite(x, name)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, not of shape {array.shape}; pass one column at a time.")
    if array.size < at_least:
        raise ValueError(
            f"{name} hold {array.size} numbers, but {at_least} are needed; wait for more or widen the window."
        )
    return array


def counts(x: npt.ArrayLike, name: str = "counts") -> Floats:
    """`x` as finite numbers of at least 0. Fractions pass: weighted counts are counts."""
    array = finite(x, name)
    if (array < 0).any():
        raise ValueError(f"{name} cannot be negative; check the query that counted them.")
    return array


def part_of(k: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Two broadcast count arrays with 0 <= k <= n."""
    part, whole = np.broadcast_arrays(counts(k, "k"), counts(n, "n"))
    if (part > whole).any():
        where = np.argwhere(part > whole)[0]
        at = tuple(int(i) for i in where)
        raise ValueError(
            f"k cannot exceed n (k={part[at]:g}, n={whole[at]:g}); swap the arguments or check the filter."
        )
    return part, whole


def weights(w: npt.ArrayLike, size: int | None = None) -> Floats:
    """`w` as finite non-negative weights with a positive sum, one per value when `size` is given."""
    array = vector(w, "weights")
    if size is not None and array.size != size:
        raise ValueError(f"{array.size} weights for {size} values; pass exactly one weight per value.")
    if (array < 0).any():
        raise ValueError("weights cannot be negative; a weight is how many people one answer stands for.")
    if array.size and array.sum() <= 0:
        raise ValueError("weights sum to zero, so nobody is represented; check the weighting targets.")
    return array


def same_length(*named: tuple[str, npt.NDArray[Any]]) -> None:
    """All arrays have one length."""
    lengths = {name: array.shape[0] for name, array in named}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name}: {size}" for name, size in lengths.items())
        raise ValueError(f"columns differ in length ({told}); pass columns of one table.")


def between(x: float, low: float, high: float, name: str) -> float:
    """`x` strictly between `low` and `high`."""
    if not low < x < high:
        raise ValueError(f"{name} must lie between {low:g} and {high:g}, not {x!r}.")
    return float(x)


def level(x: float) -> float:
    """A confidence level strictly between 0 and 1."""
    if not 0 < x < 1:
        raise ValueError(f"level must lie between 0 and 1, not {x!r}; 95 % is 0.95.")
    return float(x)


def probabilities(p: npt.ArrayLike, name: str = "p-values") -> Floats:
    """`p` within 0..1; NaN passes where the caller says that it means "not tested"."""
    array = np.asarray(p, dtype=np.float64)
    inside = array[~np.isnan(array)]
    if ((inside < 0) | (inside > 1)).any():
        raise ValueError(f"{name} must lie between 0 and 1; divide percentages by 100.")
    return array


def distribution(p: npt.ArrayLike, name: str = "shares") -> Floats:
    """`p` as non-negative shares that sum to 1 (tolerance 1e-6)."""
    array = counts(p, name)
    if abs(float(array.sum()) - 1) > 1e-6:
        raise ValueError(f"{name} sum to {float(array.sum()):g}, not 1; divide the counts by their total.")
    return array


def matrix(x: npt.ArrayLike, name: str = "matrix", *, square: bool = False) -> Floats:
    """`x` as a finite two-dimensional array, square when asked."""
    array = finite(x, name)
    if array.ndim != 2 or (square and array.shape[0] != array.shape[1]):
        wanted = "square" if square else "two-dimensional (rows × columns)"
        raise ValueError(f"{name} must be {wanted}, not of shape {array.shape}.")
    return array


def varies(x: Floats, name: str) -> Floats:
    """`x` with more than one distinct value."""
    if x.size and np.ptp(x) == 0:
        raise ValueError(f"{name} is constant ({x[0]:g}), so nothing can be learned from it; leave it out.")
    return x


def both_classes(y: Floats, name: str = "outcome") -> Floats:
    """`y` of zeros and ones with both present."""
    if not np.isin(y, (0.0, 1.0)).all():
        raise ValueError(f"{name} must be 0 or 1; recode it first.")
    if y.size == 0 or y.min() == y.max():
        raise ValueError(f"{name} is all one class; it takes both to compare them.")
    return y


def generator(rng: np.random.Generator | int | None) -> np.random.Generator:
    """A generator; chance is always an argument, so None is refused."""
    if rng is None:
        raise ValueError("pass rng (a seed or numpy Generator), so that the answer can be reproduced.")
    return np.random.default_rng(rng)


def elementwise(call: Callable[..., Any]) -> Callable[..., Any]:
    """`call` over broadcast arrays, for the few exact methods without a closed form; returns float arrays."""
    return np.vectorize(call, otypes=[np.float64])
