"""What a finding's customers spent is counted from their purchases, and nothing is said where nobody knows."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from untilyes.analysis.findings.finding import Money
from untilyes.analysis.findings.money import count_money
from untilyes.analysis.findings.people import who_answered, who_carries, who_is_exposed, who_stays, who_was_let_down
from untilyes.lake import Lake

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
UNTIL = date(2026, 7, 1)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Twenty customers who spent 100 each, the first ten asked about refunds, the even ones promised too much."""
    lake, event = Lake(tmp_path, zone="UTC"), {"source": "event"}
    lake.record("events", [
        event | {"id": f"p{n}", "customer_id": f"c{n}", "at": AT, "activity": "purchase", "amount": 100.0}
        for n in range(20)
    ] + [event | {"id": "old", "customer_id": "c0", "at": AT - timedelta(days=400), "activity": "purchase",
                  "amount": 9_999.0},
         event | {"id": "stay", "customer_id": "c0", "at": AT, "activity": "login", "amount": 9_999.0}])  # fmt: skip
    lake.record("answers", [
        {"id": f"a{n}{k}", "customer_id": f"c{n}", "at": AT, "source": "survey", "touchpoint": "refund",
         "question": "effective", "value": 1.0} for n in range(10) for k in range(2)
    ])  # fmt: skip
    lake.record("outcomes", [
        event | {"id": f"o{n}", "customer_id": f"c{n}", "at": AT, "promise": "delivery", "promised_at": AT,
                 "due_at": AT + timedelta(days=2), "kept_at": AT + timedelta(days=1 + 2 * (n % 2 == 0))}
        for n in range(20)
    ])  # fmt: skip
    lake.record("customers", [
        event | {"id": f"k{n}", "customer_id": f"c{n}", "at": AT, "joined_at": AT,
                 "left_at": AT + timedelta(days=9) if n < 4 else None,
                 "traits": json.dumps({"plan": "member" if n < 15 else "guest"})} for n in range(20)
    ])  # fmt: skip
    return lake


def test_a_place_is_about_those_who_answered_there_and_each_counts_once(lake: Lake) -> None:
    who = who_answered(lake, {"touchpoint": "refund"}, until=UNTIL)
    assert who is not None
    assert count_money(lake, who, until=UNTIL) == Money(1_000.0, 0.5, 10)


def test_a_broken_promise_is_about_those_it_was_broken_to(lake: Lake) -> None:
    assert count_money(lake, who_was_let_down(lake, ("delivery",), until=UNTIL), until=UNTIL) == Money(1_000.0, 0.5, 10)


def test_a_source_of_leaving_is_about_those_exposed_to_it_who_are_still_here(lake: Lake) -> None:
    who = who_stays(lake, who_is_exposed(lake, "broken:delivery", until=UNTIL), until=UNTIL)
    assert count_money(lake, who, until=UNTIL) == Money(800.0, 0.4, 8)


def test_a_wave_is_about_those_of_its_sort_who_are_still_here(lake: Lake) -> None:
    who = who_stays(lake, who_carries(lake, "plan", "member"), until=UNTIL)
    assert count_money(lake, who, until=UNTIL) == Money(1_100.0, 0.55, 11)


def test_everywhere_is_about_nobody_in_particular(lake: Lake) -> None:
    assert who_answered(lake, {}, until=UNTIL) is None
    assert who_answered(lake, {"promise": "delivery"}, until=UNTIL) is None


def test_where_nobody_bought_or_nobody_is_meant_nothing_is_said(lake: Lake, tmp_path: Path) -> None:
    assert count_money(lake, who_was_let_down(lake, ("nothing",), until=UNTIL), until=UNTIL) is None
    empty = Lake(tmp_path / "empty", zone="UTC")
    assert count_money(empty, who_was_let_down(empty, ("delivery",), until=UNTIL), until=UNTIL) is None


def test_what_fewer_than_five_spent_would_tell_on_them(lake: Lake) -> None:
    lake.record("answers", [
        {"id": f"r{n}", "customer_id": f"c{n}", "at": AT, "source": "survey", "touchpoint": "repair",
         "question": "effective", "value": 1.0} for n in range(4)
    ])  # fmt: skip
    who = who_answered(lake, {"touchpoint": "repair"}, until=UNTIL)
    assert who is not None
    assert count_money(lake, who, until=UNTIL) is None


def test_it_is_told_with_its_currency_its_share_and_whose_it_is() -> None:
    assert Money(12_345.6, 0.084, 140).tell("EUR") == (
        "they spent EUR 12,300 in the last year, 8 % of all purchases (140 customers)"
    )
    assert "less than 1 % of all" in Money(90.0, 0.002, 7).tell("EUR")
