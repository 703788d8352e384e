"""What must hold of any driver analysis, whatever the data."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.claims import Floats
from untilyes.stats.collinearity import condition_number, find_leaks, variance_inflation
from untilyes.stats.dominance import dominance
from untilyes.stats.driver_evidence import block_p_values, letters, rank_ranges
from untilyes.stats.driver_results import Direction
from untilyes.stats.drivers import drivers
from untilyes.stats.gram import Gram, correlations
from untilyes.stats.logistic import logistic_relative_weights, logistic_shapley
from untilyes.stats.logit import fit_logit
from untilyes.stats.relative_weights import betasq, car_scores, relative_weights
from untilyes.stats.shapley import lmg, shapley_values, subset_r2

seeds = st.integers(0, 10_000)


def made_up(seed: int, n: int = 60, p: int = 4) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) @ rng.normal(size=(p, p))
    return x, x @ rng.normal(size=p) + rng.normal(size=n) * rng.uniform(0.1, 5)


def gram_of(x: Floats, y: Floats, *, bucket: npt.ArrayLike | None = None, weights: npt.ArrayLike | None = None) -> Gram:
    return Gram.from_rows(x, y, tuple(f"d{j}" for j in range(x.shape[1])), bucket=bucket, weights=weights)


@given(seeds)
def test_shares_sum_to_r_squared_and_are_never_negative(seed: int) -> None:
    x, y = made_up(seed)
    residual = y - np.column_stack([np.ones(len(x)), x]) @ np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]), y)[0]
    r2 = 1 - residual.var() / y.var()
    r = gram_of(x, y).correlation()
    for shares in (lmg(r), relative_weights(r), car_scores(r)):
        assert shares.sum() == pytest.approx(r2, abs=1e-8)
        assert shares.min() >= -1e-12


@given(seeds, st.permutations(range(4)))
def test_the_order_of_the_columns_changes_nothing(seed: int, order: list[int]) -> None:
    x, y = made_up(seed)
    assert lmg(gram_of(x[:, order], y).correlation()) == pytest.approx(lmg(gram_of(x, y).correlation())[order])


@given(seeds)
def test_the_order_of_the_rows_and_the_units_change_nothing(seed: int) -> None:
    x, y = made_up(seed)
    shuffled = np.random.default_rng(seed).permutation(len(x))
    moved = gram_of(x[shuffled] * [1, 60, 0.001, -3] + 7, 5 - 2 * y[shuffled])
    r = gram_of(x, y).correlation()
    # A column 7,000 standard deviations from zero costs half of the sixteen digits, near-copies among drivers more.
    assert lmg(moved.correlation()) == pytest.approx(lmg(r), abs=1e-8 * np.linalg.cond(r[:4, :4]))


@given(seeds, st.integers(8, 52))
def test_gram_matrices_of_parts_add_up_to_those_of_the_whole(seed: int, cut: int) -> None:
    x, y = made_up(seed)
    bucket = np.arange(len(x)) % 4
    whole = gram_of(x, y, bucket=bucket)
    parts = gram_of(x[:cut], y[:cut], bucket=bucket[:cut]) + gram_of(x[cut:], y[cut:], bucket=bucket[cut:])
    assert parts.matrices == pytest.approx(whole.matrices, rel=1e-9, abs=1e-9)


def test_duplicate_drivers_share_equally() -> None:
    x, y = made_up(1)
    shares = lmg(gram_of(np.column_stack([x, x[:, 0]]), y).correlation())
    assert shares[0] == pytest.approx(shares[4])
    assert shares.sum() == pytest.approx(lmg(gram_of(x, y).correlation()).sum())


@given(seeds)
def test_independent_drivers_get_their_squared_correlation(seed: int) -> None:
    r = np.eye(4)
    r[:3, 3] = r[3, :3] = np.random.default_rng(seed).uniform(-0.5, 0.5, size=3)
    for measure in (lmg, relative_weights, betasq):
        assert measure(r) == pytest.approx(r[:3, 3] ** 2)


@given(st.lists(st.floats(-10, 10), min_size=8, max_size=8))
def test_shapley_values_share_out_exactly_what_there_is(worth: list[float]) -> None:
    assert shapley_values(worth).sum() == pytest.approx(worth[7] - worth[0], abs=1e-9)


@given(seeds)
def test_every_subset_explains_what_least_squares_explains(seed: int) -> None:
    x, y = made_up(seed, p=3)
    r2 = subset_r2(gram_of(x, y).correlation())
    for subset in range(1, 8):
        columns = [j for j in range(3) if subset >> j & 1]
        z = np.column_stack([np.ones(len(x)), x[:, columns]])
        residual = y - z @ np.linalg.lstsq(z, y)[0]
        assert r2[subset] == pytest.approx(1 - residual.var() / y.var(), abs=1e-8)


def test_many_replicates_at_once_give_what_one_at_a_time_gives() -> None:
    gram = gram_of(*made_up(3))
    stack = correlations(gram.resample(5, np.random.default_rng(1)))
    assert lmg(stack) == pytest.approx(np.array([lmg(one) for one in stack]))
    assert relative_weights(stack) == pytest.approx(np.array([relative_weights(one) for one in stack]))


def test_a_group_gets_the_worth_of_its_columns_entering_together() -> None:
    gram = gram_of(*made_up(4))
    grouped = drivers(gram, groups={"team": ("d0", "d1")}, intervals="none")
    assert {driver.name for driver in grouped.drivers} == {"team", "d2", "d3"}
    assert sum(driver.contribution for driver in grouped.drivers) == pytest.approx(grouped.value)
    assert {driver.name: driver.direction for driver in grouped.drivers}["team"] is Direction.MIXED


@given(seeds)
def test_complete_dominance_implies_conditional_implies_general(seed: int) -> None:
    result = dominance(gram_of(*made_up(seed)).correlation(), ("a", "b", "c", "d"))
    assert (result.conditionally | ~result.complete).all()
    ahead = result.general[:, None] > result.general[None, :]
    assert (ahead | ~result.conditionally).all()
    assert result.conditional.mean(axis=1) == pytest.approx(result.general)


def test_vif_is_that_of_the_regressions_on_the_other_drivers() -> None:
    x, y = made_up(5)
    r = gram_of(x, y).correlation()
    vif = [1 / (1 - subset_r2(np.roll(np.roll(r[:4, :4], -j - 1, 0), -j - 1, 1))[-1]) for j in range(4)]
    assert variance_inflation(r) == pytest.approx(vif)
    assert condition_number(r) == pytest.approx(np.sqrt(np.linalg.cond(r[:4, :4])))


@settings(max_examples=20)
@given(seeds)
def test_drivers_without_a_common_letter_are_exactly_those_told_apart(seed: int) -> None:
    samples = np.random.default_rng(seed).normal([0, 0.5, 2, 2.2, 6], 1, size=(200, 5))
    told = letters(samples)
    wins = (samples[:, :, None] > samples[:, None, :]).mean(axis=0)
    for i in range(5):
        for j in range(i):
            apart = max(wins[i, j], wins[j, i]) >= 0.975
            assert bool(set(told[i]) & set(told[j])) is not apart
    best, worst = rank_ranges(samples)
    assert (best <= worst).all()
    assert best[4] == 1


def test_the_same_seed_gives_the_same_answer_and_the_jackknife_needs_none() -> None:
    gram = gram_of(*made_up(6))
    assert drivers(gram, rng=5).to_dict() == drivers(gram, rng=5).to_dict()


def test_seventeen_drivers_get_relative_weights_and_the_reason() -> None:
    x, y = made_up(7, n=300, p=17)
    result = drivers(gram_of(x, y), times=20)
    assert result.method == "johnson"
    assert result.why.kind == "drivers.many"


def test_weights_count_rows() -> None:
    x, y = made_up(8)
    times = np.arange(len(x)) % 3 + 1
    assert gram_of(x, y, weights=times).total == pytest.approx(
        gram_of(np.repeat(x, times, axis=0), np.repeat(y, times)).total
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda x, y: (x[:4], y[:4]), "cannot tell 4 drivers apart"),
        (lambda x, y: (x * [1, 1, 1, 0], y), "constant: d3"),
        (lambda x, y: (x, y * 0 + 3), "constant: outcome"),
        (lambda x, y: (np.where(x == x[0, 0], np.nan, x), y), "NaN"),
        (lambda x, y: (x[:0], y[:0]), "no rows"),
    ],
)
def test_impossible_input_is_refused_with_a_way_out(
    change: Callable[[Floats, Floats], tuple[Floats, Floats]], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        drivers(gram_of(*change(*made_up(9))))


def test_too_many_drivers_for_exact_shares_are_refused() -> None:
    with pytest.raises(ValueError, match="group them"):
        lmg(np.eye(22))


def test_gram_matrices_of_other_columns_do_not_add() -> None:
    x, y = made_up(10)
    with pytest.raises(ValueError, match="do not add"):
        gram_of(x, y) + Gram.from_rows(x, y, ("a", "b", "c", "e"))


def test_separation_and_one_class_are_refused_by_the_logit() -> None:
    with pytest.raises(ValueError, match="separate yes from no"):
        fit_logit([[1.0], [2.0], [3.0], [4.0]], [0, 0, 1, 1])
    with pytest.raises(ValueError, match="one class"):
        fit_logit([[1.0], [2.0]], [1, 1])


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_the_logit_is_that_of_statsmodels(seed: int) -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(seed)
    x = rng.normal(size=(40, 2))
    n = rng.integers(5, 30, size=40)
    yes = rng.binomial(n, 1 / (1 + np.exp(-x @ [0.5, -1])))
    ours = fit_logit(x, yes, n)
    theirs = sm.GLM(np.column_stack([yes, n - yes]), sm.add_constant(x), family=sm.families.Binomial()).fit()
    assert ours.coefficients == pytest.approx(theirs.params, rel=1e-6, abs=1e-8)
    assert ours.errors == pytest.approx(theirs.bse, rel=1e-5)


def test_logistic_shares_sum_to_their_r_squared() -> None:
    rng = np.random.default_rng(11)
    x = rng.normal(size=(300, 3))
    y = rng.random(300) < 1 / (1 + np.exp(-x @ [1, 0.5, 0]))
    for shares in (logistic_shapley, logistic_relative_weights):
        result = shares(x, y.astype(float), ("a", "b", "c"))
        assert result.contributions.sum() == pytest.approx(result.value)
        assert list(np.argsort(-result.contributions)) == [0, 1, 2]
        assert result.q[0] < 0.001


def rated_badly_by_few(rng: np.random.Generator) -> tuple[Floats, Floats, npt.ArrayLike]:
    """Three parts of a service, of which a few customers say no, and an outcome that has nothing to do with them."""
    x = (rng.random((330, 3)) > [0.05, 0.1, 0.15]).astype(float)
    return x, rng.choice([0, 0.25, 0.5, 0.75, 1], p=[0.05, 0.05, 0.1, 0.2, 0.6], size=330), rng.integers(0, 50, 330)


def answered_often(rng: np.random.Generator) -> tuple[Floats, Floats, npt.ArrayLike]:
    """A hundred customers, each with a mood and a metric of their own, and four answers each."""
    who = rng.integers(0, 100, 400)
    mood, metric = rng.normal(size=(2, 100))
    return np.column_stack([metric[who], rng.normal(size=400)]), mood[who] + rng.normal(size=400), who % 50


def far_apart_where_few(rng: np.random.Generator) -> tuple[Floats, Floats, npt.ArrayLike]:
    """Answers that spread three times as far where few are."""
    few = (rng.random(400) < 0.1).astype(float)
    x = np.column_stack([few, rng.normal(size=400)])
    return x, rng.normal(size=400) * np.where(few > 0, 3, 1), rng.integers(0, 50, 400)


@pytest.mark.parametrize("draw", [rated_badly_by_few, answered_often, far_apart_where_few])
def test_what_has_nothing_to_do_with_the_outcome_is_hardly_ever_called_a_driver(
    draw: Callable[[np.random.Generator], tuple[Floats, Floats, npt.ArrayLike]],
) -> None:
    rng, found = np.random.default_rng(17), []
    for _ in range(1_000):
        x, y, bucket = draw(rng)
        found.append(block_p_values(gram_of(x, y, bucket=bucket), [[0], [1]])[0][0])
    chance = np.array(found)
    assert (chance <= 0.05).mean() <= 0.075
    assert (chance <= 0.001).mean() <= 0.008


def test_a_value_that_decides_the_outcome_is_a_leak_and_a_strong_cause_is_not() -> None:
    assert find_leaks([[0, 900], [500, 0], [300, 2400]], ["happy", "angry", "so-so"]).is_leak
    assert not find_leaks([[400, 600], [90, 910], [300, 2400]], ["bad", "good", "so-so"]).is_leak
    assert not find_leaks([[0, 5], [500, 600]], ["rare", "common"]).is_leak


def test_a_rating_of_everything_at_once_is_called_a_halo() -> None:
    rng = np.random.default_rng(12)
    mood = rng.normal(size=(500, 1))
    x = mood + 0.6 * rng.normal(size=(500, 5))
    result = drivers(gram_of(x, mood[:, 0] + rng.normal(size=500)))
    assert "drivers.halo" in {note.kind for note in result.notes}


def test_a_suppressor_is_named() -> None:
    rng = np.random.default_rng(13)
    noise, truth = rng.normal(size=(2, 2000))
    x = np.column_stack([truth + noise, noise + 0.3 * truth])
    result = drivers(gram_of(x, truth + 0.2 * rng.normal(size=2000)))
    assert {d.name: d.direction for d in result.drivers}["d1"] is Direction.SUPPRESSOR


@pytest.mark.parametrize("locale", ["en", "de", "es", "pt-BR"])
def test_results_speak_four_languages(locale: str) -> None:
    result = drivers(gram_of(*made_up(14)))
    assert result.outcome in result.sentence(locale)
    assert all(driver.name in driver.sentence(locale) for driver in result.drivers)
    assert result.why.sentence(locale)
