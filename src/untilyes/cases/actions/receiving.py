"""What comes in by mail: a customer's words, or a machine's, which are written down and change nothing."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from untilyes.cases.access import get_case_by_address
from untilyes.cases.actions.conversing import add_customer_message, keep_files
from untilyes.cases.history import CUSTOMER, lock_case, write_history
from untilyes.cases.incoming import IncomingMail, MailKind, read_mail
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.queries import find_latest_sequel
from untilyes.cases.rules import LONGEST_MESSAGE, Step
from untilyes.surveys.actions import mark_undelivered
from untilyes.surveys.models import Invitation
from untilyes.surveys.rules import InvitationState
from untilyes.workspaces.tenancy import inside

EXCERPT = 200


def receive_mail(raw: bytes, *, to: Iterable[str], return_path: str, at: datetime) -> MailKind:
    """Take in a mail sent to one of the addresses we gave out. The same mail again changes nothing. Raises BadLink.

    A person's words are the customer's message. An automatic answer is no word of theirs: it reopens nothing and stops
    no clock. A message that came back tells that the customer was not reached, and that a question was never asked.
    """
    case = get_case_by_address(to)
    mail = read_mail(raw, return_path=return_path)
    with inside(case.workspace), transaction.atomic():
        lock_case(case)
        if mail.kind is MailKind.WORDS:
            _hear(case, mail, at=at)
        else:
            _note(case, mail, at=at)
    return mail.kind


def _hear(case: Case, mail: IncomingMail, *, at: datetime) -> None:
    theirs = CaseMessage.objects.filter(
        case__in=[case, find_latest_sequel(case)], direction=CaseMessage.Direction.CUSTOMER
    )
    if mail.message_id and theirs.filter(message_id=mail.message_id).exists():
        return
    # What a mail brought is kept whatever it is: it has arrived already, and is handed out for saving only.
    message = add_customer_message(case, _words(mail), at=at, via="email", message_id=mail.message_id)
    if not message.attachments.exists():
        keep_files(message, mail.attachments)


def _words(mail: IncomingMail) -> str:
    """What they wrote, shortened rather than refused; the names of the files where they wrote nothing."""
    files = [one.name for one in mail.attachments]
    words = mail.text or ", ".join(files) or "…"
    if mail.left_out:
        words = f"{words[: LONGEST_MESSAGE // 2]}\n\n✂ {', '.join(mail.left_out)}"
    return words if len(words) <= LONGEST_MESSAGE else words[: LONGEST_MESSAGE - 1] + "…"


def _note(case: Case, mail: IncomingMail, *, at: datetime) -> None:
    step = Step.NOT_DELIVERED if mail.kind is MailKind.BOUNCE else Step.AUTO_REPLIED
    told = case.history.filter(step=step, detail__message_id=mail.message_id) if mail.message_id else None
    if told is not None and told.exists():
        return
    write_history(case, step, at=at, by_name=CUSTOMER, message_id=mail.message_id, text=mail.text[:EXCERPT])
    if mail.kind is MailKind.BOUNCE:
        for asked in Invitation.objects.filter(about=case.ref, state=InvitationState.ASKED):
            mark_undelivered(asked)
