"""What a rule says: when something happens, if it is so, do this. Stored as JSON, checked when read. No Django."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from untilyes.cases.rules import Priority, Step


class BadRule(ValueError):
    """The rule cannot be followed as written; the message says what to write instead."""


class When(StrEnum):
    """What a rule waits for."""

    OPENED = "opened"
    CUSTOMER_WROTE = "customer_wrote"
    SAID_NO = "said_no"
    REOPENED = "reopened"
    PROPOSED = "proposed"
    SAID_YES = "said_yes"
    NOT_DELIVERED = "not_delivered"
    TARGET_MISSED = "target_missed"
    PROMISE_MISSED = "promise_missed"
    PROMISE_NEAR = "promise_near"
    SILENT = "silent"

    @property
    def is_timed(self) -> bool:
        """Whether it comes with time and not with a step: no line of the history says it."""
        return self in {When.PROMISE_NEAR, When.SILENT}


STEPS: Final[Mapping[When, frozenset[Step]]] = {
    When.OPENED: frozenset({Step.OPENED}),
    When.CUSTOMER_WROTE: frozenset({Step.CUSTOMER_WROTE}),
    When.SAID_NO: frozenset({Step.JOINED, Step.SAID_NO}),
    When.REOPENED: frozenset({Step.JOINED, Step.SAID_NO, Step.CUSTOMER_WROTE}),
    When.PROPOSED: frozenset({Step.PROPOSED}),
    When.SAID_YES: frozenset({Step.SAID_YES}),
    When.NOT_DELIVERED: frozenset({Step.NOT_DELIVERED}),
    When.TARGET_MISSED: frozenset({Step.TARGET_MISSED}),
    When.PROMISE_MISSED: frozenset({Step.PROMISE_MISSED}),
}


def list_whens(step: Step, detail: Mapping[str, object]) -> list[When]:
    """What a line of a case's history means to rules. Reopening is a line that says so, whichever step it was."""
    found = [when for when, steps in STEPS.items() if step in steps]
    return [when for when in found if when is not When.REOPENED or detail.get("reopened")]


class About(StrEnum):
    """What a condition looks at."""

    TEAM = "team"
    CHANNEL = "channel"
    TOUCHPOINT = "touchpoint"
    LANGUAGE = "language"
    SOURCE = "source"
    WORDS = "words"
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
}
SOMEBODY, NOBODY = "somebody", "nobody"


class Part(BaseModel):
    """A part of a rule; what it does not know it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
        return self

    @property
    def values(self) -> tuple[str, ...]:
        """What it is compared with, each in small letters."""
        return tuple(word for part in self.value.split(",") if (word := part.strip().casefold()))


class Does(StrEnum):
    """What a rule can do. Writing to a customer is not among them: only people do that."""

    GIVE = "give"
    SHARE_OUT = "share_out"
    PRIORITY = "priority"
    NOTE = "note"
    TELL = "tell"


ASSIGNEE, LEADERS = "assignee", "leaders"


class Act(Part):
    """One thing to do. `to` is member:<key>, team:<key>, assignee, leaders, or a priority."""

    does: Does
    to: Annotated[str, Field(max_length=40)] = ""
    text: Annotated[str, Field(max_length=1_000)] = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        kind, _, key = self.to.partition(":")
        if self.does is Does.GIVE and not (kind in {"member", "team"} and key.isdecimal()):
            raise ValueError("Say to whom, or to which team, the case is given.")
        if self.does is Does.SHARE_OUT and not (kind == "team" and key.isdecimal()):
            raise ValueError("Say in which team the case is shared out.")
        if self.does is Does.PRIORITY and self.to not in {one.name.lower() for one in Priority}:
            raise ValueError("Say which priority the case gets: normal, high or urgent.")
        if self.does is Does.TELL and not (self.to in {ASSIGNEE, LEADERS} or (kind == "member" and key.isdecimal())):
            raise ValueError("Say who is told: whoever has the case, the leaders, or somebody by name.")
        if self.does is Does.NOTE and not self.text.strip():
            raise ValueError("Write the note.")
        return self

    @property
    def key(self) -> int:
        """The key of the member or team meant."""
        return int(self.to.partition(":")[2])


class Definition(Part):
    """A whole rule. `number` is the hours before a promise ends, or the days of silence."""

    when: When
    number: Annotated[int, Field(ge=0, le=365)] = 0
    conditions: Annotated[tuple[Condition, ...], Field(max_length=10)] = ()
    acts: Annotated[tuple[Act, ...], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.when.is_timed and not self.number:
            raise ValueError("Say how many days of silence, or hours before the promise ends.")
        return self


def read_number(text: str) -> float:
    """The number people wrote. Raises ValueError, saying what to write."""
    try:
        return float(text.strip())
    except ValueError as error:
        raise ValueError(f"“{text}” is not a number.") from error


def read_rule(told: Mapping[str, object]) -> Definition:
    """The rule in plain types, checked. Raises BadRule with one sentence for everything that is wrong."""
    try:
        return Definition.model_validate_json(json.dumps(told))
    except ValidationError as error:
        sentences = dict.fromkeys(_tell(one) for one in error.errors())
        raise BadRule(" ".join(sentences)) from error


def _tell(error: Mapping[str, object]) -> str:
    if error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "too_short" and "acts" in str(error["loc"]):
        return "A rule does at least one thing."
    where = " ".join(str(part) for part in error["loc"])  # type: ignore[attr-defined]
    return f"{where}: {error['msg']}."
