"""By when a customer can expect it: the day somebody named, and what they were told."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from untilyes.cases.models import Case
from untilyes.cases.queries.said import find_last_step
from untilyes.cases.rules import Step
from untilyes.workspaces.tenancy import current_workspace


def find_named_date(case: Case, *, at: datetime) -> date | None:
    """The day somebody last named for this case, unless it is over."""
    named = find_last_step(case, Step.DATE_NAMED)
    on = date.fromisoformat(named.detail["on"]) if named else None
    today = at.astimezone(ZoneInfo(current_workspace().timezone)).date()
    return on if on is not None and on >= today else None


def find_expected(case: Case, *, at: datetime) -> datetime | None:
    """The time we last told the customer to expect it by after breaking a promise, while it is ahead."""
    told = case.history.filter(step=Step.TOLD_LATE).order_by("-at", "-pk").values_list("detail__expected", flat=True)
    by = next((datetime.fromisoformat(one) for one in told if one), None)
    return by if by is not None and by > at else None
