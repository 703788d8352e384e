"""The only way from an outside id to a finding."""

from untilyes.insights.models import KeptFinding
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound


def get_finding(finding_id: int, *, seen_by: Member) -> KeptFinding:
    """The finding, for a member of its workspace. Raises NotFound."""
    require(seen_by, "see")
    found = KeptFinding.objects.filter(pk=finding_id, workspace=seen_by.workspace).select_related("owner__user").first()
    if found is None:
        raise NotFound(f"There is no finding {finding_id}.")
    return found
