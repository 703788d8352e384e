"""Scores with what gives them a meaning, and service quality; what each role reads, and that Dan finds nothing."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client

from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.feedback.queries import open_lake
from untilyes.plumbing.clock import now
from untilyes.workspaces.models import Member

SCORES, QUALITY = "/w/acme/scores/", "/w/acme/service-quality/"
SCALES = {"nps": (0, 10), "csat": (1, 5)}


def score(name: str, question: str, value: int, *, days_ago: float, **more: Any) -> dict[str, Any]:
    low, high = SCALES[question]
    return {
        "id": f"{question}-{name}", "at": now() - timedelta(days=days_ago), "source": "survey",
        "response_id": f"{question}-{name}", "question": question, "value": value, "scale_min": low,
        "scale_max": high, "higher_is_better": True, "customer_id": f"who-{name}",
    } | more  # fmt: skip


@pytest.fixture
def scored(acme: Cast) -> Cast:
    """400 customers recommended us a year ago; of the 200 who would not, a third are gone within half a year."""
    rng = np.random.default_rng(8)
    values = [int(rng.integers(0, 7)) if number < 200 else int(rng.integers(9, 11)) for number in range(400)]
    given = [score(f"{number}", "nps", value, days_ago=300 + number / 10) for number, value in enumerate(values)]
    again = [score(f"{n}-b", "nps", values[n], days_ago=40, customer_id=f"who-{n}") for n in range(0, 400, 2)]
    open_lake().record("answers", [*given, *again, *(score(f"{n}", "csat", 4, days_ago=20) for n in range(30))])
    open_lake().record(
        "customers",
        [
            {
                "id": f"who-{number}", "customer_id": f"who-{number}", "at": now(), "source": "event",
                "joined_at": now() - timedelta(days=900),
                "left_at": now() - timedelta(days=200) if number < 200 and number % 3 == 0 else None,
            }
            for number in range(400)
        ] + [
            {"id": "late", "customer_id": "late", "at": now(), "source": "event", "left_at": now() - timedelta(days=2)}
        ],
    )  # fmt: skip
    words = {"source": "survey", "text": "Call me on +44 20 7946 0958 about it", "at": now() - timedelta(days=300)}
    open_lake().record("comments", [{"id": "c1", "response_id": "nps-0", "customer_id": "who-0"} | words])
    return acme


def test_a_score_says_what_would_be_real_who_stayed_and_what_was_written(scored: Cast, ada: Client) -> None:
    page = ada.get(SCORES).content.decode()
    assert "Net promoter score" in page
    assert "four times in five" in page
    assert "still here 180 days later" in page
    assert "Detractors (0 to 6)" in page
    assert "+44 20 7946 0958" in page
    assert "promoters (9 to 10)" in page
    assert "is the person and how they use the scale" in page


def test_every_scale_is_a_score_of_its_own(scored: Cast, ada: Client) -> None:
    page = ada.get(SCORES, {"score": "csat:1..5"}).content.decode()
    assert "Satisfaction" in page
    assert "Top two (4 to 5)" not in page  # nobody is known to have left after it
    assert ada.get(SCORES, {"score": "csat:0..9"}).status_code == 404


def test_words_can_be_narrowed_to_those_beside_a_bad_score(scored: Cast, ada: Client) -> None:
    assert "+44" in ada.get(SCORES, {"band": "detractors"}).content.decode()
    happy = ada.get(SCORES, {"band": "promoters"}).content.decode()
    assert "+44" not in happy
    assert "Nobody wrote anything" in happy


def test_who_may_not_see_customers_reads_the_words_with_numbers_covered(scored: Cast, vera: Member) -> None:
    page = sign_in("vera@acme.example").get(SCORES).content.decode()
    assert "•••" in page
    assert "7946" not in page


def test_a_questionnaire_shows_its_widest_gap_first(acme: Cast, ada: Client) -> None:
    rng = np.random.default_rng(5)
    middle = {"e01": 6, "p01": 3, "e02": 5, "p02": 5}
    open_lake().record(
        "answers",
        [
            {
                "id": f"{person}:{item}", "at": now(), "source": "survey", "response_id": f"r{person}",
                "question": f"shop.care.{item}", "value": value + int(rng.integers(-1, 2)), "scale_min": 1,
                "scale_max": 7, "higher_is_better": True,
            }
            for person in range(50)
            for item, value in middle.items()
        ],
    )  # fmt: skip
    page = ada.get(QUALITY).content.decode()
    assert page.index("Item 01") < page.index("Item 02")
    assert "falls short" in page
    assert "as expected" in page


@pytest.mark.parametrize("address", [SCORES, QUALITY])
def test_an_empty_page_says_what_would_light_it(address: str, acme: Cast, ada: Client) -> None:
    page = ada.get(address)
    assert page.status_code == 200
    assert "untilyes import" in page.content.decode()


@pytest.mark.parametrize("address", [SCORES, QUALITY])
def test_dan_finds_neither(address: str, scored: Cast, dan: Client) -> None:
    assert dan.get(address).status_code == 404
