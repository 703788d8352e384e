"""Shapes, thresholds and calibration against published numbers, scikit-learn and statsmodels."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from tests.stats.claims import known
from untilyes.stats.calibration import calibrate, recalibrate
from untilyes.stats.shapes import free_curve, monotone_curve
from untilyes.stats.thresholds import find_knee


def test_pool_adjacent_violators_as_in_the_textbook() -> None:
    """[1, 3, 2, 4, 3, 5] → [1, 2.5, 2.5, 3.5, 3.5, 5] (Barlow, Bartholomew, Bremner & Brunk 1972), in tenths."""
    curve = monotone_curve(range(6), [10, 30, 20, 40, 30, 50], [100] * 6, rising=True)
    assert curve.value * 10 == pytest.approx([1, 2.5, 2.5, 3.5, 3.5, 5])


def test_monotone_curve_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(4)
    n = rng.integers(5, 60, 25)
    yes = rng.binomial(n, np.linspace(0.9, 0.3, 25))
    peer = IsotonicRegression(increasing=False).fit(np.arange(25), yes / n, sample_weight=n)
    assert monotone_curve(np.arange(25), yes, n).value == pytest.approx(peer.predict(np.arange(25)), abs=1e-12)


def test_knee_of_the_simulated_service_level_is_found_where_it_was_put() -> None:
    """Measured recovery at n = 20,000 with the knee at 20 minutes and −0.08 a minute: 20.0, 18.9 to 21.1."""
    rng = np.random.default_rng(0)
    minutes = np.round(rng.uniform(0, 60, 20_000), 1)
    yes = rng.uniform(size=20_000) < 1 / (1 + np.exp(-(2 - 0.08 * np.maximum(minutes - 20, 0))))
    knee = find_knee(minutes, yes, rng=1, unit="minutes")
    assert known(knee.at.low) < 20 < known(knee.at.high)
    assert known(knee.at.high) - known(knee.at.low) == pytest.approx(2.2, abs=0.6)
    assert known(knee.slope.value) == pytest.approx(-0.08, abs=0.006)


def test_natural_spline_agrees_with_a_fit_on_an_independent_basis() -> None:
    """Truncated powers with the two constraints solved for: the same space, so the same curve."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    x = np.linspace(1, 10, 40)
    n = np.full(40, 50.0)
    yes = np.round(n / (1 + np.exp(-np.sin(x))))
    curve = free_curve(x, yes, n, knots=4, at=x)
    knots = np.interp([0.05, 0.35, 0.65, 0.95], (np.arange(40) + 0.5) / 40, x)
    cubes = np.maximum(x[:, None] - knots, 0) ** 3
    constraints = np.vstack([np.ones(4), knots])
    free = np.linalg.svd(constraints)[2][2:].T
    design = np.column_stack([np.ones(40), x, cubes @ free])
    peer = GLM(np.column_stack([yes, n - yes]), design, family=Binomial()).fit(tol=1e-12)
    assert curve.value == pytest.approx(peer.predict(design), abs=1e-6)


def test_brier_and_auc_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(2)
    told = np.round(rng.uniform(size=500), 2)
    happened = (rng.uniform(size=500) < told**2).astype(float)
    found = calibrate(told, happened)
    assert found.brier == pytest.approx(brier_score_loss(happened, told), abs=1e-12)
    assert known(found.discrimination.value) == pytest.approx(roc_auc_score(happened, told), abs=1e-12)


def test_isotonic_recalibration_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    score = np.round(rng.normal(size=3000), 2)
    happened = (rng.uniform(size=3000) < 1 / (1 + np.exp(-score))).astype(float)
    learned = recalibrate(score, happened)
    peer = IsotonicRegression(out_of_bounds="clip").fit(score, happened)
    assert learned.method == "isotonic"
    assert learned(score) == pytest.approx(peer.predict(score), abs=1e-9)
