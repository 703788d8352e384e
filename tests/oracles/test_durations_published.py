"""Durations and censored times against published curves, lifelines and SciPy.

Sources: the telco accelerator's curve (month-to-month customers with internet, n = 3,351, 1,556 left) as several
write-ups print it; lifelines' Kaplan-Meier, log-rank and its Rossi recidivism data; SciPy's Brunner-Munzel and quantile
intervals; Freireich et al. (1963), the 6-MP leukaemia trial, as every survival textbook prints it.
"""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from scipy import stats

from tests.stats.claims import Floats, ends, known, three
from untilyes.stats.durations import estimate_chance_faster, estimate_quantile, log_histogram, order_ranks
from untilyes.stats.survival import estimate_survival, logrank_p
from untilyes.stats.waiting import estimate_median_wait

TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [1] * 9 + [0] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_the_leukaemia_trial_of_freireich() -> None:
    """Remission weeks under 6-MP: S(6) .857, S(10) .753, S(23) .448, median 23; under placebo the median is 8.

    The log-rank statistic is printed as 16.79.
    """
    treated = estimate_survival(TREATED, RELAPSED, unit="weeks")
    assert [round(known(treated.at(t).value), 3) for t in (6, 10, 23)] == [0.857, 0.753, 0.448]
    assert treated.quantile().value == 23
    assert estimate_survival(PLACEBO, [1] * 21).quantile().value == 8
    p = logrank_p(TREATED + PLACEBO, RELAPSED + [1] * 21, [0] * 21 + [1] * 21)
    assert stats.chi2.isf(p, 1) == pytest.approx(16.79, abs=5e-3)


def test_the_published_telco_curve(shared_data: Path) -> None:
    """S(6) .7803, S(12) .695, S(24) .5753, S(34) .4951, S(48) .3872, S(60) .289 and a median of 34 months."""
    path = shared_data / "telco_churn" / "WA_Fn-UseC_-Telco-Customer-Churn.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [
            (float(row["tenure"]), float(row["Churn"] == "Yes"))
            for row in csv.DictReader(lines)
            if row["Contract"] == "Month-to-month" and row["InternetService"] != "No"
        ]
    months, left = np.array(rows).T
    curve = estimate_survival(months, left, unit="months")
    assert (curve.n, curve.ended) == (3351, 1556)
    shares = {t: round(known(curve.at(t).value), 4) for t in (6, 12, 24, 34, 48, 60)}
    assert shares == {6: 0.7803, 12: 0.695, 24: 0.5753, 34: 0.4951, 48: 0.3872, 60: 0.289}
    assert curve.quantile().value == 34


def made_up(seed: int, n: int = 200) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    event, stop = rng.exponential(10, n).round(1), rng.exponential(15, n).round(1)
    return np.minimum(event, stop), (event <= stop).astype(float)


@pytest.mark.parametrize("seed", range(4))
def test_curves_bands_and_medians_are_those_of_lifelines(seed: int) -> None:
    times, ended = made_up(seed)
    ours = estimate_survival(times, ended)
    theirs = KaplanMeierFitter().fit(times, ended)
    at = ours.times[:: max(len(ours.times) // 10, 1)]
    assert [known(ours.at(float(t)).value) for t in at] == pytest.approx(list(theirs.predict(at)))
    band = theirs.confidence_interval_.loc[ours.times[ours.open_share > 0]].to_numpy()
    kept = ours.open_share > 0
    assert np.column_stack([ours.low, ours.high])[kept] == pytest.approx(band, abs=1e-9)
    assert ours.quantile().value == theirs.median_survival_time_


@pytest.mark.parametrize("seed", range(4))
def test_the_logrank_p_is_that_of_lifelines(seed: int) -> None:
    times, ended = made_up(seed)
    group = np.arange(times.size) % 2
    theirs = logrank_test(times[group == 0], times[group == 1], ended[group == 0], ended[group == 1])
    assert logrank_p(times, ended, group) == pytest.approx(theirs.p_value)


def test_the_curve_on_bins_is_the_curve_on_rounded_times() -> None:
    times, ended = made_up(9, 500)
    seconds = times * 3600
    done, still = log_histogram(seconds[ended == 1]), log_histogram(seconds[ended == 0])
    exact = known(estimate_survival(seconds, ended).quantile().value)
    assert estimate_median_wait(done, still).value == pytest.approx(exact, rel=0.02)


@pytest.mark.parametrize(("n", "q"), [(10, 0.5), (25, 0.5), (100, 0.9), (1000, 0.5)])
def test_the_ranks_of_a_quantile_cover_by_scipys_binomial(n: int, q: float) -> None:
    """P(r ≤ Binomial(n, q) < s) is at least 95 %, and either rank moved inwards loses it on its side."""
    first, last = order_ranks(n, q, 0.95)
    assert stats.binom.cdf(last - 1, n, q) - stats.binom.cdf(first - 1, n, q) >= 0.95
    assert stats.binom.cdf(first, n, q) > 0.025
    assert stats.binom.sf(last - 2, n, q) > 0.025


def test_the_median_interval_is_that_of_scipy_to_the_width_of_a_bin() -> None:
    seconds = np.random.default_rng(5).lognormal(7, 1, size=400)
    value, low, high = three(estimate_quantile(log_histogram(seconds)))
    theirs = np.ravel(stats.quantile_test(seconds, q=np.median(seconds), p=0.5).confidence_interval(0.95))
    assert value == pytest.approx(np.median(seconds), rel=0.02)
    assert [low, high] == pytest.approx(list(theirs), rel=0.03)


def test_the_chance_of_being_faster_is_brunner_munzels() -> None:
    rng = np.random.default_rng(6)
    y, x = np.round(rng.normal(60, 15, size=80)), np.round(rng.normal(52, 10, size=120))
    before, after = ({int(v): float((side == v).sum()) for v in set(side)} for side in (y, x))
    estimate = estimate_chance_faster(before, after)
    theta = 1 - stats.mannwhitneyu(x, y).statistic / (80 * 120)
    assert estimate.value == pytest.approx(theta)
    statistic = stats.brunnermunzel(x, y).statistic
    _, high = ends(estimate)
    middle = np.log(theta / (1 - theta))
    arm = (np.log(high / (1 - high)) - middle) / 1.959963985 * theta * (1 - theta)
    assert (theta - 0.5) / arm == pytest.approx(abs(statistic), rel=1e-6)
