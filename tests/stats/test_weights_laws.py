"""What must hold of weights and of what silence could hide, whoever answered."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.claims import Call, ends, known, three
from untilyes.stats.nonresponse import (
    bound_score,
    bound_share,
    compare_late,
    inverse_propensity,
    r_indicator,
    response_rates,
)
from untilyes.stats.weights import Weighting, estimate_weighted_mean, post_stratify, rake

seeds = st.integers(0, 10_000)
TARGETS = {"sex": {"f": 52.0, "m": 48.0}, "age": {"old": 30.0, "mid": 45.0, "young": 25.0}}


def people(seed: int, n: int = 60) -> dict[str, list[str]]:
    """Answers from every cell, in uneven numbers."""
    rng = np.random.default_rng(seed)
    cells = [(s, a) for s in TARGETS["sex"] for a in TARGETS["age"]]
    chosen = [*range(6), *rng.choice(6, size=n - 6, p=rng.dirichlet(np.ones(6)))]
    return {"sex": [cells[i][0] for i in chosen], "age": [cells[i][1] for i in chosen]}


@given(seeds)
def test_raked_weights_meet_every_margin(seed: int) -> None:
    columns = people(seed)
    raked = rake(columns, TARGETS)
    for name, wanted in TARGETS.items():
        for label, size in wanted.items():
            assert raked.weights[np.array(columns[name]) == label].sum() == pytest.approx(size, rel=1e-5)
    assert raked.effective <= len(columns["sex"])
    assert raked.design_effect >= 1


@given(seeds)
def test_the_order_of_the_answers_and_of_the_margins_changes_nothing(seed: int) -> None:
    columns = people(seed)
    order = np.random.default_rng(seed).permutation(60)
    shuffled = {name: list(np.array(labels)[order]) for name, labels in columns.items()}
    turned = rake(shuffled, dict(reversed(TARGETS.items())))
    # Margins in another order sum to the same total, and converge to the same weights.
    assert turned.weights == pytest.approx(rake(columns, TARGETS).weights[order], rel=1e-4)


@given(seeds, st.floats(0.01, 1000))
def test_targets_in_shares_or_people_weigh_alike(seed: int, factor: float) -> None:
    columns = people(seed)
    scaled = {name: {k: v * factor for k, v in wanted.items()} for name, wanted in TARGETS.items()}
    assert rake(columns, scaled).weights == pytest.approx(factor * rake(columns, TARGETS).weights, rel=1e-6)


@given(seeds)
def test_trimmed_weights_stay_within_their_bounds_and_cost_hardly_an_answer(seed: int) -> None:
    columns = people(seed)
    free, trimmed = rake(columns, TARGETS), rake(columns, TARGETS, trim=(0.3, 3))
    ratio = trimmed.weights / trimmed.weights.mean()
    assert ratio.min() >= 0.3 - 1e-9
    assert ratio.max() <= 3 + 1e-9
    assert trimmed.weights.sum() == pytest.approx(100)
    within = free.weights / free.weights.mean()
    if within.min() > 0.3 and within.max() < 3:
        assert trimmed.weights == pytest.approx(free.weights, rel=1e-4)
    else:
        # Trimming costs next to no answers, and mostly saves some: margins that must be met as well can cost a few.
        assert trimmed.effective >= free.effective * 0.95


def test_a_representative_sample_needs_no_weights() -> None:
    weighting = post_stratify(["a"] * 30 + ["b"] * 70, {"a": 300, "b": 700})
    assert weighting.weights == pytest.approx(np.full(100, 10))
    assert weighting.effective == pytest.approx(100)
    assert str(weighting) == "100 answers count like 100 after weighting"


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=50), st.floats(0.01, 100))
def test_weights_have_no_unit(values: list[float], factor: float) -> None:
    weights = np.arange(1, len(values) + 1, dtype=float)
    here, there = (three(estimate_weighted_mean(values, w)) for w in (weights, weights * factor))
    assert there == pytest.approx(here, abs=1e-9)
    assert min(values) - 1e-9 <= here[0] <= max(values) + 1e-9


def test_one_weighted_answer_has_an_open_interval() -> None:
    assert estimate_weighted_mean([], []).value is None
    assert ends(estimate_weighted_mean([3], [2])) == (-np.inf, np.inf)
    assert Weighting(np.array([]), 0.0, 0, 0).design_effect == 1


@st.composite
def heard(draw: st.DrawFn) -> tuple[int, int, int]:
    """k yes of n answers of N invited."""
    invited = draw(st.integers(1, 2000))
    n = draw(st.integers(0, invited))
    return draw(st.integers(0, n)), n, invited


@given(heard(), st.floats(0, 1))
def test_whatever_the_silent_think_lies_within_the_bounds(case: tuple[int, int, int], silent_yes: float) -> None:
    k, n, invited = case
    bounds = bound_share(k, n, invited)
    truth = (k + silent_yes * (invited - n)) / invited
    assert bounds.low - 1e-12 <= truth <= bounds.high + 1e-12
    assert bounds.high - bounds.low == pytest.approx(1 - n / invited)


@given(heard(), st.floats(-100, 100))
def test_bounds_of_a_score_close_when_everybody_answered(case: tuple[int, int, int], mean: float) -> None:
    _, n, invited = case
    low, high = bound_score(mean, n, invited)
    assert high - low == pytest.approx(200 * (1 - n / invited))
    assert bound_score(mean, invited, invited) == pytest.approx((mean, mean))


@given(st.lists(st.integers(1, 100), min_size=2, max_size=10))
def test_the_r_indicator_lies_between_0_and_1(answered: list[int]) -> None:
    value, low, high = three(r_indicator(answered, [100] * len(answered)))
    assert 0 <= low <= value <= high <= 1


def test_equal_response_is_representative_and_no_groups_are_undefined() -> None:
    assert known(r_indicator([300, 300], [1000, 1000]).value) == 1
    assert r_indicator([0], [0]).value is None
    assert np.isnan(response_rates([0], [0]).value).all()


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=50))
def test_rare_answers_weigh_more_up_to_the_cap(propensity: list[float]) -> None:
    weights = inverse_propensity(propensity)
    assert weights.mean() == pytest.approx(1)
    order = np.argsort(propensity)
    assert (np.diff(weights[order]) <= 1e-9).all()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: rake({}, {}), "at least one margin"),
        (lambda: rake({"sex": ["f"]}, {"age": {"old": 1.0}}), "no column 'age'"),
        (lambda: rake({"sex": ["f", "x"]}, {"sex": {"f": 1.0}}), "have no target"),
        (lambda: post_stratify(["a"], {"a": 1.0, "b": 1.0}), "merge it with another group"),
        (lambda: rake({"a": ["x", "y"], "b": ["u"]}, {"a": {"x": 1.0, "y": 1.0}, "b": {"u": 2.0}}), "one table"),
        (
            lambda: rake({"a": ["x", "y"], "b": ["u", "v"]}, {"a": {"x": 1.0, "y": 1.0}, "b": {"u": 5.0, "v": 5.0}}),
            "make the totals agree",
        ),
        (
            lambda: rake({"a": ["x", "y"], "b": ["u", "v"]}, {"a": {"x": 1.0, "y": 1.0}, "b": {"u": 0.5, "v": 1.5}}),
            "contradict each other",
        ),
        (lambda: post_stratify(["a"], {"a": 1.0}, base=[0.0]), "sum to zero"),
        (lambda: rake({"a": ["x"]}, {"a": {"x": 1.0}}, trim=(2, 3)), "must lie around 1"),
        (lambda: estimate_weighted_mean([1, 2], [1]), "one weight per value"),
        (lambda: bound_share(5, 4, 10), "k cannot exceed n"),
        (lambda: bound_share(0, 0, 0), "nobody was invited"),
        (lambda: bound_score(200, 1, 2), "mean on its scale"),
        (lambda: compare_late((1, 2), (0, 0), 5), "nobody answered late"),
        (lambda: inverse_propensity([0.0, 0.5]), "above 0"),
    ],
)
def test_impossible_input_is_refused_with_a_way_out(call: Call, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()
