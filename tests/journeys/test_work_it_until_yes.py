"""Working a case with all the house knows, in a real browser: knowledge, mail in, a missed target, the others told."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.running import House, open_house, read_links, serving, taking_mail
from tests.journeys.test_until_yes import PASSWORD, PHONE, answer, find_tap, propose, sign_in, wait_for_state

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

CLEO, DORA, EMIL = (f"{name}@customer.example" for name in ("cleo", "dora", "emil"))
CAUSE = "Courier › Label lost"

SAID_NO = """
from datetime import timedelta
from untilyes.cases.actions import end_case, set_root_cause
from untilyes.cases.learning import say_nothing_to_learn, want_lessons
from untilyes.cases.queries import find_case_for_response
from untilyes.cases.rules import EndedHow
from untilyes.customers.actions import welcome_customer
from untilyes.knowledge.actions import Text, begin_article
from untilyes.plumbing.clock import now
from untilyes.promises.actions import make_promise
from untilyes.promises.rules import Measures
from untilyes.surveys.actions import ensure_confirmation, invite, record_response
from untilyes.workspaces.actions import add_member
from untilyes.workspaces.models import Member, User
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import inside

ada, at = Member.objects.get(user__email="ada@acme.example"), now()
ben = User.objects.create_user("ben@acme.example", "seven-quiet-lighthouses", first_name="Ben")
ben = add_member(ada.workspace, ben, role=Role.AGENT)


def ask(name, *, via, at):
    customer = welcome_customer(email=f"{name.lower()}@customer.example", name=name)
    asked = ensure_confirmation(ada.workspace, at=at)
    return invite(asked, customer, at=at, via=via, interaction_id=f"parcel-{name}", touchpoint="delivery")


with inside(ada.workspace):
    for name, over in (("Dora", False), ("Emil", True)):
        asked = ask(name, via="link", at=at - timedelta(hours=9))
        said = record_response(asked, {"got_it": "no", "good_job": "no"}, at=at - timedelta(hours=8))
        case = find_case_for_response(said.pk)
        set_root_cause(case, "Courier › Label lost", by=ben, at=at - timedelta(hours=7))
        say_nothing_to_learn(case, "The courier has to change it.", by=ben, at=at - timedelta(hours=7))
        if over:
            end_case(case, how=EndedHow.WITHDREW, reason="Bought elsewhere.", by=ada, at=at - timedelta(hours=6))
    begin_article(Text("The label never came", "Send the label again."), by=ada, at=at)
    begin_article(Text("A label goes to the old address", "Correct the address, then send the label."), by=ada, at=at)
    want_lessons(True, by=ada, at=at)
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    make_promise("First answer", about=Measures.FIRST_RESPONSE, limit=hour, target=second, at=at)
    ask("Cleo", via="email", at=at)
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Acme, which takes in mail: Dora and Emil said no to something, and Cleo has just been asked."""
    with open_house(tmp_path) as house:
        house.environment["UNTILYES_REPLY_DOMAIN"] = "reply.acme.example"
        house.run("init", "--name", "Acme", "--email", "ada@acme.example", "--owner", "Ada", "--password", PASSWORD)
        house.run("manage", "shell", "-c", SAID_NO)
        with serving(house):
            yield house


def test_everything_it_takes_until_yes(house: House, browser: "Browser") -> None:
    cleo = browser.new_context(viewport=PHONE, base_url=house.address).new_page()  # type: ignore[arg-type]
    cleo.goto(find_tap(read_links(house.post.wait_for_letter(to=CLEO)), answer="no"))
    answer(cleo, got_it="No", good_job="No", missing="The label never came.")
    alert = house.post.wait_for_letter(to="ada@acme.example", seconds=90)
    assert alert["subject"] == "Acme: target missed, #3"
    assert "Cleo: First answer" in alert.get_body(preferencelist=("plain",)).get_content()  # type: ignore[union-attr]

    ben = browser.new_context(base_url=house.address).new_page()
    sign_in(ben, "ben@acme.example")
    ben.goto(next(link for link in read_links(alert) if "/cases/3/" in link))
    assert ben.locator("#case-state").get_by_text("▼ high").is_visible()
    ben.get_by_role("button", name="Take it").click()
    wait_for_state(ben, "being worked on")
    learn_before_asking(ben)
    ask_where_to(ben)
    reply_by_mail(house, "To the office, please.\n")
    ben.get_by_text("To the office, please.").first.wait_for(timeout=15_000)
    propose(ben, "A new label is on its way to your office.")

    cleo.goto(find_tap(read_links(house.post.wait_for_letter(to=CLEO, number=3)), answer="no"))
    answer(cleo, got_it="No", good_job="Yes", missing="It went to the old address of the office.")
    wait_for_state(ben, "being worked on")
    ben.reload()
    assert ben.locator("#case-state").get_by_text("no × 2").is_visible()
    link(ben, "A2")
    propose(ben, "The address is corrected, and the label is with your desk.")
    cleo.goto(find_tap(read_links(house.post.wait_for_letter(to=CLEO, number=4)), answer="yes"))
    answer(cleo, got_it="Yes", good_job="Yes")
    wait_for_state(ben, "closed by the customer’s yes")
    read_what_it_taught(ben)

    ada = browser.new_context(base_url=house.address).new_page()
    sign_in(ada, "ada@acme.example")
    tell_the_others(ada)
    hear_the_others(house, browser, ada)


def learn_before_asking(ben: "Page") -> None:
    """What fits the customer's words is offered unasked; nothing is proposed before the cause and the lesson stand."""
    known = ben.locator("#knowledge")
    assert known.get_by_role("link", name="A1 The label never came").is_visible()
    assert known.get_by_text("in progress").first.is_visible()
    ben.locator("#reply").fill("It is on its way.")
    ben.get_by_role("button", name="Send, and ask whether it is solved").click()
    ben.get_by_text("Name the root cause first").first.wait_for()
    ben.get_by_label("Root cause").fill(CAUSE)
    ben.locator("#cause ~ button").click()
    ben.locator(f'#cause[value="{CAUSE}"]').wait_for()
    ben.locator("#reply").fill("It is on its way.")
    ben.get_by_role("button", name="Send, and ask whether it is solved").click()
    ben.get_by_text("First say what this case taught").wait_for()
    link(ben, "A1")


def link(ben: "Page", article: str) -> None:
    ben.locator("#knowledge").get_by_role("button", name=f"Link {article}: it helps here").click()
    ben.locator("#knowledge").get_by_text("linked", exact=True).first.wait_for()


def ask_where_to(ben: "Page") -> None:
    ben.locator("#reply").fill("Where shall the label go?")
    ben.get_by_role("button", name="Send", exact=True).click()
    ben.get_by_text("Sent by e-mail").wait_for()


def reply_by_mail(house: House, words: str) -> None:
    """Cleo's mail program answers the last letter; a mail server hands it over by LMTP."""
    ours = house.post.wait_for_letter(to=CLEO, number=2)
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = CLEO, ours["reply-to"], f"Re: {ours['subject']}"
    reply["In-Reply-To"], reply["Message-ID"] = ours["message-id"], "<cleos-answer@customer.example>"
    reply.set_content(words)
    with taking_mail(house) as port, smtplib.LMTP("127.0.0.1", port) as carrier:
        for _ in range(2):  # whoever carries mail may bring it twice
            carrier.send_message(reply)


def read_what_it_taught(ben: "Page") -> None:
    """The article the yes was said to is surer than before; the one that was not enough is doubted."""
    ben.goto("/w/acme/knowledge/2/")
    assert ben.locator(".page-head .pill").first.inner_text() == "not validated"
    assert ben.get_by_text("1 yes, 0 no").is_visible()
    ben.goto("/w/acme/knowledge/1/")
    assert ben.locator(".page-head .pill").first.inner_text() == "in progress"
    assert "It went to the old address of the office." in ben.locator(".standing").inner_text()


def tell_the_others(ada: "Page") -> None:
    """Everybody who said no because of the same cause is written to once, in one go."""
    ada.goto("/w/acme/campaigns/")
    ada.get_by_role("link", name=CAUSE).click()
    assert "3 customers would be told, 1 of them in a case that is still open" in ada.locator("main").inner_text()
    ada.get_by_label("What is the campaign called?").fill("Labels arrive")
    ada.get_by_role("button", name="Write to them").click()
    ada.locator("#subject-en").fill("Labels arrive now")
    ada.locator("#text-en").fill("{customer}, the courier scans every label now.")
    ada.get_by_role("button", name="Keep").click()
    ada.get_by_role("button", name="Tell 3 customers now").click()


def hear_the_others(house: House, browser: "Browser", ada: "Page") -> None:
    """Dora is asked in her open case, Emil by mail; what they say now is the effect."""
    for who, said in ((DORA, "yes"), (EMIL, "no")):
        letter = house.post.wait_for_letter(to=who)
        assert "the courier scans every label now" in letter.get_body(preferencelist=("plain",)).get_content()  # type: ignore[union-attr]
        page = browser.new_context(viewport=PHONE, base_url=house.address).new_page()  # type: ignore[arg-type]
        page.goto(find_tap(read_links(letter), answer=said))
        answer(page, got_it=said.capitalize(), good_job=said.capitalize())
    assert [str(letter["to"]) for letter in house.post.letters].count(EMIL) == 1
    ada.reload()
    ada.get_by_role("link", name="said no").click()
    assert ada.locator("tbody tr").all_inner_texts()[0].startswith("Emil")
    ada.goto("/w/acme/cases/1/")
    assert ada.get_by_text("closed by the customer’s yes").is_visible()
    ada.goto("/w/acme/cases/2/")
    assert ada.locator("#case-state .pill").first.inner_text() == "open", "a no opens what had ended"
