"""Tasks and their names, what customers came with, the steps that complete a task, and the figures last counted."""

from typing import Any, ClassVar

from django.db import models

from untilyes.tasks.rules import Told
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class Task(WorkspaceOwned):
    """Something customers want to get done, perhaps part of a broader one. A retired one is not offered any more."""

    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="narrower")
    made_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """How the audit trail speaks of it."""
        return f"task:{self.pk}"


class TaskName(WorkspaceOwned):
    """One name a task goes by or went by, in some language. Facts keep the name they were told under."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="names")
    key = models.CharField(max_length=120, help_text="The name without capitals, accents and punctuation.")
    name = models.CharField(max_length=80)
    language = models.CharField(max_length=10, blank=True, help_text="Empty where nobody said.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key"], name="one_task_per_name")]

    def __str__(self) -> str:
        return self.name


class Matter(WorkspaceOwned):
    """What one customer came with: the terms of their words, and the task they wanted, once somebody said which."""

    about = models.CharField(max_length=220, help_text="case:12, or interaction:order-4.")
    customer_key = models.CharField(max_length=200, blank=True, db_index=True, help_text="So that it can be forgotten.")
    interaction_id = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="matters")
    told = models.CharField(max_length=8, blank=True, choices=[(one.value, one.value) for one in Told])
    told_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "about"], name="one_matter_about")]

    def __str__(self) -> str:
        return self.about


class MatterTerm(WorkspaceOwned):
    """One term of a customer's words: an index, read by term."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="terms")
    term = models.CharField(max_length=24)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["matter", "term"], name="one_term_of_a_matter")]
        indexes: ClassVar = [models.Index(fields=["workspace", "term"])]

    def __str__(self) -> str:
        return self.term


class NextStep(WorkspaceOwned):
    """A line of the playbook: what completes a task, in words a member can send. Written by a person, then measured."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=80, help_text="What customers also needed, as they would say it.")
    text = models.TextField(help_text="What a reply says about it.")
    is_public = models.BooleanField(default=False, help_text="Whether customers read it on their pages.")
    made_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["task", "made_at", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def activity(self) -> str:
        """What the lake calls it when it was given."""
        return f"next_step:{self.pk}"


class StepGiven(WorkspaceOwned):
    """A step of the playbook was sent to a customer; once a matter."""

    step = models.ForeignKey(NextStep, on_delete=models.CASCADE, related_name="given")
    about = models.CharField(max_length=220)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["step", "about"], name="one_step_given_once")]

    def __str__(self) -> str:
        return f"{self.step} {self.about}"


class TaskFigures(WorkspaceOwned):
    """Everything counted about tasks, as last read from the lake. One per workspace."""

    read_at = models.DateTimeField()
    stamp = models.CharField(max_length=200, help_text="The lake and the names as they were then.")
    told: Any = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "task figures"
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace"], name="one_set_of_task_figures")]

    def __str__(self) -> str:
        return f"{self.read_at:%Y-%m-%d %H:%M}"
