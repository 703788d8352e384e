"""Verbs about the house itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from untilyes.plumbing.mail import send_mail_soon
from untilyes.workspaces.access import require
from untilyes.workspaces.models import AuditEntry, Employee, Member, Team, User, Workspace
from untilyes.workspaces.rules import Role, check_workspace, read_currency, read_languages
from untilyes.workspaces.tenancy import current_workspace, inside


def record_audit(
    verb: str, *, about: str, at: datetime, by: Member | None = None, by_name: str = "", **detail: Any
) -> None:
    """Write down who did what. Part of the transaction of the verb it tells of."""
    name = by.user.display_name if by else by_name or "UntilYes"
    AuditEntry.objects.create(at=at, by=by, by_name=name, verb=verb, about=about, detail=detail)


@transaction.atomic
def found_workspace(
    slug: str,
    *,
    name: str,
    owner: User,
    timezone: str = "UTC",
    languages: Sequence[str] = ("en",),
    **words: str,
) -> Member:
    """Create a workspace with its first owner. Raises ValueError when the time zone is not an IANA name."""
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{timezone!r} is not a time zone; write one like Europe/Berlin.") from error
    workspace = Workspace.objects.create(slug=slug, name=name, timezone=timezone, languages=list(languages), **words)
    return add_member(workspace, owner, role=Role.OWNER)


def add_member(workspace: Workspace, user: User, *, role: Role) -> Member:
    """Give the user a place in the workspace, or change the role they have there."""
    member, _ = Member.objects.update_or_create(workspace=workspace, user=user, defaults={"role": role})
    return member


@transaction.atomic
def invite_member(email: str, *, role: Role, name: str = "", by: Member, at: datetime) -> Member:
    """Give somebody a place in the current workspace, or another role there; whoever is new sets a password by e-mail.

    Raises ValueError when the address is none or the workspace would be left without an owner, NotAllowed.
    """
    require(by, "edit_workspace")
    workspace, address = current_workspace(), email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError(f"{email!r} is not an e-mail address.") from error
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, None, first_name=name.strip()[:150])
    standing = workspace.members.filter(user=user).first()
    if standing is not None:
        _keep_an_owner(standing, becoming=role)
    member = add_member(workspace, user, role=role)
    record_audit("invite_member", about=f"member:{member.pk}", at=at, by=by, email=address, role=role.value)
    if standing is None:
        address_of_password = f"{settings.BASE_URL}/accounts/password/reset/"
        send_mail_soon(
            "workspaces/mail/invited",
            to=address,
            subject=f"{by.user.display_name} added you to {workspace.name}",
            context={"by": by, "workspace": workspace, "email": address, "address": address_of_password, "role": role},
        )
    return member


@transaction.atomic
def change_role(member: Member, role: Role, *, by: Member, at: datetime) -> Member:
    """Give a member another role. Raises ValueError when nobody would own the workspace any more, NotAllowed."""
    require(by, "edit_workspace")
    _keep_an_owner(member, becoming=role)
    if member.role != role:
        before, member.role = member.role, role.value
        member.save(update_fields=["role"])
        record_audit("change_role", about=f"member:{member.pk}", at=at, by=by, before=before, role=role.value)
    return member


@transaction.atomic
def remove_member(member: Member, *, by: Member, at: datetime) -> None:
    """Take somebody's place away; what they did keeps their name. Raises ValueError for the last owner, NotAllowed."""
    require(by, "edit_workspace")
    _keep_an_owner(member, becoming=None)
    record_audit("remove_member", about=f"member:{member.pk}", at=at, by=by, email=member.user.email)
    member.delete()


@transaction.atomic
def describe_workspace(
    workspace: Workspace, words: Mapping[str, str], *, by: Member | None = None, at: datetime | None = None
) -> Workspace:
    """Change the workspace's name, why, difference, time zone, colour, currency or languages (a list with commas).

    Raises ValueError when the name is empty, the zone, the colour or the currency is none, or no language is left;
    NotAllowed.
    """
    if by:
        require(by, "edit_workspace")
    for field in ("name", "why", "difference", "timezone", "colour"):
        if field in words:
            setattr(workspace, field, words[field].strip())
    if "currency" in words:
        workspace.currency = read_currency(words["currency"])
    if "languages" in words:
        workspace.languages = read_languages(words["languages"])
    check_workspace(name=workspace.name, timezone=workspace.timezone, colour=workspace.colour)
    workspace.save()
    if by and at:
        with inside(workspace):
            record_audit("describe_workspace", about=f"workspace:{workspace.slug}", at=at, by=by, **dict(words))
    return workspace


@transaction.atomic
def place_employee(name: str, *, team: str = "", member: Member | None = None, by: Member, at: datetime) -> Employee:
    """Write down somebody who serves customers, and their team. A member has one place; writing it again moves it.

    Raises ValueError when the name is empty, NotAllowed.
    """
    require(by, "edit_workspace")
    if not name.strip():
        raise ValueError("Write their name.")
    crew = Team.objects.get_or_create(name=team.strip()[:80])[0] if team.strip() else None
    wanted = {"name": name.strip()[:120], "team": crew}
    if member is not None:
        employee, _ = Employee.objects.update_or_create(member=member, workspace=current_workspace(), defaults=wanted)
    else:
        employee = Employee.objects.create(**wanted)
    record_audit("place_employee", about=f"employee:{employee.pk}", at=at, by=by, name=employee.name, team=team.strip())
    return employee


@transaction.atomic
def describe_employee(
    employee: Employee, *, skills: Sequence[str], most_cases: int | None, by: Member, at: datetime
) -> Employee:
    """Write down what somebody knows and how many open cases they are given at most. Raises NotAllowed."""
    require(by, "edit_rules")
    if (employee.skills, employee.most_cases) != (list(skills), most_cases):
        employee.skills, employee.most_cases = list(skills), most_cases
        employee.save(update_fields=["skills", "most_cases"])
        about, known = f"employee:{employee.pk}", employee.skills
        record_audit("describe_employee", about=about, at=at, by=by, skills=known, most_cases=most_cases)
    return employee


@transaction.atomic
def set_away(employee: Employee, until: datetime | None, *, by: Member, at: datetime) -> Employee:
    """Say until when somebody is given nothing new; None for back now. Their own matter too. Raises NotAllowed."""
    if employee.member_id != by.pk:
        require(by, "edit_rules")
    if employee.away_until != until:
        employee.away_until = until
        employee.save(update_fields=["away_until"])
        told = until.isoformat() if until else ""
        record_audit("set_away", about=f"employee:{employee.pk}", at=at, by=by, until=told)
    return employee


def _keep_an_owner(member: Member, *, becoming: Role | None) -> None:
    owners = Member.objects.select_for_update().filter(workspace=member.workspace, role=Role.OWNER)
    if becoming is not Role.OWNER and member.role == Role.OWNER and owners.count() == 1:
        raise ValueError(f"{member} is the only owner; make somebody else an owner first.")
