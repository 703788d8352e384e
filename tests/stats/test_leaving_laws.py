"""What must hold of hazards, attribution, purchases and calibration, whoever left."""

import json

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.stats.claims import Call, known, three
from untilyes.stats.attribution import attributable_fraction, attribute_departures
from untilyes.stats.calibration import calibrate, recalibrate
from untilyes.stats.hazards import cox_hazards, discrete_hazards, life_table
from untilyes.stats.purchases import fit_purchases, purchase_histories

counts = st.integers(0, 60)


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=15))
def test_staying_never_rises_and_lies_within_its_interval(rows: list[tuple[int, int]]) -> None:
    table = life_table([here + gone for here, gone in rows], [gone for _, gone in rows])
    staying = table.staying
    known_part = ~np.isnan(staying.value)
    assert (np.diff(staying.value[known_part]) <= 1e-12).all()
    for values in (staying.low, staying.high):
        assert ((values[known_part] >= 0) & (values[known_part] <= 1)).all()
    assert (staying.low[known_part] <= staying.value[known_part] + 1e-12).all()
    assert (staying.value[known_part] <= staying.high[known_part] + 1e-12).all()


def test_without_losses_to_follow_up_staying_is_a_plain_share() -> None:
    table = life_table([100, 90, 75], [10, 15, 5])
    assert table.staying.value.tolist() == pytest.approx([0.9, 0.75, 0.7])


def test_nobody_at_risk_tells_nothing_from_there_on() -> None:
    table = life_table([10, 0, 5], [2, 0, 1])
    assert np.isnan(table.staying.value).tolist() == [False, True, True]
    assert str(life_table([], [])) == "Nobody to follow yet"


def test_a_reason_that_changes_nothing_has_a_ratio_of_one() -> None:
    found = discrete_hazards([1, 1, 2, 2], [[0], [1], [0], [1]], [20, 20, 10, 10], [200, 200, 150, 150], ("colour",))
    assert known(found["colour"].ratio.value) == pytest.approx(1)
    assert not found["colour"].is_real
    assert "not shown" in str(found)


@given(st.tuples(counts, counts), st.tuples(counts, counts))
def test_fraction_is_at_most_one_and_zero_when_both_leave_alike(a: tuple[int, int], b: tuple[int, int]) -> None:
    sides = [(min(side), max(side)) for side in (a, b)]
    fraction = attributable_fraction(*sides)
    if fraction.value is None:
        assert sides[0][1] == 0 or sides[1][1] == 0 or sides[0][0] + sides[1][0] == 0
        return
    value, low, high = three(fraction)
    assert low <= value + 1e-9
    assert value <= high + 1e-9
    assert high <= 1
    if sides[0][0] * sides[1][1] == sides[1][0] * sides[0][1]:
        assert value == pytest.approx(0)


@st.composite
def departures(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All eight kinds of customers with three sources, some leaving and some staying in each."""
    cells = np.array([[i >> j & 1 for j in range(3)] for i in range(8)], dtype=float)
    left = np.array(draw(st.lists(st.integers(1, 40), min_size=8, max_size=8)), dtype=float)
    stayed = np.array(draw(st.lists(st.integers(1, 200), min_size=8, max_size=8)), dtype=float)
    return cells, left, left + stayed


@settings(max_examples=20, deadline=None)
@given(departures())
def test_shares_of_sources_add_up_to_the_joint_share(cells: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    found = attribute_departures(*cells, ("a", "b", "c"), rng=1, draws=20)
    assert sum(known(s.share.value) for s in found.sources) == pytest.approx(known(found.joint.value), abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(departures())
def test_order_of_cells_and_of_sources_changes_nothing(cells: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    x, left, n = cells
    there = attribute_departures(x, left, n, ("a", "b", "c"), rng=1, draws=5)
    back = attribute_departures(x[::-1, ::-1], left[::-1], n[::-1], ("c", "b", "a"), rng=1, draws=5)
    for name in "abc":
        assert known(there[name].share.value) == pytest.approx(known(back[name].share.value), abs=1e-7)


def test_interval_of_a_source_holds_its_value_and_is_reproducible() -> None:
    cells, gone, size = [[0, 0], [0, 1], [1, 0], [1, 1]], [20, 40, 60, 90], [500, 300, 300, 200]
    first, again = (attribute_departures(cells, gone, size, ("late", "rude"), rng=7) for _ in range(2))
    assert first == again
    for source in first.sources:
        value, low, high = three(source.share)
        assert low < value < high


def test_attribution_warns_that_it_is_association_in_every_language() -> None:
    found = attribute_departures([[0], [1]], [20, 60], [500, 300], ("late",), rng=1, draws=20)
    told = [found.sentence(locale) for locale in ("en", "de", "es", "pt")]
    assert "associations" in told[0]
    assert "Zusammenhänge" in told[1]
    assert "asociaciones" in told[2]
    assert "associações" in told[3]
    assert json.dumps(found.to_dict())


days = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 50)), min_size=1, max_size=60)


@given(days)
def test_histories_count_each_later_day_once(rows: list[tuple[str, int]]) -> None:
    who, when = zip(*rows, strict=True)
    seen = purchase_histories(who, when, until=50)
    assert seen.frequency.sum() == len(set(rows)) - len(set(who))
    assert (seen.recency <= seen.age).all()
    assert ((seen.frequency == 0) == (seen.recency == 0)).all()


@pytest.fixture(scope="module")
def shop() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    frequency = rng.poisson(rng.gamma(0.6, 3, 600)).astype(float)
    age = rng.uniform(20, 40, 600)
    recency = np.where(frequency > 0, age * rng.beta(2, 1.5, 600), 0.0)
    return frequency, recency, age


def test_unit_of_time_changes_no_chance(shop: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    x, last, age = shop
    weeks, days_ = fit_purchases(x, last, age), fit_purchases(x, last * 7, age * 7)
    assert days_.parameters[1] == pytest.approx(7 * weeks.parameters[1], rel=1e-3)
    assert days_.chance_active(x, last * 7, age * 7) == pytest.approx(weeks.chance_active(x, last, age), abs=1e-4)


def test_longer_silence_means_less_hope(shop: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    model = fit_purchases(*shop)
    hope = model.chance_active([5] * 4, [20] * 4, [20, 25, 35, 60])
    assert (np.diff(hope) < 0).all()
    assert (hope >= 0).all()
    assert model.chance_active(0, 0, 30).tolist() == [1.0]


def test_gone_customers_are_between_none_and_all(shop: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    model = fit_purchases(*shop)
    value, low, high = three(model.count_gone(*shop, rng=1))
    assert 0 <= low <= value <= high <= 600
    assert value == pytest.approx(600 - model.chance_active(*shop).sum())


chances = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=2, max_size=80)


@settings(max_examples=60, deadline=None)
@given(chances)
def test_calibration_measures_are_bounded_and_ignore_the_order(rows: list[tuple[float, int]]) -> None:
    told, happened = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    assume(happened.min() != happened.max())
    try:
        there, back = calibrate(told, happened), calibrate(told[::-1], happened[::-1])
    except ValueError as refusal:
        assert "separate" in str(refusal)  # noqa: PT017 - a perfect separation has no slope, and says so
        return
    assert 0 <= there.brier <= 1
    assert 0 <= there.error <= 1
    assert 0 <= known(there.discrimination.value) <= 1
    assert (there.brier, there.error) == pytest.approx((back.brier, back.error))
    assert there.observed.n.sum() == len(rows)


def test_honest_chances_pass_and_exaggerated_ones_do_not() -> None:
    rng = np.random.default_rng(1)
    eta = rng.normal(-1, 1, 5000)
    happened = (rng.uniform(size=5000) < 1 / (1 + np.exp(-eta))).astype(float)
    honest = calibrate(1 / (1 + np.exp(-eta)), happened)
    loud = calibrate(1 / (1 + np.exp(-2.5 * eta)), happened)
    assert known(honest.slope.low) < 1 < known(honest.slope.high)
    assert known(loud.slope.high) < 1
    assert loud.brier > honest.brier
    assert "recalibrate" in str(loud)


def test_recalibrated_chances_rise_with_the_score_and_keep_the_mean() -> None:
    rng = np.random.default_rng(2)
    score = rng.normal(size=6000)
    happened = (rng.uniform(size=6000) < 0.3 + 0.2 * np.tanh(score)).astype(float)
    for method in ("isotonic", "logistic"):
        learned = recalibrate(score, happened, method=method)
        assert (np.diff(learned(np.linspace(-3, 3, 50))) >= 0).all()
        assert learned(score).mean() == pytest.approx(happened.mean(), abs=2e-3)
    assert recalibrate(score[:200], happened[:200]).method == "logistic"
    assert np.ptp(recalibrate(-score, happened, method="logistic")(score)) == 0


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda: life_table([5], [6]), "k cannot exceed n"),
        (lambda: discrete_hazards([1], [[1.0]], [1], [2], ("a", "b")), "name each reason once"),
        (lambda: cox_hazards([1, 2], [1, 1], [[0], [1]], ("a",)), "one class"),
        (lambda: cox_hazards([1, 2, 3], [1, 0, 1], [[1], [1], [1]], ("a",)), "constant"),
        (lambda: attributable_fraction((3, 2), (1, 5)), "k cannot exceed n"),
        (lambda: attribute_departures([[0.5], [1.0]], [1, 2], [5, 5], ("a",), rng=1), "cut numbers"),
        (lambda: attribute_departures([[1], [1]], [1, 2], [5, 5], ("a",), rng=1), "constant"),
        (lambda: attribute_departures([[0], [1]], [0, 5], [5, 5], ("a",), rng=1), "separate"),
        (lambda: attribute_departures([[0], [1]], [1, 2], [5, 5], ("a", "b"), rng=1), "name each"),
        (lambda: fit_purchases([0, 0], [0, 0], [5, 5]), "nobody bought twice"),
        (lambda: fit_purchases([1], [6], [5]), "recency cannot exceed age"),
        (lambda: fit_purchases([1], [0], [5]), "merge purchases"),
        (lambda: calibrate([0.2, 1.4], [0, 1]), "between 0 and 1"),
        (lambda: calibrate([0.2, 0.4], [1, 1]), "one class"),
        (lambda: recalibrate([1, 2], [0, 1], method="magic"), "isotonic"),
    ],
)
def test_impossible_input_is_refused_with_advice(call: Call, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        call()
