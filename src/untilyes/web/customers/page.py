"""One customer, asked of the rooms that know something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from untilyes.cases.models import Case, CustomerValue
from untilyes.cases.queries import (
    CustomerScores,
    find_value,
    find_words,
    list_cases_of,
    read_customer_scores,
    read_standing,
)
from untilyes.customers.models import Customer, Identity, Merge, Trait
from untilyes.customers.queries import list_identities, list_keys, list_merges, list_traits
from untilyes.feedback.queries import list_timeline
from untilyes.promises.queries import ClockView, find_most_urgent
from untilyes.web.components.timeline import Timeline
from untilyes.web.customers.history import QUESTIONS, tell_answer, tell_history
from untilyes.web.customers.standing import StandingTold, tell_standing

REMEMBERED: Final = 8
YES: Final = ("▲", "yes", "better")
NO: Final = ("▼", "no", "worse")
TRUSTED: Final = {2.0: YES, 1.0: ("◆", "sometimes", "worse"), 0.0: NO}


@dataclass(frozen=True)
class Score:
    """A customer's newest answer to one question."""

    question: str
    told: str
    tone: str
    at: datetime


@dataclass(frozen=True)
class Said:
    """One answer of a history: a mark, a word and a tone."""

    at: datetime
    mark: str
    word: str
    tone: str


@dataclass(frozen=True)
class OpenMatter:
    """A case of theirs that is not over, with the promise of it that is past or comes first."""

    case: Case
    clock: ClockView | None

    @property
    def is_missed(self) -> bool:
        """Whether a promise to them is being missed now."""
        return self.clock is not None and self.clock.is_running and self.clock.remaining < timedelta()


@dataclass(frozen=True)
class CustomerCard:
    """Who they are and how they fare with us: what stands beside a conversation.

    `nps_words` is what they wrote with their newest recommendation score, `value` what they are worth and by what,
    `standing` how they stand beside all others.
    """

    customer: Customer
    identities: Sequence[Identity]
    traits: Sequence[Trait]
    scores: CustomerScores
    nps_words: str = ""
    open_matters: tuple[OpenMatter, ...] = ()
    value: CustomerValue | None = None
    standing: StandingTold | None = None

    @property
    def outcomes(self) -> tuple[Said, ...]:
        """Whether their interactions were a yes, the oldest of the newest first."""
        newest = self.scores.outcomes[:REMEMBERED]
        return tuple(Said(at, *(YES if is_yes else NO)) for at, is_yes in reversed(newest))

    @property
    def trust(self) -> tuple[Said, ...]:
        """What they said about trusting us, the oldest of the newest first."""
        newest = [one for one in self.scores.answers if one.question == "trust" and one.value in TRUSTED]
        return tuple(Said(one.at, *TRUSTED[one.value]) for one in reversed(newest[:REMEMBERED]))

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
    scores = read_customer_scores(customer, at=at)
    nps = scores.find_latest("nps")
    return CustomerCard(
        customer,
        list_identities(customer),
        list_traits(customer),
        scores,
        nps_words=find_words(nps.response_id) if nps else "",
        open_matters=_list_open(customer, at=at),
        value=find_value(customer),
        standing=tell_standing(read_standing(customer, scores, at=at)),
    )


def _list_open(customer: Customer, *, at: datetime) -> tuple[OpenMatter, ...]:
    theirs = [one for one in list_cases_of(customer) if not one.is_over]
    clocks = find_most_urgent([one.ref for one in theirs], at=at)
    return tuple(OpenMatter(one, clocks.get(one.ref)) for one in theirs)


def build_page(customer: Customer, *, at: datetime) -> CustomerPage:
    """Everything about one customer."""
    return CustomerPage(
        card=read_card(customer, at=at),
        timeline=tell_history(list_timeline(list_keys(customer))),
        cases=list_cases_of(customer),
        merges=list_merges(customer),
    )
