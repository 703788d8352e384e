"""From nothing to a running demonstration, and back to nothing on Ctrl-C."""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from untilyes.config.demo.mailbox import open_mailbox
from untilyes.config.demo.processes import Started, check_alive, check_port, running, wait_until_up
from untilyes.config.speaking import console
from untilyes.config.starting import prepare_database, start_django

if TYPE_CHECKING:
    from untilyes.config.demo.staging import Stage

_MARK = "this-is-a-demo"
_SECONDS_BETWEEN = 8.0


class NotADemo(RuntimeError):
    """The folder holds something else, which the demonstration must not delete; or nothing to go on with."""


def run_demo(*, home: Path, port: int, data: Path | None, recipe: str, customers: int, keep: bool) -> None:
    """Load the company (or the files at `data`), serve it with its worker, mailbox and live traffic until Ctrl-C.

    `home` is emptied first, unless `keep`. Raises NotADemo, PortTaken, ProcessEnded, and what reading `data` raises.
    """
    check_port(port)
    home = home.resolve()
    _check_home(home, keep=keep)
    try:
        with _interruptible(), _alone(home):
            if not keep:
                _clear(home, kind="files" if data else "simulated")
            _play(home, port=port, data=data, recipe=recipe, customers=customers, keep=keep)
    except KeyboardInterrupt:
        console().print("\nStopped; nothing is left running.")


def _play(home: Path, *, port: int, data: Path | None, recipe: str, customers: int, keep: bool) -> None:
    mailbox = open_mailbox(home / "mailbox")
    try:
        _choose_home(home, port=port, smtp_port=mailbox.port)
        start_django()
        prepare_database()
        stage = _set_stage(home, data=data, recipe=recipe, customers=customers, keep=keep)
        with running([["serve", "--port", str(port)]], log=home / "demo.log") as started:
            wait_until_up(f"http://127.0.0.1:{port}/accounts/login/", started, seconds=180)
            _tell(stage, home, port)
            _live(stage, started)
    finally:
        mailbox.stop()


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One demonstration at a time in a folder. Raises NotADemo when another one runs there."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / f".{home.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotADemo(f"A demonstration runs in {home} already. Stop it, or give another --home.") from None
        yield


def _check_home(home: Path, *, keep: bool) -> None:
    is_demo = (home / _MARK).is_file()
    if keep and not is_demo:
        raise NotADemo(f"There is no demonstration in {home} to go on with; leave --keep out.")
    if home.exists() and not is_demo and (not home.is_dir() or any(home.iterdir())):
        raise NotADemo(f"{home} holds something else; give an empty folder with --home.")


def _clear(home: Path, *, kind: str) -> None:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / _MARK).write_text(kind)


def _choose_home(home: Path, *, port: int, smtp_port: int) -> None:
    """For this process and those it starts. The demonstration never touches another database or mail server."""
    for name in [name for name in os.environ if name.startswith("UNTILYES_") or name == "DATABASE_URL"]:
        del os.environ[name]
    os.environ |= {
        "UNTILYES_HOME": str(home),
        "UNTILYES_DEMO": "1",
        "UNTILYES_BASE_URL": f"http://localhost:{port}",
        "UNTILYES_SMTP_HOST": "127.0.0.1",
        "UNTILYES_SMTP_PORT": str(smtp_port),
    }


def _set_stage(home: Path, *, data: Path | None, recipe: str, customers: int, keep: bool) -> "Stage":
    from untilyes.config.demo import staging  # noqa: PLC0415 - Django must be up

    if keep:
        return staging.stage_again(is_simulated=(home / _MARK).read_text() == "simulated")
    if data is not None:
        return staging.stage_files(data, recipe=recipe, rejects=home / "rejects.csv")
    return staging.stage_simulation(customers=customers)


def _tell(stage: "Stage", home: Path, port: int) -> None:
    from untilyes.config.demo.guiding import Guide  # noqa: PLC0415 - Django must be up

    console().print(Guide(stage, f"http://localhost:{port}", home).text(), soft_wrap=True)


def _live(stage: "Stage", started: Sequence[Started]) -> None:
    """Let life go on until somebody stops it. Raises ProcessEnded."""
    from untilyes.config.demo.traffic import let_happen, open_traffic  # noqa: PLC0415 - Django must be up

    traffic = open_traffic(stage)
    next_at = time.monotonic()
    while True:
        check_alive(started)
        clock = time.monotonic()
        if traffic and clock >= next_at:
            let_happen(traffic, stage.workspace, clock)
            next_at = clock + _SECONDS_BETWEEN
        time.sleep(0.5)


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM ends it like Ctrl-C, wherever it stands."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {kind: signal.signal(kind, interrupt) for kind in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
