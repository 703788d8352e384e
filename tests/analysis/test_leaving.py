"""How long customers stay and who leaves: by hand, and against the tables of a telecommunications company."""

import csv
import gzip
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from untilyes.analysis.staying import compare_traits, read_departed, read_life_table
from untilyes.lake import Lake

JOINED = datetime(2025, 1, 1, 12, tzinfo=UTC)


def customer(number: int, *, joined: datetime = JOINED, days: float | None = None, **more: Any) -> dict[str, Any]:
    """One customer who left `days` after joining, or is still here."""
    return {
        "id": f"{number}",
        "customer_id": f"{number}",
        "at": joined,
        "source": "event",
        "joined_at": joined,
        "left_at": None if days is None else joined + timedelta(days=days),
        **more,
    }


def test_the_life_table_is_the_one_counted_by_hand(lake: Lake) -> None:
    gone = [1.0] * 10 + [35.0] * 20 + [65.0] * 17
    lake.record("customers", [customer(number, days=day) for number, day in enumerate(gone)])
    lake.record("customers", [customer(100 + number) for number in range(53)])
    table = read_life_table(lake, until=(JOINED + timedelta(days=91)).date())
    assert table is not None
    # 100 begin, 10 leave; 90 begin, 20 leave; 70 begin, 17 leave: 90 %, 70 %, 53 % are still here.
    assert table.staying.value[:3].tolist() == pytest.approx([0.9, 0.7, 0.53], abs=1e-9)
    assert table.hazard.n[:3].tolist() == [100, 90, 70]


def test_who_joined_before_departures_were_known_is_followed_from_there_only(lake: Lake) -> None:
    old = JOINED - timedelta(days=45)
    lake.record("customers", [customer(number, joined=old) for number in range(100)])
    lake.record("customers", [customer(200 + number, days=0.5 if number < 10 else None) for number in range(100)])
    table = read_life_table(lake, until=(JOINED + timedelta(days=100)).date())
    assert table is not None
    # The old ones' first 30 days were over before anybody was watched; in their second they count for half.
    assert table.hazard.n[:2].tolist() == [100, 90 + 50]


def test_where_departures_are_known_of_one_moment_only_no_life_table_is_made_up(lake: Lake) -> None:
    lake.record("customers", [customer(number, days=200 if number < 50 else None) for number in range(200)])
    assert read_life_table(lake, until=(JOINED + timedelta(days=201)).date()) is None


def test_departures_are_counted_by_month_with_the_reasons_given(lake: Lake) -> None:
    facts = [customer(1, days=10, left_reason="moved"), customer(2, days=80, left_reason="price"), customer(3, days=81)]
    lake.record("customers", [*facts, customer(4), customer(5, days=500)])
    found = read_departed(lake, until=date(2025, 6, 1))
    assert [(month.first.month, month.left) for month in found.months] == [(1, 1), (2, 0), (3, 2)]
    assert (found.customers, found.left) == (5, 3), "who leaves later is still here"
    assert {one.reason: (one.share.value, one.share.n) for one in found.given} == {"moved": (0.5, 2), "price": (0.5, 2)}


def test_the_month_somebody_left_in_is_that_of_the_lakes_own_clock(lake: Lake) -> None:
    eve = (datetime(2025, 1, 31, 23, 30, tzinfo=UTC) - JOINED) / timedelta(days=1)
    lake.record("customers", [customer(1, days=eve), customer(2, days=eve - 0.5)])
    found = read_departed(lake, until=date(2025, 6, 1))
    assert [(month.first, month.left) for month in found.months] == [(date(2025, 1, 1), 1), (date(2025, 2, 1), 1)]


def test_a_trait_known_only_of_those_who_left_is_refused_and_one_that_means_nothing_is_named(lake: Lake) -> None:
    rows = []
    for number in range(400):
        traits = {"plan": "monthly" if number % 2 else "yearly", "colour": "red" if number % 4 < 2 else "blue"}
        leaves = (number % 2 == 1 and number % 10 < 6) or number % 50 == 0
        rows.append(
            customer(
                number,
                days=20 if leaves else None,
                traits=json.dumps(traits | ({"farewell": "angry"} if leaves else {})),
            )
        )
    lake.record("customers", rows)
    found = compare_traits(lake, until=date(2025, 6, 1))
    assert [leak.name for leak in found.leaks] == ["farewell"]
    monthly = next(rate for rate in found.real if rate.value == "monthly")
    assert (monthly.change.after.value, monthly.change.before.value) == (0.6, 0.04)
    assert found.silent == ("colour",)


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt") as file:
        return list(csv.DictReader(file))


def test_of_the_telecommunications_company_contracts_are_found_and_the_giveaway_refused(
    lake: Lake, shared_data: Path
) -> None:
    folder = shared_data / "telco_churn"
    status, services = (rows_of(folder / f"Telco_customer_churn_{name}.csv.gz") for name in ("status", "services"))
    names = {
        "contract": "Contract",
        "offer": "Offer",
        "internet_type": "Internet Type",
        "phone_service": "Phone Service",
    }
    traits = {row["Customer ID"]: {name: row[column] for name, column in names.items()} for row in services}
    ends = datetime(2019, 9, 30, 12, tzinfo=UTC)
    lake.record(
        "customers",
        [
            {
                "id": row["Customer ID"],
                "customer_id": row["Customer ID"],
                "at": ends,
                "source": "event",
                "left_at": ends if row["Churn Label"] == "Yes" else None,
                "left_reason": row["Churn Reason"] or None,
                "traits": json.dumps(
                    traits[row["Customer ID"]]
                    | ({"churn_category": row["Churn Category"]} if row["Churn Category"] else {})
                ),
            }
            for row in status
        ],
    )
    found = compare_traits(lake, until=date(2019, 10, 1))
    assert [leak.name for leak in found.leaks] == ["churn_category"]
    held = Counter(pair for of in traits.values() for pair in of.items())
    gone = Counter(pair for row in status if row["Churn Label"] == "Yes" for pair in traits[row["Customer ID"]].items())
    shares = {(rate.trait, rate.value): rate.change.after.value for rate in found.rates}
    assert shares == pytest.approx({pair: gone[pair] / held[pair] for pair in held})
    assert shares["contract", "Month-to-Month"] == pytest.approx(0.4584, abs=0.0001)
    assert shares["contract", "Two Year"] == pytest.approx(0.0255, abs=0.0001)
    assert shares["offer", "Offer E"] == pytest.approx(0.529, abs=0.001)
    assert shares["internet_type", "Fiber Optic"] == pytest.approx(0.407, abs=0.001)
    assert found.silent == ("phone_service",)
    departed = read_departed(lake, until=date(2019, 10, 1))
    assert (departed.customers, departed.left) == (7043, 1869)
    assert departed.given[0].reason == "Competitor had better devices"
    assert departed.given[0].share.value == pytest.approx(313 / 1869)
