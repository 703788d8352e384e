"""What members keep at their desk: views of the queue, drafts, prepared replies; and who is looking at what."""

from typing import ClassVar

from django.db import models

from untilyes.cases.models.case import Case
from untilyes.customers.models import Customer
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class SavedView(WorkspaceOwned):
    """A way to look at the queue, under a name. Its owner's alone unless it is shared."""

    name = models.CharField(max_length=60)
    owner = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField(default=False)
    asked = models.JSONField(default=dict, help_text="The filters, by name, as the address of the page has them.")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name


class Draft(WorkspaceOwned):
    """What a member has begun to write to a customer and not sent."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="drafts")
    text = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "member"], name="one_draft_per_member")]

    def __str__(self) -> str:
        return self.text[:60]


class Presence(WorkspaceOwned):
    """A member had a case open, or wrote in it, a moment ago."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="presences")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="presences")
    seen_at = models.DateTimeField()
    typed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "member"], name="one_presence_per_member")]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.case_id}"


class PreparedReply(WorkspaceOwned):
    """Words for what is said often, in as many languages as somebody wrote. Shared, or its owner's alone."""

    name = models.CharField(max_length=60)
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="prepared_replies")
    is_shared = models.BooleanField(default=True)
    texts = models.JSONField(default=dict, help_text="The words by language; {customer} and the like are filled in.")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "prepared replies"
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class CustomerValue(WorkspaceOwned):
    """What a customer with an open case is worth to us, as last read; the queue orders by it."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="value")
    amount = models.FloatField(null=True, help_text="Empty where nothing is known, which is not the same as nothing.")
    basis = models.CharField(max_length=100, blank=True, help_text="Where the amount is from: a trait, or purchases.")
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.amount} ({self.basis})"
