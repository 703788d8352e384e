"""What a rule says: when something happens, if it is so, do this. Stored as JSON, checked when read. No Django."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, ValidationError, model_validator

from untilyes.automation.acts import Act
from untilyes.automation.conditions import Condition
from untilyes.automation.parts import Part
from untilyes.cases.rules import Step


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
