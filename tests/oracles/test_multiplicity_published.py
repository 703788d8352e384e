"""Corrections for many questions against the example of Benjamini & Hochberg (1995), JRSS B 57, and R's p.adjust."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from untilyes.stats.multiplicity import benjamini_hochberg, benjamini_yekutieli, correct, holm, may_show
from untilyes.stats.results import Estimate

P = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0]
"""The fifteen p-values of the myocardial infarction example."""

ADJUSTED = [
    0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714286, 0.06385714286, 0.0645, 0.0765, 0.486, 0.5811818182,
    0.714875, 0.7532307692, 0.8132142857, 1.0,
]  # fmt: skip


def test_bh_adjusts_the_example_as_r_does() -> None:
    assert benjamini_hochberg(P) == pytest.approx(ADJUSTED, abs=5e-11)


def test_bh_rejects_four_where_bonferroni_and_holm_reject_three() -> None:
    assert int((benjamini_hochberg(P) <= 0.05).sum()) == 4
    assert int((holm(P) <= 0.05).sum()) == 3
    assert int((np.array(P) * 15 <= 0.05).sum()) == 3


@pytest.mark.parametrize(("ours", "theirs"), [("bh", "fdr_bh"), ("by", "fdr_by"), ("holm", "holm")])
@pytest.mark.parametrize("seed", range(5))
def test_corrections_are_those_of_statsmodels(ours: str, theirs: str, seed: int) -> None:
    p = np.random.default_rng(seed).beta(0.3, 1, size=40)
    assert correct(p, ours) == pytest.approx(multipletests(p, method=theirs)[1])


def test_corrections_are_those_of_scipy() -> None:
    assert benjamini_hochberg(P) == pytest.approx(stats.false_discovery_control(P))
    assert benjamini_yekutieli(P) == pytest.approx(stats.false_discovery_control(P, method="by"))


@pytest.mark.parametrize(
    ("value", "low", "high", "n", "display"),
    [
        (0.50, 0.32, 0.68, 29, "suppressed"),  # effective n below 30
        (0.50, 0.35, 0.65, 45, "suppressed"),  # 30 points wide
        (0.05, 0.02, 0.09, 120, "suppressed"),  # 7 points wide, 140 % of the share
        (0.02, 0.005, 0.045, 200, "shown"),  # at most 5 points wide is always shown
        (0.50, 0.38, 0.62, 70, "shown with warning"),  # above 20 points
        (0.60, 0.57, 0.63, 900, "shown"),
    ],
)
def test_the_presentation_standard_of_nchs(value: float, low: float, high: float, n: float, display: str) -> None:
    """Parker et al. (2017), National Center for Health Statistics, Vital Health Stat 2(175)."""
    assert may_show(Estimate(value, low, high, n, "clopper-pearson")).display == display
