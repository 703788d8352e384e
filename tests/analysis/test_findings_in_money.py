"""What a finding's customers spent is counted from their purchases, and nothing is said where nobody knows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from untilyes.analysis.findings import Finding, Kind, Look, Tone, Trail
from untilyes.analysis.findings.finding import Money
from untilyes.analysis.findings.money import count_money
from untilyes.lake import Lake

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
UNTIL = date(2026, 7, 1)
REFUND = Finding(
    Kind.CHANGE, "change:effectiveness:touchpoint=refund", "Worse.", Tone.WORSE, 10, 0.1, "Ask.",
    look=Look("effectiveness", ("week",), {"touchpoint": "refund"}),
)  # fmt: skip
LATE = replace(REFUND, kind=Kind.BROKEN_PROMISE, key="broken:delivery", look=None)
GONE = replace(REFUND, kind=Kind.CHURN_SOURCE, key="leaving:broken:delivery", look=None)


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
                 "left_at": AT + timedelta(days=9) if n < 4 else None} for n in range(20)
    ])  # fmt: skip
    return lake


def test_a_change_somewhere_is_about_those_who_answered_there_and_each_counts_once(lake: Lake) -> None:
    assert count_money(lake, REFUND, until=UNTIL) == Money(1_000.0, 0.5, 10)


def test_a_broken_promise_is_about_those_it_was_broken_to(lake: Lake) -> None:
    assert count_money(lake, LATE, until=UNTIL) == Money(1_000.0, 0.5, 10)


def test_a_source_of_leaving_is_about_those_exposed_to_it_who_are_still_here(lake: Lake) -> None:
    assert count_money(lake, GONE, until=UNTIL) == Money(800.0, 0.4, 8)


@pytest.mark.parametrize(
    "finding",
    [
        replace(REFUND, look=None),
        replace(REFUND, kind=Kind.DRIVER, key="driver:effective:contacts"),
        replace(GONE, key="leaving:plan=member"),
        replace(REFUND, kind=Kind.JOURNEY_BREAK, rows=Trail("turned_journeys", {})),
        replace(LATE, key="broken:nothing"),
    ],
    ids=["everywhere", "a driver", "a wave", "a turn", "to nobody"],
)
def test_where_nobody_knows_whose_money_it_is_nothing_is_said(finding: Finding, lake: Lake) -> None:
    assert count_money(lake, finding, until=UNTIL) is None


def test_what_fewer_than_five_spent_would_tell_on_them(lake: Lake) -> None:
    few = replace(REFUND, look=Look("effectiveness", (), {"touchpoint": "repair"}))
    lake.record("answers", [
        {"id": f"r{n}", "customer_id": f"c{n}", "at": AT, "source": "survey", "touchpoint": "repair",
         "question": "effective", "value": 1.0} for n in range(4)
    ])  # fmt: skip
    assert count_money(lake, few, until=UNTIL) is None


def test_it_is_told_with_its_currency_its_share_and_whose_it_is() -> None:
    assert Money(12_345.6, 0.084, 140).tell("EUR") == (
        "they spent EUR 12,300 in the last year, 8 % of all purchases (140 customers)"
    )
    assert "less than 1 % of all" in Money(90.0, 0.002, 7).tell("EUR")
