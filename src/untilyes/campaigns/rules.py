"""Who is written to, what a text may say, and how fast it goes out. Pure: no Django."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class NotPossible(ValueError):
    """The step does not fit the campaign as it stands; the message says what would."""


class About(StrEnum):
    """What everybody in a campaign said no to."""

    CAUSE = "cause"
    PLACE = "place"
    FINDING = "finding"
    WORDS = "words"
    TOPIC = "topic"
    SEGMENT = "segment"
    RULE = "rule"


class Stage(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    SENDING = "sending"
    STOPPED = "stopped"
    SENT = "sent"


class Fate(StrEnum):
    """What became of one customer in a campaign."""

    WAITING = "waiting"
    IN_CASE = "in_case"
    BY_MAIL = "by_mail"
    OPTED_OUT = "opted_out"
    TOLD_BEFORE = "told_before"
    TOLD_LATELY = "told_lately"
    NO_ADDRESS = "no_address"
    FAILED = "failed"

    @property
    def is_told(self) -> bool:
        return self in {Fate.IN_CASE, Fate.BY_MAIL}


class Said(StrEnum):
    """What a customer answered when asked again."""

    YES = "yes"
    NO = "no"
    IN_PART = "in_part"


class Decision(StrEnum):
    """What we do about a cause that keeps coming back."""

    FIX = "fix"
    TELL = "tell"
    ACCEPT = "accept"


SLOWEST, FASTEST = 1, 600
LETTER_REST: Final = timedelta(days=14)
"""Nobody gets two letters closer together, however often letters are written."""
LATE: Final = timedelta(days=45)
"""What reaches us so long after it was said is answered with the letter that comes next."""
LONGEST_TEXT, LONGEST_SUBJECT = 5_000, 120
ROUND = timedelta(seconds=5)
"""How often the worker sends the next few."""
VARIABLES: Final = ("customer", "house", "case")
_BRACED = re.compile(r"\{([^{}]*)\}")


def check_text(text: str, *, what: str = "The text") -> str:
    """The text, trimmed. Raises NotPossible when it is empty, too long, or names a variable there is none of."""
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    longest = LONGEST_SUBJECT if what == "The subject" else LONGEST_TEXT
    if not words or len(words) > longest:
        raise NotPossible(f"{what} has at least one and at most {longest} characters.")
    for name in _BRACED.findall(words):
        if name not in VARIABLES:
            known = ", ".join(f"{{{one}}}" for one in VARIABLES)
            raise NotPossible(f"{what} names {{{name}}}, which means nothing; there are {known}.")
    return words


def fill_text(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in. What a customer is called may itself hold braces: it is put in once.

    >>> fill_text("Hello {customer}, {house} here.", {"customer": "{house}", "house": "Acme"})
    'Hello {house}, Acme here.'
    """
    return _BRACED.sub(lambda found: values.get(found[1], found[0]), text)


def count_now(per_minute: int) -> int:
    """How many may leave in one round of the worker, at least one."""
    return max(1, int(per_minute * ROUND.total_seconds() // 60))


def find_month_start(local_now: datetime) -> datetime:
    """The first moment of the month, in the zone the time is given in: a letter covers what was heard before it."""
    return local_now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def is_letter_due(*, last_until: datetime | None, local_now: datetime) -> bool:
    """Whether the month before this one has no letter yet, drafted or sent."""
    return last_until is None or last_until < find_month_start(local_now)
