"""Errands of the cases room."""

from datetime import datetime

from django.conf import settings

from untilyes.cases.actions.receiving import receive_mail
from untilyes.cases.actions.valuing import value_customers
from untilyes.cases.models import Case, CaseAttachment
from untilyes.cases.polling import Mailbox, NotOurs, Round, fetch_mail
from untilyes.cases.queries.finding import OVER
from untilyes.insights.actions import ask_for_reckoning
from untilyes.insights.worked_out import CROWD, USUAL_PATHS
from untilyes.plumbing.clock import now
from untilyes.surveys.links import BadLink
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside


def know_customer_values(at: datetime | None = None) -> int:
    """Read what customers with open cases are worth to us, in every workspace that has any; how many were read."""
    moment, read = at or now(), 0
    busy = Case.everywhere.exclude(state__in=OVER).exclude(customer=None).values("workspace").distinct()
    for workspace in Workspace.objects.filter(pk__in=busy):
        with inside(workspace):
            read += value_customers(at=moment)
    return read


def ask_for_standings(at: datetime | None = None) -> int:
    """Have everybody counted, and the usual paths found, wherever cases are open; in how many workspaces.

    It is worked out anew only where the lake has changed since.
    """
    busy = Case.everywhere.exclude(state__in=OVER).values("workspace").distinct()
    workspaces = Workspace.objects.filter(pk__in=busy)
    for workspace in workspaces:
        with inside(workspace):
            for about in (CROWD, USUAL_PATHS):
                ask_for_reckoning(about, at=at or now())
    return len(workspaces)


def read_files(message_id: int) -> list[tuple[str, bytes, str]]:
    """The files of a message, read when it leaves, so that no copy of them waits in the queue: name, content, type."""
    files = CaseAttachment.everywhere.filter(message=message_id)
    return [(one.name, bytes(one.content), one.content_type) for one in files]


def find_mailbox() -> Mailbox | None:
    """The mailbox the settings name, or None."""
    if not settings.IMAP_HOST:
        return None
    return Mailbox(
        host=settings.IMAP_HOST,
        port=settings.IMAP_PORT,
        user=settings.IMAP_USER,
        password=settings.IMAP_PASSWORD,
        folder=settings.IMAP_FOLDER,
        is_tls=settings.IMAP_USE_TLS,
    )


def poll_mail(at: datetime | None = None) -> Round:
    """Fetch what customers replied, if a mailbox is named; what came of it. Raises MailboxRefuses."""
    mailbox = find_mailbox()
    if mailbox is None:
        return Round()

    def take(raw: bytes, to: list[str], return_path: str) -> None:
        try:
            receive_mail(raw, to=to, return_path=return_path, at=at or now())
        except BadLink as problem:
            raise NotOurs(str(problem)) from problem

    return fetch_mail(mailbox, take)
