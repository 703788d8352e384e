"""Who in a team can be given work, and how the teams share it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from untilyes.automation.choosing import Person, Strategy
from untilyes.automation.models import TeamSharing
from untilyes.cases.models import Case
from untilyes.cases.queries.finding import OVER
from untilyes.workspaces.models import Employee, Member, Team


@dataclass(frozen=True)
class Place:
    """One person of a team as the teams page shows them."""

    employee: Employee
    open_cases: int
    is_here: bool


@dataclass(frozen=True)
class TeamLine:
    """One team: how it shares its work out, who is in it, how many of its cases wait for somebody."""

    team: Team
    strategy: Strategy
    gives_by_itself: bool
    places: tuple[Place, ...]
    waiting: int

    @property
    def members(self) -> tuple[Place, ...]:
        """Those who sign in, and can be given cases."""
        return tuple(place for place in self.places if place.employee.member_id is not None)

    @property
    def others(self) -> tuple[Place, ...]:
        """Those who do not sign in."""
        return tuple(place for place in self.places if place.employee.member_id is None)


def list_people(sharing: TeamSharing, *, at: datetime) -> list[tuple[Member, Person]]:
    """The members of a team who are here and work cases, with what decides whose turn it is."""
    crew = [
        employee
        for employee in Employee.objects.filter(team=sharing.team, member__isnull=False).select_related("member__user")
        if employee.is_here(at) and employee.member is not None and employee.member.may("work_cases")
    ]
    load = count_open_by_member()
    turns = dict(sharing.people.values_list("member", "turn"))
    return [
        (
            employee.member,
            Person(
                key=employee.member.pk,
                open_cases=load.get(employee.member.pk, 0),
                most_cases=employee.most_cases,
                last_turn=turns.get(employee.member.pk, 0),
                skills=frozenset(employee.skills),
            ),
        )
        for employee in crew
        if employee.member is not None
    ]


def count_open_by_member() -> dict[int, int]:
    """How many cases that are not over each member has."""
    standing = Case.objects.exclude(state__in=OVER).exclude(assignee=None)
    return {row["assignee"]: row["n"] for row in standing.values("assignee").order_by().annotate(n=Count("pk"))}


def list_waiting(team: Team, *, limit: int = 200) -> Sequence[Case]:
    """The team's cases that nobody has, the oldest first."""
    return list(waiting_for(team).order_by("opened_at", "pk")[:limit])


def list_team_lines(*, at: datetime) -> list[TeamLine]:
    """Every team, by name, with everybody who has not left."""
    load = count_open_by_member()
    sharings = {one.team_id: one for one in TeamSharing.objects.all()}
    crews: dict[int | None, list[Place]] = {}
    for employee in Employee.objects.filter(left_on=None).select_related("member__user").order_by("name", "pk"):
        place = Place(employee, load.get(employee.member_id or 0, 0), employee.is_here(at))
        crews.setdefault(employee.team_id, []).append(place)
    return [_line(team, sharings.get(team.pk), tuple(crews.get(team.pk, ()))) for team in Team.objects.order_by("name")]


def _line(team: Team, sharing: TeamSharing | None, places: tuple[Place, ...]) -> TeamLine:
    strategy = Strategy(sharing.strategy) if sharing else Strategy.ROUND_ROBIN
    return TeamLine(team, strategy, bool(sharing and sharing.gives_by_itself), places, waiting_for(team).count())


def waiting_for(team: Team) -> QuerySet[Case]:
    """The team's cases that are ours to work on and that nobody has."""
    return Case.objects.filter(team=team.name, assignee=None).exclude(state__in=OVER)
