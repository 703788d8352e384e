"""A new user brings in a file on a page, looks, reads what was found and acts; the next file tells if it helped."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.running import House, open_house, serving
from tests.journeys.test_until_yes import PASSWORD, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

TICKETS = 900
PATIENCE_MS = 120_000
COLUMNS = (
    "Ticket ID", "Ticket Type", "Ticket Subject", "Ticket Priority", "Ticket Channel", "First Response Time",
    "Customer Satisfaction Rating", "Customer Age", "Customer Gender", "Product Purchased", "customer_ref",
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty installation that Ada founded."""
    with open_house(tmp_path) as house:
        house.run("init", "--name", "Acme", "--email", "ada@acme.example", "--owner", "Ada", "--password", PASSWORD)
        with serving(house):
            yield house


def test_from_a_file_to_a_finding_that_the_next_file_verifies(house: House, browser: "Browser", tmp_path: Path) -> None:
    ada = browser.new_page(base_url=house.address)
    ada.set_default_timeout(PATIENCE_MS)
    sign_in(ada, "ada@acme.example")
    assert ada.get_by_role("heading", name="Nothing heard yet").is_visible()

    bring_in(ada, write_tickets(tmp_path / "first", unhappy_chats=True))
    look(ada)
    ada.get_by_role("link", name=re.compile("^By chat.*satisfaction is")).click()
    read_the_evidence(ada)
    download_the_report(ada, tmp_path)
    ada.get_by_role("button", name="I act on it").click()
    ada.get_by_text("Ada acts on it.").wait_for()
    ada.get_by_role("button", name="It is fixed: let the measure say so").click()
    assert ada.get_by_text("Ada: fixed").is_visible()

    # The unhappy ones were worked with until they were content, and gave their marks anew.
    bring_in(ada, write_tickets(tmp_path / "later", unhappy_chats=False))
    look(ada)
    assert ada.get_by_role("link", name=re.compile("^By chat")).count() == 0
    ada.goto("/w/acme/findings/?state=verified")
    ada.get_by_role("link", name=re.compile("^By chat")).click()
    assert ada.get_by_text("UntilYes: verified, no longer found").is_visible()


def write_tickets(folder: Path, *, unhappy_chats: bool) -> Path:
    """Tickets of the last twelve weeks in a help desk's columns; four of five are content, by chat one of four."""
    folder.mkdir()
    path, today = folder / "support_tickets.csv", datetime.now(UTC).replace(hour=9, minute=0)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(TICKETS):
            channel = ("Chat", "Email", "Phone")[number % 3]
            content = number // 3 % 4 == 0 if channel == "Chat" and unhappy_chats else number // 3 % 5 > 0
            at = today - timedelta(days=1 + number % 84)
            kind, mark = ("Refund request", "Billing inquiry")[number // 7 % 2], 5 if content else 1
            row = [number, kind, "A question", "Low", channel, f"{at:%d-%m-%Y %H:%M}", mark, 30, "Other", "Tent"]
            writer.writerow([*row, f"customer-{number}"])
    return path


def bring_in(ada: "Page", path: Path) -> None:
    """Choose what it is and the file, see what would happen, take it in."""
    ada.goto("/w/acme/listen/")
    ada.get_by_role("link", name="Bring in a file").first.click()
    ada.get_by_label("Support tickets with a rating from 1 to 5").check()
    ada.get_by_label("Files, up to").set_input_files(path)
    ada.get_by_role("button", name="Look at it first").click()
    ada.get_by_role("heading", name="This is what would happen").wait_for()
    ratings = ada.get_by_role("row", name=re.compile("^Ratings")).locator("td").all_inner_texts()
    assert ratings == [f"{TICKETS}", f"{TICKETS}", "0"], "read, would be taken in, left out"
    ada.get_by_role("button", name="Take it in").click()
    ada.get_by_role("heading", name="Taken in").wait_for()


def look(ada: "Page") -> None:
    """Press the button, see how far it is, wait until it is done."""
    ada.get_by_role("button", name="Look for findings").click()
    ada.locator("progress").or_(ada.get_by_role("button", name="Look now")).first.wait_for()
    ada.get_by_role("button", name="Look now").wait_for()


def read_the_evidence(ada: "Page") -> None:
    """The sentence with its figures; the measure behind it, and the rows behind that."""
    assert "elsewhere 80" in ada.locator("h1").inner_text()
    assert "1 in 1,000" in ada.locator(".figures").inner_text()
    at = ada.url
    ada.get_by_role("link", name="The measure with its chart, its table and its rows").click()
    chats = ada.get_by_role("row", name=re.compile("chat")).first
    assert int(chats.locator("td[data-label=answers]").inner_text()) > TICKETS / 9
    chats.get_by_role("link", name="rows").click()
    assert ada.locator("tbody tr").count() > 20
    ada.goto(at)


def download_the_report(ada: "Page", folder: Path) -> None:
    at = ada.url
    ada.goto("/w/acme/findings/")
    with ada.expect_download() as waiting:
        ada.get_by_role("link", name="Report").click()
    waiting.value.save_as(folder / "report.pdf")
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    ada.goto(at)
