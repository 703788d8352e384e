"""A real browser for the journeys; without one they skip and say so."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A headless Chromium."""
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium found; `python -m tests.browser` installs one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program, args=["--disable-background-networking", "--disable-component-update"]
        )
        yield running
        running.close()
