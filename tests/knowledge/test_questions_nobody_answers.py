"""What customers ask in their comments, and no article answers, is a gap: counted by the people who ask."""

from datetime import datetime, timedelta

import pytest
from django_q.models import OrmQ

from tests.cases.stories import AT
from tests.cast import Cast
from untilyes.customers.actions import forget_customer, welcome_customer
from untilyes.customers.models import Customer
from untilyes.feedback.queries import open_lake
from untilyes.knowledge.actions import (
    Text,
    begin_article,
    dismiss_gap,
    govern_article,
    record_search,
    validate_article,
)
from untilyes.knowledge.models import Search
from untilyes.knowledge.queries import list_gap_searches, list_gaps, measure_health
from untilyes.knowledge.queries.answering import has_answer
from untilyes.knowledge.rules import Audience, Governance, Place
from untilyes.plumbing.clock import now
from untilyes.voices.actions import ask_for_hearing, hand_down_questions
from untilyes.voices.jobs import listen
from untilyes.workspaces.tenancy import inside

DAY = timedelta(days=1)


def comment(key: str, text: str, *, by: Customer | None = None, at: datetime = AT, source: str = "review") -> None:
    """Something a customer wrote that nobody looked up."""
    fact = {"id": key, "at": at, "source": source, "text": text, "language": "en"}
    open_lake().record("comments", [fact | ({"customer_id": str(by.pk)} if by else {})])


def hear(acme: Cast) -> int:
    """Listen to everything, and hand down what was asked."""
    listen(acme.acme.pk, ask_for_hearing(at=AT).pk)
    return hand_down_questions(at=AT + DAY)


def publish(acme: Cast, title: str, body: str) -> None:
    """An article that customers may read."""
    article = begin_article(Text(title, body), by=acme.ben, at=AT)
    govern_article(article, audience=Audience.EVERYONE, governance=Governance.BY_USE, by=acme.ada, at=AT)
    validate_article(article, by=acme.ada, at=AT)


def test_questions_in_comments_are_gaps_and_whoever_also_looked_counts_once(acme: Cast) -> None:
    dora = welcome_customer(email="dora@customer.example", name="Dora")
    comment("a", "Shoes are fine. How do I rent a tent? Thanks.", by=acme.cleo)
    comment("b", "how do I rent a tent?!", by=dora)
    comment("c", "Where can I rent tents?")
    comment("d", "It rained in my tent.", by=dora)
    record_search("rent a tent", place=Place.HELP, found=0, at=AT, customer=dora)
    record_search("gift wrapping", place=Place.HELP, found=0, at=AT)
    assert hear(acme) == 3
    tent, wrapping = list_gaps(at=AT + DAY)
    assert (tent.customers, tent.searches, tent.in_comments) == (3, 1, 3)
    assert (wrapping.words, wrapping.customers, wrapping.in_comments) == ("gift wrapping", 1, 0)
    newest = Search.objects.get(key=tent.key)
    assert len(list_gap_searches(newest)) == 4
    assert "Shoes are fine" not in " ".join(one.words for one in list_gap_searches(newest))


def test_handing_down_again_changes_nothing(acme: Cast) -> None:
    comment("a", "How do I rent a tent?", by=acme.cleo)
    assert (hear(acme), hear(acme), Search.objects.count()) == (1, 0, 1)


def test_the_worker_hands_down_after_each_look(acme: Cast) -> None:
    comment("a", "How do I rent a tent?", at=now() - DAY)
    listen(acme.acme.pk, ask_for_hearing(at=AT).pk)
    asked = [errand.task["func"] for errand in OrmQ.objects.all()]
    assert "untilyes.voices.jobs.tell_what_is_asked" in asked


def test_a_question_is_no_gap_once_an_article_says_most_of_what_it_is_about(acme: Cast) -> None:
    comment("a", "How do I rent a tent for a festival?", by=acme.cleo)
    publish(acme, "Pitch a tent", "On flat ground.")  # one word in common is no answer
    hear(acme)
    assert [gap.in_comments for gap in list_gaps(at=AT + DAY)] == [1]
    publish(acme, "Rent a tent", "By the week, festivals too.")
    assert list_gaps(at=AT + DAY) == []
    comment("b", "How do I rent a tent for a festival?", by=acme.cleo)
    assert hear(acme) == 0


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("How do I send shoes back?", True),
        ("Where do I print the label for sending shoes back?", True),
        ("Do you repair zips of tents?", False),
        ("Why?", False),
    ],
)
def test_an_answer_holds_most_of_the_telling_words(acme: Cast, question: str, answered: bool) -> None:
    publish(acme, "Send shoes back", "Print the label, tape the box.")
    assert has_answer(question) is answered


def test_an_article_only_we_may_read_answers_no_customer(acme: Cast) -> None:
    begin_article(Text("Send shoes back", "Print the label."), by=acme.ben, at=AT)
    assert not has_answer("How do I send shoes back?")


def test_what_identifies_somebody_is_covered_and_goes_with_them(acme: Cast) -> None:
    comment("a", "How do I rent a tent for order 12345678?", by=acme.cleo)
    hear(acme)
    assert Search.objects.get().words == "How do I rent a tent for order •••?"
    forget_customer(acme.cleo, at=AT + DAY, by=acme.ada)
    assert not Search.objects.exists()


def test_a_question_that_is_not_ours_is_set_aside_and_stays_so(acme: Cast) -> None:
    comment("a", "How do I fly to Mars?", by=acme.cleo)
    hear(acme)
    dismiss_gap(Search.objects.get(), by=acme.ben, at=AT + DAY)
    hear(acme)
    assert list_gaps(at=AT + DAY) == []


def test_what_is_asked_counts_as_no_search(acme: Cast) -> None:
    comment("a", "How do I rent a tent?")
    hear(acme)
    health = measure_health(since=AT - DAY, until=AT + DAY)
    assert (health.findable.n, health.found_nothing.n) == (0, 0)


def test_dans_gaps_hold_no_question_of_ours(acme: Cast) -> None:
    comment("a", "How do I rent a tent?", by=acme.cleo)
    hear(acme)
    with inside(acme.globex):
        assert hand_down_questions(at=AT + DAY) == 0
        assert list_gaps(at=AT + DAY) == []
