"""Fetching replies from a mailbox by IMAP, for whoever cannot have mail delivered here.

A mail is marked as seen only once it is in the database: a crash in between fetches it again, and it is recognised.
"""

import email
import imaplib
import logging
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.policy import default as modern
from email.utils import getaddresses, parseaddr

LARGEST_MAIL = 25 * 1024 * 1024
AT_ONCE = 100
TIMEOUT = 30.0
# Where the address we gave out may stand once a mail has been delivered to a mailbox.
_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")

logger = logging.getLogger(__name__)


class MailboxRefuses(RuntimeError):
    """The mail server did not let us read the mailbox; the message says what it said."""


class NotOurs(LookupError):
    """A mail to no address that we gave out."""


@dataclass(frozen=True)
class Mailbox:
    """Where the mail is. The password never appears in what is printed or logged."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    is_tls: bool = True


@dataclass
class Round:
    """What one round of fetching did. `left` could not be taken in and is tried again next time."""

    taken: int = 0
    not_ours: int = 0
    too_large: int = 0
    left: int = 0


Take = Callable[[bytes, list[str], str], object]


def fetch_mail(mailbox: Mailbox, take: Take) -> Round:
    """Hand every unseen mail, oldest first, to `take(raw, addresses, return_path)`; mark as seen what it took.

    `take` raises NotOurs for a mail to none of our addresses: it is marked as seen and stays in the mailbox. Whatever
    else it raises leaves the mail unseen. Raises MailboxRefuses.
    """
    done = Round()
    with _open(mailbox) as server:
        for uid in _list_unseen(server):
            _fetch_one(server, uid, take, done)
    return done


def _fetch_one(server: imaplib.IMAP4, uid: str, take: Take, done: Round) -> None:
    size = _SIZE.search(b" ".join(_parts(server.uid("FETCH", uid, "(RFC822.SIZE)"))))
    if size is not None and int(size[1]) > LARGEST_MAIL:
        logger.warning("A mail of %s bytes is too large to be taken in; it stays in the mailbox.", int(size[1]))
        done.too_large += 1
        server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen \Flagged)")
        return
    # PEEK: reading it must not be what marks it as seen.
    raw = max(_parts(server.uid("FETCH", uid, "(BODY.PEEK[])")), key=len, default=b"")
    try:
        take(raw, *read_envelope(raw))
        done.taken += 1
    except NotOurs:
        done.not_ours += 1
    except Exception:  # nothing may be lost because we stumbled: it stays unseen, the others are fetched
        logger.exception("A mail could not be taken in; it is tried again in the next round.")
        done.left += 1
        return
    server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")


def read_envelope(raw: bytes) -> tuple[list[str], str]:
    """The addresses a delivered mail may have been sent to, and the one it came from, empty for a message come back."""
    message = email.message_from_bytes(raw, policy=modern)
    told = [value for name in _TO for value in _read_headers(message, name)]
    back = [*_read_headers(message, "Return-Path"), *_read_headers(message, "From"), ""]
    return [address for _, address in getaddresses(told) if address], parseaddr(back[0])[1]


def _read_headers(message: Message, name: str) -> list[str]:
    """Every header of that name, decoded; as it was written where it is too broken to be read."""
    try:
        return [str(value) for value in message.get_all(name, [])]
    except (IndexError, ValueError, LookupError):
        return [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]


def _list_unseen(server: imaplib.IMAP4) -> list[str]:
    status, found = server.uid("SEARCH", "UNSEEN")
    if status != "OK":
        raise MailboxRefuses(f"The mailbox cannot be searched: {found!r}.")
    return [uid.decode() for uid in (found[0] or b"").split()][:AT_ONCE]


def _parts(answer: tuple[str, list[object]]) -> list[bytes]:
    """Every piece of bytes in an answer of the server, literals among them."""
    flat = [part for one in answer[1] for part in (one if isinstance(one, tuple) else (one,))]
    return [part for part in flat if isinstance(part, bytes)]


@contextmanager
def _open(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    try:
        server = _connect(mailbox)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxRefuses(f"{mailbox.host}:{mailbox.port} cannot be reached: {error}") from error
    try:
        server.login(mailbox.user, mailbox.password)
        status, told = server.select(mailbox.folder)
        if status != "OK":
            raise MailboxRefuses(f"There is no folder {mailbox.folder}: {told!r}.")
        yield server
    except imaplib.IMAP4.error as error:
        raise MailboxRefuses(f"{mailbox.host} refuses: {error}") from error
    finally:
        _leave(server)


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    if not mailbox.is_tls:
        return imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT)
    context = ssl.create_default_context()
    return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=TIMEOUT)


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):
        server.shutdown()
