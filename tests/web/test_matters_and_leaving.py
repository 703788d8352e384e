"""The pages of what matters and of leaving, as a browser without scripts gets them."""

import json
import re
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.analysis.findings import Finding, Judgement, Kind, Tone
from untilyes.feedback.queries import open_lake
from untilyes.insights.actions import fail_reckoning, keep_findings
from untilyes.insights.jobs import reckon
from untilyes.insights.models import KeptFinding, Reckoning, Run

PAGES = ("matters/", "leaving/")


def work() -> None:
    """What the worker does with everything that was asked for."""
    for kept in Reckoning.objects.filter(stage="asked"):
        reckon(kept.workspace_id, kept.pk)


def read_matters(browser: Client, query: str = "") -> str:
    """The page as it stands once the worker has been through."""
    browser.get(f"/w/acme/matters/{query}")
    work()
    page: str = browser.get(f"/w/acme/matters/{query}").content.decode()
    return page


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
    page = read_matters(ada)
    assert "What goes with a yes to both questions: how often they had to get in touch (" in page
    assert "(n = 1,200)" in page
    silent = page.partition("stop reporting it")[2]
    assert "How often it changed hands" in silent
    assert "How often they had to get in touch" not in silent
    assert re.search(r"at most [01]\.\d % of the differences \(n = 1,200\)", silent), "not its part of next to nothing"
    assert "the more often, the worse" in page
    assert "An association" in page


def test_topics_of_what_was_written_are_ranked_apart_and_said_to_be_words(answered: Cast, ada: Client) -> None:
    lake = open_lake()
    told = [row for row in lake.read("answers").to_pyarrow().to_pylist() if row["question"] == "effective"]
    lake.record("answers", [
        {name: row[name] for name in ("id", "at", "source", "question", "value", "scale_min", "scale_max")}
        | {"interaction_id": row["interaction_id"], "customer_id": row["customer_id"], "response_id": row["id"]}
        for row in told
    ])  # fmt: skip
    lake.replace("heard", [
        {"id": row["id"], "at": row["at"], "source": "survey", "response_id": row["id"],
         "topics": "en-1" if row["value"] == number % 3 // 2 else "en-2" if number % 2 else None,
         "topic_names": "<b>late</b>" if row["value"] == number % 3 // 2 else "maps" if number % 2 else None}
        for number, row in enumerate(told)
    ])  # fmt: skip
    page = read_matters(ada).partition("What those who wrote wrote of")[2]
    assert "“&lt;b&gt;late&lt;/b&gt;” (" in page
    assert "who writes of it fares worse" in page
    assert "An association in words" in page


def test_the_page_opens_with_an_outcome_that_somebody_was_asked_for(acme: Cast, ada: Client) -> None:
    at = timezone.now() - timedelta(days=3)
    mark = {"source": "survey", "question": "csat", "value": 4.0, "scale_min": 1.0, "scale_max": 5.0, "at": at}
    open_lake().record("answers", [{"id": "1", **mark}])
    page = ada.get("/w/acme/matters/").content.decode()
    assert re.search(r'aria-current="true">Satisfaction<', page)


def test_of_a_trait_with_many_values_the_page_shows_no_more_than_two(acme: Cast, ada: Client) -> None:
    now, rows = timezone.now(), []
    for n in range(1_200):
        visits, plan = n % 6, "monthly" if n // 6 % 2 else "yearly"
        is_gone = n // 12 % 10 < 1 + visits + (plan == "monthly")
        rows.append(
            {
                "id": f"{n}", "customer_id": f"{n}", "at": now, "source": "event",
                "joined_at": now - timedelta(days=100), "left_at": now - timedelta(days=9) if is_gone else None,
                "traits": json.dumps({"visits": visits, "plan": plan}),
            }
        )  # fmt: skip
    open_lake().record("customers", rows)
    page = ada.get("/w/acme/leaving/").content.decode()
    assert page.count('<th scope="row">Visits: ') == 2
    assert '<th scope="row">Plan: ' in page


def test_an_outcome_nobody_answered_shows_what_would_light_the_page(answered: Cast, ada: Client) -> None:
    assert "Not enough to tell what matters" in read_matters(ada, "?outcome=trust")
    assert "how often they had to get in touch" in read_matters(ada, "?outcome=nonsense")


def test_leaving_shows_who_leaves_how_long_they_stay_and_the_reasons_escaped(left: Cast, ada: Client) -> None:
    page = ada.get("/w/acme/leaving/").content.decode()
    assert "180 of 600 customers have left." in page
    assert "Of those with plan “monthly” 50 % are gone, of the others 10 %" in page
    assert "The life table" in page
    assert "&lt;cheaper&gt; elsewhere" in page
    assert "100 %, plausibly 98 to 100 (n = 180)" in page
    assert "Departures a month" in page


def test_what_is_done_about_a_source_stands_on_the_page_of_leaving(left: Cast, ada: Client) -> None:
    assert "No look has found a source that is surely one" in ada.get("/w/acme/leaving/").content.decode()
    source = Finding(
        Kind.CHURN_SOURCE, "leaving:plan=monthly", "Plan “monthly”: more leave.", Tone.WORSE, 90, 0.2, "Ask.", q=0.001
    )
    at = timezone.now()
    keep_findings(Run.objects.create(asked_at=at), Judgement((source,), asked=9), at=at)
    found = KeptFinding.objects.get()
    ada.post(f"/w/acme/findings/{found.pk}/move/", {"to": "acting"})
    page = ada.get("/w/acme/leaving/").content.decode()
    assert f'href="/w/acme/findings/{found.pk}/"' in page
    assert "Being acted on, Ada" in page


def test_a_wave_is_told_once_with_the_other_names_of_its_people_escaped(acme: Cast, ada: Client) -> None:
    rng, now = np.random.default_rng(8), timezone.now()
    rows = []
    for number in range(3_000):
        member = number % 3 == 0
        gone = np.flatnonzero(rng.random(24) < [0.25 if member and 10 <= p < 14 else 0.02 for p in range(24)])
        left = now - timedelta(days=30 * (24 - int(gone[0])) - 15) if gone.size else None
        traits = {"plan": "member" if member else "guest", "card": "<gold>" if member else "none"}
        rows.append({"id": f"{number}", "customer_id": f"{number}", "at": now - timedelta(days=1), "source": "event",
                     "joined_at": now - timedelta(days=900), "left_at": left,
                     "traits": json.dumps(traits)})  # fmt: skip
    open_lake().record("customers", rows)
    page = ada.get("/w/acme/leaving/").content.decode().partition("<h2>Waves</h2>")[2].partition("</ul>")[0]
    assert page.count("<li>") == 1
    assert "the same people as" in page
    assert "&lt;gold&gt;" in page


def test_without_data_both_pages_say_what_to_bring(acme: Cast, ada: Client) -> None:
    assert "Not enough to tell what matters" in read_matters(ada)
    assert "Nobody is known to have left" in ada.get("/w/acme/leaving/").content.decode()


def test_dan_finds_neither_page_and_who_is_not_signed_in_is_asked_to(cast: Cast, dan: Client) -> None:
    for address in PAGES:
        assert dan.get(f"/w/acme/{address}").status_code == 404
        assert Client().get(f"/w/acme/{address}").status_code == 302
    assert sign_in("ben@acme.example").get("/w/acme/leaving/").status_code == 200


def test_who_may_leave_is_tried_before_anybody_is_listed(acme: Cast, ada: Client) -> None:
    rng, at = np.random.default_rng(9), timezone.now()
    plans = rng.choice(["monthly", "yearly"], 2_000)
    open_lake().record(
        "customers",
        [
            {
                "id": f"{n}", "customer_id": f"{n}", "at": at - timedelta(days=1), "source": "event",
                "joined_at": at - timedelta(days=800), "traits": json.dumps({"plan": str(plan)}),
                "left_at": at - timedelta(days=float(rng.uniform(1, 170)))
                if rng.random() < (0.3 if plan == "monthly" else 0.05) else None,
            }
            for n, plan in enumerate(plans)
        ],
    )  # fmt: skip
    page = ada.get("/w/acme/leaving/risk/").content.decode()
    assert "Can it be believed?" in page
    assert ", give or take" in page
    assert "may leave within 6 months" in page
    assert "plan is monthly" in page


def test_who_may_leave_says_what_it_would_take(acme: Cast, ada: Client) -> None:
    assert "Too few departures to learn from" in ada.get("/w/acme/leaving/risk/").content.decode()


def test_gone_without_a_word_lists_those_who_spent_most(acme: Cast, ada: Client) -> None:
    assert "No rhythm of purchases yet" in ada.get("/w/acme/leaving/silence/").content.decode()
    at = timezone.now()
    weekly = [(n, day, 10.0) for n in range(300) for day in range(n % 7, 400, 7)]
    gone = [(1_000 + n, day, 100.0) for n in range(40) for day in range(300, 400, 7)]
    open_lake().record(
        "events",
        [
            {
                "id": f"{who}:{day}", "customer_id": f"{who}", "at": at - timedelta(days=day), "source": "event",
                "activity": "purchase", "amount": amount,
            }
            for who, day, amount in (*weekly, *gone)
        ],
    )  # fmt: skip
    page = ada.get("/w/acme/leaving/silence/").content.decode()
    assert "Of 340 customers who ever bought" in page
    assert "1,500" in page
    assert "40 who had bought more than once" in page


def test_dan_finds_no_page_about_who_may_leave(cast: Cast, dan: Client) -> None:
    assert dan.get("/w/acme/leaving/risk/").status_code == 404
    assert dan.get("/w/acme/leaving/silence/").status_code == 404


def test_what_stands_is_shown_at_once_and_the_worker_is_asked_for_what_is_newer(answered: Cast, ada: Client) -> None:
    page = ada.get("/w/acme/matters/").content.decode()
    assert "Waiting for the worker" in page
    assert Reckoning.objects.get().stage == "asked"
    ada.get("/w/acme/matters/")
    assert Reckoning.objects.count() == 1, "asking twice asks once"
    work()
    page = ada.get("/w/acme/matters/").content.decode()
    assert "Worked out" in page
    assert Reckoning.objects.get().stage == "done"


def test_a_reckoning_that_fails_says_why_and_what_stood_before_still_stands(answered: Cast, ada: Client) -> None:
    ada.get("/w/acme/matters/")
    work()
    kept = Reckoning.objects.get()
    fail_reckoning(kept, "ValueError: too warm")
    page = ada.get("/w/acme/matters/").content.decode()
    assert "too warm" in page
    assert "how often they had to get in touch" in page


def test_progress_is_told_only_of_what_somebody_knows_how_to_work_out(answered: Cast, ada: Client, dan: Client) -> None:
    ada.get("/w/acme/matters/")
    assert "Waiting" in ada.get("/w/acme/matters/progress/?about=matters:effective:").content.decode()
    assert ada.get("/w/acme/matters/progress/?about=secrets").status_code == 404
    assert dan.get("/w/acme/matters/progress/?about=matters:effective:").status_code == 404
