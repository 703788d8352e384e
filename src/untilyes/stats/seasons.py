"""Patterns that repeat: Mondays, lunch hours, Decembers. Known, they stop being news."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.cells import Estimates
from untilyes.stats.checks import Floats, Ints
from untilyes.stats.shares import estimate_shares
from untilyes.stats.told import Told, say

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, eq=False)
class Season(Told):
    """What each slot (a weekday, an hour) is like. `effect` is slot minus overall, 0 for slots never seen.

    `p` is the chance of differences this large without a pattern. `names` say the slots aloud.
    """

    slots: Estimates
    effect: Floats
    p: float
    names: tuple[str, ...]
    level: float = 0.95

    @property
    def is_real(self) -> bool:
        """Whether the pattern is more than chance."""
        return self.p <= 1 - self.level

    def without(self, values: npt.ArrayLike, slot: npt.ArrayLike) -> Floats:
        """`values` with the slot's effect taken out; unchanged when there is no real pattern."""
        x = np.asarray(values, dtype=np.float64)
        return x - self.effect[np.asarray(slot)] if self.is_real else x.copy()

    def sentence(self, locale: str = "en") -> str:
        """The highest and the lowest slot, if there is a pattern."""
        if not self.is_real:
            return say("season.none", locale)
        seen = np.where(np.isnan(self.slots.value), -np.inf, self.slots.value)
        lowest = np.where(np.isnan(self.slots.value), np.inf, self.slots.value)
        ends = self.names[int(np.argmax(seen))], self.names[int(np.argmin(lowest))]
        return say("season.found", locale, highest=ends[0], lowest=ends[1])


def season_of_shares(
    k: npt.ArrayLike, n: npt.ArrayLike, slot: npt.ArrayLike, *, period: int = 7, names: tuple[str, ...] = (),
    level: float = 0.95,
) -> Season:  # fmt: skip
    """The share of each slot, from one (k, n) a day or hour; `slot` is 0..period−1 (weekday: Monday = 0).

    Slots pool their days, with Wilson intervals. p from an F-test that lets days of one slot vary more than
    counting explains: ``F = (X²_slots / (s−1)) / max(1, X²_within / (d−s))`` with Pearson's X² at the pooled shares,
    on (s−1, d−s) degrees of freedom. Needs every used slot at least twice for a finite p; otherwise p = 1.

    >>> days = np.arange(56) % 7
    >>> season = season_of_shares(np.where(days >= 5, 60, 80), np.full(56, 100), days)
    >>> print(season)
    There is a pattern: highest in Monday, lowest in Saturday
    """
    part, whole = (np.atleast_1d(a) for a in checks.part_of(k, n))
    place = _slots(slot, part.size, period)
    pooled_k, pooled_n = (np.bincount(place, weights=x, minlength=period) for x in (part, whole))
    slots = estimate_shares(pooled_k, pooled_n, level=level)
    total = float(pooled_n.sum())
    overall = float(pooled_k.sum() / total) if total else 0.0
    p = _slot_test(part, whole, place, np.nan_to_num(slots.value), overall)
    return Season(slots, np.nan_to_num(slots.value - overall), p, _names(names, period), level)


def _slot_test(k: Floats, n: Floats, place: Ints, slot_share: Floats, overall: float) -> float:
    days, used = int((n > 0).sum()), int(np.unique(place[n > 0]).size)
    if used < 2 or days <= used or overall in (0.0, 1.0):
        return 1.0
    expected = slot_share[place]
    noise = np.maximum(expected * (1 - expected), 1e-12)
    within = float(np.sum(np.where(n > 0, np.square(k - n * expected) / np.maximum(n * noise, 1e-12), 0.0)))
    sizes = np.bincount(place, weights=n, minlength=slot_share.size)
    between = float(np.sum(sizes * np.square(slot_share - overall)) / (overall * (1 - overall)))
    ratio = between / (used - 1) / max(within / (days - used), 1.0)
    return float(special.fdtrc(used - 1, days - used, ratio))


def season_of_values(
    x: npt.ArrayLike, slot: npt.ArrayLike, *, period: int = 7, cycle: npt.ArrayLike | None = None,
    names: tuple[str, ...] = (), level: float = 0.95, unit: str = "score",
) -> Season:  # fmt: skip
    """The mean of each slot, from one value a day or hour, with t-intervals and a one-way F-test.

    `cycle` (say, the number of the week) takes each cycle's own mean out first, so that a trend is not read as a
    pattern; every cycle should then hold all slots. One-way analysis of variance, Fisher (1925).

    >>> hours = np.tile(np.arange(24), 10)
    >>> calls = 50 + 20 * (hours == 12) + np.sin(np.arange(240))
    >>> season = season_of_values(calls, hours, period=24)
    >>> season.is_real, int(season.slots.value.argmax())
    (True, 12)
    """
    values = checks.vector(x)
    place = _slots(slot, values.size, period)
    grand = float(values.mean()) if values.size else 0.0
    lost = 0
    if cycle is not None:
        _, which = np.unique(np.asarray(cycle), return_inverse=True)
        means = np.bincount(which, weights=values) / np.bincount(which)
        values, lost = values - means[which] + grand, means.size - 1
    size = np.bincount(place, minlength=period).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(place, weights=values, minlength=period) / size
    used = int((size > 0).sum())
    freedom = values.size - used - lost
    squares = float(np.sum(np.square(values - mean[place])))
    between = float(np.nansum(size * np.square(mean - grand)))
    if freedom < 1 or used < 2:
        return Season(_means(mean, np.full(period, np.inf), size, level, unit), np.nan_to_num(mean - grand), 1.0,
                      _names(names, period), level)  # fmt: skip
    noise = squares / freedom
    p = float(special.fdtrc(used - 1, freedom, between / (used - 1) / noise)) if noise > 0 else float(between == 0)
    with np.errstate(divide="ignore"):
        half = float(special.stdtrit(freedom, 0.5 + level / 2)) * np.sqrt(noise / size)
    slots = _means(mean, half, size, level, unit)
    return Season(slots, np.nan_to_num(mean - grand), p, _names(names, period), level)


def _means(mean: Floats, half: Floats, size: Floats, level: float, unit: str) -> Estimates:
    return Estimates(mean, mean - half, mean + half, size, "pooled t", level, unit)


def _slots(slot: npt.ArrayLike, size: int, period: int) -> Ints:
    place = np.asarray(slot, dtype=np.int64)
    if place.shape != (size,) or (place.size and (place.min() < 0 or place.max() >= period)):
        raise ValueError(f"slot must hold one number in 0..{period - 1} a point; take the weekday or hour of its time.")
    return place


def _names(names: tuple[str, ...], period: int) -> tuple[str, ...]:
    if names and len(names) != period:
        raise ValueError(f"{len(names)} names for {period} slots; give one a slot.")
    return names or (DAYS if period == 7 else tuple(str(i) for i in range(period)))
