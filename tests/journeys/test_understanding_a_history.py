"""A history read in a browser: who leaves and who may, groups as filters, journeys by keyboard and off the path."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.journeys.running import House, open_house, serving
from tests.journeys.test_until_yes import PASSWORD, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

CUSTOMERS, JOURNEYS = 1_600, 400
PATIENCE_MS = 120_000
# Most parcels go the straight way; some customers are asked for their address in between, and say no more often; ten
# parcels are on their way for weeks.
# Customers' keys follow the workspace's, and who is in which half follows the keys: with another key every time, other
# groups would be found once in a hundred times.
KEYED = """
from untilyes.workspaces.models import Workspace

Workspace.objects.update(key="6a1d2f60-0c1b-4b0e-9a55-0d6b8a1f7c11")
"""
PARCELS = """
from datetime import UTC, datetime, timedelta
from untilyes.feedback.queries import open_lake
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

steps, answers = [], []
for n in range(400):
    at, name = datetime(2019, 6, 1, 9, tzinfo=UTC) + timedelta(hours=6 * n), f"parcel-{n}"
    asked, lost = n % 4 == 1, n % 40 == 0
    way = ["ordered", "packed", *(["address_asked", "packed"] if asked else []), *([] if lost else ["sent", "arrived"])]
    about = {"source": "event", "interaction_id": name, "touchpoint": "delivery", "channel": "web"}
    for place, step in enumerate(way):
        told = {"id": f"{name}-{place}", "at": at + timedelta(hours=9 * place), "activity": step, "process_id": name}
        steps.append(about | told)
    if not lost:
        said = 0.0 if (n % 8 == 1 if asked else n % 20 == 3) else 1.0
        told = {"id": f"a-{name}", "at": at + timedelta(days=4), "question": "effective", "value": said}
        answers.append(about | told | {"source": "survey", "scale_min": 0.0, "scale_max": 1.0})
with inside(Workspace.objects.get()):
    open_lake().record("events", steps)
    open_lake().record("answers", answers)
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A company that ended in 2019: customers in the tables of a telephone company, and a log of parcels."""
    with open_house(tmp_path) as house:
        house.run("init", "--name", "Acme", "--email", "ada@acme.example", "--owner", "Ada", "--password", PASSWORD)
        house.run("manage", "shell", "-c", KEYED)
        house.run("import", "telco_churn", str(write_customers(tmp_path / "customers")))
        house.run("manage", "shell", "-c", PARCELS)
        with serving(house):
            yield house


def test_leavers_groups_and_journeys(house: House, browser: "Browser") -> None:
    ada = browser.new_page(base_url=house.address)
    ada.set_default_timeout(PATIENCE_MS)
    sign_in(ada, "ada@acme.example")
    see_who_leaves(ada)
    keep_a_group_and_measure_it(ada)
    walk_the_map_by_keyboard(ada)
    hold_journeys_against_a_path(ada)
    choose_a_stretch_of_promises_by_keyboard(ada)


def write_customers(folder: Path) -> Path:
    """Half are on monthly contracts, and half of those are gone; of the others one in twenty is."""
    folder.mkdir()
    rng = np.random.default_rng(8)
    status: list[list[object]] = []
    services: list[list[object]] = []
    people: list[list[object]] = []
    for number in range(CUSTOMERS):
        monthly = rng.random() < 0.5
        left = rng.random() < (0.5 if monthly else 0.05)
        mark = 1 if left else int(rng.integers(3, 6))
        reason = ["Price", "Price too high"] if left else ["", ""]
        status.append([f"c{number}", mark, "Churned" if left else "Stayed", "Yes" if left else "No", *reason])
        contract = "Month-to-Month" if monthly else "Two Year"
        charge, tenure = rng.integers(20, 110), rng.integers(7, 70)
        services.append(
            [f"c{number}", tenure, 0, "None", "Yes", "Cable", 20, *["No"] * 7, contract, "No", "Card", charge]
        )
        people.append([f"c{number}", rng.integers(20, 80), str(rng.choice(["Female", "Male"])), "No", 0])
    write(folder, "status", STATUS, status)
    write(folder, "services", SERVICES, services)
    write(folder, "demographics", ("Customer ID", "Age", "Gender", "Married", "Number of Dependents"), people)
    return folder


STATUS = ("Customer ID", "Satisfaction Score", "Customer Status", "Churn Label", "Churn Category", "Churn Reason")
SERVICES = (
    "Customer ID", "Tenure in Months", "Number of Referrals", "Offer", "Phone Service", "Internet Type",
    "Avg Monthly GB Download", "Online Security", "Online Backup", "Device Protection Plan", "Premium Tech Support",
    "Streaming TV", "Unlimited Data", "Internet Service", "Contract", "Paperless Billing", "Payment Method",
    "Monthly Charge",
)  # fmt: skip


def write(folder: Path, name: str, columns: tuple[str, ...], rows: list[list[object]]) -> None:
    with (folder / f"Telco_customer_churn_{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def see_who_leaves(ada: "Page") -> None:
    """The contract is what tells leavers apart; chances for those still here, tried on others."""
    ada.goto("/w/acme/leaving/")
    assert "“Month-to-Month”" in ada.locator(".sentence").inner_text()
    assert ada.get_by_text("This history ends on 30 September 2019").is_visible()
    assert ada.get_by_role("row", name=re.compile("Contract: Month-to-Month")).is_visible()
    assert ada.get_by_text("churn_category decides the outcome").is_visible(), "the giveaway is refused"
    ada.get_by_role("link", name="Who may leave").click()
    assert re.search(r"may leave within 6 months", ada.locator(".sentence").inner_text())
    assert ada.get_by_role("heading", name="Can it be believed?").is_visible()
    riskiest = ada.get_by_role("table").nth(1).locator("tbody tr").first.inner_text()
    assert "contract is Month-to-Month" in riskiest


def keep_a_group_and_measure_it(ada: "Page") -> None:
    """A look finds the group, it is kept under a name, and a measure counts its members only."""
    ada.goto("/w/acme/segments/")
    ada.get_by_role("button", name="Look for groups").click()
    found = ada.locator("article", has=ada.get_by_role("heading", name=re.compile("Month-to-Month"))).first
    found.wait_for()
    ada.wait_for_load_state("networkidle")
    found.get_by_label("Keep it as").fill("One side")
    found.get_by_role("button", name="Keep").click()
    ada.get_by_text("Any measure can be narrowed to it now.").wait_for()
    ada.goto("/w/acme/measures/?measure=csat")
    everybody = n_of(ada)
    ada.goto("/w/acme/measures/?measure=csat&segment=one-side")
    assert everybody == CUSTOMERS
    assert 0.4 * CUSTOMERS < n_of(ada) < 0.6 * CUSTOMERS


def n_of(ada: "Page") -> int:
    """The answers a measure rests on, as its table says."""
    told = ada.locator("tr.together td[data-label=answers]").inner_text()
    return int(told.replace(",", ""))


def walk_the_map_by_keyboard(ada: "Page") -> None:
    """From step to step by arrows, details by Enter."""
    ada.goto("/w/acme/journeys/")
    steps = ada.locator("[data-map] a")
    steps.first.focus()
    assert (steps.first.get_attribute("aria-label") or "").startswith("ordered")
    ada.keyboard.press("ArrowDown")
    here = ada.locator("[data-map] a:focus")
    assert (here.get_attribute("aria-label") or "").startswith("packed")
    ada.keyboard.press("Enter")
    panel = ada.locator(".step-panel:target")
    panel.wait_for()
    assert "address asked" in panel.inner_text()


def hold_journeys_against_a_path(ada: "Page") -> None:
    """The happy path is the straight one; the page says where others leave it, and who stands still."""
    ada.goto("/w/acme/journeys/")
    happiest = ada.locator("ol.rows > li").first
    assert "said yes" in happiest.inner_text()
    happiest.get_by_text("Where others leave it").click()
    assert "address asked (100)" in happiest.inner_text()
    happiest.get_by_role("link", name=re.compile("ordered → packed → sent → arrived")).click()
    told = ada.locator("main").inner_text()
    assert "100 journeys have left the path; 10 stand still on it" in told
    assert "Worse" in ada.get_by_role("row", name=re.compile("address asked")).first.inner_text()
    assert ada.get_by_role("row", name=re.compile("nothing since “packed”")).count() == 10


def choose_a_stretch_of_promises_by_keyboard(ada: "Page") -> None:
    """Arrow keys look around and lead nowhere; Enter chooses, and one is still where one was."""
    ada.goto("/w/acme/promises/")
    stretch = ada.get_by_label("Given in")
    stretch.focus()
    ada.keyboard.press("ArrowDown")
    ada.wait_for_timeout(500)
    assert ada.url.endswith("/promises/")
    ada.keyboard.press("Enter")
    ada.wait_for_url(re.compile("days=365"))
    ada.wait_for_function("document.activeElement.id === 'days'")
