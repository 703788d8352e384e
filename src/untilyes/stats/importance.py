"""Importance-performance analysis: what to keep, to mend, to let be, and where the data cannot say.

Martilla & James (1977), J. Marketing 41(1). Where the crosshair is put changes the answer, so both usual places are
reported and an attribute whose ellipse crosses a line is called undecided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import stats

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.told import Told, say


class Quadrant(StrEnum):
    """The four boxes, and the one for honest doubt."""

    KEEP_UP = "keep_up"
    CONCENTRATE = "concentrate"
    LOW_PRIORITY = "low_priority"
    OVERKILL = "overkill"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Confidence ellipse of (performance, importance): half axes in units of the axes, `angle` in radians."""

    centre: tuple[float, float]
    half_axes: tuple[float, float]
    angle: float
    reach: tuple[float, float]
    """How far it extends along performance and along importance."""


@dataclass(frozen=True, slots=True)
class Position(Told):
    """One attribute in the plane: `by_mean` and `by_middle` are its boxes under either crosshair."""

    name: str
    performance: float
    importance: float
    ellipse: Ellipse
    by_mean: Quadrant
    by_middle: Quadrant
    n: int

    @property
    def quadrant(self) -> Quadrant:
        """The box both crosshairs agree on; otherwise undecided."""
        return self.by_mean if self.by_mean is self.by_middle else Quadrant.UNDECIDED

    def sentence(self, locale: str = "en") -> str:
        """What to do about it."""
        return say(f"importance.{self.quadrant.value}", locale, name=self.name, n=self.n)


def importance_performance(
    importance: npt.ArrayLike,
    performance: npt.ArrayLike,
    names: Sequence[str],
    *,
    middle: tuple[float, float],
    level: float = 0.95,
) -> tuple[Position, ...]:
    """Place attributes by stated ratings, importance and performance (respondents, attributes); NaN is no answer.

    `middle` is the scale midpoint as (performance, importance); the other crosshair is the mean over attributes. The
    ellipse is `{m : (m - x̄)' S⁻¹ (m - x̄) ≤ 2(n-1)/(n(n-2)) F_{2,n-2}}` (Hotelling), from respondents with both
    answers.

    >>> importance, performance = [[7, 3], [6, 3], [7, 2], [6, 2]] * 5, [[3, 6], [2, 6], [3, 7], [2, 6]] * 5
    >>> print(*importance_performance(importance, performance, ("speed", "music"), middle=(4, 4)), sep="; ")
    speed: concentrate here (n = 20); music: more than is called for (n = 20)
    """
    y, x = np.asarray(importance, dtype=np.float64), np.asarray(performance, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 2 or x.shape[1] != len(names):
        raise ValueError("importance and performance must both be respondents × attributes, one name per attribute.")
    pairs = [_pair(x[:, j], y[:, j], name) for j, name in enumerate(names)]
    covariances = [np.cov(pair.T) / len(pair) for pair in pairs]
    scale = [2 * (len(p) - 1) / (len(p) - 2) * float(stats.f.ppf(checks.level(level), 2, len(p) - 2)) for p in pairs]
    return _placed(
        names, [p.mean(axis=0) for p in pairs], covariances, scale, [len(p) for p in pairs], np.asarray(middle)
    )


def derived_importance_performance(
    importance: npt.ArrayLike,
    importance_errors: npt.ArrayLike,
    performance: npt.ArrayLike,
    performance_errors: npt.ArrayLike,
    names: Sequence[str],
    *,
    middle: tuple[float, float],
    n: int,
    level: float = 0.95,
) -> tuple[Position, ...]:
    """The same with derived importance (driver shares), which people cannot inflate by calling everything important.

    All four arrays are (attributes,); errors are standard errors, taken as independent of each other; the ellipse uses
    chi-square with 2 degrees of freedom. `middle` as (performance, importance), for shares 1 / attributes.

    >>> place = derived_importance_performance([0.7, 0.1], [0.05, 0.03], [3, 6], [0.1, 0.1], ("speed", "music"),
    ...                                        middle=(4, 0.5), n=300)
    >>> print(*place, sep="; ")
    speed: concentrate here (n = 300); music: more than is called for (n = 300)
    """
    columns = [checks.vector(c, "errors") for c in (performance, importance, performance_errors, importance_errors)]
    if {len(c) for c in columns} != {len(names)}:
        raise ValueError("importance, performance and their errors need one value per name.")
    points = np.column_stack(columns[:2])
    covariances = [np.diag(errors**2) for errors in np.column_stack(columns[2:])]
    scale = [float(stats.chi2.ppf(checks.level(level), 2))] * len(names)
    return _placed(names, list(points), covariances, scale, [n] * len(names), np.asarray(middle))


def _pair(x: Floats, y: Floats, name: str) -> Floats:
    both = np.column_stack([x, y])
    both = both[~np.isnan(both).any(axis=1)]
    if len(both) < 4:
        raise ValueError(f"{name} has {len(both)} answers on both questions, at least 4 are needed for an ellipse.")
    return both


def _placed(
    names: Sequence[str],
    centres: list[Floats],
    covariances: list[Floats],
    scale: list[float],
    counts: list[int],
    middle: Floats,
) -> tuple[Position, ...]:
    mean = np.mean(centres, axis=0)
    found = []
    for name, centre, covariance, factor, n in zip(names, centres, covariances, scale, counts, strict=True):
        ellipse = _ellipse(centre, covariance * factor)
        found.append(
            Position(name, float(centre[0]), float(centre[1]), ellipse, _box(ellipse, mean), _box(ellipse, middle), n)
        )
    return tuple(found)


def _ellipse(centre: Floats, spread: Floats) -> Ellipse:
    values, vectors = np.linalg.eigh(spread)
    axes = np.sqrt(np.clip(values[::-1], 0, None))
    angle = float(np.arctan2(vectors[1, 1], vectors[0, 1]))
    reach = np.sqrt(np.diag(spread))
    return Ellipse(
        (float(centre[0]), float(centre[1])),
        (float(axes[0]), float(axes[1])),
        angle,
        (float(reach[0]), float(reach[1])),
    )


def _box(ellipse: Ellipse, cross: Floats) -> Quadrant:
    apart = np.array(ellipse.centre) - cross
    if (np.abs(apart) <= ellipse.reach).any():
        return Quadrant.UNDECIDED
    performs, matters = apart > 0
    if matters:
        return Quadrant.KEEP_UP if performs else Quadrant.CONCENTRATE
    return Quadrant.OVERKILL if performs else Quadrant.LOW_PRIORITY
