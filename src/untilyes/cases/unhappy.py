"""An unhappy response as the cases room receives it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from untilyes.cases.models import Signal
from untilyes.cases.rules import Outcome, Suppression
from untilyes.customers.models import Customer
from untilyes.feedback.facts import Circumstances


@dataclass(frozen=True)
class Unhappy:
    """A response that calls for a case: what was said, by whom, about what, and which of it was unhappy."""

    response_id: UUID
    customer: Customer | None
    when: Circumstances
    language: str
    said: dict[str, float]
    unhappy_about: tuple[str, ...]
    comment: str = ""

    @property
    def at(self) -> datetime:
        return self.when.at

    def signal(self, outcome: Outcome, reason: Suppression | None = None) -> Signal:
        """Its row for the ledger, not yet saved."""
        return Signal(
            response_id=self.response_id,
            customer=self.customer,
            interaction_id=self.when.interaction_id,
            at=self.at,
            outcome=outcome.value,
            reason=reason.value if reason else "",
            unhappy_about=list(self.unhappy_about),
            said=self.said,
        )
