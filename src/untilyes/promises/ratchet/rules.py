"""What the next target should be, and why. Pure: evidence in, a proposal out; no Django.

A target is one that `AIM` of all customers can count on: tight enough to mean something, met often enough to be
believed. It is proposed at the careful end of what was achieved, one step at a time, and never looser.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from untilyes.stats.results import Estimate

AIM: Final = 0.8
"""The share of promises that should reach their target."""
EVIDENCE: Final = timedelta(days=90)
"""How far back we look at what was achieved."""
FEWEST: Final = 30
"""Fewer settled promises than this propose nothing."""
STEP: Final = 0.25
STEP_WHEN_BUSIER: Final = 0.10
"""The largest part of a target that one proposal takes away; less when more comes in than before."""
SAYABLE: Final = tuple(timedelta(minutes=size) for size in (1440, 360, 60, 15, 5, 1))
"""Steps in which people say a target; the largest of at most a tenth of it is used."""


class Rhythm(StrEnum):
    """How often the next target is proposed. There is no "never": somebody always wants it sooner."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class Advice(StrEnum):
    """What a proposal advises. It never advises a looser target; only a person may, with a written reason."""

    TIGHTEN = "tighten"
    HOLD = "hold"


class Grounds(StrEnum):
    """Why."""

    REACHED = "reached"
    BUSIER = "busier"
    TOO_FEW = "too_few"
    NOT_REACHED = "not_reached"
    AT_ITS_EDGE = "at_its_edge"
    BUYS_NOTHING = "buys_nothing"


@dataclass(frozen=True)
class Evidence:
    """What a proposal rests on, all of it from the promises that fell due from `since` to `until`.

    `achieved` is the time, in seconds, within which `AIM` of them were done; `reached` the share done within the target
    they were given under; `growth` how many times as many are given a week now as some weeks ago. `enough` is the
    margin in days beyond which being earlier buys nothing, where that is shown; `worth` says it in a sentence.
    """

    since: date
    until: date
    achieved: Estimate
    reached: Estimate
    growth: Estimate
    enough: float | None = None
    worth: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON; an interval without an end has none there either."""
        sides = {name: getattr(self, name).to_dict() for name in ("achieved", "reached", "growth")}
        plain = {name: {key: _finite(value) for key, value in side.items()} for name, side in sides.items()}
        span = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return span | plain | {"enough": self.enough, "worth": self.worth}


@dataclass(frozen=True)
class Judgement:
    """The target advised, why, and the sentence a person decides by."""

    advice: Advice
    grounds: Grounds
    target: timedelta
    sentence: str


def find_period(day: date, rhythm: Rhythm) -> str:
    """The name of the period a day lies in: "2026-11", "2026-Q4"."""
    return f"{day:%Y-%m}" if rhythm is Rhythm.MONTHLY else f"{day.year}-Q{(day.month + 2) // 3}"


def find_period_start(day: date, rhythm: Rhythm) -> date:
    """The first day of the period a day lies in."""
    return day.replace(day=1, month=day.month if rhythm is Rhythm.MONTHLY else 3 * ((day.month - 1) // 3) + 1)


def propose_next(evidence: Evidence, *, limit: timedelta, target: timedelta) -> Judgement:
    """The next target of a promise of `limit`, now aiming at `target`.

    Tighter only when the whole interval of what was achieved lies below the target, down to its careful end rounded up
    to something people say, by at most one step; never when more margin is shown to buy nothing.
    """
    achieved = evidence.achieved
    seconds = target.total_seconds()
    if achieved.n < FEWEST or achieved.value is None or achieved.high is None or achieved.low is None:
        return _hold(Grounds.TOO_FEW, target, _tell_few(achieved))
    told = _tell_achieved(evidence, target)
    if achieved.low > seconds:
        return _hold(Grounds.NOT_REACHED, target, f"{told} {_NOT_REACHED}")
    busier = _is_busier(evidence.growth)
    step = STEP_WHEN_BUSIER if busier else STEP
    after = round_up(timedelta(seconds=max(achieved.high, seconds * (1 - step))), below=target)
    if after >= target:
        return _hold(Grounds.AT_ITS_EDGE, target, f"{told} {_AT_ITS_EDGE}")
    if evidence.enough is not None and (limit - target) >= timedelta(days=evidence.enough):
        return _hold(Grounds.BUYS_NOTHING, target, f"{told} {_BUYS_NOTHING} {evidence.worth}".rstrip())
    why = f"{_tell_growth(evidence.growth)} {_SMALL_STEP}" if busier else _tell_growth(evidence.growth)
    sentence = f"{told} Aim at {tell_time(after)} from now on. {why}"
    return Judgement(Advice.TIGHTEN, Grounds.BUSIER if busier else Grounds.REACHED, after, sentence)


def round_up(span: timedelta, *, below: timedelta) -> timedelta:
    """The next time that people would say: whole days, quarter days, hours, quarter hours … as fine as `below` asks."""
    fine = [size for size in SAYABLE if size <= below / 10] or [SAYABLE[-1]]
    return math.ceil(span / fine[0]) * fine[0]


def tell_time(span: timedelta) -> str:
    """A promised time aloud, exactly: "2.5 days", "36 hours", "1.25 hours", "80 minutes", "90 seconds"."""
    for unit, size, least in _UNITS:
        if span >= least * size and span % (size / 4) == timedelta(0):
            return _count(f"{span / size:g}", unit)
    return _count(f"{span.total_seconds():g}", "second")


def tell_about(seconds: float | None) -> str:
    """A measured time aloud, to one decimal: "2.6 days", "19 hours"; what has no end is "more than was seen"."""
    if seconds is None or not math.isfinite(seconds):
        return "more than was seen"
    span = timedelta(seconds=seconds)
    unit, size = next(((unit, size) for unit, size, least in _UNITS if span >= least * size), ("minute", _UNITS[-1][1]))
    return _count(f"{span / size:.1f}".removesuffix(".0"), unit)


_UNITS: Final = (("day", timedelta(days=1), 2), ("hour", timedelta(hours=1), 1), ("minute", timedelta(minutes=1), 1))


def _count(number: str, unit: str) -> str:
    return f"{number} {unit}{'' if number == '1' else 's'}"


_NOT_REACHED: Final = (
    "That is more than the target, so it stays: a looser one would help nobody. What keeps it from being reached?"
)
_AT_ITS_EDGE: Final = "A tighter target could not be counted on yet; it stays."
_BUYS_NOTHING: Final = "It could be tighter, but that would buy nothing with customers, so it stays."
_AS_MUCH: Final = "About as much comes in as"
_SMALL_STEP: Final = "So the step is a small one."


def _hold(grounds: Grounds, target: timedelta, sentence: str) -> Judgement:
    return Judgement(Advice.HOLD, grounds, target, sentence)


def _tell_few(achieved: Estimate) -> str:
    return f"{achieved.n:,.0f} promises have come due in these {EVIDENCE.days} days; {FEWEST} are needed to judge by."


def _tell_achieved(evidence: Evidence, target: timedelta) -> str:
    took, low, high = (
        tell_about(end) for end in (evidence.achieved.value, evidence.achieved.low, evidence.achieved.high)
    )
    told = (
        f"Of {evidence.achieved.n:,.0f} promises due from {_tell_day(evidence.since)} to {_tell_day(evidence.until)} "
        f"{evidence.until.year}, "
        f"{100 * AIM:.0f} % were done within {took} (plausibly {low} to {high}); the target is {tell_time(target)}"
    )
    reached = evidence.reached
    return f"{told}, reached by {reached.sentence()}." if reached.is_defined else f"{told}."


def _tell_growth(growth: Estimate) -> str:
    if growth.value is None or growth.low is None or growth.high is None:
        return "How much comes in cannot be compared yet."
    moved = "More comes in than" if growth.low > 1 else "Less comes in than" if growth.high < 1 else _AS_MUCH
    change, low, high = (f"{one - 1:+.0%}".replace("-", "−") for one in (growth.value, growth.low, growth.high))
    return f"{moved} six weeks earlier ({change} a week, plausibly {low} to {high}).".replace("%", " %")


def _is_busier(growth: Estimate) -> bool:
    return growth.low is not None and growth.low > 1


def _tell_day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
