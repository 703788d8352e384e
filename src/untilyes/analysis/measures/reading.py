"""What a measure answers: an estimate per cell, small cells hidden, and where the counts came from."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np

from untilyes.analysis.measures.kinds import Bins
from untilyes.stats.multiplicity import suppress_small
from untilyes.stats.results import Estimate

FLOOR = 5
"""Fewer answers than this in a cell could be traced to a person."""

GRAINS = ("day", "week", "month")

Key = tuple[str | date | None, ...]


@dataclass(frozen=True)
class Cell:
    """One cell: its key (dimension → value; weeks by their Monday, months by their first), its estimate, its bins.

    `hidden` is the reason when the cell is suppressed; then the estimate is undefined and the bins are empty.
    """

    key: Mapping[str, str | date | None]
    estimate: Estimate
    hidden: str | None = None
    bins: Bins = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain types: the key, then value, low, high, n and hidden."""
        shown = self.estimate
        return {
            **self.key,
            "value": shown.value,
            "low": shown.low,
            "high": shown.high,
            "n": shown.n,
            "hidden": self.hidden,
        }


@dataclass(frozen=True)
class Reading:
    """The answer of one measure. Iterating gives the cells, in the order of their keys.

    `computed_from` is "roll-up", "facts" or "roll-up and facts"; `data_until` the latest instant any fact behind
    the measure tells of (None without facts); `notes` are caveats a reader must see.
    """

    measure: str
    by: tuple[str, ...]
    cells: tuple[Cell, ...]
    total: Estimate
    computed_from: str
    data_until: datetime | None
    bins: Bins = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.cells)

    @property
    def hidden(self) -> int:
        """How many cells are suppressed."""
        return sum(cell.hidden is not None for cell in self.cells)

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON."""
        return {
            "measure": self.measure,
            "by": list(self.by),
            "total": self.total.to_dict(),
            "cells": [cell.to_dict() for cell in self.cells],
            "computed_from": self.computed_from,
            "data_until": self.data_until.isoformat() if self.data_until else None,
            "notes": list(self.notes),
        }


def find_hidden(keys: Sequence[Key], counts: Sequence[int], by: Sequence[str], floor: int) -> dict[Key, str]:
    """The cells that must not be shown, with the reason.

    Cells under the floor, and enough others that no hidden one follows by subtraction: within each row and column when
    there are two dimensions, otherwise among the cells that differ in the last dimension only. Where nothing else is
    left to hide, an empty cell is hidden: a key that is not among `keys`.
    """
    if not by:
        return {key: _too_few(floor) for key, n in zip(keys, counts, strict=True) if 0 < n < floor}
    grid: dict[Key, dict[str | date | None, int]] = defaultdict(dict)
    for key, n in zip(keys, counts, strict=True):
        grid[key[:-1]][key[-1]] = n
    if len(by) > 2:
        return {key: why for rest, line in grid.items() for key, why in _hide({rest: line}, floor).items()}
    return _hide(grid, floor)


def _hide(grid: Mapping[Key, Mapping[str | date | None, int]], floor: int) -> dict[Key, str]:
    rows, columns = list(grid), list(dict.fromkeys(value for line in grid.values() for value in line))
    table = np.array([[grid[row].get(column, 0) for column in columns] for row in rows], dtype=np.float64)
    if not ((table > 0) & (table < floor)).any():
        return {}
    mask = suppress_small(table[0] if len(rows) == 1 else table, fewest=floor).reshape(table.shape)
    return {
        (*rows[i], columns[j]): _too_few(floor)
        if 0 < table[i, j] < floor
        else "hidden so that a smaller one stays private"
        for i, j in zip(*np.nonzero(mask), strict=True)
    }


def _too_few(floor: int) -> str:
    return f"fewer than {floor} answers"
