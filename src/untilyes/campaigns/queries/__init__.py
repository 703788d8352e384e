"""Questions about campaigns; never writes."""

from untilyes.campaigns.queries.audience import Audience, Place, list_causes, list_places, read_audience
from untilyes.campaigns.queries.results import (
    CampaignLine,
    Progress,
    list_addressees,
    list_campaigns,
    read_progress,
)

__all__ = [
    "Audience",
    "CampaignLine",
    "Place",
    "Progress",
    "list_addressees",
    "list_campaigns",
    "list_causes",
    "list_places",
    "read_audience",
    "read_progress",
]
