"""How teams share their work out, the rules of the house, and what each rule did."""

from typing import ClassVar

from django.db import models

from untilyes.automation.choosing import Strategy
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
