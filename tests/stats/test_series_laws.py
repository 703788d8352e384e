"""What must hold of charts, shifts, seasons, interventions, bursts and league tables, whatever the series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.claims import Call, Floats, ends, known, three
from untilyes.stats.bursts import ears, find_bursts, find_bursts_in_times
from untilyes.stats.changepoints import find_shift_in_shares, find_shift_in_values, find_shifts_in_shares
from untilyes.stats.charts import chart_rates, chart_shares, chart_values, cusum, run_of
from untilyes.stats.interrupted import difference_in_differences, estimate_intervention
from untilyes.stats.leagues import chance_higher, fit_beta, shrink_league
from untilyes.stats.response_styles import adjust_response_style
from untilyes.stats.results import Verdict
from untilyes.stats.seasons import season_of_shares, season_of_values

series = st.lists(st.floats(-1000, 1000).map(lambda x: round(x, 3)), min_size=4, max_size=40)
seeds = st.integers(0, 10_000)


def counted(seed: int, periods: int = 20, share: float = 0.7) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    n = rng.integers(20, 200, size=periods)
    return rng.binomial(n, share).astype(float), n.astype(float)


@given(series, st.floats(0.1, 50), st.floats(-100, 100))
def test_limits_follow_the_unit(x: list[float], factor: float, shift: float) -> None:
    here, there = chart_values(x), chart_values(np.array(x) * factor + shift)
    assert there.centre == pytest.approx(here.centre * factor + shift, abs=1e-6)
    assert there.high == pytest.approx(here.high * factor + shift, rel=1e-6, abs=1e-6)


@given(seeds)
def test_limits_stay_within_0_and_1_around_the_centre(seed: int) -> None:
    k, n = counted(seed)
    chart = chart_shares(k, n)
    assert ((chart.low >= 0) & (chart.low <= chart.centre) & (chart.centre <= chart.high) & (chart.high <= 1)).all()
    assert chart.sigma_z >= 1
    plain = chart_shares(k, n, overdispersed=False)
    assert (plain.beyond | ~chart.beyond).all()


@given(seeds)
def test_yes_and_no_ask_for_the_same_reasons(seed: int) -> None:
    k, n = counted(seed)
    assert (chart_shares(k, n).beyond == chart_shares(n - k, n).beyond).all()


@given(seeds, st.integers(1, 100))
def test_rates_do_not_depend_on_the_unit_of_exposure(seed: int, unit: int) -> None:
    k, n = counted(seed)
    here, there = chart_rates(k, n), chart_rates(k, n / unit)
    assert there.centre == pytest.approx(here.centre * unit)
    assert (here.beyond == there.beyond).all()


def test_later_points_do_not_move_frozen_limits() -> None:
    first = chart_values([5, 6, 5, 7, 6, 5] * 3)
    later = chart_values([5, 6, 5, 7, 6, 5] * 3 + [50], baseline=18)
    assert (later.centre, float(later.high[0])) == (first.centre, float(first.high[0]))
    assert later.beyond.tolist() == [False] * 18 + [True]


def test_a_day_without_answers_is_no_signal_and_breaks_no_run() -> None:
    chart = chart_shares([40] * 4 + [0] + [40] * 4 + [10] * 8, [50] * 4 + [0] + [50] * 12, overdispersed=False)
    assert np.isnan(chart.value[4])
    assert not chart.signals[4]
    assert run_of([1, 1, 1, 1, np.nan, 1, 1, 1, 1], 0).tolist() == [False] * 8 + [True]


@given(series, st.floats(0, 5), st.floats(0.5, 20))
def test_drifts_up_and_down_mirror_each_other(x: list[float], slack: float, threshold: float) -> None:
    here = cusum(x, target=0, slack=slack, threshold=threshold)
    mirrored = cusum([-v for v in x], target=0, slack=slack, threshold=threshold)
    assert here.above == pytest.approx(mirrored.below)
    assert here.first == mirrored.first
    assert (here.above >= 0).all()


@settings(max_examples=25)
@given(seeds)
def test_a_shift_read_backwards_is_the_same_shift(seed: int) -> None:
    k, n = counted(seed)
    k[:12] = np.floor(k[:12] * 0.6)
    here = find_shift_in_shares(k, n, rng=1, draws=99)
    back = find_shift_in_shares(k[::-1], n[::-1], rng=1, draws=99)
    assert back.at == 20 - here.at
    assert here.low <= here.at <= here.high
    assert known(back.before.value) == pytest.approx(known(here.after.value))


@settings(max_examples=25)
@given(series, st.floats(0.1, 50), st.floats(-100, 100))
def test_a_shift_does_not_depend_on_the_unit(x: list[float], factor: float, shift: float) -> None:
    if np.ptp(x) < 1:
        return
    here, there = (find_shift_in_values(v, rng=1, draws=49) for v in (np.array(x), np.array(x) * factor + shift))
    assert there.p == pytest.approx(here.p, abs=0.021)


def test_planted_shifts_are_found_with_their_moment() -> None:
    levels = [80] * 12 + [60] * 12 + [75] * 12
    shifts = find_shifts_in_shares(levels, [100] * 36, rng=2)
    assert [s.at for s in shifts] == [12, 24]
    assert all(s.is_real for s in shifts)


def test_a_flat_series_has_no_shift_and_no_season() -> None:
    assert not find_shift_in_shares([50] * 12, [100] * 12, rng=1).is_real
    assert not find_shift_in_values([5.0] * 12, rng=1).is_real
    assert not season_of_shares([50] * 28, [100] * 28, np.arange(28) % 7).is_real
    assert not season_of_values([5.0] * 28, np.arange(28) % 7).is_real
    assert season_of_values([], np.array([], dtype=int)).p == 1


@settings(max_examples=25)
@given(seeds)
def test_the_order_of_the_days_changes_no_season(seed: int) -> None:
    k, n = counted(seed, 42)
    slot = np.arange(42) % 7
    order = np.random.default_rng(seed).permutation(42)
    here, there = season_of_shares(k, n, slot), season_of_shares(k[order], n[order], slot[order])
    assert there.p == pytest.approx(here.p)
    assert there.slots.value == pytest.approx(here.slots.value)


@settings(max_examples=25)
@given(seeds, st.floats(-20, 20))
def test_a_fix_adds_exactly_what_was_added(seed: int, effect: float) -> None:
    x = np.random.default_rng(seed).normal(70, 2, size=24)
    moved = np.where(np.arange(24) >= 14, x + effect, x)
    here, there = estimate_intervention(x, 14), estimate_intervention(moved, 14)
    assert known(there.average.value) == pytest.approx(known(here.average.value) + effect, abs=1e-8)
    assert known(there.average.width) == pytest.approx(known(here.average.width))


@settings(max_examples=25)
@given(seeds)
def test_what_moved_the_comparison_too_cancels_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, other, weather = rng.normal(70, 1, size=24), rng.normal(60, 1, size=24), rng.normal(0, 30, size=24)
    alone = estimate_intervention(x, 12, comparison=other)
    shaken = estimate_intervention(x + weather, 12, comparison=other + weather)
    assert three(shaken.average) == pytest.approx(three(alone.average), abs=1e-6)


def test_a_trend_that_was_there_is_no_effect_and_few_periods_are_no_verdict() -> None:
    trend = np.arange(20) + np.tile([0.1, -0.1], 10)
    assert estimate_intervention(trend, 10).verdict is Verdict.NO_REAL_CHANGE
    assert estimate_intervention([1, 2, 1, 2, 8, 9, 8], 4).verdict is Verdict.TOO_FEW


@given(seeds)
def test_a_difference_of_differences_turns_around_with_its_places(seed: int) -> None:
    k, n = counted(seed, 4)
    a, b, c, d = ((float(x), float(y)) for x, y in zip(k, n, strict=True))
    here, there = difference_in_differences(a, b, c, d), difference_in_differences(c, d, a, b)
    assert known(here.value) == pytest.approx(-known(there.value), abs=1e-9)
    assert ends(here) == pytest.approx(tuple(-x for x in ends(there)[::-1]))


def test_an_empty_place_leaves_the_difference_undefined() -> None:
    assert difference_in_differences((0, 0), (1, 2), (1, 2), (1, 2)).value is None


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.floats(1.1, 4))
def test_no_path_of_bursts_is_cheaper_than_the_one_found(relevant: list[int], ratio: float) -> None:
    total = [20 + r for r in relevant]
    found = find_bursts(relevant, total, ratio=ratio)
    assert set(found.states.tolist()) <= {0, 1}
    assert all(weight > 0 for _, _, weight in found.bursts)
    dear = find_bursts(relevant, total, ratio=ratio, gamma=3)
    assert int(dear.states.sum()) <= int(found.states.sum())


def test_silence_has_no_bursts() -> None:
    assert find_bursts([0, 0], [5, 5]).bursts == ()
    assert find_bursts([], []).bursts == ()
    assert find_bursts_in_times([4.0]) == []
    assert not ears([1, 2, 3]).raised.any()


@given(st.lists(st.integers(0, 30), min_size=10, max_size=40))
def test_an_alarm_looks_back_and_never_ahead(counts: list[int]) -> None:
    whole, part = ears(counts), ears(counts[:-1])
    assert part.threshold == pytest.approx(whole.threshold[:-1], nan_ok=True)


@settings(max_examples=25)
@given(seeds)
def test_shrinking_draws_every_team_towards_the_rest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 200, size=12)
    k = rng.binomial(n, rng.beta(20, 8, size=12))
    league = shrink_league(k, n, rng=1, draws=500)
    if league.prior is None:
        assert np.ptp(league.shares.value) == 0
        return
    middle = league.prior[0] / sum(league.prior)
    assert (np.abs(league.shares.value - middle) <= np.abs(k / n - middle) + 1e-12).all()
    assert league.chance_best.sum() == pytest.approx(1)


def test_teams_that_differ_by_chance_are_called_alike() -> None:
    assert fit_beta(np.array([5.0, 5.0, 5.0]), np.array([10.0, 10.0, 10.0])) is None
    league = shrink_league([5, 5, 6], [10, 10, 10], rng=1)
    assert not league.is_distinguishable
    assert "cannot be told apart" in str(league)


@given(st.integers(0, 200), st.integers(0, 200))
def test_higher_and_lower_make_one(k0: int, k1: int) -> None:
    assert chance_higher((k0, 200), (k1, 9000)) + chance_higher((k1, 9000), (k0, 200)) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(("first", "second"), [((50, 100), (60, 100)), ((0, 5), (1, 4)), ((0, 0), (3, 3))])
def test_the_chance_of_being_higher_is_that_of_drawing(first: tuple[int, int], second: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    drawn = [rng.beta(k + 0.5, n - k + 0.5, size=1_000_000) for k, n in (first, second)]
    assert chance_higher(first, second) == pytest.approx((drawn[1] > drawn[0]).mean(), abs=0.002)


def test_without_data_either_may_be_higher() -> None:
    assert chance_higher((0, 0), (0, 0)) == pytest.approx(0.5)


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 5)), min_size=2, max_size=60), st.floats(-5, 5))
def test_what_is_stable_about_a_person_is_taken_out_and_the_mean_is_kept_in_unit(
    answers: list[tuple[int, int]], shift: float
) -> None:
    x, person = (np.array(v, dtype=float) for v in zip(*answers, strict=True))
    here, there = adjust_response_style(x, person), adjust_response_style(x + shift, person)
    assert there.values == pytest.approx(here.values + shift, abs=1e-8)
    assert x - here.level_of_person == pytest.approx(here.values)


def test_one_answer_each_cannot_tell_person_from_visit() -> None:
    style = adjust_response_style([6, 8, 9], ["ann", "bob", "cy"])
    assert style.stable_share is None
    assert style.values.tolist() == [6, 8, 9]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: chart_values([1]), "2 are needed"),
        (lambda: chart_values([1, 2, 3], baseline=1), "sets no limits"),
        (lambda: chart_shares([0, 0, 5], [0, 0, 9], baseline=2), "has no n"),
        (lambda: chart_rates([-1, 2], [1, 1]), "cannot be negative"),
        (lambda: cusum([1], target=0, slack=-1, threshold=1), "slack cannot be negative"),
        (lambda: find_shift_in_values([1, 2, 3], rng=1), "at least four"),
        (lambda: find_shift_in_shares([0] * 5, [0] * 5, rng=1), "no period has answers"),
        (lambda: find_shift_in_values([1, 2, 3, 4], rng=None), "pass rng"),  # type: ignore[arg-type]
        (lambda: estimate_intervention([1, 2, 3, 4], 1), "fewer than two"),
        (lambda: estimate_intervention([1, 2, 3, 4], 2), "unknowns"),
        (lambda: estimate_intervention(range(9), 4, comparison=[1]), "differ in length"),
        (lambda: season_of_values([1, 2], [0, 7]), "0..6"),
        (lambda: season_of_values([1, 2], [0, 1], names=("Mon",)), "one a slot"),
        (lambda: find_bursts([1], [5], ratio=1), "ratio must be above 1"),
        (lambda: find_bursts_in_times([1, 1]), "batches"),
        (lambda: ears([1] * 9, window=1), "two days"),
        (lambda: shrink_league([1], [2], rng=1), "at least two teams"),
        (lambda: adjust_response_style([1, 2], ["a"]), "differ in length"),
    ],
)
def test_impossible_input_is_refused_with_a_way_out(call: Call, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()
