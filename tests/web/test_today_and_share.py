"""Today and Share show the measures' own numbers, and say when there are none."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from tests.cases.stories import NO, YES, ask, say
from tests.cast import Cast
from untilyes.analysis.changes import Period
from untilyes.analysis.measures import MEASURES
from untilyes.customers.actions import welcome_customer
from untilyes.feedback.jobs import flush_outbox
from untilyes.feedback.queries import open_lake
from untilyes.plumbing.clock import now
from untilyes.stats.results import Estimate

NOTHING_NEW = 204


def words_of(answer: Any) -> str:
    """The text a person reads on the page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def answer_two_hours_ago(acme: Cast, *, yes: int, no: int) -> None:
    """So many customers said yes, so many no, and it has reached the lake."""
    at = now() - timedelta(hours=2)
    for number in range(yes + no):
        customer = welcome_customer(email=f"c{number}@customer.example", name=f"Customer {number}")
        invitation = ask(acme, customer=customer, interaction_id=f"order-{number}", at=at)
        say(invitation, YES if number < yes else NO, at=at)
    flush_outbox(acme.acme)


def read_effectiveness(acme: Cast) -> Estimate:
    period = Period(until=timezone.localtime().date() + timedelta(days=1))
    return MEASURES["effectiveness"](open_lake(), since=period.since, until=period.until).total


def test_an_empty_house_is_told_how_to_begin(acme: Cast, ada: Client) -> None:
    page = words_of(ada.get("/w/acme/today/"))
    assert "Nothing heard yet" in page
    assert "untilyes import" in page


def test_today_shows_the_measure_with_its_interval_and_the_work(acme: Cast, ada: Client) -> None:
    answer_two_hours_ago(acme, yes=14, no=6)
    total = read_effectiveness(acme)
    assert (total.value, total.n) == (0.7, 20)
    page = words_of(ada.get("/w/acme/today/"))
    assert f"Effectiveness last 4 weeks 0 100 {total.brief().removesuffix(' %')}" in page
    assert "48 to 85" in page  # Wilson's interval for 14 of 20
    assert "Open 6 0 asked and waiting" in page
    assert "Surveys 100 %" in page


def test_a_board_that_polls_is_answered_only_when_the_lake_has_moved(acme: Cast, ada: Client) -> None:
    answer_two_hours_ago(acme, yes=6, no=1)
    seen = re.search(r"\?seen=([^\"]+)\"", ada.get("/w/acme/today/").content.decode())
    assert seen is not None
    poll, htmx = f"/w/acme/today/?seen={seen.group(1)}", {"HX-Request": "true"}
    assert ada.get(poll, headers=htmx).status_code == NOTHING_NEW
    say(ask(acme, at=now()), NO, at=now())
    flush_outbox(acme.acme)
    moved = ada.get(poll, headers=htmx)
    assert "Open 2" in words_of(moved)
    assert "<html" not in moved.content.decode()


def test_share_and_its_file_tell_the_same_numbers_as_the_measure(acme: Cast, ada: Client) -> None:
    answer_two_hours_ago(acme, yes=14, no=6)
    total = read_effectiveness(acme)
    page = words_of(ada.get("/w/acme/share/"))
    assert f"Effectiveness {total.brief()}" in page
    answer = ada.get("/w/acme/share/scores.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = {row["measure"]: row for row in csv.DictReader(io.StringIO(answer.content.decode()))}
    told = rows["effectiveness"]
    assert (float(told["value"]), float(told["low"]), float(told["high"])) == (total.value, total.low, total.high)
    assert float(told["n"]) == 20
    assert told["method"] == total.method
    assert told["verdict"] == "too_few"


def test_share_says_what_was_not_heard_instead_of_showing_a_zero(acme: Cast, ada: Client) -> None:
    answer_two_hours_ago(acme, yes=6, no=1)
    assert "Nothing was heard about: in time" in words_of(ada.get("/w/acme/share/"))
