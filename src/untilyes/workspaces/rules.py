"""What each role may do. Pure: no Django."""

import re
from enum import StrEnum
from zoneinfo import available_timezones


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
    "write_knowledge": _LEADERS | {Role.AGENT},
    "validate_knowledge": _LEADERS,  # what customers read as true is vouched for by those who answer for it
    "edit_surveys": _LEADERS | {Role.ANALYST},
    "edit_promises": _LEADERS,
    "edit_rules": _LEADERS,  # who is given what, and what happens by itself
    "run_campaigns": _LEADERS,  # writing to many customers at once
    "import_files": _LEADERS | {Role.ANALYST},
    "merge_customers": _LEADERS | {Role.AGENT},
    "erase_customers": frozenset({Role.OWNER}),
    "act_on_findings": _LEADERS | {Role.ANALYST},
    "see_audit": _LEADERS,
    "edit_workspace": frozenset({Role.OWNER}),
}


def check_workspace(*, name: str, timezone: str, colour: str) -> None:
    """Raise ValueError, with what to write instead, unless a workspace can be described like this."""
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"A workspace has a name of at most {LONGEST_NAME} characters.")
    if timezone not in available_timezones():
        raise ValueError(f"{timezone!r} is not a time zone; write one like Europe/Berlin.")
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"{colour!r} is not a colour; write one like #1f5fbf.")


def read_currency(text: str) -> str:
    """ "eur" as "EUR"; nothing when no money is to be shown. Raises ValueError for what is no currency's code."""
    code = text.strip().upper()
    if code and not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueError(f"{text!r} is not a currency; write its three letters, such as EUR, or nothing.")
    return code


def read_languages(text: str) -> list[str]:
    """ "en, de" as a list, the default first. Raises ValueError for what is no language code."""
    codes = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not codes:
        raise ValueError("Customers are asked in at least one language.")
    for code in codes:
        if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", code):
            raise ValueError(f"{code!r} is not a language; write codes like en, de or pt-BR.")
    return codes


def read_skills(text: str) -> list[str]:
    """ "German, returns" as a list of plain words, each once. Raises ValueError for too long a word."""
    words = list(dict.fromkeys(word for part in text.split(",") if (word := part.strip().casefold())))
    if any(len(word) > LONGEST_SKILL for word in words):
        raise ValueError(f"A skill is a word or two, of at most {LONGEST_SKILL} characters.")
    return words


LONGEST_NAME = 120
LONGEST_SKILL = 40
