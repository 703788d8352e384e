"""Ben works a case through its pages, and the customer decides."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client

from tests.cases.stories import fresh, open_by_no, say
from tests.cast import Cast
from untilyes.cases.actions import add_customer_message, open_case, take_case
from untilyes.cases.models import Case
from untilyes.cases.rules import State
from untilyes.customers.actions import welcome_customer
from untilyes.feedback.facts import Circumstances
from untilyes.feedback.queries import open_lake
from untilyes.plumbing.clock import now
from untilyes.surveys.models import Invitation

OK, REDIRECT, UNPROCESSABLE, NOTHING_NEW, NOT_FOUND = 200, 302, 422, 204, 404
PAGE = "/w/acme/cases/1/"
HOUR = timedelta(hours=1)


def words_of(answer: Any) -> str:
    """The text a person reads on the page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def open_now(acme: Cast, **more: Any) -> Case:
    return open_by_no(acme, at=now() - HOUR, **more)


def test_the_page_shows_the_words_the_customer_and_what_we_promised(acme: Cast, ben: Client) -> None:
    open_now(acme)
    page = words_of(ben.get(PAGE))
    for told in ("The left shoe.", "cleo@customer.example", "Until yes", "Said no to: got what they needed", "1 open"):
        assert told in page


def test_what_happened_with_the_customer_is_read_when_somebody_opens_it(acme: Cast, ben: Client, dan: Client) -> None:
    case = open_now(acme)
    open_lake().record(
        "events",
        [
            {
                "id": "e1", "at": now() - HOUR, "source": "event", "activity": "returned_the_tent",
                "customer_id": str(case.customer_id),
            }
        ],
    )  # fmt: skip
    assert "returned the tent" not in words_of(ben.get(PAGE)).lower()
    assert "returned the tent" in words_of(ben.get(f"{PAGE}happened/")).lower()
    assert dan.get(f"{PAGE}happened/").status_code == NOT_FOUND


def test_there_is_no_way_to_close_a_case(acme: Cast, ben: Client, ada: Client) -> None:
    open_now(acme)
    for browser in (ben, ada):
        page = browser.get(PAGE).content.decode().partition("<main")[2].partition("</main>")[0]
        assert "<button" in page
        assert not [text for text in re.findall(r"<button[^>]*>(.*?)</button>", page) if "lose" in text]
        assert "/close/" not in page
        assert browser.post(PAGE + "close/").status_code == NOT_FOUND
        assert browser.post(PAGE + "end/", {"how": "yes", "reason": "done"}).status_code != OK
    assert Case.objects.get().state == State.OPEN


def test_from_no_to_yes_through_the_pages(acme: Cast, ben: Client) -> None:
    case = open_now(acme)
    assert ben.post(PAGE + "take/").headers["Location"] == PAGE + "#latest"
    ben.post(PAGE + "write/", {"text": "I am looking for it."})
    ben.post(PAGE + "note/", {"text": "Shelf 4."})
    ben.post(PAGE + "attempt/", {"channel": "phone", "outcome": "nobody answered"})
    ben.post(PAGE + "cause/", {"cause": "wrong shelf"})
    ben.post(PAGE + "propose/", {"text": "It is on its way."})
    assert fresh(case).state == State.PROPOSED
    assert fresh(case).root_cause == "wrong shelf"
    page = words_of(ben.get(PAGE))
    for told in ("I am looking for it.", "Note by Ben, only for us", "nobody answered", "asked, the customer decides"):
        assert told in page

    question = Invitation.objects.filter(about=case.ref).latest("sent_at", "pk")
    say(question, {"got_it": "no", "good_job": "yes"}, at=now())
    assert "The customer said no: not solved, the case is open again" in words_of(ben.get(PAGE))
    ben.post(PAGE + "propose/", {"text": "Now it is there."})
    question = Invitation.objects.filter(about=case.ref).latest("sent_at", "pk")
    say(question, {"got_it": "yes", "good_job": "yes"}, at=now())
    assert fresh(case).state == State.CLOSED
    assert "closed by the customer’s yes" in words_of(ben.get(PAGE))


def test_a_refused_form_says_why_and_keeps_what_was_typed(acme: Cast, ben: Client, ada: Client) -> None:
    open_now(acme)
    empty = ben.post(PAGE + "propose/", {"text": "  "})
    assert empty.status_code == UNPROCESSABLE
    assert "Tell the customer what was done" in words_of(empty)
    long = ben.post(PAGE + "write/", {"text": "shoe " * 1_100})
    assert long.status_code == UNPROCESSABLE
    assert "at most 5000 characters" in words_of(long)
    assert "shoe shoe shoe" in long.content.decode()
    early = ada.post(PAGE + "end/", {"how": "unreachable", "reason": "never picks up"})
    assert early.status_code == UNPROCESSABLE
    assert "0 of 3 attempts on different days" in words_of(early)
    assert 'value="never picks up"' in early.content.decode()


def test_only_leaders_may_end_a_case_and_only_with_a_reason(acme: Cast, ben: Client, ada: Client) -> None:
    case = open_now(acme)
    assert "End without the customer’s yes" not in words_of(ben.get(PAGE))
    assert ben.post(PAGE + "end/", {"how": "withdrew", "reason": "said so"}).status_code == 403
    assert "End without the customer’s yes" in words_of(ada.get(PAGE))
    assert ada.post(PAGE + "end/", {"how": "withdrew", "reason": ""}).status_code == UNPROCESSABLE
    assert (
        ada.post(PAGE + "end/", {"how": "duplicate", "reason": "same", "duplicate_of": "77"}).status_code
        == UNPROCESSABLE
    )
    assert fresh(case).state == State.OPEN
    assert ada.post(PAGE + "end/", {"how": "withdrew", "reason": "She said so."}).status_code == REDIRECT
    assert fresh(case).ended_reason == "She said so."
    assert "ended without a yes" in words_of(ada.get(PAGE))


def test_the_customer_is_told_the_truth_about_where_our_words_go(acme: Cast, ben: Client) -> None:
    eve = welcome_customer(phone="+4930123456", name="Eve")
    open_case(eve, when=Circumstances(at=now(), source="call", channel="phone"), words="No heel.", by=acme.ben)
    page = ben.get(PAGE).content.decode()
    assert "We know no e-mail address" in page
    assert "opened the case for the customer" in page
    told = ben.post(PAGE + "write/", {"text": "We are on it."}, follow=True)
    assert "we know no e-mail address to send it to" in words_of(told)


def test_what_customers_write_is_shown_and_never_run(acme: Cast, ben: Client) -> None:
    case = open_now(acme)
    add_customer_message(case, "<script>alert(1)</script>", at=now())
    page = ben.get(PAGE).content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_page_that_polls_gets_nothing_until_something_happened(acme: Cast, ben: Client) -> None:
    case = open_now(acme)
    seen = re.search(r"\?seen=([^\"]+)\"", ben.get(PAGE).content.decode())
    assert seen is not None
    poll = f"{PAGE}?seen={seen.group(1)}"
    assert ben.get(poll, headers={"HX-Request": "true"}).status_code == NOTHING_NEW
    add_customer_message(case, "And now?", at=now())
    answer = ben.get(poll, headers={"HX-Request": "true"})
    assert "And now?" in words_of(answer)
    assert "<html" not in answer.content.decode()


def test_the_fragment_and_the_page_are_made_of_the_same_template(acme: Cast, ben: Client) -> None:
    open_now(acme)
    answer = ben.post(PAGE + "note/", {"text": "Shelf 4."}, headers={"HX-Request": "true"})
    assert answer.status_code == OK
    assert next(one.name for one in answer.templates if one.name) == "web/cases/work.html"
    assert 'id="case"' in answer.content.decode()
    assert 'hx-swap-oob="true"' in answer.content.decode()


def test_the_queue_is_narrowed_counted_and_searched(acme: Cast, ben: Client) -> None:
    first, second = open_now(acme), open_now(acme, interaction_id="order-2")
    take_case(first, by=acme.ben, at=now())
    mine = words_of(ben.get("/w/acme/cases/?which=mine"))
    assert "#1" in mine
    assert "#2" not in mine
    for told in ("All open 2", "Mine 1", "Nobody’s yet 1", "Asked, waiting 0"):
        assert told in mine
    assert "#2" in words_of(ben.get("/w/acme/cases/?which=unassigned"))
    assert f"#{second.number}" in words_of(ben.get("/w/acme/cases/?q=%232"))
    assert "No case fits “zebra”" in words_of(ben.get("/w/acme/cases/?q=zebra"))
    assert "No case is over yet" in words_of(ben.get("/w/acme/cases/?which=over"))
    assert ben.get("/w/acme/cases/?which=nonsense").status_code == OK


def test_next_case_is_ones_own_then_nobodys_and_never_one_that_waits_for_the_customer(acme: Cast, ben: Client) -> None:
    open_now(acme)
    second = open_now(acme, interaction_id="order-2")
    take_case(second, by=acme.ben, at=now())
    assert ben.get("/w/acme/cases/next/").headers["Location"] == "/w/acme/cases/2/"
    for number in (1, 2):
        ben.post(f"/w/acme/cases/{number}/cause/", {"cause": "wrong shelf"})
    ben.post("/w/acme/cases/2/propose/", {"text": "Done."})
    assert ben.get("/w/acme/cases/next/").headers["Location"] == "/w/acme/cases/1/"
    ben.post("/w/acme/cases/1/propose/", {"text": "Done too."})
    assert ben.get("/w/acme/cases/next/").headers["Location"] == "/w/acme/cases/"


def test_an_empty_queue_says_how_cases_come(acme: Cast, ben: Client) -> None:
    assert "A case opens by itself when a customer says no" in words_of(ben.get("/w/acme/cases/"))


def test_a_case_is_given_to_a_colleague_and_back_to_everybody(acme: Cast, ben: Client) -> None:
    case = open_now(acme)
    ben.post(PAGE + "assign/", {"to": str(acme.ada.pk)})
    assert fresh(case).assignee == acme.ada
    ben.post(PAGE + "assign/", {"to": ""})
    assert fresh(case).assignee is None
    assert ben.post(PAGE + "assign/", {"to": str(acme.dan.pk)}).status_code == UNPROCESSABLE
