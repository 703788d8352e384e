"""What is tried: which promise, in which hours, on whose history. Pure: no Django."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote

from untilyes.promises.rules import Measures, check_terms

SUBJECT: Final = "trial"
LONGEST: Final = 200
"""Letters a subject's name may have."""


class Source(StrEnum):
    """Whose history: our own cases, a log that was imported by a recipe, or the times a promise was given."""

    CASES = "cases"
    LOG = "log"
    GIVEN = "given"


KINDS: Final = {
    Source.CASES: tuple(one for one in Measures if one is not Measures.IMPORTED),
    # A log knows that work was over, and never that the customer said yes.
    Source.LOG: (
        Measures.FIRST_RESPONSE,
        Measures.NEXT_RESPONSE,
        Measures.UPDATE,
        Measures.FIRST_RESOLUTION,
        Measures.OWNERSHIP,
    ),
    Source.GIVEN: (Measures.IMPORTED,),
}
"""What kinds of promises each history can tell of."""


class CannotBeTried(ValueError):
    """The trial makes no sense as asked; the message says what would."""


@dataclass(frozen=True)
class Asked:
    """A promise to be tried. `key` is the recipe of a log, or the promise that was given.

    `hours` is the calendar version whose open hours count, 0 for every minute; `team` and `channel` are empty for all.
    Raises TargetTooLoose and CannotBeTried.
    """

    source: Source
    key: str
    about: Measures
    limit: timedelta
    target: timedelta
    hours: int = 0
    team: str = ""
    channel: str = ""

    def __post_init__(self) -> None:
        check_terms(limit=self.limit, target=self.target)
        if self.about not in KINDS[self.source]:
            about, *known = (one.value.replace("_", " ") for one in (self.about, *KINDS[self.source]))
            raise CannotBeTried(f"This history does not tell of {about!r}; it tells of {', '.join(known)}.")
        if len(self.subject) > LONGEST:
            raise CannotBeTried("The names of this team and channel are too long to be tried together.")

    @property
    def subject(self) -> str:
        """What it is worked out under: "trial:cases::first_response:14400:7200:0::"."""
        parts = (
            self.source.value,
            self.key,
            self.about.value,
            f"{self.limit.total_seconds():g}",
            f"{self.target.total_seconds():g}",
            str(self.hours),
            self.team,
            self.channel,
        )
        return ":".join([SUBJECT, *(quote(part, safe="") for part in parts)])


def read_asked(words: tuple[str, ...]) -> Asked:
    """What was asked, from the words after the subject's name. Raises ValueError."""
    source, key, about, limit, target, hours, team, channel = (unquote(word) for word in words)
    told_limit, told_target = (timedelta(seconds=float(one)) for one in (limit, target))
    return Asked(Source(source), key, Measures(about), told_limit, told_target, int(hours), team, channel)
