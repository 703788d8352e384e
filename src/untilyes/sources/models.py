"""The import ledger: which files came in by which recipe, and what became of their rows."""

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
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


class Upload(WorkspaceOwned):
    """Files brought in on a page: looked at first, taken in when somebody says so, gone within a week."""

    class Stage(models.TextChoices):
        LOOKING = "looking", "Being looked at"
        LOOKED = "looked", "Looked at"
        TAKING = "taking", "Being taken in"
        DONE = "done", "Taken in"
        FAILED = "failed", "Failed"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipe = models.CharField(max_length=80)
    text = models.TextField(blank=True, help_text="The recipe itself, where it was guessed or changed.")
    told = models.JSONField(default=dict, help_text="What would happen to the rows, or what happened.")
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.LOOKING)
    doing = models.CharField(max_length=120, blank=True)
    done_share = models.FloatField(default=0.0)
    problem = models.TextField(blank=True)
    made_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.recipe} {self.made_at:%Y-%m-%d %H:%M} ({self.stage})"

    @property
    def is_under_way(self) -> bool:
        """Whether the worker has it or will have it."""
        return self.stage in {self.Stage.LOOKING, self.Stage.TAKING}

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(settings.MEDIA_ROOT) / str(self.workspace.key) / "uploads" / str(self.key)

    @property
    def left_out(self) -> Path:
        """Where the rows left out are written."""
        return self.folder / "left-out" / "left-out.csv"
