"""The last weeks once more, through the product's own verbs: every no becomes a case and goes as far as it went."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pyarrow.compute as pc
from django.db import transaction
from django_q.models import OrmQ

from untilyes.cases.actions import (
    end_case,
    propose_solution,
    record_attempt,
    set_root_cause,
    take_case,
    write_to_customer,
)
from untilyes.cases.models import Case, Signal
from untilyes.cases.rules import EndedHow
from untilyes.config.demo.founding import House
from untilyes.config.demo.knowing import KNOWN_FOR, teach, write_articles
from untilyes.config.demo.wordings import APOLOGIES, PROPOSALS, say
from untilyes.customers.models import Customer
from untilyes.knowledge.models import Article
from untilyes.sim import Company
from untilyes.surveys.actions import ensure_confirmation, invite, record_response
from untilyes.surveys.models import Invitation, SurveyVersion
from untilyes.surveys.rules import InvitationState

REPLAYED = timedelta(days=30)  # the oldest case still open in the simulation is younger
Time = TypeVar("Time", datetime, None)


@dataclass(frozen=True)
class RecentNo:
    """One no of the simulated history and what became of it; times it has not reached yet are None."""

    interaction_id: str
    customer_id: str
    channel: str
    touchpoint: str
    team: str
    asked_at: datetime
    said_at: datetime
    said: dict[str, str]
    language: str
    cause: str
    proposed_at: datetime | None
    yes_at: datetime | None
    ended_at: datetime | None
    how: str
    reopens: int

    @property
    def is_over(self) -> bool:
        """Whether the simulated case came to an end."""
        return self.ended_at is not None


def choose_recent_nos(company: Company) -> list[RecentNo]:
    """Every no of the last weeks that opened a case, the oldest first."""
    cases = company.tables["cases"]
    recent = cases.filter(pc.greater(cases["opened_at"], company.truths.until - REPLAYED))
    wanted = set(recent["interaction_id"].to_pylist())
    answers = _rows_by_interaction(company, "answers", wanted)
    comments = _rows_by_interaction(company, "comments", wanted)
    events = _rows_by_interaction(company, "events", wanted)
    languages = {person.customer_id: person.language for person in company.people}
    return [
        RecentNo(
            interaction_id=row["interaction_id"],
            customer_id=row["customer_id"],
            channel=row["channel"],
            touchpoint=row["touchpoint"],
            team=row["team"],
            asked_at=min(event["at"] for event in events[row["interaction_id"]]),
            said_at=row["opened_at"],
            said=_words_of(answers[row["interaction_id"]], comments[row["interaction_id"]]),
            language=languages[row["customer_id"]],
            cause=(row["root_cause"] or "").replace("_", " "),
            proposed_at=row["proposed_at"],
            yes_at=row["yes_at"],
            ended_at=row["ended_at"],
            how=row["ended_how"] or "",
            reopens=row["reopens"],
        )
        for row in recent.sort_by("opened_at").to_pylist()
    ]


def replay(nos: list[RecentNo], *, house: House, until: datetime, advance: Callable[[int], None]) -> None:
    """Tell every no to the product as it happened. Mail about what is over by now is not sent once more."""
    version = ensure_confirmation(house.workspace, at=until)
    articles = write_articles(by=house.ada, at=until - KNOWN_FOR)
    with transaction.atomic():
        for number, no in enumerate(no for no in nos if no.is_over):
            _Replay(no, house, until, number, articles).run(version)
            advance(1)
        OrmQ.objects.all().delete()
        for number, no in enumerate(no for no in nos if not no.is_over):
            _Replay(no, house, until, number, articles).run(version)
            advance(1)


class _Replay:
    """One case from its no to where it stands."""

    def __init__(
        self, no: RecentNo, house: House, until: datetime, number: int, articles: Mapping[str, Article]
    ) -> None:
        self.no, self.house, self.until, self.number, self.articles = no, house, until, number, articles
        self.by = house.ben if number % 3 else house.ada
        self.deeds: list[tuple[datetime, Callable[[Case, datetime], Any]]] = []

    def run(self, version: SurveyVersion) -> None:
        """Ask, hear the no, then do everything that was done, in the order of time."""
        no = self.no
        invitation = invite(
            version,
            Customer.objects.get(pk=no.customer_id),
            at=no.asked_at,
            interaction_id=no.interaction_id,
            touchpoint=no.touchpoint,
            channel=no.channel,
            via="link",
            team=no.team,
        )
        response = record_response(invitation, no.said, at=no.said_at)
        signal = Signal.objects.filter(response_id=response.pk).select_related("case").first()
        if signal is None or signal.case is None:
            return
        self._plan()
        case_id = signal.case.pk
        for at, deed in sorted(self.deeds, key=lambda planned: planned[0]):
            if at <= self.until:
                deed(Case.objects.get(pk=case_id), at)

    def _plan(self) -> None:
        no = self.no
        first = no.proposed_at or no.ended_at
        if first is None and self.number % 3 == 0:
            return  # still waits for somebody
        touched = no.said_at + min(timedelta(hours=3), ((first or self.until) - no.said_at) / 3)
        self._do(touched, lambda case, at: take_case(case, by=self.by, at=at))
        if self.number % 2 == 0:
            self._do(touched + timedelta(minutes=2), self._apologise)
        if no.proposed_at is not None and no.how in {"", "yes"}:
            self._plan_proposals(no.proposed_at)
        if no.how in {"unreachable", "withdrew", "not_ours"} and no.ended_at is not None:
            self._plan_ending(EndedHow(no.how), no.ended_at, touched)

    def _plan_proposals(self, at: datetime) -> None:
        """A proposal, as many nos to it as there were, and the yes if it has come."""
        last = self.no.yes_at or self.until
        # Among the open ones every fourth customer has said no to the first proposal.
        rounds = self.no.reopens if self.no.yes_at else int(self.number % 4 == 1)
        step = (last - at) / (2 * rounds + 1)
        self._do(at, lambda case, at: set_root_cause(case, self._cause(), by=self.by, at=at))
        for turn in range(rounds):
            self._do(at + 2 * turn * step, self._propose)
            self._do(at + (2 * turn + 1) * step, lambda case, at: self._answer(case, at, "no"))
        if self.no.yes_at is not None or not rounds:
            self._do(at + 2 * rounds * step, self._propose)
        if self.no.yes_at is not None:
            self._do(self.no.yes_at, lambda case, at: self._answer(case, at, "yes"))

    def _cause(self) -> str:
        """Where it went wrong and, when that came out, why."""
        return " › ".join(filter(None, (self.no.touchpoint.replace("_", " "), self.no.cause.replace("_", " "))))

    def _plan_ending(self, how: EndedHow, ended_at: datetime, touched: datetime) -> None:
        """Three tries on three days, and then Ada, who may, ends it."""
        reasons = {
            EndedHow.UNREACHABLE: "Called and wrote on three days; nobody answered.",
            EndedHow.WITHDREW: "The customer says it no longer matters.",
            EndedHow.NOT_OURS: "It was about another shop.",
        }
        if how is EndedHow.UNREACHABLE:
            for share in (0.2, 0.5, 0.9):
                self._do(touched + (ended_at - touched) * share, self._try)
        self._do(ended_at, lambda case, at: end_case(case, how=how, reason=reasons[how], by=self.house.ada, at=at))

    def _do(self, at: datetime, deed: Callable[[Case, datetime], Any]) -> None:
        self.deeds.append((at, deed))

    def _apologise(self, case: Case, at: datetime) -> None:
        write_to_customer(case, say(APOLOGIES, self.no.language), by=self.by, at=at)

    def _propose(self, case: Case, at: datetime) -> None:
        teach(case, self.no.cause, self.articles, by=self.by, at=at)
        propose_solution(case, say(PROPOSALS, self.no.language), by=self.by, at=at)

    def _try(self, case: Case, at: datetime) -> None:
        record_attempt(case, by=self.by, at=at, channel="phone", outcome="nobody answered")

    def _answer(self, case: Case, at: datetime, word: str) -> None:
        asked = Invitation.objects.filter(about=case.ref, state=InvitationState.ASKED).order_by("sent_at").last()
        if asked is not None:
            record_response(asked, {"got_it": word, "good_job": word}, at=at)


def _rows_by_interaction(company: Company, table: str, wanted: set[str]) -> dict[str, list[dict[str, Any]]]:
    """The table's survey rows about these interactions."""
    facts = company.tables[table]
    chosen = facts.filter(
        pc.and_(pc.equal(facts["source"], "survey"), pc.is_in(facts["interaction_id"], _as_set(wanted)))
    )
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in chosen.to_pylist():
        rows[row["interaction_id"]].append(row)
    return rows


def _as_set(wanted: set[str]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - for this one value

    return pa.array(sorted(wanted), pa.string())


def _words_of(answers: list[dict[str, Any]], comments: list[dict[str, Any]]) -> dict[str, str]:
    """What was said, as the form sends it."""
    told = {row["question"]: row["value"] for row in answers}
    said = {question: "yes" if told[question] else "no" for question in ("got_it", "good_job")}
    return said | ({"missing": comments[0]["text"]} if comments else {})
