"""Surveys, their versions, whom we asked, and what they answered."""

import uuid
from typing import Any, ClassVar

from django.db import models

from untilyes.customers.models import Customer
from untilyes.surveys.definition import Definition, read_definition
from untilyes.surveys.rules import InvitationState, NotAsked, SurveyKind, SurveyState
from untilyes.workspaces.tenancy import WorkspaceOwned


class LaunchedVersionNeverChanges(RuntimeError):
    """Customers answered this wording; an edit makes a new version instead."""


class Survey(WorkspaceOwned):
    """Something we ask, under a name that outlives its wordings."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="What its public link carries.")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60)
    kind = models.CharField(max_length=14, choices=[(kind.value, kind.value) for kind in SurveyKind])
    touchpoint = models.CharField(max_length=60, blank=True, help_text="Where it is asked; empty means anywhere.")
    languages = models.JSONField(default=list)
    state = models.CharField(
        max_length=8, choices=[(state.value, state.value) for state in SurveyState], default=SurveyState.DRAFT
    )
    valid_days = models.PositiveSmallIntegerField(default=30, help_text="How long an invitation may be answered.")
    rest_days = models.PositiveSmallIntegerField(
        default=0, help_text="A customer asked for anything in this many days is left in peace."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="one_survey_per_slug"),
            models.UniqueConstraint(
                fields=["workspace", "touchpoint"],
                condition=models.Q(kind=SurveyKind.CONFIRMATION, state=SurveyState.LIVE),
                name="one_live_confirmation_per_touchpoint",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SurveyVersion(WorkspaceOwned):
    """One wording of a survey. Once launched it never changes; the database refuses it too (see the migration)."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.TextField(help_text="A Definition as JSON.")
    launched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["survey", "number"], name="one_version_per_number")]
        ordering: ClassVar = ["survey", "number"]

    def __str__(self) -> str:
        return f"{self.survey} v{self.number}"

    @property
    def asks(self) -> Definition:
        """The definition, read."""
        return read_definition(self.definition)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and SurveyVersion.objects.filter(pk=self.pk).exclude(launched_at=None).exists():
            raise LaunchedVersionNeverChanges(f"{self} was launched; edit the survey to make a new version.")
        super().save(*args, **kwargs)


class Invitation(WorkspaceOwned):
    """A customer asked, or the reason why they were not. The handler is written down as of the asking."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    version = models.ForeignKey(SurveyVersion, on_delete=models.RESTRICT, related_name="invitations")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="invitations")
    touchpoint = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=30, blank=True, help_text="Where the interaction took place.")
    via = models.CharField(max_length=12, default="email", help_text="How the question travels: email, or a link.")
    team = models.CharField(max_length=80, blank=True)
    employee_id = models.CharField(max_length=80, blank=True)
    interaction_id = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=120, blank=True, help_text="A reference such as case:42.")
    language = models.CharField(max_length=10)
    email = models.EmailField(blank=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=14, choices=[(state.value, state.value) for state in InvitationState])
    reason = models.CharField(max_length=20, blank=True, choices=[(why.value, why.value) for why in NotAsked])
    is_test = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "customer", "sent_at"]),
            models.Index(fields=["workspace", "interaction_id"]),
            models.Index(fields=["workspace", "about"]),
            models.Index(fields=["state", "expires_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["survey", "interaction_id", "about"],
                condition=models.Q(state=InvitationState.ASKED) & ~models.Q(interaction_id=""),
                name="one_open_question_per_interaction",
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey} to {self.customer or 'anybody'}"

    @property
    def is_open(self) -> bool:
        """Whether it was asked and waits for its first answer."""
        return self.state == InvitationState.ASKED


class Response(WorkspaceOwned):
    """One submission. Changed answers make a new revision under the same id; the latest is what counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(SurveyVersion, on_delete=models.RESTRICT, related_name="responses")
    invitation = models.OneToOneField(Invitation, null=True, on_delete=models.CASCADE, related_name="response")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="responses")
    at = models.DateTimeField(help_text="When it was first given.")
    changed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=10)
    channel = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=20, default="survey")
    touchpoint = models.CharField(max_length=60, blank=True)
    interaction_id = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=120, blank=True)
    is_test = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "customer", "at"]),
            models.Index(fields=["workspace", "about"]),
        ]

    def __str__(self) -> str:
        return f"response {self.pk}"


class Answer(WorkspaceOwned):
    """The answer to one question in one revision; every one is kept."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    revision = models.PositiveSmallIntegerField(default=1)
    question = models.CharField(max_length=40)
    value = models.FloatField(null=True)
    choices = models.JSONField(default=list)
    text = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["response", "revision", "question"], name="one_answer_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.text or self.choices or self.value}"
