"""What may be said about a change: better, worse, no real change, too few.

"No real change" has two meanings, and they are kept apart. With `matters` (the smallest change that would matter) it is
*shown*: the change is smaller than that, by two one-sided tests. Data that show neither a change nor its absence are
too few to tell. Without `matters` it only says that none was seen, and the sentence says so.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.cells import VERDICTS, Changes, Estimates
from untilyes.stats.checks import Floats
from untilyes.stats.multiplicity import correct
from untilyes.stats.results import Change, Estimate, Verdict
from untilyes.stats.shares import estimate_shares, wilson_at, z_score

FEWEST = 10
"""Below this many answers on either side nothing is called real."""

Counts = tuple[npt.ArrayLike, npt.ArrayLike]
"""(k, n): how many said yes, of how many."""

_CODE = {verdict: code for code, verdict in enumerate(VERDICTS)}


def verdict_codes(
    delta: Floats,
    p: Floats,
    n_before: Floats,
    n_after: Floats,
    *,
    alpha: float,
    better: str,
    equivalent: npt.NDArray[np.bool_],
    matters: float | None,
    fewest: float,
) -> npt.NDArray[np.int8]:
    """The verdict of each cell as an index into `VERDICTS`; p is compared with `alpha` as it comes."""
    if better not in ("higher", "lower"):
        raise ValueError(f"better must be 'higher' or 'lower', not {better!r}.")
    gained = delta > 0 if better == "higher" else delta < 0
    real = p <= alpha
    direction = np.where(gained, _CODE[Verdict.BETTER], _CODE[Verdict.WORSE])
    unseen = _CODE[Verdict.NO_REAL_CHANGE if matters is None else Verdict.TOO_FEW]
    codes = np.where(equivalent, _CODE[Verdict.NO_REAL_CHANGE], np.where(real, direction, unseen))
    few = (np.minimum(n_before, n_after) < fewest) | np.isnan(delta)
    return np.where(few, _CODE[Verdict.TOO_FEW], codes).astype(np.int8)


def newcombe(before: Counts, after: Counts, level: float = 0.95) -> tuple[Floats, Floats]:
    """Newcombe's interval (method 10) for the difference of two independent shares, after minus before.

    With Wilson's (l, u) on each side: ``d − √((p₁−l₁)² + (u₀−p₀)²)`` to ``d + √((u₁−p₁)² + (p₀−l₀)²)``; NaN where a
    side is empty. Newcombe (1998), Statistics in Medicine 17:873-890.

    >>> low, high = newcombe((48, 80), (56, 70))
    >>> print(f"{low:.4f} {high:.4f}")
    0.0524 0.3339
    """
    k0, n0 = checks.part_of(*before)
    k1, n1 = checks.part_of(*after)
    return _newcombe_at(k0, n0, k1, n1, z_score(level))


def _newcombe_at(k0: Floats, n0: Floats, k1: Floats, n1: Floats, z: float | Floats) -> tuple[Floats, Floats]:
    low0, high0 = wilson_at(k0, n0, z)
    low1, high1 = wilson_at(k1, n1, z)
    with np.errstate(invalid="ignore", divide="ignore"):
        p0, p1 = k0 / n0, k1 / n1
    return mover(p0, low0, high0, p1, low1, high1)


def mover(
    before: Floats, low0: Floats, high0: Floats, after: Floats, low1: Floats, high1: Floats
) -> tuple[Floats, Floats]:
    """The interval of a difference from two intervals: each side lends the arm that points towards the other.

    ``d − √((b−l_b)² + (u_a−a)²)`` to ``d + √((u_b−b)² + (a−l_a)²)``: the method of variance estimates recovery,
    which is Newcombe's when the sides are Wilson's. Zou & Donner (2008), Statistics in Medicine 27.

    >>> [round(float(end), 2) for end in mover(0.6, 0.5, 0.7, 0.8, 0.7, 0.88)]
    [0.06, 0.33]
    """
    delta = after - before
    return delta - np.hypot(after - low1, high0 - before), delta + np.hypot(high1 - after, before - low0)


def newcombe_p(before: Counts, after: Counts) -> Floats:
    """The two-sided p-value that belongs to Newcombe's interval: below α exactly when it excludes 0.

    Found by Newton's steps on z, held within a bracket; 1 where the shares are equal, NaN where a side is empty.

    >>> round(float(newcombe_p((48, 80), (56, 70))), 4)
    0.0081
    """
    k0, n0 = checks.part_of(*before)
    k1, n1 = checks.part_of(*after)
    with np.errstate(invalid="ignore", divide="ignore"):
        p0, p1 = k0 / n0, k1 / n1
    delta = np.asarray(p1 - p0)
    tested = np.isfinite(delta) & (delta != 0)
    p = np.where(np.isnan(delta), np.nan, 1.0)
    up = (delta > 0)[tested]
    sides = [np.broadcast_to(x, delta.shape)[tested] for x in (p0, n0, p1, n1)]
    low, n_low, high, n_high = (np.where(up, a, b) for a, b in zip(sides, (*sides[2:], *sides[:2]), strict=True))
    p[tested] = 2 * special.ndtr(-_touching(low, n_low, high, n_high))
    return p


def _touching(low: Floats, n_low: Floats, high: Floats, n_high: Floats) -> Floats:
    """The z at which the two arms that face each other are together as long as the gap, between 0 and 40."""
    gap = high - low
    left, right = np.zeros(gap.shape), np.full(gap.shape, 40.0)
    spread = low * (1 - low) / n_low + high * (1 - high) / n_high + 0.25 / np.square(np.minimum(n_low, n_high))
    z = np.minimum(gap / np.sqrt(spread), 20.0)
    for _ in range(60):
        (up, up_slope), (down, down_slope) = _arm(1 - low, n_low, z), _arm(high, n_high, z)
        reach = np.hypot(up, down)
        left, right = np.where(reach < gap, z, left), np.where(reach < gap, right, z)
        step = (gap - reach) * reach / (up * up_slope + down * down_slope)
        moved = np.where((z + step >= left) & (z + step <= right), z + step, (left + right) / 2)
        done = np.abs(moved - z) <= 1e-12 * z
        z = moved
        if done.all():
            break
    return z


def _arm(p: Floats, n: Floats, z: Floats) -> tuple[Floats, Floats]:
    """How far Wilson's interval reaches below p at z, and how fast that grows: ``z (z(p−½) + r) / (n+z²)``."""
    r = np.sqrt(n * p * (1 - p) + np.square(z) / 4)
    inner, whole = z * (p - 0.5) + r, n + np.square(z)
    slope = (inner + z * (p - 0.5 + z / (4 * r))) / whole - 2 * np.square(z) * inner / np.square(whole)
    return z * inner / whole, slope


def compare_many_shares(
    before: Counts,
    after: Counts,
    *,
    level: float = 0.95,
    better: str = "higher",
    matters: float | None = None,
    correction: str | None = "bh",
    fewest: float = FEWEST,
) -> Changes:
    """Changes of many shares in one call: `before` and `after` are (k, n) arrays of one shape, one entry a cell.

    Intervals are Newcombe's, p-values belong to them and are corrected together ("bh", "by", "holm" or None); a cell
    is better or worse when its corrected p is at most 1 − level. The intervals themselves stay uncorrected.
    With `matters` (a share, 0.03 = three points) a cell is "no real change" when its ``1 − 2α`` interval lies
    within ±matters, and "too few" when neither is shown. Cells under `fewest` answers on a side are too few.

    >>> changes = compare_many_shares(([780, 50], [1000, 100]), ([850, 52], [1000, 100]))
    >>> changes.verdicts.tolist()
    ['better', 'no_real_change']
    """
    (k0, n0), (k1, n1) = (tuple(np.atleast_1d(a) for a in checks.part_of(*side)) for side in (before, after))
    k0, n0, k1, n1 = np.broadcast_arrays(k0, n0, k1, n1)
    low, high = _newcombe_at(k0, n0, k1, n1, z_score(level))
    sides = estimate_shares(k0, n0, level=level), estimate_shares(k1, n1, level=level)
    inner = _newcombe_at(k0, n0, k1, n1, z_score(2 * level - 1)) if matters is not None else None
    p = newcombe_p((k0, n0), (k1, n1))
    return judge(
        sides, (low, high), inner, p, "Newcombe", level=level, better=better, matters=matters,
        correction=correction, fewest=fewest,
    )  # fmt: skip


def judge(
    sides: tuple[Estimates, Estimates],
    interval: tuple[Floats, Floats],
    inner: tuple[Floats, Floats] | None,
    p: Floats,
    method: str,
    *,
    level: float,
    better: str,
    matters: float | None,
    correction: str | None,
    fewest: float,
) -> Changes:
    """Verdicts for differences whose interval, inner (1 − 2α) interval and p-value are known."""
    before, after = sides
    delta = after.value - before.value
    few = np.minimum(before.n, after.n) < fewest
    corrected = p if correction is None else correct(np.where(few, np.nan, p), correction)
    p_shown = np.where(few, p, corrected)
    equivalent = np.zeros(delta.shape, dtype=bool)
    if matters is not None and inner is not None:
        if matters <= 0:
            raise ValueError("matters must be positive: the smallest change that would matter.")
        equivalent = (inner[0] > -matters) & (inner[1] < matters) & ~few
    codes = verdict_codes(
        delta, p_shown, before.n, after.n, alpha=1 - level, better=better, equivalent=equivalent, matters=matters,
        fewest=fewest,
    )  # fmt: skip
    told = method if correction is None else f"{method}, {correction.upper()} over {int(delta.size)}"
    return Changes(delta, interval[0], interval[1], p_shown, codes, equivalent, before, after, told, level, matters)


def compare_shares(
    before: tuple[float, float],
    after: tuple[float, float],
    *,
    level: float = 0.95,
    better: str = "higher",
    matters: float | None = None,
    fewest: float = FEWEST,
) -> Change:
    """The change between two independent shares, each (k, n), with Newcombe's interval and a verdict.

    See `newcombe` for the formula and `compare_many_shares` for many cells and for `matters`. Different people on
    both sides; for the same people twice use `compare_paired_shares`.

    >>> print(compare_shares((1014, 1300), (975, 1203)))
    No real change: 81 %, was 78 % (+3 points, give or take 3); smaller changes cannot be ruled out
    >>> compare_shares((1014, 1300), (975, 1203), matters=0.1).equivalent
    True
    """
    return compare_many_shares(
        before, after, level=level, better=better, matters=matters, correction=None, fewest=fewest
    )[0]


def compare_estimates(
    before: Estimate,
    after: Estimate,
    *,
    better: str = "higher",
    matters: float | None = None,
    fewest: float = FEWEST,
) -> Change:
    """The change between any two independent estimates of one unit and level, from their intervals alone.

    The interval is `mover`'s; p and the inner interval take the arms as normal ones of that level. An open interval
    stays open, and is real only when its closed end excludes 0. Raises when units or levels differ.

    >>> week1 = Estimate(30.0, 24.0, 36.0, 900, "any", unit="points")
    >>> week2 = Estimate(41.0, 36.0, 46.0, 950, "any", unit="points")
    >>> compare_estimates(week1, week2).verdict.label
    'better'
    """
    return compare_many_estimates([before], [after], better=better, matters=matters, correction=None, fewest=fewest)[0]


def compare_many_estimates(
    before: Sequence[Estimate],
    after: Sequence[Estimate],
    *,
    better: str = "higher",
    matters: float | None = None,
    correction: str | None = "bh",
    fewest: float = FEWEST,
) -> Changes:
    """Changes between matching estimates, p-values corrected together; see `compare_estimates`.

    >>> a, b = Estimate(0.5, 0.4, 0.6, 100, "wilson"), Estimate(0.8, 0.7, 0.87, 100, "wilson")
    >>> compare_many_estimates([a, a], [a, b]).verdicts.tolist()
    ['no_real_change', 'better']
    """
    kinds = {(e.unit, e.level) for e in (*before, *after)}
    if len(before) != len(after) or len(kinds) > 1:
        raise ValueError("compare matching lists of estimates with one unit and one level; compute them alike first.")
    sides = Estimates.of(before), Estimates.of(after)
    return compare_sides(*sides, "MOVER", better=better, matters=matters, correction=correction, fewest=fewest)


def compare_sides(
    before: Estimates,
    after: Estimates,
    method: str,
    *,
    better: str,
    matters: float | None,
    correction: str | None,
    fewest: float,
) -> Changes:
    """`judge` two columns of estimates by MOVER, with normal arms for p and for equivalence."""
    level = before.level
    low, high = mover(before.value, before.low, before.high, after.value, after.low, after.high)
    delta = after.value - before.value
    with np.errstate(invalid="ignore", divide="ignore"):
        arm = np.where(delta > 0, delta - low, high - delta)
        z = z_score(level) * np.where(arm > 0, np.abs(delta) / arm, np.where(delta == 0, 0.0, np.inf))
    shrink = z_score(2 * level - 1) / z_score(level)
    inner = delta - shrink * (delta - low), delta + shrink * (high - delta)
    return judge(
        (before, after), (low, high), inner, 2 * special.ndtr(-z), method, level=level, better=better,
        matters=matters, correction=correction, fewest=fewest,
    )  # fmt: skip
