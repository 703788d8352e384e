"""Where over-delivering stops paying, and what a broken promise costs."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.analysis.invented import START, Fact, answer, fact, outcome
from untilyes.analysis.margins import MATTERS, REMEMBERED, Shape, outcomes_available, read_margin_curve
from untilyes.lake import Lake, Workbench
from untilyes.sim import simulate
from untilyes.stats import compare_shares, estimate_share
from untilyes.stats.durations import bin_edges, log_bin
from untilyes.stats.results import Estimate, Verdict


def promised(name: str, margin: float | None, *, due: float = 10.0, **more: Any) -> Fact:
    about = {"interaction_id": name, "customer_id": f"who-{name}"} | more
    return outcome(f"promise-{name}", due=due, kept=None if margin is None else due - margin, **about)


def said(name: str, value: float, *, day: float = 20, question: str = "effective", **more: Any) -> Fact:
    about = {"interaction_id": name, "customer_id": f"who-{name}"} | more
    return answer(f"{name}:{question}:{day}", question, value, at=START + timedelta(days=day), **about)


def holds(estimate: Estimate, value: float, *, slack: float = 0.0) -> bool:
    """Whether the interval, widened by `slack`, holds a value."""
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low - slack <= value <= estimate.high + slack


def test_kept_and_broken_are_counted_as_on_paper(lake: Lake) -> None:
    kept = [(f"k{n}", 2.0, n < 45) for n in range(50)]
    late = [(f"b{n}", -2.0, n < 10) for n in range(40)]
    never = [(f"n{n}", None, n < 1) for n in range(10)]
    story = [*kept, *late, *never]
    lake.record("outcomes", [promised(name, margin) for name, margin, _ in story])
    lake.record("answers", [said(name, float(yes)) for name, _, yes in story])
    curve = read_margin_curve(lake, "delivery")
    assert curve.kept == estimate_share(45, 50)
    assert curve.broken == estimate_share(11, 50)
    assert curve.undelivered == estimate_share(1, 10)
    assert curve.cliff.verdict is Verdict.WORSE
    assert curve.cost.value == pytest.approx(50 * (0.9 - 0.22))
    assert holds(curve.cost, 34)
    assert not holds(curve.cost, 50)
    assert [(round(point.at), point.yes.n) for point in curve.points] == [(-2, 40.0), (2, 50.0)]
    assert "At the rate of kept ones 34 more of these answers" in curve.sentence
    assert curve.to_dict()["cliff"]["verdict"] == "worse"


def test_kept_on_the_second_it_was_due_is_kept(lake: Lake) -> None:
    lake.record("outcomes", [promised("sharp", 0.0)])
    lake.record("answers", [said("sharp", 1.0)])
    curve = read_margin_curve(lake, "delivery")
    assert (curve.kept.n, curve.broken.n) == (1, 0)


def test_the_first_answer_about_an_interaction_counts_not_the_yes_after_it_was_mended(lake: Lake) -> None:
    lake.record("outcomes", [promised("a", -1.0)])
    lake.record("answers", [said("a", 0.0, day=12), said("a", 1.0, day=15)])
    assert read_margin_curve(lake, "delivery").broken == estimate_share(0, 1)


def test_a_promise_neither_delivered_nor_due_when_they_answered_is_no_broken_one(lake: Lake) -> None:
    lake.record("outcomes", [promised("a", None)])
    lake.record("answers", [said("a", 1.0, day=5)])
    assert read_margin_curve(lake, "delivery").n == 0


def test_an_answer_about_no_interaction_belongs_to_the_customers_latest_promise_settled_before_it(lake: Lake) -> None:
    later = START + timedelta(days=30)
    lake.record(
        "outcomes",
        [
            promised("old", -3.0, customer_id="cleo"),
            promised("new", 4.0, customer_id="cleo", at=later),
            promised("future", -3.0, customer_id="cleo", at=later + timedelta(days=60)),
            promised("someone else's", -3.0),
        ],
    )
    trust: dict[str, Any] = {"question": "trust", "interaction_id": None, "customer_id": "cleo", "scale_max": 2.0}
    lake.record("answers", [said("a", 2.0, day=60, **trust)])
    curve = read_margin_curve(lake, "delivery", outcome="trust")
    assert (curve.kept.n, curve.broken.n) == (1, 0)
    lake.record("answers", [said("b", 2.0, day=300 + REMEMBERED.days, **trust)])
    assert read_margin_curve(lake, "delivery", outcome="trust").n == 1


def test_an_answer_about_another_interaction_is_about_that_one(lake: Lake) -> None:
    lake.record("outcomes", [promised("order", -3.0, customer_id="cleo")])
    lake.record("answers", [said("a call", 1.0, day=20, customer_id="cleo")])
    assert read_margin_curve(lake, "delivery").n == 0


def test_scales_are_never_mixed_and_the_one_most_answered_on_is_taken(lake: Lake) -> None:
    lake.record("outcomes", [promised(f"{n}", 1.0) for n in range(10)])
    five = [
        said(f"{n}", value, question="csat", scale_min=1.0, scale_max=5.0) for n, value in enumerate([5, 4, 3, 3, 1, 4])
    ]
    ten = [said(f"{n}", 5.0, question="csat", scale_min=0.0, scale_max=10.0) for n in range(6, 10)]
    lake.record("answers", five + ten)
    curve = read_margin_curve(lake, "delivery", outcome="csat")
    assert (curve.scale, curve.kept) == ("1..5", estimate_share(3, 6))


def test_promises_are_chosen_by_the_day_they_were_given_and_by_their_name(lake: Lake) -> None:
    lake.record(
        "outcomes",
        [promised("a", 1.0), promised("b", 1.0, at=START + timedelta(days=1)), promised("c", 1.0, promise="refund")],
    )
    lake.record("answers", [said(name, 1.0) for name in "abc"])
    first = START.date()
    assert read_margin_curve(lake, "delivery").n == 2
    assert read_margin_curve(lake, "delivery", until=first + timedelta(days=1)).n == 1
    assert read_margin_curve(lake, "delivery", since=first + timedelta(days=1)).n == 1
    assert read_margin_curve(lake, "refund").n == 1


def test_outcomes_are_available_once_enough_have_answered(lake: Lake) -> None:
    lake.record("outcomes", [promised(f"{n}", 1.0) for n in range(9)])
    lake.record(
        "answers", [said(f"{n}", 1.0) for n in range(5)] + [said(f"{n}", 1.0, question="got_it") for n in range(4)]
    )
    assert outcomes_available(lake, "delivery") == ("effective",)
    assert outcomes_available(lake, "nothing") == ()


def test_nobody_answering_is_said_and_an_unknown_outcome_refused(lake: Lake) -> None:
    assert read_margin_curve(lake, "delivery").sentence == "Nobody has answered about this promise yet."
    with pytest.raises(ValueError, match="use one of effective"):
        read_margin_curve(lake, "delivery", outcome="mood")


def test_few_answers_show_no_point_under_the_privacy_floor_and_no_plateau(lake: Lake) -> None:
    lake.record("outcomes", [promised(f"{n}", 1.0) for n in range(4)])
    lake.record("answers", [said(f"{n}", 1.0) for n in range(4)])
    curve = read_margin_curve(lake, "delivery")
    assert curve.points == ()
    assert curve.plateau.shape is Shape.UNKNOWN


def drawn(lake: Lake, seed: int, *, bend: float, steep: float, n: int = 6_000) -> None:
    rng = np.random.default_rng(seed)
    margins = rng.uniform(0, 8, n)
    chance = 1 / (1 + np.exp(-(2.4 - steep * np.maximum(bend - margins, 0))))
    yes = rng.random(n) < chance
    lake.record("outcomes", [promised(f"{i}", float(margins[i])) for i in range(n)])
    lake.record("answers", [said(f"{i}", float(yes[i])) for i in range(n)])


def test_a_bend_is_found_where_it_is(lake: Lake) -> None:
    drawn(lake, 4, bend=3.0, steep=0.6)
    plateau = read_margin_curve(lake, "delivery").plateau
    assert plateau.shape is Shape.PLATEAU
    assert plateau.begins is not None
    assert holds(plateau.begins, 3.0)
    assert (plateau.begins.width or 9.0) < 2.0
    assert plateau.beyond is not None
    assert plateau.beyond.verdict is Verdict.BETTER


def test_where_earliness_is_no_gain_none_is_claimed(lake: Lake) -> None:
    drawn(lake, 5, bend=3.0, steep=0.0)
    curve = read_margin_curve(lake, "delivery")
    assert curve.plateau.shape is Shape.FLAT
    assert "no real gain" in curve.sentence


def test_the_planted_cost_of_a_broken_delivery_is_recovered(lake: Lake) -> None:
    company = simulate(until=datetime(2026, 7, 1, tzinfo=UTC), customers=8_000)
    for name in ("outcomes", "answers"):
        lake.record(name, company.tables[name])
    curve = read_margin_curve(lake, "delivery")
    truth = company.truths.delivery
    assert curve.cliff.is_real
    late = [point for point in curve.points if point.at < 0]
    early = [point for point in curve.points if point.at > truth.pays_until]
    flat = [holds(point.yes, truth.yes_plateau, slack=0.02) for point in early]
    assert sum(flat) >= len(flat) - 1
    expected = truth.chance_of_yes(np.array([point.at for point in late]))
    held = [holds(point.yes, share) for point, share in zip(late, expected, strict=True)]
    assert sum(held) >= len(held) - 1


# The days are what is compared, so one offset from UTC will do for all clocks.
PROMISED = """
    SELECT 'd:' || order_id AS id, order_id AS interaction_id, 'event' AS source, 'delivery' AS promise,
           (order_purchase_timestamp::TIMESTAMP + INTERVAL 3 HOUR)::TIMESTAMPTZ AS at,
           (order_estimated_delivery_date::TIMESTAMP + INTERVAL 27 HOUR)::TIMESTAMPTZ
             - INTERVAL 1 MICROSECOND AS due_at,
           (order_delivered_customer_date::TIMESTAMP + INTERVAL 3 HOUR)::TIMESTAMPTZ AS kept_at
    FROM orders WHERE order_delivered_customer_date IS NOT NULL
"""
REVIEWED = """
    SELECT review_id || ':' || order_id AS id, order_id AS interaction_id, 'review' AS source, 'csat' AS question,
           review_score::DOUBLE AS value, 1::DOUBLE AS scale_min, 5::DOUBLE AS scale_max,
           (review_answer_timestamp::TIMESTAMP + INTERVAL 3 HOUR)::TIMESTAMPTZ AS at
    FROM reviews
"""
COUNTED = """
    WITH firsts AS (
        SELECT order_id, order_delivered_customer_date::DATE <= order_estimated_delivery_date::DATE AS kept,
               arg_min(review_score::INT, review_answer_timestamp) AS score
        FROM orders JOIN reviews USING (order_id) WHERE order_delivered_customer_date IS NOT NULL GROUP BY ALL)
    SELECT [count(*) FILTER (kept AND score >= 4), count(*) FILTER (kept)] AS kept,
           [count(*) FILTER (NOT kept AND score >= 4), count(*) FILTER (NOT kept)] AS broken
    FROM firsts
"""


def test_on_real_orders_the_cliff_agrees_with_plain_sql(lake: Lake, shared_data: Path) -> None:
    folder = shared_data / "olist_3k"
    with Workbench() as bench:
        bench.add_file("orders", folder / "olist_orders_dataset.csv.gz")
        bench.add_file("reviews", folder / "olist_order_reviews_dataset.csv.gz")
        lake.record("outcomes", bench.query(PROMISED))
        lake.record("answers", bench.query(REVIEWED))
        (row,) = bench.query(COUNTED).to_pylist()
    kept, broken = row["kept"], row["broken"]
    assert outcomes_available(lake, "delivery") == ("csat",)
    curve = read_margin_curve(lake, "delivery", outcome="csat")
    assert curve.kept == estimate_share(*kept)
    assert curve.broken == estimate_share(*broken)
    assert (kept, broken) == ([2216, 2699], [51, 191])
    assert curve.plateau.shape is not Shape.RISING


SPLIT = """
    WITH firsts AS (
        SELECT order_id, epoch(order_estimated_delivery_date::DATE + INTERVAL 1 DAY)
                 - epoch(order_delivered_customer_date::TIMESTAMP) AS early,
               arg_min(review_score::INT, review_answer_timestamp) AS score
        FROM orders JOIN reviews USING (order_id) WHERE order_delivered_customer_date IS NOT NULL GROUP BY ALL)
    SELECT [count(*) FILTER (early < {split} AND score >= 4), count(*) FILTER (early < {split})] AS near,
           [count(*) FILTER (early >= {split} AND score >= 4), count(*) FILTER (early >= {split})] AS far
    FROM firsts WHERE early > {point}
"""


def test_on_real_orders_what_more_earliness_buys_agrees_with_plain_sql(lake: Lake, shared_data: Path) -> None:
    folder = shared_data / "olist_3k"
    with Workbench() as bench:
        bench.add_file("orders", folder / "olist_orders_dataset.csv.gz")
        bench.add_file("reviews", folder / "olist_order_reviews_dataset.csv.gz")
        lake.record("outcomes", bench.query(PROMISED))
        lake.record("answers", bench.query(REVIEWED))
        curve = read_margin_curve(lake, "delivery", outcome="csat")
        assert curve.surplus is not None
        # A point is the middle of a bin, and the whole bin lies beyond it.
        point = float(bin_edges(log_bin(curve.surplus.point * 86_400))[0]) if curve.surplus.point else 0
        (row,) = bench.query(SPLIT.format(split=curve.surplus.split * 86_400, point=point)).to_pylist()
    assert curve.surplus.gain == compare_shares(tuple(row["near"]), tuple(row["far"]), matters=MATTERS)
    # So few may still gain three points in a hundred: nothing is suggested where that cannot be ruled out.
    assert curve.plateau.shape is Shape.PLATEAU
    assert curve.surplus.gain.p is not None
    assert curve.surplus.gain.p > 0.5
    assert not curve.surplus.buys_nothing
    assert curve.suggestion == ""


def test_effort_is_not_sent_elsewhere_while_earliness_may_still_pay(lake: Lake) -> None:
    drawn(lake, 6, bend=3.0, steep=0.0, n=400)
    few = read_margin_curve(lake, "delivery")
    assert few.surplus is not None
    assert not few.surplus.buys_nothing
    assert few.suggestion == ""


def test_beyond_a_bend_more_margin_is_shown_to_buy_nothing_and_before_it_is_not(lake: Lake) -> None:
    drawn(lake, 4, bend=3.0, steep=0.6, n=9_000)
    surplus = read_margin_curve(lake, "delivery").surplus
    assert surplus is not None
    assert surplus.point > 3.0
    assert surplus.split > surplus.point
    assert surplus.buys_nothing


def test_while_earliness_pays_all_the_way_no_surplus_is_named(lake: Lake) -> None:
    drawn(lake, 7, bend=8.0, steep=0.35)
    assert read_margin_curve(lake, "delivery").suggestion == ""


def test_customers_and_dates_are_no_part_of_a_curve(lake: Lake) -> None:
    lake.record("outcomes", [promised(f"{n}", 1.0) for n in range(9)])
    lake.record("answers", [said(f"{n}", 1.0) for n in range(9)])
    lake.record("comments", [fact("c", START, text="words")])
    told = str(read_margin_curve(lake, "delivery", since=date(2026, 1, 1)).to_dict())
    assert "who-" not in told
