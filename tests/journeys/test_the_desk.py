"""The queue by keyboard, many cases at once, and two colleagues at one case, in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.running import House, open_house, serving
from tests.journeys.test_until_yes import PASSWORD, PHONE, sign_in
from tests.journeys.walking import check_page, walk_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

FOUR_CASES = """
from datetime import timedelta
from untilyes.cases.actions import open_case, prepare_reply
from untilyes.customers.actions import welcome_customer
from untilyes.feedback.facts import Circumstances
from untilyes.plumbing.clock import now
from untilyes.workspaces.actions import add_member
from untilyes.workspaces.models import Member, User
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import inside
ada = Member.objects.get(user__email="ada@acme.example")
ben = User.objects.create_user("ben@acme.example", "seven-quiet-lighthouses", first_name="Ben")
add_member(ada.workspace, ben, role=Role.AGENT)
with inside(ada.workspace):
    for number in range(4):
        one = welcome_customer(email=f"c{number}@customer.example", name=f"Customer {number}")
        when = Circumstances(at=now() - timedelta(hours=9 - number), source="call", customer_id=one.pk, channel="phone")
        open_case(one, when=when, words=f"Shoe {number} broke.", by=ada)
    prepare_reply("Received", {"en": "Hello {customer}, we have it."}, is_shared=True, by=ada, at=now())
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Acme with Ada, Ben, four cases and a prepared reply."""
    with open_house(tmp_path) as house:
        house.run("init", "--name", "Acme", "--email", "ada@acme.example", "--owner", "Ada", "--password", PASSWORD)
        house.run("manage", "shell", "-c", FOUR_CASES)
        with serving(house):
            yield house


def test_the_queue_by_keyboard_and_two_at_one_case(house: House, browser: "Browser") -> None:
    ada = browser.new_page(base_url=house.address)
    sign_in(ada, "ada@acme.example")
    choose_and_give(ada)
    snooze_all_between(ada)
    write_by_keyboard(ada)
    see_each_other(ada, browser, house)


def choose_and_give(page: "Page") -> None:
    """Two cases are chosen with x and given to Ben: asked once more, then done."""
    page.goto("/w/acme/cases/")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.locator("[data-count]").inner_text() == "2 chosen"
    page.keyboard.press("a")
    page.get_by_label("Give them to").select_option(label="Ben")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Given to Ben: 2 cases?").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Given to Ben: 2 cases.").wait_for()
    page.locator("#queue tbody tr", has_text="Ben").nth(1).wait_for()
    assert page.locator("#queue tbody tr", has_text="Ben").count() == 2


def snooze_all_between(page: "Page") -> None:
    """A click, and a click with Shift three rows below, choose all four; one press lets them rest."""
    page.get_by_label("Choose #1").click()
    page.get_by_label("Choose #4").click(modifiers=["Shift"])
    assert page.locator("[data-count]").inner_text() == "4 chosen"
    page.keyboard.press("z")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, 4 cases").click()
    page.get_by_role("heading", name="Nobody waits for a yes").wait_for()
    page.get_by_role("link", name="Snoozed 4").click()
    page.locator("#queue tbody tr").nth(3).wait_for()
    assert page.locator("#queue tbody tr").count() == 4


def write_by_keyboard(page: "Page") -> None:
    """o opens, r writes, / offers prepared replies; the draft keeps itself and comes back."""
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.locator("#reply").wait_for()
    page.keyboard.press("r")
    page.keyboard.type("/")
    page.keyboard.press("Enter")
    assert "we have it." in page.locator("#reply").input_value()
    page.get_by_text("Draft kept").wait_for()
    page.reload()
    assert page.locator("#reply").input_value().startswith("Hello Customer")


def see_each_other(ada: "Page", browser: "Browser", house: House) -> None:
    """Ben sees that Ada is there; what Ada sends while he writes he must read before his own leaves."""
    ben = browser.new_context(base_url=house.address).new_page()
    sign_in(ben, "ben@acme.example")
    ben.goto(ada.url)
    ben.get_by_text("Ada is").wait_for(timeout=15_000)
    ben.locator("#reply").fill("Me too.")
    ada.get_by_role("button", name="Send", exact=True).click()
    ada.get_by_text("Sent by e-mail").wait_for()
    ben.get_by_role("button", name="Send", exact=True).click()
    ben.get_by_text("Ada wrote after you opened this page").wait_for()
    assert ben.locator("#reply").input_value() == "Me too."
    ben.get_by_role("button", name="Send", exact=True).click()
    ben.get_by_text("Sent by e-mail").wait_for()


PAGES = ("cases/", "cases/1/", "tasks/", "cases/coverage/", "capacity/", "calendars/")


def test_the_desk_can_be_used_on_a_phone_in_either_scheme_by_keyboard_alone(house: House, browser: "Browser") -> None:
    light, dark = (
        browser.new_context(viewport=PHONE, color_scheme=scheme, base_url=house.address).new_page()  # type: ignore[arg-type]
        for scheme in ("light", "dark")
    )
    for page in (light, dark):
        sign_in(page, "ada@acme.example")
    for path in PAGES:
        check_page(dark, f"/w/acme/{path}")
        check_page(light, f"/w/acme/{path}")
        walk_page(light, path)
