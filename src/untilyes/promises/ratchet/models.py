"""How often a promise's next target is proposed, and every proposal there has been."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from untilyes.promises.ratchet.rules import Advice, Grounds, Rhythm
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class Pace(WorkspaceOwned):
    """How often the next target of one promise is proposed; quarterly where nobody has said."""

    promise = models.OneToOneField("promises.Promise", on_delete=models.CASCADE, related_name="pace")
    rhythm = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Rhythm])

    class Meta:
        app_label = "promises"

    def __str__(self) -> str:
        return f"{self.promise_id} {self.rhythm}"


class TargetProposal(WorkspaceOwned):
    """The next target of a promise, proposed for one period, with its evidence as it was, and what a person said."""

    class Answer(models.TextChoices):
        """What a person made of it; empty while nobody has."""

        ACCEPTED = "accepted"
        DECLINED = "declined"
        OWN = "own"

    promise = models.ForeignKey("promises.Promise", on_delete=models.CASCADE, related_name="proposals")
    standing = models.ForeignKey(
        "promises.PromiseTerms", on_delete=models.CASCADE, related_name="+", help_text="The terms it was proposed over."
    )
    period = models.CharField(max_length=7, help_text="2026-11 or 2026-Q4.")
    advice = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Advice])
    grounds = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Grounds])
    target = models.DurationField(help_text="The target advised; the standing one where it advises to hold.")
    sentence = models.TextField()
    evidence = models.JSONField()
    made_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    terms = models.ForeignKey(
        "promises.PromiseTerms", null=True, on_delete=models.SET_NULL, related_name="+", help_text="What came of it."
    )

    class Meta:
        app_label = "promises"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promise", "period"], name="one_proposal_per_period"),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.period}: {self.advice} {self.target}"

    @property
    def is_tighter(self) -> bool:
        return self.advice == Advice.TIGHTEN.value

    @property
    def gain(self) -> timedelta:
        """How much sooner than the target it was proposed over."""
        return self.standing.target - self.target
