"""How sure an article is, who may read it, and what use does to it. Pure: no Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final


class Confidence(StrEnum):
    """How far an article can be relied on. Archived ones are kept and no longer offered."""

    IN_PROGRESS = "in_progress"
    NOT_VALIDATED = "not_validated"
    VALIDATED = "validated"
    ARCHIVED = "archived"


class Audience(StrEnum):
    """Who may read a validated article: only us, whoever comes to the help centre, or search engines too."""

    TEAM = "team"
    CUSTOMERS = "customers"
    EVERYONE = "everyone"

    @property
    def is_public(self) -> bool:
        return self is not Audience.TEAM


class Governance(StrEnum):
    """Who validates: customers by saying yes, or only somebody allowed to (prices, law, safety)."""

    BY_USE = "by_use"
    BY_HAND = "by_hand"


class Taught(StrEnum):
    """What a case taught us: an article that was there, a new one, or nothing, and why."""

    LINKED = "linked"
    CREATED = "created"
    NOTHING = "nothing"


class Verdict(StrEnum):
    """What the customer said to the solution an article was used for; empty while they have said nothing."""

    SILENT = ""
    YES = "yes"
    NO = "no"


class Place(StrEnum):
    """Where somebody looked: customers in the help centre, we beside a case, we on the knowledge page.

    In a comment nobody looked: a customer asked, and might as well have.
    """

    HELP = "help"
    CASE = "case"
    STAFF = "staff"
    VOICE = "voice"


class FileKind(StrEnum):
    """What an article may carry beside its words."""

    PICTURE = "picture"
    VIDEO = "video"


class NotWritable(ValueError):
    """What was written cannot be an article; the message says what would."""


class NotUsable(ValueError):
    """The step does not fit the article as it stands; the message says what would."""


# So many different customers' yeses make an article valid that may be validated by use.
YES_NEEDED: Final = 3
REVIEW_AFTER: Final = timedelta(days=180)
LONGEST_TITLE: Final = 160
LONGEST_BODY: Final = 40_000
LONGEST_ASKED: Final = 1_000
MOST_STEPS: Final = 30
LONGEST_STEP: Final = 2_000


@dataclass(frozen=True)
class Step:
    """One slide of an article: a picture (the number of one of its files, 0 for none) and what to do."""

    text: str
    picture: int = 0


def raise_confidence(confidence: Confidence, *, governance: Governance, yeses: int) -> Confidence:
    """The confidence after a customer's yes to a solution the article was used for.

    A first yes shows that it is usable; `yeses` of different customers since it was last changed make it valid, where
    use may do that.
    """
    if confidence is Confidence.IN_PROGRESS:
        return Confidence.NOT_VALIDATED
    if confidence is Confidence.NOT_VALIDATED and governance is Governance.BY_USE and yeses >= YES_NEEDED:
        return Confidence.VALIDATED
    return confidence


def find_confidence_after_edit(confidence: Confidence, *, may_validate: bool) -> Confidence:
    """A change by somebody who may not validate has to be looked at; what customers read stays as it was until then."""
    if confidence is Confidence.VALIDATED and not may_validate:
        return Confidence.NOT_VALIDATED
    return confidence


def check_text(*, title: str, body: str, asked_as: str, steps: Sequence[Step]) -> None:
    """Raise NotWritable unless this can be kept as a version of an article."""
    if not title.strip():
        raise NotWritable("Give it a title, best in the words a customer would use.")
    if len(title) > LONGEST_TITLE:
        raise NotWritable(f"A title has at most {LONGEST_TITLE} characters.")
    if len(body) > LONGEST_BODY:
        raise NotWritable(f"An article has at most {LONGEST_BODY:,} characters; make two of it.")
    if len(asked_as) > LONGEST_ASKED:
        raise NotWritable(f"The customers’ words have at most {LONGEST_ASKED:,} characters.")
    if len(steps) > MOST_STEPS:
        raise NotWritable(f"An article has at most {MOST_STEPS} steps.")
    if any(len(step.text) > LONGEST_STEP for step in steps):
        raise NotWritable(f"A step has at most {LONGEST_STEP:,} characters.")


def find_missing(*, body: str, steps: Sequence[Step]) -> str:
    """Why the article is not ready to be relied on; empty when it is."""
    return "" if body.strip() or steps else "Write the answer first: the text or the steps are still empty."


def set_review(at: datetime) -> date:
    """When an article written or looked through now should be looked through again."""
    return (at + REVIEW_AFTER).date()


def count_yeses(said: Iterable[tuple[str, Verdict]]) -> int:
    """How many different customers said yes; each counts once, by (who, what they said)."""
    return len({who for who, verdict in said if verdict is Verdict.YES})
