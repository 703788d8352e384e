"""How a customer stands beside all others: their box of engagement, and their journeys that left the usual path.

What is needed of all others was worked out by the worker and is read at once; of the lake only this customer is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.cache import cache

from untilyes.cases.queries.scores import HEARD_FOR_S, CustomerScores
from untilyes.customers.models import Customer
from untilyes.customers.queries import list_keys
from untilyes.feedback.queries import ENDED_AFTER, open_lake
from untilyes.insights.queries import read_reckoning
from untilyes.insights.worked_out import CROWD, USUAL_PATHS
from untilyes.workspaces.tenancy import current_workspace

if TYPE_CHECKING:
    from untilyes.analysis.engagement import Crowd, Doing, Feeling, Placed
    from untilyes.analysis.journeys import Stray, UsualPath, UsualPaths

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Engagement:
    """What one customer does and says, and the box that follows; `placed` is None where one side is not known.

    `is_new` is whether they came within the year, and `until` the first day that was not counted any more.
    """

    placed: "Placed | None"
    does: "Doing | None"
    feels: "Feeling"
    is_new: bool
    until: date


@dataclass(frozen=True)
class OpenException:
    """A journey of theirs that is not over and has left the path that most journeys go, or stands still on it."""

    path: "UsualPath"
    stray: "Stray"


@dataclass(frozen=True)
class Standing:
    """Both. `engagement` is None until the worker has counted everybody once; exceptions are the newest first."""

    engagement: Engagement | None
    exceptions: tuple[OpenException, ...]


def read_standing(customer: Customer, scores: CustomerScores, *, at: datetime) -> Standing:
    """Both, as far as the worker has counted all others; exceptions as of the end of the facts where these ended."""
    crowd: Crowd | None = read_reckoning(CROWD).value
    usual: UsualPaths | None = read_reckoning(USUAL_PATHS).value
    if crowd is None and usual is None:
        return Standing(None, ())
    with_others = usual is not None and usual.are_shared
    events = _read_events(list_keys(customer), with_others=with_others)
    engagement = _place(customer, scores, events, crowd) if crowd else None
    return Standing(engagement, _list_exceptions(events, usual, at) if usual else ())


def _read_events(keys: Sequence[str], *, with_others: bool) -> Sequence[Event]:
    """Their events, as the lake knew them at most `HEARD_FOR_S` ago: a case is looked at many times in a row."""
    from untilyes.analysis.beside import read_events_of  # noqa: PLC0415 - loads the engine

    name = f"events:{current_workspace().pk}:{with_others}:{','.join(keys)}"
    found = cache.get_or_set(name, lambda: read_events_of(open_lake(), keys, with_others=with_others), HEARD_FOR_S)
    return list(found or ())


def _place(customer: Customer, scores: CustomerScores, events: Sequence[Event], crowd: "Crowd") -> Engagement:
    from untilyes.analysis.engagement import count_doing, place_customer  # noqa: PLC0415 - loads the engine

    zone, keys = current_workspace().timezone, set(list_keys(customer))
    begins_at = datetime.combine(crowd.since, time(), ZoneInfo(zone))
    is_new = customer.joined_at is not None and customer.joined_at >= begins_at
    feels = _read_feeling(scores, since=begins_at)
    own = [one for one in events if one["customer_id"] in keys]
    does = count_doing(own, crowd, zone=zone) if (crowd.newcomers if is_new else crowd.others) else None
    placed = place_customer(crowd, does, feels, is_newcomer=is_new) if does else None
    return Engagement(placed, does, feels, is_new, crowd.until)


def _list_exceptions(events: Sequence[Event], usual: "UsualPaths", at: datetime) -> tuple[OpenException, ...]:
    from untilyes.analysis.journeys import list_strays_of  # noqa: PLC0415 - loads the engine

    is_history = usual.newest_at is not None and at - usual.newest_at > ENDED_AFTER
    found = list_strays_of(events, usual, at=usual.newest_at if is_history and usual.newest_at else at)
    return tuple(OpenException(path, stray) for path, stray in found)


def _read_feeling(scores: CustomerScores, *, since: datetime) -> "Feeling":
    from untilyes.analysis.engagement import Feeling  # noqa: PLC0415 - loads the engine

    said = [is_yes for at, is_yes in scores.outcomes if at >= since]
    trust, nps = (scores.find_latest(question) for question in ("trust", "nps"))
    return Feeling(
        yes=sum(said),
        asked=len(said),
        trust=trust.value if trust and trust.at >= since else None,
        nps=nps.value if nps and nps.at >= since and nps.scale_max in {None, 10} else None,
    )
