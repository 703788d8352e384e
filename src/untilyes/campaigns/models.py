"""Campaigns, whom they told, and what those answered; letters of what we heard and did, and who got one."""

from typing import ClassVar

from django.db import models

from untilyes.campaigns.rules import About, Fate, Said, Stage
from untilyes.cases.models import Case
from untilyes.customers.models import Customer
from untilyes.surveys.models import Invitation
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


def _choices(kind: type[About] | type[Stage] | type[Fate] | type[Said]) -> list[tuple[str, str]]:
    return [(one.value, one.value.replace("_", " ")) for one in kind]


class Campaign(WorkspaceOwned):
    """Telling everyone who said no to the same thing that it was changed, and asking them again."""

    name = models.CharField(max_length=120)
    about = models.CharField(max_length=8, choices=_choices(About))
    key = models.CharField(max_length=300, help_text="The cause, touchpoint|question, the finding's key, or the words.")
    since = models.DateTimeField(help_text="Whoever said no before then is not told.")
    texts = models.JSONField(default=dict, help_text="Language to subject and text.")
    per_minute = models.PositiveSmallIntegerField(default=60)
    stage = models.CharField(max_length=8, choices=_choices(Stage), default=Stage.DRAFT)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class Addressee(WorkspaceOwned):
    """One customer of a campaign, and what became of them. Frozen when it starts; one row for a customer and a case."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="addressees")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    fate = models.CharField(max_length=12, choices=_choices(Fate), default=Fate.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.SET_NULL, related_name="+")
    said = models.CharField(max_length=8, blank=True, choices=_choices(Said))
    said_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "customer"],
                condition=models.Q(customer__isnull=False),
                name="one_place_in_a_campaign_per_customer",
            ),
            models.UniqueConstraint(fields=["campaign", "case"], name="one_place_in_a_campaign_per_case"),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "campaign", "fate"])]

    def __str__(self) -> str:
        return f"{self.customer_id or self.case_id} {self.fate}"
