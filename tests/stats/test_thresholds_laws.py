"""What must hold of shapes and thresholds, whatever was answered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.claims import Call, known
from untilyes.stats.shapes import free_curve, monotone_curve, shape_by_bins
from untilyes.stats.thresholds import cost_of_crossing, find_knee, find_step

cells = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=40).map(
    lambda rows: [(min(k, n), n) for k, n in rows]
)


@given(cells, st.booleans())
def test_monotone_curve_is_monotone_and_its_interval_holds_it(rows: list[tuple[int, int]], rising: bool) -> None:
    curve = monotone_curve(range(len(rows)), *zip(*rows, strict=True), rising=rising)
    steps = np.diff(curve.value)
    assert (steps >= -1e-12).all() if rising else (steps <= 1e-12).all()
    assert (curve.low >= 0).all()
    assert (curve.low <= curve.value).all()
    assert (curve.value <= curve.high).all()
    assert (curve.high <= 1).all()


@given(cells)
def test_bins_keep_every_answer(rows: list[tuple[int, int]]) -> None:
    table = shape_by_bins(range(len(rows)), *zip(*rows, strict=True))
    assert table.n.sum() == sum(n for _, n in rows)
    assert (table.value * table.n).sum() == pytest.approx(sum(k for k, _ in rows))


@given(cells, st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_curve(rows: list[tuple[int, int]], chance: object) -> None:
    places = list(range(len(rows)))
    mixed = sorted(places, key=lambda i: hash((i * 7919) % 101))
    straight = monotone_curve(places, *zip(*rows, strict=True))
    shuffled = monotone_curve(mixed, *zip(*(rows[i] for i in mixed), strict=True))
    assert straight.to_dict()["high"] == pytest.approx(shuffled.to_dict()["high"])


def logistic_minutes(seed: int, slope: float = -0.1, at: float = 20.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    minutes, n = np.arange(0.0, 60, 2), np.full(30, 300)
    return minutes, rng.binomial(n, 1 / (1 + np.exp(-(2 + slope * np.maximum(minutes - at, 0))))), n


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 50))
def test_knee_moves_with_the_unit_and_its_p_does_not(seed: int, factor: float) -> None:
    minutes, yes, n = logistic_minutes(seed)
    plain, scaled = (find_knee(x, yes, n, rng=1, draws=500) for x in (minutes, minutes * factor))
    assert known(scaled.at.value) == pytest.approx(known(plain.at.value) * factor)
    assert known(scaled.at.high) == pytest.approx(known(plain.at.high) * factor)
    assert (scaled.p, scaled.p_bend) == pytest.approx((plain.p, plain.p_bend), abs=0.01)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_knee_lies_inside_its_interval_and_the_cost_inside_its_own(seed: int) -> None:
    knee = find_knee(*logistic_minutes(seed), rng=1, draws=500)
    assert known(knee.at.low) <= known(knee.at.value) <= known(knee.at.high)
    gap = knee.crossing.gap
    assert known(gap.low) <= known(gap.value) <= known(gap.high)
    assert known(knee.crossing.lost.value) == pytest.approx(known(gap.value) * knee.crossing.beyond.n)


def test_straight_line_is_a_slope_without_a_place() -> None:
    x, n = np.arange(30.0), np.full(30, 400)
    yes = np.round(n / (1 + np.exp(-(1 - 0.06 * x))))
    knee = find_knee(x, yes, n, rng=1)
    assert knee.p < 0.001
    assert not knee.is_real
    assert "turn at no particular place" in str(knee)


def test_nothing_is_found_where_nothing_is() -> None:
    knee = find_knee(np.arange(20), [50] * 20, [100] * 20, rng=1)
    assert knee.p > 0.5
    assert str(knee) == "Answers are not shown to depend on it (n = 2,000)"


def test_place_beyond_which_all_answers_are_alike_has_no_finite_slope() -> None:
    step = find_step(range(8), [50, 52, 48, 51, 49, 50, 0, 0], [100] * 8, rng=1, draws=500)
    assert step.at.value == 5
    assert step.is_real
    assert step.slope.value is None


def test_step_is_told_in_four_languages() -> None:
    step = find_step(range(10), [80] * 6 + [60] * 4, [100] * 10, rng=1, unit="days")
    told = [step.sentence(locale) for locale in ("en", "de", "es", "pt")]
    assert len(set(told)) == 4
    assert all("80" in text and "60" in text for text in told)


def test_free_curve_of_a_constant_share_is_level() -> None:
    curve = free_curve(range(20), [30] * 20, [60] * 20)
    assert curve.value == pytest.approx(0.5)
    assert curve.p == pytest.approx(1)


def test_no_answers_beyond_leave_the_cost_undefined() -> None:
    crossing = cost_of_crossing([1, 2], [5, 5], [10, 10], at=5)
    assert crossing.gap.value is None
    assert crossing.within.value == 0.5


def test_no_answers_give_an_empty_curve() -> None:
    assert len(monotone_curve([], [], [])) == 0
    assert str(shape_by_bins([], [], [])) == "No answers to draw a curve from"


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda: monotone_curve([1, 2], [5, 6], [4, 9]), "k cannot exceed n"),
        (lambda: monotone_curve([1, np.nan], [1, 1]), "NaN"),
        (lambda: shape_by_bins([1], [1], bins=0), "at least 1"),
        (lambda: free_curve([1, 2], [1, 0], [5, 5]), "use fewer knots"),
        (lambda: free_curve(range(9), [1] * 9, knots=9), "3 to 7"),
        (lambda: free_curve(range(9), [4] * 9, [4] * 9), "one class"),
        (lambda: find_knee([1, 2, 3], [1, 0, 1], rng=1), "collect x as it was measured"),
        (lambda: find_step(range(9), [1] * 9, rng=1), "one class"),
    ],
)
def test_impossible_input_is_refused_with_advice(call: Call, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        call()
