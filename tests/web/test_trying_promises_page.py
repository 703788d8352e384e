"""Trying a promise on history, on its page: the same figures as the trial, and one step to promising it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.analysis.invented import outcome
from tests.cases.stories import AT, DAY, HOUR, open_by_no
from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.cases.actions import write_to_customer
from untilyes.cases.trials import actions, jobs
from untilyes.cases.trials.actions import KEPT, ask_for_trial
from untilyes.cases.trials.asking import Asked, Source
from untilyes.customers.events import CustomerErased
from untilyes.feedback.queries import open_lake
from untilyes.insights.actions import work_out
from untilyes.insights.models import Reckoning
from untilyes.insights.queries import read_reckoning
from untilyes.plumbing.announce import announce
from untilyes.promises.actions import make_calendar, make_promise
from untilyes.promises.models import Promise
from untilyes.promises.queries import list_terms
from untilyes.promises.rules import Measures
from untilyes.stats import estimate_share
from untilyes.workspaces.models import Member

PAGE = "/w/acme/promises/try/"
END = AT + 20 * DAY
FORBIDDEN, NOT_FOUND, REFUSED = 403, 404, 422
TYPED = {"on": "cases", "about": "first_response", "limit": "5", "limit_unit": "hours", "target": "2"} | {
    "target_unit": "hours",
    "calendar": "",
}
ASKED = Asked(Source.CASES, "", Measures.FIRST_RESPONSE, 5 * HOUR, 2 * HOUR)


@pytest.fixture
def answered(acme: Cast) -> Promise:
    """A promise of five hours, and eight nos answered after one to eight."""
    made = make_promise(
        "First answer", about=Measures.FIRST_RESPONSE, limit=5 * HOUR, target=2 * HOUR, at=AT - DAY, by=acme.ada
    )
    for number in range(1, 9):
        case = open_by_no(acme, interaction_id=f"order-{number}", at=AT)
        write_to_customer(case, "On it.", by=acme.ben, at=AT + number * HOUR)
    return made


def let_the_worker_try() -> None:
    for waiting in Reckoning.objects.filter(stage=Reckoning.Stage.ASKED):
        work_out(waiting, clock=lambda: END)


def test_a_small_history_is_tried_at_once_and_the_page_says_what_the_trial_says(answered: Promise, ada: Client) -> None:
    page = ada.get(PAGE, TYPED).content.decode()
    tried = read_reckoning(ASKED.subject).value
    assert (tried.kept.value, tried.on_target.value, tried.misses) == (5 / 8, 2 / 8, 3)
    assert tried.kept.sentence() in page
    assert tried.on_target.sentence() in page
    assert "May 2026" in page
    assert all(f"#{run.matter}</a>" in page for run in tried.missed)
    assert "Half were delivered" in page


def test_a_large_history_is_tried_by_the_worker(answered: Promise, ada: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "SMALL", 7)
    first = ada.get(PAGE, TYPED)
    assert first.status_code == 200
    assert "Waiting for the worker" in first.content.decode()
    let_the_worker_try()
    assert "What it would have come to" in ada.get(PAGE, TYPED).content.decode()


def test_what_would_have_been_missed_is_taken_away_by_whoever_may_see_customers(
    answered: Promise, ada: Client, vera: Member, dan: Client
) -> None:
    ada.get(PAGE, TYPED)
    page = ada.get(PAGE, TYPED).content.decode()
    address = f"{PAGE}misses.csv?about={quote(ASKED.subject)}"
    assert f'href="{address}"' in page
    lines = ada.get(address).content.decode().splitlines()
    assert lines[0] == "matter,team,channel,given_at,due_at,done_at,over_s"
    assert [line.split(",")[-1] for line in lines[1:]] == ["10800", "7200", "3600"]
    assert ada.get(f"{PAGE}misses.csv?about=matters:effective:").status_code == NOT_FOUND
    for nothing in ("trial:nothing", "trials", ""):
        assert ada.get(f"{PAGE}misses.csv?about={nothing}").status_code == NOT_FOUND
    assert sign_in(vera.user.email).get(address).status_code == FORBIDDEN
    assert dan.get(address).status_code == NOT_FOUND
    assert dan.get(address.replace("acme", "globex")).status_code == NOT_FOUND


def test_a_promise_of_ours_is_tried_as_it_stands_at_once(answered: Promise, ada: Client) -> None:
    page = ada.get(f"/w/acme/promises/of/{answered.slug}/").content.decode()
    assert f"/w/acme/promises/try/?of={answered.slug}" in page
    ada.get(PAGE, {"of": answered.slug})
    assert [kept.about for kept in Reckoning.objects.all()] == [ASKED.subject]


def test_where_only_deliveries_are_known_the_page_begins_with_one(acme: Cast, ada: Client) -> None:
    given = [outcome(f"o{n}", due=5, kept=1 + n % 8, interaction_id=f"i{n}") for n in range(15)]
    before = outcome("early", due=5, kept=-1)  # written down as delivered before it was ordered
    open_lake().record("outcomes", [*given, before])
    first = ada.get(PAGE)
    assert first.status_code == 200
    assert "Every time “delivery” was given" in first.content.decode()
    assert estimate_share(11, 16).sentence() in first.content.decode()


def test_a_trial_that_comes_to_nothing_says_so_and_the_page_stands(
    answered: Promise, ada: Client, monkeypatch: Any
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("The log is torn.")

    monkeypatch.setattr(jobs, "sum_up_trial", fail)
    page = ada.get(PAGE, TYPED)
    assert page.status_code == 200
    assert "It came to nothing: ValueError: The log is torn." in page.content.decode()


def test_what_was_tried_is_promised_with_one_step_and_a_looser_one_needs_a_reason(
    answered: Promise, ada: Client
) -> None:
    typed = TYPED | {"limit": "8", "target": "4", "of": answered.slug}
    page = ada.get(PAGE, typed).content.decode()
    assert f'action="/w/acme/promises/of/{answered.slug}/change/"' in page
    assert '<input type="hidden" name="limit" value="8">' in page
    change = {name: typed[name] for name in ("limit", "limit_unit", "target", "target_unit", "calendar")}
    address = f"/w/acme/promises/of/{answered.slug}/change/"
    assert ada.post(address, change).status_code == REFUSED
    ada.post(address, change | {"reason": "Half a day is what we can do."})
    assert list_terms(answered)[0].limit == 8 * HOUR


def test_what_is_tried_before_there_is_a_promise_fills_in_the_form_that_makes_it(
    answered: Promise, ada: Client
) -> None:
    ada.get(PAGE, TYPED)
    let_the_worker_try()
    assert (
        "/w/acme/promises/make/?on=cases&amp;about=first_response&amp;limit=5" in ada.get(PAGE, TYPED).content.decode()
    )
    form = ada.get("/w/acme/promises/make/", TYPED).content.decode()
    assert 'name="limit" value="5"' in form
    assert '<option value="first_response" selected>' in form


def test_a_calendar_counts_and_one_team_can_be_tried_alone(answered: Promise, ada: Client) -> None:
    office = make_calendar("Office", zone="Europe/Berlin", week={"mon": "09:00-17:00"}, at=AT - DAY)
    ada.get(PAGE, TYPED | {"calendar": "office", "team": "Shoes"})
    [kept] = Reckoning.objects.all()
    assert kept.about.endswith(f":{office.versions.get().pk}:Shoes:")
    assert "All teams and channels" in ada.get(PAGE, TYPED | {"team": "Shoes"}).content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"target": "6"}, "looser than the promise"),
        ({"about": "imported"}, "does not tell of"),
        ({"on": "log:nothing"}, "Select a valid choice"),
        ({"limit": "soon"}, "Enter a number"),
    ],
    ids=["target", "kind", "history", "limit"],
)
def test_what_cannot_be_tried_is_said_beside_what_was_typed(
    answered: Promise, ada: Client, wrong: dict[str, str], says: str
) -> None:
    refused = ada.get(PAGE, TYPED | wrong)
    assert refused.status_code == REFUSED
    assert says in refused.content.decode()
    assert Reckoning.objects.count() == 0


def test_whoever_may_not_see_customers_sees_shares_and_no_single_case(answered: Promise, vera: Member) -> None:
    ask_for_trial(ASKED, matters=8, at=END)
    page = sign_in(vera.user.email).get(PAGE, TYPED).content.decode()
    assert "What it would have come to" in page
    assert "Who would have waited" not in page
    assert "Promise this" not in page


def test_dan_finds_neither_the_page_nor_the_promise_in_his_own_house(answered: Promise, dan: Client) -> None:
    assert dan.get(PAGE, TYPED).status_code == NOT_FOUND
    assert dan.get("/w/globex/promises/try/", {"of": answered.slug}).status_code == NOT_FOUND
    assert "No history to try a promise on yet" in dan.get("/w/globex/promises/try/").content.decode()


def test_only_the_latest_trials_stand(answered: Promise) -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    for number in range(KEPT + 3):
        Reckoning.objects.create(
            about=f"trial:old{number}", stage=Reckoning.Stage.DONE, asked_at=at - timedelta(days=number + 1)
        )
    ask_for_trial(ASKED, matters=8, at=at)
    left = set(Reckoning.objects.values_list("about", flat=True))
    assert ASKED.subject in left
    assert f"trial:old{KEPT - 2}" in left
    assert f"trial:old{KEPT - 1}" not in left


def test_when_a_customer_is_erased_no_trial_goes_on_naming_what_was_theirs(acme: Cast, answered: Promise) -> None:
    ask_for_trial(ASKED, matters=8, at=END)
    announce(CustomerErased(customer_id=acme.cleo.pk, at=END))
    assert Reckoning.objects.count() == 0
