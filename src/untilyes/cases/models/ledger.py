"""The ledger of every unhappy response."""

from typing import ClassVar

from django.db import models

from untilyes.cases.models.case import Case, choices_of
from untilyes.cases.rules import Outcome, Suppression
from untilyes.customers.models import Customer
from untilyes.workspaces.tenancy import WorkspaceOwned


class Signal(WorkspaceOwned):
    """The ledger: one row for every unhappy response, and what became of it.

    unhappy = opened + joined + suppressed holds because every row is exactly one of the three.
    """

    response_id = models.UUIDField()
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="signals")
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="signals")
    interaction_id = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=choices_of(Outcome))
    reason = models.CharField(max_length=12, blank=True, choices=choices_of(Suppression))
    unhappy_about = models.JSONField(default=list, help_text="The questions whose answer was unhappy.")
    said = models.JSONField(default=dict, help_text="Every answer as a number, by question.")
    revised_at = models.DateTimeField(null=True, blank=True, help_text="When the customer changed it to a happy one.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "response_id"], name="one_signal_per_response"),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(outcome=Outcome.OPENED.value), name="one_signal_opens_a_case"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    outcome__in=[Outcome.OPENED.value, Outcome.JOINED.value], case__isnull=False, reason=""
                )
                | (models.Q(outcome=Outcome.SUPPRESSED.value, case=None) & ~models.Q(reason="")),
                name="signal_has_case_or_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "customer", "interaction_id"])]

    def __str__(self) -> str:
        return f"{self.response_id} {self.outcome} {self.reason}"
