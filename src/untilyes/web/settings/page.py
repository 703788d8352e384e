"""The page of keys: which programs may come in, and what each may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from untilyes.web.components.empty_state import EmptyState
from untilyes.workspaces.keys import MARK, SCOPES, Scope
from untilyes.workspaces.models import ApiKey, Member
from untilyes.workspaces.queries import list_api_keys

NO_KEYS = EmptyState(
    "No program comes in yet",
    "Your shop, your help desk or a script can read cases, hand in what customers wrote and answered, and write to "
    "them. Give each program a key of its own, so that one can be revoked without the others.",
)


@dataclass(frozen=True)
class KeyLine:
    """One key. `stopped` says why it opens nothing any more, or is empty."""

    id: int
    name: str
    shown: str
    opens: tuple[str, ...]
    made_by: str
    made_at: datetime
    last_used_at: datetime | None
    stopped: str
    is_revoked: bool


@dataclass(frozen=True)
class KeysPage:
    """Every key, the one just made (shown this once), and what was typed where it was refused."""

    keys: tuple[KeyLine, ...]
    scopes: Mapping[Scope, str]
    empty: EmptyState
    made: str = ""
    made_name: str = ""
    problem: str = ""
    typed_name: str = ""
    typed_scopes: tuple[str, ...] = ()


def build_keys_page(
    member: Member,
    *,
    made: tuple[ApiKey, str] | None = None,
    problem: str = "",
    typed_name: str = "",
    typed_scopes: tuple[str, ...] = (),
) -> KeysPage:
    """The page for an owner. Raises NotAllowed."""
    return KeysPage(
        keys=tuple(_line(key) for key in list_api_keys(seen_by=member)),
        scopes=SCOPES,
        empty=NO_KEYS,
        made=made[1] if made else "",
        made_name=made[0].name if made else "",
        problem=problem,
        typed_name=typed_name,
        typed_scopes=typed_scopes,
    )


def _line(key: ApiKey) -> KeyLine:
    return KeyLine(
        id=key.pk,
        name=key.name,
        shown=f"{MARK}_{key.prefix}_…",
        opens=tuple(SCOPES[Scope(scope)] for scope in key.scopes),
        made_by=key.made_by_name,
        made_at=key.made_at,
        last_used_at=key.last_used_at,
        stopped=_tell_why_stopped(key),
        is_revoked=key.revoked_at is not None,
    )


def _tell_why_stopped(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "" if key.is_good else f"opens nothing: {key.made_by_name}, whom it stood for, has left"
