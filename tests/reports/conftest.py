"""Findings to tell of, a mail server and a chat that listen on this machine."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.cast import Cast
from untilyes.analysis.findings import Figure, Finding, Judgement, Kind, Look, Tone
from untilyes.feedback.queries import open_lake
from untilyes.insights.actions import keep_findings
from untilyes.insights.models import KeptFinding, Run
from untilyes.stats.shares import estimate_share
from untilyes.workspaces.tenancy import inside

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

AT = datetime(2026, 11, 2, 9, 0, 0, 123_456, tzinfo=UTC)
NASTY = '#panic("x") *b* _i_ $x$ \\ @label <b>"q"</b> [c] // 返金'
REFUNDS = Finding(
    Kind.CHANGE,
    "change:effectiveness:touchpoint=refund",
    "Refund by e-mail: effectiveness worse since 5 October.",
    Tone.WORSE,
    customers=140,
    effect=0.13,
    action="Ask who works on it.",
    q=0.004,
    figures=(Figure("before", estimate_share(74, 100)), Figure("since then", estimate_share(61, 100))),
    course=tuple(
        Figure((date(2026, 9, 7) + timedelta(weeks=week)).isoformat(), estimate_share(74 - 2 * week, 100))
        for week in range(8)
    ),
    quotes=("They asked twice.",),
    look=Look("effectiveness", ("week",), {"touchpoint": "refund"}, AT.date(), None),
    notes=("Weekly shares of half a year.",),
)
CUSTOMERS_WROTE = Finding(
    Kind.EMERGING_TOPIC,
    "emerging:en:nasty",
    f"“{NASTY}” is new this week.",
    Tone.NEITHER,
    customers=14,
    effect=0.5,
    action="Read it.",
    q=0.02,
    figures=(Figure("of those who wrote", estimate_share(14, 100)),),
    quotes=(NASTY,),
)


@pytest.fixture
def told(cast: Cast) -> Cast:
    """Acme with a fortnight of answers and two findings that one look told."""
    with inside(cast.acme):
        open_lake().record(
            "answers",
            [
                {
                    "id": f"a{n}",
                    "at": AT - timedelta(days=n % 50, hours=1),
                    "source": "survey",
                    "question": "effective",
                    "value": float(n % 4 > 0),
                    "scale_min": 0.0,
                    "scale_max": 1.0,
                }
                for n in range(400)
            ],
        )
        look(REFUNDS, CUSTOMERS_WROTE)
    return cast


def look(*findings: Finding, at: datetime = AT) -> list[KeptFinding]:
    """One look at the facts that told these."""
    keep_findings(Run.objects.create(asked_at=at), Judgement(findings, asked=214), at=at)
    return list(KeptFinding.objects.all())


@dataclass
class Post:
    """A mail server that keeps what it is given."""

    letters: list[tuple[list[str], Message]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append((list(envelope.rcpt_tos), message_from_bytes(content)))
        return "250 OK"


@pytest.fixture
def post(settings: "Settings") -> Iterator[Post]:
    """Mail leaves by SMTP, to here."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = Post()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield kept
    server.stop()


@dataclass
class Chat:
    """A chat server: keeps what is posted, and answers with the status it is told to."""

    address: str = ""
    status: int = 200
    bodies: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def chat() -> Iterator[Chat]:
    kept = Chat()

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(kept.status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            self.wfile.write(b"no_service" if kept.status >= 400 else b"ok")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    kept.address = f"http://127.0.0.1:{server.server_port}/services/T0/B0/secret9876?wait=1"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()
