"""What is said in a case: to the customer, by the customer, and among ourselves."""

from datetime import datetime

from django.db import transaction

from untilyes.cases.actions.working import take_case
from untilyes.cases.history import CUSTOMER, keep_case, lock_case, write_history
from untilyes.cases.mail import send_words
from untilyes.cases.models import Case, CaseMessage, CaseNote, ContactAttempt
from untilyes.cases.rules import LONGEST_MESSAGE, NotPossible, Step, is_same_again
from untilyes.promises.actions import resume_clocks
from untilyes.promises.rules import Measures
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member


@transaction.atomic
def write_to_customer(case: Case, text: str, *, by: Member, at: datetime) -> CaseMessage:
    """Write to the customer: by e-mail where we have an address, and on their conversation page always.

    Whoever writes to a customer nobody looks after takes the case. The same words within a minute are sent once.
    """
    require(by, "work_cases")
    words = _said(text)
    lock_case(case)
    if twice := find_twice(case, words, direction=CaseMessage.Direction.US, at=at):
        return twice
    if case.assignee is None and not case.is_over:
        take_case(case, by=by, at=at)
    case.follow(Step.WROTE)
    message = say_to_customer(case, words, by=by, at=at, message_id=send_words(case, words, by=by))
    keep_case(case, Step.WROTE, at=at, by=by)
    return message


@transaction.atomic
def add_customer_message(
    case: Case, text: str, *, at: datetime, via: str = "portal", message_id: str = ""
) -> CaseMessage:
    """Take in what the customer wrote. While a proposal waits, words instead of an answer put the case back to work.

    A case we had given up on is open again; one closed by a yes stays closed (it may be thanks) and is shown in the
    queue until somebody answers. The same words within a minute count once.
    """
    words = _said(text)
    lock_case(case)
    if twice := find_twice(case, words, direction=CaseMessage.Direction.CUSTOMER, at=at):
        return twice
    message = CaseMessage.objects.create(
        case=case,
        direction=CaseMessage.Direction.CUSTOMER,
        author_name=str(case.customer) if case.customer else "",
        text=words,
        at=at,
        via=via,
        message_id=message_id,
    )
    reopened = case.hear_again()
    keep_case(case, Step.CUSTOMER_WROTE, at=at, by_name=CUSTOMER, via=via, reopened=reopened)
    if reopened:
        resume_clocks(Measures.TIME_TO_YES, about=case.ref)
    return message


@transaction.atomic
def add_note(case: Case, text: str, *, by: Member, at: datetime) -> CaseNote:
    """Say something among ourselves."""
    require(by, "work_cases")
    note = CaseNote.objects.create(case=case, author=by, author_name=by.user.display_name, text=_said(text), at=at)
    write_history(case, Step.NOTED, at=at, by=by)
    return note


@transaction.atomic
def record_attempt(case: Case, *, by: Member, at: datetime, channel: str, outcome: str = "") -> ContactAttempt:
    """Write down a try to reach the customer outside these pages, such as a call nobody answered."""
    require(by, "work_cases")
    lock_case(case)
    if case.is_over:
        raise NotPossible("This case is over; there is nobody to reach for it.")
    attempt = ContactAttempt.objects.create(case=case, by=by, at=at, channel=channel, outcome=outcome.strip())
    keep_case(case, Step.ATTEMPTED, at=at, by=by, channel=channel)
    return attempt


def say_to_customer(case: Case, words: str, *, by: Member, at: datetime, message_id: str) -> CaseMessage:
    """Keep what we said where the customer reads it. A message without an id travelled by no e-mail."""
    return CaseMessage.objects.create(
        case=case,
        direction=CaseMessage.Direction.US,
        author=by,
        author_name=by.user.display_name,
        text=words,
        at=at,
        via="email" if message_id else "portal",
        message_id=message_id,
    )


def find_twice(case: Case, words: str, *, direction: CaseMessage.Direction, at: datetime) -> CaseMessage | None:
    """The message that said the same a moment ago, when this one is a double click, or None."""
    last = case.messages.filter(direction=direction).order_by("at", "pk").last()
    return last if last and is_same_again([(last.at, last.text)], said=words, at=at) else None


def _said(text: str) -> str:
    # NUL cannot be stored by PostgreSQL; line ends are made the same so that a double click is recognised.
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not words:
        raise NotPossible("Write something first.")
    if len(words) > LONGEST_MESSAGE:
        raise NotPossible(f"A message has at most {LONGEST_MESSAGE} characters.")
    return words
