"""A team of agents, and cases that wait for one of them."""

from datetime import datetime

from tests.cases.stories import AT
from tests.cast import PASSWORD, Cast
from untilyes.cases.actions import open_case
from untilyes.cases.models import Case
from untilyes.feedback.facts import Circumstances
from untilyes.workspaces.actions import add_member, place_employee
from untilyes.workspaces.models import Employee, Member, Team, User
from untilyes.workspaces.rules import Role


def hire(cast: Cast, name: str, *, team: str = "Shoes", role: Role = Role.AGENT) -> Member:
    """Somebody who works cases in a team."""
    user = User.objects.create_user(f"{name.lower()}@acme.example", PASSWORD, first_name=name)
    member = add_member(cast.acme, user, role=role)
    place_employee(name, team=team, member=member, by=cast.ada, at=AT)
    return member


def employee_of(member: Member) -> Employee:
    """Where they are written down."""
    return Employee.objects.get(member=member)


def team_called(name: str = "Shoes") -> Team:
    """The team."""
    return Team.objects.get_or_create(name=name)[0]


def complain(cast: Cast, *, at: datetime = AT, team: str = "Shoes", language: str = "en", **more: str) -> Case:
    """A case somebody opened by hand, that nobody has."""
    when = Circumstances(at=at, source="survey", customer_id=cast.cleo.pk, team=team, **more)
    return open_case(cast.cleo, when=when, words="The left shoe is missing.", language=language, by=cast.ben)
