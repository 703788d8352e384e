"""Cases, what was said and done in them, and the ledger of every unhappy response."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from untilyes.cases import rules
from untilyes.cases.rules import EndedHow, Outcome, Priority, State, Step, Suppression, UnhappyRule
from untilyes.customers.models import Customer
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


def _choices(names: type[State | EndedHow | Outcome | Suppression | Step]) -> list[tuple[str, str]]:
    return [(one.value, one.value.replace("_", " ")) for one in names]


def distrust() -> list[str]:
    """The answers to "do you trust us?" that call for a case unless the workspace says otherwise."""
    return list(UnhappyRule().trust)


class CasePolicy(WorkspaceOwned):
    """What counts as unhappy here, and how long we keep trying before a customer is unreachable. One per workspace."""

    trust = models.JSONField(default=distrust, blank=True, help_text="Trust answers that open a case; empty for none.")
    nps_at_most = models.SmallIntegerField(default=6)
    csat_at_most = models.SmallIntegerField(default=2)
    attempts = models.PositiveSmallIntegerField(default=rules.ATTEMPTS)
    attempt_days = models.PositiveSmallIntegerField(default=rules.ATTEMPT_DAYS)
    in_force_from = models.DateTimeField(null=True, blank=True, help_text="Empty while nobody has changed them.")
    last_number = models.PositiveIntegerField(default=0, help_text="The highest case number given; never given again.")

    class Meta:
        verbose_name_plural = "case policies"
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace"], name="one_case_policy")]

    def __str__(self) -> str:
        return f"nps ≤ {self.nps_at_most}, csat ≤ {self.csat_at_most}, trust {', '.join(self.trust)}"

    @property
    def unhappy(self) -> UnhappyRule:
        """The rule these settings make."""
        return UnhappyRule(tuple(self.trust), self.nps_at_most, self.csat_at_most)


class Case(WorkspaceOwned):
    """One customer's no, worked on until it is a yes."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="What signed links carry.")
    number = models.PositiveIntegerField(help_text="What people call it; counts up in each workspace.")
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="cases")
    interaction_id = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=20, default="survey")
    channel = models.CharField(max_length=40, blank=True)
    touchpoint = models.CharField(max_length=80, blank=True)
    team = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=10, blank=True)
    opened_by_response = models.UUIDField(null=True, blank=True, help_text="Empty when somebody opened it by hand.")
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=_choices(State), default=State.OPEN.value)
    assignee = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases")
    priority = models.PositiveSmallIntegerField(choices=[(one.value, one.name.lower()) for one in Priority], default=0)
    root_cause = models.CharField(max_length=200, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    first_resolution_at = models.DateTimeField(
        null=True, blank=True, help_text="When we first said it is solved; kept, whatever the customer says then."
    )
    yes_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=12, blank=True, choices=_choices(EndedHow))
    ended_reason = models.CharField(max_length=300, blank=True)
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies")
    reopens = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="one_case_per_number"),
            # Closed is the customer's yes and nothing else; the database says so too.
            models.CheckConstraint(
                condition=models.Q(state=State.CLOSED.value, ended_how=EndedHow.YES.value, yes_at__isnull=False)
                | (
                    ~models.Q(state=State.CLOSED.value)
                    & ~models.Q(ended_how=EndedHow.YES.value)
                    & models.Q(yes_at=None)
                ),
                name="closed_is_a_yes",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(state__in=[State.CLOSED.value, State.ENDED.value], ended_at__isnull=False)
                    & ~models.Q(ended_how="")
                )
                | (
                    ~models.Q(state__in=[State.CLOSED.value, State.ENDED.value])
                    & models.Q(ended_at=None, ended_how="", ended_reason="")
                ),
                name="over_says_how",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "state", "opened_at"]),
            models.Index(fields=["workspace", "interaction_id"]),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def ref(self) -> str:
        """How other rooms speak of this case."""
        return f"case:{self.pk}"

    @property
    def is_over(self) -> bool:
        return State(self.state).is_over

    @property
    def person(self) -> Customer | None:
        """Whom the case is with today: the customer, or the one they turned out to be."""
        return (self.customer.merged_into or self.customer) if self.customer else None

    @property
    def original(self) -> "Case":
        """The case this one turned out to repeat, or itself."""
        return self.duplicate_of.original if self.duplicate_of else self

    def follow(self, step: Step) -> None:
        """Move to the state the step leads to. Raises NotPossible."""
        self.state = rules.follow(State(self.state), step, is_assigned=self.assignee_id is not None).value

    def say_yes(self, at: datetime) -> None:
        """The customer said yes: the one way to closed."""
        self.follow(Step.SAID_YES)
        self.yes_at = self.ended_at = at
        self.ended_how, self.ended_reason, self.duplicate_of = EndedHow.YES.value, "", None

    def say_no(self) -> bool:
        """The customer said no (again); return whether that opened the case anew."""
        return self._go_on(Step.SAID_NO)

    def hear_again(self) -> bool:
        """The customer wrote; return whether that opened a case we had given up on. A yes stands in spite of words."""
        if self.is_over:
            return self._go_on(Step.CUSTOMER_WROTE)
        self.follow(Step.CUSTOMER_WROTE)
        return False

    def _go_on(self, step: Step) -> bool:
        before = self.state
        self.follow(step)
        if self.state == before:
            return False
        self.yes_at = self.ended_at = self.duplicate_of = None
        self.ended_how = self.ended_reason = ""
        self.reopens += 1
        return True


class CaseEntry(WorkspaceOwned):
    """One line of a case's history: what happened, when, by whom, and the state it left."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    step = models.CharField(max_length=24, choices=_choices(Step))
    state = models.CharField(max_length=10, choices=_choices(State), help_text="The state after it.")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=150, help_text="Kept when the member leaves; 'customer' or 'UntilYes'.")
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "case entries"
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.by_name} {self.step}"


class CaseMessage(WorkspaceOwned):
    """Something said between the customer and us."""

    class Direction(models.TextChoices):
        CUSTOMER = "customer"
        US = "us"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    author = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    at = models.DateTimeField()
    via = models.CharField(max_length=20, help_text="email, portal, survey, phone …")
    message_id = models.CharField(max_length=255, blank=True)
    response_id = models.UUIDField(null=True, blank=True, help_text="The response it was written in, if any.")

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "response_id"], name="one_message_per_response")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class CaseAttachment(WorkspaceOwned):
    """A file that came with a message. Kept in the database, so that it is stored, and forgotten, with the message."""

    message = models.ForeignKey(CaseMessage, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField(help_text="In bytes.")
    content = models.BinaryField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class CaseNote(WorkspaceOwned):
    """Something said among ourselves; no customer ever sees it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=200)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class ContactAttempt(WorkspaceOwned):
    """A try to reach the customer that is no message here: a call nobody answered, a letter."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.CharField(max_length=40)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%Y-%m-%d}"


class Signal(WorkspaceOwned):
    """The ledger: one row for every unhappy response, and what became of it.

    unhappy = opened + joined + suppressed holds because every row is exactly one of the three.
    """

    response_id = models.UUIDField()
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="signals")
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="signals")
    interaction_id = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=_choices(Outcome))
    reason = models.CharField(max_length=12, blank=True, choices=_choices(Suppression))
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
