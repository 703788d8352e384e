"""Who wants the digest, which have been sent, the channels findings go to and the messages on their way."""

from typing import ClassVar

from django.db import models

from untilyes.reports.rules import Shape, mask_address
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class DigestChoice(WorkspaceOwned):
    """What a member said about the weekly digest; who said nothing gets it when they may act on findings."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="+")
    wants = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.member} {'wants' if self.wants else 'does not want'} the digest"


class Digest(WorkspaceOwned):
    """The digest of one week: there is at most one, also when there was nothing to tell."""

    monday = models.DateField()
    made_at = models.DateTimeField()
    since = models.DateTimeField(help_text="It tells what happened from here until it was made.")
    told = models.PositiveIntegerField(help_text="How many findings it tells of; without any nobody gets it.")

    class Meta:
        ordering: ClassVar = ["-monday"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "monday"], name="one_digest_per_week")]

    def __str__(self) -> str:
        return f"digest of {self.monday}"


class DigestCopy(WorkspaceOwned):
    """One member's copy. Once `sent_at` is set, sending it again sends nothing."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="copies")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["digest", "member"], name="one_copy_per_member")]

    def __str__(self) -> str:
        return f"{self.digest} for {self.member}"


class Hook(WorkspaceOwned):
    """A channel of a chat that new findings are posted to. Its address is a secret: whoever has it may post there."""

    name = models.CharField(max_length=80)
    shape = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Shape])
    address = models.CharField(max_length=1_000)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text="Why the newest message did not arrive.")

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def told_address(self) -> str:
        """The address as it may be shown."""
        return mask_address(self.address)


class HookPost(WorkspaceOwned):
    """One message to a channel: waiting while `next_try_at` is set, arrived, or given up."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="posts")
    body = models.JSONField()
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["next_try_at"], name="hook_posts_waiting")]

    def __str__(self) -> str:
        return f"{self.hook}: {self.made_at:%Y-%m-%d %H:%M}"
