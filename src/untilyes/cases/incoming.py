"""Reading a mail: who wrote it (a person, or a machine), what they wrote and no more, what came with it. No Django."""

import email
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from email.policy import default as modern
from email.utils import parseaddr
from enum import StrEnum

import nh3

MOST_ATTACHMENTS = 10
LARGEST = 5 * 1024 * 1024
LONGEST_NAME = 120


class MailKind(StrEnum):
    """What a mail is: a person's words, a machine's answer in a person's name, or a message that came back."""

    WORDS = "words"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"


@dataclass(frozen=True)
class Attachment:
    """A file that came along."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class IncomingMail:
    """A mail, read. `left_out` names the files that were too many or too large to keep."""

    kind: MailKind
    text: str
    message_id: str
    attachments: tuple[Attachment, ...]
    left_out: tuple[str, ...]


def read_mail(raw: bytes, *, return_path: str) -> IncomingMail:
    """Read a mail as it arrived; `return_path` is the sender named in the envelope, empty for machines."""
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=modern)
    kept: list[Attachment] = []
    left_out: list[Attachment] = []
    for number, one in enumerate(_attachments(message)):
        fits = number < MOST_ATTACHMENTS and len(one.content) <= LARGEST
        (kept if fits else left_out).append(one)
    return IncomingMail(
        kind=find_kind(message, return_path=return_path),
        text=drop_quotes(_read_text(message)),
        message_id=_header(message, "Message-ID")[:255],
        attachments=tuple(kept),
        left_out=tuple(one.name for one in left_out),
    )


def find_kind(message: EmailMessage, *, return_path: str) -> MailKind:
    """Whether a person wrote it. By RFC 3464 (reports), RFC 3834 (automatic answers) and what is common besides."""
    report = str(message.get_param("report-type", "") or "").lower() if _is_report(message) else ""
    sender = parseaddr(_header(message, "From"))[1].partition("@")[0].lower()
    if report == "delivery-status" or sender == "mailer-daemon" or "X-Failed-Recipients" in message:
        return MailKind.BOUNCE
    answered_by = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    is_machine = (
        _is_report(message)
        or answered_by not in {"", "no"}
        or not return_path.strip("<> ")
        or _header(message, "Precedence").strip().lower() in {"bulk", "junk", "list", "auto_reply"}
        or any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id"))
    )
    return MailKind.AUTO_REPLY if is_machine else MailKind.WORDS


_WROTE = re.compile(
    r"^(?:On|Am|El|Em)\b[^\n]{3,200}(?:\n[^\n]{0,200})?\b(?:wrote|schrieb|escribió|escreveu)\b[^\n]{0,100}:[ \t]*$",
    re.MULTILINE,
)
_ORIGINAL = re.compile(
    r"^(?:-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Mensaje original|Mensagem original)\s*-{2,}|_{20,})"
    r"[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- $", re.MULTILINE)


def drop_quotes(text: str) -> str:
    """What was written anew: without our own message below it and without the signature.

    Answers written in between quoted lines stay where they are, quotes included: each means little without the other.
    """
    words = text.replace("\r\n", "\n").strip()
    if (original := _ORIGINAL.search(words)) and words[: original.start()].strip():
        words = words[: original.start()].rstrip()
    wrote = _WROTE.search(words)
    if wrote and words[: wrote.start()].strip() and _is_all_quoted(words[wrote.end() :]):
        words = words[: wrote.start()].rstrip()
    lines = words.split("\n")
    while len(lines) > 1 and (lines[-1].startswith(">") or not lines[-1].strip()):
        lines.pop()
    words = "\n".join(lines)
    if (signature := _SIGNATURE.search(words)) and words[: signature.start()].strip():
        words = words[: signature.start()]
    return words.strip()


def _is_all_quoted(text: str) -> bool:
    return all(not line.strip() or line.startswith(">") for line in text.split("\n"))


def text_of_html(source: str) -> str:
    """The words of an HTML mail, as plain text: nothing in it can run, load or look like a part of our pages."""
    for quoting in ({"blockquote"}, set[str]()):
        dropped = {"script", "style", "head", "title"} | quoting
        safe = nh3.clean(source, tags={"p", "div", "br", "li", "tr"}, attributes={}, clean_content_tags=dropped)
        broken = re.sub(r"<br>|</(?:p|div|li|tr)>", "\n", safe)
        words = html.unescape(nh3.clean(broken, tags=set()))
        words = re.sub(r"\n\s*\n\s*\n+", "\n\n", words.replace("\xa0", " ")).strip()
        if words:
            return words
    return ""


def _read_text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    text = _decode(body)
    return text_of_html(text) if body.get_content_type() == "text/html" else text


def _decode(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a character set nobody knows, or a broken encoding
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _attachments(message: EmailMessage) -> Iterator[Attachment]:
    for part in message.iter_attachments() if message.is_multipart() else ():
        raw = part.get_payload(decode=True)
        content = raw if isinstance(raw, bytes) else part.as_bytes()
        yield Attachment(safe_name(part.get_filename() or ""), part.get_content_type()[:LONGEST_NAME], content)


def safe_name(name: str) -> str:
    """A file's own name, without folders or characters that mislead: never a path, never empty."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter for letter in last if letter.isprintable()).strip(". ")
    return plain[-LONGEST_NAME:] or "attachment"


def _is_report(message: EmailMessage) -> bool:
    return message.get_content_type() == "multipart/report"


def _header(message: EmailMessage, name: str) -> str:
    """The header, decoded; as it was written where it is too broken to be read (Python then raises an IndexError)."""
    try:
        return str(message.get(name, "") or "")
    except (IndexError, ValueError, LookupError):
        return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
