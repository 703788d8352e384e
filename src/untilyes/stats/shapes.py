"""How yes depends on a number (waiting time, price, age): a table first, then a curve, with no shape assumed.

`shape_by_bins` shows the data, `monotone_curve` assumes that more is never better (or never worse), `free_curve`
only that neighbours are alike.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.logit import LogitFit, expit, fit_logit, with_intercept
from untilyes.stats.results import Estimate
from untilyes.stats.shares import clopper_pearson, estimate_shares, z_score
from untilyes.stats.told import Told, say


@dataclass(frozen=True, slots=True, eq=False)
class Curve(Told):
    """The share of yes along a number. Arrays have one entry a place, `x` ascending; `n` are the answers behind it.

    `p` tests whether the share depends on x at all, `p_bend` whether it does so other than along a straight line;
    both are None where the method tests nothing.
    """

    x: Floats
    value: Floats
    low: Floats
    high: Floats
    n: Floats
    method: str
    level: float = 0.95
    p: float | None = None
    p_bend: float | None = None

    def __len__(self) -> int:
        return int(self.x.size)

    def __getitem__(self, index: int) -> Estimate:
        value, low, high = (float(a[index]) for a in (self.value, self.low, self.high))
        return Estimate(value, low, high, float(self.n[index]), self.method, self.level)

    def sentence(self, locale: str = "en") -> str:
        """Where it starts and where it ends."""
        if not len(self):
            return say("curve.empty", locale)
        ends = {"first": self[0].sentence(locale), "last": self[-1].sentence(locale)}
        return say("curve.ends", locale, start=float(self.x[0]), stop=float(self.x[-1]), **ends)

    def to_dict(self) -> dict[str, npt.NDArray[np.float64]]:
        """Columns x, value, low, high, n, ready for a data frame."""
        return {"x": self.x, "value": self.value, "low": self.low, "high": self.high, "n": self.n}


def grouped(x: npt.ArrayLike, yes: npt.ArrayLike, n: npt.ArrayLike | None = None) -> tuple[Floats, Floats, Floats]:
    """One row a distinct x, ascending: x, yes, n. Rows without answers are left out.

    >>> [a.tolist() for a in grouped([3, 1, 3], [1, 0, 0])]
    [[1.0, 3.0], [0.0, 1.0], [1.0, 2.0]]
    """
    place = checks.vector(x, "x")
    k, total = checks.part_of(checks.vector(yes, "yes"), np.ones(place.size) if n is None else n)
    checks.same_length(("x", place), ("yes", k))
    distinct, where = np.unique(place[total > 0], return_inverse=True)
    yes_of, n_of = (np.bincount(where, column[total > 0], distinct.size).astype(np.float64) for column in (k, total))
    return distinct, yes_of, n_of


def shape_by_bins(
    x: npt.ArrayLike, yes: npt.ArrayLike, n: npt.ArrayLike | None = None, *, bins: int = 10, level: float = 0.95
) -> Curve:
    """The table to look at first: about equally many answers a bin, ``k/n`` with Wilson's interval.

    `x` (rows,), `yes` (rows,) of `n` (rows,) answers, 1 each when left out. Equal x never part, so there may be fewer
    bins; `x` of the result is the mean within the bin. No answers give an empty curve. Wilson (1927), JASA 22.

    >>> table = shape_by_bins([1, 2, 3, 4], [90, 80, 50, 40], [100, 100, 100, 100], bins=2)
    >>> table.x.tolist(), table.value.tolist()
    ([1.5, 3.5], [0.85, 0.45])
    """
    place, k, total = _binned(*grouped(x, yes, n), bins)
    shares = estimate_shares(k, total, level=level)
    return Curve(place, shares.value, shares.low, shares.high, total, "bins, wilson", level)


def _binned(x: Floats, k: Floats, n: Floats, bins: int) -> tuple[Floats, Floats, Floats]:
    if bins < 1:
        raise ValueError("bins must be at least 1; ten make a readable table.")
    if x.size == 0:
        return x, k, n
    middle = (np.cumsum(n) - n / 2) / n.sum()
    _, where = np.unique(np.minimum((middle * bins).astype(np.int64), bins - 1), return_inverse=True)
    total, yes, size = (np.bincount(where, column).astype(np.float64) for column in (n * x, k, n))
    return total / size, yes, size


def monotone_curve(
    x: npt.ArrayLike, yes: npt.ArrayLike, n: npt.ArrayLike | None = None, *, rising: bool = False,
    level: float = 0.95, bins: int = 32,
) -> Curve:  # fmt: skip
    """The share of yes when more x never helps (`rising`: never hurts): isotonic regression with an honest interval.

    Values: pool adjacent violators, weighted by n (Barlow et al. 1972). Interval: where the share falls, the mean of
    every block that ends at a place bounds its share from above and that of every block that starts there from below;
    of blocks of 1, 2, 4, ... bins the best Clopper-Pearson bound is taken, each at ``(1 − level) / 2m`` for m sizes.
    It holds for every falling curve, without smoothness, and is wider than a model's would be. More distinct x than
    `bins` are joined first. No answers give an empty curve.

    >>> curve = monotone_curve([1, 2, 3, 4], [90, 92, 70, 40], [100, 100, 100, 100])
    >>> curve.value.round(2).tolist()
    [0.91, 0.91, 0.7, 0.4]
    """
    place, k, total = grouped(x, yes, n)
    if place.size > bins:
        place, k, total = _binned(place, k, total, bins)
    if place.size == 0:
        return Curve(place, k, k, k, total, "isotonic", checks.level(level))
    share = optimize.isotonic_regression(k / total, weights=total, increasing=rising).x
    order = slice(None, None, -1) if rising else slice(None)
    low, high = _block_bounds(k[order], total[order], level)
    low, high = np.minimum(low[order], share), np.maximum(high[order], share)
    return Curve(place, share, low, high, total, "isotonic", level)


def _block_bounds(k: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    """For a falling share: bounds from blocks that start (low) or end (high) at each place."""
    sizes = [1 << power for power in range(int(k.size).bit_length())]
    strict = 1 - (1 - checks.level(level)) / len(sizes)
    yes, total = (np.concatenate([[0.0], np.cumsum(a)]) for a in (k, n))
    low, high = np.zeros(k.size), np.ones(k.size)
    for size in sizes:
        start = np.arange(k.size - size + 1)
        ends = clopper_pearson(yes[start + size] - yes[start], total[start + size] - total[start], strict)
        low[start] = np.maximum(low[start], ends[0])
        high[start + size - 1] = np.minimum(high[start + size - 1], ends[1])
    return low, high


def free_curve(
    x: npt.ArrayLike, yes: npt.ArrayLike, n: npt.ArrayLike | None = None, *, knots: int = 4,
    at: npt.ArrayLike | None = None, level: float = 0.95,
) -> Curve:  # fmt: skip
    """The share of yes as a smooth curve of any shape: logistic regression on a natural cubic spline.

    ``logit P(yes | x) = b₀ + b₁ x + Σ b_j C_j(x)``, C the restricted cubic basis, straight beyond the outer knots, at
    the usual quantiles of x (`knots` 3 to 7); pointwise ``η ± z √(c'Vc)`` on the logit scale. `at` are the places to
    tell (50 from end to end when left out). `p` and `p_bend` are likelihood-ratio tests. Raises for fewer distinct x
    than knots, and where all answers are alike. Stone & Koo (1985); Harrell (2015), Regression Modeling Strategies.

    >>> curve = free_curve([1, 2, 3, 4, 5, 6], [50, 70, 80, 80, 70, 50], [100] * 6, knots=3, at=[1, 3.5, 6])
    >>> curve.value.round(2).tolist(), curve.p_bend < 0.001
    ([0.5, 0.81, 0.5], True)
    """
    place, k, total = grouped(x, yes, n)
    points = _knots(place, total, knots)
    basis = _spline(place, points)
    full = fit_logit(basis, k, total)
    line = fit_logit(place[:, None], k, total)
    flat = fit_logit(np.zeros((place.size, 0)), k, total)
    where = np.linspace(place[0], place[-1], 50) if at is None else checks.vector(at, "at")
    low, value, high = _band(full, _spline(where, points), level)
    bend = float(special.chdtrc(points.size - 2, max(2 * (full.log_likelihood - line.log_likelihood), 0.0)))
    any_shape = float(special.chdtrc(points.size - 1, max(2 * (full.log_likelihood - flat.log_likelihood), 0.0)))
    answers = np.full(where.size, float(total.sum()))
    return Curve(where, value, low, high, answers, f"natural spline, {points.size} knots", level, any_shape, bend)


_QUANTILES = {
    3: (0.1, 0.5, 0.9), 4: (0.05, 0.35, 0.65, 0.95), 5: (0.05, 0.275, 0.5, 0.725, 0.95),
    6: (0.05, 0.23, 0.41, 0.59, 0.77, 0.95), 7: (0.025, 0.1833, 0.3417, 0.5, 0.6583, 0.8167, 0.975),
}  # fmt: skip


def _knots(x: Floats, n: Floats, knots: int) -> Floats:
    """Harrell's quantiles of x, answers as weights."""
    if knots not in _QUANTILES:
        raise ValueError(f"knots must be 3 to 7, not {knots}; four suit most curves.")
    if x.size < knots:
        raise ValueError(f"{x.size} distinct values carry no curve with {knots} knots; use fewer knots or a table.")
    places = np.interp(_QUANTILES[knots], (np.cumsum(n) - n / 2) / n.sum(), x)
    distinct = np.unique(places)
    if distinct.size < 3:
        raise ValueError("nearly all answers share one value of x, so no curve can be drawn; use shape_by_bins.")
    return distinct


def _spline(x: Floats, knots: Floats) -> Floats:
    """The restricted cubic basis (rows, knots − 1), scaled by the squared span."""
    last, before, span = knots[-1], knots[-2], knots[-1] - knots[0]

    def cubed(knot: float) -> Floats:
        return np.asarray(np.maximum(x - knot, 0.0) ** 3)

    curved = [
        (cubed(t) - cubed(before) * (last - t) / (last - before) + cubed(last) * (before - t) / (last - before))
        / span**2
        for t in knots[:-2]
    ]  # fmt: skip
    return np.column_stack([x, *curved])


def _band(fit: LogitFit, rows: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    design = with_intercept(rows)
    eta = design @ fit.coefficients
    arm = z_score(level) * np.sqrt(np.einsum("ij,jk,ik->i", design, fit.covariance, design))
    return expit(eta - arm), expit(eta), expit(eta + arm)
