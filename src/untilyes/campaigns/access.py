"""The only way from an outside id to a campaign."""

from untilyes.campaigns.models import Campaign
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound


def get_campaign(campaign_id: int, *, seen_by: Member) -> Campaign:
    """The campaign, for a member of its workspace. Raises NotFound, NotAllowed."""
    require(seen_by, "see_customers")
    found = Campaign.objects.filter(pk=campaign_id, workspace=seen_by.workspace).select_related("by__user").first()
    if found is None:
        raise NotFound("No such campaign.")
    return found
