"""When facts arrive: sources that have gone quiet, and holes in what they sent."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import pairwise
from typing import Final

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from untilyes.lake import Lake

HEARD: Final = ("answers", "comments", "events")
LOOKED_AT: Final = 365
USUAL: Final = 90
"""What a source usually sends is what it sent in this many days before it fell silent."""
FEWEST_DAYS: Final = 3
TIMES_THE_LONGEST: Final = 3
"""A silence three times as long as any other is no pause of the kind this source makes."""
EXPECTED: Final = 30.0
"""Where fewer facts would have been due, chance alone may have kept them away."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Silence:
    """Days without a fact from a source that usually sends `a_day` of them. `until` is the first day with one again.

    `until` is None while it lasts; `longest` is the longest other pause in days, `source` empty where all fell silent.
    """

    source: str
    since: date
    until: date | None
    days: int
    longest: int
    facts: int
    over_days: int

    @property
    def a_day(self) -> float:
        """How many facts usually came a day."""
        return self.facts / max(self.over_days, 1)

    @property
    def expected(self) -> float:
        """How many were to be expected in that time."""
        return self.days * self.a_day

    @property
    def is_real(self) -> bool:
        """Whether this source never paused like that, and too much is missing for chance."""
        is_long = self.days >= max(FEWEST_DAYS, TIMES_THE_LONGEST * self.longest)
        return is_long and self.expected >= EXPECTED


def read_silences(lake: Lake, *, until: date) -> list[Silence]:
    """Per source the silence that lasts and the longest that is over; and the one of all sources together.

    A source is quiet when others go on; when all have stopped it is one silence, not many.
    """
    days = _count_days(lake, until)
    if not days:
        return []
    newest = max(day for by_day in days.values() for day in by_day)
    found = [_look(source, by_day, newest + timedelta(days=1)) for source, by_day in sorted(days.items())]
    together: dict[date, int] = defaultdict(int)
    for by_day in days.values():
        for day, n in by_day.items():
            together[day] += n
    return [silence for one in [*found, _look("", together, until)] for silence in one]


def _look(source: str, by_day: dict[date, int], end: date) -> list[Silence]:
    """The silence that lasts at `end` (with 0 days where none does), and the longest one before."""
    known = sorted(day for day in by_day if day < end)
    if len(known) < 2:
        return []
    last = known[-1]
    recent = [day for day in known if day > last - timedelta(days=LOOKED_AT)]
    pauses = np.array([(after - before).days - 1 for before, after in pairwise(recent)] or [0])
    place = int(pauses.argmax())
    others = np.delete(pauses, place)
    first, again = recent[place], recent[min(place + 1, len(recent) - 1)]
    lasting = Silence(
        source, last + timedelta(days=1), None, (end - last).days - 1, int(pauses.max()), *_usual(by_day, last)
    )
    over = Silence(
        source, first + timedelta(days=1), again, int(pauses[place]), int(others.max(initial=0)), *_usual(by_day, first)
    )
    return [lasting, over] if source else [lasting]


def _usual(by_day: dict[date, int], last: date) -> tuple[int, int]:
    """(facts, days) in the `USUAL` days that end with `last`."""
    since = last - timedelta(days=USUAL - 1)
    begun = max(since, min(by_day))
    return sum(n for day, n in by_day.items() if begun <= day <= last), (last - begun).days + 1


def _count_days(lake: Lake, until: date) -> dict[str, dict[date, int]]:
    """source → day → facts, before the day `until`."""

    def question() -> ir.Table:
        tables = [lake.read_with_day(name).select("source", "day") for name in HEARD]
        heard = reduce(lambda left, right: left.union(right), tables)
        known = heard.filter(heard["day"] < until, heard["source"].notnull())
        return known.group_by("source", "day").aggregate(n=known.count())

    found: dict[str, dict[date, int]] = defaultdict(dict)
    for row in lake.fetch(question).to_pylist():
        found[str(row["source"])][row["day"]] = int(row["n"])
    return found
