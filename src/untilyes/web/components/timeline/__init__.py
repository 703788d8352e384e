"""A timeline: what happened, newest first, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class Moment:
    """One thing that happened. `tone` is "better", "worse" or nothing; `said` is in the customer's own words."""

    at: datetime
    what: str
    sign: str = "●"
    tone: str = ""
    where: str = ""
    said: str = ""
    address: str = ""


@dataclass(frozen=True)
class Timeline:
    """Moments in the order they are to be read."""

    moments: tuple[Moment, ...]
    template: ClassVar = "components/timeline/timeline.html"


def examples() -> list[Timeline]:
    """A no, a promise, a yes."""
    day = datetime.fromisoformat("2026-11-03T09:12:00+00:00")
    moments: Sequence[Moment] = (
        Moment(day.replace(hour=16), "Said yes to both questions", "▲", "better", "web · support"),
        Moment(day.replace(hour=11), "We proposed that it is solved", "→", where="e-mail"),
        Moment(day, "Did not get what they needed", "▼", "worse", "web · delivery", "Still waiting for the label."),
    )
    return [Timeline(tuple(moments))]
