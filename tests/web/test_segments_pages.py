"""Segments at the staff door: looked for, kept, drawn by hand, looked into, and used to narrow a measure."""

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client

from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.feedback.queries import open_lake
from untilyes.plumbing.clock import now
from untilyes.segments.actions import look_for_segments
from untilyes.segments.models import Segment, SegmentLook
from untilyes.voices.models import Topic
from untilyes.workspaces.models import Member

PAGE = "/w/acme/segments/"


def known(number: int, *, plan: str, country: str) -> dict[str, Any]:
    return {
        "id": f"c{number}", "customer_id": f"c{number}", "at": now() - timedelta(days=2), "source": "event",
        "joined_at": now() - timedelta(days=500), "traits": json.dumps({"plan": plan, "country": country}),
    }  # fmt: skip


@pytest.fixture
def divided(acme: Cast) -> Cast:
    """1,600 customers; those who pay come for invoices and are content, the others for sizes and are not."""
    rng = np.random.default_rng(4)
    plans = rng.choice(["free", "paid"], 1_600)
    lake = open_lake()
    lake.record(
        "customers",
        [known(n, plan=str(plan), country=str(rng.choice(["DE", "ES"]))) for n, plan in enumerate(plans)],
    )
    came = [
        {
            "id": f"i{n}", "interaction_id": f"i{n}", "customer_id": f"c{n}", "at": now() - timedelta(days=9),
            "source": "ticket",
            "task": "get an invoice" if (plan == "paid") == (rng.random() < 0.8) else "choose a size",
        }
        for n, plan in enumerate(plans)
    ]  # fmt: skip
    lake.record("interactions", came)
    lake.record(
        "answers",
        [
            {
                "id": f"a{n}", "customer_id": f"c{n}", "at": now() - timedelta(days=8), "source": "survey",
                "question": "effective", "value": float(rng.random() < (0.9 if plan == "paid" else 0.6)),
                "scale_min": 0, "scale_max": 1,
            }
            for n, plan in enumerate(plans)
        ],
    )  # fmt: skip
    return acme


def look(client: Client) -> SegmentLook:
    client.post(f"{PAGE}look/")
    return look_for_segments(SegmentLook.objects.get(), clock=now)


def test_a_found_group_is_kept_and_narrows_a_measure(divided: Cast, ada: Client) -> None:
    found = look(ada)
    assert found.stage == SegmentLook.Stage.DONE
    page = ada.get(PAGE).content.decode()
    assert "groups of 1,600 customers need different things" in page
    assert "Plan is paid" in page
    assert "Get an invoice" in page
    sent = next(one for one in found.proposals if one["told"] == "plan is paid")["conditions"][0]
    kept = ada.post(f"{PAGE}keep/", {"name": "Payers", "was_found": "yes", **sent}, follow=True).content.decode()
    assert "“Payers” is kept" in kept
    assert "Plan is paid: " in kept
    narrowed = ada.get("/w/acme/measures/", {"measure": "effectiveness", "segment": "payers"}).content.decode()
    assert "Payers" in narrowed
    whole = Segment.objects.get().rules
    assert [one.told for one in whole] == ["plan is paid"]


def test_a_number_narrowed_to_a_segment_counts_its_rows(divided: Cast, ada: Client) -> None:
    ada.post(f"{PAGE}keep/", {"name": "Payers", "trait": "plan", "how": "is", "value": "paid"})
    asked = {"measure": "effectiveness", "segment": "payers"}
    table = ada.get("/w/acme/measures/cells.csv", asked).content.decode().splitlines()
    paying = sum(
        json.loads(row["traits"])["plan"] == "paid"
        for row in open_lake().read("customers").select("traits").to_pyarrow().to_pylist()
    )
    assert f",{paying}," in table[1]
    assert "Payers" in ada.get("/w/acme/measures/rows/", asked).content.decode()


PAGES = (
    "scores", "journeys", "journeys/path", "journeys/teams", "journeys/waits", "matters", "voices/search", "leaving",
    "service-quality",
)  # fmt: skip


def tell_of(plan: str) -> None:
    """Scores, words and a journey of those on a plan; whoever pays gives a nine, the others a three."""
    lake = open_lake()
    customers = lake.read("customers").select("customer_id", "traits").to_pyarrow().to_pylist()
    theirs = sorted(row["customer_id"] for row in customers if json.loads(row["traits"])["plan"] == plan)
    at = now() - timedelta(days=20)
    fact = [{"id": f"n-{one}", "customer_id": one, "at": at, "source": "survey"} for one in theirs]
    score = {"question": "nps", "value": 9.0 if plan == "paid" else 3.0, "scale_min": 0, "scale_max": 10}
    lake.record("answers", [{**one, **score} for one in fact])
    lake.record("comments", [{**one, "text": f"The {plan} plan is what I expected"} for one in fact])
    steps = ("ordered", "delivered" if plan == "paid" else "cancelled")
    for number, step in enumerate(steps):
        when = {"at": at + timedelta(hours=number), "activity": step}
        lake.record("events", [{**one, **when, "id": f"{step}-{one['id']}", "process_id": one["id"]} for one in fact])


def test_any_page_of_understanding_can_be_about_one_segment(divided: Cast, ada: Client) -> None:
    tell_of("paid")
    tell_of("free")
    ada.post(f"{PAGE}keep/", {"name": "Payers", "trait": "plan", "how": "is", "value": "paid"})
    asked = {"segment": "payers"}
    everybody, theirs = (ada.get("/w/acme/scores/", {"score": "", **one}).content.decode() for one in ({}, asked))
    assert "100" in theirs
    assert everybody != theirs
    journeys = ada.get("/w/acme/journeys/", asked).content.decode()
    assert "delivered" in journeys
    assert "cancelled" not in journeys
    assert "cancelled" in ada.get("/w/acme/journeys/").content.decode()
    found = ada.get("/w/acme/voices/search/", {"q": "free", **asked}).content.decode()
    assert "Nobody has said this" in found


def test_these_pages_offer_the_segments_and_say_whose_they_are(divided: Cast, ada: Client) -> None:
    tell_of("paid")
    ada.post(f"{PAGE}keep/", {"name": "Payers", "trait": "plan", "how": "is", "value": "paid"})
    for page in PAGES:
        shown = ada.get(f"/w/acme/{page}/", {"segment": "payers"})
        assert (page, shown.status_code) == (page, 200)
        assert "Only customers of" in shown.content.decode(), page
        assert ada.get(f"/w/acme/{page}/", {"segment": "savers"}).status_code == 404, page


def test_a_segment_that_is_gone_says_so(divided: Cast, ada: Client) -> None:
    answer = ada.get("/w/acme/measures/", {"measure": "effectiveness", "segment": "payers"})
    assert answer.status_code == 400
    assert "no segment “payers” any more" in answer.content.decode()


def test_what_cannot_be_a_segment_is_said_and_what_was_typed_is_kept(divided: Cast, ada: Client) -> None:
    answer = ada.post(f"{PAGE}keep/", {"name": "Old", "trait": "plan", "how": "under", "value": "many"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "needs one, like 12" in page
    assert 'value="many"' in page
    assert not Segment.objects.exists()


def test_who_wrote_of_a_topic_is_a_segment(divided: Cast, ada: Client) -> None:
    """By the name people call it, filled in by the topic's page."""
    Topic.objects.create(key="en-size", language="en", names=["wrong size"], weights={"size": 1.0}, is_heard=True)
    about = {"source": "survey", "language": "en", "topics": "en-size", "topic_names": "wrong size"}
    at = now() - timedelta(days=6)
    open_lake().replace("heard", [{"id": f"h{n}", "customer_id": f"c{n}", "at": at, **about} for n in range(200)])
    address = f"{PAGE}?trait=wrote_of&how=is&value=wrong%20size"
    assert 'value="wrong size"' in ada.get(address).content.decode()
    answer = ada.post(
        f"{PAGE}keep/", {"name": "Sizes", "trait": "wrote_of", "how": "is", "value": "Wrong size"}, follow=True
    )
    assert "Wrote of wrong size: 200 customers" in answer.content.decode()
    narrowed = ada.get("/w/acme/measures/", {"measure": "effectiveness", "segment": "sizes", "by": "month"})
    assert "200" in narrowed.content.decode()


def test_what_made_somebody_a_member_is_not_told_of_them_again(divided: Cast, ada: Client) -> None:
    form = {"name": "Unhappy", "trait": "noes_in_a_year", "how": "from", "value": "1"}
    page = ada.post(f"{PAGE}keep/", form, follow=True).content.decode()
    assert "Noes in a year from 1:" in page
    assert "Said no" not in page
    assert "Get an invoice" in page


def test_a_topic_nobody_knows_is_no_segment(divided: Cast, ada: Client) -> None:
    answer = ada.post(f"{PAGE}keep/", {"name": "Sizes", "trait": "wrote_of", "how": "is", "value": "sizzes"})
    assert answer.status_code == 422
    assert "No topic is called “sizzes”" in answer.content.decode()


def test_a_segment_of_a_handful_shows_no_portrait(divided: Cast, ada: Client) -> None:
    open_lake().record("customers", [known(9_000 + n, plan="gold", country="DE") for n in range(3)])
    page = ada.post(
        f"{PAGE}keep/", {"name": "Gold", "trait": "plan", "how": "is", "value": "gold"}, follow=True
    ).content.decode()
    assert "too few customers to show" in page
    assert "Demographic" not in page


def test_who_looks_on_keeps_nothing(divided: Cast, vera: Member) -> None:
    client = sign_in("vera@acme.example")
    assert client.get(PAGE).status_code == 200
    answer = client.post(f"{PAGE}keep/", {"name": "Mine", "trait": "plan", "how": "is", "value": "paid"})
    assert answer.status_code == 403


def test_dan_finds_no_segment(divided: Cast, ada: Client, dan: Client) -> None:
    ada.post(f"{PAGE}keep/", {"name": "Payers", "trait": "plan", "how": "is", "value": "paid"})
    assert dan.get(PAGE).status_code == 404
    assert dan.get(f"{PAGE}payers/").status_code == 404
    assert dan.post(f"{PAGE}payers/drop/").status_code == 404
    assert Segment.objects.count() == 1
