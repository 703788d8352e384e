"""Cases as another program reads them: all of one state, or those in which something happened of late."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from untilyes.cases.models import Case, CaseEntry
from untilyes.cases.rules import State
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound, current_workspace


def list_cases(
    seen_by: Member, *, state: State | None = None, since: datetime | None = None, start: int = 0, limit: int = 100
) -> Sequence[Case]:
    """Cases by number, the lowest first; with `since`, those in whose history something stands from then on.

    Numbers only count up, so that a page stays what it was while new cases come in. Raises NotFound, NotAllowed.
    """
    if seen_by.workspace_id != current_workspace().pk:
        raise NotFound("No such cases.")
    require(seen_by, "see_customers")
    found = Case.objects.select_related("customer__merged_into", "assignee__user", "duplicate_of")
    if state is not None:
        found = found.filter(state=state.value)
    if since is not None:
        found = found.filter(Exists(CaseEntry.objects.filter(case=OuterRef("pk"), at__gte=since)))
    return list(found.order_by("number")[start : start + limit])
