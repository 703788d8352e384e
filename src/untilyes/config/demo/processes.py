"""The processes of the demonstration: started together, stopped together, none left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PATIENCE_S = 10.0


class PortTaken(RuntimeError):
    """Something else listens where the demonstration wants to."""


class ProcessEnded(RuntimeError):
    """A process that should run until Ctrl-C has ended by itself."""


def check_port(port: int) -> None:
    """Raise PortTaken, with the way out, when something listens on the port already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise PortTaken(
                f"Port {port} is taken, perhaps by another UntilYes. Stop it, or: untilyes demo --port {port + 1}"
            )


@dataclass(frozen=True)
class Started:
    """A process and the `untilyes` command it runs."""

    command: str
    process: subprocess.Popen[bytes]


@contextmanager
def running(commands: Sequence[Sequence[str]], *, log: Path) -> Iterator[list[Started]]:
    """Run `untilyes` commands until the block ends, whatever ends it; their output goes to `log`.

    Each gets a session of its own, so that Ctrl-C reaches us alone and we stop them in order, with all their children.
    """
    started: list[Started] = []
    with log.open("ab") as output:
        try:
            for command in commands:
                process = subprocess.Popen(  # noqa: S603 - our own commands
                    [sys.executable, "-c", "from untilyes.config.cli import main; main()", *command],
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
                started.append(Started(command[0], process))
            yield started
        finally:
            for one in reversed(started):
                _stop(one.process)


def wait_until_up(address: str, started: Sequence[Started], *, seconds: float = 30.0) -> None:
    """Return once the server answers. Raises ProcessEnded when a process ends first, or it takes too long."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        check_alive(started)
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 - our own address
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise ProcessEnded(f"The server did not answer at {address} within {seconds:.0f} seconds.")


def check_alive(started: Sequence[Started]) -> None:
    """Raise ProcessEnded when one of them is no more."""
    for one in started:
        if one.process.poll() is not None:
            raise ProcessEnded(f"`untilyes {one.command}` ended by itself, with code {one.process.returncode}.")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, then end its whole group."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE_S)
    with suppress(ProcessLookupError):  # whoever of its children outlived it
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
