"""What the customer sees of a case: the words of both sides, how it stands, and the question if one is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.queries.expected import find_expected
from untilyes.cases.queries.page import File, files_of
from untilyes.cases.queries.said import list_messages
from untilyes.cases.rules import State
from untilyes.promises.queries import ClockView, list_clocks
from untilyes.promises.rules import OURS_ALONE, Measures
from untilyes.surveys.links import link_to_invitation
from untilyes.surveys.models import Invitation
from untilyes.surveys.rules import InvitationState


@dataclass(frozen=True)
class Line:
    """One message as the customer reads it."""

    at: datetime
    is_theirs: bool
    author: str
    text: str
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Owed:
    """What we publicly promised and still owe, and by when."""

    measure: Measures
    due_at: datetime
    is_late: bool


@dataclass(frozen=True)
class Conversation:
    """The customer's page. Notes, targets and priorities are ours and are not here.

    `question_link` leads to the two questions while they wait for an answer. `owed` is everything we publicly promised
    and still owe, the soonest first, each sort once, and `expected_by` what we said of when once that was broken.
    `is_waiting` says that something we promised stands still until they answer.
    """

    number: int
    language: str
    customer_name: str
    state: State
    lines: tuple[Line, ...]
    question_link: str
    owed: tuple[Owed, ...]
    expected_by: datetime | None
    is_waiting: bool
    is_known: bool

    @property
    def yes_due_at(self) -> datetime | None:
        """By when we publicly promised a yes, while that is owed and does not stand still."""
        return next((one.due_at for one in self.owed if one.measure is Measures.TIME_TO_YES), None)


def read_conversation(case: Case, *, at: datetime) -> Conversation:
    """The conversation about a case, as its customer may see it."""
    told = [clock for clock in list_clocks(case.ref, at=at) if clock.is_public and clock.measure not in OURS_ALONE]
    promised = [clock for clock in told if clock.is_running]
    return Conversation(
        number=case.number,
        language=case.language,
        customer_name=case.person.name if case.person else "",
        state=State(case.state),
        lines=tuple(_line(message) for message in list_messages(case)),
        question_link=find_question_link(case, at=at),
        owed=_list_owed(promised, at),
        expected_by=find_expected(case, at=at),
        is_waiting=any(clock.is_paused for clock in promised),
        is_known=case.customer_id is not None,
    )


def _list_owed(promised: Sequence[ClockView], at: datetime) -> tuple[Owed, ...]:
    """The soonest of each sort. While we wait for them there is no time to tell: it moves until they answer."""
    soonest: dict[Measures, datetime] = {}
    for clock in sorted(promised, key=lambda one: one.due_at):
        if not clock.is_paused:
            soonest.setdefault(clock.measure, clock.due_at)
    return tuple(Owed(measure, due_at, due_at < at) for measure, due_at in soonest.items())


def find_question_link(case: Case, *, at: datetime) -> str:
    """The address of the two questions about this case that wait for an answer, or nothing."""
    waiting = Invitation.objects.filter(about=case.ref, state=InvitationState.ASKED, expires_at__gt=at)
    invitation = waiting.order_by("-sent_at").first()
    return link_to_invitation(invitation) if invitation else ""


def _line(message: CaseMessage) -> Line:
    is_theirs = message.direction == CaseMessage.Direction.CUSTOMER
    return Line(message.at, is_theirs, message.author_name, message.text, files=files_of(message))
