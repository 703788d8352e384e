"""When a promise falls due, and how it stands. Pure: times in, judgements out; no Django.

`Calendar` is what a clock needs to know about time: every minute counts, or opening hours only (see calendars.py).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

# A limit is at risk once this share of its time is used.
AT_RISK_SHARE = 0.75


class Measures(StrEnum):
    """What a promise is about: which moments start and stop its clock."""

    TIME_TO_YES = "time_to_yes"
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    FIRST_RESOLUTION = "first_resolution"
    UPDATE = "update"
    OWNERSHIP = "ownership"
    IMPORTED = "imported"


OURS_ALONE = frozenset({Measures.OWNERSHIP, Measures.IMPORTED})
"""What no customer was ever told, whether or not the promise is public: whose turn it is, and what others promised."""


class ClockState(StrEnum):
    """How a promise stands, from the calmest state to the worst, then the two ways it is over."""

    ON_TRACK = "on_track"
    TARGET_AT_RISK = "target_at_risk"
    TARGET_MISSED = "target_missed"
    PROMISE_AT_RISK = "promise_at_risk"
    PROMISE_MISSED = "promise_missed"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    WITHDRAWN = "withdrawn"

    @property
    def urgency(self) -> int:
        """0 for nothing to worry about up to 4 for a broken promise."""
        return _URGENCY.get(self, 0)


_URGENCY = {
    ClockState.TARGET_AT_RISK: 1,
    ClockState.TARGET_MISSED: 2,
    ClockState.PROMISE_AT_RISK: 3,
    ClockState.PROMISE_MISSED: 4,
}


@dataclass(frozen=True)
class Span:
    """One stretch for which a promise runs, read from a history: until kept, until void, or still running.

    `team` is whose stretch it is, where that is not the team the whole matter is with.
    """

    begins: datetime
    kept_at: datetime | None = None
    void_at: datetime | None = None
    team: str | None = None


class TargetTooLoose(ValueError):
    """The target is later than the promise, or takes no time at all."""


@dataclass(frozen=True)
class Slice:
    """One stretch of counted time, for explaining a duration minute by minute."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


class Calendar(Protocol):
    """Which time counts."""

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment when `span` of counted time has passed since `start`."""

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """How much counted time lies between the two; negative when `end` is the earlier."""

    def list_slices(self, start: datetime, end: datetime) -> list[Slice]:
        """The counted time between the two, stretch by stretch; their lengths add up to `elapsed`."""


@dataclass(frozen=True)
class EveryMinute:
    """Calendar time: nights, Sundays and the hour that a clock change skips all count as they pass."""

    def add(self, start: datetime, span: timedelta) -> datetime:
        return in_utc(start) + span

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return in_utc(end) - in_utc(start)

    def list_slices(self, start: datetime, end: datetime) -> list[Slice]:
        return [Slice(in_utc(start), in_utc(end))] if start < end else []


EVERY_MINUTE = EveryMinute()


@dataclass(frozen=True)
class Due:
    """The two moments of one clock."""

    target_at: datetime
    due_at: datetime


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a time without a zone: nobody knows when that is."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone.")
    return moment.astimezone(UTC)


def check_terms(*, limit: timedelta, target: timedelta) -> None:
    """Raise TargetTooLoose unless 0 < target ≤ limit."""
    if target <= timedelta(0):
        raise TargetTooLoose("A target must leave some time to do the work.")
    if target > limit:
        raise TargetTooLoose("The target is looser than the promise; aim at least as high.")


def is_looser(*, before: timedelta, after: timedelta) -> bool:
    """Whether a duration was loosened, which needs a written reason."""
    return after > before


def find_due(start: datetime, *, limit: timedelta, target: timedelta, calendar: Calendar = EVERY_MINUTE) -> Due:
    """When a clock that starts now reaches its target and its limit."""
    return Due(target_at=calendar.add(start, target), due_at=calendar.add(start, limit))


def find_margin(*, due_at: datetime, kept_at: datetime, calendar: Calendar = EVERY_MINUTE) -> timedelta:
    """Due minus kept in counted time: positive when we over-delivered."""
    return calendar.elapsed(kept_at, due_at)


def find_state(
    *,
    promised_at: datetime,
    target_at: datetime,
    due_at: datetime,
    kept_at: datetime | None,
    withdrawn_at: datetime | None,
    at: datetime,
    calendar: Calendar = EVERY_MINUTE,
) -> ClockState:
    """How the promise stands at `at`. Kept exactly on the limit is kept. Withdrawing never heals a broken promise."""

    def is_at_risk(limit_at: datetime) -> bool:
        return calendar.elapsed(promised_at, at) >= AT_RISK_SHARE * calendar.elapsed(promised_at, limit_at)

    if withdrawn_at is not None and withdrawn_at <= due_at:
        return ClockState.WITHDRAWN
    if kept_at is not None:
        return ClockState.KEPT if kept_at <= due_at else ClockState.KEPT_LATE
    if at > due_at:
        return ClockState.PROMISE_MISSED
    if at > target_at:
        return ClockState.PROMISE_AT_RISK if is_at_risk(due_at) else ClockState.TARGET_MISSED
    return ClockState.TARGET_AT_RISK if is_at_risk(target_at) else ClockState.ON_TRACK
