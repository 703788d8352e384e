"""Net scores against published numbers.

Sources: Cross Validated's accepted answer on the variance of an NPS (P = 1/2, passives 1/3, D = 1/6); the documented
example of a widely copied gist whose interval drops the covariance of promoters and detractors; Rocks (2016), The
American Statistician 70(4), as MeasuringU describes the adjustment.
"""

import math

import numpy as np
import pytest

from tests.stats.claims import ends, known, three
from untilyes.stats.means import compare_means, estimate_mean
from untilyes.stats.score_changes import chance_of_gain, compare_paired_scores, compare_scores, margin_of_change
from untilyes.stats.scores import (
    NPS,
    Histogram,
    answers_needed,
    estimate_score,
    estimate_weighted_score,
    score_variance,
    smallest_real_change,
)


def wave(promoters: float, passives: float, detractors: float) -> Histogram:
    """How many gave a ten, an eight and a three."""
    return {10: promoters, 8: passives, 3: detractors}


def test_the_variance_of_one_answer_is_that_of_cross_validated() -> None:
    """P = 1/2, passive 1/3, D = 1/6: NPS 1/3, variance 5/9, and at n = 324 a standard error of 4.14 points."""
    heard = wave(162, 108, 54)
    assert known(estimate_score(heard).value) / 100 == pytest.approx(1 / 3)
    assert score_variance(heard) / 100**2 == pytest.approx(5 / 9)
    assert math.sqrt(score_variance(heard) / 324) == pytest.approx(4.14086662, abs=5e-9)


def test_promoters_and_detractors_are_not_independent() -> None:
    """250 promoters and 75 detractors of 1,000: independent Betas give 14.3 to 20.5, the right Wald 14.14 to 20.86."""
    heard = wave(250, 675, 75)
    half = 1.959964 * math.sqrt(score_variance(heard) / 1000)
    assert (round(17.5 - half, 2), round(17.5 + half, 2)) == (14.14, 20.86)
    low, high = ends(estimate_score(heard))
    assert high - low > 20.5 - 14.3


def test_the_adjusted_interval_by_hand() -> None:
    """Rocks: 3 answers more, ¾ of them promoters and ¾ detractors."""
    p, d, n = 50 + 0.75, 22 + 0.75, 103.0
    centre = (p - d) / n
    half = 1.959963985 * math.sqrt(((p + d) / n - centre**2) / n)
    assert ends(estimate_score({9: 50, 7: 28, 0: 22})) == pytest.approx((100 * (centre - half), 100 * (centre + half)))


IS_IT_REAL = {
    100: (15.9, 22.3, 0.09, 0.93, 0.53),
    400: (7.9, 11.2, 0.17, 0.86, 0.57),
    1_000: (5.0, 7.1, 0.28, 0.78, 0.61),
    10_000: (1.6, 2.2, 0.88, 0.38, 0.81),
    50_000: (0.7, 1.0, 1.96, 0.05, 0.975),
}
"""n → half width of one wave, of the change, z, p, and the chance that the true score rose."""


@pytest.mark.parametrize(("n", "row"), IS_IT_REAL.items())
def test_is_27_to_28_real(n: int, row: tuple[float, float, float, float, float]) -> None:
    """The answer at five sizes; the adjustment for three answers moves the ends by no more than 40/n points."""
    before = wave(0.50 * n, 0.27 * n, 0.23 * n)
    after = wave(0.50 * n, 0.28 * n, 0.22 * n)
    one, difference, z, p, rose = row
    change = compare_scores(before, after)
    _, low, high = three(estimate_score(before))
    slack = max(0.06, 40 / n)
    assert (high - low) / 2 == pytest.approx(one, abs=slack)
    assert (ends(change)[1] - ends(change)[0]) / 2 == pytest.approx(difference, abs=slack)
    assert known(change.p) == pytest.approx(p, abs=0.006)
    assert chance_of_gain(before, after, rng=1) == pytest.approx(rose, abs=0.01)
    exact = math.sqrt((score_variance(before) + score_variance(after)) / n)
    assert 1 / exact == pytest.approx(z, abs=0.006)
    variance = (score_variance(before) + score_variance(after)) / 2
    assert margin_of_change(n, n, variance=variance) == pytest.approx(difference, abs=0.06)


def test_how_many_answers_one_point_takes() -> None:
    """About 49,900 a wave for one point to reach p = 0.05, about 101,900 to be seen with 80 % power."""
    variance = (score_variance(wave(50, 27, 23)) + score_variance(wave(50, 28, 22))) / 2
    assert answers_needed(1, variance=variance, power=0.5) == pytest.approx(49_900, abs=60)
    assert answers_needed(1, variance=variance) == pytest.approx(101_900, abs=60)
    assert round(smallest_real_change(800), 1) == 11.2


def test_the_chance_of_gain_is_that_of_the_normal_limit() -> None:
    before, after = wave(5000, 2700, 2300), wave(5100, 2700, 2200)
    z = 2 / math.sqrt((score_variance(before) + score_variance(after)) / 10_000)
    assert chance_of_gain(before, after, rng=3) == pytest.approx(0.5 * math.erfc(-z / math.sqrt(2)), abs=0.004)


def test_paired_scores_are_the_paired_t_of_scipy_for_many_people() -> None:
    from scipy import stats

    rng = np.random.default_rng(1)
    first = rng.integers(0, 11, size=20_000)
    second = np.clip(first + rng.integers(-1, 3, size=20_000), 0, 10)
    pairs = {(float(a), float(b)): 0.0 for a, b in zip(first, second, strict=True)}
    for a, b in zip(first, second, strict=True):
        pairs[float(a), float(b)] += 1
    points = np.array([NPS.points[v] for v in range(11)])
    theirs = stats.ttest_rel(points[second], points[first]).confidence_interval(0.95)
    assert ends(compare_paired_scores(pairs)) == pytest.approx((theirs.low, theirs.high), abs=0.02)


def test_weighted_scores_at_equal_weights_are_unweighted_ones() -> None:
    answers = [10] * 50 + [8] * 28 + [3] * 22
    assert three(estimate_weighted_score(answers, np.full(100, 2.5))) == pytest.approx(
        three(estimate_score(wave(50, 28, 22)))
    )


def test_means_are_those_of_scipy() -> None:
    from scipy import stats

    before, after = [5] * 50 + [4] * 30 + [2] * 20, [5] * 70 + [4] * 20 + [2] * 10
    change = compare_means({5: 50, 4: 30, 2: 20}, {5: 70, 4: 20, 2: 10})
    theirs = stats.ttest_ind(after, before, equal_var=False)
    assert known(change.p) == pytest.approx(theirs.pvalue)
    interval = theirs.confidence_interval(0.95)
    assert ends(change) == pytest.approx((interval.low, interval.high))
    one = stats.t.interval(0.95, 99, np.mean(before), stats.sem(before))
    assert ends(estimate_mean({5: 50, 4: 30, 2: 20})) == pytest.approx(one)
