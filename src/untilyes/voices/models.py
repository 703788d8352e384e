"""Looks at what customers wrote, the topics they found or people asked for, and names to listen for."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models

from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class Hearing(WorkspaceOwned):
    """One look at all comments: when, what the lake was then, and what was told of the whole."""

    class Stage(models.TextChoices):
        ASKED = "asked", "Asked for"
        STARTED = "started", "Listening"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.ASKED)
    doing = models.CharField(max_length=120, blank=True, help_text="What it is busy with just now.")
    done_share = models.FloatField(default=0.0)
    stamp = models.CharField(max_length=60, blank=True, help_text="Versions of the tables that were heard.")
    comments = models.PositiveIntegerField(default=0)
    told = models.JSONField(default=dict, help_text="Tones, names and what belongs to no topic, in plain types.")
    problem = models.TextField(blank=True)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.stage}"

    @property
    def is_over(self) -> bool:
        return self.stage in {self.Stage.DONE, self.Stage.FAILED}

    @property
    def took(self) -> timedelta:
        """How long it took; nothing while it is not over."""
        return self.ended_at - self.started_at if self.started_at and self.ended_at else timedelta()


class Topic(WorkspaceOwned):
    """One topic as every look knows it again. `key` names it in the lake; `title` is a person's name for it.

    With `query` it was asked for by words; `into` it was merged into another; `part_of` it is a part of a split one.
    """

    key = models.CharField(max_length=40)
    language = models.CharField(max_length=10, blank=True)
    names = models.JSONField(default=list, help_text="The phrases that set it apart.")
    weights = models.JSONField(default=dict, help_text="The phrases by which comments are filed under it.")
    title = models.CharField(max_length=80, blank=True)
    machine_title = models.CharField(max_length=80, blank=True, help_text="Suggested by a language model.")
    machine_words = models.TextField(blank=True, help_text="A summary written by a language model.")
    query = models.CharField(max_length=500, blank=True)
    is_pinned = models.BooleanField(default=False)
    into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts")
    is_heard = models.BooleanField(default=False, help_text="Whether the last look filed anything under it.")
    told = models.JSONField(default=dict, help_text="The figures of the last look in plain types.")

    class Meta:
        ordering: ClassVar = ["key"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key"], name="one_topic_per_key")]

    def __str__(self) -> str:
        return self.name

    @property
    def found_name(self) -> str:
        """The phrases that set it apart, or the query that asks for it."""
        return self.query or ", ".join(self.names)

    @property
    def name(self) -> str:
        """A person's name for it, or the one it was found by."""
        return self.title or self.found_name

    @property
    def figures(self) -> dict[str, Any]:
        """What the last look counted, in plain types; empty before one did."""
        return dict(self.told)


class Writing(WorkspaceOwned):
    """What a language model wrote when somebody asked, kept so that the same is never asked twice, and what it cost."""

    digest = models.CharField(max_length=64, help_text="Of the model and everything it was asked.")
    about = models.CharField(max_length=40, help_text="The key of the topic.")
    title = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    model = models.CharField(max_length=120)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost = models.FloatField(default=0.0, help_text="In the currency of the prices set.")
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "digest"], name="one_writing_per_asking")]

    def __str__(self) -> str:
        return self.title


class Name(WorkspaceOwned):
    """A name the workspace listens for in what customers say."""

    class Sort(models.TextChoices):
        COMPETITOR = "competitor", "Competitor"
        CHANNEL = "channel", "Channel"
        OTHER = "other", "Other"

    name = models.CharField(max_length=80)
    sort = models.CharField(max_length=10, choices=Sort.choices, default=Sort.COMPETITOR)
    spellings = models.JSONField(default=list, help_text="Other ways of writing it.")

    class Meta:
        ordering: ClassVar = ["sort", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "name"], name="one_row_per_name")]

    def __str__(self) -> str:
        return self.name
