"""The pages of voices, as a browser without scripts gets them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.feedback.queries import open_lake
from untilyes.web.voices import keeping
from untilyes.workspaces.models import Member

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
PAGE = "/w/acme/voices/"
PLACES = ("oslo", "rome", "kyiv", "lima", "bonn", "cork", "nice", "graz", "bern", "porto")
PLAIN = ("today", "again", "sadly", "really", "clearly", "mostly")
NOT_FOUND = 404


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Nothing kept from another test."""
    keeping._heard.clear()
    keeping._tones.clear()
    yield
    keeping._heard.clear()


@pytest.fixture
def told(acme: Cast) -> Cast:
    """60 comments about a return label, answered no, and 60 about kind people, answered yes."""
    comments, answers = [], []
    for number in range(120):
        bad, place, word = number < 60, PLACES[number % 10], PLAIN[number // 10 % 6]
        text = f"Return label missing <b>{place}</b> {word}" if bad else f"Kind people helped {place} {word}"
        if number == 0:
            text += " write to eve@customer.example or +49 30 901820"
        fact = {"at": AT - timedelta(hours=number), "source": "survey", "channel": "email" if bad else "phone"}
        fact |= {"customer_id": f"p{number}", "touchpoint": "refund", "response_id": f"r{number}"}
        comments.append({**fact, "id": f"c{number}", "language": "en", "text": text})
        answers.append(
            {**fact, "id": f"a{number}", "question": "effective", "value": 0.0 if bad else 1.0, "scale_min": 0.0,
             "scale_max": 1.0, "higher_is_better": True}
        )  # fmt: skip
    lake = open_lake()
    lake.record("comments", comments)
    lake.record("answers", answers)
    return acme


def words_of(answer: Any) -> str:
    """The text a person reads on the page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def topics_of(page: Any) -> list[str]:
    return re.findall(r'href="(/w/acme/voices/topics/[^"]+)"', page.content.decode())


def test_an_empty_house_is_told_what_would_light_the_page(acme: Cast, ada: Client) -> None:
    assert "Nobody has said anything yet" in words_of(ada.get(PAGE))
    assert "Nothing to learn from yet" in words_of(ada.get(f"{PAGE}tone/"))
    assert "Nobody has said this" in words_of(ada.get(f"{PAGE}search/?q=label"))


def test_topics_tell_their_size_their_customers_and_how_many_said_yes(told: Cast, ada: Client) -> None:
    page = ada.get(PAGE)
    said = words_of(page)
    assert "Customers talk most about" in said
    shown = keeping._heard[told.acme.key].topics.topics
    assert len(topics_of(page)) == len(shown) >= 2
    assert sum(topic.comments for topic in shown) == sum(topic.yes.n for topic in shown) == 120
    assert all(topic.yes.sentence() in said for topic in shown)
    labels = next(topic for topic in shown if "label" in topic.name)
    assert (labels.yes.value, labels.customers) == (0.0, labels.comments)
    assert "120 comments (at most the newest 10,000)" in said


def test_a_topic_shows_its_words_escaped(told: Cast, ada: Client) -> None:
    for address in topics_of(ada.get(PAGE)):
        page = ada.get(address).content.decode()
        assert "Every comment, newest first" in page
        assert not [place for place in PLACES if f"<b>{place}" in page]
    assert "&lt;b&gt;oslo&lt;/b&gt;" in ada.get(f"{PAGE}search/?q=label").content.decode()


def test_comments_come_in_pages_the_newest_first(told: Cast, ada: Client) -> None:
    first, last = (ada.get(f"{PAGE}search/", {"q": "label", "page": number}) for number in ("1", "3"))
    assert "2 Nov 2026" in words_of(first)
    assert ("Older" in words_of(first), "Newer" in words_of(first)) == (True, False)
    assert ("Older" in words_of(last), "Newer" in words_of(last)) == (False, True)
    assert "60 comments" in words_of(ada.get(f"{PAGE}search/", {"q": "label", "page": "-1e9"}))


def test_search_finds_counts_and_narrows(told: Cast, ada: Client) -> None:
    found = words_of(ada.get(f"{PAGE}search/", {"q": "label NEAR/3 oslo OR kind NOT helped"}))
    assert "6 comments of 6 customers" in found
    assert "60 comments of 60 customers" in words_of(ada.get(f"{PAGE}search/", {"q": "people", "channel": "phone"}))
    assert "Nobody has said this" in words_of(ada.get(f"{PAGE}search/", {"q": "people", "channel": "email"}))


def test_a_search_that_cannot_be_read_says_why_and_gives_back_what_was_written_escaped(told: Cast, ada: Client) -> None:
    answer = ada.get(f"{PAGE}search/", {"q": '"><script> AND ('})
    assert answer.status_code == 200
    assert "▼" in words_of(answer)
    assert "<script>" not in answer.content.decode().replace("<script ", "")
    assert "&quot;&gt;&lt;script&gt;" in answer.content.decode()


def test_who_may_not_see_customers_reads_no_addresses_and_numbers(told: Cast, ben: Client, vera: Member) -> None:
    address, looking_on = f"{PAGE}search/?q=eve+OR+write", sign_in("vera@acme.example")
    assert "eve@customer.example" in words_of(ben.get(address))
    seen = words_of(looking_on.get(address))
    assert "write to ••• or •••" in seen
    assert "eve@customer.example" not in seen
    for topic in topics_of(looking_on.get(PAGE)):
        assert "901820" not in words_of(looking_on.get(topic))


def test_what_is_kept_between_visits_holds_nothing_that_somebody_wrote(told: Cast, ada: Client) -> None:
    ada.get(PAGE)
    address = next(one for one in topics_of(ada.get(PAGE)) if "Return label" in words_of(ada.get(one)))
    assert "eve@customer.example" in words_of(ada.get(address))
    open_lake().erase(["p0"])
    assert "eve@customer.example" not in words_of(ada.get(address))


def test_how_well_words_tell_a_yes_is_measured_on_held_out_comments(told: Cast, ada: Client) -> None:
    said = words_of(ada.get(f"{PAGE}tone/"))
    assert "Macro-F1 1.00" in said
    assert "held out" in said


def test_strangers_learn_nothing_and_anonymous_visitors_sign_in(told: Cast, ada: Client, dan: Client) -> None:
    topic = topics_of(ada.get(PAGE))[0]
    for address in (PAGE, f"{PAGE}search/?q=label", f"{PAGE}tone/", topic):
        assert dan.get(address).status_code == NOT_FOUND
        assert Client().get(address).status_code == 302
    assert dan.get("/w/globex/voices/").status_code == 200
    assert "label" not in words_of(dan.get("/w/globex/voices/search/?q=helped"))
    assert ada.get(f"{PAGE}topics/en-00000000/").status_code == NOT_FOUND
