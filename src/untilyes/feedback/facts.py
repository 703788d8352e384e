"""The shape of what doors hand in: the circumstances, and what was said or happened in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Circumstances:
    """When, where and with whom something was said or happened; every fact carries them."""

    at: datetime
    source: str
    customer_id: UUID | None = None
    interaction_id: str = ""
    channel: str = ""
    touchpoint: str = ""
    team: str = ""

    def envelope(self) -> dict[str, Any]:
        """As the columns every table of the lake has; an empty text is an absent one."""
        return {
            "at": self.at,
            "source": self.source,
            "customer_id": str(self.customer_id) if self.customer_id else None,
            "interaction_id": self.interaction_id or None,
            "channel": self.channel or None,
            "touchpoint": self.touchpoint or None,
            "team": self.team or None,
        }


@dataclass(frozen=True)
class AnswerGiven:
    """One answered question, with its scale: a value without its scale means nothing."""

    question: str
    value: float | None
    scale_min: float | None = None
    scale_max: float | None = None
    higher_is_better: bool = True
    choice: str | None = None


@dataclass(frozen=True)
class Episode:
    """One service episode: an order, a call, a ticket, a chat."""

    opened_at: datetime
    closed_at: datetime | None = None
    task: str | None = None
    employee_id: str | None = None
    contacts: int | None = None
    handoffs: int | None = None
    reopens: int | None = None
