"""Charts, drifts, bursts and alarms against handbooks and independent programs.

Sources: NIST/SEMATECH e-Handbook of Statistical Methods 6.3.2.2 (flow rate), 6.3.2.3 (CUSUM), 6.3.3.2 (wafers);
Montgomery & Runger, Applied Statistics and Probability for Engineers, table 16-8; Kleinberg (2003) by the worked
examples of pybursts and burst_detection; R's surveillance::earsC; statsmodels.
"""

import numpy as np
import pytest

from untilyes.stats.bursts import ears, find_bursts, find_bursts_in_times
from untilyes.stats.charts import chart_shares, chart_values, cusum
from untilyes.stats.interrupted import RHO, fit_autoregressive

FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
WAFERS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
DRIFT = [
    324.925, 324.675, 324.725, 324.35, 325.35, 325.225, 324.125, 324.525, 325.225, 324.6, 324.625, 325.15, 328.325,
    327.25, 327.825, 328.5, 326.675, 327.775, 326.875, 328.35,
]  # fmt: skip
CONCENTRATION = [
    102.0, 94.8, 98.3, 98.4, 102.0, 98.5, 99.0, 97.7, 100.0, 98.1, 101.3, 98.7, 101.1, 98.4, 97.0, 96.7, 100.3, 101.4,
    97.2, 101.0,
]  # fmt: skip
RELEVANT, TOTAL = [0, 2, 1, 6, 7, 2, 8, 7, 2, 1], [9, 11, 12, 10, 10, 8, 12, 10, 13, 11]
REPORTS = [3, 5, 4, 6, 2, 4, 5, 3, 4, 6, 5, 4, 3, 12, 5, 4, 20, 6]


def test_the_nist_flow_rate_chart() -> None:
    chart = chart_values(FLOW)
    assert chart.centre == pytest.approx(50.81)
    assert float(chart.high[0]) == pytest.approx(55.8040898, abs=5e-8)
    assert float(chart.low[0]) == pytest.approx(45.8159102, abs=5e-8)
    assert not chart.beyond.any()
    assert chart.is_provisional


def test_the_nist_wafer_chart_signals_at_15_and_23() -> None:
    chart = chart_shares(WAFERS, [50] * 30, overdispersed=False)
    assert chart.centre == pytest.approx(0.2313333333, abs=5e-11)
    assert (float(chart.low[0]), float(chart.high[0])) == pytest.approx((0.0524275481, 0.4102391191), abs=1e-9)
    assert (1 + np.flatnonzero(chart.beyond)).tolist() == [15, 23]


def test_laneys_chart_explains_the_wafers_by_overdispersion() -> None:
    chart = chart_shares(WAFERS, [50] * 30)
    assert chart.sigma_z == pytest.approx(1.6608667197, abs=5e-11)
    assert (float(chart.low[0]), round(float(chart.high[0]), 4)) == (0.0, 0.5285)
    assert not chart.beyond.any()


def test_the_nist_cusum_first_signals_at_14() -> None:
    sums = cusum(DRIFT, target=325, slack=0.3175, threshold=4.1959)
    assert sums.above[12:].tolist() == pytest.approx([3.0075, 4.94, 7.4475, 10.63, 11.9875, 14.445, 16.0025, 19.035])
    assert sums.first == 13
    assert str(sums) == "Drifting upwards, seen at point 14"


def test_the_cusum_of_table_16_8_stays_calm() -> None:
    sums = cusum(CONCENTRATION, target=99, slack=1, threshold=10)
    above = [2, 0, 0, 0, 2, 0.5, 0, 0, 0, 0, 1.3, 0, 1.1, 0, 0, 0, 0.3, 1.7, 0, 1]
    below = [0, 3.2, 2.9, 2.5, 0, 0, 0, 0.3, 0, 0, 0, 0, 0, 0, 1, 2.3, 0, 0, 0.8, 0]
    assert sums.above == pytest.approx(above, abs=1e-9)
    assert sums.below == pytest.approx(below, abs=1e-9)
    assert sums.first is None


def path_cost(states: list[int]) -> float:
    """The cost of any path of the two-state model, by its definition."""
    from scipy import stats

    usual = sum(RELEVANT) / sum(TOTAL)
    cost = -sum(float(stats.binom.logpmf(r, d, usual * 2**q)) for r, d, q in zip(RELEVANT, TOTAL, states, strict=True))
    entries = sum(1 for a, b in zip([0, *states], states, strict=False) if b > a)
    return cost + entries * float(np.log(10))


def test_bursts_follow_the_cheapest_path_and_not_the_greedy_one() -> None:
    """The README of burst_detection prints the greedy path, which costs 26.79; the cheapest costs 25.52."""
    found = find_bursts(RELEVANT, TOTAL)
    assert found.states.tolist() == [0, 0, 0, 1, 1, 0, 1, 1, 0, 0]
    assert found.cost == pytest.approx(25.524433199, abs=5e-10)
    assert found.cost == pytest.approx(path_cost(found.states.tolist()))
    assert path_cost([0, 0, 0, 0, 1, 0, 1, 1, 0, 0]) == pytest.approx(26.794777412, abs=5e-10)
    assert [(a, b) for a, b, _ in found.bursts] == [(3, 4), (6, 7)]
    assert [w for _, _, w in found.bursts] == pytest.approx([3.955970325, 5.342264686], abs=5e-10)


def test_bursts_in_times_are_those_of_pybursts() -> None:
    offsets = [4, 17, 23, 27, 33, 35, 37, 76, 77, 82, 84, 88, 90, 92]
    assert find_bursts_in_times(offsets, gamma=0.1) == [(0, 4, 92), (1, 33, 37), (1, 76, 92), (2, 76, 77)]


C1 = [
    8.29979258, 8.29979258, 7.989472753, 8.908783655, 8.29979258, 7.444329362, 7.724207369, 15.01124139, 14.81756731,
    14.81756731, 26.8581378,
]  # fmt: skip


@pytest.mark.parametrize("lag", [0, 2])
def test_ears_alarms_are_those_of_surveillance(lag: int) -> None:
    """C1 looks at the week before, C2 leaves two days out; both alarm on days 14 and 17."""
    alarms = ears(REPORTS, lag=lag)
    assert alarms.threshold[7 + lag :] == pytest.approx(C1[: 11 - lag], abs=5e-8)
    assert (1 + np.flatnonzero(alarms.raised)).tolist() == [14, 17]


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.6])
def test_autoregressive_fits_are_those_of_statsmodels(rho: float) -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(4)
    design = np.column_stack([np.ones(40), np.arange(40), np.arange(40) >= 25]).astype(float)
    y = design @ [1, 0.1, 2] + np.convolve(rng.normal(size=43), np.ones(4) / 4, mode="valid")
    weight = rng.uniform(0.5, 2, size=40)
    ours = fit_autoregressive(design, y, weight, np.array([rho]))
    lag = np.abs(np.subtract.outer(np.arange(40), np.arange(40)))
    theirs = sm.GLS(y, design, sigma=rho**lag / np.sqrt(np.outer(weight, weight))).fit()
    assert ours.coefficients[0] == pytest.approx(theirs.params)
    assert ours.covariance[0] == pytest.approx(theirs.cov_params())


def test_the_likeliest_autocorrelation_is_the_planted_one() -> None:
    rng = np.random.default_rng(5)
    errors = np.zeros(2000)
    for t in range(1, 2000):
        errors[t] = 0.6 * errors[t - 1] + rng.normal()
    fits = fit_autoregressive(np.ones((2000, 1)), errors, np.ones(2000))
    assert RHO[fits.weight.argmax()] == pytest.approx(0.6, abs=0.05)
