"""Errands: the next few customers of campaigns and letters under way are told; a letter is drafted every month."""

from datetime import datetime
from zoneinfo import ZoneInfo

from untilyes.campaigns.actions.answering import draft_letter, send_next_copy
from untilyes.campaigns.actions.sending import tell_next
from untilyes.campaigns.models import Campaign, Letter, LetterPlan
from untilyes.campaigns.rules import NotPossible, Stage, count_now, is_letter_due
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


def send_letters(at: datetime | None = None) -> int:
    """Send the next copies of every approved letter; return how many were dealt with."""
    moment, dealt = at or now(), 0
    under_way = Letter.everywhere.filter(stage=Stage.SENDING)
    for workspace in Workspace.objects.filter(pk__in=under_way.values("workspace").distinct()):
        with inside(workspace):
            for letter in Letter.objects.filter(stage=Stage.SENDING):
                for _ in range(COPIES_A_ROUND):
                    if send_next_copy(letter, at=moment) is None:
                        break
                    dealt += 1
    return dealt


def draft_letters(at: datetime | None = None) -> int:
    """Draft the letter about last month wherever somebody wants one every month; return how many were drafted."""
    moment, drafted = at or now(), 0
    wanted = LetterPlan.everywhere.filter(is_on=True)
    for workspace in Workspace.objects.filter(pk__in=wanted.values("workspace")):
        with inside(workspace):
            last = Letter.objects.order_by("-until").values_list("until", flat=True).first()
            if not is_letter_due(last_until=last, local_now=moment.astimezone(ZoneInfo(workspace.timezone))):
                continue
            try:
                draft_letter(at=moment)
            except NotPossible:  # nobody told us anything that month
                continue
            drafted += 1
    return drafted


COPIES_A_ROUND = 20
