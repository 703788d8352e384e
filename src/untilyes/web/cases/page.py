"""What the page of one case shows, asked of the rooms that know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from untilyes.cases.models import Case
from untilyes.cases.queries import CasePage, read_case_page
from untilyes.cases.queries import Moment as CaseMoment
from untilyes.cases.rules import EndedHow, Step
from untilyes.customers.queries import list_keys
from untilyes.customers.rules import IdentityKind
from untilyes.feedback.queries import list_timeline
from untilyes.web.cases.clocks import ClocksPanel, build_clocks, tell_late
from untilyes.web.components.timeline import Timeline
from untilyes.web.customers.history import ENDED, QUESTIONS, tell_history
from untilyes.web.customers.page import CustomerCard, read_card
from untilyes.web.knowledge.panel import KnowledgePanel, build_panel
from untilyes.workspaces.models import Member
from untilyes.workspaces.queries import list_members

STEPS: Final = {
    Step.OPENED: "said no: the case opened",
    Step.JOINED: "said no again about the same thing",
    Step.TAKEN: "took the case",
    Step.ASSIGNED: "gave the case to",
    Step.CAUSE_NAMED: "named the cause",
    Step.WAITING: "waits for the customer",
    Step.WAIT_OVER: "goes on without waiting for the customer",
    Step.DATE_NAMED: "named the day they can expect it:",
    Step.PROPOSED: "proposed that it is solved; the customer was asked",
    Step.PROPOSAL_TAKEN_BACK: "took the proposal back: not solved after all",
    Step.SAID_YES: "said yes: the case closed",
    Step.SAID_NO: "said no: not solved",
    Step.REVISED: "changed an answer",
    Step.AUTO_REPLIED: "answered automatically, which is no word of theirs",
    Step.NOT_DELIVERED: "was not reached: our mail came back",
    Step.TARGET_MISSED: "The target passed",
    Step.PROMISE_MISSED: "The promise was broken",
    Step.ENDED: "ended the case without a yes",
}
ENDINGS: Final = {
    EndedHow.UNREACHABLE: "The customer cannot be reached",
    EndedHow.WITHDREW: "The customer withdrew it",
    EndedHow.DUPLICATE: "It repeats another case",
    EndedHow.NOT_OURS: "It was not ours to solve",
}
VIA: Final = {"email": "by e-mail", "survey": "in the survey", "portal": "on their page"}


@dataclass(frozen=True)
class TalkLine:
    """One line of the conversation. `side` is theirs, ours, note or event."""

    at: datetime
    side: str
    who: str
    text: str
    via: str = ""
    tone: str = ""


@dataclass(frozen=True)
class WorkPage:
    """Everything beside and around one conversation."""

    told: CasePage
    case: Case
    talk: tuple[TalkLine, ...]
    clocks: ClocksPanel
    card: CustomerCard | None
    history: Timeline | None
    unhappy_about: tuple[str, ...]
    colleagues: Sequence[Member]
    endings: Mapping[EndedHow, str]
    knowledge: KnowledgePanel
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
) -> WorkPage:
    """One case. After a refused form, `typed` is what was in it, `problem` why, and `verb` which form it was."""
    told = read_case_page(case, seen_by=seen_by, at=at)
    person = case.person
    return WorkPage(
        told=told,
        case=case,
        talk=tuple(_tell(moment) for moment in told.timeline),
        clocks=build_clocks(case, told.clocks, at=at),
        card=read_card(person, at=at) if person else None,
        history=tell_history(list_timeline(list_keys(person), limit=HISTORY)) if person else None,
        unhappy_about=tuple(QUESTIONS.get(one, one.replace("_", " ")) for one in told.unhappy_about),
        colleagues=[one for one in list_members() if one.may("work_cases")],
        endings=ENDINGS,
        knowledge=panel or build_panel(case, member=seen_by),
        typed=typed or {},
        problem=problem,
        verb=verb,
    )


HISTORY = 30


def tell_stamp(told: CasePage) -> str:
    """Names the state of a case, so that a page that polls can say what it has seen."""
    newest = told.timeline[-1].at.timestamp() if told.timeline else 0
    return f"{told.state.value}.{len(told.timeline)}.{newest:.0f}"


def _tell(moment: CaseMoment) -> TalkLine:
    if moment.kind == "step":
        return _tell_step(moment)
    if moment.kind == "attempt":
        outcome = f": {moment.text}" if moment.text else ""
        return TalkLine(moment.at, "event", moment.who, f"tried to reach them by {moment.via}{outcome}")
    side = {"customer": "theirs", "us": "ours", "note": "note"}[moment.kind]
    return TalkLine(
        moment.at, side, moment.who, moment.text, via=VIA.get(moment.via, f"by {moment.via}") if moment.via else ""
    )


def _tell_step(moment: CaseMoment) -> TalkLine:
    step, detail = moment.step or Step.OPENED, moment.detail or {}
    who = {"customer": "The customer", "UntilYes": ""}.get(moment.who, moment.who)
    if step is Step.OPENED and moment.who != "customer":
        return TalkLine(moment.at, "event", who, "opened the case for the customer")
    if step is Step.TOLD_LATE:
        return TalkLine(moment.at, "event", "", tell_late(detail), tone="" if detail.get("message_id") else "worse")
    if step in {Step.JOINED, Step.SAID_NO} and detail.get("reopened"):
        return TalkLine(moment.at, "event", who, "said no: not solved, the case is open again", tone="worse")
    return TalkLine(
        moment.at, "event", who, STEPS.get(step, step.value) + _tell_detail(step, detail), tone=_TONES.get(step, "")
    )


def _tell_detail(step: Step, detail: Mapping[str, Any]) -> str:
    if step is Step.ASSIGNED:
        to, team = detail.get("to") or "nobody in particular", detail.get("team")
        return f" {to}" + (f", {team}" if team else "")
    if step is Step.WAITING:
        return f": {detail.get('reason', '')}"
    if step is Step.DATE_NAMED:
        return f" {date.fromisoformat(str(detail['on'])):%-d %B %Y}"
    if step is Step.CAUSE_NAMED:
        return f": {detail.get('cause') or 'none'}"
    if step is Step.ENDED:
        return f": {ENDED.get(str(detail.get('how')), '')}"
    return ""


_TONES: Final = {
    Step.OPENED: "worse",
    Step.JOINED: "worse",
    Step.SAID_NO: "worse",
    Step.SAID_YES: "better",
    Step.TARGET_MISSED: "worse",
    Step.PROMISE_MISSED: "worse",
}
