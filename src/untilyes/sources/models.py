"""The import ledger: which files came in by which recipe, and what became of their rows."""

from typing import ClassVar

from django.db import models

from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class ImportRun(WorkspaceOwned):
    """One import, from its start to its end."""

    class State(models.TextChoices):
        STARTED = "started", "Started"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    recipe = models.CharField(max_length=80)
    files = models.JSONField(default=list, help_text="Name, size in bytes, SHA-256 and rows of each.")
    counts = models.JSONField(default=list, help_text="Per mapping: read, accepted, corrected, rejected, appended …")
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    problem = models.TextField(blank=True, help_text="Why it failed.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.recipe} {self.started_at:%Y-%m-%d %H:%M} ({self.state})"
