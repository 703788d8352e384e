"""The clocks of one case over a night in which clocks change and a public holiday, as the case page explains them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.running import House, open_house, serving
from tests.journeys.test_until_yes import PASSWORD, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

# Berlin went from winter to summer time on Sunday, 29 March 2026, at two; 3 April was Good Friday. The desk is there
# every night from ten to six, but for the night that begins on a holiday.
EASTER = """
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo
from untilyes.cases.actions import propose_solution, set_root_cause, take_case
from untilyes.cases.queries import find_case_for_response
from untilyes.customers.actions import welcome_customer
from untilyes.promises.actions import make_calendar, make_promise
from untilyes.promises.rules import Measures
from untilyes.surveys.actions import ensure_confirmation, invite, record_response
from untilyes.surveys.models import Invitation
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import inside


def berlin(month, day, clock):
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T{clock}").replace(tzinfo=ZoneInfo("Europe/Berlin"))


def say(word, *, at):
    asked = Invitation.objects.latest("sent_at", "pk")
    return record_response(asked, {"got_it": word, "good_job": word}, at=at)


ada, start, hour = Member.objects.get(), berlin(3, 1, "00:00:00"), timedelta(hours=1)
with inside(ada.workspace):
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "22:00-06:00")
    desk = make_calendar("Night desk", zone="Europe/Berlin", week=week, country="DE", region="BE", at=start)
    for name, about, limit in (("By night", Measures.TIME_TO_YES, 60), ("Tried", Measures.FIRST_RESOLUTION, 20)):
        make_promise(name, about=about, limit=limit * hour, target=limit * hour / 2, calendar=desk, at=start)
    cleo = welcome_customer(email="cleo@customer.example", name="Cleo")
    asked = ensure_confirmation(ada.workspace, at=start)
    invite(asked, cleo, at=berlin(3, 28, "12:00:00"), via="link", interaction_id="room-7", touchpoint="booking")
    case = find_case_for_response(say("no", at=berlin(3, 28, "20:00:07")).pk)
    take_case(case, by=ada, at=berlin(3, 28, "23:00:00"))
    set_root_cause(case, "Booking › Twice", by=ada, at=berlin(3, 28, "23:00:00"))
    propose_solution(case, "The room is yours again.", by=ada, at=berlin(3, 29, "05:30:30"))
    say("no", at=berlin(3, 30, "01:02:03"))
    propose_solution(case, "Now with the key.", by=ada, at=berlin(4, 2, "23:00:00"))
    say("yes", at=berlin(4, 4, "22:00:59"))
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A hotel in Berlin, with one case that went over Easter."""
    founding = ("--name", "Acme", "--email", "ada@acme.example", "--owner", "Ada", "--timezone", "Europe/Berlin")
    with open_house(tmp_path) as house:
        house.run("init", *founding, "--password", PASSWORD)
        house.run("manage", "shell", "-c", EASTER)
        with serving(house):
            yield house


def test_every_second_is_explained_over_a_changed_clock_a_holiday_and_a_reopening(
    house: House, browser: "Browser"
) -> None:
    page = browser.new_page(base_url=house.address)
    sign_in(page, "ada@acme.example")
    page.goto("/w/acme/cases/1/")
    assert page.get_by_text("closed by the customer’s yes").is_visible()
    until_yes = open_minutes(page.locator(".clock", has_text="By night").first)
    # Nights: 7 hours where the clocks changed, five of 8 hours, none on Good Friday, and 59 seconds of the last.
    assert sum_of(until_yes) == (
        "Counted 1 day 23 h 59 s of 2 days 12 h; closed 5 days 1 h 59 min 53 s. "
        "The customer has waited 7 days 1 h 52 s."
    )
    told = rows_of(until_yes)
    assert told[:3] == [
        ["Sat 28 Mar 20:00 to 22:00", "closed", "1 h 59 min 53 s"],
        ["Sat 28 Mar 22:00 to Sun 29 Mar 06:00", "counted", "7 h"],
        ["Sun 29 Mar 06:00 to 22:00", "closed", "16 h"],
    ]
    assert told[-2:] == [
        ["Fri 3 Apr 06:00 to Sat 4 Apr 22:00", "closed, Good Friday 3 Apr", "1 day 16 h"],
        ["Sat 4 Apr 22:00 to 22:00", "counted", "59 s"],
    ]
    tried = open_minutes(page.locator(".clock", has_text="Tried").first)
    assert sum_of(tried) == (
        "Counted 6 h 30 min 30 s of 20 h; closed 1 h 59 min 53 s. The customer has waited 8 h 30 min 23 s."
    )


def open_minutes(clock: "Locator") -> "Locator":
    clock.get_by_text("Every minute of it").click()
    return clock


def sum_of(clock: "Locator") -> str:
    return clock.locator(".minutes p").first.inner_text()


def rows_of(clock: "Locator") -> list[list[str]]:
    return [row.locator("td").all_inner_texts() for row in clock.locator("tbody tr").all()]
