"""What the customer sees of a case: the words of both sides, how it stands, and the question if one is open."""

from dataclasses import dataclass
from datetime import datetime

from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.queries.expected import find_expected
from untilyes.cases.queries.page import File, files_of
from untilyes.cases.queries.said import list_messages
from untilyes.cases.rules import State
from untilyes.promises.queries import list_clocks
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
class Conversation:
    """The customer's page. Notes, targets and priorities are ours and are not here.

    `question_link` leads to the two questions while they wait for an answer. `due_at` is by when we publicly promised
    a yes, while that is still owed, and `expected_by` what we said of when once that was broken. `is_waiting` says that
    what we promised stands still until they answer.
    """

    number: int
    language: str
    customer_name: str
    state: State
    lines: tuple[Line, ...]
    question_link: str
    due_at: datetime | None
    is_late: bool
    expected_by: datetime | None
    is_waiting: bool
    is_known: bool


def read_conversation(case: Case, *, at: datetime) -> Conversation:
    """The conversation about a case, as its customer may see it."""
    promised = [clock for clock in list_clocks(case.ref, at=at) if clock.is_public and clock.is_running]
    # While we wait for them there is no such time: it moves until they answer.
    due_at = min((clock.due_at for clock in promised if not clock.is_paused), default=None)
    return Conversation(
        number=case.number,
        language=case.language,
        customer_name=case.person.name if case.person else "",
        state=State(case.state),
        lines=tuple(_line(message) for message in list_messages(case)),
        question_link=find_question_link(case, at=at),
        due_at=due_at,
        is_late=due_at is not None and due_at < at,
        expected_by=find_expected(case, at=at),
        is_waiting=any(clock.is_paused for clock in promised),
        is_known=case.customer_id is not None,
    )


def find_question_link(case: Case, *, at: datetime) -> str:
    """The address of the two questions about this case that wait for an answer, or nothing."""
    waiting = Invitation.objects.filter(about=case.ref, state=InvitationState.ASKED, expires_at__gt=at)
    invitation = waiting.order_by("-sent_at").first()
    return link_to_invitation(invitation) if invitation else ""


def _line(message: CaseMessage) -> Line:
    is_theirs = message.direction == CaseMessage.Direction.CUSTOMER
    return Line(message.at, is_theirs, message.author_name, message.text, files=files_of(message))
