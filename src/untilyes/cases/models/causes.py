"""Why things go wrong, as a tree each workspace grows by itself."""

from typing import ClassVar

from django.db import models

from untilyes.cases.causes import SIGN
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class RootCause(WorkspaceOwned):
    """One cause, perhaps under a broader one. A retired cause is not offered any more; its cases keep it."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="narrower")
    name = models.CharField(max_length=80)
    path = models.CharField(max_length=200, help_text="Its name with those above it; unique in a workspace.")
    made_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["path"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "path"], name="one_cause_per_path")]

    def __str__(self) -> str:
        return self.path

    @property
    def top(self) -> str:
        """The broadest cause above it, or itself."""
        return self.path.partition(SIGN)[0]
