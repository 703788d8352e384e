"""What of the queue one asks to see, as an address of the page says it. Pure: no Django."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from untilyes.cases.rules import Priority, State

ME, NOBODY = "me", "nobody"


class Which(StrEnum):
    """Which part of the queue to look at."""

    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    OPEN = "open"
    PROPOSED = "proposed"
    SNOOZED = "snoozed"
    OVER = "over"
    ALL = "all"


@dataclass(frozen=True)
class QueueFilter:
    """A part of the queue, and what in it: every filter narrows further, an empty one does not.

    `assignee` is "me", "nobody" or a member's key; `cause` is a path and takes in what lies below it.
    """

    which: Which = Which.OPEN
    q: str = ""
    state: str = ""
    team: str = ""
    channel: str = ""
    touchpoint: str = ""
    priority: str = ""
    assignee: str = ""
    cause: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """The filters that are set, as an address has them."""
        return {one.name: str(value) for one in fields(self) if (value := getattr(self, one.name))}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the part of the queue is asked for."""
        return set(self.asked) > {"which"}


def read_filter(asked: Mapping[str, str]) -> QueueFilter:
    """The filters an address names; what is no state, no priority or no part of the queue is passed over.

    >>> read_filter({"which": "mine", "state": "odd", "channel": " web "}).asked
    {'which': 'mine', 'channel': 'web'}
    """
    known = {one.name: asked.get(one.name, "").strip()[:200] for one in fields(QueueFilter)}
    which = Which(known.pop("which")) if known["which"] in set(Which) else Which.OPEN
    known.pop("which", None)
    if known["state"] not in set(State):
        known["state"] = ""
    if known["priority"] not in {str(one.value) for one in Priority}:
        known["priority"] = ""
    return QueueFilter(which=which, **known)
