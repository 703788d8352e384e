"""Gram matrices: everything a linear driver analysis needs from the rows, and small enough to ship.

A Gram matrix is `Z'Z` with `Z = [1, drivers, outcome]`: sums and sums of products, so it adds over days,
teams and machines. One matrix per bucket of customers is enough for jackknife and bootstrap intervals on any
engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.checks import Floats

DEFAULT_BUCKETS = 50


@dataclass(frozen=True, eq=False, slots=True)
class Gram:
    """Sums of products of 1, p drivers and the outcome, in that order, one matrix per bucket.

    `matrices` has shape (buckets, p + 2, p + 2). Rows of one customer belong into one bucket, so that
    resampling buckets resamples customers. A driver of several columns (a category in dummy columns) is named
    once in `groups` of the analysis, not here.

    >>> gram = Gram.from_rows([[1, 0], [2, 1], [3, 1], [4, 0]], [1, 2, 3, 5], names=("speed", "tone"))
    >>> gram.n, gram.names, gram.matrices.shape
    (4.0, ('speed', 'tone'), (4, 4, 4))
    """

    names: tuple[str, ...]
    matrices: Floats
    outcome: str = "outcome"

    def __post_init__(self) -> None:
        matrices = checks.finite(self.matrices, "Gram matrices")
        size = len(self.names) + 2
        if matrices.ndim != 3 or matrices.shape[1:] != (size, size):
            raise ValueError(
                f"Gram matrices of {len(self.names)} drivers have shape (buckets, {size}, {size}), "
                f"not {matrices.shape}; the order is 1, drivers, outcome."
            )
        if len(set(self.names)) < len(self.names):
            raise ValueError("two drivers share a name; rename one of them.")
        object.__setattr__(self, "matrices", matrices)

    @classmethod
    def from_rows(
        cls,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        names: Sequence[str],
        *,
        outcome: str = "outcome",
        bucket: npt.ArrayLike | None = None,
        weights: npt.ArrayLike | None = None,
    ) -> Self:
        """Sum up rows `x` (n, p) and outcome `y` (n,).

        `bucket` (n,) holds integers, best a hash of the customer; without it rows are dealt round robin into
        50, which is right when every row is another customer. `weights` (n,) multiply each row (counts of
        equal rows).
        """
        rows, outcomes = checks.matrix(x, "drivers"), checks.vector(y, "outcome")
        checks.same_length(("drivers", rows), ("outcome", outcomes))
        if not rows.shape[0]:
            raise ValueError("there are no rows; widen the window.")
        z = np.column_stack([np.ones(len(rows)), rows, outcomes])
        weighted = z if weights is None else z * checks.weights(weights, len(rows))[:, None]
        place = np.arange(len(rows)) % DEFAULT_BUCKETS if bucket is None else np.asarray(bucket)
        _, place = np.unique(place, return_inverse=True)
        checks.same_length(("drivers", rows), ("bucket", place))
        order = np.argsort(place, kind="stable")
        edges = np.flatnonzero(np.diff(place[order])) + 1
        parts = zip(np.split(z[order], edges), np.split(weighted[order], edges), strict=True)
        return cls(tuple(names), np.stack([w.T @ a for a, w in parts]), outcome)

    @classmethod
    def from_correlation(
        cls, matrix: npt.ArrayLike, n: float, names: Sequence[str], *, outcome: str = "outcome"
    ) -> Self:
        """From a published correlation matrix (p + 1, p + 1), drivers first and outcome last, of `n` rows.

        One bucket only: point estimates, no intervals.
        """
        r = checks.matrix(matrix, "correlations", square=True)
        gram = np.zeros((1, len(r) + 1, len(r) + 1))
        gram[0, 0, 0], gram[0, 1:, 1:] = n, n * r
        return cls(tuple(names), gram, outcome)

    def __add__(self, other: Self) -> "Gram":
        """Both sets of rows together; bucket by bucket when both have the same buckets."""
        if (self.names, self.outcome) != (other.names, other.outcome):
            raise ValueError(
                "Gram matrices of different columns do not add; select the same drivers in the same order."
            )
        if self.matrices.shape == other.matrices.shape:
            return Gram(self.names, self.matrices + other.matrices, self.outcome)
        return Gram(self.names, np.concatenate([self.matrices, other.matrices]), self.outcome)

    @property
    def total(self) -> Floats:
        """All buckets together, shape (p + 2, p + 2)."""
        return np.asarray(self.matrices.sum(axis=0))

    @property
    def n(self) -> float:
        """Rows."""
        return float(self.matrices[:, 0, 0].sum())

    @property
    def buckets(self) -> int:
        """How many buckets of customers there are to resample."""
        return len(self.matrices)

    @property
    def has_binary_outcome(self) -> bool:
        """Whether the outcome is 0 or 1 throughout (its sum equals its sum of squares)."""
        return bool(np.isclose(self.total[0, -1], self.total[-1, -1], rtol=1e-9, atol=1e-9)) and self.total[0, -1] > 0

    def correlation(self) -> Floats:
        """Correlations of drivers and outcome, shape (p + 1, p + 1), after refusing what has none."""
        total, labels = self.total, (*self.names, self.outcome)
        if total[0, 0] <= len(self.names) + 1:
            raise ValueError(
                f"{total[0, 0]:g} rows cannot tell {len(self.names)} drivers apart; "
                "collect more answers or join drivers into groups."
            )
        spread = np.diag(total)[1:] / total[0, 0] - (total[0, 1:] / total[0, 0]) ** 2
        still = spread <= 1e-10 * np.diag(total)[1:] / total[0, 0]
        if still.any():
            told = ", ".join(label for label, flat in zip(labels, still, strict=True) if flat)
            raise ValueError(
                f"constant: {told}. Nothing can be learned from a column that does not vary; leave it out."
            )
        return np.asarray(correlations(total[None])[0])

    def leave_one_out(self) -> Floats:
        """Gram matrices without one bucket each, shape (buckets, p + 2, p + 2)."""
        return self.total - self.matrices

    def resample(self, times: int, rng: np.random.Generator) -> Floats:
        """Gram matrices of bootstrap samples of buckets, shape (times, p + 2, p + 2)."""
        draws = rng.multinomial(self.buckets, np.full(self.buckets, 1 / self.buckets), size=times)
        flat = draws @ self.matrices.reshape(self.buckets, -1)
        return np.asarray(flat.reshape(times, *self.matrices.shape[1:]))


def correlations(grams: Floats) -> Floats:
    """Correlations from stacked Gram matrices, (…, q, q) → (…, q - 1, q - 1); 0 where a column is still."""
    n = grams[..., :1, :1]
    means = grams[..., :1, 1:] / n
    cov = grams[..., 1:, 1:] / n - np.swapaxes(means, -1, -2) * means
    variance = np.diagonal(cov, axis1=-2, axis2=-1)
    moving = variance > 1e-12 * np.diagonal(grams, axis1=-2, axis2=-1)[..., 1:] / n[..., 0]
    scale = np.where(moving, 1 / np.sqrt(np.where(moving, variance, 1.0)), 0.0)
    r = cov * scale[..., :, None] * scale[..., None, :]
    index = np.arange(r.shape[-1])
    r[..., index, index] = 1.0
    return np.asarray(r)
