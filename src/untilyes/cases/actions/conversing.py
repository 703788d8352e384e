"""What is said in a case: to the customer, by the customer, and among ourselves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from untilyes.cases.actions.opening import open_case
from untilyes.cases.actions.splitting import tie_cases
from untilyes.cases.actions.working import release_absent, take_case
from untilyes.cases.files import check_files
from untilyes.cases.history import CUSTOMER, circumstances_of, keep_case, keep_message, lock_case, write_history
from untilyes.cases.incoming import Attachment
from untilyes.cases.likening import note_what_was_sent, note_words
from untilyes.cases.mail import send_words
from untilyes.cases.models import Case, CaseAttachment, CaseMessage, CaseNote, ContactAttempt
from untilyes.cases.queries import find_latest_sequel, find_policy
from untilyes.cases.rules import (
    LONGEST_MESSAGE,
    LinkKind,
    NotPossible,
    SomethingNew,
    Step,
    is_long_over,
    is_same_again,
)
from untilyes.promises.actions import resume_clocks
from untilyes.promises.rules import Measures
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member


@transaction.atomic
def write_to_customer(
    case: Case,
    text: str,
    *,
    by: Member,
    at: datetime,
    files: Sequence[Attachment] = (),
    read_until: datetime | None = None,
    takes_it: bool = True,
) -> CaseMessage:
    """Write to the customer: by e-mail where we have an address, and on their conversation page always.

    Whoever writes to a customer nobody looks after takes the case, unless `takes_it` is false. The same words within a
    minute are sent once. `read_until` is the newest word the writer had seen; what came after it must be read first.
    Raises NotPossible, SomethingNew, NotAllowed.
    """
    require(by, "work_cases")
    words = _said(text)
    check_files(files)
    lock_case(case)
    if twice := find_twice(case, words, direction=CaseMessage.Direction.US, at=at):
        return twice
    refuse_unread(case, read_until)
    if takes_it and case.assignee is None and not case.is_over:
        take_case(case, by=by, at=at)
    case.follow(Step.WROTE)
    message = say_to_customer(case, words, by=by, at=at, files=files)
    mark_sent(message, send_words(case, words, by=by, message=message))
    keep_case(case, Step.WROTE, at=at, by=by)
    return message


@transaction.atomic
def add_customer_message(
    case: Case,
    text: str,
    *,
    at: datetime,
    via: str = "portal",
    message_id: str = "",
    files: Sequence[Attachment] = (),
) -> CaseMessage:
    """Take in what the customer wrote. While a proposal waits, words instead of an answer put the case back to work.

    A case we had given up on is open again; one closed by a yes stays closed (it may be thanks) and is shown in the
    queue until somebody answers. Long after either (CasePolicy.reopen_days) words are about something new: they open
    a case that follows it, and the message returned is in that one. The same words within a minute count once.
    """
    words = _said(text or ", ".join(one.name for one in files))
    check_files(files)
    lock_case(case)
    case = find_latest_sequel(case)
    if twice := find_twice(case, words, direction=CaseMessage.Direction.CUSTOMER, at=at):
        return twice
    if is_long_over(case.ended_at, at=at, days=find_policy().reopen_days):
        case = _open_sequel(case, at=at, via=via)
        return _keep_theirs(case, words, at=at, via=via, message_id=message_id, files=files)
    lock_case(case)
    message = _keep_theirs(case, words, at=at, via=via, message_id=message_id, files=files)
    release_absent(case, at=at)
    reopened = case.hear_again()
    keep_case(case, Step.CUSTOMER_WROTE, at=at, by_name=CUSTOMER, via=via, reopened=reopened)
    if reopened:
        resume_clocks(Measures.TIME_TO_YES, about=case.ref)
    return message


def _open_sequel(case: Case, *, at: datetime, via: str) -> Case:
    """A case of its own for what a customer writes long after another was over."""
    when = replace(circumstances_of(case), at=at, interaction_id="", source="ticket", channel=via)
    sequel = open_case(case.person, when=when, language=case.language)
    tie_cases(sequel, case, kind=LinkKind.FOLLOWS, at=at)
    return sequel


@transaction.atomic
def add_note(case: Case, text: str, *, by: Member, at: datetime) -> CaseNote:
    """Say something among ourselves."""
    require(by, "work_cases")
    note = CaseNote.objects.create(case=case, author=by, author_name=by.user.display_name, text=_said(text), at=at)
    case.drafts.filter(member=by).delete()
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


def say_to_customer(
    case: Case, words: str, *, by: Member, at: datetime, files: Sequence[Attachment] = ()
) -> CaseMessage:
    """Keep what we said where the customer reads it; the draft it was is none any more."""
    message = keep_message(
        case,
        words,
        direction=CaseMessage.Direction.US,
        author=by,
        author_name=by.user.display_name,
        at=at,
        via="portal",
    )
    keep_files(message, files)
    case.drafts.filter(member=by).delete()
    note_what_was_sent(message, by=by)
    return message


def mark_sent(message: CaseMessage, message_id: str) -> None:
    """Note that our words travelled by e-mail as well; without an id they did not."""
    if message_id:
        message.message_id, message.via = message_id, "email"
        message.save(update_fields=["message_id", "via"])


def keep_files(message: CaseMessage, files: Sequence[Attachment]) -> None:
    """Keep what came with a message."""
    CaseAttachment.objects.bulk_create(
        CaseAttachment(
            message=message,
            name=one.name,
            content_type=one.content_type,
            size=len(one.content),
            content=one.content,
        )
        for one in files
    )


def refuse_unread(case: Case, read_until: datetime | None) -> None:
    """Raise SomethingNew when somebody wrote after the newest word the writer had seen."""
    if read_until is None:
        return
    newer = case.messages.filter(at__gt=read_until).order_by("at", "pk").last()
    if newer is not None:
        who = newer.author_name or "The customer"
        raise SomethingNew(f"{who} wrote after you opened this page. Read it above, then send again if it still fits.")


def _keep_theirs(
    case: Case, words: str, *, at: datetime, via: str, message_id: str, files: Sequence[Attachment]
) -> CaseMessage:
    message = keep_message(
        case,
        words,
        direction=CaseMessage.Direction.CUSTOMER,
        author_name=str(case.customer) if case.customer else "",
        at=at,
        via=via,
        message_id=message_id,
    )
    note_words(message)
    keep_files(message, files)
    return message


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
