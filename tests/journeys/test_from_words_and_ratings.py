"""What people wrote and what passengers rated, brought in on a page: what it says, found by clicking."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.journeys.running import House, open_house, serving
from tests.journeys.test_until_yes import PASSWORD, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

PASSENGERS, TWEETS = 900, 480
PATIENCE_MS = 120_000
SURVEY = (
    "CCGID", "INTDATE", "BAREA", "PEAK", "Q2PURP1", "Q5TIMESFLOWN", "LANG", "WEIGHT", "Q7ALL", "Q9ALL", "Q7ART",
    "Q7FOOD", "Q7STORE", "Q7SIGN", "Q7WALKWAYS", "Q7SCREENS", "Q7INFODOWN", "Q7INFOUP", "Q7WIFI", "Q7ROADS", "Q7PARK",
    "Q7AIRTRAIN", "Q7LTPARKING", "Q7RENTAL", "Q9BOARDING", "Q9AIRTRAIN", "Q9RENTAL", "Q9FOOD", "Q9RESTROOM", "Q10SAFE",
    "Q13GETRATE", "Q14FIND", "Q14PASSTHRU", "NETPRO",
)  # fmt: skip
TWEET = (
    "row_id", "airline_sentiment", "negativereason", "airline", "author_hash", "text", "tweet_created", "user_timezone",
)  # fmt: skip
SAID = {
    "on hold &amp;": ("negative", "phone hour minutes nobody answers waiting line call forever music"),
    "my bag": ("negative", "lost desk closed suitcase carousel claim broken wheel delivery address"),
    "thank you": ("positive", "crew great kind smile flight best smooth landing coffee captain"),
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as house:
        house.run("init", "--name", "Acme", "--email", "ada@acme.example", "--owner", "Ada", "--password", PASSWORD)
        with serving(house):
            yield house


def test_words_and_ratings_say_what_they_hold(house: House, browser: "Browser", tmp_path: Path) -> None:
    ada = browser.new_page(base_url=house.address)
    ada.set_default_timeout(PATIENCE_MS)
    sign_in(ada, "ada@acme.example")
    ratings, notes = write_ratings(tmp_path), tmp_path / "notes.txt"
    notes.write_text("Nothing for us.")
    bring_in(ada, "San Francisco airport passenger survey", [ratings, notes])
    assert ada.get_by_text("Not read, for the recipe has no use for it: notes.txt.").is_visible()
    see_what_matters(ada)
    follow_a_finding(ada)
    bring_in(ada, "Tweets to airlines", [write_tweets(tmp_path)])
    listen(ada)
    search(ada)


def write_ratings(folder: Path) -> Path:
    """Passengers whose whole follows the restaurants, a little the signs, and the artwork not at all."""
    rng, rows = np.random.default_rng(3), []
    for number in range(PASSENGERS):
        food, signs, art = rng.integers(1, 6, 3)
        whole = int(np.clip(round(0.6 * food + 0.3 * signs + 0.3 + rng.normal(0, 0.4)), 1, 5))
        known = {"CCGID": number, "INTDATE": 1 + number % 30, "BAREA": "ABC"[number % 3], "WEIGHT": 1.0, "Q7ALL": whole}
        rows.append([{**known, "Q7FOOD": food, "Q7SIGN": signs, "Q7ART": art}.get(name, "") for name in SURVEY])
    return write(folder / "sfo_2017.csv", SURVEY, rows)


def write_tweets(folder: Path) -> Path:
    """A third each about waiting on hold, lost bags and friendly crews, no two in the same words."""
    rng, rows = np.random.default_rng(5), []
    for number in range(TWEETS):
        theme, (tone, words) = list(SAID.items())[number % len(SAID)]
        text = " ".join([theme, *rng.choice(words.split(), 5, replace=False)])
        at = f"2017-05-{1 + number % 28:02} 10:{number % 60:02}:00 +0000"
        reason = "Customer Service Issue" if tone == "negative" else ""
        rows.append([number, tone, reason, "United", f"a{number}", f"@VirtualAir {text}", at, ""])
    return write(folder / "tweets.csv", TWEET, rows)


def write(path: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def bring_in(ada: "Page", title: str, files: Sequence[Path]) -> None:
    ada.goto("/w/acme/listen/import/")
    ada.get_by_label(re.compile(title)).check()
    ada.get_by_label("Files, up to").set_input_files(files)
    ada.get_by_role("button", name="Look at it first").click()
    ada.get_by_role("heading", name="This is what would happen").wait_for()
    ada.get_by_role("button", name="Take it in").click()
    ada.get_by_role("heading", name="Taken in").wait_for()


def see_what_matters(ada: "Page") -> None:
    """The page opens with what was asked, works it out while one watches, and tells parts by names people use."""
    ada.get_by_role("link", name="Understand").first.click()
    ada.get_by_role("link", name="What matters").first.click()
    assert ada.locator("nav [aria-current=true]", has_text="Satisfaction").is_visible()
    ada.get_by_role("heading", name="What customers said about its parts").wait_for()
    assert re.search(r"What goes with satisfaction: “restaurants” \(\d+ %\), “signs inside”", ada.content())
    assert "the better rated, the better" in ada.content()
    silent = ada.get_by_role("heading", name="Does not matter: stop reporting it").locator(
        "xpath=following-sibling::ul"
    )
    assert "artwork" in silent.first.inner_text()


def follow_a_finding(ada: "Page") -> None:
    """From the finding to everything that was looked at beside it."""
    ada.goto("/w/acme/findings/")
    ada.get_by_role("button", name=re.compile("^Look")).click()
    ada.get_by_role("link", name=re.compile("^How “restaurants” is rated goes with satisfaction")).click()
    ada.get_by_role("link", name="Everything that was looked at beside it").click()
    ada.get_by_role("heading", name="What matters").wait_for()
    assert "outcome=csat" in ada.url


def listen(ada: "Page") -> None:
    """What they talk about, with how many said yes, read as it was meant and not as it was written down."""
    ada.goto("/w/acme/voices/")
    if ada.get_by_role("button", name="Listen now").count():
        ada.get_by_role("button", name="Listen now").click()
    ada.get_by_role("heading", name="What they talk about").wait_for()
    row = ada.locator("tr", has_text=re.compile("hold|phone|hour")).first
    assert int(row.get_by_role("cell").nth(1).inner_text()) >= TWEETS // 6
    row.get_by_role("link").first.click()
    ada.locator("blockquote").first.wait_for()
    assert "&amp;amp;" not in ada.content()


def search(ada: "Page") -> None:
    ada.goto("/w/acme/voices/search/?q=%22on+hold%22")
    told = ada.locator(".sentence").inner_text()
    assert told.startswith(f"{TWEETS // len(SAID)} comments of {TWEETS // len(SAID)} customers")
    assert "said yes" in told
    assert "on hold" in ada.locator("blockquote").first.inner_text()
