"""From nothing to a running demonstration, and back to nothing on Ctrl-C. Django is imported once the home is chosen."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console

from untilyes.config.demo.mailbox import open_mailbox
from untilyes.config.demo.processes import Started, check_alive, check_port, running, wait_until_up

HOME = Path("var/demo")
PORT = 8000
_MARK = "this-is-a-demo"
_SECONDS_BETWEEN = 8.0


class NotADemo(RuntimeError):
    """The folder holds something else, which the demonstration must not delete."""


def run_demo(
    *, home: Path = HOME, port: int = PORT, data: Path | None = None, recipe: str = "", customers: int = 20_000
) -> None:
    """Load the company (or the files at `data`), serve it with its worker, mailbox and live traffic until Ctrl-C.

    `home` is emptied first. Raises NotADemo, PortTaken, ProcessEnded, and what reading `data` raises.
    """
    console = Console()
    check_port(port)
    _clear(home)
    mailbox = open_mailbox(home / "mailbox")
    try:
        _choose_home(home, port=port, smtp_port=mailbox.port)
        with _interruptible():
            _prepare(console)
            story = _load(console, data=data, recipe=recipe, customers=customers)
            with running([["serve", "--port", str(port)]], log=home / "demo.log") as started:
                wait_until_up(f"http://127.0.0.1:{port}/", started)
                console.print(story.guide())
                _live(story, started)
    except KeyboardInterrupt:
        console.print("\nStopped; nothing is left running.")
    finally:
        mailbox.stop()
