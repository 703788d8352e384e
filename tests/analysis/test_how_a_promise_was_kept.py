"""A promise by the month it was given, and side by side for channels and kinds of customers."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.analysis.invented import START, fact, invent, outcome
from untilyes.analysis.kept import list_cuts, read_cut, read_kept_months
from untilyes.analysis.measures import MEASURES
from untilyes.lake import Lake, Workbench
from untilyes.stats import estimate_share

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_a_month_holds_what_was_given_in_it_and_an_open_one_breaks_the_second_it_is_due(lake: Lake) -> None:
    march, late = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 4, 29, tzinfo=UTC)
    rows = [outcome(f"k{n}", due=3, kept=1, at=march) for n in range(7)]
    rows += [outcome(f"b{n}", due=3, kept=5, at=march) for n in range(2)]
    rows += [outcome("never", due=3, kept=None, at=march)]
    rows += [outcome(f"new{n}", due=3, kept=None, at=late) for n in range(4)]
    rows += [outcome("withdrawn", due=3, kept=None, at=march) | {"due_at": None}]
    lake.record("outcomes", rows)
    april, in_march = read_kept_months(lake, "delivery", at=NOW)
    assert (in_march.month, in_march.kept, in_march.undecided) == (date(2026, 3, 1), estimate_share(7, 10), 0)
    assert (april.kept.value, april.kept.n, april.undecided) == (None, 0, 4)
    (after, _) = read_kept_months(lake, "delivery", at=NOW + timedelta(days=3))
    assert (after.kept.n, after.undecided) == (4, 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_months_and_cuts_say_what_the_measures_say(lake: Lake, seed: int) -> None:
    facts = invent(np.random.default_rng(seed), 400)["outcomes"]
    lake.record("outcomes", [row for row in facts if row["due_at"] is None or row["due_at"] != row["kept_at"]])
    measured = MEASURES["promise_kept"](lake, by=("month",), where={"promise": "delivery"}, now=NOW)
    said = {cell.key["month"]: cell.estimate for cell in measured.cells if cell.hidden is None}
    months = {one.month: one.kept for one in read_kept_months(lake, "delivery", at=NOW) if one.kept.is_defined}
    assert months == said
    cut = {row.value: row for row in read_cut(lake, "delivery", "channel", at=NOW).rows}
    kept = MEASURES["promise_kept"](lake, by=("channel",), where={"promise": "delivery"}, now=NOW)
    margin = MEASURES["margin"](lake, by=("channel",), where={"promise": "delivery"}, now=NOW)
    assert cut
    for cell in (cell for cell in kept.cells if cell.hidden is None):
        assert cut[_name(cell.key["channel"])].kept == cell.estimate
    for cell in (cell for cell in margin.cells if cell.hidden is None):
        found = cut[_name(cell.key["channel"])].margin
        assert (found.n, found.value) == pytest.approx((cell.estimate.n, cell.estimate.value))


def _name(value: object) -> str | None:
    return None if value is None else str(value)


def test_kinds_of_customers_are_laid_side_by_side_and_few_are_not_shown(lake: Lake) -> None:
    kinds = ["north"] * 10 + ["south"] * 8 + ["sea"] * 3
    customers = [
        fact(f"c{n}", START, traits=json.dumps({"region": kind, "number": n})) | {"customer_id": f"who{n}"}
        for n, kind in enumerate(kinds)
    ]
    rows = [outcome(f"o{n}", due=5, kept=6 if n % 2 else 2, customer_id=f"who{n}") for n in range(len(kinds))]
    lake.record("customers", customers)
    lake.record("outcomes", rows)
    assert list_cuts(lake, "delivery") == ("region",)
    cut = read_cut(lake, "delivery", "region", at=NOW)
    assert [(row.value, row.kept) for row in cut.rows] == [
        ("north", estimate_share(5, 10)),
        ("south", estimate_share(4, 8)),
    ]
    assert cut.hidden == 1


# One offset from UTC for all clocks, and a zone that has it, so that days are those of the file.
PROMISED = """
    SELECT 'd:' || order_id AS id, 'event' AS source, 'delivery' AS promise,
           (order_purchase_timestamp::TIMESTAMP + INTERVAL 3 HOUR)::TIMESTAMPTZ AS at,
           (order_estimated_delivery_date::TIMESTAMP + INTERVAL 27 HOUR)::TIMESTAMPTZ
             - INTERVAL 1 MICROSECOND AS due_at,
           (order_delivered_customer_date::TIMESTAMP + INTERVAL 3 HOUR)::TIMESTAMPTZ AS kept_at
    FROM orders
"""
COUNTED = """
    SELECT date_trunc('month', order_purchase_timestamp::DATE)::DATE AS month, count(*) AS n,
           count(*) FILTER (order_delivered_customer_date::DATE <= order_estimated_delivery_date::DATE) AS kept
    FROM orders GROUP BY 1 ORDER BY 1 DESC
"""


def test_on_real_orders_months_agree_with_plain_sql_and_what_never_came_is_broken(
    tmp_path: Path, shared_data: Path
) -> None:
    lake = Lake(tmp_path / "lake", "Etc/GMT+3")
    with Workbench() as bench:
        bench.add_file("orders", shared_data / "olist_3k" / "olist_orders_dataset.csv.gz")
        lake.record("outcomes", bench.query(PROMISED))
        counted = bench.query(COUNTED).to_pylist()
    months = read_kept_months(lake, "delivery", at=NOW)
    assert [(one.month, one.kept.n) for one in months] == [(row["month"], row["n"]) for row in counted]
    for one, row in zip(months, counted, strict=True):
        if row["n"] >= 5:
            assert one.kept == estimate_share(row["kept"], row["n"])
    assert sum(row["n"] for row in counted) > 2_900


def test_what_a_promise_cannot_be_cut_by_is_refused(lake: Lake) -> None:
    lake.record("outcomes", [outcome("a", due=5, kept=1)])
    with pytest.raises(ValueError, match="cannot be cut by 'customer_id'"):
        read_cut(lake, "delivery", "customer_id", at=NOW)
