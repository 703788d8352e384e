"""One customer, asked of the rooms that know something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from untilyes.cases.models import Case
from untilyes.cases.queries import CustomerScores, list_cases_of, read_customer_scores
from untilyes.customers.models import Customer, Identity, Merge, Trait
from untilyes.customers.queries import list_identities, list_keys, list_merges, list_traits
from untilyes.feedback.queries import list_timeline
from untilyes.web.components.timeline import Timeline
from untilyes.web.customers.history import QUESTIONS, tell_answer, tell_history


@dataclass(frozen=True)
class Score:
    """A customer's newest answer to one question."""

    question: str
    told: str
    tone: str
    at: datetime


@dataclass(frozen=True)
class CustomerCard:
    """Who they are and how they fare with us: what stands beside a conversation."""

    customer: Customer
    identities: Sequence[Identity]
    traits: Sequence[Trait]
    scores: CustomerScores

    @property
    def latest(self) -> list[Score]:
        """Their newest answer to each question we know how to say, the two questions first."""
        found = []
        for question in QUESTIONS:
            answer = self.scores.find_latest(question)
            if answer is not None:
                fact = {
                    "question": question,
                    "value": answer.value,
                    "scale_min": answer.scale_min,
                    "scale_max": answer.scale_max,
                }
                told, tone = tell_answer(fact)
                name, _, words = told.partition(": ")
                found.append(Score(name, words or name, tone, answer.at))
        return found


@dataclass(frozen=True)
class CustomerPage:
    """The card, everything that happened, their cases, and whom they were merged with."""

    card: CustomerCard
    timeline: Timeline
    cases: Sequence[Case]
    merges: Sequence[Merge]


def read_card(customer: Customer, *, at: datetime) -> CustomerCard:
    """The card of one customer."""
    return CustomerCard(
        customer, list_identities(customer), list_traits(customer), read_customer_scores(customer, at=at)
    )


def build_page(customer: Customer, *, at: datetime) -> CustomerPage:
    """Everything about one customer."""
    return CustomerPage(
        card=read_card(customer, at=at),
        timeline=tell_history(list_timeline(list_keys(customer))),
        cases=list_cases_of(customer),
        merges=list_merges(customer),
    )
