"""What a rule does. No Django."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from untilyes.automation.parts import Part
from untilyes.cases.causes import BadCause, read_path
from untilyes.cases.rules import Priority
from untilyes.cases.snoozes import SNOOZES


class Does(StrEnum):
    """What a rule can do. Writing to a customer is not among them: only people do that."""

    GIVE = "give"
    SHARE_OUT = "share_out"
    PRIORITY = "priority"
    NOTE = "note"
    TELL = "tell"
    SNOOZE = "snooze"
    CAUSE = "cause"
    SUGGEST = "suggest"


ASSIGNEE, LEADERS = "assignee", "leaders"
LONGEST_SUGGESTION = 120


class Act(Part):
    """One thing to do. `to` is member:<key>, team:<key>, assignee, leaders, a priority, or until when a case rests.

    `text` is the note, the cause as a path, or what those it happened to should be told of.
    """

    does: Does
    to: Annotated[str, Field(max_length=40)] = ""
    text: Annotated[str, Field(max_length=1_000)] = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if problem := _CHECKS[self.does](self):
            raise ValueError(problem)
        return self

    @property
    def key(self) -> int:
        """The key of the member or team meant."""
        return int(self.to.partition(":")[2])

    def names(self, kind: str) -> bool:
        """Whether `to` names a member, or a team, by key."""
        found, _, key = self.to.partition(":")
        return found == kind and key.isdecimal()


def _check_cause(act: Act) -> str:
    try:
        read_path(act.text)
    except BadCause as problem:
        return str(problem)
    return ""


def _unless(holds: Callable[[Act], bool], problem: str) -> Callable[[Act], str]:
    return lambda act: "" if holds(act) else problem


# Why an act cannot be done as it is written, or nothing.
_CHECKS: Final[Mapping[Does, Callable[[Act], str]]] = {
    Does.GIVE: _unless(
        lambda act: act.names("member") or act.names("team"), "Say to whom, or to which team, the case is given."
    ),
    Does.SHARE_OUT: _unless(lambda act: act.names("team"), "Say in which team the case is shared out."),
    Does.PRIORITY: _unless(
        lambda act: act.to in {one.name.lower() for one in Priority},
        "Say which priority the case gets: normal, high or urgent.",
    ),
    Does.NOTE: _unless(lambda act: bool(act.text.strip()), "Write the note."),
    Does.TELL: _unless(
        lambda act: act.to in {ASSIGNEE, LEADERS} or act.names("member"),
        "Say who is told: whoever has the case, the leaders, or somebody by name.",
    ),
    Does.SNOOZE: _unless(
        lambda act: act.to in SNOOZES, f"Say until when the case rests: {', '.join(SNOOZES.values())}."
    ),
    Does.CAUSE: _check_cause,
    Does.SUGGEST: _unless(
        lambda act: 0 < len(act.text.strip()) <= LONGEST_SUGGESTION,
        f"Write what they would be told of, in at most {LONGEST_SUGGESTION} characters.",
    ),
}
