"""What a customer's traits say under a name, whatever signs stand in the name."""

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis.expr.types as ir
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from untilyes.analysis.segments.condition import Condition, How
from untilyes.analysis.segments.members import list_members
from untilyes.lake import Lake
from untilyes.lake.traits import read_trait

AT = datetime(2026, 11, 2, tzinfo=UTC)
NAMES = ("contract.kind", "a.b.c", "$plan", "/plan", 'the "plan"', "back\\slash", "seats[0]", "Größe", "e mail")


def write(lake: Lake, *traits: dict[str, Any]) -> None:
    lake.record(
        "customers",
        [
            {"id": f"{n}", "customer_id": f"{n}", "at": AT, "source": "event", "traits": json.dumps(one)}
            for n, one in enumerate(traits)
        ],
    )


def told(lake: Lake, name: str) -> list[str | None]:
    def question() -> ir.Table:
        customers = lake.read("customers")
        return customers.select("id", told=read_trait(customers, name)).order_by("id")

    answers: list[str | None] = lake.fetch(question)["told"].to_pylist()
    return answers


@pytest.mark.parametrize("name", NAMES)
def test_members_are_found_by_a_trait_whose_name_has_signs_in_it(tmp_path: Path, name: str) -> None:
    lake = Lake(tmp_path)
    write(lake, {name: "monthly"}, {name: "yearly"}, {"contract": {"kind": "monthly"}, "plan": "monthly"})
    rules = [Condition(name, How.IS, "monthly")]
    assert lake.fetch(lambda: list_members(lake, rules, at=AT))["customer_id"].to_pylist() == ["0"]
    assert told(lake, name) == ['"monthly"', '"yearly"', None]


@settings(max_examples=25)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=6), st.integers(0, 9)))
def test_every_name_but_the_wildcard_leads_to_its_own_value(traits: dict[str, int]) -> None:
    with TemporaryDirectory() as folder:
        lake = Lake(folder)
        write(lake, traits)
        for name in traits.keys() - {"*"}:
            assert told(lake, name) == [str(traits[name])]
