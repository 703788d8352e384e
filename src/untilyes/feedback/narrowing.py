"""Reading the lake about some customers only. The room that knows who belongs together says how, once, at start-up."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from untilyes.lake import Lake

Find = Callable[[str, datetime], Callable[..., Any] | None]
"""`find(name, at)` gives what asks a lake for the members' `customer_id`, or None where nobody is called so."""

_finds: list[Find] = []


def know_members(find: Find) -> None:
    """Let `find` say who the members are of what is asked for by name."""
    if find not in _finds:
        _finds.append(find)


def narrow_lake(lake: "Lake", name: str, *, at: datetime) -> "Lake":
    """The lake about the members of `name` as of `at`; all of it where no name is given.

    Raises LookupError for a name nobody knows.
    """
    if not name:
        return lake
    from untilyes.lake.narrowed import NarrowedLake  # noqa: PLC0415 - the engine takes most of a second to load

    for find in _finds:
        members = find(name, at)
        if members is not None:
            return NarrowedLake(lake, members)
    raise LookupError(f"There is no group of customers called {name!r} any more.")
