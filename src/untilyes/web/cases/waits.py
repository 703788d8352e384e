"""The page of waits for customers: whether a wait was theirs, and where somebody overlooked their answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from untilyes.cases.queries.waits import Waits, list_waits
from untilyes.web.components.empty_state import EmptyState
from untilyes.workspaces.models import Member

LATELY: Final = timedelta(days=90)
EMPTY: Final = EmptyState(
    "Nobody waits for a customer",
    "On a case, “Wait for the customer” lets its promises stand still until they answer. Each such wait is listed "
    "here, first those in which the customer had answered and nobody saw it.",
)


@dataclass(frozen=True)
class WaitsPage:
    """The waits claimed in the last `days`."""

    waits: Waits
    days: int
    empty: EmptyState = EMPTY


def build_waits(member: Member, *, at: datetime) -> WaitsPage:
    """Every wait of late, as this member may see it."""
    return WaitsPage(list_waits(member, since=at - LATELY, at=at), LATELY.days)
