"""The same people under two names are one finding: a country and its zone, a language and its country."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from untilyes.analysis.findings import Judgement, judge
from untilyes.analysis.findings.examining import examine_everything
from untilyes.analysis.findings.leaving import examine_leaving
from untilyes.analysis.findings.people import meet_in, share_people, who_carries
from untilyes.lake import Lake

END = datetime(2026, 6, 1, tzinfo=UTC)
UNTIL = END.date()
ZONES = {"PT": "Lisbon", "ES": "Madrid", "AT": "Vienna", "DE": "Berlin", "CH": "Zurich"}


def pour(lake: Lake, *, leaving: Mapping[str, str], size: int = 6_000, seed: int = 5) -> None:
    """Customers of five countries, of whom one in fifty leaves a period; in one stretch a fifth of those `leaving`."""
    rng = np.random.default_rng(seed)
    countries = rng.choice([*ZONES], size, p=[0.3, 0.3, 0.1, 0.2, 0.1])
    facts: list[dict[str, Any]] = []
    bought: list[dict[str, Any]] = []
    for number, country in enumerate(countries):
        zone = ZONES[country] if number % 50 else "elsewhere"  # nearly one to one
        language = "de" if country in {"AT", "DE", "CH"} else country.lower()
        traits = {"country": str(country), "zone": zone, "language": language, "half": str(number % 2)}
        moved = all(traits[name] == value for name, value in leaving.items())
        chances = [0.2 if moved and 10 <= back < 14 else 0.02 for back in range(24, 0, -1)]
        gone = np.flatnonzero(rng.random(24) < chances)
        left = END - timedelta(days=30 * (24 - int(gone[0])) - 15) if gone.size else None
        customer = {"customer_id": f"c{number}", "source": "event"}
        facts.append(customer | {
            "id": f"c{number}", "at": END - timedelta(days=1), "joined_at": END - timedelta(days=900),
            "left_at": left, "traits": json.dumps(traits),
        })  # fmt: skip
        bought.append(customer | {
            "id": f"p{number}", "at": END - timedelta(days=20), "activity": "purchase", "amount": 10.0,
        })  # fmt: skip
    lake.record("customers", facts)
    lake.record("events", bought)


def look(lake: Lake) -> Judgement:
    return judge(examine_leaving(lake, until=UNTIL), are_the_same=meet_in(lake))


def test_a_country_and_its_zone_are_one_wave_that_names_the_other(lake: Lake) -> None:
    pour(lake, leaving={"country": "PT"})
    (wave,) = look(lake).findings
    assert wave.key in {"leaving:country=PT", "leaving:zone=Lisbon", "leaving:language=pt"}
    assert len(wave.also) == 2
    assert all("left within 30 days" in sentence for sentence in wave.also)


def test_a_narrower_group_that_makes_a_wider_one_leave_is_the_one_that_is_told(lake: Lake) -> None:
    pour(lake, leaving={"country": "AT"})
    found = {one.key for one in look(lake).findings}
    assert found <= {"leaving:country=AT", "leaving:zone=Vienna"}
    assert len(found) == 1


def test_two_causes_at_one_time_stay_two(lake: Lake) -> None:
    pour(lake, leaving={"country": "PT"})
    rows = lake.read("customers").to_pyarrow().to_pylist()
    rng = np.random.default_rng(9)
    moved: list[dict[str, Any]] = []
    for row in rows:
        traits = json.loads(row["traits"])
        if row["left_at"] is None and traits["half"] == "1" and traits["country"] != "PT" and rng.random() < 0.5:
            moved.append({name: row[name] for name in ("id", "customer_id", "at", "source", "joined_at", "traits")}
                         | {"left_at": END - timedelta(days=30 * int(rng.integers(10, 14)) - 15)})  # fmt: skip
    lake.record("customers", moved)
    found = {one.key for one in look(lake).findings}
    assert "leaving:half=1" in found
    assert found & {"leaving:country=PT", "leaving:zone=Lisbon", "leaving:language=pt"}
    assert len(found) == 2


@pytest.mark.parametrize("other", ["Lisbon", "Madrid"])
def test_how_far_two_groups_are_the_same_people_is_counted(lake: Lake, other: str) -> None:
    pour(lake, leaving={"country": "PT"}, size=1_000)
    told = [json.loads(row["traits"]) for row in lake.read("customers").to_pyarrow().to_pylist()]
    sides = [
        {n for n, one in enumerate(told) if one[name] == value} for name, value in (("country", "PT"), ("zone", other))
    ]
    share = share_people(lake, who_carries(lake, "country", "PT"), who_carries(lake, "zone", other))
    assert share == pytest.approx(len(sides[0] & sides[1]) / len(sides[0] | sides[1]))


def test_a_whole_look_tells_it_once_with_what_those_people_spent(lake: Lake) -> None:
    pour(lake, leaving={"country": "PT"})
    found = examine_everything(lake, until=UNTIL, in_money=True).findings
    about = [one for one in found if one.kind == "churn_source"]
    assert len(about) == 1
    assert about[0].money is not None
    assert about[0].money.amount == 10 * about[0].money.customers
