"""Errands: the next few customers of every campaign under way are told."""

from datetime import datetime

from untilyes.campaigns.actions.sending import tell_next
from untilyes.campaigns.models import Campaign
from untilyes.campaigns.rules import Stage, count_now
from untilyes.plumbing.clock import now
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside


def send_campaigns(at: datetime | None = None) -> int:
    """Tell as many customers as each campaign's pace allows in one round; return how many."""
    moment, told = at or now(), 0
    under_way = Campaign.everywhere.filter(stage=Stage.SENDING)
    for workspace in Workspace.objects.filter(pk__in=under_way.values("workspace").distinct()):
        with inside(workspace):
            for campaign in Campaign.objects.filter(stage=Stage.SENDING):
                told += _tell_a_few(campaign, moment)
    return told


def _tell_a_few(campaign: Campaign, at: datetime) -> int:
    for told in range(count_now(campaign.per_minute)):
        # Somebody may stop it at any moment; then nobody else is told.
        if not Campaign.objects.filter(pk=campaign.pk, stage=Stage.SENDING).exists():
            return told
        if tell_next(campaign, at=at) is None:
            return told
    return count_now(campaign.per_minute)
