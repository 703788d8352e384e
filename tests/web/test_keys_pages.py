"""Keys for other programs: an owner makes one, sees it once, and revokes it."""

import re

from django.test import Client

from tests.cast import Cast
from tests.web.test_settings import words_of
from untilyes.workspaces.access import get_key_behind
from untilyes.workspaces.keys import BadKey
from untilyes.workspaces.models import ApiKey, AuditEntry
from untilyes.workspaces.tenancy import inside

PAGE = "/w/acme/settings/keys/"
SHOP = {"name": "Web shop", "scopes": ["read_cases"]}
OK, FORBIDDEN, NOT_FOUND, UNPROCESSABLE = 200, 403, 404, 422


def make(ada: Client) -> str:
    """The key as the page shows it."""
    found = re.search(r'value="(uy_[^"]+)"', ada.post(f"{PAGE}make/", SHOP).content.decode())
    assert found is not None
    return found.group(1)


def test_ada_makes_a_key_which_is_shown_once_and_kept_by_nobody(cast: Cast, ada: Client) -> None:
    assert "No program comes in yet" in words_of(ada.get(PAGE))
    token = make(ada)
    assert get_key_behind(token).name == "Web shop"
    page = ada.get(PAGE)
    secret = token.rpartition("_")[2]
    assert "Web shop" in words_of(page)
    assert token not in page.content.decode()
    with inside(cast.acme):
        kept = " ".join(str(value) for row in (ApiKey, AuditEntry) for value in row.objects.values())
    assert secret not in kept


def test_sent_again_or_wrongly_nothing_is_made_and_what_was_typed_stays(cast: Cast, ada: Client) -> None:
    make(ada)
    for wrong, told in (
        (SHOP, "already"),
        ({"name": "Desk"}, "Choose what"),
        ({"name": " "} | SHOP | {"name": " "}, "name"),
    ):
        refused = ada.post(f"{PAGE}make/", wrong)
        assert refused.status_code == UNPROCESSABLE
        assert told in words_of(refused)
    with inside(cast.acme):
        assert ApiKey.objects.count() == 1


def test_a_revoked_key_opens_nothing_and_its_name_is_free_again(cast: Cast, ada: Client) -> None:
    token = make(ada)
    key = get_key_behind(token)
    assert "opens nothing any more" in words_of(ada.post(f"{PAGE}{key.pk}/revoke/", follow=True))
    try:
        get_key_behind(token)
    except BadKey:
        pass
    else:
        raise AssertionError("a revoked key still opens the door")
    assert make(ada) != token
    trail = words_of(ada.get("/w/acme/settings/audit/"))
    assert "revoke api key" in trail


def test_only_owners_of_the_house_see_its_keys(cast: Cast, ada: Client, ben: Client, dan: Client) -> None:
    key = get_key_behind(make(ada))
    assert ben.get(PAGE).status_code == FORBIDDEN
    assert ben.post(f"{PAGE}make/", SHOP).status_code == FORBIDDEN
    assert ben.post(f"{PAGE}{key.pk}/revoke/").status_code == FORBIDDEN
    assert "Keys" not in words_of(ben.get("/w/acme/settings/"))
    assert dan.get(PAGE).status_code == NOT_FOUND
    assert dan.post(f"/w/globex/settings/keys/{key.pk}/revoke/").status_code == NOT_FOUND
    assert "Web shop" not in words_of(dan.get("/w/globex/settings/keys/"))
    key.refresh_from_db()
    assert key.is_good
