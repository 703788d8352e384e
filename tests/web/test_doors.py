"""Who may come in at the staff door, by every address there is."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.cases.stories import open_by_no
from tests.cast import PASSWORD, Cast
from tests.web.conftest import sign_in
from untilyes.surveys.queries import list_surveys
from untilyes.workspaces.models import Member, User

REDIRECT, FORBIDDEN, NOT_FOUND, WRONG_METHOD = 302, 403, 404, 405
KNOWN = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000001", "slug": "acme", "str": "x"}
VERBS = {
    "cases:take",
    "cases:assign",
    "cases:write",
    "cases:note",
    "cases:attempt",
    "cases:propose",
    "cases:take_back",
    "cases:name_cause",
    "cases:end",
    "cases:keep_view",
    "cases:drop_view",
    "cases:keep_reply",
    "cases:drop_reply",
    "cases:move_cause",
    "cases:retire_cause",
    "cases:draft",
    "cases:presence",
    "cases:snooze",
    "cases:wake",
    "cases:prioritise",
    "cases:merge",
    "cases:part",
    "cases:split",
    "cases:link",
    "cases:unlink",
    "knowledge:write_gap",
    "knowledge:dismiss",
    "knowledge:want",
    "knowledge:upload",
    "knowledge:restore",
    "knowledge:finish",
    "knowledge:validate",
    "knowledge:withdraw",
    "knowledge:archive",
    "knowledge:revive",
    "knowledge:govern",
    "knowledge:flag",
    "knowledge:settle",
    "knowledge:link",
    "knowledge:begin",
    "knowledge:nothing",
    "knowledge:take_back",
    "findings:assign",
    "listen:launch",
    "listen:close",
    "listen:ask",
    "listen:rehearse",
    "settings:describe",
    "settings:invite",
    "settings:role",
    "settings:remove",
    "settings:policy",
    "settings:place",
    "settings:handling",
}


def list_staff_addresses() -> Iterator[tuple[str, str]]:
    """Every address of a workspace, as (name, path), read from the routes themselves."""
    yield from _walk(get_resolver().url_patterns, "/", "")


def _walk(patterns: list[URLPattern | URLResolver], before: str, space: str) -> Iterator[tuple[str, str]]:
    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, path, one.namespace or space)
        elif path.startswith("/w/<slug:slug>/") and path != "/w/<slug:slug>/":
            for kind, value in KNOWN.items():
                path = _fill(path, kind, value)
            yield f"{space}:{one.name}", path


def _fill(path: str, kind: str, value: str) -> str:
    head, sign, tail = path.partition(f"<{kind}:")
    return head + value + _fill(tail.partition(">")[2], kind, value) if sign else path


ADDRESSES = sorted(set(list_staff_addresses()))


def test_every_part_of_the_house_is_among_the_addresses_walked() -> None:
    rooms = {name.partition(":")[0] for name, _ in ADDRESSES}
    assert {"today", "listen", "cases", "customers", "measures", "promises", "share", "settings"} <= rooms
    assert {name for name, _ in ADDRESSES} >= VERBS
    assert not [path for _, path in ADDRESSES if "<" in path]


@pytest.mark.parametrize(("name", "path"), ADDRESSES)
def test_dan_finds_nothing_of_acme(acme: Cast, dan: Client, name: str, path: str) -> None:
    open_by_no(acme)
    for method in (dan.get, dan.post):
        answer = method(path)
        assert answer.status_code in {NOT_FOUND, WRONG_METHOD}, name
        assert b"Acme" not in answer.content
        assert b"Cleo" not in answer.content
    assert NOT_FOUND in {dan.get(path).status_code, dan.post(path).status_code}


@pytest.mark.parametrize(("name", "path"), ADDRESSES)
def test_strangers_are_sent_to_sign_in_and_come_back(acme: Cast, client: Client, name: str, path: str) -> None:
    answer = client.get(path)
    if answer.status_code == WRONG_METHOD:
        answer = client.post(path)
    assert answer.status_code == REDIRECT, name
    assert answer.headers["Location"].startswith("/accounts/login/?next=/w/acme/")


@pytest.mark.parametrize(("name", "path"), [one for one in ADDRESSES if one[0] in VERBS])
def test_a_verb_refuses_to_be_looked_at(acme: Cast, ada: Client, name: str, path: str) -> None:
    assert ada.get(path).status_code == WRONG_METHOD, name


@pytest.mark.parametrize(("name", "path"), [one for one in ADDRESSES if one[0] in VERBS])
def test_a_viewer_can_do_nothing(acme: Cast, vera: Member, name: str, path: str) -> None:
    open_by_no(acme)
    path = path.replace("/surveys/1/", f"/surveys/{list_surveys()[0].pk}/")
    path = path.replace("/members/1/", f"/members/{acme.ben.pk}/")
    answer = sign_in(vera.user.email).post(path, {"text": "hello", "name": "Mine", "role": "owner"})
    assert answer.status_code == FORBIDDEN, name
    assert b"Your role does not allow this" in answer.content


def test_a_viewer_sees_the_figures_and_no_customers(acme: Cast, vera: Member) -> None:
    open_by_no(acme)
    browser = sign_in(vera.user.email)
    for path in ("today/", "share/", "listen/", "settings/"):
        answer = browser.get(f"/w/acme/{path}")
        assert answer.status_code == 200
        assert b"Cleo" not in answer.content
    assert browser.get("/w/acme/cases/").status_code == FORBIDDEN
    assert browser.get("/w/acme/cases/1/").status_code == FORBIDDEN


def test_forms_without_their_token_are_refused(acme: Cast) -> None:
    open_by_no(acme)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(acme.ben.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post("/w/acme/cases/1/take/").status_code == FORBIDDEN


def test_the_bare_address_leads_members_home_and_others_to_sign_in(cast: Cast, ben: Client, client: Client) -> None:
    assert ben.get("/").headers["Location"] == "/w/acme/today/"
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_signing_in_leads_to_today(cast: Cast, client: Client) -> None:
    answer = client.post("/accounts/login/", {"login": "ada@acme.example", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == "/w/acme/today/"


def test_a_wrong_password_is_told_and_the_address_kept(cast: Cast, client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "ada@acme.example", "password": "wrong"}).content.decode()
    assert "not correct" in page
    assert 'value="ada@acme.example"' in page


def test_nobody_signs_up_by_themselves(cast: Cast, client: Client) -> None:
    before = User.objects.count()
    new = {"email": "eve@acme.example", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post("/accounts/signup/", new).content.decode()
    assert User.objects.count() == before
    assert "closed" in page.lower()
