"""Campaigns and whom they told, letters and who got one, and what was decided about causes that keep coming back."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from untilyes.campaigns.rules import About, Decision, Fate, Said, Stage
from untilyes.cases.models import Case
from untilyes.customers.models import Customer
from untilyes.surveys.models import Invitation
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


def _choices(kind: type[About] | type[Stage] | type[Fate] | type[Said] | type[Decision]) -> list[tuple[str, str]]:
    return [(one.value, one.value.replace("_", " ")) for one in kind]


class Campaign(WorkspaceOwned):
    """Telling everyone who said no to the same thing that it was changed, and asking them again."""

    name = models.CharField(max_length=120)
    about = models.CharField(max_length=8, choices=_choices(About))
    key = models.CharField(max_length=300, help_text="The cause, touchpoint|question, the finding's key, or the words.")
    segment = models.CharField(max_length=80, blank=True, help_text="Only members of it are told, as of the sending.")
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


class LetterPlan(WorkspaceOwned):
    """Whether a letter is drafted by itself every month. One per workspace."""

    is_on = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace"], name="one_letter_plan")]

    def __str__(self) -> str:
        return "monthly" if self.is_on else "by hand"


class Letter(WorkspaceOwned):
    """What we heard and what we did: to everyone who gave feedback since the last one, once a person approved it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="What its public link carries.")
    since = models.DateTimeField()
    until = models.DateTimeField()
    texts = models.JSONField(default=dict, help_text="Language to what we heard and what we did.")
    stage = models.CharField(max_length=8, choices=_choices(Stage), default=Stage.DRAFT)
    drafted_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-until", "-pk"]
        constraints: ClassVar = [
            # Nothing leaves, and nothing is public, that nobody answers for.
            models.CheckConstraint(
                condition=models.Q(stage=Stage.DRAFT.value) | models.Q(approved_at__isnull=False),
                name="letter_is_approved_first",
            )
        ]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} to {self.last_day:%Y-%m-%d}"

    @property
    def last_day(self) -> datetime:
        """The last moment it covers: it ends before the first of the next."""
        return self.until - timedelta(microseconds=1)


class LetterCopy(WorkspaceOwned):
    """One customer's copy of a letter, and what became of it."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="copies")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    fate = models.CharField(max_length=12, choices=_choices(Fate), default=Fate.WAITING)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["letter", "customer"], name="one_copy_per_customer")]
        indexes: ClassVar = [models.Index(fields=["workspace", "letter", "fate"])]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.fate}"


class LetterRefusal(WorkspaceOwned):
    """A customer who wants no letters. What is open with them, and the two questions, go on."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="letter_refusal")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.customer_id} since {self.at:%Y-%m-%d}"


class Repeat(WorkspaceOwned):
    """A root cause that keeps coming back, and what we decided about it: work for the house, not for one case."""

    cause = models.CharField(max_length=200, help_text="The path of the cause, as cases carry it.")
    decision = models.CharField(max_length=10, choices=_choices(Decision))
    reason = models.CharField(max_length=300, blank=True, help_text="Needed to live with it.")
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "cause"], name="one_decision_per_cause")]

    def __str__(self) -> str:
        return f"{self.cause}: {self.decision}"
