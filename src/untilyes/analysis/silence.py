"""Customers who leave without a word: told by purchases that stay away, each customer by their own rhythm.

The engine reduces every customer to three numbers (purchases on different days, the first, the last); the model of
`stats.purchases` does the rest. Whether it may be believed is tried on the past: fitted to the first two thirds of the
time, it foretells the last third.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from untilyes.lake import Lake
from untilyes.stats.checks import Floats
from untilyes.stats.purchases import PurchaseModel, fit_purchases
from untilyes.stats.results import Estimate

PURCHASE: Final = "purchase"
FEWEST: Final = 200
"""Customers who ever bought again; fewer tell no rhythm."""
GONE: Final = 0.8
"""From this chance on somebody is listed as probably gone."""
LISTED: Final = 100
_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True)
class Silent:
    """One customer who is probably gone, though they bought more than once.

    `usual` is their mean time between purchases; `chance_gone` what the model makes of it; `spent` in all, in the
    currency of the events, None where no amount is known.
    """

    customer_id: str
    purchases: int
    last_on: date
    usual: timedelta
    chance_gone: float
    spent: float | None


@dataclass(frozen=True)
class Trial:
    """The past foretold: purchases in the last third of the time, as expected at its beginning, and as they came."""

    since: date
    expected: float
    came: int

    @property
    def off(self) -> float:
        """How far the forecast was off, as a share of what came."""
        return self.expected / self.came - 1 if self.came else 0.0


@dataclass(frozen=True)
class Silence:
    """Everybody who ever bought: how many are gone, by how surely the model foretold, and who is probably gone."""

    customers: int
    came_again: int
    since: date
    until: date
    model: PurchaseModel
    gone: Estimate
    trial: Trial | None
    silent: tuple[Silent, ...]
    probably_gone: int
    spent_by_them: float | None


def read_silence(lake: Lake, *, until: date, rng: np.random.Generator | int) -> Silence | None:
    """Judge every customer by their own rhythm, as of the day `until`; None while fewer than 200 came back.

    Purchases on one day count as one. Watching ends with `until` or, where that is earlier, with the day after the last
    purchase known: what lies beyond is not silence but the end of the file.
    """
    histories = _Histories.read(lake, until=until)
    if histories is None or histories.came_again < FEWEST:
        return None
    model = fit_purchases(*histories.in_weeks)
    gone = model.count_gone(*histories.in_weeks, rng=rng)
    chance = 1.0 - model.chance_active(*histories.in_weeks)
    probably = (chance >= GONE) & (histories.frequency > 0)
    spent = histories.spent
    return Silence(
        len(histories.ids),
        histories.came_again,
        _day(histories.first.min()),
        _day(histories.end) - timedelta(days=1),
        model,
        gone,
        _try_on_past(lake, histories),
        _list_silent(histories, chance, probably),
        int(probably.sum()),
        None if spent is None else float(np.nansum(spent[probably])),
    )


@dataclass(frozen=True)
class _Histories:
    """One entry a customer; days since 1970. `end` is the first day not watched."""

    ids: tuple[str, ...]
    frequency: Floats
    first: Floats
    last: Floats
    spent: Floats | None
    end: float

    @classmethod
    def read(cls, lake: Lake, *, until: date) -> "_Histories | None":
        rows = lake.fetch(lambda: _bought(lake, until)).to_pylist()
        if not rows:
            return None
        first, last = (np.array([_number(row[name]) for row in rows]) for name in ("first", "last"))
        known = any(row["spent"] is not None for row in rows)
        spent = np.array([np.nan if row["spent"] is None else row["spent"] for row in rows]) if known else None
        times = np.array([row["days"] for row in rows], dtype=np.float64)
        end = min(_number(until), float(last.max()) + 1)
        return cls(tuple(row["customer_id"] for row in rows), times - 1, first, last, spent, end)

    @property
    def came_again(self) -> int:
        return int((self.frequency > 0).sum())

    @property
    def in_weeks(self) -> tuple[Floats, Floats, Floats]:
        """Frequency, recency and age as the model takes them."""
        return self.frequency, (self.last - self.first) / 7, (self.end - self.first) / 7


def _bought(lake: Lake, until: date) -> ir.Table:
    """Per customer: on how many days they bought before `until`, the first, the last, and for how much in all."""
    events = lake.read_with_day("events")
    bought = events.filter(events["activity"] == PURCHASE, events["customer_id"].notnull(), events["day"] < until)
    return bought.group_by("customer_id").aggregate(
        days=bought["day"].nunique(), first=bought["day"].min(), last=bought["day"].max(), spent=bought["amount"].sum()
    )


def _try_on_past(lake: Lake, histories: _Histories) -> Trial | None:
    """Fitted to the first two thirds, against the last; None where those tell no rhythm."""
    start = float(histories.first.min())
    split = _day(start + np.floor(2 * (histories.end - start) / 3))
    early = _Histories.read(lake, until=split)
    if early is None or early.came_again < FEWEST:
        return None
    early = _Histories(early.ids, early.frequency, early.first, early.last, early.spent, _number(split))
    ahead = (histories.end - early.end) / 7
    expected = float(fit_purchases(*early.in_weeks).expected_purchases(ahead, *early.in_weeks).sum())
    before = dict(zip(early.ids, early.frequency, strict=True))
    came = sum(
        int(now - before[one]) for one, now in zip(histories.ids, histories.frequency, strict=True) if one in before
    )
    return Trial(split, expected, came)


def _list_silent(histories: _Histories, chance: Floats, probably: npt.NDArray[np.bool_]) -> tuple[Silent, ...]:
    """Those who spent most first; without amounts, those who bought most often."""
    weight = histories.frequency if histories.spent is None else np.nan_to_num(histories.spent)
    places = sorted(np.flatnonzero(probably).tolist(), key=lambda at: (-weight[at], histories.ids[at]))[:LISTED]
    return tuple(_silent(histories, at, float(chance[at])) for at in places)


def _silent(histories: _Histories, at: int, chance: float) -> Silent:
    between = (histories.last[at] - histories.first[at]) / histories.frequency[at]
    spent = None if histories.spent is None or np.isnan(histories.spent[at]) else float(histories.spent[at])
    return Silent(
        histories.ids[at],
        int(histories.frequency[at]) + 1,
        _day(histories.last[at]),
        timedelta(days=float(between)),
        chance,
        spent,
    )


def _number(day: Any) -> float:
    return float((datetime(day.year, day.month, day.day, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days)


def _day(number: float) -> date:
    return date(1970, 1, 1) + timedelta(days=float(number))
