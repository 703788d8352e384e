"""Everything the case page shows, in one piece."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from untilyes.cases import rules
from untilyes.cases.links import link_to_case
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.queries.finding import find_policy
from untilyes.cases.queries.said import by_time, last_heard_at, list_messages, list_said, list_steps
from untilyes.cases.rules import Priority, State, Step
from untilyes.promises.queries import ClockView, list_clocks
from untilyes.surveys.models import Invitation
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

# Their words are in the time line themselves; a line that says words were written would only repeat them.
_TOLD_BY_WORDS = {Step.WROTE.value, Step.CUSTOMER_WROTE.value, Step.NOTED.value, Step.ATTEMPTED.value}


@dataclass(frozen=True)
class File:
    """A file that came with a message; `size` in bytes."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class Moment:
    """One thing in the time line. `kind` is customer, us, note, attempt or step (then `step` says which)."""

    at: datetime
    kind: str
    who: str
    text: str = ""
    via: str = ""
    step: Step | None = None
    state: State | None = None
    detail: dict[str, Any] | None = None
    files: tuple[File, ...] = ()
    message_id: int | None = None


@dataclass(frozen=True)
class CasePage:
    """The case page: `possible` is what this member may do next, `not_yet_unreachable` why giving up is too early."""

    case: Case
    state: State
    priority: Priority
    timeline: tuple[Moment, ...]
    clocks: tuple[ClockView, ...]
    possible: tuple[Step, ...]
    not_yet_unreachable: str
    unhappy_about: tuple[str, ...]
    was_asked: bool
    customer_link: str

    @property
    def read_until(self) -> datetime:
        """The newest word on the page: what comes later was not read by whoever writes from it."""
        return max((one.at for one in self.timeline if one.message_id is not None), default=self.case.opened_at)


def read_case_page(case: Case, *, seen_by: Member, at: datetime) -> CasePage:
    """Everything about one case, for this member."""
    signals = (one.unhappy_about for one in sorted(case.signals.all(), key=by_time))
    return CasePage(
        case=case,
        state=State(case.state),
        priority=Priority(case.priority),
        timeline=read_timeline(case),
        clocks=tuple(list_clocks(case.ref, at=at)),
        possible=_list_possible(case, seen_by),
        not_yet_unreachable=find_leniency(case),
        unhappy_about=tuple(dict.fromkeys(chain.from_iterable(signals))),
        was_asked=Invitation.objects.filter(about=case.ref).exclude(state="not_asked").exists(),
        customer_link=link_to_case(case),
    )


def read_timeline(case: Case) -> tuple[Moment, ...]:
    """What was said and done in the case, the oldest first; of one instant, words come before the step they led to."""
    messages = [
        Moment(one.at, one.direction, one.author_name, one.text, via=one.via, files=files_of(one), message_id=one.pk)
        for one in list_messages(case)
    ]
    notes = [Moment(one.at, "note", one.author_name, one.text) for one in sorted(case.notes.all(), key=by_time)]
    attempts = [
        Moment(one.at, "attempt", str(one.by or ""), one.outcome, via=one.channel)
        for one in sorted(case.attempts.all(), key=by_time)
    ]
    steps = [
        Moment(one.at, "step", one.by_name, step=Step(one.step), state=State(one.state), detail=one.detail)
        for one in list_steps(case)
        if one.step not in _TOLD_BY_WORDS
    ]
    return tuple(sorted([*messages, *notes, *attempts, *steps], key=lambda moment: moment.at))


def files_of(message: CaseMessage) -> tuple[File, ...]:
    """What came with a message."""
    return tuple(File(one.pk, one.name, one.size) for one in message.attachments.all())


def find_leniency(case: Case) -> str:
    """Why it is too early to give the customer up as unreachable; empty when it is not."""
    policy, zone = find_policy(), ZoneInfo(current_workspace().timezone)
    ours = (one.at for one in list_said(case, CaseMessage.Direction.US))
    tried = [*(one.at for one in case.attempts.all()), *ours]
    return rules.find_leniency(
        [at.astimezone(zone) for at in tried],
        last_heard_at=last_heard_at(case),
        wanted=policy.attempts,
        days=policy.attempt_days,
    )


def _list_possible(case: Case, member: Member) -> tuple[Step, ...]:
    steps = rules.list_possible(State(case.state)) if member.may("work_cases") else ()
    return tuple(
        step
        for step in steps
        if (step is not Step.ENDED or member.may("end_cases"))
        and (step is not Step.TAKEN or case.assignee_id != member.pk)
    )
