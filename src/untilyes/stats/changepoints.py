"""When did it change for good? The most likely moment, its interval, and whether there was one at all."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share, z_score
from untilyes.stats.told import Told, say


@dataclass(frozen=True, slots=True)
class Shift(Told):
    """A lasting change of level. `at` is the index of the first point after it, `low`..`high` its plausible range.

    `p` is the chance of as strong a shift anywhere among points in random order.
    """

    at: int
    low: int
    high: int
    before: Estimate
    after: Estimate
    p: float
    level: float = 0.95

    @property
    def is_real(self) -> bool:
        """Whether there was a shift at all."""
        return self.p <= 1 - self.level

    def sentence(self, locale: str = "en") -> str:
        """When, and from what to what; points are counted from 1."""
        if not self.is_real:
            return say("shift.none", locale)
        ends = {"at": self.at + 1, "low": self.low + 1, "high": self.high + 1}
        return say("shift.found", locale, **ends, after=self.after.brief(locale), before=self.before.brief(locale))


def find_shift_in_shares(
    k: npt.ArrayLike, n: npt.ArrayLike, *, rng: np.random.Generator | int, level: float = 0.95, draws: int = 999
) -> Shift:
    """The most likely single shift of a share, one (k, n) a period, oldest first, at least four periods.

    Maximises the binomial likelihood ratio ``Λ(τ)`` over τ. p by permuting the periods (so daily variation beyond
    counting is allowed for), ``(1 + #{max Λ* ≥ max Λ}) / (1 + draws)``; the range of τ holds every moment with
    ``Λ_max − Λ(τ) ≤ φ χ²₁/2``, φ ≥ 1 being Pearson's dispersion on either side. Hinkley (1970), Biometrika 57.
    Correlated periods need their season taken out first.

    >>> shift = find_shift_in_shares([80] * 10 + [65] * 10, [100] * 20, rng=1)
    >>> print(shift)
    A lasting shift starts at point 11 (plausibly 11 to 11): 65 % after 80 %
    """
    part, whole = (np.atleast_1d(a) for a in checks.part_of(k, n))
    pairs = np.stack([part, whole])
    _enough(part.size)
    if whole.sum() == 0:
        raise ValueError("no period has answers; there is nothing to look for.")
    at, gain, p = _strongest(pairs, _binomial_gain, checks.generator(rng), draws)
    sides = tuple(estimate_share(float(part[s].sum()), float(whole[s].sum()), level=level) for s in _halves(at))
    dispersion = _dispersion(part, whole, at)
    low, high = _plausible(gain, dispersion, level)
    return Shift(at, low, high, sides[0], sides[1], p, level)


def find_shift_in_values(
    x: npt.ArrayLike, *, rng: np.random.Generator | int, level: float = 0.95, draws: int = 999, unit: str = "score"
) -> Shift:
    """The most likely single shift of the mean of a series, oldest first, at least four values.

    As `find_shift_in_shares` with the normal likelihood, ``Λ(τ) = −n/2 ln(SSE_τ / SSE_0)``; means have t-intervals on
    the pooled spread.

    >>> find_shift_in_values([5.1, 4.9, 5.0, 5.2, 7.9, 8.1, 8.0, 7.8], rng=1).at
    4
    """
    values = checks.vector(x)
    _enough(values.size)
    at, gain, p = _strongest(values[None, :], _normal_gain, checks.generator(rng), draws)
    freedom = values.size - 2
    squares = sum(float(np.square(values[s] - values[s].mean()).sum()) for s in _halves(at))
    quantile = float(special.stdtrit(freedom, 0.5 + level / 2))
    sides = []
    for side in _halves(at):
        mean, size = float(values[side].mean()), values[side].size
        half = quantile * (squares / freedom / size) ** 0.5
        sides.append(Estimate(mean, mean - half, mean + half, size, "pooled t", level, unit))
    low, high = _plausible(gain, 1.0, level)
    return Shift(at, low, high, sides[0], sides[1], p, level)


def find_shifts_in_shares(
    k: npt.ArrayLike, n: npt.ArrayLike, *, rng: np.random.Generator | int, level: float = 0.95, at_most: int = 5,
    draws: int = 999,
) -> list[Shift]:  # fmt: skip
    """All lasting shifts of a share by binary segmentation: split at the strongest, then look within the parts.

    Each search is held to α divided by `at_most`, so the chance of any false shift stays below 1 − level. Ordered by
    time; the two sides of a shift reach to its neighbours. Scott & Knott (1974); Vostrikova (1981).

    >>> levels = [80] * 12 + [60] * 12 + [75] * 12
    >>> [s.at for s in find_shifts_in_shares(levels, [100] * 36, rng=1)]
    [12, 24]
    """
    part, whole = (np.atleast_1d(a) for a in checks.part_of(k, n))
    chance = checks.generator(rng)
    strict = 1 - (1 - checks.level(level)) / at_most
    open_parts, found = [(0, part.size)], list[Shift]()
    while open_parts and len(found) < at_most:
        start, stop = open_parts.pop(0)
        if stop - start < 4 or whole[start:stop].sum() == 0:
            continue
        inside = find_shift_in_shares(part[start:stop], whole[start:stop], rng=chance, level=strict, draws=draws)
        if inside.is_real:
            moved = (inside.at + start, inside.low + start, inside.high + start)
            found.append(Shift(*moved, inside.before, inside.after, inside.p, strict))
            open_parts += [(start, moved[0]), (moved[0], stop)]
    return sorted(found, key=lambda shift: shift.at)


def _enough(points: int) -> None:
    if points < 4:
        raise ValueError(f"{points} points hold no lasting shift; wait for at least four.")


def _halves(at: int) -> tuple[slice, slice]:
    return slice(None, at), slice(at, None)


def _strongest(
    points: Floats, gain_of: Callable[[Floats], Floats], rng: np.random.Generator, draws: int
) -> tuple[int, Floats, float]:
    """Where the gain is largest, the gains, and the permutation p-value. `points` is (columns, d)."""
    gain = gain_of(points[:, None, :])[0]
    orders = rng.permuted(np.tile(np.arange(points.shape[1]), (draws, 1)), axis=1)
    by_chance = gain_of(points[:, orders]).max(axis=1)
    p = (1 + int((by_chance >= gain.max() - 1e-9).sum())) / (1 + draws)
    return int(np.argmax(gain)) + 1, gain, p


def _binomial_gain(pairs: Floats) -> Floats:
    """(2, rows, d) counts → (rows, d−1) log-likelihood gains over no shift."""
    k, n = (np.asarray(np.cumsum(column, axis=-1), dtype=np.float64) for column in pairs)

    def fit(part: Floats, whole: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(whole > 0, part / whole, 0.5)
        return np.asarray(special.xlogy(part, share) + special.xlog1py(whole - part, -share), dtype=np.float64)

    before = fit(k[:, :-1], n[:, :-1])
    after = fit(k[:, -1:] - k[:, :-1], n[:, -1:] - n[:, :-1])
    return before + after - fit(k[:, -1:], n[:, -1:])


def _normal_gain(rows: Floats) -> Floats:
    """(1, rows, d) values → (rows, d−1) log-likelihood gains over no shift."""
    values = rows[0] - rows[0].mean(axis=-1, keepdims=True)
    d = values.shape[-1]
    sums = np.cumsum(values, axis=-1)[:, :-1]
    size = np.arange(1, d)
    total = np.square(values).sum(axis=-1, keepdims=True)
    explained = np.square(sums) / size + np.square(sums) / (d - size)
    left = np.maximum(total - explained, np.maximum(total, 1e-300) * 1e-12)
    return np.asarray(d / 2 * np.log(np.maximum(total, 1e-300) / left), dtype=np.float64)


def _dispersion(k: Floats, n: Floats, at: int) -> float:
    """Pearson's X² per degree of freedom around the two levels, at least 1."""
    squares, freedom = 0.0, -2
    for side in _halves(at):
        share = k[side].sum() / max(n[side].sum(), 1e-12)
        if 0 < share < 1:
            used = n[side] > 0
            squares += float(np.sum(np.square(k[side] - n[side] * share)[used] / (n[side][used] * share * (1 - share))))
        freedom += int((n[side] > 0).sum())
    return max(squares / freedom, 1.0) if freedom > 0 else 1.0


def _plausible(gain: Floats, dispersion: float, level: float) -> tuple[int, int]:
    inside = np.flatnonzero(gain.max() - gain <= dispersion * z_score(level) ** 2 / 2)
    return int(inside[0]) + 1, int(inside[-1]) + 1
