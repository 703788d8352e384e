"""The form of a group: a name, and lines of what, how and which value."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

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
    """What a browser sent; lines are as many as the longest column."""
    columns = [sent.getlist(name) for name in ("trait", "how", "value")]
    longest = max(len(column) for column in columns)
    filled = [[*column, *("",) * (longest - len(column))] for column in columns]
    lines = tuple((trait.strip(), how, value.strip()) for trait, how, value in zip(*filled, strict=True))
    return SegmentForm(sent.get("name", "").strip(), lines, sent.get("was_found") == "yes")
