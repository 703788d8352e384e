"""The worked example of a marketplace: what a look finds, computed again from the raw files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.analysis.pages import lay_out, missing, percent, read_page

PAGE = read_page("olist.md")
ORDERS = """
CREATE TABLE placed AS
SELECT order_id, order_purchase_timestamp::TIMESTAMP AS bought, order_approved_at::TIMESTAMP AS paid,
       order_delivered_carrier_date::TIMESTAMP AS carried, order_delivered_customer_date::TIMESTAMP AS arrived,
       order_estimated_delivery_date::DATE AS named, order_status <> 'canceled' OR arrived IS NOT NULL AS promised,
       arrived IS NOT NULL AND arrived::DATE <= named AS kept
FROM orders
"""
REVIEWS = """
CREATE TABLE said AS
SELECT order_id, min(review_score::INT) AS score, max(review_answer_timestamp::TIMESTAMP) AS said_at
FROM reviews GROUP BY order_id
"""


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = shared_data / "olist_3k"
    tables = {
        "orders": folder / "olist_orders_dataset.csv.gz",
        "reviews": folder / "olist_order_reviews_dataset.csv.gz",
    }
    with lay_out(**tables) as connection:
        connection.execute(ORDERS)
        connection.execute(REVIEWS)
        yield connection


def ask(raw: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return raw.execute(sql).fetchone()


def test_since_when_promises_are_kept_again(raw: duckdb.DuckDBPyConnection) -> None:
    (before, n), (after, m) = (
        ask(
            raw,
            "SELECT avg(kept::INT), count(*) FROM placed "
            f"WHERE promised AND bought >= '{since}' AND bought < '{until}'",
        )
        for since, until in (("2018-02-26", "2018-03-26"), ("2018-03-26", "2018-08-27"))
    )
    told = f"26 February 2018 {percent(before)} arrived as promised (n = {n}), of those since 26 March "
    assert missing(PAGE, [f"{told}{percent(after)} (n = {m})"]) == []


@pytest.mark.parametrize(
    ("begin", "end", "days", "words"),
    [
        ("paid", "carried", 6, "the carrier {slow} were satisfied (n = {n}), of the others {others} (n = {m:,})"),
        ("carried", "arrived", 17, "beyond 17 days: {slow} (n = {n}) and {others} (n = {m:,})"),
    ],
    ids=["before the carrier", "on the road"],
)
def test_where_parcels_wait(raw: duckdb.DuckDBPyConnection, begin: str, end: str, days: int, words: str) -> None:
    of_the_year = f"{begin} <= {end} AND said_at >= {end} AND {begin} >= '2017-09-01' AND {end} < '2018-09-01'"
    (slow, n), (others, m) = (
        ask(
            raw,
            "SELECT avg((score >= 4)::INT), count(*) FROM placed JOIN said USING (order_id) "
            f"WHERE {of_the_year} AND (epoch({end} - {begin}) > {days} * 86400) = {is_slow}",
        )
        for is_slow in ("true", "false")
    )
    assert missing(PAGE, [words.format(slow=percent(slow), n=n, others=percent(others), m=m)]) == []


def test_late_is_what_matters_and_early_adds_nothing(raw: duckdb.DuckDBPyConnection) -> None:
    found = raw.execute(
        "SELECT score, (NOT kept)::INT AS broken, ln(epoch(least(arrived, said_at) - bought)) AS took, "
        "date_diff('second', arrived, named::TIMESTAMP + INTERVAL 1 DAY) / 86400 AS margin "
        "FROM placed JOIN said USING (order_id) "
        "WHERE promised AND arrived IS NOT NULL AND said_at >= '2017-09-01' AND said_at < '2018-09-01'"
    ).fetchnumpy()
    score, broken, took, margin = (np.asarray(column, dtype=np.float64) for column in found.values())
    x = np.column_stack([np.ones(len(score)), *((c - c.mean()) / c.std() for c in (broken, took, margin))])
    b, *_ = np.linalg.lstsq(x, score, rcond=None)
    left = score - x @ b
    inverse = np.linalg.inv(x.T @ x)
    # Errors are wider where customers are unhappy: White's sandwich.
    t = b / np.sqrt(np.diag(inverse @ (x.T * left**2) @ x @ inverse))
    assert b[1] < b[2] < 0, "a broken promise first, then the time it took"
    assert t[1] < -5
    assert t[2] < -2.5
    assert abs(t[3]) < 1.96, "how early adds nothing beside those two"
    assert "first with whether the promise was broken, then with how long it took" in PAGE


def test_who_writes_of_what_never_came_is_seldom_satisfied(raw: duckdb.DuckDBPyConnection) -> None:
    wrote = "trim(coalesce(review_comment_message, '')) <> '' AND review_answer_timestamp"
    year = f"{wrote} >= '2017-09-01' AND review_answer_timestamp < '2018-09-01'"
    got, never = (
        rf"regexp_matches(lower(review_comment_message), '{words}')"
        for words in (r"\brecebi\b", r"não\s+recebi\b|nao\s+recebi\b")
    )
    (n, satisfied), (others, content), (lost, pleased) = (
        ask(raw, f"SELECT count(*), avg((review_score::INT >= 4)::INT) FROM reviews WHERE {year} AND {said}")
        for said in (got, f"NOT {got}", never)
    )
    told = [
        f"Of the {n} messages of the last year",
        f"{percent(satisfied, 0)} came with one of the two best marks, of the {others} others {percent(content, 0)}",
        f"of the {lost} that say “não recebi” {percent(pleased, 0)}",
    ]
    assert missing(PAGE, told) == []


def test_the_new_words_are_headlines(raw: duckdb.DuckDBPyConnection) -> None:
    first: Any = ask(raw, "SELECT min(review_answer_timestamp) FROM reviews WHERE review_comment_title IS NOT NULL")
    assert first[0].startswith("2018-04-26")
    good = r"regexp_matches(lower({}), '\bbom\b')"
    message, both = "review_comment_message", "concat_ws(' ', review_comment_title, review_comment_message)"
    half = "review_answer_timestamp >= '2018-02-26' AND review_answer_timestamp < '2018-09-01'"
    before, after = (
        ask(
            raw,
            f"SELECT avg({good.format(message)}::INT) FROM reviews WHERE {message} IS NOT NULL AND {half} "
            f"AND (review_answer_timestamp >= '2018-04-26') = {later}",
        )[0]
        for later in ("false", "true")
    )
    with_one = ask(
        raw, f"SELECT avg({good.format(both)}::INT) FROM reviews WHERE review_comment_title IS NOT NULL AND {half}"
    )[0]
    told = [
        f"“bom” went from {percent(before)} to {percent(after)}; with the headlines it is {percent(with_one)} of those",
        "from 26 April 2018 on there are headlines",
    ]
    assert missing(PAGE, told) == []
