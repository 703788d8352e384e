"""Intervals about leaving are right as often as they promise; the seeds are fixed, the bounds 3 errors wide."""

import numpy as np
import pytest

from tests.stats.claims import known
from untilyes.stats.attribution import attributable_fraction, attribute_departures
from untilyes.stats.calibration import calibrate
from untilyes.stats.engagement import four_boxes
from untilyes.stats.hazards import discrete_hazards, life_table
from untilyes.stats.purchases import fit_purchases
from untilyes.stats.results import Estimate

pytestmark = pytest.mark.slow


def holds(estimate: Estimate, truth: float) -> bool:
    return known(estimate.low) <= truth <= known(estimate.high)


@pytest.mark.parametrize(
    ("total", "exposed", "risk", "base"),
    [(500, 0.3, 0.3, 0.1), (5000, 0.05, 0.2, 0.1), (300, 0.5, 0.1, 0.1), (20000, 0.2, 0.03, 0.01)],
)
def test_attributable_fraction_covers(total: int, exposed: float, risk: float, base: float) -> None:
    rng = np.random.default_rng(total)
    truth = 1 - base / (exposed * risk + (1 - exposed) * base)
    covered = []
    for _ in range(2000):
        n1 = int(rng.binomial(total, exposed))
        a, c = rng.binomial(n1, risk), rng.binomial(total - n1, base)
        covered.append(holds(attributable_fraction((a, n1), (c, total - n1)), truth))
    assert 0.93 <= np.mean(covered) <= 0.97


def test_shares_of_sources_and_the_joint_share_cover() -> None:
    rng = np.random.default_rng(3)
    cells = np.array([[i >> j & 1 for j in range(2)] for i in range(4)], dtype=float)
    mix, names = np.array([0.5, 0.2, 0.2, 0.1]), ("late", "rude")
    risk = 1 / (1 + np.exp(-(-2.5 + cells @ [1.0, 0.8])))
    large = 1e7
    truth = attribute_departures(cells, large * mix * risk, large * mix, names, rng=1, draws=5)
    covered = []
    for _ in range(150):
        n = rng.multinomial(1500, mix).astype(float)
        found = attribute_departures(cells, rng.binomial(n.astype(int), risk), n, names, rng=rng, draws=100)
        shares = [holds(found[name].share, known(truth[name].share.value)) for name in names]
        covered.append([*shares, holds(found.joint, known(truth.joint.value))])
    rates = np.mean(covered, axis=0)
    assert ((rates >= 0.89) & (rates <= 0.995)).all()


def test_staying_covers_with_customers_lost_to_follow_up() -> None:
    rng = np.random.default_rng(4)
    covered = []
    for _ in range(800):
        here, at_risk, left = 200, [], []
        for _ in range(8):
            gone = rng.binomial(here, 0.08)
            at_risk.append(here)
            left.append(gone)
            here -= gone + rng.binomial(here - gone, 0.05)
        covered.append(holds(life_table(at_risk, left).staying[7], 0.92**8))
    assert 0.92 <= np.mean(covered) <= 0.97


def test_odds_ratio_of_a_reason_covers() -> None:
    rng = np.random.default_rng(5)
    period = np.repeat(np.arange(4), 2)
    reason = np.tile([0.0, 1.0], 4)
    risk = 1 / (1 + np.exp(-(-2.5 + 0.2 * period + 0.6 * reason)))
    n = np.full(8, 150)
    covered = [
        holds(discrete_hazards(period, reason[:, None], rng.binomial(n, risk), n, ("r",))["r"].ratio, np.exp(0.6))
        for _ in range(800)
    ]
    assert 0.93 <= np.mean(covered) <= 0.97


def bought(rng: np.random.Generator, customers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """A shop as the model has it: frequency, recency, age, and how many are gone at the end."""
    r, alpha, a, b = 0.8, 5.0, 0.8, 2.5
    rate, stop = rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers)
    age = rng.uniform(25, 40, customers)
    x, last, gone = np.zeros(customers), np.zeros(customers), 0
    for i in range(customers):
        time = 0.0
        while True:
            time += rng.exponential(1 / rate[i])
            if time > age[i]:
                break
            x[i], last[i] = x[i] + 1, time
            if rng.uniform() < stop[i]:
                gone += 1
                break
    return x, last, age, gone


def test_parameters_and_the_number_gone_cover_in_a_shop_as_the_model_has_it() -> None:
    rng = np.random.default_rng(6)
    covered = []
    for _ in range(50):
        x, last, age, gone = bought(rng, 800)
        model = fit_purchases(x, last, age)
        held = [holds(e, t) for e, t in zip((model.r, model.alpha), (0.8, 5.0), strict=True)]
        covered.append([*held, holds(model.count_gone(x, last, age, rng=rng), gone)])
    assert (np.mean(covered, axis=0) >= 0.86).all()


def test_honest_chances_are_called_off_one_time_in_twenty() -> None:
    rng = np.random.default_rng(7)
    told = [rng.beta(2, 5, 800) for _ in range(500)]
    off = [calibrate(chance, rng.uniform(size=800) < chance).p <= 0.05 for chance in told]
    assert 0.02 <= np.mean(off) <= 0.085


def test_discrimination_covers() -> None:
    """Two normal crowds one standard deviation apart: AUC = Φ(1/√2)."""
    rng = np.random.default_rng(8)
    covered = []
    for _ in range(600):
        happened = np.repeat([0.0, 1.0], [150, 50])
        score = rng.normal(happened, 1)
        covered.append(holds(calibrate(1 / (1 + np.exp(-score)), happened).discrimination, 0.76025))
    assert 0.93 <= np.mean(covered) <= 0.985


def test_number_in_a_box_covers_when_errors_are_as_said() -> None:
    """A flat prior: true standing given the measured one is normal around it, which is what membership assumes."""
    rng = np.random.default_rng(9)
    covered = []
    for _ in range(800):
        measured = rng.uniform(-0.5, 1.5, (2, 300))
        true = measured + rng.normal(0, 0.2, (2, 300))
        counts = four_boxes(*measured, behaviour_error=0.2, emotion_error=0.2).counts()
        engaged = ((true[0] >= 0.5) & (true[1] >= 0.5)).sum()
        covered.append(holds(counts[0], float(engaged)))
    assert 0.93 <= np.mean(covered) <= 0.975
