"""What must be so before a rule acts. No Django."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from untilyes.automation.parts import Part
from untilyes.cases.rules import Priority


class About(StrEnum):
    """What a condition looks at."""

    TEAM = "team"
    CHANNEL = "channel"
    TOUCHPOINT = "touchpoint"
    LANGUAGE = "language"
    SOURCE = "source"
    WORDS = "words"
    TOPIC = "topic"
    SEGMENT = "segment"
    UNHAPPY_ABOUT = "unhappy_about"
    ANSWER = "answer"
    TRAIT = "trait"
    REOPENS = "reopens"
    PRIORITY = "priority"
    HAS = "has"


class Compare(StrEnum):
    """How a condition compares."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


_NUMBERS = frozenset({Compare.IS, Compare.AT_LEAST, Compare.AT_MOST})
_ONE_OF = frozenset({Compare.IS, Compare.IS_NOT})
FITTING: Final[Mapping[About, frozenset[Compare]]] = {
    About.WORDS: frozenset({Compare.CONTAINS}),
    About.UNHAPPY_ABOUT: _ONE_OF,
    About.ANSWER: _NUMBERS,
    About.REOPENS: _NUMBERS,
    About.TRAIT: frozenset(Compare),
    **dict.fromkeys(
        (About.TEAM, About.CHANNEL, About.TOUCHPOINT, About.LANGUAGE, About.SOURCE, About.PRIORITY, About.HAS), _ONE_OF
    ),
    **dict.fromkeys((About.TOPIC, About.SEGMENT), _ONE_OF),
}
KNOWN_BY_KEY: Final = frozenset({About.TOPIC, About.SEGMENT})
"""Named by key and not by a word people write: a topic's key, a segment's slug."""
SOMEBODY, NOBODY = "somebody", "nobody"


class Condition(Part):
    """One thing that must be so. `value` may name several, with commas: any of them will do."""

    about: About
    name: Annotated[str, Field(max_length=80)] = ""
    how: Compare = Compare.IS
    value: Annotated[str, Field(max_length=200)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        about = self.about.value.replace("_", " ")
        if self.how not in FITTING[self.about]:
            raise ValueError(f"“{about}” cannot be compared by “{self.how.value.replace('_', ' ')}”.")
        if self.about in {About.ANSWER, About.TRAIT} and not self.name:
            raise ValueError(f"Say which {about} is meant.")
        if not self.values:
            raise ValueError(f"Say what “{about}” is compared with.")
        if self.how in {Compare.AT_LEAST, Compare.AT_MOST} or self.about in {About.ANSWER, About.REOPENS}:
            read_number(self.value)
        if self.about is About.HAS and not set(self.values) <= {SOMEBODY, NOBODY}:
            raise ValueError("A case has somebody, or nobody.")
        if self.about is About.PRIORITY and not set(self.values) <= {one.name.casefold() for one in Priority}:
            raise ValueError("A priority is normal, high or urgent.")
        if self.about in KNOWN_BY_KEY and len(self.values) > 1:
            raise ValueError(f"A condition names one {about}; for another, write another rule.")
        return self

    @property
    def values(self) -> tuple[str, ...]:
        """What it is compared with, each in small letters."""
        return tuple(word for part in self.value.split(",") if (word := part.strip().casefold()))


def read_number(text: str) -> float:
    """The number people wrote. Raises ValueError, saying what to write."""
    try:
        return float(text.strip())
    except ValueError as error:
        raise ValueError(f"“{text}” is not a number.") from error
