"""What happened to findings, in the past tense."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class LookEnded:
    """A look came to its end. `new` are the findings told for the first time or again; `verified` those now mended.

    `grown` are those that outgrew their initiative, `due` those whose day to look has come; each is named once.
    """

    run_id: int
    workspace_id: int
    new: tuple[int, ...]
    verified: tuple[int, ...]
    at: datetime
    grown: tuple[int, ...] = ()
    due: tuple[int, ...] = ()


@dataclass(frozen=True)
class FindingGiven:
    """Somebody was given a finding by somebody else."""

    finding_id: int
    workspace_id: int
    to_id: int
    by_name: str
    at: datetime
