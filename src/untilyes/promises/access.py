"""The only way from an outside name to a promise."""

from untilyes.promises.models import Promise
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
