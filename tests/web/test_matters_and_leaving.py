"""The pages of what matters and of leaving, as a browser without scripts gets them."""

import json
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.feedback.queries import open_lake

PAGES = ("matters/", "leaving/")


@pytest.fixture
def answered(acme: Cast) -> Cast:
    """1,200 interactions, worse with every contact and no worse with a hand-off."""
    rng, at = np.random.default_rng(4), timezone.now() - timedelta(days=30)
    contacts, handoffs = 1 + rng.poisson(1.0, 1_200), rng.poisson(0.8, 1_200)
    yes = rng.random(1_200) < np.maximum(0.9 - 0.15 * (contacts - 1), 0.05)
    every = [{"interaction_id": f"{n}", "customer_id": f"{n}", "at": at, "source": "ticket"} for n in range(1_200)]
    open_lake().record(
        "interactions",
        [
            one
            | {
                "id": one["interaction_id"],
                "contacts": int(contacts[n]),
                "handoffs": int(handoffs[n]),
                "opened_at": at - timedelta(hours=float(rng.uniform(1, 30))),
                "closed_at": at,
            }
            for n, one in enumerate(every)
        ],
    )
    open_lake().record(
        "answers",
        [
            one | {"id": f"{n}:e", "question": "effective", "value": float(yes[n]), "scale_min": 0.0, "scale_max": 1.0}
            for n, one in enumerate(every)
        ],
    )
    return acme


@pytest.fixture
def left(acme: Cast) -> Cast:
    """600 customers of whom half pay monthly, and of these half are gone, of the others one in ten."""
    now = timezone.now()
    open_lake().record(
        "customers",
        [
            {
                "id": f"{n}",
                "customer_id": f"{n}",
                "at": now,
                "source": "event",
                "joined_at": now - timedelta(days=10 + n % 190),
                "left_at": now - timedelta(days=10 + n % 190 - 1 - n % 9) if n % 4 == 1 or n % 20 == 0 else None,
                "left_reason": "<cheaper> elsewhere" if n % 4 == 1 or n % 20 == 0 else None,
                "traits": json.dumps({"plan": "monthly" if n % 2 else "yearly"}),
            }
            for n in range(600)
        ],
    )
    return acme


def test_what_matters_is_said_first_and_what_does_not_is_listed(answered: Cast, ada: Client) -> None:
    page = ada.get("/w/acme/matters/").content.decode()
    assert "What goes with a yes to both questions: how often they had to get in touch (" in page
    assert "(n = 1,200)" in page
    silent = page.partition("stop reporting it")[2]
    assert "How often it changed hands" in silent
    assert "How often they had to get in touch" not in silent
    assert "the more, the worse" in page
    assert "An association" in page


def test_an_outcome_nobody_answered_shows_what_would_light_the_page(answered: Cast, ada: Client) -> None:
    assert "Not enough to tell what matters" in ada.get("/w/acme/matters/?outcome=trust").content.decode()
    assert "how often they had to get in touch" in ada.get("/w/acme/matters/?outcome=nonsense").content.decode()


def test_leaving_shows_who_leaves_how_long_they_stay_and_the_reasons_escaped(left: Cast, ada: Client) -> None:
    page = ada.get("/w/acme/leaving/").content.decode()
    assert "180 of 600 customers have left." in page
    assert "Of those with plan “monthly” 50 % are gone, of the others 10 %" in page
    assert "The life table" in page
    assert "&lt;cheaper&gt; elsewhere" in page
    assert "100 %, plausibly 98 to 100 (n = 180)" in page
    assert "Departures a month" in page


def test_without_data_both_pages_say_what_to_bring(cast: Cast, ada: Client) -> None:
    assert "Not enough to tell what matters" in ada.get("/w/acme/matters/").content.decode()
    assert "Nobody is known to have left" in ada.get("/w/acme/leaving/").content.decode()


def test_dan_finds_neither_page_and_who_is_not_signed_in_is_asked_to(cast: Cast, dan: Client) -> None:
    for address in PAGES:
        assert dan.get(f"/w/acme/{address}").status_code == 404
        assert Client().get(f"/w/acme/{address}").status_code == 302
    assert sign_in("ben@acme.example").get("/w/acme/leaving/").status_code == 200
