"""The page of where findings go: each member's own choice, an owner's channels, the report to hand on."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.reports.conftest import Chat, chat, told  # noqa: F401 - fixtures
from untilyes.reports.models import Hook
from untilyes.workspaces.tenancy import inside

PAGE = "/w/acme/findings/sending/"


def test_ben_who_may_not_act_on_findings_asks_for_the_mail_himself(cast: Cast, ben: Client) -> None:
    assert "You do not get it." in ben.get(PAGE).content.decode()
    ben.post(f"{PAGE}digest/", {"wants": "yes"})
    assert "You get it." in ben.get(PAGE).content.decode()


def test_ada_adds_a_channel_tries_it_and_removes_it_and_its_address_is_never_shown(
    cast: Cast, ada: Client, chat: Chat  # noqa: F811
) -> None:  # fmt: skip
    ada.post(f"{PAGE}channels/", {"name": "#customers", "shape": "slack", "address": chat.address})
    with inside(cast.acme):
        hook = Hook.objects.get()
    page = ada.post(f"{PAGE}channels/{hook.pk}/try/", follow=True).content.decode()
    assert "It arrived in #customers." in page
    assert "secret" not in page
    chat.status = 500
    assert "answered 500" in ada.post(f"{PAGE}channels/{hook.pk}/try/", follow=True).content.decode()
    assert "1 channel of your chat did not take" in ada.get("/w/acme/settings/").content.decode()
    ada.post(f"{PAGE}channels/{hook.pk}/remove/")
    with inside(cast.acme):
        assert not Hook.objects.exists()


def test_an_address_that_is_none_is_refused_beside_its_form_and_the_name_is_kept(cast: Cast, ada: Client) -> None:
    answer = ada.post(
        f"{PAGE}channels/", {"name": "<#customers>", "shape": "teams", "address": "http://chat.example/x"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This address is not encrypted." in page
    assert "&lt;#customers&gt;" in page


def test_ben_may_not_change_channels_and_dan_finds_none_of_it(
    cast: Cast, ada: Client, ben: Client, dan: Client, chat: Chat  # noqa: F811
) -> None:  # fmt: skip
    ada.post(f"{PAGE}channels/", {"name": "#customers", "shape": "slack", "address": chat.address})
    with inside(cast.acme):
        hook = Hook.objects.get()
    assert ben.post(f"{PAGE}channels/", {"name": "x", "shape": "slack", "address": chat.address}).status_code == 403
    assert ben.post(f"{PAGE}channels/{hook.pk}/try/").status_code == 403
    for address in ("", "../report.pdf", "../report.html"):
        assert dan.get(f"{PAGE}{address}").status_code == 404
    assert dan.post(f"{PAGE}channels/{hook.pk}/remove/").status_code == 404
    assert dan.post(f"/w/globex/findings/sending/channels/{hook.pk}/remove/").status_code == 404
    assert chat.bodies == []


@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF-"), ("html", b"<!doctype html>")])
def test_the_report_is_a_file_to_hand_on(kind: str, begins: bytes, told: Cast, ada: Client) -> None:  # noqa: F811
    answer = ada.get(f"/w/acme/findings/report.{kind}")
    assert answer.content.startswith(begins)
    assert f".{kind}" in answer["Content-Disposition"]


def test_what_customers_spent_is_in_the_workspaces_currency_which_must_be_one(cast: Cast, ada: Client) -> None:
    refused = ada.post("/w/acme/settings/house/", {"currency": "euros"})
    assert "is not a currency" in refused.content.decode()
    ada.post("/w/acme/settings/house/", {"currency": "eur"})
    cast.acme.refresh_from_db()
    assert cast.acme.currency == "EUR"
