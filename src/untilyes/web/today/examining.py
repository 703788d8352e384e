"""The slow part of Today: what really changed, looked at afresh at most once a minute, and said to be that old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from untilyes.analysis.changes import Examination, Period, examine
from untilyes.lake import Lake
from untilyes.web.components.sparkline import Sparkline
from untilyes.web.today.trends import draw_trend

STEERING = ("effectiveness", "trust")
WARNING = ("first_time_yes", "timely", "complete", "courteous", "nps", "csat", "ces", "promise_kept", "response_rate")
DIMENSIONS = ("channel", "touchpoint")
FRESH_FOR = timedelta(minutes=1)


@dataclass(frozen=True)
class Look:
    """One look over four weeks and the four before, in every channel and touchpoint, with the gauges' trends."""

    at: datetime
    stamp: str
    examined: Examination
    trends: dict[str, Sparkline | None]

    def mark(self, stamp: str) -> str:
        """What a page made from this look has seen: the state of the lake, and until when an older look may stand."""
        return stamp if self.stamp == stamp else f"{stamp}@{(self.at + FRESH_FOR).timestamp():.0f}"


def has_seen(mark: str, stamp: str, *, at: datetime) -> bool:
    """Whether a page with this mark shows all there is: nothing was heard since, and its look is not due again."""
    seen, _, until = mark.partition("@")
    return seen == stamp and (not until or (until.isdecimal() and at.timestamp() < int(until)))


# Per process, the last look of each workspace: a minute's facts do not change what eight weeks say, and without this
# every open Today would pay for it anew with every fact. The two gauges themselves are always read afresh.
_last: dict[UUID, tuple[Period, Look]] = {}


def look_at_changes(lake: Lake, workspace_key: UUID, period: Period, *, stamp: str, at: datetime) -> Look:
    """The last look if nothing was heard since, or it is younger than a minute; a new one otherwise."""
    known = _last.get(workspace_key)
    if known is not None and known[0] == period:
        look = known[1]
        if look.stamp == stamp or timedelta() <= at - look.at < FRESH_FOR:
            return look
    look = Look(
        at=at,
        stamp=stamp,
        examined=examine(lake, (*STEERING, *WARNING), period=period, by=DIMENSIONS),
        trends={name: draw_trend(lake, name, period.until) for name in STEERING},
    )
    _last[workspace_key] = (period, look)
    return look
