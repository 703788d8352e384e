"""The customers pages: find somebody, see everything, merge on evidence, and forget for good."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.analysis.invented import answer, fact, outcome
from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.customers.actions import set_trait, welcome_customer
from untilyes.customers.models import Customer
from untilyes.feedback.jobs import erase_from_lake
from untilyes.feedback.queries import list_timeline, open_lake
from untilyes.workspaces.models import Member

PAGE = "/w/acme/customers/"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
FORBIDDEN, NOT_FOUND, WRONG_METHOD = 403, 404, 405


@pytest.fixture
def twin(acme: Cast) -> Customer:
    """Cleo again, known by her phone only."""
    return welcome_customer(phone="+49 30 901820", name="Cleopatra")


def remember(customer: Customer) -> None:
    """One interaction, one no with words, a month later a yes."""
    about: dict[str, Any] = {"customer_id": str(customer.pk), "interaction_id": "i1"}
    lake = open_lake()
    lake.record("interactions", [fact("i1", AT, task="refund", **about)])
    lake.record("answers", [answer("a1", "got_it", 0.0, at=AT + timedelta(days=1), response_id="r1", **about)])
    lake.record("comments", [fact("c1", AT + timedelta(days=1), text="<b>Where</b> is it?", response_id="r1", **about)])
    lake.record("answers", [answer("a2", "got_it", 1.0, at=AT + timedelta(days=30), response_id="r2", **about)])


@pytest.mark.parametrize("words", ["cleo", "CLEO", "cleo@customer.example", "leo exam", ""])
def test_a_customer_is_found_by_any_part_of_name_or_address(acme: Cast, ada: Client, words: str) -> None:
    page = ada.get(PAGE, {"q": words}).content.decode()
    assert str(acme.cleo.pk) in page


def test_who_is_not_there_is_not_found_and_the_words_come_back_escaped(acme: Cast, ada: Client) -> None:
    page = ada.get(PAGE, {"q": "<i>nobody"}).content.decode()
    assert "Nobody by “&lt;i&gt;nobody”" in page


def test_everything_that_happened_stands_on_one_page_the_newest_first(acme: Cast, ada: Client) -> None:
    remember(acme.cleo)
    set_trait(acme.cleo, "plan", "gold")
    page = ada.get(f"{PAGE}{acme.cleo.pk}/").content.decode()
    assert page.index("Got what they needed: yes") < page.index("Got what they needed: no") < page.index("Refund")
    assert "&lt;b&gt;Where&lt;/b&gt; is it?" in page
    for known in ("cleo@customer.example", "Plan", "gold"):
        assert known in page


def test_a_promised_time_is_told_on_the_clock_of_the_house(acme: Cast, ada: Client) -> None:
    open_lake().record("outcomes", [outcome("o1", due=1, kept=0.5, at=AT, customer_id=str(acme.cleo.pk))])
    assert "due 3 Mar 10:00" in ada.get(f"{PAGE}{acme.cleo.pk}/").content.decode()


def test_who_asked_not_to_be_asked_is_shown_as_such(acme: Cast, ada: Client) -> None:
    assert "asked not to be asked" not in ada.get(f"{PAGE}{acme.cleo.pk}/").content.decode()
    acme.cleo.opted_out_at = AT
    acme.cleo.save()
    assert "asked not to be asked" in ada.get(f"{PAGE}{acme.cleo.pk}/").content.decode()


def test_two_who_are_one_are_merged_on_evidence_and_parted_again(acme: Cast, ada: Client, twin: Customer) -> None:
    remember(twin)
    address = f"{PAGE}{acme.cleo.pk}/"
    assert str(twin.pk) in ada.get(address, {"same_as": "cleopatra"}).content.decode()
    ada.post(f"{address}merge/", {"absorbed": str(twin.pk), "evidence": "Same phone"})
    page = ada.get(address).content.decode()
    assert "Same phone" in page
    assert "Where" in page
    assert "+4930901820" in page
    assert ada.get(f"{PAGE}{twin.pk}/").headers["Location"] == address
    merge = acme.cleo.merges.get()
    ada.post(f"{address}unmerge/{merge.pk}/")
    assert "+4930901820" not in ada.get(address).content.decode()
    assert "+4930901820" in ada.get(f"{PAGE}{twin.pk}/").content.decode()


def test_a_merge_without_evidence_changes_nothing_and_says_so(acme: Cast, ada: Client, twin: Customer) -> None:
    address = f"{PAGE}{acme.cleo.pk}/merge/"
    page = ada.post(address, {"absorbed": str(twin.pk), "evidence": " "}, follow=True).content.decode()
    assert "Nothing was changed" in page
    twin.refresh_from_db()
    assert twin.merged_into is None


def test_an_owner_who_types_the_name_erases_the_customer_everywhere(acme: Cast, ada: Client) -> None:
    remember(acme.cleo)
    keys = [str(acme.cleo.pk)]
    assert len(list_timeline(keys)) == 4
    page = ada.post(f"{PAGE}{acme.cleo.pk}/erase/", {"name": "Cleo"}, follow=True).content.decode()
    assert "Cleo is erased here" in page
    assert not Customer.objects.exists()
    erase_from_lake(acme.acme)
    assert list_timeline(keys) == []
    assert ada.get(f"{PAGE}{acme.cleo.pk}/").status_code == NOT_FOUND


def test_a_slip_erases_nobody(acme: Cast, ada: Client) -> None:
    for typed in ("", "cleo", "Ada"):
        page = ada.post(f"{PAGE}{acme.cleo.pk}/erase/", {"name": typed}, follow=True).content.decode()
        assert "Nothing was erased" in page
    assert Customer.objects.get().name == "Cleo"
    assert ada.get(f"{PAGE}{acme.cleo.pk}/erase/").status_code == WRONG_METHOD


def test_nobody_but_an_owner_erases(acme: Cast, ben: Client, vera: Member, dan: Client, client: Client) -> None:
    address = f"{PAGE}{acme.cleo.pk}/erase/"
    for browser, status in ((ben, FORBIDDEN), (sign_in(vera.user.email), FORBIDDEN), (dan, NOT_FOUND)):
        assert browser.post(address, {"name": "Cleo"}).status_code == status
    assert client.post(address, {"name": "Cleo"}).headers["Location"].startswith("/accounts/login/")
    assert "Erase them" not in ben.get(f"{PAGE}{acme.cleo.pk}/").content.decode()
    assert Customer.objects.count() == 1


def test_dan_finds_cleo_neither_in_acme_nor_in_his_own_house(acme: Cast, dan: Client) -> None:
    for house in ("acme", "globex"):
        for path in (f"{acme.cleo.pk}/", f"{acme.cleo.pk}/merge/", f"{acme.cleo.pk}/erase/"):
            address = f"/w/{house}/customers/{path}"
            assert NOT_FOUND in {dan.get(address).status_code, dan.post(address, {"name": "Cleo"}).status_code}
    assert str(acme.cleo.pk) not in dan.get("/w/globex/customers/?q=cleo").content.decode()


def test_a_viewer_sees_no_customers(acme: Cast, vera: Member) -> None:
    browser = sign_in(vera.user.email)
    for path in ("", "suggest/?q=cleo", f"{acme.cleo.pk}/"):
        assert browser.get(PAGE + path).status_code == FORBIDDEN
