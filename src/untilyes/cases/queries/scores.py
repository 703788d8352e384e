"""What this customer has told us so far, and how we have kept our word to them: the card beside the conversation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.db.models import F

from untilyes.cases.models import Case
from untilyes.cases.queries.finding import OVER
from untilyes.cases.rules import EndedHow
from untilyes.customers.models import Customer
from untilyes.customers.queries import list_keys
from untilyes.feedback.queries import open_lake
from untilyes.promises.queries import Record, count_promises_to
from untilyes.surveys.models import Answer
from untilyes.workspaces.tenancy import current_workspace

HEARD_FOR_S: Final = 60


@dataclass(frozen=True)
class PastAnswer:
    """One answer the customer gave, with its scale where it has one; wherever we heard it."""

    at: datetime
    question: str
    value: float
    scale_min: float | None
    scale_max: float | None
    source: str
    touchpoint: str
    interaction_id: str
    response_id: str


@dataclass(frozen=True)
class CustomerScores:
    """The customer's card: answers newest first, our promises to them, and their cases."""

    answers: tuple[PastAnswer, ...]
    promises: Record
    cases_open: int
    cases_with_yes: int
    cases_without_yes: int

    @property
    def outcomes(self) -> tuple[tuple[datetime, bool], ...]:
        """When they answered both of the two questions, and whether both answers were yes; newest first."""
        both: dict[str, dict[str, PastAnswer]] = {}
        for one in self.answers:
            if one.question in {"got_it", "good_job", "effective"}:
                both.setdefault(one.response_id, {})[one.question] = one
        return tuple(
            (max(one.at for one in said.values()), all(one.value == 1 for one in said.values()))
            for said in both.values()
            if "effective" in said or len(said) == 2
        )

    def find_latest(self, question: str) -> PastAnswer | None:
        """Their newest answer to a question, or None."""
        return next((answer for answer in self.answers if answer.question == question), None)


def read_customer_scores(customer: Customer, *, at: datetime, limit: int = 100) -> CustomerScores:
    """What we know of how this customer fares with us. Answers still on their way to the lake are included."""
    keys = list_keys(customer)
    how = list(Case.objects.filter(customer_id__in=keys).values_list("state", "ended_how"))
    with_yes = sum(ended_how == EndedHow.YES for _, ended_how in how)
    over = sum(state in OVER for state, _ in how)
    return CustomerScores(
        answers=tuple(_merge(_list_heard(keys, limit), _from_responses(keys, limit), limit)),
        promises=count_promises_to(customer, at=at),
        cases_open=len(how) - over,
        cases_with_yes=with_yes,
        cases_without_yes=over - with_yes,
    )


def _merge(recorded: list[PastAnswer], here: list[PastAnswer], limit: int) -> list[PastAnswer]:
    """Both without repetition; what the database says of a response is newer than what the lake says."""
    answers = {(answer.response_id, answer.question): answer for answer in [*recorded, *here]}
    return sorted(answers.values(), key=lambda answer: answer.at, reverse=True)[:limit]


def _from_responses(keys: list[str], limit: int) -> list[PastAnswer]:
    rows = Answer.objects.filter(
        response__customer_id__in=keys, response__is_test=False, revision=F("response__revision"), value__isnull=False
    )
    return [
        PastAnswer(
            at=row.response.at,
            question=row.question,
            value=float(row.value or 0),
            scale_min=None,
            scale_max=None,
            source=row.response.source,
            touchpoint=row.response.touchpoint,
            interaction_id=row.response.interaction_id,
            response_id=str(row.response_id),
        )
        for row in rows.select_related("response").order_by("-response__at")[:limit]
    ]


def _list_heard(keys: list[str], limit: int) -> list[PastAnswer]:
    """What the lake knew at most `HEARD_FOR_S` ago; what is answered here comes from the database at once."""
    name = f"heard:{current_workspace().pk}:{limit}:{','.join(keys)}"
    return list(cache.get_or_set(name, lambda: _from_lake(keys, limit), HEARD_FOR_S) or ())


def _from_lake(keys: list[str], limit: int) -> list[PastAnswer]:
    lake = open_lake()
    answers = lake.read("answers")
    theirs = answers.filter(answers.customer_id.isin(keys), answers.value.notnull())
    rows = lake.fetch(lambda: theirs.order_by(theirs.at.desc()).limit(limit)).to_pylist()
    return [
        PastAnswer(
            at=row["at"],
            question=row["question"],
            value=row["value"],
            scale_min=row["scale_min"],
            scale_max=row["scale_max"],
            source=row["source"],
            touchpoint=row["touchpoint"] or "",
            interaction_id=row["interaction_id"] or "",
            response_id=row["response_id"] or row["id"],
        )
        for row in rows
    ]


def find_words(response_id: str) -> str:
    """What was written in a response, wherever we heard it; empty where nothing was."""
    try:
        ours = Answer.objects.filter(response_id=UUID(response_id), revision=F("response__revision")).exclude(text="")
        written = list(ours.values_list("text", flat=True))
    except ValueError:
        written = []
    if written:
        return " ".join(written)
    lake = open_lake()
    comments = lake.read("comments")
    rows = lake.fetch(lambda: comments.filter(comments.response_id == response_id).limit(3)).to_pylist()
    return " ".join(row["text"] for row in rows)
