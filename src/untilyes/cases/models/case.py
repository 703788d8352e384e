"""Cases and their history, and what counts as unhappy in a workspace."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from untilyes.cases import rules
from untilyes.cases.models.causes import RootCause
from untilyes.cases.rules import CauseRule, EndedHow, LinkKind, Outcome, Priority, State, Step, Suppression, UnhappyRule
from untilyes.customers.models import Customer
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned

SURVEY = "survey"
"""The way words came that were written in a survey."""


def choices_of(
    names: type[State | EndedHow | Outcome | Suppression | Step | CauseRule | LinkKind],
) -> list[tuple[str, str]]:
    """The names as a field offers them."""
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
    reopen_days = models.PositiveSmallIntegerField(
        default=rules.REOPEN_DAYS,
        help_text="After so many days an ordinary message about a case that is over opens a new one.",
    )
    cause_rule = models.CharField(max_length=8, choices=choices_of(CauseRule), default=CauseRule.NAMED.value)
    value_trait = models.CharField(
        max_length=80, blank=True, help_text="The trait that says what a customer is worth to us; empty for purchases."
    )
    lessons_wanted = models.BooleanField(
        default=False, help_text="Before a proposal, say what the case taught: an article, or why nothing."
    )
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

    @property
    def rule_of_causes(self) -> CauseRule:
        """What must be known about the cause before a solution is proposed."""
        return CauseRule(self.cause_rule)


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
    state = models.CharField(max_length=10, choices=choices_of(State), default=State.OPEN.value)
    assignee = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases")
    priority = models.PositiveSmallIntegerField(choices=[(one.value, one.name.lower()) for one in Priority], default=0)
    cause = models.ForeignKey(RootCause, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases")
    root_cause = models.CharField(max_length=200, blank=True, help_text="The cause with what is above it, in words.")
    cause_missing = models.CharField(
        max_length=300, blank=True, help_text="Why a solution was proposed before the cause was known."
    )
    snoozed_until = models.DateTimeField(null=True, blank=True, help_text="Out of the queue until then, or a word.")
    proposed_at = models.DateTimeField(null=True, blank=True)
    first_resolution_at = models.DateTimeField(
        null=True, blank=True, help_text="When we first said it is solved; kept, whatever the customer says then."
    )
    yes_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=12, blank=True, choices=choices_of(EndedHow))
    ended_reason = models.CharField(max_length=300, blank=True)
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies")
    reopens = models.PositiveIntegerField(default=0)
    heard_at = models.DateTimeField(null=True, blank=True, help_text="When they last wrote other than in a survey.")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When we last wrote to them.")

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
            # Of all that is over, the few the customer wrote to afterwards: the queue looks for them every time.
            models.Index(
                fields=["workspace", "heard_at"],
                condition=models.Q(heard_at__gt=models.F("ended_at")),
                name="cases_heard_after_the_end",
            ),
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

    @property
    def customer_wrote_last(self) -> bool:
        """Whether their newest letter has no answer of ours."""
        return self.heard_at is not None and self.heard_at > (self.answered_at or self.opened_at)

    def is_snoozed(self, at: datetime) -> bool:
        """Whether it is out of the queue at that moment; nothing has to run for it to come back."""
        return self.snoozed_until is not None and self.snoozed_until > at

    def note_word(self, at: datetime, *, is_theirs: bool, via: str) -> None:
        """Somebody said something. What was written in a survey is an answer and no letter."""
        if not is_theirs:
            self.answered_at = max(at, self.answered_at or at)
        elif via != SURVEY:
            self.heard_at = max(at, self.heard_at or at)

    def follow(self, step: Step) -> None:
        """Move to the state the step leads to. Raises NotPossible."""
        self.state = rules.follow(State(self.state), step, is_assigned=self.assignee_id is not None).value

    def say_yes(self, at: datetime) -> None:
        """The customer said yes: the one way to closed."""
        self.follow(Step.SAID_YES)
        self.yes_at = self.ended_at = at
        self.snoozed_until = None
        self.ended_how, self.ended_reason, self.duplicate_of = EndedHow.YES.value, "", None

    def say_no(self) -> bool:
        """The customer said no (again); return whether that opened the case anew."""
        return self._go_on(Step.SAID_NO)

    def come_back(self) -> None:
        """It was no duplicate after all: it goes on as if it had never been over, which is no reopening."""
        self.ended_at = self.duplicate_of = None
        self.ended_how = self.ended_reason = ""
        self.state = State.WORKING.value if self.assignee_id is not None else State.OPEN.value

    def hear_again(self) -> bool:
        """The customer wrote; return whether that opened a case we had given up on. A yes stands in spite of words."""
        self.snoozed_until = None
        if self.is_over:
            return self._go_on(Step.CUSTOMER_WROTE)
        self.follow(Step.CUSTOMER_WROTE)
        return False

    def _go_on(self, step: Step) -> bool:
        before = self.state
        self.snoozed_until = None
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
    step = models.CharField(max_length=24, choices=choices_of(Step))
    state = models.CharField(max_length=10, choices=choices_of(State), help_text="The state after it.")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=150, help_text="Kept when the member leaves; 'customer' or 'UntilYes'.")
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "case entries"
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.by_name} {self.step}"
