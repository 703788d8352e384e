"""Everything the case page shows, in one piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from untilyes.cases import rules
from untilyes.cases.links import link_to_case
from untilyes.cases.models import Case, CaseAttachment, CaseMessage
from untilyes.cases.queries.finding import find_policy
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
    signals = case.signals.order_by("at", "pk").values_list("unhappy_about", flat=True)
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
    notes = [Moment(one.at, "note", one.author_name, one.text) for one in case.notes.order_by("at", "pk")]
    attempts = [
        Moment(one.at, "attempt", str(one.by or ""), one.outcome, via=one.channel)
        for one in case.attempts.select_related("by__user").order_by("at", "pk")
    ]
    steps = [
        Moment(one.at, "step", one.by_name, step=Step(one.step), state=State(one.state), detail=one.detail)
        for one in case.history.exclude(step__in=_TOLD_BY_WORDS).order_by("at", "pk")
    ]
    return tuple(sorted([*messages, *notes, *attempts, *steps], key=lambda moment: moment.at))


def list_messages(case: Case) -> Sequence[CaseMessage]:
    """What both sides said, the oldest first, with the names of what came along but not its content."""
    files = Prefetch("attachments", CaseAttachment.objects.only("message", "name", "size"))
    return list(case.messages.order_by("at", "pk").prefetch_related(files))


def files_of(message: CaseMessage) -> tuple[File, ...]:
    """What came with a message."""
    return tuple(File(one.pk, one.name, one.size) for one in message.attachments.all())


def find_leniency(case: Case) -> str:
    """Why it is too early to give the customer up as unreachable; empty when it is not."""
    policy, zone = find_policy(), ZoneInfo(current_workspace().timezone)
    ours = case.messages.filter(direction=CaseMessage.Direction.US).values_list("at", flat=True)
    tried = [*case.attempts.values_list("at", flat=True), *ours]
    return rules.find_leniency(
        [at.astimezone(zone) for at in tried],
        last_heard_at=last_heard_at(case),
        wanted=policy.attempts,
        days=policy.attempt_days,
    )


def last_heard_at(case: Case) -> datetime:
    """When the customer last said anything in this case."""
    theirs = case.messages.filter(direction=CaseMessage.Direction.CUSTOMER).values_list("at", flat=True)
    answers = case.history.filter(step__in=[Step.SAID_NO, Step.SAID_YES, Step.JOINED]).values_list("at", flat=True)
    return max([case.opened_at, *theirs, *answers])


def _list_possible(case: Case, member: Member) -> tuple[Step, ...]:
    steps = rules.list_possible(State(case.state)) if member.may("work_cases") else ()
    return tuple(
        step
        for step in steps
        if (step is not Step.ENDED or member.may("end_cases"))
        and (step is not Step.TAKEN or case.assignee_id != member.pk)
    )
