"""A lake narrowed to some customers says about them what the whole lake says, and nothing about anybody else."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pytest

from untilyes.analysis.measures import MEASURES
from untilyes.lake import Lake, LakeError
from untilyes.lake.narrowed import NarrowedLake

AT = datetime(2026, 3, 1, tzinfo=UTC)


def said(name: str, customer: str | None) -> dict[str, Any]:
    return {
        "id": name, "customer_id": customer, "at": AT, "source": "survey", "question": "effective", "value": 1.0,
        "scale_min": 0, "scale_max": 1,
    }  # fmt: skip


def did(name: str, customer: str | None, journey: str | None, step: int) -> dict[str, Any]:
    return {
        "id": name, "customer_id": customer, "at": AT + timedelta(hours=step), "source": "event",
        "process_id": journey, "activity": f"step {step}",
    }  # fmt: skip


@pytest.fixture
def whole(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path, zone="Europe/Berlin")
    lake.record("customers", [{"id": name, "customer_id": name, "at": AT, "source": "event"} for name in "abc"])
    lake.record("answers", [said("1", "a"), said("2", "b"), said("3", "c"), said("4", None)])
    lake.record(
        "events",
        [
            *(did(f"x{step}", "a" if step == 1 else None, "x", step) for step in range(3)),
            *(did(f"y{step}", "c", "y", step) for step in range(2)),
            did("alone", "b", None, 1),
            did("nobody", None, None, 1),
        ],
    )
    return lake


def first_two(lake: Lake) -> ir.Table:
    customers = lake.read("customers")
    return customers.filter(customers["customer_id"].isin(["a", "b"]))


def ids(table: ir.Table) -> Sequence[str]:
    return sorted(table.to_pyarrow().column("id").to_pylist())


def test_facts_are_those_of_the_members(whole: Lake) -> None:
    narrow = NarrowedLake(whole, first_two)
    assert ids(narrow.read("answers")) == ["1", "2"]
    assert ids(narrow.read_with_day("answers")) == ["1", "2"]
    assert "day" in narrow.read_with_day("answers").columns


def test_a_journey_stays_whole_where_one_step_names_a_member(whole: Lake) -> None:
    assert ids(NarrowedLake(whole, first_two).read("events")) == ["alone", "x0", "x1", "x2"]


def test_a_table_nobody_recorded_is_empty(whole: Lake) -> None:
    assert ids(NarrowedLake(whole, first_two).read("comments")) == []


def test_roll_ups_are_refused_rather_than_told_of_everybody(whole: Lake) -> None:
    with pytest.raises(LakeError, match="know no members"):
        MEASURES["effectiveness"](NarrowedLake(whole, first_two))
