"""Which items make up which dimension, on what scale, worded which way round."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from untilyes.stats.checks import Floats


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Dimensions and their items, in the order of the columns; `reversed_items` are worded negatively.

    >>> form = Questionnaire("short", {"speed": ("p1", "p2"), "care": ("p3",)}, low=1, high=5)
    >>> form.items, form.columns("care")
    (('p1', 'p2', 'p3'), [2])
    """

    name: str
    dimensions: Mapping[str, tuple[str, ...]]
    low: float = 1
    high: float = 7
    reversed_items: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        items = self.items
        if not items or len(set(items)) < len(items):
            raise ValueError(f"{self.name} needs items, each in one dimension only.")
        if not self.low < self.high:
            raise ValueError(
                f"the scale of {self.name} runs from {self.low:g} to {self.high:g}; low must be below high."
            )
        unknown = self.reversed_items - set(items)
        if unknown:
            raise ValueError(f"reversed items {sorted(unknown)} are not among the items of {self.name}.")

    @property
    def items(self) -> tuple[str, ...]:
        """All items in column order."""
        return tuple(item for items in self.dimensions.values() for item in items)

    def columns(self, dimension: str) -> list[int]:
        """Where the items of a dimension are."""
        return [self.items.index(item) for item in self.dimensions[dimension]]

    def turned(self, answers: npt.ArrayLike, name: str = "answers") -> Floats:
        """Answers (respondents, items) with reversed items turned around, `x → low + high - x`; NaN stays NaN."""
        table = np.array(answers, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != len(self.items):
            raise ValueError(f"{name} must be respondents × {len(self.items)} items of {self.name}, not {table.shape}.")
        if ((table < self.low) | (table > self.high)).any():
            raise ValueError(
                f"{name} leave the scale {self.low:g}..{self.high:g} of {self.name}; "
                "mark missing answers as NaN and rescale other scales first."
            )
        back = [self.items.index(item) for item in self.reversed_items]
        table[:, back] = self.low + self.high - table[:, back]
        return table


def _numbered(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"p{i:02}" for i in range(first, last + 1))


_DIMENSIONS: Final = {
    "tangibles": _numbered(1, 4),
    "reliability": _numbered(5, 9),
    "responsiveness": _numbered(10, 13),
    "assurance": _numbered(14, 17),
    "empathy": _numbered(18, 22),
}

SERVQUAL_1988: Final = Questionnaire(
    "SERVQUAL 1988", _DIMENSIONS, reversed_items=frozenset(_numbered(10, 13) + _numbered(18, 22))
)
"""Parasuraman, Zeithaml & Berry (1988), J. Retailing 64(1): 22 items, responsiveness and empathy worded negatively."""

SERVQUAL_1991: Final = Questionnaire("SERVQUAL 1991", _DIMENSIONS)
"""The refined edition (1991, J. Retailing 67(4)): the same 22 places, no item worded negatively."""

PUBLISHED_WEIGHTS: Final = {
    "tangibles": 11.0,
    "reliability": 32.0,
    "responsiveness": 22.0,
    "assurance": 19.0,
    "empathy": 16.0,
}
"""Average of 100 points given to the dimensions (Zeithaml, Parasuraman & Berry 1990, Delivering Quality Service)."""
