"""Where the demonstration's mail goes: an SMTP server on this machine that keeps every message as a file.

Nothing ever leaves. The web process reads the same folder, so the mailbox needs no database.
"""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import nh3
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_NAME = re.compile(r"\d{20}")
_STYLED = {tag: {"style", *attributes} for tag, attributes in nh3.ALLOWED_ATTRIBUTES.items()} | {
    tag: {"style"} for tag in ("p", "div", "span", "h1", "h2", "table", "td")
}


@dataclass(frozen=True)
class Letter:
    """One message as the mailbox shows it; `html` is safe to put into a page."""

    name: str
    at: datetime
    to: str
    subject: str
    text: str
    html: str


class _Keeper:
    """Writes what arrives into a folder, one file per message, named by the microsecond so that order is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        name = f"{round(datetime.now(UTC).timestamp() * 1e6):020}"
        draft = self.folder / f"{name}.part"
        draft.write_bytes(envelope.original_content or b"")
        draft.rename(self.folder / f"{name}.eml")
        return "250 Kept"


def open_mailbox(folder: Path, *, port: int = 0) -> Controller:
    """Start the SMTP server on loopback; `controller.port` is where, and `controller.stop()` ends it."""
    folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(_Keeper(folder), hostname="127.0.0.1", port=port or _free_port())
    controller.start()
    return controller


def list_letters(folder: Path, *, limit: int = 100) -> list[Letter]:
    """The newest messages first."""
    return [_read(path) for path in sorted(folder.glob("*.eml"), reverse=True)[:limit]]


def find_letter(folder: Path, name: str) -> Letter | None:
    """The message of that name, or None."""
    path = folder / f"{name}.eml"
    return _read(path) if _NAME.fullmatch(name) and path.is_file() else None


def _read(path: Path) -> Letter:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what the default policy makes
    return Letter(
        name=path.stem,
        at=datetime.fromtimestamp(int(path.stem) / 1e6, UTC),
        to=str(message["to"]),
        subject=str(message["subject"]),
        text=_body(message, "plain"),
        html=nh3.clean(_body(message, "html"), attributes=_STYLED),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


def _free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
