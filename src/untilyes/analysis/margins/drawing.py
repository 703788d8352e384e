"""From counts per bin of margin to a curve: points, cliff, plateau and what margin beyond it buys. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from untilyes.analysis.margins.curve import (
    FEWEST_FOR_PLATEAU,
    MATTERS,
    MarginCurve,
    MarginPoint,
    Plateau,
    Shape,
    Surplus,
)
from untilyes.analysis.measures.reading import FLOOR
from untilyes.stats.changes import compare_shares, newcombe
from untilyes.stats.durations import bin_edges, bin_middle
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share
from untilyes.stats.thresholds import find_knee

DAY: Final = 86_400.0
FEWEST: Final = 30
"""Points of the curve hold at least this many answers, where there are as many."""
POINTS: Final = (12, 8)
"""At most this many points on the kept and on the broken side."""


@dataclass(frozen=True)
class _Side:
    """Answers per bin of margin on one side of the promised time, ascending."""

    bins: np.ndarray[tuple[int], np.dtype[np.int64]]
    yes: np.ndarray[tuple[int], np.dtype[np.float64]]
    n: np.ndarray[tuple[int], np.dtype[np.float64]]

    @property
    def total(self) -> tuple[float, float]:
        """(k, n) of all of them."""
        return float(self.yes.sum()), float(self.n.sum())

    @property
    def days(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The margin each bin stands for."""
        return np.asarray(bin_middle(self.bins) / DAY)


def lay_curve(
    promise: str,
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    scale: str | None = None,
    matters: float = MATTERS,
    notes: tuple[str, ...] = (),
) -> MarginCurve:
    """The curve of rows of `is_kept`, `bin` of margin (None: not delivered), `is_yes` and how many, `n`.

    `matters` is the smallest gain worth working for.
    """
    listed = list(rows)
    kept, late = (
        _side(row for row in listed if row["bin"] is not None and row["is_kept"] is is_kept)
        for is_kept in (True, False)
    )
    never = _side(dict(row) | {"bin": 0} for row in listed if row["bin"] is None).total
    broken = late.total[0] + never[0], late.total[1] + never[1]
    plateau = _find_plateau(kept)
    return MarginCurve(
        promise=promise,
        outcome=outcome,
        scale=scale,
        points=(*_points(late, POINTS[1]), *_points(kept, POINTS[0])),
        kept=estimate_share(*kept.total),
        broken=estimate_share(*broken),
        undelivered=estimate_share(*never),
        cliff=compare_shares(kept.total, broken),
        cost=_cost(kept.total, broken),
        plateau=plateau,
        surplus=_find_surplus(kept, plateau, matters),
        notes=notes,
    )


def _side(rows: Iterable[Mapping[str, Any]]) -> _Side:
    yes: dict[int, int] = defaultdict(int)
    n: dict[int, int] = defaultdict(int)
    for row in rows:
        n[row["bin"]] += row["n"]
        yes[row["bin"]] += row["n"] if row["is_yes"] else 0
    order = sorted(n)
    return _Side(
        np.array(order, dtype=np.int64),
        np.array([yes[one] for one in order], dtype=np.float64),
        np.array([n[one] for one in order], dtype=np.float64),
    )


def _points(side: _Side, most: int) -> Iterable[MarginPoint]:
    """Stretches of about equally many answers; a bin is never split, and a short rest joins its neighbour."""
    _, total = side.total
    if total < FLOOR:
        return
    size = max(total / most, min(FEWEST, total))
    number = np.minimum(((np.cumsum(side.n) - side.n / 2) / size).astype(np.int64), max(round(total / size), 1) - 1)
    lows, highs = bin_edges(side.bins)
    for one in np.unique(number):
        inside = number == one
        n = float(side.n[inside].sum())
        yield MarginPoint(
            at=float(side.days[inside] @ side.n[inside] / n),
            low=float(lows[inside].min() / DAY),
            high=float(highs[inside].max() / DAY),
            yes=estimate_share(float(side.yes[inside].sum()), n),
        )


def _cost(kept: tuple[float, float], broken: tuple[float, float]) -> Estimate:
    """How many more of the answers to broken promises would have been a yes at the rate of kept ones."""
    n = broken[1]
    if not n or not kept[1]:
        return Estimate(None, None, None, n, "Newcombe", unit="score")
    low, high = (float(end) for end in newcombe(broken, kept))
    return Estimate((kept[0] / kept[1] - broken[0] / n) * n, low * n, high * n, n, "Newcombe", unit="score")


def _find_plateau(kept: _Side) -> Plateau:
    yes, n = kept.total
    if n < FEWEST_FOR_PLATEAU or kept.bins.size < 4:
        return Plateau(Shape.UNKNOWN)
    if not 0 < yes < n:
        return Plateau(Shape.FLAT)
    knee = find_knee(-kept.days, kept.yes, kept.n, rng=0, unit="days")
    # A slope upwards, closer to the limit is better, is no gain from earliness either.
    if knee.p > 1 - knee.at.level or (knee.slope.value or 0.0) > 0:
        return Plateau(Shape.FLAT)
    at = knee.at
    begins = Estimate(-(at.value or 0.0), -(at.high or 0.0), -(at.low or 0.0), n, at.method, at.level, "days")
    far = kept.days >= (begins.value or 0.0)
    sides = ((float(kept.yes[one].sum()), float(kept.n[one].sum())) for one in (~far, far))
    return Plateau(Shape.PLATEAU if knee.is_real else Shape.RISING, begins, compare_shares(*sides))


def _find_surplus(kept: _Side, plateau: Plateau, matters: float) -> Surplus | None:
    """Beyond the latest place where the plateau may begin, whether the further half gains anything on the nearer."""
    if plateau.shape not in (Shape.PLATEAU, Shape.FLAT):
        return None
    point = max(plateau.begins.high or 0.0, 0.0) if plateau.begins else 0.0
    beyond = kept.days >= point
    n = kept.n[beyond]
    if n.sum() < FEWEST_FOR_PLATEAU:
        return None
    days, yes = kept.days[beyond], kept.yes[beyond]
    middle = int(np.searchsorted(np.cumsum(n), n.sum() / 2)) + 1
    if middle >= days.size:
        return None
    near, far = ((float(yes[part].sum()), float(n[part].sum())) for part in (slice(middle), slice(middle, None)))
    _, edges = bin_edges(kept.bins[beyond])
    return Surplus(point, float(edges[middle - 1] / DAY), compare_shares(near, far, matters=matters), matters)
