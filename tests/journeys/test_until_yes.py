"""The whole story, told by a browser: history comes in, a customer says no, and it is worked on until it is yes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import REPOSITORY
from tests.journeys.running import House, open_house, read_links, serving, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

PASSWORD = "seven-quiet-lighthouses"
CLEO = "cleo@customer.example"
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An installation that Ada founded, with the history of a marketplace and one customer who has an address."""
    with open_house(tmp_path) as house:
        house.run("init", "--name", "Acme", "--email", "ada@acme.example", "--owner", "Ada", "--password", PASSWORD)
        house.run("import", "olist", str(marketplace(tmp_path)))
        house.run("import", "generic_csv", str(write_answers(tmp_path)), "--yes")
        with serving(house):
            yield house


def test_from_no_to_yes(house: House, browser: "Browser") -> None:
    before = house.measure("effectiveness")["total"]
    assert (before["n"], before["value"]) == (8, pytest.approx(6 / 8))
    kept = house.measure("promise_kept")["total"]
    assert 0.5 < kept["low"] < kept["value"] < kept["high"] < 1

    ada = browser.new_page(base_url=house.address)
    sign_in(ada, "ada@acme.example")
    assert ada.get_by_role("heading", name="Work until yes").is_visible()
    ask_cleo(ada)

    cleo = browser.new_context(viewport=PHONE, base_url=house.address).new_page()  # type: ignore[arg-type]
    letter = house.post.wait_for_letter(to=CLEO)
    cleo.goto(find_tap(read_links(letter), answer="no"))
    assert cleo.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert house.measure("effectiveness")["total"]["n"] == 8, "opening the link counts nothing"
    answer(cleo, got_it="No", good_job="No", missing="The label never came.")
    assert cleo.get_by_text("What happens next").is_visible()

    ada.goto("/w/acme/today/")
    ada.get_by_role("link", name="Next case").first.click()
    ada.get_by_text("The label never came.").first.wait_for()
    ada.get_by_role("button", name="Take it").click()
    ada.get_by_text("being worked on").wait_for()
    assert ada.get_by_role("button", name="Close").count() == 0
    ada.get_by_label("Root cause").fill("Courier › Label lost")
    ada.locator("#cause ~ button").click()
    ada.locator('#cause[value="Courier › Label lost"]').wait_for()
    propose(ada, "We sent the label again by courier.")

    cleo.goto(find_tap(read_links(house.post.wait_for_letter(to=CLEO, number=2)), answer="no"))
    answer(cleo, got_it="No", good_job="Yes", missing="It went to my old address.")
    wait_for_state(ada, "being worked on")
    assert ada.get_by_text("It went to my old address.").first.is_visible()
    propose(ada, "It is at your new address now; the driver has it signed.")

    cleo.goto(find_tap(read_links(house.post.wait_for_letter(to=CLEO, number=3)), answer="yes"))
    answer(cleo, got_it="Yes", good_job="Yes")
    assert "closed" in cleo.locator("main").inner_text()
    wait_for_state(ada, "closed by the customer’s yes")

    after = wait_for(lambda: effectiveness_of(house, n=11), what="all three answers in the lake", seconds=10)
    assert after["value"] == pytest.approx(7 / 11)
    assert house.measure("no_to_yes")["total"]["n"] == 0, "a single case is under the privacy floor"
    ada.goto("/w/acme/cases/?which=over")
    assert ada.locator("#queue").get_by_role("link", name="#1").is_visible()


def test_a_stranger_sees_nothing(house: House, browser: "Browser") -> None:
    stranger = browser.new_page(base_url=house.address)
    for path in ("today", "listen", "findings", "measures", "journeys", "promises", "customers", "cases", "settings"):
        stranger.goto(f"/w/acme/{path}/")
        assert "/accounts/login/" in stranger.url
    assert stranger.request.get("/a/nonsense/").status == 404


def marketplace(folder: Path) -> Path:
    """The real tables where they are; otherwise as many orders of the same shape as the story needs."""
    real = REPOSITORY.parent / "shared" / "data" / "olist_3k"
    if real.is_dir():
        return real
    made = folder / "olist"
    made.mkdir()
    placed = datetime(2026, 6, 1, 12, tzinfo=UTC)
    orders, customers = [], []
    for number in range(200):
        at = placed + timedelta(hours=5 * number)
        promised, days = at + timedelta(days=10), 14 if number % 8 == 0 else 6
        told = [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (at, at, at + timedelta(days=1), at + timedelta(days=days))]
        orders.append([f"o{number}", f"c{number}", "delivered", *told, f"{promised:%Y-%m-%d} 00:00:00"])
        customers.append([f"c{number}", f"u{number}", "01000", "sao paulo", "SP"])
    write_csv(made / "olist_orders_dataset.csv", ORDER_COLUMNS, orders)
    write_csv(made / "olist_customers_dataset.csv", CUSTOMER_COLUMNS, customers)
    return made


ORDER_COLUMNS = (
    "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
    "order_delivered_customer_date,order_estimated_delivery_date"
)
CUSTOMER_COLUMNS = "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state"


def write_csv(path: Path, columns: str, rows: list[list[str]]) -> None:
    path.write_text("\n".join([columns, *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")


def write_answers(folder: Path) -> Path:
    """What eight customers said before, Cleo first."""
    path = folder / "answers.csv"
    people = [(CLEO, "Cleo", "yes"), *((f"c{n}@customer.example", f"C{n}", "no" if n < 2 else "yes") for n in range(7))]
    rows = [f"{email},{name},2026-05-0{place + 1} 09:00,{said}" for place, (email, name, said) in enumerate(people)]
    path.write_text("\n".join(["email,name,date,effective", *rows]) + "\n", encoding="utf-8")
    return path


def sign_in(page: "Page", who: str) -> None:
    page.goto("/")
    page.get_by_label("E-mail").fill(who)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/w/acme/today/")


def ask_cleo(page: "Page") -> None:
    """Find the confirmation in Listen and ask Cleo by e-mail."""
    page.get_by_role("link", name="Listen").first.click()
    page.locator("tbody th a").first.click()
    page.get_by_label("Find the customer").fill("cleo")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_label("Cleo").check()
    page.get_by_role("button", name="Ask by e-mail").click()


def find_tap(links: list[str], *, answer: str) -> str:
    """The one-tap address of an answer."""
    return next(link for link in links if f"got_it={answer}" in link)


def answer(page: "Page", *, got_it: str, good_job: str, missing: str = "") -> None:
    """Answer the two questions on the page that the tap opened; the tapped answer is chosen already."""
    first, second = page.get_by_role("group").nth(0), page.get_by_role("group").nth(1)
    assert first.get_by_label(got_it, exact=True).is_checked()
    second.get_by_label(good_job, exact=True).check()
    if missing:
        page.get_by_role("textbox").first.fill(missing)
    page.get_by_role("button", name="Send").click()


def propose(page: "Page", words: str) -> None:
    page.locator("#reply").fill(words)
    page.get_by_role("button", name="Send, and ask whether it is solved").click()
    wait_for_state(page, "asked, the customer decides")


def wait_for_state(page: "Page", told: str) -> None:
    """The page learns by itself, within its few seconds of polling."""
    page.locator("#case-state").get_by_text(told).wait_for(timeout=15_000)


def effectiveness_of(house: House, *, n: int) -> dict[str, float] | None:
    """Effectiveness, once that many answers are counted."""
    told = house.measure("effectiveness")["total"]
    return told if told["n"] == n else None
