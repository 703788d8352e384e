"""The form of a group: a name, and lines of what, how and which value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from untilyes.analysis.segments.condition import WROTE_OF, BadCondition

LINES: Final = 4


@dataclass(frozen=True)
class SegmentForm:
    """As it was filled in: `lines` are (trait, how, value), empty ones too."""

    name: str = ""
    lines: tuple[tuple[str, str, str], ...] = (("", "is", ""),) * LINES
    was_found: bool = False

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """The lines that say anything."""
        return [{"trait": trait, "how": how, "value": value} for trait, how, value in self.lines if trait or value]


def read_form(sent: QueryDict) -> SegmentForm:
    """What a browser sent or an address says; lines are as many as the longest column, or a new form's."""
    columns = [sent.getlist(name) for name in ("trait", "how", "value")]
    longest = max(LINES, *(len(column) for column in columns))
    padded = [[*column, *("",) * (longest - len(column))] for column in columns]
    lines = tuple((trait.strip(), how, value.strip()) for trait, how, value in zip(*padded, strict=True))
    filled = tuple((trait, how or "is", value) for trait, how, value in lines)
    return SegmentForm(sent.get("name", "").strip(), filled, sent.get("was_found") == "yes")


def find_topics(conditions: Sequence[Mapping[str, Any]], topics: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """With the key of each topic that people call by its name; `topics` says what each key is called.

    Raises BadCondition for a name no topic has.
    """
    keys = {called.casefold(): key for key, called in reversed(list(topics.items()))}
    return [_find_topic(one, topics, keys) if one["trait"] == WROTE_OF else one for one in conditions]


def _find_topic(one: Mapping[str, Any], topics: Mapping[str, str], keys: Mapping[str, str]) -> Mapping[str, Any]:
    said = str(one["value"])
    key = said if said in topics else keys.get(said.casefold())
    if key is None:
        raise BadCondition(f"No topic is called “{said}”; choose one that Voices lists.")
    return {**one, "value": key, "called": topics[key]}
