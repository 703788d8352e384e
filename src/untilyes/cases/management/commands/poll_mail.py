"""`untilyes manage poll_mail`: fetch customers' replies from a mailbox now, as the worker does every minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from untilyes.cases.jobs import find_mailbox, poll_mail
from untilyes.cases.polling import MailboxRefuses


class Command(BaseCommand):
    """One round of fetching."""

    help = "Fetch customers' replies from the IMAP mailbox once, and say what came of it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if find_mailbox() is None:
            raise CommandError("Set UNTILYES_IMAP_HOST, UNTILYES_IMAP_USER and UNTILYES_IMAP_PASSWORD first.")
        try:
            done = poll_mail()
        except MailboxRefuses as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"{done.taken} taken in, {done.not_ours} to none of our addresses, {done.too_large} too large, "
            f"{done.left} left for the next round."
        )
