"""The Olist marketplace: promises kept until their day ends, and every figure found again by another route."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.compute as pc
import pytest

from tests.cast import Cast
from tests.sources.conftest import AT, facts
from untilyes.analysis.margins import read_margin_curve
from untilyes.analysis.measures import MEASURES
from untilyes.feedback.queries import open_lake
from untilyes.sources.actions import import_files
from untilyes.sources.library import get_recipe

Write = Callable[..., Path]

ORDERS = """order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date
early,c1,delivered,2018-01-02 10:00:00,2018-01-02 11:00:00,2018-01-03 10:00:00,2018-01-10 12:00:00,2018-01-20 00:00:00
same,c2,delivered,2018-01-02 10:00:00,,,2018-01-20 18:30:00,2018-01-20 00:00:00
late,c3,delivered,2018-01-02 10:00:00,,,2018-01-21 00:00:00,2018-01-20 00:00:00
gone,c4,canceled,2018-01-02 10:00:00,,,,2018-01-20 00:00:00
lost,c5,shipped,2018-01-02 10:00:00,,,,2018-01-20 00:00:00
"""  # noqa: E501 - the vendor's columns
CUSTOMERS = """customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state
c1,ana,01000,sao paulo,SP
c2,bia,20000,rio de janeiro,RJ
c3,ana,01000,santos,SP
c4,caio,01000,sao paulo,SP
c5,duda,01000,sao paulo,SP
"""
REVIEWS = """review_id,order_id,review_score,review_comment_title,review_comment_message,review_answer_timestamp
r1,early,5,,"Recebi antes do prazo, ótimo",2018-01-12 10:00:00
r2,same,4,recomendo,recomendo,2018-01-21 10:00:00
r3,late,1,Atraso,   ,2018-01-15 10:00:00
r3,lost,9,,,2018-01-15 10:00:00
"""


@pytest.fixture
def orders(acme: Cast, write: Write) -> Any:
    """Five orders, imported without payments, items and products."""
    write(ORDERS, "olist_orders_dataset.csv")
    write(CUSTOMERS, "olist_customers_dataset.csv")
    folder = write(REVIEWS, "olist_order_reviews_dataset.csv").parent
    return import_files(get_recipe("olist"), [folder], at=AT)


def test_a_promise_given_as_a_date_is_kept_until_that_day_ends_in_the_customers_zone(orders: Any) -> None:
    kept = {row["id"]: row["kept_at"] and row["kept_at"] <= row["due_at"] for row in facts("outcomes")}
    assert kept == {
        "olist:delivery:early": True,
        "olist:delivery:same": True,
        "olist:delivery:late": False,
        "olist:delivery:lost": None,
    }
    due = {row["due_at"] for row in facts("outcomes")}
    assert due == {datetime(2018, 1, 21, 1, 59, 59, 999999, tzinfo=UTC)}, "midnight in São Paulo's summer is 02:00 UTC"


def test_cancelled_orders_have_no_promise_left_to_keep_and_undelivered_ones_do(orders: Any) -> None:
    reading = MEASURES["promise_kept"](open_lake(), now=AT, floor=0)
    assert (reading.total.n, reading.total.value) == (4, 0.5)
    told = next(tally.told for tally in orders.tallies if tally.name == "orders")
    assert told == {"cancelled before it was delivered": 1, "not delivered, as far as the file goes": 1}


def test_reviews_are_answers_on_their_scale_and_odd_ones_are_told(orders: Any) -> None:
    assert {row["id"]: (row["value"], row["scale_min"], row["scale_max"]) for row in facts()} == {
        "olist:r1:early": (5.0, 1.0, 5.0),
        "olist:r2:same": (4.0, 1.0, 5.0),
        "olist:r3:late": (1.0, 1.0, 5.0),
    }
    tally = next(tally for tally in orders.tallies if tally.name == "reviews")
    assert tally.reasons == {"the score is not between 1 and 5": 1}
    assert tally.told == {"written before the delivery it is about": 1}


def test_words_become_comments_and_a_headline_that_repeats_them_does_not(orders: Any) -> None:
    assert {row["id"]: row["text"] for row in facts("comments")} == {
        "olist:r1:early": "Recebi antes do prazo, ótimo",
        "olist:r2:same": "recomendo",
        "olist:r3:late:title": "Atraso",
    }


def test_steps_in_the_same_second_come_in_the_order_in_which_they_are_meant(orders: Any) -> None:
    ids = sorted(row["id"] for row in facts("events") if row["process_id"].endswith("early"))
    assert [one.rpartition(":")[2] for one in ids] == ["purchase", "payment_approved", "handed_to_carrier", "delivered"]


def test_two_orders_of_one_person_are_one_customer(orders: Any) -> None:
    assert orders.customers_new == 4
    by_order = {row["id"]: row["customer_id"] for row in facts("interactions")}
    assert by_order["olist:early"] == by_order["olist:late"] != by_order["olist:same"]


@pytest.fixture
def raw(shared_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The vendor's files, asked in plain SQL: nothing of the product on the way."""
    with duckdb.connect() as connection:
        for name in ("orders", "customers", "order_reviews"):
            path = shared_data / "olist_3k" / f"olist_{name}_dataset.csv.gz"
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_csv('{path}')")
        yield connection


def test_the_figures_of_the_worked_example_are_those_of_the_raw_files(
    acme: Cast, shared_data: Path, raw: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    def ask(sql: str) -> Any:
        return raw.execute(sql).fetchone()

    summary = import_files(get_recipe("olist"), [shared_data / "olist_3k"], at=AT, rejects=tmp_path / "rejects.csv")
    lake = open_lake()
    counted = {tally.name: (tally.appended, tally.rejected) for tally in summary.tallies}
    (orders, reviews, words) = ask(
        "SELECT (SELECT count(*) FROM orders), count(*), count(review_comment_message) FROM order_reviews"
    )
    assert (orders, reviews, words) == (3000, 2993, 1252)
    assert (counted["orders"], counted["reviews"]) == ((orders, 0), (reviews, 0))
    assert counted["messages"] == (words - 1, 1), "one message is a blank"
    assert summary.customers_new == ask("SELECT count(DISTINCT customer_unique_id) FROM customers")[0]

    promised, kept = ask(
        "SELECT count(*), count(*) FILTER (order_delivered_customer_date::DATE <= order_estimated_delivery_date::DATE) "
        "FROM orders WHERE order_status <> 'canceled' OR order_delivered_customer_date IS NOT NULL"
    )
    reading = MEASURES["promise_kept"](lake, now=AT, by=("promise",))
    assert reading.total.n == promised == 2976
    assert reading.total.value == pytest.approx(kept / promised)

    quantiles, mean = ask(
        "SELECT quantile_cont(days, [0.1, 0.5, 0.9]), avg(days) FROM ("
        "  SELECT epoch(order_estimated_delivery_date::DATE + INTERVAL 1 DAY - order_delivered_customer_date) / 86400 "
        "  AS days FROM orders WHERE order_delivered_customer_date IS NOT NULL)"
    )
    outcomes = lake.read("outcomes").to_pyarrow()
    delivered = outcomes.filter(pc.is_valid(outcomes["kept_at"]))
    seconds = pc.subtract(delivered["due_at"].cast("int64"), delivered["kept_at"].cast("int64"))
    margins = pc.divide(seconds.cast("float64"), 86_400e6)
    # Clocks changed in São Paulo between some deliveries and their promised day: an hour in days, at most.
    assert pc.quantile(margins, [0.1, 0.5, 0.9]).to_pylist() == pytest.approx(quantiles, abs=1.01 / 24)
    assert pc.mean(margins).as_py() == pytest.approx(mean, abs=0.51 / 24)
    median = MEASURES["margin"](lake, by=("promise",)).total
    assert median.low <= quantiles[1] * 86_400 <= median.high

    top_two, n = ask("SELECT count(*) FILTER (review_score >= 4), count(*) FROM order_reviews")
    csat = MEASURES["csat"](lake).total
    assert csat.n == n
    assert csat.value == pytest.approx(top_two / n)


def test_the_cliff_after_the_promised_day_is_the_one_in_the_raw_files(
    acme: Cast, shared_data: Path, raw: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    import_files(get_recipe("olist"), [shared_data / "olist_3k"], at=AT, rejects=tmp_path / "rejects.csv")
    curve = read_margin_curve(open_lake(), "delivery", outcome="csat")
    first_answers = (
        "SELECT order_id, min(review_answer_timestamp) AS said_at, "
        "arg_min(review_score, review_answer_timestamp) AS score FROM order_reviews GROUP BY order_id"
    )
    # What was neither delivered nor due when the customer answered tells nothing of a promise yet.
    settled = (
        "order_delivered_customer_date IS NOT NULL OR said_at >= order_estimated_delivery_date::DATE + INTERVAL 1 DAY"
    )
    rows = raw.execute(
        "SELECT coalesce(order_delivered_customer_date::DATE <= order_estimated_delivery_date::DATE, false) AS kept, "
        f"count(*), count(*) FILTER (score >= 4) FROM ({first_answers}) JOIN orders USING (order_id) "
        f"WHERE ({settled}) AND (order_status <> 'canceled' OR order_delivered_customer_date IS NOT NULL) "
        "GROUP BY kept ORDER BY kept"
    ).fetchall()
    (_, broken_n, broken_yes), (_, kept_n, kept_yes) = rows
    assert (curve.kept.n, curve.broken.n) == (kept_n, broken_n)
    assert curve.kept.value == pytest.approx(kept_yes / kept_n)
    assert curve.broken.value == pytest.approx(broken_yes / broken_n)
    assert curve.kept.low is not None
    assert curve.broken.high is not None
    assert curve.kept.low > curve.broken.high, "the cliff is far outside both intervals"
