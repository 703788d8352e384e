"""The door for mail: a small SMTP or LMTP server that takes in replies to our messages and nothing else.

Put it behind the mail server that receives for your domain; it does no spam filtering and wants no sign-in, because the
signature in the address is the right to write.
"""

import asyncio
import logging
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connections

from untilyes.cases.actions.receiving import receive_mail
from untilyes.cases.links import read_reply_address
from untilyes.plumbing.clock import now
from untilyes.surveys.links import BadLink

LARGEST_MAIL = 25 * 1024 * 1024
NOBODY = "550 5.1.1 This address is not one of ours"
LATER = "451 4.3.0 Please try again later"

logger = logging.getLogger(__name__)


class Letterbox:
    """What happens to each mail: refused at once when the address is not ours, else in the database when we say OK."""

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        try:
            read_reply_address(address)
        except BadLink:
            return NOBODY
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        verdict = await asyncio.to_thread(_take_in_by_itself, envelope)
        # LMTP wants one answer for each address; they all lead to the same conversation.
        return "\r\n".join([verdict] * len(envelope.rcpt_tos)) if isinstance(server, LMTP) else verdict


def take_in(envelope: Envelope) -> str:
    """Take in one mail; return what to answer the server that brought it."""
    raw = envelope.content
    content = raw.encode() if isinstance(raw, str) else raw or b""
    try:
        receive_mail(content, to=envelope.rcpt_tos, return_path=envelope.mail_from or "", at=now())
    except BadLink:
        return NOBODY
    except Exception:  # the sender keeps the mail and tries again: nothing may be lost because we stumbled
        logger.exception("A mail to %s could not be taken in.", ", ".join(envelope.rcpt_tos))
        return LATER
    return "250 OK"


def _take_in_by_itself(envelope: Envelope) -> str:
    """Take in one mail in a thread of the pool, which must not keep its connection: nobody would ever close it."""
    try:
        return take_in(envelope)
    finally:
        connections.close_all()


class Mailroom(Controller):
    """The server, in a thread of its own: `start()` it, `stop()` it."""

    def __init__(self, *, host: str, port: int, is_lmtp: bool = False) -> None:
        super().__init__(Letterbox(), hostname=host, port=port, data_size_limit=LARGEST_MAIL, ident="UntilYes")
        self.is_lmtp = is_lmtp

    def factory(self) -> Any:
        return (LMTP if self.is_lmtp else SMTP)(self.handler, **self.SMTP_kwargs)
