"""What was said about a case: to the customer, by the customer, among ourselves."""

from typing import ClassVar

from django.db import models

from untilyes.cases.models.case import Case
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class CaseMessage(WorkspaceOwned):
    """Something said between the customer and us."""

    class Direction(models.TextChoices):
        CUSTOMER = "customer"
        US = "us"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    author = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    at = models.DateTimeField()
    via = models.CharField(max_length=20, help_text="email, portal, survey, phone …")
    message_id = models.CharField(max_length=255, blank=True)
    response_id = models.UUIDField(null=True, blank=True, help_text="The response it was written in, if any.")

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "response_id"], name="one_message_per_response")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class CaseAttachment(WorkspaceOwned):
    """A file that came with a message. Kept in the database, so that it is stored, and forgotten, with the message."""

    message = models.ForeignKey(CaseMessage, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField(help_text="In bytes.")
    content = models.BinaryField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class CaseNote(WorkspaceOwned):
    """Something said among ourselves; no customer ever sees it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=200)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class ContactAttempt(WorkspaceOwned):
    """A try to reach the customer that is no message here: a call nobody answered, a letter."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.CharField(max_length=40)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%Y-%m-%d}"
