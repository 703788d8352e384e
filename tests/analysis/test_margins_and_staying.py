"""Who stayed, laid against how early or late a promise was kept: as counted on paper, and as plain SQL has it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from tests.analysis.invented import START, Fact, outcome
from untilyes.analysis.margins import FOLLOWED, find_why_not, read_staying_curve
from untilyes.lake import Lake
from untilyes.sim import simulate
from untilyes.stats import estimate_share
from untilyes.stats.results import Verdict

JOINED = START - timedelta(days=100)


def customer(name: str, *, left: float | None = None) -> Fact:
    """Who joined before the story begins and left so many days after its start, or is still here."""
    left_at = None if left is None else START + timedelta(days=left)
    told = {"at": JOINED, "joined_at": JOINED, "left_at": left_at}
    return {"id": name, "customer_id": name, "source": "event", **told}


def promised(who: str, *, margin: float | None, day: float = 0.0, **more: Any) -> Fact:
    """A promise to one customer, given on a day of the story and due five days later."""
    kept = None if margin is None else 5 - margin
    about: dict[str, Any] = {"customer_id": who, "at": START + timedelta(days=day)} | more
    return outcome(f"{who}-{day}", due=5, kept=kept, **about)


EDGES = [customer("first to leave", left=0), customer("last to leave", left=400)]
"""Departures are in the books from the first day of the story on; promises settled by day 220 can be followed."""


def test_who_stayed_after_kept_and_broken_promises_is_counted_as_on_paper(lake: Lake) -> None:
    story: list[tuple[str, float | None, float | None]]
    story = [(f"k{n}", 2.0, 60.0 if n < 6 else None) for n in range(60)]
    story += [(f"b{n}", -2.0, 90.0 if n < 12 else None) for n in range(40)]
    story += [(f"n{n}", None, 30.0 if n < 4 else None) for n in range(10)]
    lake.record("customers", [*EDGES, *(customer(who, left=left) for who, _, left in story)])
    lake.record("outcomes", [promised(who, margin=margin) for who, margin, _ in story])
    curve = read_staying_curve(lake, "delivery")
    assert curve.kept == estimate_share(54, 60)
    assert curve.broken == estimate_share(34, 50)
    assert curve.undelivered == estimate_share(6, 10)
    assert curve.cliff.verdict is Verdict.WORSE
    assert curve.cost.value == pytest.approx(50 * (0.9 - 0.68))
    assert "are still customers 180 days later; when it is broken, " in curve.sentence
    assert "At the rate of kept ones 11 more of them" in curve.sentence
    assert "cost" not in curve.sentence
    assert any("An association" in note for note in curve.notes)
    assert find_why_not(lake, "delivery") == ""


def test_a_departure_long_after_the_promise_is_none_after_it(lake: Lake) -> None:
    lake.record("customers", [*EDGES, customer("soon", left=FOLLOWED.days), customer("late", left=FOLLOWED.days + 6)])
    lake.record("outcomes", [promised("soon", margin=1.0), promised("late", margin=1.0)])
    assert read_staying_curve(lake, "delivery").kept == estimate_share(1, 2)


def test_promises_before_departures_are_known_or_too_young_to_follow_count_for_nobody(lake: Lake) -> None:
    lake.record("customers", [*EDGES, *(customer(who) for who in ("old", "young", "edge"))])
    lake.record(
        "outcomes",
        [
            promised("old", margin=1.0, day=-30),
            promised("young", margin=1.0, day=217),
            promised("edge", margin=1.0, day=216),
        ],
    )
    assert read_staying_curve(lake, "delivery").kept == estimate_share(1, 1)


def test_a_customer_counts_once_with_the_first_promise_that_can_be_followed(lake: Lake) -> None:
    lake.record("customers", [*EDGES, customer("often", left=100)])
    lake.record(
        "outcomes",
        [
            promised("often", margin=-1.0, day=-50),
            promised("often", margin=1.0, day=10),
            promised("often", margin=-1.0, day=40),
        ],
    )
    curve = read_staying_curve(lake, "delivery")
    assert (curve.kept, curve.broken.n) == (estimate_share(0, 1), 0)
    later = read_staying_curve(lake, "delivery", since=(START + timedelta(days=20)).date())
    assert (later.kept.n, later.broken) == (0, estimate_share(0, 1))


def test_who_had_left_before_the_promise_was_settled_is_not_asked_whether_they_stayed(lake: Lake) -> None:
    lake.record("customers", [*EDGES, customer("gone", left=2), customer("here")])
    lake.record("outcomes", [promised("gone", margin=None), promised("here", margin=None)])
    assert read_staying_curve(lake, "delivery").n == 1


def test_a_promise_to_nobody_known_is_laid_against_nothing(lake: Lake) -> None:
    lake.record("customers", EDGES)
    lake.record("outcomes", [promised("a", margin=1.0, customer_id=None)])
    assert read_staying_curve(lake, "delivery").n == 0


def test_where_staying_is_not_known_the_reason_is_said(lake: Lake) -> None:
    assert "No customer is known to have left" in find_why_not(lake, "delivery")
    assert read_staying_curve(lake, "delivery").sentence == "Who stayed after this promise is not known yet."
    lake.record("customers", [customer("a", left=0), customer("b", left=100)])
    assert "less than 180 days" in find_why_not(lake, "delivery")
    lake.record("customers", [customer("c", left=400), *(customer(f"{n}", left=50) for n in range(9))])
    lake.record("outcomes", [promised(f"{n}", margin=1.0) for n in range(9)])
    assert "Of 9 customers who can be followed" in find_why_not(lake, "delivery")


STAYED = """
    WITH books AS (SELECT min(left_at) AS opened, max(left_at) - INTERVAL 180 DAY AS closed FROM customers),
    settled AS (SELECT customer_id, id, least(coalesce(kept_at, due_at), due_at) AS ts, kept_at <= due_at AS kept
                FROM outcomes WHERE promise = 'delivery' AND due_at IS NOT NULL),
    there AS (SELECT s.*, c.left_at FROM settled s JOIN customers c USING (customer_id) CROSS JOIN books
              WHERE s.ts BETWEEN opened AND closed AND (c.left_at IS NULL OR c.left_at > s.ts)),
    firsts AS (SELECT DISTINCT ON (customer_id) * FROM there ORDER BY customer_id, ts, id)
    SELECT coalesce(kept, false), count(*) FILTER (left_at IS NULL OR left_at > ts + INTERVAL 180 DAY), count(*)
    FROM firsts GROUP BY 1
"""


def test_in_a_company_whose_broken_deliveries_drive_customers_away_it_shows_as_plain_sql_says(lake: Lake) -> None:
    company = simulate(until=datetime(2026, 7, 1, tzinfo=UTC), customers=8_000)
    for name in ("outcomes", "customers"):
        lake.record(name, company.tables[name])
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("outcomes", company.tables["outcomes"])
    connection.register("customers", company.tables["customers"])
    theirs = {kept: (stayed, n) for kept, stayed, n in connection.execute(STAYED).fetchall()}
    curve = read_staying_curve(lake, "delivery")
    assert (curve.kept, curve.broken) == (estimate_share(*theirs[True]), estimate_share(*theirs[False]))
    assert curve.n > 3_000
    assert curve.cliff.verdict is Verdict.WORSE
    assert find_why_not(lake, "delivery") == ""
