"""The product as its users meet it: the real command line, the real server and worker, real SMTP on loopback."""

import email
import email.policy
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

PATIENCE_S = 30.0
Found = TypeVar("Found")


@dataclass
class Postbox:
    """Every message the product sent, in the order it arrived."""

    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        message = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 Kept"

    def wait_for_letter(self, *, to: str, number: int = 1, seconds: float = PATIENCE_S) -> EmailMessage:
        """The letter of that number to this address, once it has come."""

        def find() -> EmailMessage | None:
            theirs = [letter for letter in self.letters if to in str(letter["to"])]
            return theirs[number - 1] if len(theirs) >= number else None

        return wait_for(find, what=f"letter {number} to {to}", seconds=seconds)


@dataclass
class House:
    """A running installation in a folder of its own."""

    home: Path
    address: str
    environment: dict[str, str]
    post: Postbox

    def run(self, *command: str) -> str:
        """Run `untilyes …` to its end and return what it printed."""
        done = subprocess.run(
            _untilyes(*command),
            check=False,
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"untilyes {' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def measure(self, name: str, *options: str) -> dict[str, Any]:
        """What the command line says of a measure, as a program would read it."""
        told: dict[str, Any] = json.loads(self.run("measure", name, "--json", *options))
        return told

    def find(self, path: str) -> str:
        """The full address of a page."""
        return f"{self.address}{path}"


def wait_for(find: Callable[[], Found | None], *, what: str, seconds: float = PATIENCE_S) -> Found:
    """What `find` returns as soon as that is something. Fails after `seconds`."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if (found := find()) is not None:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


def read_links(letter: EmailMessage) -> list[str]:
    """Every address a letter leads to, in the order of its HTML."""
    body = letter.get_body(preferencelist=("html",))
    assert body is not None
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', str(body.get_content()))]


@contextmanager
def open_house(home: Path, *, database: str | None = None) -> Iterator[House]:
    """An empty installation with its mail server on loopback; `serving` runs it."""
    post = Postbox()
    smtp = Controller(post, hostname="127.0.0.1", port=_free_port())
    smtp.start()
    address = f"http://127.0.0.1:{_free_port()}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UNTILYES_")}
    environment = kept | {
        "UNTILYES_HOME": str(home),
        "UNTILYES_BASE_URL": address,
        "UNTILYES_SMTP_HOST": "127.0.0.1",
        "UNTILYES_SMTP_PORT": str(smtp.port),
    }
    environment.pop("DATABASE_URL", None)
    if database:
        environment["DATABASE_URL"] = database
    try:
        yield House(home, address, environment, post)
    finally:
        smtp.stop()


@contextmanager
def serving(house: House) -> Iterator[None]:
    """Run `untilyes serve`, pages and worker, until the block ends."""
    log = house.home / "serve.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            _untilyes("serve", "--port", house.address.rsplit(":", 1)[1]),
            env=house.environment,
            cwd=house.home,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_for(lambda: _answers(house.address, server, log), what=f"the server at {house.address}", seconds=60)
            yield
        finally:
            server.terminate()
            server.wait(20)


@contextmanager
def taking_mail(house: House) -> Iterator[int]:
    """Take in replies by LMTP until the block ends; yields the port."""
    port = _free_port()
    command = _untilyes("manage", "receive_mail", "--lmtp", "--port", str(port))
    door = subprocess.Popen(
        command, env=house.environment, cwd=house.home, stdout=subprocess.PIPE, start_new_session=True, text=True
    )
    assert door.stdout is not None
    try:
        assert "by LMTP" in door.stdout.readline()
        yield port
    finally:
        door.terminate()
        door.communicate(timeout=20)


def _answers(address: str, server: subprocess.Popen[bytes], log: Path) -> bool | None:
    assert server.poll() is None, log.read_text(errors="replace")
    try:
        urllib.request.urlopen(f"{address}/accounts/login/", timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return None
    return True


def _untilyes(*command: str) -> list[str]:
    return [sys.executable, "-c", "from untilyes.config.cli import main; main()", *command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
