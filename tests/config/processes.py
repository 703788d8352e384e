"""Commands that may fail, and what is left of those that were stopped."""

import subprocess
import sys
from pathlib import Path

from tests.journeys.running import House

MAIN = "from untilyes.config.cli import main; main()"


def untilyes(house: House, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `untilyes …` to its end, whatever the end."""
    return subprocess.run(
        [sys.executable, "-c", MAIN, *command],
        check=False,
        env=house.environment | settings,
        cwd=house.home,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


def list_processes_of(home: Path) -> list[str]:
    """The command lines of all processes that run on this home folder."""
    mark, found = f"UNTILYES_HOME={home}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it ended while we looked, or is somebody else's
        if mark in environment and command:
            found.append(command)
    return found
