"""What each role may do. Pure: no Django."""

from enum import StrEnum


class Role(StrEnum):
    """A member's role, from the one who may do everything to the one who may look."""

    OWNER = "owner"
    MANAGER = "manager"
    AGENT = "agent"
    ANALYST = "analyst"
    VIEWER = "viewer"

    def may(self, action: str) -> bool:
        """Whether the role allows `action`. Raises KeyError for an action nobody defined."""
        return self in ALLOWED[action]


_EVERYONE = frozenset(Role)
_LEADERS = frozenset({Role.OWNER, Role.MANAGER})

ALLOWED: dict[str, frozenset[Role]] = {
    "see": _EVERYONE,
    "see_customers": _EVERYONE - {Role.VIEWER},
    "work_cases": _LEADERS | {Role.AGENT},
    "end_cases": _LEADERS,  # ending without the customer's yes is never an agent's decision alone
    "edit_surveys": _LEADERS | {Role.ANALYST},
    "edit_promises": _LEADERS,
    "import_files": _LEADERS | {Role.ANALYST},
    "merge_customers": _LEADERS | {Role.AGENT},
    "erase_customers": frozenset({Role.OWNER}),
    "act_on_findings": _LEADERS | {Role.ANALYST},
    "see_audit": _LEADERS,
    "edit_workspace": frozenset({Role.OWNER}),
}
