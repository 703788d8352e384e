"""Why things go wrong, and whether everybody who was unhappy was followed up: each number with its rows."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cases.stories import DAY, HOUR, NO, YES, ask, fresh, open_by_no, propose, say
from tests.cast import Cast
from tests.web.test_working_a_case import words_of
from untilyes.cases.actions import merge_cases, move_cause, retire_cause, set_root_cause
from untilyes.cases.causes import BadCause, read_path
from untilyes.cases.models import Case, RootCause, Signal
from untilyes.cases.queries import list_causes, list_coverage, read_coverage, read_coverage_by, read_pareto
from untilyes.cases.rules import NotPossible
from untilyes.customers.actions import welcome_customer
from untilyes.feedback.models import OutboxEntry
from untilyes.plumbing.clock import now
from untilyes.stats import wilson
from untilyes.surveys.models import Response
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.models import Member

OK, FORBIDDEN, UNPROCESSABLE, NOT_FOUND = 200, 403, 422, 404
CAUSES, COVERAGE = "/w/acme/cases/causes/", "/w/acme/cases/coverage/"


def open_caused(acme: Cast, cause: str, *, number: int, days: float = 5) -> Case:
    case = open_by_no(acme, interaction_id=f"order-{number}", at=now() - timedelta(days=days))
    set_root_cause(case, cause, by=acme.ben, at=now() - timedelta(days=days))
    return fresh(case)


@pytest.fixture
def seven(acme: Cast) -> list[Case]:
    """Four of delivery (three by the carrier), two of billing, one that has no cause."""
    causes = [*["Delivery › Carrier"] * 3, "Delivery › Warehouse", "Billing", "billing"]
    cases = [open_caused(acme, cause, number=number) for number, cause in enumerate(causes)]
    return [*cases, open_by_no(acme, interaction_id="order-9", at=now() - DAY)]


def test_causes_grow_into_a_tree_whose_names_are_written_once(seven: list[Case]) -> None:
    assert [line.path for line in list_causes()] == [
        "Billing",
        "Delivery",
        "Delivery › Carrier",
        "Delivery › Warehouse",
    ]
    assert seven[5].root_cause == "Billing"


@pytest.mark.parametrize("text", ["", " / ", "a/b/c/d/e", "x" * 81], ids=["empty", "slash", "deep", "long"])
def test_what_names_no_cause_is_refused(text: str) -> None:
    with pytest.raises(BadCause):
        read_path(text)


def test_the_shares_of_causes_are_counted_by_hand_and_hold_together(acme: Cast, seven: list[Case]) -> None:
    pareto = read_pareto(since=now() - 30 * DAY, until=now())
    assert [(bar.path, bar.count, bar.is_leaf) for bar in pareto.bars] == [("Delivery", 4, False), ("Billing", 2, True)]
    assert pareto.named.value == pytest.approx(6 / 7)
    assert (pareto.total, pareto.counted) == (7, 6)
    share = pareto.bars[0].share
    low, high = wilson(4, 6, 0.975)  # two causes, so half the error each
    assert (share.value, share.low, share.high) == pytest.approx((4 / 6, float(low), float(high)))
    assert [bar.so_far for bar in pareto.bars] == pytest.approx([4 / 6, 1])
    below = read_pareto(since=now() - 30 * DAY, until=now(), under="delivery")
    assert [(bar.name, bar.count) for bar in below.bars] == [("Carrier", 3), ("Warehouse", 1)]


def test_a_duplicate_is_counted_once_and_an_older_case_not_at_all(acme: Cast, seven: list[Case]) -> None:
    open_caused(acme, "Billing", number=20, days=60)
    merge_cases(seven[4], seven[5], by=acme.ben, at=now())
    pareto = read_pareto(since=now() - 30 * DAY, until=now())
    assert {bar.path: bar.count for bar in pareto.bars} == {"Delivery": 4, "Billing": 1}


def test_a_cause_that_grows_is_worse_and_chance_is_no_change(acme: Cast) -> None:
    cause = RootCause.objects.create(name="Carrier", path="Carrier", made_at=now())
    other = RootCause.objects.create(name="Billing", path="Billing", made_at=now())
    rare = RootCause.objects.create(name="Rare", path="Rare", made_at=now())
    early, late = now() - 20 * DAY, now() - 5 * DAY
    plan = [(early, other, 60), (early, cause, 20), (late, other, 20), (late, cause, 60), (late, rare, 1)]
    Case.objects.bulk_create(
        Case(number=number, opened_at=at, cause=one, root_cause=one.path)
        for number, (at, one) in enumerate((at, one) for at, one, n in plan for _ in range(n))
    )
    pareto = read_pareto(since=now() - 28 * DAY, until=now())
    assert {bar.name: bar.verdict.value for bar in pareto.bars} == {
        "Carrier": "worse",
        "Billing": "better",
        "Rare": "no_real_change",
    }


def test_every_number_of_the_causes_leads_to_its_cases(seven: list[Case], ben: Client) -> None:
    page = ben.get(CAUSES)
    assert "Delivery: 1 of 2 causes are behind 67 % of 6 cases." in words_of(page)
    assert "?which=all&amp;cause=Delivery" in page.content.decode()
    rows = ben.get("/w/acme/cases/", {"which": "all", "cause": "Delivery"})
    assert "1 to 4 of 4" in words_of(rows)
    below = words_of(ben.get(CAUSES, {"under": "Delivery"}))
    assert "Carrier" in below
    assert "Billing" not in below.partition("The tree")[0].partition("All causes")[2]


def test_a_cause_is_moved_with_what_lies_below_and_with_its_cases(acme: Cast, seven: list[Case]) -> None:
    delivery = RootCause.objects.get(path="Delivery")
    OutboxEntry.objects.all().delete()
    move_cause(delivery, "Partners › Shipping", by=acme.ada, at=now())
    assert fresh(seven[0]).root_cause == "Partners › Shipping › Carrier"
    assert OutboxEntry.objects.filter(table="cases").count() == 4
    billing = RootCause.objects.get(path="Billing")
    move_cause(billing, "partners › shipping › carrier", by=acme.ada, at=now())
    assert fresh(seven[4]).root_cause == "Partners › Shipping › Carrier"
    assert not RootCause.objects.filter(path="Billing").exists()
    shipping = RootCause.objects.get(path="Partners › Shipping")
    with pytest.raises(NotPossible, match="below itself"):
        move_cause(shipping, "Partners › Shipping › Carrier › Van", by=acme.ada, at=now())
    with pytest.raises(NotAllowed):
        move_cause(shipping, "Elsewhere", by=acme.ben, at=now())


def test_a_retired_cause_is_not_offered_until_somebody_names_it_again(acme: Cast, seven: list[Case]) -> None:
    retire_cause(RootCause.objects.get(path="Billing"), by=acme.ada, at=now())
    assert "Billing" not in [line.path for line in list_causes()]
    assert fresh(seven[4]).root_cause == "Billing"
    set_root_cause(seven[6], "billing", by=acme.ben, at=now())
    assert "Billing" in [line.path for line in list_causes()]


def test_causes_are_moved_on_their_page_by_those_who_may(seven: list[Case], ada: Client, ben: Client) -> None:
    cause = RootCause.objects.get(path="Billing")
    assert ben.post(f"{CAUSES}{cause.pk}/move/", {"path": "Money"}).status_code == FORBIDDEN
    assert "The tree of causes" not in words_of(ben.get(CAUSES))
    ada.post(f"{CAUSES}{cause.pk}/move/", {"path": "Money"})
    assert fresh(seven[4]).root_cause == "Money"
    refused = ada.post(f"{CAUSES}{cause.pk}/move/", {"path": "Money/Money/x/y/z"})
    assert refused.status_code == UNPROCESSABLE
    ada.post(f"{CAUSES}{cause.pk}/retire/")
    assert RootCause.objects.get(pk=cause.pk).retired_at is not None


def test_no_cause_yet_says_how_causes_come(ben: Client) -> None:
    assert "No cause has been named in this time" in words_of(ben.get(CAUSES))


@pytest.fixture
def told(acme: Cast) -> list[Response]:
    """A no that opened a case, one that joined it, one set aside, one that leaked, and a happy answer."""
    at = now() - 3 * DAY
    first = say(ask(acme, at=at), NO, at=at)
    joined = say(ask(acme, at=at + 2 * HOUR), {**NO, "missing": "Again."}, at=at + 2 * HOUR)
    aside = say(ask(acme, at=at + 2.5 * HOUR), {**NO, "missing": "Again."}, at=at + 2.5 * HOUR)
    eve = welcome_customer(email="eve@customer.example", name="Eve")
    leaked = say(ask(acme, customer=eve, interaction_id="order-7", at=at), NO, at=at)
    Signal.objects.get(response_id=leaked.pk).delete()
    happy = say(ask(acme, customer=eve, interaction_id="order-8", at=at), YES, at=at)
    return [first, joined, aside, leaked, happy]


def test_the_equation_and_its_leak_are_shown_and_lead_to_their_rows(told: list[Response], ben: Client) -> None:
    page = words_of(ben.get(COVERAGE))
    assert "1 of 4 unhappy responses came to nothing" in page
    for outcome, who in (("opened", "Cleo"), ("joined", "Cleo"), ("suppressed", "Cleo"), ("leaked", "Eve")):
        rows = words_of(ben.get(COVERAGE + "rows/", {"outcome": outcome}))
        assert "1 response, the newest first" in rows
        assert who in rows
    assert ben.get(COVERAGE + "rows/", {"dimension": "week", "value": "2026-99-99"}).status_code == OK
    aside = words_of(ben.get(COVERAGE + "rows/", {"outcome": "suppressed", "reason": "duplicate"}))
    assert "set aside: the same answer twice within an hour" in aside


@pytest.mark.parametrize("dimension", ["week", "source", "channel", "touchpoint"])
def test_every_split_sums_to_the_whole_and_every_cell_to_its_rows(
    acme: Cast, told: list[Response], dimension: str
) -> None:
    whole, cells = read_coverage(), read_coverage_by(dimension)
    assert sum(cell.unhappy for cell in cells) == whole.unhappy == 4
    assert sum(cell.leaked for cell in cells) == len(whole.leaks) == 1
    for cell in cells:
        assert cell.unhappy == cell.opened + cell.joined + cell.suppressed + cell.leaked
        rows = list_coverage(seen_by=acme.ben, dimension=dimension, value=cell.value)
        assert len(rows) == cell.unhappy
        assert cell.reached.n == cell.unhappy


def test_all_is_well_is_said_when_it_is(acme: Cast, ben: Client) -> None:
    case = open_by_no(acme, at=now() - DAY)
    say(propose(acme, case, at=now() - HOUR), YES, at=now())
    assert "1 unhappy response, and every one came to something." in words_of(ben.get(COVERAGE))


def test_viewers_see_no_customers_behind_the_numbers(told: list[Response], vera: Member, dan: Client) -> None:
    from tests.web.conftest import sign_in

    browser = sign_in(vera.user.email)
    assert browser.get(COVERAGE + "rows/").status_code == FORBIDDEN
    assert browser.get(CAUSES).status_code == FORBIDDEN
    assert b"Cleo" not in browser.get(COVERAGE).content
    for path in (CAUSES, COVERAGE, COVERAGE + "rows/"):
        assert dan.get(path).status_code == NOT_FOUND
