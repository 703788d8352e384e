"""How many people each hour of a week needs, from what is expected and how it is to be answered.

Erlang's models take work to come at random within the hour and anybody to take any of it; they plan people, never a
person. What the forecast does not know is carried along: the plan is made for what is expected and for the upper end.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from untilyes.analysis.arrivals import Arrivals, Grid
from untilyes.stats.staffing import Staffing, plan_staffing

LEAST: Final = 0.05
"""Fewer than this an hour, one in twenty weeks, keep nobody at a desk."""


@dataclass(frozen=True)
class Wish:
    """How it is to be answered: `share` of all within `target` seconds, each taking `handling` seconds.

    `absent` is the part of rostered time spent elsewhere; `patience` the mean seconds until somebody gives up, or None
    where they wait as long as it takes (Erlang C instead of A). Nobody is to be busier than `busiest`.
    """

    handling: float
    target: float = 20.0
    share: float = 0.8
    absent: float = 0.3
    patience: float | None = None
    busiest: float = 0.85


@dataclass(frozen=True)
class Hour:
    """One hour of the week: what is expected, who is needed for it, and who for the upper end of the forecast."""

    calls: float
    needed: Staffing
    careful: Staffing


@dataclass(frozen=True)
class Plan:
    """A week of people. `hours` holds (day, hour) → what is needed; hours in which next to nothing comes have none."""

    wish: Wish
    hours: dict[tuple[int, int], Hour]

    @property
    def rostered(self) -> int:
        """Hours of people to roster in the week."""
        return sum(hour.needed.rostered for hour in self.hours.values())

    @property
    def rostered_carefully(self) -> int:
        """The same for the upper end of the forecast."""
        return sum(hour.careful.rostered for hour in self.hours.values())

    @property
    def busy(self) -> float:
        """The part of the time at a desk that is spent on work, over the whole week."""
        present = sum(hour.needed.agents for hour in self.hours.values())
        return sum(hour.needed.load for hour in self.hours.values()) / present if present else 0.0

    def grid(self) -> Grid:
        """People to roster an hour, (7, 24)."""
        rostered = np.zeros((7, 24))
        for (day, hour), planned in self.hours.items():
            rostered[day, hour] = planned.needed.rostered
        return rostered


def plan_week(arrivals: Arrivals, wish: Wish, *, ahead: int = 0) -> Plan:
    """People for every hour of the week that begins `ahead` weeks from the end of what was counted.

    Raises ValueError for wishes nobody can meet, such as no handling time.
    """
    expected, careful = arrivals.expect(ahead=ahead), arrivals.expect(ahead=ahead, careful=True)
    hours = {
        (day, hour): Hour(float(calls), _plan(float(calls), wish), _plan(float(careful[day, hour]), wish))
        for (day, hour), calls in np.ndenumerate(expected)
        if calls >= LEAST
    }
    return Plan(wish, hours)


@lru_cache(maxsize=4_096)
def _plan(calls: float, wish: Wish) -> Staffing:
    return plan_staffing(
        calls=calls,
        handling=wish.handling,
        target=wish.target,
        share=wish.share,
        patience=wish.patience,
        absent=wish.absent,
        busiest=wish.busiest,
    )
