"""Many questions at once: which answers survive, and which cells may be shown at all."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.results import Estimate

Mask = npt.NDArray[np.bool_]


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """Adjusted p-values that control the false discovery rate: ``q_(i) = min_{j≥i} m p_(j) / j``.

    Any shape; reject where q ≤ 0.05 and at most 5 % of what you call real is not, on average, when tests are
    independent or positively dependent. NaN means "not tested": it is left out of m and stays NaN. Put every cell
    that was looked at into one call, not only those that are shown. Benjamini & Hochberg (1995), JRSS B 57.

    >>> benjamini_hochberg([0.01, 0.04, 0.03, float("nan")]).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    return _step_up(checks.probabilities(p), lambda _m: 1.0)


def benjamini_yekutieli(p: npt.ArrayLike) -> Floats:
    """Like `benjamini_hochberg`, and right under any dependence: m is multiplied by ``Σ 1/i``.

    For overlapping cells (a region and its cities). Benjamini & Yekutieli (2001), Ann. Statist. 29.

    >>> benjamini_yekutieli([0.01, 0.04]).round(3).tolist()
    [0.03, 0.06]
    """
    return _step_up(checks.probabilities(p), lambda m: float(np.sum(1 / np.arange(1, m + 1))))


def holm(p: npt.ArrayLike) -> Floats:
    """Adjusted p-values that control the chance of *any* false claim: ``max_{j≤i} (m−j+1) p_(j)``.

    For the few comparisons a contract hangs on. NaN stays NaN and is not counted. Holm (1979), Scand. J. Stat. 6.

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    return _stepwise(checks.probabilities(p), lambda ranked, m: np.maximum.accumulate(ranked * np.arange(m, 0, -1)))


CORRECTIONS: Final = {"bh": benjamini_hochberg, "by": benjamini_yekutieli, "holm": holm}


def correct(p: npt.ArrayLike, how: str = "bh") -> Floats:
    """Adjusted p-values by name: "bh", "by" or "holm"."""
    if how not in CORRECTIONS:
        raise ValueError(f"correction must be one of {', '.join(CORRECTIONS)}, not {how!r}.")
    return CORRECTIONS[how](p)


def _step_up(p: Floats, inflation: Any) -> Floats:
    def adjust(ranked: Floats, m: int) -> Floats:
        scaled = ranked * m * inflation(m) / np.arange(1, m + 1)
        smallest: Floats = np.minimum.accumulate(scaled[::-1])[::-1]
        return smallest

    return _stepwise(p, adjust)


def _stepwise(p: Floats, adjust: Any) -> Floats:
    """Sort what was tested, adjust, put it back where it was."""
    tested = ~np.isnan(p)
    values = p[tested]
    order = np.argsort(values, kind="stable")
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(adjust(values[order], values.size), 1.0)
    out = np.full(p.shape, np.nan)
    out[tested] = adjusted
    return out


class Display(StrEnum):
    """Whether an estimate may be shown."""

    SHOWN = "shown"
    WARNING = "shown with warning"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Showing:
    """What to do with an estimate, and why in a sentence a reader sees in its place."""

    display: Display
    reason: str = ""


def may_show(estimate: Estimate, *, fewest: float = 30, warn_below: float = 60) -> Showing:
    """The presentation standard of the US National Center for Health Statistics, for shares.

    Suppressed when n (effective n, if weighted) is below `fewest`, the interval is 30 points or wider, or it is wider
    than 5 points and than 130 % of the share (of its complement, if smaller). Always shown when at most 5 points
    wide. Shown with a warning below `warn_below` answers or above 20 points. The standard asks for a Clopper-Pearson
    interval; any interval is judged here. Parker et al. (2017), Vital Health Stat 2(175).

    >>> may_show(Estimate(0.5, 0.2, 0.8, 8, "wilson"))
    Showing(display=<Display.SUPPRESSED: 'suppressed'>, reason='only 8 answers, 30 are needed')
    """
    width = estimate.width
    if estimate.value is None or width is None:
        return Showing(Display.SUPPRESSED, "nobody answered")
    if estimate.n < fewest:
        return Showing(Display.SUPPRESSED, f"only {estimate.n:.0f} answers, {fewest:.0f} are needed")
    relative = width / max(min(estimate.value, 1 - estimate.value), 1e-12)
    rules = (
        (width >= 0.30, Display.SUPPRESSED, f"known only to within {100 * width:.0f} points"),
        (width > 0.05 and relative > 1.3, Display.SUPPRESSED, f"the interval is {100 * relative:.0f} % of the share"),
        (estimate.n < warn_below, Display.WARNING, f"few answers ({estimate.n:.0f})"),
        (width > 0.20, Display.WARNING, f"known only to within {100 * width:.0f} points"),
    )
    return next((Showing(display, reason) for applies, display, reason in rules if applies), Showing(Display.SHOWN))


def suppress_small(counts: npt.ArrayLike, *, fewest: float = 5) -> Mask:
    """Which cells of a table must be hidden so that nobody can be singled out.

    `counts` is one row (cells, with a published total) or a table (rows × columns, with published row and column
    totals). Cells with 1..fewest−1 people are hidden; where one hidden cell could be computed from its total, the
    smallest other cell of that line is hidden too (complementary suppression), until none can. Zeros are not people
    and stay, unless they are all that is left to hide. Returns a boolean array of the same shape, True = hidden.
    Guards against subtraction within a line; a table published in many overlapping cuts needs a statistical office.

    >>> suppress_small([3, 40, 25, 0]).tolist()
    [True, False, True, False]
    """
    table = checks.counts(counts, "counts")
    if table.ndim not in (1, 2):
        raise ValueError(f"counts must be a row or a table, not of shape {table.shape}; suppress one table at a time.")
    grid = np.atleast_2d(table)
    hidden = (grid > 0) & (grid < fewest)
    lines = [(hidden[i], grid[i]) for i in range(grid.shape[0])]
    if table.ndim == 2:
        lines += [(hidden[:, j], grid[:, j]) for j in range(grid.shape[1])]
    while any(_hide_second(mask, cells) for mask, cells in lines):
        pass
    return hidden.reshape(table.shape)


def _hide_second(mask: Mask, cells: Floats) -> bool:
    """Hide one more cell of a line that has exactly one hidden; True when it did. `mask` is a view and is changed."""
    if mask.sum() != 1 or mask.size < 2:
        return False
    candidates = np.where(mask, np.inf, np.where(cells > 0, cells, 1e300))
    mask[int(np.argmin(candidates))] = True
    return True
