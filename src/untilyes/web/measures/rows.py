"""The facts behind a number, a page at a time, told so that a person can follow each to its customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from untilyes.feedback.queries import open_lake
from untilyes.stats.durations import bin_middle
from untilyes.web.measures.asking import Question
from untilyes.web.measures.page import find_among, tell_where
from untilyes.web.templatetags.house import tell_span
from untilyes.web.words import tell_measure, tell_value

PER_PAGE = 50
MOST_PAGES = 20
SHOWN: Final = ("source", "channel", "touchpoint", "team")
YES_NO: Final = {1: "yes", 0: "no"}
WORDS: Final[Mapping[str, Mapping[int, str]]] = {
    **dict.fromkeys(
        ("effectiveness", "got_it", "good_job", "timely", "complete", "courteous", "first_time_yes"), YES_NO
    ),
    "trust": {2: "yes", 1: "sometimes", 0: "no"},
    "response_rate": {1: "answered", 0: "has not answered"},
    "no_to_yes": {1: "ended in a yes", 0: "ended without a yes"},
    "source_mix": {1: "heard"},
}


@dataclass(frozen=True)
class Row:
    """One fact that was counted: when, what it counted as, where, and whose it is."""

    at: datetime | date
    counted: str
    where: tuple[str, ...]
    part: str
    customer: str
    case: str
    interaction: str


@dataclass(frozen=True)
class RowsPage:
    """One page of rows, the latest first. `previous` and `following` are page numbers, None at the ends."""

    title: str
    told: str
    part: str
    rows: tuple[Row, ...]
    number: int
    following: int | None
    is_cut: bool

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None


def read_rows(question: Question, *, number: int, slug: str, at: datetime) -> RowsPage:
    """One page of the rows a question counts, and whether there is another."""
    number = min(max(1, number), MOST_PAGES)
    until = question.until + timedelta(days=1) if question.until else None
    found = question.measure.rows(
        open_lake(),
        where=question.where,
        since=question.since,
        until=until,
        among=find_among(question, at=at),
        limit=number * PER_PAGE + 1,
    ).to_pylist()
    here = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    more = len(found) > number * PER_PAGE
    where = ", ".join(tell_where(question))
    return RowsPage(
        tell_measure(question.measure.name),
        f"{question.period()}{f', {where}' if where else ''}. {question.measure.question}",
        (question.measure.part or "").capitalize(),
        tuple(_row(question, fact, slug, at) for fact in here),
        number,
        number + 1 if more and number < MOST_PAGES else None,
        more and number == MOST_PAGES,
    )


def _row(question: Question, fact: Mapping[str, Any], slug: str, at: datetime) -> Row:
    return Row(
        at=fact.get("at") or fact["day"],
        counted=tell_counted(question.measure.name, int(fact["bin"]), fact, at=at),
        where=tuple(tell_value(name, fact.get(name)) for name in SHOWN),
        part=tell_value(question.measure.part, fact.get("part")) if question.measure.part else "",
        customer=_address_of_customer(slug, fact.get("customer_id")),
        case=_address_of_case(slug, fact.get("case_id")),
        interaction=str(fact.get("interaction_id") or ""),
    )


def tell_counted(measure: str, counted: int, fact: Mapping[str, Any], *, at: datetime) -> str:
    """What the fact counted as, in words: "yes", "9", "3 days early"."""
    if measure in WORDS:
        return WORDS[measure].get(counted, str(counted))
    if measure == "promise_kept":
        return _tell_promise(counted, at)
    if measure == "time_to_yes":
        return _tell_wait(counted, fact)
    return _tell_margin(counted) if measure == "margin" else str(counted)


def _tell_promise(counted: int, at: datetime) -> str:
    if counted >= 0:
        return "kept" if counted == 1 else "broken"
    due = datetime.fromtimestamp(-counted, UTC)
    return "open and past its time" if due < at else "open, not due yet: not counted"


def _tell_wait(counted: int, fact: Mapping[str, Any]) -> str:
    if counted >= 0:
        return f"yes after {_tell_seconds(counted)}"
    return "ended without a yes" if fact.get("ended_at") else "still open"


def _tell_margin(counted: int) -> str:
    if counted == 0:
        return "to the second"
    return f"{_tell_seconds(abs(counted))} {'early' if counted > 0 else 'late'}"


def _tell_seconds(counted: int) -> str:
    return tell_span(timedelta(seconds=float(bin_middle(counted))))


def _address_of_customer(slug: str, key: object) -> str:
    """Empty where nobody is known, or by a key that is no customer of ours."""
    try:
        return reverse("customers:customer", args=[slug, UUID(str(key))])
    except ValueError:
        return ""


def _address_of_case(slug: str, number: object) -> str:
    text = str(number or "")
    return reverse("cases:case", args=[slug, int(text)]) if text.isdecimal() else ""
