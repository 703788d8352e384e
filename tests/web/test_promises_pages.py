"""The promises pages: how each was kept, what its margin is worth, and promising something else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.analysis.invented import answer, outcome
from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.analysis.margins import read_margin_curve, read_staying_curve
from untilyes.analysis.measures import MEASURES
from untilyes.feedback.facts import Circumstances
from untilyes.feedback.queries import open_lake
from untilyes.promises.actions import make_promise, start_clock
from untilyes.promises.models import Promise
from untilyes.promises.queries import is_given_as_day, list_terms, read_curve
from untilyes.promises.rules import Measures
from untilyes.segments.actions import keep_segment
from untilyes.stats import estimate_share
from untilyes.workspaces.models import Member

PAGE = "/w/acme/promises/"
MADE = datetime(2026, 1, 1, tzinfo=UTC)
FORBIDDEN, NOT_FOUND, WRONG_METHOD, REDIRECT, REFUSED = 403, 404, 405, 302, 422
TERMS = {"limit": "5", "limit_unit": "days", "target": "4", "target_unit": "days", "reason": ""}


@pytest.fixture
def delivery(acme: Cast) -> Promise:
    """A promise of five days that two hundred customers were given: those served late say no."""
    promise = make_promise(
        "Delivered within five days", slug="delivery", about=Measures.IMPORTED,
        limit=timedelta(days=5), target=timedelta(days=4), at=MADE, by=acme.ada,
    )  # fmt: skip
    at = datetime(2026, 3, 2, 9, 17, 4, tzinfo=UTC)
    late = [n % 5 == 0 for n in range(200)]
    outcomes: list[dict[str, Any]] = [
        outcome(f"o{n}", due=5, kept=6 + n % 3 if late[n] else 1 + n % 4, at=at, interaction_id=f"i{n}")
        for n in range(200)
    ]
    said = [
        answer(
            f"a{n}", "effective", float(not late[n] or n % 20 == 0), at=at + timedelta(days=20), interaction_id=f"i{n}"
        )
        for n in range(200)
    ]
    open_lake().record("outcomes", outcomes)
    open_lake().record("answers", said)
    return promise


@pytest.mark.usefixtures("delivery")
def test_a_curve_that_was_worked_out_before_takes_in_what_customers_say_next(acme: Cast) -> None:
    before = read_curve("delivery", outcome="effective").n
    at = datetime(2026, 3, 2, 9, 17, 4, tzinfo=UTC)
    open_lake().record("outcomes", [outcome("new", due=5, kept=2, at=at, interaction_id="new")])
    open_lake().record("answers", [answer("new", "effective", 1.0, at=at + timedelta(days=20), interaction_id="new")])
    assert read_curve("delivery", outcome="effective").n == before + 1


@pytest.mark.usefixtures("delivery")
def test_the_pages_say_the_kept_share_that_the_measure_says(ada: Client) -> None:
    kept = MEASURES["promise_kept"](open_lake(), by=("promise",)).total
    assert (kept.value, kept.n) == (0.8, 200)
    assert kept.brief() in ada.get(PAGE).content.decode()
    assert kept.sentence() in ada.get(f"{PAGE}of/delivery/").content.decode()


@pytest.mark.usefixtures("delivery")
def test_the_curve_on_the_page_is_the_curve_of_the_analysis(ada: Client) -> None:
    curve = read_margin_curve(open_lake(), "delivery")
    page = ada.get(f"{PAGE}of/delivery/").content.decode()
    assert curve.cliff.is_real
    assert curve.sentence in page
    assert str(curve.cliff).split(":")[0] in page
    for point in curve.points:
        assert f"{point.yes.n:,.0f}" in page
        assert point.yes.brief() in page
    assert curve.sentence in ada.get(PAGE).content.decode()


@pytest.mark.usefixtures("delivery")
def test_clocks_that_run_past_their_promise_are_counted(acme: Cast, ada: Client, delivery: Promise) -> None:
    start_clock(delivery, about="order:1", when=Circumstances(at=MADE + timedelta(days=1), source="event"))
    page = ada.get(f"{PAGE}of/delivery/").content.decode()
    assert "1</span><small>still open and overdue" in page.replace("▼ ", "").replace('<span class="verdict worse">', "")
    assert "1 past promise" in ada.get(PAGE).content.decode()


@pytest.mark.usefixtures("delivery")
def test_only_outcomes_that_customers_answered_can_be_laid_against(ada: Client) -> None:
    page = ada.get(f"{PAGE}of/delivery/?outcome=nps").content.decode()
    assert "Yes to both questions" in page
    assert "Would recommend" not in page


@pytest.mark.usefixtures("delivery")
def test_where_nobody_is_known_to_have_left_the_page_says_why_staying_is_not_laid_against(ada: Client) -> None:
    page = ada.get(f"{PAGE}of/delivery/?outcome=stayed").content.decode()
    assert "No customer is known to have left" in page
    assert "Who stayed" not in page


def test_who_stayed_is_laid_against_the_margin_as_the_analysis_has_it(acme: Cast, ada: Client) -> None:
    at = datetime(2025, 3, 2, 9, tzinfo=UTC)
    leaves = [n % 5 == 0 if n < 100 else n % 2 == 0 for n in range(150)]
    known = {"at": at, "joined_at": at, "source": "event"}
    gone = [{"left_at": at + timedelta(days=60) if left else None} for left in leaves]
    edges = [{"id": name, "left_at": at + timedelta(days=day)} | known for name, day in (("a", 0), ("z", 400))]
    customers = [{"id": f"c{n}", "customer_id": f"c{n}", **known, **gone[n]} for n in range(150)]
    open_lake().record("customers", [*edges, *customers])
    kept = [outcome(f"o{n}", due=5, kept=3 if n < 100 else 9, at=at, customer_id=f"c{n}") for n in range(150)]
    open_lake().record("outcomes", kept)
    curve = read_staying_curve(open_lake(), "delivery")
    assert (curve.kept.value, curve.broken.value) == (0.8, 0.5)
    page = ada.get(f"{PAGE}of/delivery/?outcome=stayed").content.decode()
    assert '<option value="stayed" selected>Who stayed</option>' in page
    assert curve.sentence in page
    assert "An association" in page
    assert curve.broken.brief() in page


def test_segments_stand_side_by_side_as_the_measure_has_them(acme: Cast, ada: Client) -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    plans = ["paid" if n % 2 else "free" for n in range(60)]
    known = {"at": at, "joined_at": at, "source": "event"}
    open_lake().record(
        "customers",
        [
            {"id": f"c{n}", "customer_id": f"c{n}", "traits": f'{{"plan": "{plan}"}}'} | known
            for n, plan in enumerate(plans)
        ],
    )
    late = [n % 4 == 0 for n in range(60)]
    given = [outcome(f"o{n}", due=5, kept=7 if late[n] else 2, at=at, customer_id=f"c{n}") for n in range(60)]
    open_lake().record("outcomes", given)
    for name, plan in (("Those who pay", "paid"), ("Those who do not", "free"), ("Nobody", "gold")):
        keep_segment(name, [{"trait": "plan", "how": "is", "value": plan}], by=acme.ada, at=at)
    page = ada.get(f"{PAGE}of/delivery/?by=segment").content.decode()
    assert "Side by side by segment" in page
    for name, kept in (("Those who pay", 1.0), ("Those who do not", 0.5)):
        assert name in page
        assert estimate_share(kept * 30, 30).brief() in page
    assert page.count('<th scope="row">Nobody</th>') == 0


@pytest.mark.usefixtures("delivery")
def test_days_before_which_nothing_was_promised_show_nothing(ada: Client) -> None:
    page = ada.get(f"{PAGE}of/delivery/?days=28")
    assert page.status_code == 200
    assert "nothing to go by yet" in page.content.decode()
    assert ada.get(f"{PAGE}of/delivery/?days=never").status_code == 200


def test_a_promise_known_from_imports_only_has_no_terms_to_change(acme: Cast, ada: Client) -> None:
    open_lake().record("outcomes", [outcome(f"o{n}", due=2, kept=1, promise="first reply") for n in range(9)])
    page = ada.get(f"{PAGE}of/first%20reply/")
    assert page.status_code == 200
    assert "Known from imports" in page.content.decode()
    assert "Change what we promise" not in page.content.decode()
    assert ada.post(f"{PAGE}of/first%20reply/change/", TERMS).status_code == NOT_FOUND


def test_a_promise_that_names_a_day_says_that_the_day_counts(acme: Cast, ada: Client) -> None:
    ends = datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC)
    dated = [outcome(f"o{n}", due=0, kept=-1, due_at=ends + timedelta(days=n)) for n in range(30)]
    open_lake().record("outcomes", dated)
    assert is_given_as_day("delivery")
    assert "kept until that day ends" in ada.get(f"{PAGE}of/delivery/").content.decode()


@pytest.mark.usefixtures("delivery")
def test_a_promise_that_names_a_moment_does_not(ada: Client) -> None:
    assert not is_given_as_day("delivery")
    assert "kept until that day ends" not in ada.get(f"{PAGE}of/delivery/").content.decode()


def test_an_owner_makes_a_promise(acme: Cast, ada: Client) -> None:
    asked = TERMS | {"name": "Money back", "about": "imported", "limit": "2.5", "target": "36", "target_unit": "hours"}
    response = ada.post(f"{PAGE}make/", asked)
    assert response.headers["Location"] == f"{PAGE}of/money-back/"
    [terms] = list_terms(Promise.objects.get(slug="money-back"))
    assert (terms.limit, terms.target, terms.by) == (timedelta(hours=60), timedelta(hours=36), acme.ada)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"target": "6"}, "is looser than the promise"),
        ({"name": "Delivered"}, "already; change that one"),
        ({"name": "!?"}, "needs a letter or a digit"),
        ({"limit": "0"}, "greater than or equal to 0.01"),
        ({"limit": "1e300"}, "less than or equal to"),
        ({"target_unit": "moons"}, "Select a valid choice"),
    ],
)
def test_a_promise_that_cannot_be_made_keeps_what_was_typed_and_says_why(
    acme: Cast, ada: Client, wrong: dict[str, str], sentence: str
) -> None:
    make_promise(
        "Delivered", about=Measures.IMPORTED, limit=timedelta(days=5), target=timedelta(days=4), at=MADE, by=acme.ada
    )
    response = ada.post(f"{PAGE}make/", TERMS | {"name": "My own words", "about": "imported"} | wrong)
    assert response.status_code == REFUSED
    assert sentence in response.content.decode()
    assert f'value="{wrong.get("name", "My own words")}"' in response.content.decode()
    assert Promise.objects.count() == 1


def test_a_tighter_promise_needs_no_reason_and_a_looser_one_does(delivery: Promise, ada: Client) -> None:
    address = f"{PAGE}of/delivery/change/"
    assert ada.post(address, TERMS | {"limit": "4", "target": "3"}).status_code == REDIRECT
    refused = ada.post(address, TERMS | {"limit": "6", "target": "3"})
    assert refused.status_code == REFUSED
    assert "say why" in refused.content.decode()
    assert 'value="6"' in refused.content.decode()
    loosened = ada.post(address, TERMS | {"limit": "6", "target": "3", "reason": "The border is closed"})
    assert loosened.status_code == REDIRECT
    assert [terms.limit.days for terms in list_terms(delivery)] == [6, 4, 5]
    assert "The border is closed" in ada.get(f"{PAGE}of/delivery/").content.decode()


def test_a_target_looser_than_its_promise_is_refused(delivery: Promise, ada: Client) -> None:
    refused = ada.post(f"{PAGE}of/delivery/change/", TERMS | {"limit": "4", "target": "5"})
    assert refused.status_code == REFUSED
    assert len(list_terms(delivery)) == 1


def test_a_promise_is_shown_hidden_and_retired(delivery: Promise, ada: Client) -> None:
    for answer_given, is_public in (("yes", True), ("no", False)):
        ada.post(f"{PAGE}of/delivery/publish/", {"is_public": answer_given})
        delivery.refresh_from_db()
        assert delivery.is_public is is_public
    ada.post(f"{PAGE}of/delivery/retire/")
    delivery.refresh_from_db()
    assert delivery.retired_at is not None


@pytest.mark.parametrize("verb", ["make/", "of/delivery/change/", "of/delivery/publish/", "of/delivery/retire/"])
def test_agents_and_viewers_promise_nothing(
    delivery: Promise, ben: Client, vera: Member, dan: Client, client: Client, verb: str
) -> None:
    for browser in (ben, sign_in(vera.user.email)):
        assert browser.post(PAGE + verb, TERMS).status_code == FORBIDDEN
        assert "Change what we promise" not in browser.get(f"{PAGE}of/delivery/").content.decode()
    assert dan.post(PAGE + verb, TERMS).status_code == NOT_FOUND
    assert client.post(PAGE + verb, TERMS).headers["Location"].startswith("/accounts/login/")
    if verb != "make/":
        assert ben.get(PAGE + verb).status_code == WRONG_METHOD
    delivery.refresh_from_db()
    assert (delivery.retired_at, delivery.is_public, len(list_terms(delivery))) == (None, False, 1)


@pytest.mark.usefixtures("delivery")
def test_dan_finds_neither_the_promises_nor_one_of_them_in_his_own_house(dan: Client) -> None:
    assert dan.get(PAGE).status_code == NOT_FOUND
    assert dan.get(f"{PAGE}of/delivery/").status_code == NOT_FOUND
    assert dan.get("/w/globex/promises/of/delivery/").status_code == NOT_FOUND
    assert "Delivered" not in dan.get("/w/globex/promises/").content.decode()


def test_an_empty_house_is_told_how_to_begin(acme: Cast, ada: Client) -> None:
    assert "Nothing promised yet" in ada.get(PAGE).content.decode()
