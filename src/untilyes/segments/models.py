"""Segments people keep, and the looks that propose them."""

from typing import Any, ClassVar

from django.db import models

from untilyes.analysis.segments.condition import Condition, read_conditions, tell
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class Segment(WorkspaceOwned):
    """A group of customers under a name. Who belongs to it is its conditions, asked anew every time."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, help_text="How addresses name it; it never changes.")
    conditions = models.JSONField(default=list)
    was_found = models.BooleanField(default=False, help_text="Proposed by a look rather than drawn by hand.")
    made_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "slug"], name="one_segment_per_slug")]

    def __str__(self) -> str:
        return self.name

    @property
    def rules(self) -> tuple[Condition, ...]:
        """The conditions, read."""
        return read_conditions(self.conditions)

    @property
    def told(self) -> str:
        """The conditions as one description."""
        return tell(self.rules)


class SegmentLook(WorkspaceOwned):
    """One attempt to divide the customers: when, among how many, and what it proposes in plain types."""

    class Stage(models.TextChoices):
        ASKED = "asked", "Asked for"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.ASKED)
    customers = models.PositiveIntegerField(default=0)
    needs = models.PositiveIntegerField(default=0)
    agreement = models.FloatField(null=True, blank=True)
    found = models.JSONField(default=list)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.stage}"

    @property
    def proposals(self) -> list[dict[str, Any]]:
        """What it found: conditions, share, and the needs that differ."""
        return list(self.found)
