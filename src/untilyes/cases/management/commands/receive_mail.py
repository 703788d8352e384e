"""`untilyes manage receive_mail`: take in customers' replies by SMTP or LMTP."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from untilyes.cases.mailroom import Mailroom


class Command(BaseCommand):
    """Opens the door for mail until it is told to stop."""

    help = "Take in customers' replies to our messages by SMTP (or LMTP), until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=2525)
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP, as Postfix and Exim deliver locally")

    def handle(self, *_args: Any, host: str, port: int, lmtp: bool, **_options: Any) -> None:
        if not settings.REPLY_DOMAIN:
            raise CommandError("Set UNTILYES_REPLY_DOMAIN to the domain whose mail you deliver here, then start again.")
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        mailroom = Mailroom(host=host, port=port, is_lmtp=lmtp)
        mailroom.start()
        kind = "LMTP" if lmtp else "SMTP"
        self.stdout.write(f"Taking in mail for reply+…@{settings.REPLY_DOMAIN} by {kind} on {host}:{port}.")
        self.stdout.flush()
        stop.wait()
        mailroom.stop()
