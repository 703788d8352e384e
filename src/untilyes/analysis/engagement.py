"""How one customer stands with us: what they do beside what they feel, in one of four boxes, with how sure that is.

What they do of their own accord in a year (purchases, visits, logins: how often, how lately, in how many ways) is
ranked among customers who have been here as long. What they feel is what they said in that year: how many of their
interactions were a yes, whether they trust us, whether they would recommend us; each on its own scale, joined by rank.
The line of doing is the middle customer's; that of feeling is where somebody stands who is half for us and half
against. A service case is nothing a customer does for pleasure and counts as no use. After Dick & Basu (1994).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import numpy as np

from untilyes.lake import Lake
from untilyes.lake.instants import turn_of, unix_seconds
from untilyes.stats.engagement import BOXES, Box, four_boxes
from untilyes.stats.yardstick import Yardstick, yardstick

USES: Final = ("purchase", "visit", "login")
WINDOW: Final = timedelta(days=365)
DOES: Final = ("days", "silence", "ways")
FEELS: Final = ("yes", "trust", "nps")
HALF_FOR_US: Final = (0.5, 1.5, 7.5)
"""Half of the interactions a yes; between trusting sometimes and trusting; between a 7 and an 8."""
FEWEST: Final = 30
"""Among fewer customers nobody is placed."""
SURE: Final = 2 / 3
"""From this chance on somebody is said to be in a box; below it, only the chances are told."""
LONGEST: Final = 366.0
"""Days of silence of somebody who was not here in the year; longer ones cannot be told apart."""


@dataclass(frozen=True)
class Crowd:
    """What places one customer among all: of newcomers (within the year) and of all others, and of those who answered.

    A yardstick is None where too few are known. `since` and `until` bound the year, `until` left out.
    """

    since: date
    until: date
    newcomers: Yardstick | None
    others: Yardstick | None
    feelings: Yardstick | None


@dataclass(frozen=True)
class Doing:
    """What one customer did in the year: on how many days, how many days ago last, in how many ways."""

    days: int
    silence: float
    ways: int


@dataclass(frozen=True)
class Feeling:
    """What one customer said in the year: `yes` of the `asked` interactions, newest trust (0..2) and NPS (0..10)."""

    yes: int
    asked: int
    trust: float | None
    nps: float | None

    @property
    def is_known(self) -> bool:
        return bool(self.asked) or self.trust is not None or self.nps is not None

    @property
    def inputs(self) -> list[float]:
        """In the order of `FEELS`, NaN where unknown."""
        share = self.yes / self.asked if self.asked else np.nan
        return [share, *(np.nan if one is None else one for one in (self.trust, self.nps))]


@dataclass(frozen=True)
class Placed:
    """With which chance one customer is in which box, the likeliest first, and what it rests on.

    `does` and `feels` are ranks, 0..1, among `does_among` and `feels_among` customers.
    """

    chances: tuple[tuple[Box, float], ...]
    does: float
    does_among: int
    feels: float
    feels_among: int

    @property
    def box(self) -> Box | None:
        """The box where it is sure enough, else None."""
        box, chance = self.chances[0]
        return box if chance >= SURE else None


def read_crowd(lake: Lake, *, until: date) -> Crowd:
    """Count everybody's year before `until`."""
    since = until - WINDOW
    begins_at, ends_at = _bounds(lake.zone, since, until)
    did = lake.fetch(lambda: _sum_up_doing(lake, begins_at, ends_at)).to_pydict()
    said = lake.fetch(lambda: _sum_up_feeling(lake, begins_at, ends_at)).to_pydict()
    newcomers = others = None
    if any(did["days"]):
        inputs = _columns(did, DOES)
        is_new = np.array([bool(one) for one in did["is_new"]])
        newcomers, others = (_measure(inputs[rows], DOES) for rows in (is_new, ~is_new))
    return Crowd(since, until, newcomers, others, _measure(_columns(said, FEELS), FEELS))


def count_doing(events: Sequence[Mapping[str, Any]], crowd: Crowd, *, zone: str) -> Doing:
    """What a customer did in the crowd's year, from their events (at, activity, channel)."""
    begins_at, ends_at = _bounds(zone, crowd.since, crowd.until)
    uses = [one for one in events if one["activity"] in USES and begins_at <= one["at"] < ends_at]
    if not uses:
        return Doing(0, LONGEST, 0)
    days = {one["at"].astimezone(begins_at.tzinfo).date() for one in uses}
    silence = (ends_at - max(one["at"] for one in uses)) // timedelta(days=1)
    return Doing(len(days), float(silence), len({(one["activity"], one["channel"]) for one in uses}))


def place_customer(crowd: Crowd, does: Doing, feels: Feeling, *, is_newcomer: bool) -> Placed | None:
    """The box of a customer; None where what they do, or feel, is unknown, or the crowd too small to tell."""
    among = crowd.newcomers if is_newcomer else crowd.others
    if among is None or crowd.feelings is None or not feels.is_known:
        return None
    doing = among.place([[does.days, does.silence, does.ways]])
    known = ~np.isnan(feels.inputs)
    feeling, half = (crowd.feelings.place([np.where(known, row, np.nan)]) for row in (feels.inputs, HALF_FOR_US))
    boxes = four_boxes(
        doing.value,
        feeling.value,
        behaviour_error=doing.error,
        emotion_error=feeling.error,
        lines=(0.5, float(half.value[0])),
    )
    if boxes.codes[0] < 0:
        return None
    chances = zip(BOXES, boxes.chance[0].tolist(), strict=True)
    return Placed(
        chances=tuple(sorted(chances, key=lambda one: -one[1])),
        does=float(doing.value[0]),
        does_among=among.n,
        feels=float(feeling.value[0]),
        feels_among=crowd.feelings.n,
    )


def _measure(inputs: np.ndarray[Any, np.dtype[np.float64]], names: Sequence[str]) -> Yardstick | None:
    known = inputs[~np.isnan(inputs).all(axis=1)]
    return yardstick(known, names, reverse=[one for one in names if one == "silence"]) if len(known) >= FEWEST else None


def _columns(told: dict[str, list[Any]], names: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.column_stack([np.array(told[name], dtype=np.float64) for name in names])


def _uses(lake: Lake, begins_at: datetime, ends_at: datetime) -> ir.Table:
    events = lake.read_with_day("events")
    return events.filter(
        events["activity"].isin(USES),
        events["customer_id"].notnull(),
        events["at"] >= begins_at,
        events["at"] < ends_at,
    )


def _doing(uses: ir.Table, ends_at: datetime) -> dict[str, ir.Value]:
    silence = (ends_at.timestamp() - unix_seconds(uses["at"]).max()) / 86_400
    ways = uses["activity"].concat("|", uses["channel"].fill_null("")).nunique()
    return {"days": uses["day"].nunique(), "silence": silence.floor(), "ways": ways}


def _sum_up_doing(lake: Lake, begins_at: datetime, ends_at: datetime) -> ir.Table:
    """One row per customer who is still one: days, silence, ways, is_new. Nothing done is known to be nothing."""
    uses = _uses(lake, begins_at, ends_at)
    did = uses.group_by(who=uses["customer_id"]).aggregate(**_doing(uses, ends_at))
    people = lake.read("customers")
    people = (
        people.filter(people["customer_id"].notnull())
        .group_by("customer_id")
        .aggregate(left_at=people["left_at"].max(), joined_at=people["joined_at"].min())
    )
    all_of_them = people.outer_join(did, people["customer_id"] == did["who"])
    staying = all_of_them.filter(all_of_them["left_at"].isnull() | (all_of_them["left_at"] >= ends_at))
    return staying.select(
        days=staying["days"].fill_null(0),
        silence=staying["silence"].fill_null(LONGEST),
        ways=staying["ways"].fill_null(0),
        is_new=(staying["joined_at"] >= begins_at).fill_null(False),
    )


def _sum_up_feeling(lake: Lake, begins_at: datetime, ends_at: datetime) -> ir.Table:
    """One row per customer who answered: yes (share of their answers), trust and nps as last said; null is unknown."""
    answers = lake.read("answers")
    told = answers.filter(
        answers["customer_id"].notnull(),
        answers["value"].notnull(),
        answers["at"] >= begins_at,
        answers["at"] < ends_at,
    )
    is_yes, is_trust = told["question"] == "effective", told["question"] == "trust"
    is_nps = (told["question"] == "nps") & (told["scale_max"].fill_null(10.0) == 10.0)
    said = told.filter(is_yes | is_trust | is_nps)
    return said.group_by("customer_id").aggregate(
        yes=said["value"].mean(where=said["question"] == "effective"),
        trust=said["value"].argmax(turn_of(said), where=said["question"] == "trust"),
        nps=said["value"].argmax(turn_of(said), where=said["question"] == "nps"),
    )


def _bounds(zone: str, since: date, until: date) -> tuple[datetime, datetime]:
    begins_at, ends_at = (datetime.combine(day, time(), ZoneInfo(zone)) for day in (since, until))
    return begins_at, ends_at
