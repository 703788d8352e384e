"""An empty state: says why there is nothing, and what to do so that there will be."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class EmptyState:
    """A title, a sentence, and optionally a command to type or a place to go."""

    title: str
    told: str
    command: str = ""
    address: str = ""
    action: str = ""
    template: ClassVar = "components/empty_state/empty_state.html"


def examples() -> list[EmptyState]:
    """One that teaches a command."""
    return [
        EmptyState("Nothing heard yet", "Bring in what you have, or ask the first customer.", "untilyes import olist …")
    ]
