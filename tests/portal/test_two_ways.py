"""A customer on their page: files both ways, an address left by somebody unknown, and a matter that goes on."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cases.stories import YES, ask, fresh, open_by_no, propose, say
from tests.cast import Cast
from tests.post import carry_post
from untilyes.cases.actions import merge_cases, write_to_customer
from untilyes.cases.incoming import Attachment
from untilyes.cases.links import link_to_case
from untilyes.cases.models import Case, CaseAttachment
from untilyes.cases.queries import find_case_for_response
from untilyes.cases.rules import State
from untilyes.customers.models import Customer, Identity
from untilyes.plumbing.clock import now
from untilyes.portal.wordings import fixed_words
from untilyes.surveys.actions import record_response
from untilyes.workspaces.tenancy import inside

HOUR = timedelta(hours=1)
REDIRECT, UNPROCESSABLE, NOT_FOUND = 302, 422, 404
WORDS = fixed_words("en")


@pytest.fixture
def nobodys(cast: Cast) -> Any:
    """The case of somebody who said no by a public link, inside Acme."""
    with inside(cast.acme):
        version = ask(cast, at=now() - 2 * HOUR).version
        response = record_response(version, {"got_it": "no", "good_job": "no"}, at=now() - HOUR, channel="link")
        case = find_case_for_response(response.pk)
        assert case is not None
        yield case


def path_of(case: Case) -> str:
    return "/c/" + link_to_case(case).partition("/c/")[2]


def test_somebody_unknown_and_we_write_to_each_other_by_their_page(nobodys: Case, cast: Cast, client: Client) -> None:
    path = path_of(nobodys)
    carry_post()
    write_to_customer(nobodys, "What was missing?", by=cast.ben, at=now())
    assert carry_post() == []
    assert "What was missing?" in client.get(path).content.decode()
    client.post(path, {"text": "The left shoe."})
    assert [one.direction for one in nobodys.messages.all()] == ["us", "customer"]
    question = propose(cast, nobodys, at=now())
    assert path_of(nobodys) == path
    assert WORDS["case_answer"] in client.get(path).content.decode()
    say(question, YES, at=now())
    assert fresh(nobodys).state == State.CLOSED


def test_whoever_leaves_an_address_is_written_to_from_then_on(nobodys: Case, cast: Cast, client: Client) -> None:
    path = path_of(nobodys)
    assert WORDS["case_address"] in client.get(path).content.decode()
    kept = client.post(path, {"email": "Mia@Customer.example"}, follow=True)
    assert WORDS["case_address_kept"] in kept.content.decode()
    assert WORDS["case_address"] not in kept.content.decode()
    assert Identity.objects.get(value="mia@customer.example").customer == fresh(nobodys).customer
    carry_post()
    write_to_customer(fresh(nobodys), "We found it.", by=cast.ben, at=now())
    assert [letter.to for letter in carry_post()] == [["mia@customer.example"]]


def test_an_address_we_know_already_joins_nobody_with_anybody(nobodys: Case, cast: Cast, client: Client) -> None:
    before = Customer.objects.count()
    told = client.post(path_of(nobodys), {"email": "cleo@customer.example"}, follow=True).content.decode()
    assert WORDS["case_address_known"] in told
    assert "Cleo" not in told
    assert (fresh(nobodys).customer, Customer.objects.count()) == (None, before)
    assert nobodys.messages.get().text == "cleo@customer.example"


def test_what_is_no_address_is_refused_and_a_known_customer_is_not_asked(
    nobodys: Case, cast: Cast, client: Client
) -> None:
    refused = client.post(path_of(nobodys), {"email": "mia at home"})
    assert refused.status_code == UNPROCESSABLE
    assert WORDS["case_address_bad"] in refused.content.decode()
    cleos = open_by_no(cast, at=now() - HOUR)
    assert WORDS["case_address"] not in client.get(path_of(cleos)).content.decode()
    assert client.post(path_of(cleos), {"email": "eve@customer.example"}).status_code == UNPROCESSABLE
    assert fresh(cleos).customer == cast.cleo


def test_files_travel_both_ways_and_are_found_by_the_link_alone(cast: Cast, client: Client) -> None:
    with inside(cast.acme):
        case = open_by_no(cast, at=now() - HOUR)
        other = open_by_no(cast, interaction_id="order-2", at=now() - HOUR)
        path = path_of(case)
        ours = Attachment("label.pdf", "application/pdf", b"%PDF")
        write_to_customer(case, "Here is the label.", by=cast.ben, at=now(), files=[ours])
        client.post(path, {"text": "", "files": SimpleUploadedFile("shoe.jpg", b"\xff\xd8")})
        page = client.get(path).content.decode()
        assert "label.pdf" in page
        assert "shoe.jpg" in page
        for name, content in (("label.pdf", b"%PDF"), ("shoe.jpg", b"\xff\xd8")):
            found = CaseAttachment.objects.get(name=name)
            answer: Any = client.get(f"{path}files/{found.pk}/")
            assert b"".join(answer.streaming_content) == content
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert client.get(f"{path_of(other)}files/{found.pk}/").status_code == NOT_FOUND
            assert client.get(f"/c/nonsense/files/{found.pk}/").status_code == NOT_FOUND


def test_a_file_that_cannot_be_taken_in_is_told_in_the_customers_language(cast: Cast, client: Client) -> None:
    with inside(cast.acme):
        case = open_by_no(cast, at=now() - HOUR)
        sent = {"text": "Siehe Anhang.", "lang": "de", "files": SimpleUploadedFile("run.exe", b"MZ")}
        refused = client.post(path_of(case), sent)
        assert refused.status_code == UNPROCESSABLE
        assert fixed_words("de")["case_files_refused"] in refused.content.decode()
        assert "Siehe Anhang." in refused.content.decode()
        assert not CaseAttachment.objects.exists()


def test_words_long_after_a_yes_lead_the_customer_to_the_case_that_goes_on(cast: Cast, client: Client) -> None:
    with inside(cast.acme):
        old = now() - timedelta(days=50)
        case = open_by_no(cast, at=old)
        say(propose(cast, case, at=old + HOUR), YES, at=old + 2 * HOUR)
        answer = client.post(path_of(case), {"text": "Now the sole comes off."})
        begun = Case.objects.exclude(pk=case.pk).get()
        assert answer.headers["Location"].startswith(path_of(begun))
        assert "Now the sole comes off." in client.get(answer.headers["Location"]).content.decode()
        client.post(path_of(case), {"text": "Hello?"})
        assert begun.messages.count() == 2


def test_the_link_of_a_merged_case_shows_the_whole_and_writes_into_it(cast: Cast, client: Client) -> None:
    with inside(cast.acme):
        first, second = (open_by_no(cast, interaction_id=f"order-{n}", at=now() - HOUR) for n in (1, 2))
        kept = merge_cases(first, second, by=cast.ben, at=now())
        absorbed = second if kept == first else first
        assert client.post(path_of(absorbed), {"text": "Still nothing."}).status_code == REDIRECT
        assert kept.messages.filter(text="Still nothing.").exists()
        assert client.get(path_of(absorbed)).content.decode().count("The left shoe.") == 2
