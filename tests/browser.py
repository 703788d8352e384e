"""See to it that there is a browser to walk the journeys with: `python -m tests.browser`.

A Chromium or Chrome that is already installed is used as it is. Otherwise root on Debian or Ubuntu gets the
distribution's, anybody else gets Playwright's own. Where none can be had the journeys skip and say why.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_browser() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found:
        return found
    return str(MAC) if MAC.exists() else _find_playwrights_own()


def _find_playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def provide_browser() -> str | None:
    """The path of a browser, installing one when there is none; None when that fails."""
    if find_browser() is None:
        if os.geteuid() == 0 and shutil.which("apt-get"):
            _run("apt-get", "update", "-qq")
            _run("apt-get", "install", "-y", "-qq", "chromium")
        else:
            _run(sys.executable, "-m", "playwright", "install", "chromium")
    return find_browser()


def _run(*command: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        command, check=False, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600
    )


if __name__ == "__main__":
    if provide_browser() is None:
        sys.stdout.write("No browser could be installed; the journeys will be skipped.\n")
