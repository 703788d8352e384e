"""Intervals of shapes and thresholds are right as often as they promise; seeds fixed, bounds 3 errors wide."""

import numpy as np
import pytest

from tests.stats.claims import known
from untilyes.stats.shapes import free_curve, monotone_curve
from untilyes.stats.thresholds import find_knee, find_step

pytestmark = pytest.mark.slow

MINUTES = np.arange(0.0, 60, 1.5)


def chance(at: float, slope: float) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-(2 + slope * np.maximum(MINUTES - at, 0)))))


@pytest.mark.parametrize(("size", "at", "slope"), [(25, 20.0, -0.08), (100, 30.0, -0.08), (250, 12.0, -0.04)])
def test_interval_of_a_knee_covers_nineteen_times_in_twenty(size: int, at: float, slope: float) -> None:
    rng = np.random.default_rng(size)
    n = np.full(MINUTES.size, size)
    found = [find_knee(MINUTES, rng.binomial(n, chance(at, slope)), n, rng=1, draws=200) for _ in range(200)]
    covered = np.mean([known(knee.at.low) <= at <= known(knee.at.high) for knee in found])
    assert 0.90 <= covered <= 0.99


def test_interval_of_the_gap_covers_the_gap_at_the_found_place() -> None:
    rng = np.random.default_rng(5)
    n, share = np.full(MINUTES.size, 60), chance(20, -0.08)
    covered = []
    for _ in range(250):
        crossing = find_knee(MINUTES, rng.binomial(n, share), n, rng=1, draws=200).crossing
        near = crossing.at >= MINUTES
        truth = share[near].mean() - share[~near].mean()
        covered.append(known(crossing.gap.low) <= truth <= known(crossing.gap.high))
    assert np.mean(covered) >= 0.93


def test_where_nothing_depends_on_x_a_place_is_claimed_one_time_in_twenty() -> None:
    rng = np.random.default_rng(6)
    n = np.full(MINUTES.size, 30)
    for find in (find_knee, find_step):
        p = [find(MINUTES, rng.binomial(n, 0.8), n, rng=rng, draws=1000).p for _ in range(300)]
        assert 0.015 <= np.mean(np.array(p) <= 0.05) <= 0.09


def test_a_straight_line_is_called_a_knee_at_most_one_time_in_ten() -> None:
    rng = np.random.default_rng(7)
    n = np.full(MINUTES.size, 60)
    share = 1 / (1 + np.exp(-(2 - 0.05 * MINUTES)))
    found = [find_knee(MINUTES, rng.binomial(n, share), n, rng=rng, draws=1000).is_real for _ in range(300)]
    assert np.mean(found) <= 0.1


@pytest.mark.parametrize("shape", ["fall", "steps", "level"])
def test_monotone_band_covers_at_every_place_for_every_falling_curve(shape: str) -> None:
    rng = np.random.default_rng(8)
    truth = {
        "fall": chance(10, -0.06),
        "steps": np.repeat([0.95, 0.7, 0.69, 0.2], 10),
        "level": np.full(40, 0.02),
    }[shape]
    n = np.full(40, 25)
    inside = []
    for _ in range(200):
        curve = monotone_curve(MINUTES, rng.binomial(n, truth), n, bins=40)
        inside.append((curve.low <= truth) & (truth <= curve.high))
    assert np.mean(inside, axis=0).min() >= 0.94


def test_free_curve_covers_where_the_truth_is_smooth() -> None:
    rng = np.random.default_rng(9)
    truth = 1 / (1 + np.exp(-(0.5 + np.sin(MINUTES / 12))))
    n = np.full(MINUTES.size, 80)
    inside = []
    for _ in range(300):
        curve = free_curve(MINUTES, rng.binomial(n, truth), n, knots=6, at=MINUTES)
        inside.append((curve.low <= truth) & (truth <= curve.high))
    assert 0.92 <= np.mean(inside) <= 0.97
