"""What must hold of SERVQUAL, reliability, Kano and importance-performance, whatever was answered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.claims import Call, Floats, known, three
from untilyes.stats.importance import Quadrant, importance_performance
from untilyes.stats.kano import Category, kano, kano_continuous, penalty_reward
from untilyes.stats.questionnaire import SERVQUAL_1988, SERVQUAL_1991, Questionnaire
from untilyes.stats.reliability import difference_reliability, omega, scale_reliability, straight_liners
from untilyes.stats.servqual import servperf, servqual, zone_of_tolerance

seeds = st.integers(0, 10_000)


def answered(seed: int, n: int = 40, items: int = 22) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    mood = rng.normal(size=(n, 1))
    expected = np.clip(np.round(6 + 0.5 * mood + rng.normal(size=(n, items)) * 0.7), 1, 7)
    perceived = np.clip(np.round(5 + mood + rng.normal(size=(n, items))), 1, 7)
    return expected, perceived


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_overall_is_the_mean_of_dimensions_and_lies_between_them(seed: int) -> None:
    result = servqual(*answered(seed))
    gaps = [known(gap.gap.value) for gap in result.dimensions]
    assert result.overall.value == pytest.approx(np.mean(gaps))
    assert min(gaps) <= known(result.overall.value) <= max(gaps)


def test_mean_of_dimensions_is_not_the_mean_of_items() -> None:
    expected, perceived = answered(1)
    perceived[:, 4:9] = 1
    result = servqual(expected, perceived)
    assert result.overall.value != pytest.approx(np.mean(perceived - expected), abs=0.01)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_editions_agree_once_the_reversed_items_are_turned(seed: int) -> None:
    expected, perceived = answered(seed)
    back = [SERVQUAL_1988.items.index(item) for item in SERVQUAL_1988.reversed_items]
    expected_1988, perceived_1988 = expected.copy(), perceived.copy()
    for table in (expected_1988, perceived_1988):
        table[:, back] = 8 - table[:, back]
    old, new = servqual(expected_1988, perceived_1988, SERVQUAL_1988), servqual(expected, perceived, SERVQUAL_1991)
    assert old.overall == new.overall
    assert [gap.gap for gap in old.items] == [gap.gap for gap in new.items]


def test_missing_answers_cost_their_item_and_dimension_only() -> None:
    expected, perceived = answered(2)
    perceived[:7, 0] = np.nan
    result = servqual(expected, perceived)
    assert [gap.gap.n for gap in result.items[:2]] == [33, 40]
    assert [gap.gap.n for gap in result.dimensions] == [33, 40, 40, 40, 40]
    assert result.n == 33


def test_points_per_respondent_weigh_that_respondents_gaps() -> None:
    expected, perceived = answered(3, n=10)
    points = np.tile([10.0, 30, 20, 20, 20], (10, 1))
    fixed = servqual(expected, perceived, weights=dict(zip(SERVQUAL_1991.dimensions, points[0], strict=True)))
    assert servqual(expected, perceived, weights=points).weighted == fixed.weighted
    uneven = servqual(expected, perceived, weights=points * 2)
    assert uneven.weighted == fixed.weighted
    assert {note.kind for note in uneven.notes} >= {"servqual.points"}


def test_an_adapted_form_with_twenty_four_items_is_a_questionnaire_like_any_other() -> None:
    form = Questionnaire("kiosk", {f"part {d}": tuple(f"q{d}{i}" for i in range(6)) for d in range(4)})
    result = servqual(*answered(4, items=24), form)
    assert (len(result.items), len(result.dimensions)) == (24, 4)


def test_servperf_is_the_mean_perception() -> None:
    _, perceived = answered(5)
    result = servperf(perceived)
    assert result.dimensions[0].gap.value == pytest.approx(perceived[:, :4].mean())
    assert result.difference_reliability is None


def test_items_are_corrected_together() -> None:
    expected, _ = answered(6, n=60)
    noise = np.random.default_rng(6).integers(-1, 2, size=expected.shape)
    result = servqual(np.clip(expected, 2, 6), np.clip(expected, 2, 6) + noise)
    assert all(known(gap.q) >= known(gap.p) for gap in result.items)


def test_straight_liners_are_counted_and_said() -> None:
    expected, perceived = answered(7)
    expected[0], perceived[0] = 7, 7
    result = servqual(expected, perceived)
    assert result.straight_liners == 1
    assert "1 of 40 respondents gave the same answer everywhere" in str(result)
    assert straight_liners([[np.nan, np.nan, 5]]).tolist() == [False]


def test_zone_of_tolerance_names_where_perception_stands() -> None:
    form = Questionnaire("one", {"speed": ("s",)})
    adequate, desired = np.full((30, 1), 4.0), np.full((30, 1), 6.0)
    around = np.tile([[0.0], [0.5], [-0.5]], (10, 1))
    stands = [zone_of_tolerance(adequate, desired, middle + around, form)[0].standing for middle in (3, 5, 6.5, 6)]
    assert stands == ["below", "inside", "above", "borderline"]


@settings(max_examples=25, deadline=None)
@given(seeds, st.floats(0.1, 10), st.floats(-5, 5))
def test_reliability_does_not_depend_on_the_unit(seed: int, factor: float, shift: float) -> None:
    _, perceived = answered(seed, items=5)
    here, there = scale_reliability(perceived), scale_reliability(perceived * factor + shift)
    assert there.alpha.value == pytest.approx(here.alpha.value)
    assert there.lambda6 == pytest.approx(here.lambda6)


def test_omega_equals_alpha_for_parallel_items_and_exceeds_it_otherwise() -> None:
    rng = np.random.default_rng(8)
    truth = rng.normal(size=(20_000, 1))
    parallel = truth + rng.normal(size=(20_000, 5))
    assert omega(parallel, times=2).value == pytest.approx(scale_reliability(parallel).alpha.value, abs=0.003)
    uneven = truth * [0.2, 0.5, 1, 2, 3] + rng.normal(size=(20_000, 5))
    assert known(omega(uneven, times=2).value) > known(scale_reliability(uneven).alpha.value) + 0.02


def test_a_reversed_item_is_pointed_at() -> None:
    _, perceived = answered(9, items=5)
    perceived[:, 2] = 8 - perceived[:, 2]
    scale = scale_reliability(perceived, tuple("abcde"))
    assert not scale.holds
    assert "c runs against the others" in str(scale)


def test_differences_are_less_reliable_than_their_parts() -> None:
    assert difference_reliability(0.8, 0.8, 0.5) < 0.8
    assert difference_reliability(0.8, 0.8, 0.0) == pytest.approx(0.8)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60))
def test_kano_counts_everyone_once_and_stays_in_bounds(pairs: list[tuple[int, int]]) -> None:
    result = kano([f for f, _ in pairs], [d for _, d in pairs])
    assert sum(result.counts.values()) == result.n == len(pairs)
    assert result.counts[result.category.value] == max(result.counts.values())
    if result.better.value is not None:
        better, low, high = three(result.better)
        assert 0 <= low <= better <= high <= 1
        worse, low, high = three(result.worse)
        assert -1 <= low <= worse <= high <= 0


def test_ties_go_to_the_category_that_asks_for_more() -> None:
    must, one, attractive, indifferent = (1, 4), (0, 4), (0, 1), (1, 1)
    for stronger, weaker, wins in [
        (must, one, Category.MUST_BE),
        (one, attractive, Category.ONE_DIMENSIONAL),
        (attractive, indifferent, Category.ATTRACTIVE),
    ]:
        result = kano([weaker[0], stronger[0]], [weaker[1], stronger[1]])
        assert result.category is wins
        assert not result.is_settled


def test_continuous_kano_of_a_feature_everyone_expects() -> None:
    result = kano_continuous([1] * 30 + [2] * 10, [4] * 40)
    assert result.category is Category.MUST_BE
    assert (result.functional.value, result.dysfunctional.value) == (1.5, 4.0)


def test_penalty_reward_agrees_with_statsmodels_and_finds_the_planted_kinds() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(10)
    x = rng.integers(1, 6, size=(2000, 3))
    y = 4 - 1.2 * (x[:, 0] <= 2) + 1.1 * (x[:, 1] >= 5) + rng.normal(size=2000)
    found = penalty_reward(x, y, poor=2, good=5)
    assert [result.category for result in found] == [Category.MUST_BE, Category.ATTRACTIVE, Category.INDIFFERENT]
    design = sm.add_constant(np.column_stack([x >= 5, x <= 2]).astype(float))
    theirs = sm.OLS(y, design).fit(cov_type="HC3", use_t=True)
    assert [r.reward.value for r in found] == pytest.approx(list(theirs.params[1:4]))
    assert [r.penalty.low for r in found] == pytest.approx(list(theirs.conf_int()[4:, 0]))


def test_an_attribute_near_a_crosshair_is_undecided() -> None:
    rng = np.random.default_rng(11)
    importance = np.clip(rng.normal([6, 6, 2, 2, 4], 0.5, size=(60, 5)), 1, 7)
    performance = np.clip(rng.normal([6, 2, 2, 6, 4], 0.5, size=(60, 5)), 1, 7)
    places = importance_performance(importance, performance, tuple("abcde"), middle=(4, 4))
    assert [place.quadrant for place in places] == [
        Quadrant.KEEP_UP,
        Quadrant.CONCENTRATE,
        Quadrant.LOW_PRIORITY,
        Quadrant.OVERKILL,
        Quadrant.UNDECIDED,
    ]
    assert places[0].ellipse.half_axes[0] >= places[0].ellipse.half_axes[1]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: servqual(np.full((3, 22), 8.0), np.full((3, 22), 5.0)), "leave the scale"),
        (lambda: servqual(np.ones((3, 21)), np.ones((3, 21))), "22 items"),
        (lambda: servqual(*answered(1), weights={"speed": 1}), "exactly these dimensions"),
        (lambda: servqual(*answered(1), weights=np.zeros(5)), "sum to zero"),
        (lambda: scale_reliability(np.ones((5, 3))), "is constant"),
        (lambda: scale_reliability(np.array([[1, np.nan], [2, 3]])), "at least 3"),
        (lambda: omega([[1, 2], [2, 3], [3, 5]]), "three items"),
        (lambda: kano([], []), "nobody answered"),
        (lambda: kano([5], [1]), "0 .like it. to 4"),
        (lambda: penalty_reward(np.full((9, 1), 3), np.arange(9), poor=2, good=5), "never poor"),
        (lambda: difference_reliability(0.8, 0.8, 1.0), "same column"),
        (lambda: Questionnaire("none", {}), "needs items"),
    ],
)
def test_impossible_input_is_refused_with_a_way_out(call: Call, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()


@pytest.mark.parametrize("locale", ["en", "de", "es", "pt"])
def test_scales_speak_four_languages(locale: str) -> None:
    result = servqual(*answered(12))
    for told in (result, *result.items, *result.dimensions, scale_reliability(answered(12)[1]), kano([0, 1], [4, 4])):
        assert told.sentence(locale)
