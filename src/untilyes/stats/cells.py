"""Many cells at once: the same results as columns, one row a cell, without a Python loop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from untilyes.stats.checks import Floats
from untilyes.stats.results import Change, Estimate, Verdict

VERDICTS: tuple[Verdict, ...] = tuple(Verdict)
"""Verdicts in the order of the codes in `Changes.verdict_codes`."""


def _maybe(x: float) -> float | None:
    return None if np.isnan(x) else float(x)


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Estimates of many cells: arrays of one shape; NaN where a cell has no data.

    Indexing gives one `Estimate`; `to_dict` gives columns for a pandas or polars frame.

    >>> cells = Estimates(*(np.array([x]) for x in (0.5, 0.2, 0.8, 8.0)), method="wilson")
    >>> print(cells[0])
    50 %, give or take 30 (n = 8)
    """

    value: Floats
    low: Floats
    high: Floats
    n: Floats
    method: str
    level: float = 0.95
    unit: str = "share"

    @classmethod
    def of(cls, estimates: Sequence[Estimate]) -> "Estimates":
        """Single estimates as one column; unit, level and method are those of the first."""
        rows = [[np.nan if x is None else x for x in (e.value, e.low, e.high)] + [e.n] for e in estimates]
        value, low, high, n = np.array(rows, dtype=np.float64).reshape(-1, 4).T
        if not estimates:
            return cls(value, low, high, n, "none")
        return cls(value, low, high, n, estimates[0].method, estimates[0].level, estimates[0].unit)

    def __len__(self) -> int:
        return int(self.value.size)

    def __getitem__(self, index: int) -> Estimate:
        value, low, high = (_maybe(a[index]) for a in (self.value, self.low, self.high))
        return Estimate(value, low, high, float(self.n[index]), self.method, self.level, self.unit)

    def __iter__(self) -> Iterator[Estimate]:
        return (self[i] for i in range(len(self)))

    def to_dict(self) -> dict[str, npt.NDArray[Any]]:
        """Columns value, low, high, n."""
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n}


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Changes of many cells, after minus before; `p` is already corrected when `method` says so.

    `verdict_codes` index `VERDICTS`; `verdicts` spells them out.
    """

    delta: Floats
    low: Floats
    high: Floats
    p: Floats
    verdict_codes: npt.NDArray[np.int8]
    equivalent: npt.NDArray[np.bool_]
    before: Estimates
    after: Estimates
    method: str
    level: float = 0.95
    margin: float | None = None

    @property
    def verdicts(self) -> npt.NDArray[np.str_]:
        """The verdicts as text, one a cell."""
        return np.array([v.value for v in VERDICTS])[self.verdict_codes]

    def __len__(self) -> int:
        return int(self.delta.size)

    def __getitem__(self, index: int) -> Change:
        delta, low, high, p = (_maybe(a[index]) for a in (self.delta, self.low, self.high, self.p))
        return Change(
            delta,
            low,
            high,
            VERDICTS[int(self.verdict_codes[index])],
            self.before[index],
            self.after[index],
            self.method,
            p,
            level=self.level,
            equivalent=bool(self.equivalent[index]),
            margin=self.margin,
        )

    def __iter__(self) -> Iterator[Change]:
        return (self[i] for i in range(len(self)))

    def to_dict(self) -> dict[str, npt.NDArray[Any]]:
        """Columns before, after, n_before, n_after, delta, low, high, p, verdict, equivalent."""
        return {
            "before": self.before.value,
            "after": self.after.value,
            "n_before": self.before.n,
            "n_after": self.after.n,
            "delta": self.delta,
            "low": self.low,
            "high": self.high,
            "p": self.p,
            "verdict": self.verdicts,
            "equivalent": self.equivalent,
        }
