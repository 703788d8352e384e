"""A crowd as a yardstick: counts small enough to keep, by which one customer is placed long after it was counted.

What `composite` needs of everybody is, of each input, how many customers have which value. Kept, it gives one customer
the score that `composite` gave among all, without looking at all again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.engagement import Composite, composite, join_parts


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Of each input the `values` that occur, ascending, and how many customers have each (`counts`).

    `typical` is the variance between a customer's parts, for those with too few of their own; `n` how many customers
    have a score. `is_reversed` marks inputs of which less is more.
    """

    names: tuple[str, ...]
    weights: tuple[float, ...]
    is_reversed: tuple[bool, ...]
    values: tuple[tuple[float, ...], ...]
    counts: tuple[tuple[int, ...], ...]
    typical: float
    n: int

    def place(self, inputs: npt.ArrayLike) -> Composite:
        """The composite of customers (m, k) among this crowd; NaN is unknown, also where the crowd has no such value.

        >>> crowd = yardstick([[1.0], [2.0], [2.0], [9.0]], ("visits",))
        >>> crowd.place([[2.0], [100.0], [np.nan]]).value.tolist()
        [0.5, 1.0, nan]
        """
        table = np.asarray(inputs, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != len(self.names):
            raise ValueError(f"inputs of shape {table.shape} for {len(self.names)} names; give one column an input.")
        parts = np.column_stack([self._rank(place, column) for place, column in enumerate(table.T)])
        return join_parts(parts, self.names, np.array(self.weights), typical=self.typical)

    def _rank(self, place: int, column: Floats) -> Floats:
        """Where the values of a column stand among the crowd's, as `percentile_ranks` has it."""
        values, below = np.array(self.values[place]), np.concatenate([[0], np.cumsum(self.counts[place])])
        if not below[-1]:
            return np.full(column.size, np.nan)
        less, upto = (below[np.searchsorted(values, column, side)] for side in ("left", "right"))
        ranks = np.where(np.isnan(column), np.nan, (less + upto) / 2 / below[-1])
        return 1 - ranks if self.is_reversed[place] else ranks


def yardstick(
    inputs: npt.ArrayLike, names: Sequence[str], *, weights: npt.ArrayLike | None = None, reverse: Sequence[str] = ()
) -> Yardstick:
    """Keep of a crowd (n, k) what `composite` needs of it; NaN is unknown, never 0.

    >>> crowd = yardstick([[10, 1], [20, np.nan], [30, 9]], ("visits", "purchases"))
    >>> crowd.place([[20, np.nan]]).value.tolist(), crowd.n
    ([0.5], 3)
    """
    table = np.asarray(inputs, dtype=np.float64)
    joined = composite(table, names, weights=weights, reverse=reverse)
    known = [np.unique(column[~np.isnan(column)], return_counts=True) for column in table.T]
    return Yardstick(
        names=tuple(names),
        weights=tuple(checks.weights(joined.weights).tolist()),
        is_reversed=tuple(name in reverse for name in names),
        values=tuple(tuple(values.tolist()) for values, _ in known),
        counts=tuple(tuple(counts.tolist()) for _, counts in known),
        typical=joined.typical,
        n=int((~np.isnan(joined.value)).sum()),
    )
