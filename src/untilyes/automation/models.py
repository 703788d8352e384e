"""How teams share their work out, the rules of the house, and what each rule did."""

from typing import ClassVar

from django.db import models

from untilyes.automation.choosing import Strategy
from untilyes.automation.definition import Definition, When, read_rule
from untilyes.cases.models import Case
from untilyes.workspaces.models import Member, Team
from untilyes.workspaces.tenancy import WorkspaceOwned


class TeamSharing(WorkspaceOwned):
    """How one team shares its cases out. Holding this row makes two givings at once wait for each other."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="sharing")
    strategy = models.CharField(
        max_length=12,
        choices=[(one.value, one.value.replace("_", " ")) for one in Strategy],
        default=Strategy.ROUND_ROBIN,
    )
    gives_by_itself = models.BooleanField(default=False, help_text="New cases of the team find somebody by themselves.")
    turns = models.PositiveIntegerField(default=0, help_text="How many cases were given so far.")

    def __str__(self) -> str:
        return f"{self.team}: {self.strategy}"


class Turn(WorkspaceOwned):
    """When somebody was last given a case of this team, counted in cases given."""

    sharing = models.ForeignKey(TeamSharing, on_delete=models.CASCADE, related_name="people")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    turn = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["sharing", "member"], name="one_turn_per_person")]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.turn}"


class Rule(WorkspaceOwned):
    """When something happens, if it is so, do this. `told` is the Definition in plain types."""

    name = models.CharField(max_length=80)
    place = models.PositiveIntegerField(help_text="Rules are followed in this order.")
    is_on = models.BooleanField(default=False)
    when = models.CharField(max_length=16, choices=[(one.value, one.value.replace("_", " ")) for one in When])
    told = models.JSONField()
    in_force_from = models.DateTimeField(help_text="What happened before is none of its business.")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True, help_text="Not followed any more; what it did stays told.")

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        indexes: ClassVar = [models.Index(fields=["workspace", "when"])]

    def __str__(self) -> str:
        return self.name

    @property
    def definition(self) -> Definition:
        """What the rule says, checked. Raises BadRule when it was written by another version of this program."""
        return read_rule(self.told)

    @property
    def signature(self) -> str:
        """How it signs what it does."""
        return f"Rule “{self.name}”"


class RuleRun(WorkspaceOwned):
    """One time a rule had something to do: what it did, or why it could not. One row for a rule and an event."""

    class Outcome(models.TextChoices):
        ACTED = "acted"
        FAILED = "failed"
        HELD_BACK = "held_back", "held back"

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="runs")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=80, help_text="What it answered: entry:42, silent:42:…, near:….")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    told = models.JSONField(default=list, help_text="What was done, a sentence each.")
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["rule", "event"], name="one_run_per_rule_and_event")]
        indexes: ClassVar = [models.Index(fields=["workspace", "-at"])]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.event} {self.outcome}"
