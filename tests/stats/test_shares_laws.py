"""What must hold of shares, their differences and ratios, whatever was counted."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.stats.claims import Call, ends, known, three
from untilyes.stats.changes import (
    compare_estimates,
    compare_many_shares,
    compare_shares,
    newcombe,
    newcombe_p,
)
from untilyes.stats.comparisons import compare_paired_shares, compare_stratified_shares, estimate_ratio, mcnemar_p
from untilyes.stats.results import Estimate, Verdict
from untilyes.stats.shares import (
    clopper_pearson,
    estimate_share,
    estimate_shares,
    estimate_weighted_share,
    jeffreys,
    kish_n,
    wilson,
    z_score,
)

METHODS = ["wilson", "clopper-pearson", "jeffreys"]
sizes = st.integers(1, 3000)
levels = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@st.composite
def counted(draw: st.DrawFn) -> tuple[int, int]:
    """k of n."""
    n = draw(sizes)
    return draw(st.integers(0, n)), n


@given(counted(), levels, st.sampled_from(METHODS))
def test_the_interval_lies_within_0_and_1_around_the_share(case: tuple[int, int], level: float, method: str) -> None:
    value, low, high = three(estimate_share(*case, level=level, method=method))
    assert 0 <= low <= value <= high <= 1
    assert low < high


@given(counted(), st.sampled_from(METHODS))
def test_yes_and_no_mirror_each_other(case: tuple[int, int], method: str) -> None:
    k, n = case
    yes, no = (three(estimate_share(x, n, method=method)) for x in (k, n - k))
    assert yes == pytest.approx((1 - no[0], 1 - no[2], 1 - no[1]), abs=1e-9)


@given(counted(), st.sampled_from(METHODS))
def test_more_answers_of_the_same_kind_never_widen_it(case: tuple[int, int], method: str) -> None:
    k, n = case
    widths = [known(estimate_share(k * m, n * m, method=method).width) for m in (1, 2, 10)]
    assert widths[0] >= widths[1] >= widths[2]


@given(counted(), st.sampled_from(METHODS))
def test_more_confidence_never_narrows_it(case: tuple[int, int], method: str) -> None:
    inner, outer = (ends(estimate_share(*case, level=level, method=method)) for level in (0.9, 0.99))
    assert outer[0] <= inner[0] <= inner[1] <= outer[1]


@given(st.integers(1, 400))
def test_one_more_yes_moves_both_ends_up(n: int) -> None:
    k = np.arange(n + 1)
    for method in (wilson, clopper_pearson, jeffreys):
        low, high = method(k, n)
        assert (np.diff(low) >= 0).all()
        assert (np.diff(high) >= 0).all()


@given(counted())
def test_the_exact_interval_holds_jeffreys(case: tuple[int, int]) -> None:
    exact, bayes = clopper_pearson(*case), jeffreys(*case)
    assert exact[0] <= bayes[0] + 1e-12
    assert exact[1] >= bayes[1] - 1e-12


@given(counted(), levels)
def test_wilsons_ends_are_where_the_score_test_is_just_undecided(case: tuple[int, int], level: float) -> None:
    k, n = case
    for end in (float(x) for x in wilson(k, n, level)):
        if 0 < end < 1:
            assert abs(k / n - end) / np.sqrt(end * (1 - end) / n) == pytest.approx(z_score(level), rel=1e-6)


@given(st.lists(counted(), min_size=1, max_size=20))
def test_many_at_once_are_each_alone(cases: list[tuple[int, int]]) -> None:
    together = estimate_shares([k for k, _ in cases], [n for _, n in cases])
    assert [three(e) for e in together] == [three(estimate_share(k, n)) for k, n in cases]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1), (0, 5), (5, 5), (0.3, 0.7)])
def test_one_answer_nobody_and_everybody_are_defined(method: str, k: float, n: float) -> None:
    value, low, high = three(estimate_share(k, n, method=method))
    assert value == k / n
    assert (low == 0) is (k == 0)
    assert (high == 1) is (k == n)


@pytest.mark.parametrize("method", METHODS)
def test_no_answers_are_undefined_and_say_so(method: str) -> None:
    estimate = estimate_share(0, 0, method=method)
    assert (estimate.value, estimate.low, estimate.high, estimate.margin) == (None, None, None, None)
    assert str(estimate) == "nothing to go by yet (n = 0)"


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=40), st.floats(0.001, 1000))
def test_kishs_n_is_at_most_the_answers_and_has_no_unit(weights: list[float], factor: float) -> None:
    effective = kish_n(weights)
    assert 1 - 1e-9 <= effective <= len(weights) + 1e-9
    assert kish_n([w * factor for w in weights]) == pytest.approx(effective)


@given(counted(), st.floats(0.1, 50))
def test_equal_weights_change_nothing(case: tuple[int, int], weight: float) -> None:
    k, n = min(case[0], 50), min(case[1], 50)
    k = min(k, n)
    weighted = estimate_weighted_share([1] * k + [0] * (n - k), [weight] * n)
    assert three(weighted) == pytest.approx(three(estimate_share(k, n)), abs=1e-9)


@given(counted(), counted())
def test_a_difference_turns_around_with_its_sides(before: tuple[int, int], after: tuple[int, int]) -> None:
    there, back = compare_shares(before, after), compare_shares(after, before)
    assert known(there.delta) == pytest.approx(-known(back.delta))
    assert ends(there) == pytest.approx(tuple(-x for x in ends(back)[::-1]))
    assert known(there.p) == pytest.approx(known(back.p))
    opposite = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}
    assert there.verdict is opposite.get(back.verdict, back.verdict)


@given(counted(), counted())
def test_p_is_small_exactly_when_the_interval_excludes_zero(before: tuple[int, int], after: tuple[int, int]) -> None:
    low, high = (float(x) for x in newcombe(before, after))
    p = float(newcombe_p(before, after))
    assume(abs(p - 0.05) > 1e-6)
    assert (p < 0.05) is (low > 0 or high < 0)


@pytest.mark.parametrize(("n0", "n1"), [(1, 1), (3, 7), (12, 2), (5, 400), (60, 60)])
def test_at_its_own_p_value_the_interval_touches_zero(n0: int, n1: int) -> None:
    k0, k1 = (a.ravel() for a in np.meshgrid(np.arange(n0 + 1.0), np.arange(n1 + 1.0)))
    for a, b, p in zip(k0, k1, newcombe_p((k0, n0), (k1, n1)), strict=True):
        if a / n0 == b / n1:
            assert p == 1
        elif p > 1e-8:  # below, 1 − p no longer tells it
            low, high = newcombe((a, n0), (b, n1), 1 - p)
            assert float(low if b / n1 > a / n0 else high) == pytest.approx(0, abs=1e-7)


@given(counted(), counted())
def test_lower_may_be_better(before: tuple[int, int], after: tuple[int, int]) -> None:
    up, down = compare_shares(before, after), compare_shares(before, after, better="lower")
    assert up.is_real is down.is_real
    if up.is_real:
        assert up.verdict is not down.verdict


@given(counted(), counted(), st.floats(0.005, 0.5))
def test_no_real_change_with_a_margin_is_shown_and_not_merely_unseen(
    before: tuple[int, int], after: tuple[int, int], matters: float
) -> None:
    change = compare_shares(before, after, matters=matters)
    inner = newcombe(before, after, 0.9)
    lies_within = -matters < float(inner[0]) and float(inner[1]) < matters and min(before[1], after[1]) >= 10
    assert change.equivalent is lies_within
    assert (change.verdict is Verdict.NO_REAL_CHANGE) is lies_within


@given(st.lists(st.tuples(counted(), counted()), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_cells_changes_no_verdict(
    cells: list[tuple[tuple[int, int], tuple[int, int]]], random: "np.random.Generator"
) -> None:
    order = list(range(len(cells)))
    random.shuffle(order)

    def verdicts(places: list[int]) -> list[str]:
        chosen = np.array([cells[i] for i in places])
        changes = compare_many_shares((chosen[:, 0, 0], chosen[:, 0, 1]), (chosen[:, 1, 0], chosen[:, 1, 1]))
        return [str(v) for v in changes.verdicts]

    straight = verdicts(list(range(len(cells))))
    assert verdicts(order) == [straight[i] for i in order]


def test_asking_more_questions_makes_a_verdict_harder() -> None:
    alone = compare_many_shares(([780], [1000]), ([820], [1000]))
    among = compare_many_shares(([780] + [500] * 19, [1000] * 20), ([820] + [500] * 19, [1000] * 20))
    assert alone.verdicts[0] == "better"
    assert among.verdicts[0] == "no_real_change"
    assert among.p[0] == pytest.approx(20 * alone.p[0])


@given(counted(), counted())
def test_a_ratio_inverts_with_its_sides_and_agrees_with_the_difference(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    assume(before[0] > 0 and after[0] > 0)
    value, low, high = three(estimate_ratio(before, after))
    other = three(estimate_ratio(after, before))
    assert low <= value * (1 + 1e-9)
    assert value <= high * (1 + 1e-9)
    assert (value, low, high) == pytest.approx((1 / other[0], 1 / other[2], 1 / other[1]), rel=1e-6)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [((0, 10), (5, 10), "open above"), ((5, 10), (0, 10), "from zero"), ((0, 10), (0, 10), "undefined"),
     ((0, 0), (5, 10), "undefined")],
)  # fmt: skip
def test_borderline_ratios_are_defined(before: tuple[int, int], after: tuple[int, int], expected: str) -> None:
    ratio = estimate_ratio(before, after)
    told = {"open above": ratio.high == np.inf, "from zero": ratio.low == 0 == ratio.value,
            "undefined": ratio.value is None}  # fmt: skip
    assert told[expected]


@given(*[st.integers(0, 300)] * 4)
def test_pairs_give_the_difference_of_their_margins(both: int, before: int, after: int, neither: int) -> None:
    n = both + before + after + neither
    assume(n > 0)
    change = compare_paired_shares(both, before, after, neither)
    low, high = ends(change)
    assert known(change.delta) == pytest.approx((after - before) / n)
    assert -1 - 1e-9 <= low <= known(change.delta) + 1e-12
    assert known(change.delta) - 1e-12 <= high <= 1 + 1e-9
    assert mcnemar_p(before, after) == pytest.approx(mcnemar_p(after, before))
    assert 0 <= mcnemar_p(before, after) <= 1


@given(st.lists(st.tuples(counted(), counted()), min_size=1, max_size=6))
def test_one_stratum_is_no_stratification_and_order_is_nothing(
    strata: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    table = np.array(strata, dtype=float)
    before, after = (table[:, 0, 0], table[:, 0, 1]), (table[:, 1, 0], table[:, 1, 1])
    here = compare_stratified_shares(before, after)
    back = compare_stratified_shares((before[0][::-1], before[1][::-1]), (after[0][::-1], after[1][::-1]))
    assert known(here.delta) == pytest.approx(known(back.delta))
    single = compare_stratified_shares((before[0][:1], before[1][:1]), (after[0][:1], after[1][:1]), mix=[1.0])
    assert ends(single) == pytest.approx(ends(compare_shares(strata[0][0], strata[0][1])))


def test_simpsons_paradox_is_seen_through() -> None:
    """Each clinic got worse while the plain share rose, because the better clinic saw more people."""
    before, after = ([81, 192], [87, 263]), ([234, 55], [270, 80])
    assert compare_shares((273, 350), (289, 350)).verdict is not Verdict.WORSE
    assert known(compare_stratified_shares(before, after).delta) < 0


def test_estimates_of_one_interval_compare_like_their_shares() -> None:
    before, after = estimate_share(480, 800), estimate_share(560, 700)
    assert ends(compare_estimates(before, after)) == pytest.approx(ends(compare_shares((480, 800), (560, 700))))


def test_an_interval_open_towards_zero_is_never_real() -> None:
    closed = Estimate(30.0, 24.0, 36.0, 900, "any", unit="seconds")
    open_above = Estimate(90.0, 60.0, np.inf, 900, "any", unit="seconds")
    open_below = Estimate(90.0, -np.inf, 100.0, 900, "any", unit="seconds")
    assert compare_estimates(closed, open_below).low == -np.inf
    assert not compare_estimates(closed, open_below).is_real
    assert compare_estimates(closed, open_above).high == np.inf
    assert compare_estimates(closed, open_above).is_real


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: estimate_share(6, 5), "k cannot exceed n"),
        (lambda: estimate_share(-1, 5), "cannot be negative"),
        (lambda: estimate_share(float("nan"), 5), "NaN"),
        (lambda: estimate_share(1, 5, level=95), "95 % is 0.95"),
        (lambda: estimate_share(1, 5, method="wald"), "method must be one of"),
        (lambda: kish_n([1, -1]), "cannot be negative"),
        (lambda: kish_n([0, 0]), "sum to zero"),
        (lambda: estimate_weighted_share([1, 2], [1, 1]), "0 or 1"),
        (lambda: estimate_weighted_share([1, 0], [1]), "one weight per value"),
        (lambda: compare_shares((1, 2), (1, 2), better="more"), "'higher' or 'lower'"),
        (lambda: compare_shares((11, 20), (11, 20), matters=0), "matters must be positive"),
        (lambda: compare_stratified_shares(([1], [5]), ([0], [0])), "no answers on one side"),
        (lambda: compare_stratified_shares(([1], [5]), ([1], [5]), mix=[0.5]), "not 1"),
        (lambda: compare_estimates(estimate_share(1, 2), Estimate(1, 0, 2, 5, "t", unit="score")), "one unit"),
    ],
)
def test_impossible_input_is_refused_with_a_way_out(call: Call, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()
