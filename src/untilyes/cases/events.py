"""What happened in a case."""

from dataclasses import dataclass
from datetime import datetime

from untilyes.cases.rules import Step


@dataclass(frozen=True)
class CaseStepped:
    """A case's history has one more line. Higher rooms react to it; what the line says is in the history."""

    case_id: int
    entry_id: int
    step: Step
    at: datetime
