"""The cast of every story: Ada administers Acme, Ben works cases there, Cleo is its customer, Dan is a stranger."""

from dataclasses import dataclass

from untilyes.customers.actions import welcome_customer
from untilyes.customers.models import Customer
from untilyes.workspaces.actions import add_member, found_workspace
from untilyes.workspaces.models import Member, User, Workspace
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import inside

PASSWORD = "a-long-pass-phrase-for-tests"


@dataclass(frozen=True)
class Cast:
    """Acme and its people, and Dan, who belongs to Globex and must see nothing of Acme."""

    acme: Workspace
    globex: Workspace
    ada: Member
    ben: Member
    dan: Member
    cleo: Customer


def assemble_cast() -> Cast:
    """Create the cast in the database."""
    ada = found_workspace(
        "acme",
        name="Acme",
        owner=_user("ada@acme.example", "Ada"),
        timezone="Europe/Berlin",
        languages=["en", "de", "es", "pt"],
        why="We make things that work the first time.",
    )
    ben = add_member(ada.workspace, _user("ben@acme.example", "Ben"), role=Role.AGENT)
    dan = found_workspace("globex", name="Globex", owner=_user("dan@globex.example", "Dan"))
    with inside(ada.workspace):
        cleo = welcome_customer(email="cleo@customer.example", name="Cleo", language="en")
    return Cast(ada.workspace, dan.workspace, ada, ben, dan, cleo)


def _user(email: str, name: str) -> User:
    return User.objects.create_user(email, PASSWORD, first_name=name)
