"""What is missing, by the people it concerns, and how well knowledge works, against counts done by hand."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.cast import Cast
from untilyes.customers.actions import forget_customer, welcome_customer
from untilyes.knowledge.actions import (
    Text,
    begin_article,
    choose_result,
    dismiss_gap,
    govern_article,
    hear_reader,
    hear_verdict,
    looking,
    record_lesson,
    record_search,
    validate_article,
)
from untilyes.knowledge.models import Article, Search
from untilyes.knowledge.queries import list_gaps, list_unchosen, measure_health
from untilyes.knowledge.rules import Audience, Governance, Place, Taught, Verdict
from untilyes.workspaces.tenancy import inside

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def look(words: str, *, place: Place = Place.HELP, found: int = 0, at: datetime = AT) -> Search:
    search = record_search(words, place=place, found=found, at=at)
    assert search is not None
    return search


def publish(acme: Cast, article: Article, *, at: datetime) -> None:
    govern_article(article, audience=Audience.EVERYONE, governance=Governance.BY_USE, by=acme.ada, at=at)
    validate_article(article, by=acme.ada, at=at)


def test_gaps_are_ranked_by_the_people_they_concern(acme: Cast) -> None:
    dora = welcome_customer(email="dora@customer.example", name="Dora")
    for hour in range(4):
        record_search(
            "gift wrapping", place=Place.CASE, found=0, at=AT + hour * HOUR, about="case:1", customer=acme.cleo
        )
    for customer, case in ((acme.cleo, "case:1"), (dora, "case:2")):
        record_search("rent a tent", place=Place.CASE, found=0, at=AT, about=case, customer=customer)
    look("tents for rent")
    look("Rent tent?", place=Place.STAFF)
    assert [(gap.words, gap.customers, gap.searches) for gap in list_gaps(at=AT + DAY)] == [
        ("Rent tent?", 4, 4),
        ("gift wrapping", 1, 4),
    ]


def test_what_identifies_a_reader_is_covered_before_a_search_is_kept(acme: Cast) -> None:
    assert look("order 12345678 of cleo@customer.example").words == "order ••• of •••"


def test_a_gap_closes_once_those_who_looked_can_find_something(acme: Cast) -> None:
    look("rent a tent")
    article = begin_article(Text("Rent a tent", "By the week."), by=acme.ben, at=AT)
    assert list_gaps(at=AT + DAY), "readers cannot read it yet"
    publish(acme, article, at=AT)
    assert list_gaps(at=AT + DAY) == []


def test_a_gap_that_is_not_ours_or_long_ago_is_none(acme: Cast) -> None:
    look("flights to mars", at=AT - 100 * DAY)
    assert list_gaps(at=AT) == []
    search = look("flights to venus")
    dismiss_gap(search, by=acme.ben, at=AT)
    assert list_gaps(at=AT + DAY) == []


def test_results_nobody_opens_hide_a_gap_too(acme: Cast) -> None:
    article = begin_article(Text("Pitch a tent", "On flat ground."), by=acme.ben, at=AT)
    for _ in range(2):
        look("rent a tent", found=1)
        look("pitch my tent", found=1)
    look("tent colours", found=1)
    choose_result(look("pitch tent", found=1), article, at=AT)
    assert [(gap.words, gap.customers) for gap in list_unchosen(at=AT + DAY)] == [("rent a tent", 2)]


def test_a_machine_that_looks_all_day_fills_no_table(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "MOST_A_DAY", 3)
    kept = [record_search(f"word{number}", place=Place.HELP, found=0, at=AT) for number in range(5)]
    assert [search is not None for search in kept] == [True, True, True, False, False]
    assert record_search("word9", place=Place.HELP, found=0, at=AT + 2 * DAY) is not None
    assert record_search("?!", place=Place.HELP, found=0, at=AT + 2 * DAY) is None


def test_what_somebody_looked_for_is_forgotten_with_them(acme: Cast) -> None:
    record_search("rent a tent", place=Place.CASE, found=0, at=AT, about="case:1", customer=acme.cleo)
    forget_customer(acme.cleo, at=AT, by=acme.ada)
    assert not Search.objects.exists()


def test_health_is_what_one_counts_by_hand(acme: Cast) -> None:
    old = begin_article(Text("Old", "Used."), by=acme.ben, at=AT - 40 * DAY)
    begin_article(Text("Older", "Never used."), by=acme.ben, at=AT - 50 * DAY)
    new = begin_article(Text("New", "Begun in a case."), by=acme.ben, at=AT - 4 * DAY)
    publish(acme, new, at=AT - 2 * DAY)
    for number, (article, taught, verdict) in enumerate(
        (
            (old, Taught.LINKED, Verdict.YES),
            (old, Taught.LINKED, Verdict.YES),
            (old, Taught.LINKED, Verdict.NO),
            (new, Taught.CREATED, Verdict.SILENT),
        )
    ):
        about = f"case:{number}"
        record_lesson(about, taught, article=article, by=acme.ben, at=AT - DAY)
        if verdict:
            hear_verdict(about, verdict, words="A no.", at=AT - HOUR)
    record_lesson("case:9", Taught.NOTHING, why="Once.", by=acme.ben, at=AT - DAY)
    choose_result(look("old things", found=1, at=AT - HOUR), old, at=AT - HOUR)
    look("nothing like it", at=AT - HOUR)
    look("something found", found=2, at=AT - HOUR)
    for was_enough in (True, True, True, False):
        hear_reader(old, response_id=uuid4(), was_enough=was_enough, language="en", at=AT - HOUR)

    health = measure_health(since=AT - 10 * DAY, until=AT)
    shares = {
        name: (round(getattr(health, name).value, 3), getattr(health, name).n)
        for name in ("helped", "new", "reused", "findable", "found_nothing", "enough")
    }
    assert shares == {
        "helped": (0.667, 3),
        "new": (0.25, 4),
        "reused": (0.5, 2),
        "findable": (0.333, 3),
        "found_nothing": (0.333, 3),
        "enough": (0.75, 4),
    }
    assert health.time_to_public.value == pytest.approx(2 * 86_400, rel=0.02)
    assert health.time_to_public.n == 1
    assert all(estimate.low is not None for estimate in (health.helped, health.findable, health.enough))


def test_without_anything_health_defines_nothing(acme: Cast) -> None:
    health = measure_health(since=AT - DAY, until=AT)
    assert (health.helped.value, health.time_to_public.value, health.enough.n) == (None, None, 0)


def test_dans_gaps_are_his_own(acme: Cast) -> None:
    look("rent a tent")
    with inside(acme.globex):
        assert list_gaps(at=AT + DAY) == []
        assert list_unchosen(at=AT + DAY) == []
        assert measure_health(since=AT - DAY, until=AT + DAY).found_nothing.n == 0
