"""What the page of one case shows, asked of the rooms that know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from untilyes.cases.models import Case, PreparedReply
from untilyes.cases.queries import (
    CasePage,
    CauseLine,
    Evidence,
    Related,
    find_policy,
    list_causes,
    read_ahead,
    read_case_page,
    read_evidence,
    read_related,
)
from untilyes.cases.rules import CauseRule, EndedHow, LinkKind, Priority, Step
from untilyes.cases.snoozes import SNOOZES
from untilyes.customers.queries import list_keys
from untilyes.customers.rules import IdentityKind
from untilyes.feedback.queries import list_timeline
from untilyes.web.cases.clocks import ClocksPanel, build_clocks
from untilyes.web.cases.desk import Desk, build_desk
from untilyes.web.cases.telling import TalkLine, tell_line
from untilyes.web.components.timeline import Timeline
from untilyes.web.customers.history import QUESTIONS, tell_history
from untilyes.web.customers.page import CustomerCard, read_card
from untilyes.web.knowledge.panel import KnowledgePanel, build_panel
from untilyes.web.tasks.panel import TaskPanel
from untilyes.web.tasks.panel import build_panel as build_task_panel
from untilyes.workspaces.models import Member
from untilyes.workspaces.queries import list_members

ENDINGS: Final = {
    EndedHow.UNREACHABLE: "The customer cannot be reached",
    EndedHow.WITHDREW: "The customer withdrew it",
    EndedHow.DUPLICATE: "It repeats another case",
    EndedHow.NOT_OURS: "It was not ours to solve",
}

KINDS: Final = {
    LinkKind.RELATED: "is related to",
    LinkKind.SAME_CAUSE: "has the same cause as",
    LinkKind.FOLLOWS: "follows",
}


@dataclass(frozen=True)
class WorkPage:
    """Everything beside and around one conversation."""

    told: CasePage
    case: Case
    talk: tuple[TalkLine, ...]
    clocks: ClocksPanel
    card: CustomerCard | None
    unhappy_about: tuple[str, ...]
    colleagues: Sequence[Member]
    endings: Mapping[EndedHow, str]
    knowledge: KnowledgePanel
    task: TaskPanel
    evidence: Evidence
    desk: Desk
    related: Related
    causes: Sequence[CauseLine]
    may_say_why_not: bool
    snoozes: Mapping[str, str]
    is_snoozed: bool
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    verb: str = ""

    @property
    def stamp(self) -> str:
        """Changes with every line of the conversation and every step."""
        return tell_stamp(self.told)

    @property
    def has_address(self) -> bool:
        """Whether we can write to the customer by e-mail."""
        return self.card is not None and any(one.kind == IdentityKind.EMAIL for one in self.card.identities)

    def may(self, step: Step) -> bool:
        """Whether this step is possible now, for this member."""
        return step in self.told.possible

    @property
    def may_take(self) -> bool:
        return self.may(Step.TAKEN)

    @property
    def first_words(self) -> int | None:
        """The message that began the case; every later one of the customer's could begin another."""
        return next((line.message_id for line in self.talk if line.side == "theirs"), None)

    @property
    def kinds(self) -> Sequence[tuple[str, str]]:
        """How another case may belong to this one."""
        return tuple((kind.value, told) for kind, told in KINDS.items())

    @property
    def priorities(self) -> Sequence[tuple[int, str]]:
        """How loudly a case may call."""
        return tuple((one.value, one.name.lower()) for one in Priority)

    @property
    def may_snooze(self) -> bool:
        return self.may(Step.SNOOZED)

    @property
    def may_write(self) -> bool:
        return self.may(Step.WROTE)

    @property
    def may_propose(self) -> bool:
        return self.may(Step.PROPOSED)

    @property
    def may_wait(self) -> bool:
        return self.may(Step.WAITING)

    @property
    def may_name_date(self) -> bool:
        return self.may(Step.DATE_NAMED)

    @property
    def may_go_on(self) -> bool:
        return self.may(Step.WAIT_OVER)

    @property
    def may_take_back(self) -> bool:
        return self.may(Step.PROPOSAL_TAKEN_BACK)

    @property
    def may_assign(self) -> bool:
        return self.may(Step.ASSIGNED)

    @property
    def may_end(self) -> bool:
        return self.may(Step.ENDED)


def build_work(
    case: Case,
    *,
    seen_by: Member,
    at: datetime,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
    verb: str = "",
    panel: KnowledgePanel | None = None,
    inserted: PreparedReply | None = None,
) -> WorkPage:
    """One case. After a refused form, `typed` is what was in it, `problem` why, and `verb` which form it was.

    `inserted` is a prepared reply that was asked for without a script.
    """
    read_ahead(case)
    told = read_case_page(case, seen_by=seen_by, at=at)
    person = case.person
    return WorkPage(
        told=told,
        case=case,
        talk=tuple(tell_line(moment) for moment in told.timeline),
        clocks=build_clocks(case, told.clocks, at=at),
        card=read_card(person, at=at) if person else None,
        unhappy_about=tuple(QUESTIONS.get(one, one.replace("_", " ")) for one in told.unhappy_about),
        colleagues=[one for one in list_members() if one.may("work_cases")],
        endings=ENDINGS,
        desk=build_desk(case, seen_by=seen_by, at=at, typed=typed or {}, inserted=inserted),
        related=read_related(case),
        causes=list_causes(),
        may_say_why_not=find_policy().rule_of_causes is CauseRule.REASON,
        snoozes=SNOOZES,
        is_snoozed=case.is_snoozed(at),
        knowledge=panel or build_panel(case, member=seen_by),
        task=build_task_panel(case, member=seen_by),
        evidence=read_evidence(case),
        typed=typed or {},
        problem=problem,
        verb=verb,
    )


HISTORY = 30


def tell_happened(case: Case) -> Timeline | None:
    """Everything that happened with the customer, asked for when somebody opens it: it reads six tables of the lake."""
    person = case.person
    return tell_history(list_timeline(list_keys(person), limit=HISTORY)) if person else None


def tell_stamp(told: CasePage) -> str:
    """Names the state of a case, so that a page that polls can say what it has seen."""
    newest = told.timeline[-1].at.timestamp() if told.timeline else 0
    return f"{told.state.value}.{len(told.timeline)}.{newest:.0f}"
