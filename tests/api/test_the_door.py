"""Another program reads cases, hands in what customers wrote and answered, and writes to them."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections
from django.test import Client

from tests.api.conftest import API, Program, give_key
from tests.cases.stories import AT, DAY, HOUR, YES, ask, fresh, open_by_no, propose, say
from tests.cast import Cast
from untilyes.api.operations import OPERATIONS
from untilyes.cases.actions import add_note, end_case, merge_cases
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.rules import EndedHow
from untilyes.customers.models import Customer
from untilyes.plumbing.clock import now
from untilyes.surveys.actions import ensure_confirmation
from untilyes.surveys.models import Response
from untilyes.workspaces.actions import change_role
from untilyes.workspaces.jobs import forget_old_receipts
from untilyes.workspaces.keys import KEPT_FOR, Scope
from untilyes.workspaces.machines import revoke_api_key
from untilyes.workspaces.models import ApiKey
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import inside

OK, CREATED, BAD, UNKNOWN, FORBIDDEN = 200, 201, 400, 401, 403
NOT_FOUND, METHOD, CONFLICT, LARGE, REFUSED = 404, 405, 409, 413, 422
THANKS = {"from": "customer", "text": "It came.", "external_id": "shop-1"}


@pytest.fixture
def case(cast: Cast) -> Case:
    """Cleo said no about order-1."""
    with inside(cast.acme):
        return open_by_no(cast)


def problem_of(answer: Any) -> dict[str, Any]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert set(told) == {"type", "title", "status", "detail"}
    assert told["status"] == answer.status_code
    return told


def count_messages(cast: Cast) -> int:
    with inside(cast.acme):
        return CaseMessage.objects.filter(via="api").count()


def test_a_program_reads_a_case_and_what_was_said_but_not_our_notes(cast: Cast, case: Case, shop: Program) -> None:
    with inside(cast.acme):
        add_note(case, "She is right.", by=cast.ben, at=AT + HOUR)
    told = shop.get(f"/cases/{case.number}").json()
    assert (told["state"], told["customer"]["name"], told["interaction_id"]) == ("open", "Cleo", "order-1")
    assert [(one["from"], one["text"]) for one in told["messages"]] == [("customer", "The left shoe.")]
    assert "She is right." not in json.dumps(told)


def test_cases_are_listed_by_state_and_by_what_happened_since(cast: Cast, shop: Program) -> None:
    with inside(cast.acme):
        first = open_by_no(cast, interaction_id="order-1", at=AT)
        second = open_by_no(cast, interaction_id="order-2", at=AT + DAY)
        say(propose(cast, second, at=AT + DAY + HOUR), YES, at=AT + 2 * DAY)

    def numbers(asked: str) -> list[int]:
        return [one["number"] for one in shop.get(f"/cases{asked}").json()["cases"]]

    assert numbers("") == [first.number, second.number]
    assert numbers("?state=closed") == [second.number]
    assert numbers("?state=closed&since=2026-05-07T00:00:00Z") == []
    assert numbers("?since=2026-05-05T00:00:00Z") == [second.number]
    assert "state" in problem_of(shop.get("/cases?state=odd"))["detail"]
    assert shop.get("/cases?since=2026-05-05").status_code == REFUSED
    assert shop.get("/cases?sicne=x").status_code == REFUSED


def test_a_long_list_comes_in_pages_that_lead_on(cast: Cast, shop: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("untilyes.api.views.PER_PAGE", 2)
    with inside(cast.acme):
        wanted = [open_by_no(cast, interaction_id=f"order-{i}").number for i in range(3)]
    first = shop.get("/cases?state=open").json()
    second = shop.get(first["next"].partition(API)[2]).json()
    assert [one["number"] for one in first["cases"] + second["cases"]] == wanted
    assert second["next"] is None


def test_what_a_customer_wrote_elsewhere_counts_as_their_mail_does(cast: Cast, case: Case, shop: Program) -> None:
    with inside(cast.acme):
        propose(cast, case, at=AT + HOUR)
    taken = shop.post(f"/cases/{case.number}/messages", THANKS | {"text": "It has not come."})
    assert (taken.status_code, taken.json()["state"]) == (CREATED, "working")
    with inside(cast.acme):
        message = CaseMessage.objects.get(pk=taken.json()["id"])
    assert (message.direction, message.author_name, message.via) == ("customer", "Cleo", "api")


def test_what_a_customer_says_of_a_duplicate_stands_in_the_original(cast: Cast, case: Case, shop: Program) -> None:
    with inside(cast.acme):
        copy = open_by_no(cast, interaction_id="order-2")
        merge_cases(case, copy, by=cast.ben, at=AT + HOUR)
    assert shop.post(f"/cases/{copy.number}/messages", THANKS).json()["case"] == case.number


def test_a_case_we_ended_opens_again_when_its_customer_writes(cast: Cast, case: Case, shop: Program) -> None:
    with inside(cast.acme):
        end_case(case, how=EndedHow.WITHDREW, by=cast.ada, at=now(), reason="She called.")
    assert shop.post(f"/cases/{case.number}/messages", THANKS).json()["state"] == "open"
    with inside(cast.acme):
        assert fresh(case).reopens == 1


def test_we_write_by_mail_in_the_name_of_whoever_made_the_key(
    cast: Cast, case: Case, shop: Program, django_capture_on_commit_callbacks: Any
) -> None:
    ours = {"from": "us", "text": "It is on its way.", "external_id": "shop-2"}
    with django_capture_on_commit_callbacks(execute=True):
        taken = shop.post(f"/cases/{case.number}/messages", ours)
    assert taken.json()["state"] == "working"
    with inside(cast.acme):
        message = CaseMessage.objects.get(pk=taken.json()["id"])
        assert (message.author_name, fresh(case).assignee) == ("Ada", cast.ada)
    assert message.via == "email"


def test_a_no_handed_in_opens_a_case_and_a_yes_none(cast: Cast, shop: Program) -> None:
    with inside(cast.acme):
        ask(cast)  # the confirmation is live
    said: dict[str, Any] = {
        "touchpoint": "delivery",
        "interaction_id": "order-9",
        "channel": "store",
        "external_id": "r1",
    }
    no = {"got_it": False, "good_job": True, "comment": "No shoe.", "customer": {"email": "Cleo@customer.example"}}
    opened = shop.post("/responses", said | no)
    assert opened.status_code == CREATED
    with inside(cast.acme):
        case = Case.objects.get(number=opened.json()["case"])
        assert (case.customer, case.touchpoint, case.interaction_id) == (cast.cleo, "delivery", "order-9")
        assert case.messages.get().text == "No shoe."
    newcomer = {"external_id": "77", "source": "shop", "name": "Nora"}
    yes = {"got_it": True, "good_job": True, "external_id": "r2", "customer": newcomer}
    assert shop.post("/responses", yes).json()["case"] is None
    with inside(cast.acme):
        assert Customer.objects.filter(name="Nora", identities__value="77").exists()
    unasked = problem_of(shop.post("/responses", yes | {"external_id": "r3", "comment": "Lovely."}))
    assert "leave the comment out" in unasked["detail"]


def test_nothing_is_handed_in_where_nothing_is_asked(shop: Program) -> None:
    told = problem_of(shop.post("/responses", {"got_it": True, "good_job": True, "external_id": "r1"}))
    assert (told["status"], "launch one" in told["detail"]) == (CONFLICT, True)


def test_sent_again_nothing_changes_and_the_first_answer_is_given(cast: Cast, case: Case, shop: Program) -> None:
    path = f"/cases/{case.number}/messages"
    first, again = shop.post(path, THANKS), shop.post(path, THANKS)
    assert (first.status_code, again.status_code) == (CREATED, OK)
    assert first.json() == again.json()
    keyed: Mapping[str, str] = {"from": "customer", "text": "And the laces?"}
    first, again = shop.post(path, keyed, Idempotency_Key="a"), shop.post(path, keyed, Idempotency_Key="a")
    assert first.json() == again.json()
    assert count_messages(cast) == 2
    other = shop.post(path, THANKS | {"text": "Something else."})
    assert "id of its own" in problem_of(other)["detail"]
    assert "Idempotency-Key" in problem_of(shop.post(path, keyed))["detail"]
    assert count_messages(cast) == 2


def test_an_idempotency_key_is_forgotten_after_thirty_days_and_an_external_id_never(
    cast: Cast, case: Case, shop: Program
) -> None:
    path, keyed = f"/cases/{case.number}/messages", {"from": "customer", "text": "And the laces?"}
    shop.post(path, THANKS)
    shop.post(path, keyed, Idempotency_Key="a")
    at = now()
    assert forget_old_receipts(at + KEPT_FOR - DAY) == 0
    assert shop.post(path, keyed, Idempotency_Key="a").status_code == OK
    assert forget_old_receipts(at + KEPT_FOR + DAY) == 1
    assert shop.post(path, THANKS).status_code == OK
    later = {"from": "customer", "text": "Laces came."}
    assert shop.post(path, later, Idempotency_Key="a").status_code == CREATED
    assert count_messages(cast) == 3


def test_what_was_refused_may_be_sent_again(cast: Cast, shop: Program) -> None:
    yes = {"got_it": True, "good_job": True, "external_id": "r1"}
    assert shop.post("/responses", yes).status_code == CONFLICT
    with inside(cast.acme):
        ask(cast)
    assert shop.post("/responses", yes).status_code == CREATED


@pytest.mark.django_db(transaction=True)
def test_sent_at_the_same_instant_it_counts_once(cast: Cast, shop: Program) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one connection; two at once need PostgreSQL")
    with inside(cast.acme):
        number = open_by_no(cast).number

    def send(_: int) -> Any:
        try:
            return shop.post(f"/cases/{number}/messages", THANKS)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(8)))
    assert sorted(one.status_code for one in answers) == [OK] * 7 + [CREATED]
    assert len({one.content for one in answers}) == 1
    assert count_messages(cast) == 1


def test_dans_key_finds_nothing_of_acme(cast: Cast, case: Case, stranger: Program) -> None:
    told = problem_of(stranger.get(f"/cases/{case.number}"))
    assert told["type"] == "urn:untilyes:problem:not-found"
    assert stranger.get("/cases").json()["cases"] == []
    for side in ("us", "customer"):
        assert stranger.post(f"/cases/{case.number}/messages", THANKS | {"from": side}).status_code == NOT_FOUND
    assert count_messages(cast) == 0


def test_the_same_id_in_another_house_is_another_one(cast: Cast, shop: Program, stranger: Program) -> None:
    ensure_confirmation(cast.acme, at=AT)
    ensure_confirmation(cast.globex, at=AT)
    yes = {"got_it": True, "good_job": True, "external_id": "r1"}
    assert [one.post("/responses", yes).status_code for one in (shop, stranger)] == [CREATED, CREATED]


def test_whatever_is_wrong_with_a_key_the_answer_is_the_same(cast: Cast, shop: Program) -> None:
    with inside(cast.acme):
        revoked = give_key(cast.ada, name="Old")
        revoke_api_key(revoked.key, by=cast.ada, at=AT)
    wrong_secret = Program(shop.key, shop.token[:-1] + ("a" if shop.token[-1] != "a" else "b"))
    unknown = Program(shop.key, "uy_00000000_x")
    answers = [one.get("/cases") for one in (revoked, wrong_secret, unknown, Program(shop.key, "nonsense"))]
    assert {one.status_code for one in answers} == {UNKNOWN}
    assert len({one.content for one in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert Client().get(f"{API}/cases").status_code == UNKNOWN
    assert shop.get("/cases").status_code == OK


def test_a_key_does_what_its_scopes_open_and_its_maker_may(cast: Cast, case: Case) -> None:
    reader = give_key(cast.ada, Scope.READ_CASES)
    assert reader.get("/cases").status_code == OK
    assert "write_cases" in problem_of(reader.post(f"/cases/{case.number}/messages", THANKS))["detail"]
    with inside(cast.acme):
        change_role(cast.ben, Role.OWNER, by=cast.ada, at=AT)
    cast.ben.refresh_from_db()
    of_ben = give_key(cast.ben, name="Ben's")
    with inside(cast.acme):
        change_role(cast.ben, Role.VIEWER, by=cast.ada, at=AT)
    assert of_ben.get("/cases").status_code == FORBIDDEN
    cast.ben.delete()
    assert of_ben.get("/cases").status_code == UNKNOWN


def test_what_cannot_be_read_is_refused_in_words(cast: Cast, case: Case, shop: Program) -> None:
    path = f"/cases/{case.number}/messages"
    assert problem_of(shop.post(path, "{"))["status"] == BAD
    assert problem_of(shop.post(path, "[" * 50_000))["status"] == BAD
    assert problem_of(shop.post(path, THANKS | {"text": "x" * 70_000}))["status"] == LARGE
    assert problem_of(shop.post(path, THANKS | {"text": " "}))["status"] == REFUSED
    assert problem_of(shop.post(path, THANKS | {"text": "a\x00b"}))["status"] == REFUSED
    assert "colour" in problem_of(shop.post(path, THANKS | {"colour": "red"}))["detail"]
    assert "secret words" not in problem_of(shop.post(path, THANKS | {"from": "secret words"}))["detail"]
    assert problem_of(shop.get(path))["status"] == METHOD
    assert problem_of(shop.get("/nowhere"))["status"] == NOT_FOUND
    assert problem_of(shop.get("/cases/99999999999999999999"))["status"] == NOT_FOUND
    bad = {"got_it": True, "good_job": True, "external_id": "r1", "customer": {"email": "nobody"}}
    with inside(cast.acme):
        assert "not an e-mail address" in problem_of(shop.post("/responses", bad))["detail"]
        assert Response.objects.count() == 1


def test_the_use_of_a_key_is_noted_to_the_minute(cast: Cast, shop: Program) -> None:
    def used() -> Any:
        return ApiKey.everywhere.get(pk=shop.key.pk).last_used_at

    assert used() is None
    shop.get("/cases")
    first = used()
    shop.get("/cases")
    assert used() == first
    ApiKey.everywhere.filter(pk=shop.key.pk).update(last_used_at=first - timedelta(hours=1))
    shop.get("/cases")
    assert used() >= first


def test_the_openapi_document_describes_every_address_and_all_its_references_lead_somewhere(db: None) -> None:
    document = Client().get(f"{API}/openapi.json").json()
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == {(one.method, one.path) for one in OPERATIONS}
    text = json.dumps(document)
    named = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named <= set(document["components"]["schemas"])
    message = document["components"]["schemas"]["NewMessage"]
    assert message["required"] == ["from", "text"]
    assert "from" in document["components"]["schemas"]["MessageSaid"]["properties"]


def test_mail_is_sent_to_nobody_for_what_customers_hand_in(cast: Cast, case: Case, shop: Program) -> None:
    before = len(mail.outbox)
    shop.post(f"/cases/{case.number}/messages", THANKS)
    assert len(mail.outbox) == before
