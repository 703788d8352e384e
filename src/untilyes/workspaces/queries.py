"""Questions about the house and who lives in it; never writes."""

from collections.abc import Sequence

from untilyes.workspaces.access import require
from untilyes.workspaces.models import ApiKey, AuditEntry, Employee, Member
from untilyes.workspaces.tenancy import current_workspace


def list_members() -> Sequence[Member]:
    """Everybody with a place in the current workspace, in the order they joined."""
    return list(current_workspace().members.select_related("user").order_by("joined_at", "pk"))


def list_audit(*, seen_by: Member, about: str = "", limit: int = 100) -> Sequence[AuditEntry]:
    """Who did what, newest first; about one thing when `about` names it. Raises NotAllowed for those who may not."""
    require(seen_by, "see_audit")
    entries = AuditEntry.objects.filter(about=about) if about else AuditEntry.objects.all()
    return list(entries[:limit])


def list_employees() -> Sequence[Employee]:
    """Everybody who serves customers and has not left, by team and name."""
    here = Employee.objects.filter(left_on=None).select_related("team", "member__user")
    return list(here.order_by("team__name", "name", "pk"))


def list_api_keys(*, seen_by: Member) -> Sequence[ApiKey]:
    """Every key ever made here, the standing ones first. Raises NotAllowed."""
    require(seen_by, "edit_workspace")
    return sorted(ApiKey.objects.all(), key=lambda key: key.revoked_at is not None)
