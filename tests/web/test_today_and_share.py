"""Today and Share show the measures' own numbers, and say when there are none."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from tests.cases.stories import NO, YES, ask, say
from tests.cast import Cast
from untilyes.analysis.changes import Examination, Period
from untilyes.analysis.measures import MEASURES
from untilyes.customers.actions import welcome_customer
from untilyes.feedback.jobs import flush_outbox
from untilyes.feedback.queries import open_lake
from untilyes.plumbing.clock import now
from untilyes.stats.results import Estimate
from untilyes.web.today.examining import Look, has_seen, look_at_changes

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


def test_what_changed_is_looked_at_once_a_minute_and_then_afresh(acme: Cast) -> None:
    answer_two_hours_ago(acme, yes=6, no=1)
    lake, at, key = open_lake(), now(), acme.acme.key
    period = Period(until=at.date() + timedelta(days=1))
    first = look_at_changes(lake, key, period, stamp="1", at=at)
    assert look_at_changes(lake, key, period, stamp="1", at=at + timedelta(hours=1)) is first  # nothing was heard
    assert look_at_changes(lake, key, period, stamp="2", at=at + timedelta(seconds=59)) is first
    later = at + timedelta(seconds=60)
    second = look_at_changes(lake, key, period, stamp="2", at=later)
    assert (second.at, second.stamp) == (later, "2")
    assert look_at_changes(lake, uuid4(), period, stamp="2", at=later) is not second  # another workspace's
    tomorrow = Period(until=period.until + timedelta(days=1))
    assert look_at_changes(lake, key, tomorrow, stamp="2", at=later) is not second


def test_a_page_of_an_older_look_asks_again_when_the_look_is_due(acme: Cast) -> None:
    at = now()
    look = Look(at, "1", Examination(()), {})
    assert look.mark("1") == "1"
    assert has_seen("1", "1", at=at + timedelta(days=1))
    assert not has_seen("1", "2", at=at)
    older = look.mark("2")
    assert has_seen(older, "2", at=at + timedelta(seconds=30))
    assert not has_seen(older, "2", at=at + timedelta(seconds=61))
    assert not has_seen("2@nonsense", "2", at=at)
