"""Fernweh before its history: the people who work there, what they ask, what they promise."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from untilyes.promises.actions import ensure_default_promises, make_promise
from untilyes.promises.rules import Measures
from untilyes.sim import Employee as SimulatedEmployee
from untilyes.sim import PromiseTruth
from untilyes.surveys.actions import ensure_confirmation
from untilyes.workspaces.actions import add_member, found_workspace
from untilyes.workspaces.models import Employee, Member, Team, User, Workspace
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import inside

SLUG = "fernweh"
PASSWORD = "only-for-the-demo"  # noqa: S105 - the demonstration listens on this machine only
PEOPLE = {"ada": ("Ada", "Lindqvist"), "ben": ("Ben", "Okafor"), "vera": ("Vera", "Costa")}


@dataclass(frozen=True)
class House:
    """The workspace and who is in it: Ada owns it, Ben works cases, Vera looks on."""

    workspace: Workspace
    ada: Member
    ben: Member
    vera: Member


@transaction.atomic
def found_house(*, name: str, at: datetime) -> House:
    """Found the workspace with its three members, the confirmation and the promise about time to yes."""
    ada = found_workspace(
        SLUG,
        name=name,
        owner=_sign_up("ada"),
        timezone="Europe/Berlin",
        languages=["en", "de", "es", "pt"],
        currency="EUR",
        why="Nobody should turn back for lack of the right gear.",
        difference="We repair what we sell, and we say when it will be there.",
    )
    house = ada.workspace
    ben = add_member(house, _sign_up("ben"), role=Role.AGENT)
    vera = add_member(house, _sign_up("vera"), role=Role.VIEWER)
    ensure_confirmation(house, at=at, by=ada)
    with inside(house):
        ensure_default_promises(at=at, by=ada)
    return House(house, ada, ben, vera)


def find_house() -> House:
    """The house as it was founded before."""
    workspace = Workspace.objects.get(slug=SLUG)
    members = {str(member.user.email).partition("@")[0]: member for member in workspace.members.select_related("user")}
    return House(workspace, members["ada"], members["ben"], members["vera"])


def make_promises(promises: tuple[PromiseTruth, ...], *, at: datetime, by: Member) -> None:
    """Promise publicly what the company's history is measured against."""
    for promise in promises:
        make_promise(
            promise.name,
            slug=promise.key,
            about=Measures.IMPORTED,
            limit=promise.limit,
            target=promise.target,
            at=at,
            by=by,
            is_public=True,
        )


def hire(employees: tuple[SimulatedEmployee, ...]) -> dict[str, str]:
    """Write the staff into their teams; return the product's key for each simulated one."""
    teams = {name: Team.objects.create(name=name) for name in sorted({member.team for member in employees})}
    hired = [Employee.objects.create(name=member.name, team=teams[member.team]) for member in employees]
    return {member.employee_id: str(row.pk) for member, row in zip(employees, hired, strict=True)}


def _sign_up(who: str) -> User:
    first, last = PEOPLE[who]
    return User.objects.create_user(f"{who}@fernweh.example", PASSWORD, first_name=first, last_name=last)
