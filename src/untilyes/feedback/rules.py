"""Pure judgements about facts and when they happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

THIN: Final = 0.25
"""Less than a quarter of the usual facts a day: the history has ended, and what still comes follows from it."""
_DAY: Final = timedelta(days=1)


class Volume(Protocol):
    """A month: when it begins, how many facts it holds, and the last instant any of them tells of."""

    @property
    def begins_at(self) -> datetime: ...
    @property
    def facts(self) -> int: ...
    @property
    def latest_at(self) -> datetime: ...


@dataclass(frozen=True)
class _Sum:
    begins_at: datetime
    facts: int
    latest_at: datetime


def find_ordinary_end(months: Sequence[Volume]) -> datetime | None:
    """The last instant of the last month with an ordinary volume; None without months.

    A month counts by its facts a day up to its last fact, so that a history which stops on the third is no thin month.
    Usual is what the middle fact saw: half of all facts lie in months with at least as many a day. Thin months may
    therefore outnumber the others.
    """
    usual = _usual(months)
    return max((month.latest_at for month in months if _a_day(month) >= THIN * usual), default=None)


def add_months(held: Iterable[Volume]) -> list[Volume]:
    """The months of several tables, those of the same month made one; the earliest first."""
    by_month: dict[datetime, list[Volume]] = {}
    for month in held:
        by_month.setdefault(month.begins_at, []).append(month)
    return [
        _Sum(at, sum(one.facts for one in of), max(one.latest_at for one in of)) for at, of in sorted(by_month.items())
    ]


def _usual(months: Sequence[Volume]) -> float:
    seen, half = 0, sum(month.facts for month in months) / 2
    for month in sorted(months, key=_a_day, reverse=True):
        seen += month.facts
        if seen >= half:
            return _a_day(month)
    return 0.0


def _a_day(month: Volume) -> float:
    return month.facts / max((month.latest_at - month.begins_at) / _DAY, 1.0)
