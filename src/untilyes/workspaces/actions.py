"""Verbs about the house itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from untilyes.workspaces.models import AuditEntry, Member, User, Workspace
from untilyes.workspaces.rules import Role


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


def describe_workspace(workspace: Workspace, words: Mapping[str, str]) -> Workspace:
    """Change the workspace's name, why or difference."""
    for field in ("name", "why", "difference"):
        if field in words:
            setattr(workspace, field, words[field])
    workspace.save()
    return workspace
