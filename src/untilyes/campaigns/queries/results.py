"""How a campaign stands, and what it did: how many now say yes, with the interval."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from untilyes.campaigns.models import Addressee, Campaign
from untilyes.campaigns.rules import Fate, Said
from untilyes.stats import Estimate, estimate_share
from untilyes.surveys.rules import InvitationState

MOST_SHOWN = 500


@dataclass(frozen=True)
class Progress:
    """Counts of customers: those told, of whom our mail to `came_back` did not arrive, and those set `aside`, by why.

    `yes_share` is among those who answered the two questions since they were told, all of whom had said no before;
    `answer_rate` says how many of those told that is.
    """

    everybody: int
    waiting: int
    told: int
    came_back: int
    aside: dict[Fate, int]
    yes: int
    no: int
    in_part: int
    yes_share: Estimate
    answer_rate: Estimate

    @property
    def done_share(self) -> int:
        """How far it is, in percent."""
        return round(100 * (self.everybody - self.waiting) / self.everybody) if self.everybody else 0


@dataclass(frozen=True)
class CampaignLine:
    """One campaign in the list."""

    campaign: Campaign
    progress: Progress


def read_progress(campaign: Campaign) -> Progress:
    """How the campaign stands now."""
    fates: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for row in campaign.addressees.values("fate", "said").order_by().annotate(n=Count("pk")):
        fates[row["fate"]] += row["n"]
        said[row["said"]] += row["n"] if Fate(row["fate"]).is_told else 0
    told = sum(n for fate, n in fates.items() if Fate(fate).is_told)
    answered = said[Said.YES] + said[Said.NO] + said[Said.IN_PART]
    return Progress(
        everybody=sum(fates.values()),
        waiting=fates[Fate.WAITING],
        told=told,
        came_back=campaign.addressees.filter(invitation__state=InvitationState.NOT_DELIVERED).count(),
        aside={fate: fates[fate] for fate in Fate if fate is not Fate.WAITING and not fate.is_told and fates[fate]},
        yes=said[Said.YES],
        no=said[Said.NO],
        in_part=said[Said.IN_PART],
        yes_share=estimate_share(said[Said.YES], answered),
        answer_rate=estimate_share(answered, told),
    )


def list_campaigns() -> list[CampaignLine]:
    """Every campaign, the newest first."""
    return [CampaignLine(one, read_progress(one)) for one in Campaign.objects.select_related("by__user")]


def list_addressees(campaign: Campaign, *, fate: str = "", said: str = "") -> Sequence[Addressee]:
    """Whom a campaign is for, narrowed to one fate or one answer; the newest told first."""
    rows = campaign.addressees.select_related("customer", "case").order_by("-told_at", "pk")
    rows = rows.filter(fate=fate) if fate else rows
    return list((rows.filter(said=said) if said else rows)[:MOST_SHOWN])
