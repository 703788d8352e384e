"""Who has strayed from a path, since when, and who stands still on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from untilyes.analysis.journeys.log import ENDED, JourneyLog
from untilyes.analysis.journeys.paths import JourneyPath

LISTED: Final = 200
SLOW: Final = 0.9
"""Whoever waits longer than nine in ten did at the same place stands still."""


@dataclass(frozen=True)
class Stray:
    """One journey off the path. `done` is empty for one that stands still; `is_over` when it came to the path's end.

    `good` is whether it went well by the log's basis, None where nobody knows.
    """

    journey: str
    customer: str
    about: str
    since: datetime
    done: str
    wanted: str
    last: str
    last_at: datetime
    is_over: bool
    good: bool | None

    @property
    def stands_still(self) -> bool:
        return not self.done

    @property
    def told(self) -> str:
        """What happened instead of what."""
        done, wanted, last = (name.replace("_", " ") for name in (self.done, self.wanted, self.last))
        if self.stands_still:
            return f"nothing since “{last}”; “{wanted}” would be next, and nine in ten had it by now"
        if self.done == ENDED:
            return f"ended after “{last}”, where “{wanted}” would be next"
        return f"“{done}”, where {'it would be over' if wanted == ENDED else f'“{wanted}” would be next'}"


@dataclass(frozen=True)
class Strays:
    """The newest of all that strayed or stand still; those not over yet come first."""

    rows: tuple[Stray, ...]
    strayed: int
    standing: int


def find_stray(log: JourneyLog, path: JourneyPath, journey: str) -> Stray | None:
    """The journey of this name, where it strayed from the path or stands still on it."""
    found = _lay_out(log, path)
    rows = log.fetch(found.filter(found["process_id"] == journey))
    return _stray(rows[0]) if rows else None


def list_strays(log: JourneyLog, path: JourneyPath, *, limit: int = LISTED) -> Strays:
    """Journeys that left the path, and those on it that wait longer than nine in ten did; as of the last event."""
    with log.lake.hold(lambda: _lay_out(log, path)) as found:
        (counted,) = log.fetch(
            found.aggregate(strayed=found["done"].notnull().sum(), standing=found["done"].isnull().sum())
        )
        newest = found.order_by("is_over", ibis.desc("since"), "process_id").limit(limit)
        rows = tuple(_stray(row) for row in log.fetch(newest))
    return Strays(rows, int(counted["strayed"] or 0), int(counted["standing"] or 0))


def _lay_out(log: JourneyLog, path: JourneyPath) -> ir.Table:
    """One row per journey that strayed (`done` tells how) or stands still (`done` is null)."""
    last = log.laid.visits.filter("is_last").select("journey", last="activity")
    ends = log.ends.inner_join(last, "journey")
    ends = ends.mutate(is_over=ends["last"] == log.numbers_of(path.steps)[-1])
    found = ends.left_join(_find_first_off(log, path), "journey").drop("journey_right")
    wanted, is_late = _expect_next(log, found, path)
    stands = found["done"].isnull()
    return found.filter(~stands | is_late).select(
        *("process_id", "customer_id", "about", "done", "last", "ended", "is_over", "good"),
        since=stands.ifelse(found["ended"], found["since"]),
        wanted=stands.ifelse(wanted, found["wanted"]),
    )


def _find_first_off(log: JourneyLog, path: JourneyPath) -> ir.Table:
    """Per journey that is off the path: its first step off it, when that was, and what was wanted instead."""
    steps = log.steps
    expected = steps["place"].cases(*enumerate([*log.numbers_of(path.steps), 0]), else_=0)
    off = steps.mutate(wanted=expected).filter(steps["activity"] != expected)
    return off.group_by("journey").aggregate(
        since=off["at"].min(), done=off["activity"].argmin(off["place"]), wanted=off["wanted"].argmin(off["place"])
    )


def _expect_next(log: JourneyLog, ends: ir.Table, path: JourneyPath) -> tuple[ir.IntegerValue, ir.BooleanValue]:
    """What comes next on the path, and whether it is later than it was for nine in ten; as of the newest event."""
    limits = dict(find_slow_waits(log, path))
    if not limits:
        return ibis.null("int64"), ibis.literal(False)
    (newest,) = log.fetch(log.steps.aggregate(at=log.steps["at"].max()))
    place, numbers = ends["steps"] - 1, log.numbers_of(path.steps)
    limit = place.cases(*limits.items(), else_=ibis.null("float64"))
    wanted = place.cases(*((at, numbers[at + 1]) for at in limits), else_=ibis.null("int64"))
    waits = (ibis.literal(newest["at"] or 0) - ends["ended"]) / 1_000_000
    return wanted, (waits > limit).fill_null(False)


def find_slow_waits(log: JourneyLog, path: JourneyPath) -> Iterator[tuple[int, float]]:
    """(place, seconds nine in ten needed for the next step) of every step of the path but the last."""
    steps = log.steps
    followed = steps.filter(steps["after"].notnull())
    asked = followed.group_by("activity", "after").aggregate(slow=followed["waited"].quantile(SLOW))
    known = {(row["activity"], row["after"]): row["slow"] for row in log.fetch(asked)}
    for at in range(len(path.steps) - 1):
        if (slow := known.get((path.steps[at], path.steps[at + 1]))) is not None:
            yield at, float(slow)


def _stray(row: Mapping[str, Any]) -> Stray:
    return Stray(
        row["process_id"],
        row["customer_id"] or "",
        row["about"] or "",
        _moment(row["since"]),
        row["done"] or "",
        row["wanted"] or ENDED,
        row["last"],
        _moment(row["ended"]),
        bool(row["is_over"]),
        None if row["good"] is None else bool(row["good"]),
    )


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1_000_000, UTC)
