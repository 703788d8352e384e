"""What changed in a table between two of its versions, read from the Delta log: which local days, at most.

Files only added: the days between their earliest and latest `at`. Files removed (a correction, an erasure): the whole
months they held. Compaction marks its files as carrying no change and costs nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from untilyes.lake.days import days_between, days_of_months


@dataclass(frozen=True)
class Stale:
    """The days that may have changed; `everything` when that can no longer be told."""

    days: frozenset[date] = field(default_factory=frozenset)
    everything: bool = False

    def __bool__(self) -> bool:
        return self.everything or bool(self.days)

    def __or__(self, other: "Stale") -> "Stale":
        return Stale(self.days | other.days, self.everything or other.everything)


EVERYTHING = Stale(everything=True)


def days_changed(path: Path, *, since: int, until: int, zone: str) -> Stale:
    """The local days whose facts may differ between two versions of the Delta table in `path`."""
    days: set[date] = set()
    for version in range(since + 1, until + 1):
        commit = path / "_delta_log" / f"{version:020d}.json"
        if not commit.exists():  # cleaned up after its retention: nothing is known about that stretch
            return EVERYTHING
        for action in _changing_actions(commit):
            days |= _days_touched(action, zone)
    return Stale(frozenset(days))


def _changing_actions(commit: Path) -> Iterator[dict[str, Any]]:
    for line in commit.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        for verb in ("add", "remove"):
            if verb in entry and entry[verb]["dataChange"]:
                yield {"verb": verb, **entry[verb]}


def _days_touched(action: dict[str, Any], zone: str) -> set[date]:
    bounds = _bounds(action) if action["verb"] == "add" else None
    if bounds is None:
        return days_of_months([action["partitionValues"]["month"]])
    return days_between(*bounds, zone)


def _bounds(action: dict[str, Any]) -> tuple[datetime, datetime] | None:
    """The earliest and latest `at` of an added file; Delta cuts them to the millisecond, hence one more at the end."""
    stats = json.loads(action.get("stats") or "{}")
    try:
        first, last = stats["minValues"]["at"], stats["maxValues"]["at"]
    except KeyError:
        return None
    return datetime.fromisoformat(first), datetime.fromisoformat(last) + timedelta(milliseconds=1)
