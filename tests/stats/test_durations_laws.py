"""What must hold of durations in bins and of times that are still open, whatever was measured."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.claims import Call, ends, known, three
from untilyes.stats.durations import (
    bin_edges,
    bin_middle,
    compare_quantiles,
    estimate_chance_faster,
    estimate_log_mean,
    estimate_quantile,
    log_bin,
    log_histogram,
    order_ranks,
)
from untilyes.stats.results import Verdict
from untilyes.stats.survival import estimate_survival, logrank_p
from untilyes.stats.waiting import estimate_median_wait

seconds = st.floats(-1e7, 1e7, allow_nan=False)
lists = st.lists(st.floats(0, 1e7), min_size=1, max_size=80)


@given(seconds)
def test_every_duration_lies_in_its_bin(x: float) -> None:
    place = int(log_bin(x))
    low, high = (float(e) for e in bin_edges(place))
    assert low - 1e-9 * abs(low) <= x <= high + 1e-9 * abs(high)
    if abs(x) >= 1:
        assert float(bin_middle(place)) == pytest.approx(x, rel=0.0101)


@given(seconds, seconds)
def test_bins_are_ordered_like_their_values(a: float, b: float) -> None:
    assert (log_bin(min(a, b)) <= log_bin(max(a, b))).all()


@given(seconds)
def test_late_mirrors_early(x: float) -> None:
    assert int(log_bin(-x)) == -int(log_bin(x))


@given(lists, lists)
def test_merged_histograms_are_the_histogram_of_all(a: list[float], b: list[float]) -> None:
    parts = [log_histogram(a), log_histogram(b)]
    merged = {k: parts[0].get(k, 0) + parts[1].get(k, 0) for k in {*parts[0], *parts[1]}}
    assert merged == log_histogram(a + b)
    assert three(estimate_quantile(merged)) == three(estimate_quantile(log_histogram(a + b)))


@given(lists, st.sampled_from([0.1, 0.5, 0.9]))
def test_a_quantile_is_the_exact_one_within_a_bin_and_inside_its_interval(x: list[float], q: float) -> None:
    value, low, high = three(estimate_quantile(log_histogram(x), q))
    exact = float(np.quantile(x, q, method="inverted_cdf"))
    assert value == pytest.approx(exact, rel=0.0101, abs=1)
    assert low <= value <= high


@given(lists)
def test_higher_quantiles_are_never_smaller(x: list[float]) -> None:
    bins = log_histogram(x)
    values = [known(estimate_quantile(bins, q).value) for q in (0.1, 0.25, 0.5, 0.75, 0.9)]
    assert values == sorted(values)


@given(st.integers(1, 5000), st.floats(0.02, 0.98), st.sampled_from([0.8, 0.95, 0.99]))
def test_ranks_hold_their_level_and_surround_the_quantile(n: int, q: float, level: float) -> None:
    first, last = order_ranks(n, q, level)
    assert 0 <= first <= math.ceil(n * q) <= last <= n + 1


@given(lists, lists)
def test_being_faster_and_being_slower_make_one(a: list[float], b: list[float]) -> None:
    one, two = log_histogram(a), log_histogram(b)
    here, back = estimate_chance_faster(one, two), estimate_chance_faster(two, one)
    value, low, high = three(here)
    assert value == pytest.approx(1 - known(back.value))
    assert (low, high) == pytest.approx(tuple(1 - x for x in ends(back)[::-1]))
    assert 0 <= low <= value <= high <= 1


def test_few_durations_are_defined() -> None:
    assert estimate_quantile({}).value is None
    assert ends(estimate_quantile({207: 1})) == (0.0, math.inf)
    assert ends(estimate_quantile({-207: 1})) == (-math.inf, math.inf)
    assert estimate_log_mean({}).value is None
    assert ends(estimate_log_mean({207: 1})) == (-math.inf, math.inf)
    assert estimate_chance_faster({}, {1: 3}).value is None
    assert compare_quantiles({}, {1: 3}).verdict is Verdict.TOO_FEW


def test_a_mean_of_equal_bins_is_that_of_the_values() -> None:
    x = np.random.default_rng(3).lognormal(6, 1, size=5000)
    value, low, high = three(estimate_log_mean(log_histogram(x)))
    assert value == pytest.approx(x.mean(), rel=0.002)
    assert low < x.mean() < high


observed = st.lists(st.tuples(st.floats(0, 1000), st.integers(0, 1)), min_size=1, max_size=60)


@given(observed)
def test_a_curve_falls_from_one_within_its_band_whatever_the_order(
    cases: list[tuple[float, int]],
) -> None:
    times, ended = zip(*cases, strict=True)
    curve = estimate_survival(times, ended)
    assert (np.diff(curve.open_share) <= 1e-12).all()
    assert ((curve.open_share >= 0) & (curve.open_share <= 1)).all()
    assert (curve.low <= curve.open_share + 1e-12).all()
    assert (curve.open_share <= curve.high + 1e-12).all()
    turned = estimate_survival(times[::-1], ended[::-1])
    assert turned.open_share == pytest.approx(curve.open_share)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=60))
def test_without_open_cases_the_curve_is_the_share_still_above(times: list[float]) -> None:
    curve = estimate_survival(times, [1] * len(times))
    for t, share in zip(curve.times, curve.open_share, strict=True):
        assert share == pytest.approx(np.mean(np.array(times) > t))


@given(observed)
def test_counts_stand_for_that_many_cases(cases: list[tuple[float, int]]) -> None:
    times, ended = (list(x) for x in zip(*cases, strict=True))
    twice = estimate_survival(times, ended, counts=[2] * len(times))
    repeated = estimate_survival(times + times, ended + ended)
    assert twice.open_share == pytest.approx(repeated.open_share)
    assert twice.low == pytest.approx(repeated.low)
    assert twice.n == repeated.n


@given(observed)
def test_leaving_out_open_cases_only_ever_looks_quicker(cases: list[tuple[float, int]]) -> None:
    times, ended = (np.array(x, dtype=float) for x in zip(*cases, strict=True))
    if not ended.any():
        return
    honest, wishful = estimate_survival(times, ended), estimate_survival(times[ended == 1], ended[ended == 1])
    assert all(known(honest.at(t).value) >= known(wishful.at(t).value) - 1e-9 for t in honest.times)


def test_nothing_ended_yet_is_defined() -> None:
    curve = estimate_survival([3, 5], [0, 0])
    assert curve.quantile().value is None
    assert curve.at(4).value == 1
    assert "still open" in str(curve)
    assert estimate_survival([], []).at(1).value is None
    assert logrank_p([1, 2], [0, 0], [0, 1]) == 1
    assert estimate_median_wait({}, {}).value is None


@given(observed)
def test_groups_are_interchangeable(cases: list[tuple[float, int]]) -> None:
    times, ended = zip(*cases, strict=True)
    group = np.arange(len(times)) % 2
    if len(times) < 2:
        return
    assert logrank_p(times, ended, group) == pytest.approx(logrank_p(times, ended, 1 - group))


histograms = st.dictionaries(st.integers(0, 300), st.integers(1, 30), min_size=1, max_size=12)


@given(histograms, histograms)
def test_more_waiting_never_makes_the_median_wait_shorter(ended: dict[int, int], waiting: dict[int, int]) -> None:
    done = {k: float(v) for k, v in ended.items()}
    value = estimate_median_wait(done, {}).value
    longer = estimate_median_wait(done, {k: float(v) for k, v in waiting.items()})
    assert longer.value is None or longer.value >= known(value)
    low, high = ends(longer)
    assert low <= (longer.value if longer.value is not None else math.inf) <= high


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: log_bin([1, float("inf")]), "NaN or infinite"),
        (lambda: estimate_quantile({1: 2}, 1.0), "q must lie between"),
        (lambda: estimate_quantile({1: -2}), "cannot be negative"),
        (lambda: estimate_survival([1, 2], [1]), "differ in length"),
        (lambda: estimate_survival([1, 2], [1, 2]), "1 .has ended. or 0"),
        (lambda: estimate_survival([-1], [1]), "cannot be negative"),
        (lambda: logrank_p([1, 2], [1, 1], [1, 1]), "all one class"),
        (lambda: estimate_survival([1], [1]).quantile(0), "q must lie between"),
        (lambda: estimate_median_wait({1: 1}, {}, q=1), "q must lie between"),
    ],
)
def test_impossible_input_is_refused_with_a_way_out(call: Call, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()
