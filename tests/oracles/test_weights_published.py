"""Weights against R's survey package on its documented example (apiclus1), typed in as six cells.

`survey::rake` of 183 Californian schools to school type (E 4421, H 755, M 1018) and to the school-wide goal
(No 1072, Yes 5122); `survey::postStratify` to school type; statsmodels' weighted means.
"""

import numpy as np
import pytest
from statsmodels.stats.weightstats import DescrStatsW

from tests.stats.claims import Floats, ends, known
from untilyes.stats.nonresponse import bound_score, bound_share, compare_late, r_indicator
from untilyes.stats.weights import estimate_weighted_mean, post_stratify, rake

MARGINS = {"type": {"E": 4421.0, "H": 755.0, "M": 1018.0}, "goal": {"No": 1072.0, "Yes": 5122.0}}
COUNTS = {"E": (12, 132), "H": (3, 11), "M": (8, 17)}
SUMS = {"E": (7156, 86281), "H": (1978, 6682), "M": (4851, 10935)}
WEIGHTS = {"E": (39.83850941, 29.87046387), "H": (67.12578263, 50.33015277), "M": (49.0700674, 36.79218166)}


def schools() -> tuple[dict[str, list[str]], Floats]:
    """One row a school; every school of a cell gets the cell's mean api00, which changes no weighted mean."""
    kinds = [k for k in COUNTS for size in COUNTS[k] for _ in range(size)]
    goals = [g for k in COUNTS for g, size in zip(("No", "Yes"), COUNTS[k], strict=True) for _ in range(size)]
    api = [s / n for k in COUNTS for s, n in zip(SUMS[k], COUNTS[k], strict=True) for _ in range(n)]
    return {"type": kinds, "goal": goals}, np.array(api)


def test_the_unweighted_mean_is_that_of_the_sample() -> None:
    assert schools()[1].mean() == pytest.approx(644.1694, abs=5e-5)


def test_raking_gives_the_mean_and_the_effective_size_of_survey_fully_converged() -> None:
    columns, api = schools()
    raked = rake(columns, MARGINS)
    assert estimate_weighted_mean(api, raked.weights).value == pytest.approx(641.23032092682, abs=1e-6)
    assert raked.effective == pytest.approx(174.01115855, abs=1e-6)
    assert raked.design_effect == pytest.approx(183 / 174.01115855, abs=1e-8)


def test_the_round_at_which_r_stops_gives_the_weights_it_prints() -> None:
    """R stops once a round moves no margin by a school: 641.2302469, n_eff 174.0105279, and these six weights."""
    columns, api = schools()
    raked = rake(columns, MARGINS, tolerance=0.2 / 6194)
    first = {(k, g): w for k, g, w in zip(columns["type"], columns["goal"], raked.weights, strict=True)}
    printed = {(k, g): w for k in WEIGHTS for g, w in zip(("No", "Yes"), WEIGHTS[k], strict=True)}
    assert first == pytest.approx(printed, abs=5e-7)
    assert estimate_weighted_mean(api, raked.weights).value == pytest.approx(641.2302469, abs=5e-8)
    assert raked.effective == pytest.approx(174.0105279, abs=5e-8)


def test_post_stratification_is_that_of_survey() -> None:
    columns, api = schools()
    weighted = post_stratify(columns["type"], MARGINS["type"])
    assert estimate_weighted_mean(api, weighted.weights).value == pytest.approx(642.31079, abs=5e-6)


def test_the_weighted_mean_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(2)
    x, w = rng.normal(size=60), rng.uniform(0.5, 3, size=60)
    assert known(estimate_weighted_mean(x, w).value) == pytest.approx(float(DescrStatsW(x, w).mean))
    ones = estimate_weighted_mean(x, np.full(60, 4.0))
    theirs = DescrStatsW(x).zconfint_mean()
    assert ends(ones) == pytest.approx(theirs)


def test_the_bounds_of_silence_by_hand() -> None:
    """Manski (1989): 200 of 1,000 answered, 160 yes; the truth lies between 160 and 960 of 1,000."""
    bounds = bound_share(160, 200, 1000)
    assert (bounds.low, bounds.high) == (0.16, 0.96)
    assert bound_score(40, 200, 1000) == (-72.0, 88.0)


def test_the_r_indicator_is_one_minus_twice_the_spread_of_response() -> None:
    """Schouten, Cobben & Bethlehem (2009): two equal groups answering at 20 % and 60 % spread by 0.2, so R = 0.6."""
    assert r_indicator([2000, 6000], [10_000, 10_000]).value == pytest.approx(0.6, abs=2e-4)


def test_late_answers_extrapolate_by_hand() -> None:
    """Armstrong & Overton (1977): 80 % early of 300, 60 % late of 200, 500 silent like the late: 66 %."""
    assert compare_late((240, 300), (120, 200), invited=1000).extrapolated == pytest.approx(0.66)
