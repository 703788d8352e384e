"""What must hold of net scores, means and trust, whatever was answered."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.stats.claims import Call, ends, known, three
from untilyes.stats.means import compare_means, estimate_mean
from untilyes.stats.results import Verdict
from untilyes.stats.score_changes import (
    chance_of_gain,
    compare_many_scores,
    compare_paired_scores,
    compare_scores,
    margin_of_change,
)
from untilyes.stats.scores import (
    NPS,
    Histogram,
    Scoring,
    answers_needed,
    estimate_score,
    estimate_scores,
    estimate_weighted_score,
    score_variance,
    smallest_real_change,
)
from untilyes.stats.trust import GRADED_TRUST, TRUST, Belief, compare_reputation, estimate_trust, trust_legs

waves = st.dictionaries(st.integers(0, 10).map(float), st.integers(0, 500), min_size=1)


def merged(a: Histogram, b: Histogram) -> Histogram:
    return {v: a.get(v, 0) + b.get(v, 0) for v in {*a, *b}}


@given(waves, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_lies_on_the_scale_around_the_score(wave: Histogram, level: float) -> None:
    assume(sum(wave.values()) > 0)
    value, low, high = three(estimate_score(wave, level=level))
    assert -100 <= low <= value <= high <= 100
    assert low < high


@given(waves)
def test_a_mirrored_scoring_mirrors_the_score(wave: Histogram) -> None:
    assume(sum(wave.values()) > 0)
    mirrored = Scoring("mirrored", {v: -p for v, p in NPS.points.items()})
    value, low, high = three(estimate_score(wave))
    assert three(estimate_score(wave, mirrored)) == pytest.approx((-value, -high, -low))


@given(waves, waves)
def test_the_score_of_both_waves_is_their_mean_by_size(first: Histogram, second: Histogram) -> None:
    n = [sum(w.values()) for w in (first, second)]
    assume(min(n) > 0)
    parts = [known(estimate_score(w).value) for w in (first, second)]
    assert known(estimate_score(merged(first, second)).value) == pytest.approx(np.average(parts, weights=n))


@given(waves)
def test_ten_times_the_answers_narrow_it(wave: Histogram) -> None:
    assume(sum(wave.values()) > 3)
    ten = {v: 10 * c for v, c in wave.items()}
    assert known(estimate_score(ten).width) < known(estimate_score(wave).width)


@given(waves)
def test_only_points_count_and_not_which_answer_earned_them(wave: Histogram) -> None:
    assume(sum(wave.values()) > 0)
    moved: dict[float, float] = {}
    for v, c in wave.items():
        standing = 0.0 if v <= 6 else 7.0 if v <= 8 else 9.0
        moved[standing] = moved.get(standing, 0) + c
    assert three(estimate_score(moved)) == three(estimate_score(wave))


@given(st.lists(st.integers(0, 10).map(float), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_the_order_of_weighted_answers_changes_nothing(answers: list[float], random: np.random.Generator) -> None:
    weights = [1 + (i % 3) for i in range(len(answers))]
    pairs = list(zip(answers, weights, strict=True))
    here = three(estimate_weighted_score(answers, weights))
    random.shuffle(pairs)
    assert three(estimate_weighted_score([v for v, _ in pairs], [w for _, w in pairs])) == pytest.approx(here)


def test_everybody_agreeing_is_never_certain() -> None:
    _, low, high = three(estimate_score({10: 10}))
    assert high == 100
    assert low < 90


@given(waves, st.floats(1, 3))
def test_all_customers_asked_leave_no_doubt_and_more_customers_leave_more(wave: Histogram, more: float) -> None:
    n = sum(wave.values())
    assume(n > 5)
    widths = [known(estimate_score(wave, population=n * times).width) for times in (1, 1 + more, 1000)]
    assert widths[0] <= widths[1] <= widths[2] <= known(estimate_score(wave).width)
    assert widths[2] == pytest.approx(known(estimate_score(wave).width), rel=1e-3)


@given(waves, waves)
def test_a_change_turns_around_with_its_waves(before: Histogram, after: Histogram) -> None:
    assume(min(sum(before.values()), sum(after.values())) > 0)
    there, back = compare_scores(before, after), compare_scores(after, before)
    assert known(there.delta) == pytest.approx(-known(back.delta))
    assert ends(there) == pytest.approx(tuple(-x for x in ends(back)[::-1]))
    assert known(there.p) == pytest.approx(known(back.p))
    low, high = ends(there)
    assert low <= known(there.delta) + 1e-9
    assert known(there.delta) <= high + 1e-9


@given(waves, waves)
def test_the_same_people_answering_alike_narrow_a_change(before: Histogram, after: Histogram) -> None:
    shared = min(sum(before.values()), sum(after.values()))
    assume(shared > 0)
    apart, together = (compare_scores(before, after, overlap=shared, correlation=r) for r in (0.0, 0.8))
    assert ends(apart) == pytest.approx(ends(compare_scores(before, after)))
    assert known(together.high) - known(together.low) <= known(apart.high) - known(apart.low) + 1e-9


@given(st.dictionaries(st.tuples(*[st.integers(0, 10).map(float)] * 2), st.integers(0, 200), min_size=1))
def test_pairs_give_the_change_of_their_margins(pairs: dict[tuple[float, float], int]) -> None:
    assume(sum(pairs.values()) > 0)
    change = compare_paired_scores({pair: float(n) for pair, n in pairs.items()})
    before: dict[float, float] = {}
    after: dict[float, float] = {}
    for (a, b), n in pairs.items():
        before[a], after[b] = before.get(a, 0) + n, after.get(b, 0) + n
    assert known(change.delta) == pytest.approx(
        known(estimate_score(after).value) - known(estimate_score(before).value)
    )


@given(waves, waves)
def test_the_chance_of_gain_and_of_loss_make_one(before: Histogram, after: Histogram) -> None:
    gain = chance_of_gain(before, after, rng=1, draws=4000)
    loss = chance_of_gain(after, before, rng=2, draws=4000)
    assert gain + loss == pytest.approx(1, abs=0.06)


@given(st.floats(0.5, 60), st.floats(0.55, 0.95))
def test_planning_goes_both_ways(change: float, power: float) -> None:
    n = answers_needed(change, power=power)
    assert smallest_real_change(n, power=power) <= change + 1e-9
    if n > 1:
        assert smallest_real_change(n - 1, power=power) >= change - 1e-9


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_change_worth_planning_for_exceeds_the_margin(before: int, after: int) -> None:
    assert smallest_real_change(before, after) > margin_of_change(before, after)
    assert margin_of_change(before, after) == pytest.approx(margin_of_change(after, before))


@given(waves)
def test_the_variance_has_its_bounds(wave: Histogram) -> None:
    assume(sum(wave.values()) > 0)
    assert 0 <= score_variance(wave) <= 100**2


def test_no_answers_and_one_answer_are_defined() -> None:
    assert estimate_score({}).value is None
    assert three(estimate_score({10: 1}))[0] == 100
    assert compare_scores({}, {10: 5}).verdict is Verdict.TOO_FEW
    assert estimate_mean({}).value is None
    assert ends(estimate_mean({4: 1}, scale=(1, 5))) == (1, 5)
    assert ends(estimate_mean({4: 1})) == (-np.inf, np.inf)
    assert estimate_trust({}).value is None


marks = st.dictionaries(st.integers(1, 5).map(float), st.integers(0, 300), min_size=1)


@given(marks)
def test_means_lie_on_their_scale(answers: Histogram) -> None:
    assume(sum(answers.values()) > 0)
    value, low, high = three(estimate_mean(answers, scale=(1, 5)))
    assert 1 <= low <= value <= high <= 5
    assert low < high


@given(marks, st.floats(0.5, 20), st.floats(-10, 10))
def test_means_follow_the_unit_of_their_scale(answers: Histogram, factor: float, shift: float) -> None:
    assume(sum(answers.values()) > 1)
    moved = {factor * v + shift: c for v, c in answers.items()}
    straight = tuple(factor * x + shift for x in three(estimate_mean(answers)))
    assert three(estimate_mean(moved)) == pytest.approx(straight, abs=1e-6)


@given(marks, marks)
def test_a_change_of_means_turns_around(before: Histogram, after: Histogram) -> None:
    assume(min(sum(before.values()), sum(after.values())) > 1)
    there = compare_means(before, after, scale=(1, 5))
    back = compare_means(after, before, scale=(1, 5))
    assert ends(there) == pytest.approx(tuple(-x for x in ends(back)[::-1]))


trusting = st.fixed_dictionaries({v: st.integers(0, 400) for v in (2.0, 1.0, 0.0)})


@given(trusting)
def test_trust_counts_sometimes_as_no_unless_told_otherwise(answers: Histogram) -> None:
    n = sum(answers.values())
    assume(n > 0)
    strict, graded = estimate_trust(answers), estimate_trust(answers, GRADED_TRUST)
    assert known(strict.value) == pytest.approx(100 * (2 * answers[2.0] / n - 1))
    assert known(graded.value) - known(strict.value) == pytest.approx(100 * answers[1.0] / n)
    shares = [known(e.value) for e in (strict.yes, strict.sometimes, strict.no)]
    assert sum(shares) == pytest.approx(1)


@given(trusting, trusting, trusting)
def test_the_chances_of_being_the_weak_leg_make_one(a: Histogram, b: Histogram, c: Histogram) -> None:
    assume(all(sum(x.values()) > 0 for x in (a, b, c)))
    legs = trust_legs({"sincerity": a, "competence": b, "reliability": c}, draws=500, rng=1)
    assert sum(leg.weakest_chance for leg in legs.legs) == pytest.approx(1)
    yes = [known(leg.trust.yes.value) for leg in legs.legs]
    assert yes == sorted(yes)
    assert known(legs.shortfall.value) == pytest.approx(yes[1] - yes[0])


@pytest.mark.parametrize(
    ("believed", "kept", "belief"),
    [(120, 930, Belief.UNSUNG), (186, 930, Belief.DESERVED), (190, 700, Belief.BORROWED)],
)
def test_belief_stands_beside_the_facts(believed: int, kept: int, belief: Belief) -> None:
    assert compare_reputation({2: believed, 1: 200 - believed}, kept, 1000).belief is belief


def test_few_promises_allow_no_word_on_reputation() -> None:
    assert compare_reputation({2: 20}, 5, 10).belief is Belief.TOO_FEW


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: estimate_score({11: 3}), "knows no answer 11"),
        (lambda: estimate_score({10: -3}), "cannot be negative"),
        (lambda: Scoring("flat", {1: 5, 2: 5}), "at least two"),
        (lambda: Scoring("wide", {1: 0, 2: 500}), "leaves -100..\\+100"),
        (lambda: estimate_scores([[1, 2]], [100, -100]), "ascend"),
        (lambda: estimate_score({10: 50}, population=20), "check the population size"),
        (lambda: answers_needed(0), "worth acting on"),
        (lambda: smallest_real_change(0), "without answers"),
        (lambda: margin_of_change(5, 0), "without answers"),
        (lambda: compare_many_scores([[1, 2]], [[2, 1]], [-100, 100], overlap=9), "overlap cannot exceed"),
        (lambda: estimate_mean({6: 1}, scale=(1, 5)), "leave the scale"),
        (lambda: estimate_trust({3: 1}), "knows no answer"),
        (lambda: trust_legs({"sincerity": {2: 5}}), "at least two legs"),
        (lambda: chance_of_gain({10: 1}, {10: 1}, rng=None), "pass rng"),  # type: ignore[arg-type]
        (lambda: estimate_score({1: 1}, TRUST, level=1), "level must lie between"),
    ],
)
def test_impossible_input_is_refused_with_a_way_out(call: Call, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()
