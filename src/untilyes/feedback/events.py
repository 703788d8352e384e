"""What happened between a customer and us."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class InteractionEnded:
    """A service episode is over: the moment to ask the two questions."""

    interaction_id: str
    customer_id: UUID | None
    at: datetime
    channel: str
    touchpoint: str
    team: str
    employee_id: str
