"""Shares and their differences against published tables and independent implementations.

Sources: Newcombe (1998), Statistics in Medicine 17:857-872 (single shares) and 17:873-890 (differences, method 10),
recomputed with R's prop.test and binom.test; the example in SciPy's documentation of binomtest (7 of 50);
statsmodels' proportion_confint and confint_proportions_2indep.
"""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from tests.stats.claims import ends, known
from untilyes.stats.changes import newcombe, newcombe_p
from untilyes.stats.comparisons import compare_paired_shares, compare_stratified_shares, estimate_ratio, mcnemar_p
from untilyes.stats.shares import clopper_pearson, jeffreys, kish_n, wilson

WILSON = {
    (81, 263): (0.2552885199, 0.366209577),
    (15, 148): (0.06238639953, 0.16048724172),
    (0, 20): (0.0, 0.1611251581),
    (1, 29): (0.0061132143, 0.1717552188),
}
CLOPPER_PEARSON = {
    (81, 263): (0.2527367456, 0.3676219226),
    (15, 148): (0.05784401008, 0.16165049035),
    (0, 20): (0.0, 0.168433471),
    (1, 29): (0.0008726468836, 0.1776442955),
    (7, 50): (0.05819170033997342, 0.26739600249700846),
}
NEWCOMBE = {
    (56, 70, 48, 80): (0.0524314724, 0.333872654),
    (9, 10, 3, 10): (0.1705227239, 0.8090179735),
    (6, 7, 2, 7): (0.0582279275, 0.8062496375),
    (5, 56, 0, 29): (-0.0381371479, 0.1925600139),
    (0, 10, 0, 20): (-0.1611251581, 0.2775327999),
    (0, 10, 0, 10): (-0.2775327999, 0.2775327999),
    (10, 10, 0, 20): (0.6790860371, 1.0),
    (10, 10, 0, 10): (0.6075093504, 1.0),
}
"""(k1, n1, k2, n2) of the share at 1 minus the share at 2."""


@pytest.mark.parametrize(("case", "published"), WILSON.items())
def test_wilson_is_newcombes_table(case: tuple[int, int], published: tuple[float, float]) -> None:
    assert tuple(map(float, wilson(*case))) == pytest.approx(published, abs=5e-11)


@pytest.mark.parametrize(("case", "published"), CLOPPER_PEARSON.items())
def test_clopper_pearson_is_newcombes_table_and_scipys_example(
    case: tuple[int, int], published: tuple[float, float]
) -> None:
    assert tuple(map(float, clopper_pearson(*case))) == pytest.approx(published, abs=5e-11)


def test_jeffreys_of_seven_in_fifty() -> None:
    assert tuple(map(float, jeffreys(7, 50))) == pytest.approx((0.06487170115, 0.2553250282), abs=5e-11)


@pytest.mark.parametrize("n", [1, 5, 30, 1203])
def test_all_share_intervals_are_those_of_scipy_and_statsmodels(n: int) -> None:
    """statsmodels leaves Jeffreys' ends open at 0 and n; Brown, Cai & DasGupta (2001) set them to 0 and 1."""
    for k in {0, 1, n // 3, n - 1, n}:
        by_scipy = stats.binomtest(k, n).proportion_ci(method="wilson")
        assert tuple(map(float, wilson(k, n))) == pytest.approx(tuple(by_scipy), abs=1e-12)
        exact = stats.binomtest(k, n).proportion_ci(method="exact")
        assert tuple(map(float, clopper_pearson(k, n))) == pytest.approx(tuple(exact), abs=1e-9)
        low, high = proportion_confint(k, n, method="jeffreys")
        expected = (0.0 if k == 0 else low, 1.0 if k == n else high)
        assert tuple(map(float, jeffreys(k, n))) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("case", "published"), NEWCOMBE.items())
def test_differences_are_newcombes_table_ii(case: tuple[int, int, int, int], published: tuple[float, float]) -> None:
    k1, n1, k2, n2 = case
    ours = tuple(map(float, newcombe((k2, n2), (k1, n1))))
    assert ours == pytest.approx(published, abs=5e-11)
    assert ours == pytest.approx(confint_proportions_2indep(k1, n1, k2, n2, method="newcomb"), abs=1e-9)


@pytest.mark.parametrize("case", [(0, 10, 0, 20), (0, 10, 0, 10), (10, 10, 0, 20), (10, 10, 0, 10)])
def test_the_textbook_interval_collapses_where_newcombes_does_not(case: tuple[int, int, int, int]) -> None:
    k1, n1, k2, n2 = case
    wald = np.subtract(*confint_proportions_2indep(k1, n1, k2, n2, method="wald")[::-1])
    low, high = newcombe((k2, n2), (k1, n1))
    assert wald == pytest.approx(0)
    assert high - low > 0.3


def test_the_p_value_of_a_difference_is_where_the_interval_touches_zero() -> None:
    p = float(newcombe_p((48, 80), (56, 70)))
    low, _ = newcombe((48, 80), (56, 70), level=1 - p)
    assert float(low) == pytest.approx(0, abs=1e-9)


def test_mid_p_is_the_exact_mcnemar_less_half_of_what_was_seen() -> None:
    """Fagerland, Lydersen & Laake (2013), BMC Med. Res. Methodol. 13:91: airway hyper-responsiveness, 1 and 7 of 21.

    They print exact p = 0.070 and mid-p = 0.039.
    """
    exact = float(mcnemar(np.array([[1, 1], [7, 12]]), exact=True).pvalue)
    assert exact == pytest.approx(0.0703125)
    assert round(mcnemar_p(1, 7), 3) == 0.039
    assert mcnemar_p(1, 7) == pytest.approx(exact - float(stats.binom.pmf(1, 8, 0.5)))


def test_paired_shares_of_the_airway_example() -> None:
    """Fagerland, Lydersen & Laake (2014), Stat. Med. 33, table: Newcombe's square-and-add −0.507 to −0.026."""
    change = compare_paired_shares(both=1, only_before=1, only_after=7, neither=12)
    assert change.delta == pytest.approx(6 / 21)
    assert ends(change) == pytest.approx((0.026, 0.507), abs=5e-4)


def test_koopmans_ratio_is_that_of_scipy() -> None:
    """Koopman (1984) prints 36/40 against 16/80 as 2.94 to 7.15; SciPy's relative risk takes the normal one."""
    low, high = ends(estimate_ratio((16, 80), (36, 40)))
    assert (round(low, 2), round(high, 2)) == (2.94, 7.15)
    theirs = stats.contingency.relative_risk(36, 40, 16, 80)
    assert estimate_ratio((16, 80), (36, 40)).value == pytest.approx(theirs.relative_risk)


def test_the_stratified_difference_is_satos_by_hand() -> None:
    """Mantel-Haenszel weights n₀n₁/n: strata of 100/50 and 50/100 weigh alike, so the difference is the plain mean."""
    change = compare_stratified_shares(
        (np.array([80, 10]), np.array([100, 50])), (np.array([45, 40]), np.array([50, 100]))
    )
    assert change.delta == pytest.approx(((0.9 - 0.8) + (0.4 - 0.2)) / 2)
    weights = np.array([100 * 50 / 150] * 2)
    assert known(change.delta) == pytest.approx(float(weights @ [0.1, 0.2] / weights.sum()))


def test_kish_of_the_raked_school_sample() -> None:
    """R's survey package, apiclus1 raked to school type and school-wide goal: six cells, n_eff 174.01 of 183."""
    cells = {39.83850941: 12, 29.87046387: 132, 67.12578263: 3, 50.33015277: 11, 49.0700674: 8, 36.79218166: 17}
    weights = np.repeat(list(cells), list(cells.values()))
    assert kish_n(weights) == pytest.approx(174.01115855, abs=2e-3)
    assert weights.size / kish_n(weights) == pytest.approx(1.051660507, abs=2e-5)
