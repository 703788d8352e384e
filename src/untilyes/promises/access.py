"""The only way from an outside name to a promise or a calendar."""

from untilyes.promises.models import BusinessCalendar, Promise
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound, current_workspace


def get_promise(slug: str, *, seen_by: Member) -> Promise:
    """The promise with this slug. Raises NotFound when the member's workspace has none."""
    if seen_by.workspace_id != current_workspace().pk:
        raise NotFound("No such promise.")
    try:
        return Promise.objects.get(slug=slug)
    except Promise.DoesNotExist as error:
        raise NotFound("No such promise.") from error


def get_calendar(slug: str, *, seen_by: Member) -> BusinessCalendar:
    """The calendar with this slug. Raises NotFound when the member's workspace has none."""
    if seen_by.workspace_id != current_workspace().pk:
        raise NotFound("No such calendar.")
    try:
        return BusinessCalendar.objects.get(slug=slug)
    except BusinessCalendar.DoesNotExist as error:
        raise NotFound("No such calendar.") from error
