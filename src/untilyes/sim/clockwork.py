"""When things happen: days weighted by weekday, season and growth; hours of the customer's own day; all in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from untilyes.sim.truths import Wobble

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Texts = NDArray[np.str_]

SECOND = 1_000_000  # all instants are microseconds since 1970 UTC
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NEVER = np.iinfo(np.int64).max

_HOURS = np.array([1, 1, 0, 0, 0, 1, 2, 4, 7, 9, 10, 9, 8, 7, 7, 7, 8, 8, 9, 11, 12, 10, 6, 3], dtype=np.float64)


def as_instant(at: datetime) -> int:
    """Return an aware datetime as microseconds since 1970 UTC."""
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def weekdays_of(at: Ints) -> Ints:
    """Return the UTC weekday, Monday = 0, of each instant."""
    return (at // DAY + 3) % 7


def months_of(at: Ints) -> Ints:
    """Return the UTC month, 1..12, of each instant."""
    return at.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64) % 12 + 1


def day_weights(first_day: int, days: int, wobble: Wobble) -> Floats:
    """Return how busy each of `days` days from `first_day` (days since 1970) is; growth is 50 % over the whole span."""
    at = (first_day + np.arange(days, dtype=np.int64)) * DAY
    growth = np.linspace(1.0, 1.5, days)
    season = np.where(months_of(at) == 12, wobble.december_volume, 1.0)
    weights: Floats = growth * season * np.array(wobble.volume_by_weekday)[weekdays_of(at)]
    return weights


def draw_days(rng: np.random.Generator, weights: Floats, earliest: Ints) -> Ints:
    """Draw one day index per entry of `earliest`, weighted, none before its earliest."""
    edges = np.concatenate([[0.0], np.cumsum(weights)])
    low = edges[np.clip(earliest, 0, len(weights) - 1)]
    drawn = np.searchsorted(edges, low + rng.random(len(earliest)) * (edges[-1] - low), side="right") - 1
    days: Ints = np.clip(drawn, earliest, len(weights) - 1).astype(np.int64)
    return days


def draw_instants(rng: np.random.Generator, days: Ints, zones: Texts) -> Ints:
    """Return an instant within each local day (days since 1970), at the hours people are awake in their zone."""
    seconds = rng.choice(24, size=len(days), p=_HOURS / _HOURS.sum()) * 3600 + rng.integers(0, 3600, len(days))
    return days * DAY + seconds * SECOND - zone_offsets(days, zones)


def zone_offsets(days: Ints, zones: Texts) -> Ints:
    """Return the offset from UTC at noon of each day in each zone, in microseconds."""
    offsets = np.zeros(len(days), dtype=np.int64)
    for name in np.unique(zones):
        here = zones == name
        first, last = int(days[here].min()), int(days[here].max())
        by_day = np.array([_noon_offset(day, ZoneInfo(str(name))) for day in range(first, last + 1)], dtype=np.int64)
        offsets[here] = by_day[days[here] - first]
    return offsets


def _noon_offset(day: int, zone: ZoneInfo) -> int:
    noon = datetime(1970, 1, 1, 12, tzinfo=zone) + timedelta(days=day)
    return round((noon.utcoffset() or timedelta()) / timedelta(microseconds=1))


def yes_shifts(at: Ints, wobble: Wobble) -> Floats:
    """Return the meaningless shift of the chance of a yes at each instant."""
    december = np.where(months_of(at) == 12, wobble.december_yes, 0.0)
    return np.array(wobble.yes_by_weekday)[weekdays_of(at)] + december


def draw_spans(rng: np.random.Generator, size: int, *, median: float, sigma: float) -> Ints:
    """Draw log-normal durations around `median` (microseconds)."""
    return (median * np.exp(sigma * rng.standard_normal(size))).astype(np.int64)
