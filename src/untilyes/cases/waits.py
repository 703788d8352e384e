"""Waits as somebody claimed them, and what the customer said meanwhile. No Django.

The promises stand still only in `owed.list_pauses`. Here is what was claimed beyond that: the clock ran through it, and
somebody should have answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from untilyes.cases.owed import ENDS_WAIT, OURS, OVER, THEIRS, Line
from untilyes.cases.rules import Step


@dataclass(frozen=True)
class ClaimedWait:
    """One wait somebody claimed. `answered_at` is the customer's word that stood unanswered in it, if one did.

    `ends` is when we went on, or were over; None while neither has happened.
    """

    begins: datetime
    ends: datetime | None = None
    answered_at: datetime | None = None

    def overlooked(self, at: datetime) -> timedelta:
        """How long we claimed to wait for a customer who had spoken already. No clock stood still for it."""
        if self.answered_at is None:
            return timedelta(0)
        return (self.ends or at) - max(self.begins, self.answered_at)

    def waited(self, at: datetime) -> timedelta:
        """How long it was the customer's turn, so that the promises stood still."""
        return max(timedelta(0), (self.answered_at or self.ends or at) - self.begins)


def list_claimed_waits(history: Iterable[Line], *, heard: Sequence[datetime] = ()) -> list[ClaimedWait]:
    """Every wait that was claimed, the oldest first. `heard` are the times of the customer's messages."""
    waits: list[ClaimedWait] = []
    unanswered: datetime | None = None
    lines = sorted([*((at, Step.CUSTOMER_WROTE) for at in heard), *history], key=lambda line: line[0])
    for at, step in lines:
        running = waits[-1] if waits and waits[-1].ends is None else None
        if step is Step.WAITING and running is None:
            waits.append(ClaimedWait(at, answered_at=unanswered))
        elif running and step in THEIRS:
            waits[-1] = replace(running, answered_at=running.answered_at or at)
        elif running and (step in ENDS_WAIT or (running.answered_at and step in OURS)):
            waits[-1] = replace(running, ends=at)
        if step in THEIRS:
            unanswered = unanswered or at
        elif step in OURS | OVER:
            unanswered = None
    return waits
