"""What happened to findings, in the past tense."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class LookEnded:
    """A look came to its end. `new` are the findings told for the first time or again; `verified` those now mended."""

    run_id: int
    workspace_id: int
    new: tuple[int, ...]
    verified: tuple[int, ...]
    at: datetime
