"""Scales against published and independent numbers.

Sources: psych::alpha(attitude) under R 4.2.2 and pingouin's cronbach_alpha on the same data; Parasuraman, Zeithaml &
Berry's published weights on the worked example of the 12manage expert forum; Kano's evaluation table as printed by
Berger et al. (1993); statsmodels' maximum-likelihood factor for ω; Shrout & Fleiss (1979), table 2, and psych::ICC.
"""

import numpy as np
import pytest

from tests.oracles.drivers_datasets import ATTITUDE, ATTITUDE_NAMES
from tests.stats.claims import Floats, ends, known
from untilyes.stats.kano import EVALUATION, Category, kano
from untilyes.stats.questionnaire import PUBLISHED_WEIGHTS, SERVQUAL_1988, SERVQUAL_1991
from untilyes.stats.reliability import cronbach_alpha, omega, one_factor, scale_reliability
from untilyes.stats.response_styles import adjust_response_style
from untilyes.stats.servqual import servqual

ALPHA_DROPPED = {
    "rating": 0.8097602063,
    "complaints": 0.7969174573,
    "privileges": 0.8278477659,
    "learning": 0.803030975,
    "raises": 0.7953865742,
    "critical": 0.8638723114,
    "advance": 0.8404648683,
}


def test_alpha_of_the_attitude_data_is_that_of_psych() -> None:
    scale = scale_reliability(ATTITUDE, ATTITUDE_NAMES)
    assert scale.alpha.value == pytest.approx(0.8431427696, abs=5e-11)
    assert scale.standardized == pytest.approx(0.839083803, abs=5e-10)
    assert scale.lambda6 == pytest.approx(0.8752151374, abs=5e-11)
    assert scale.mean_r == pytest.approx(0.4269066426, abs=5e-11)
    assert {item.name: item.alpha_without for item in scale.items} == pytest.approx(ALPHA_DROPPED, abs=5e-11)


def test_feldts_interval_of_alpha_is_that_of_pingouin() -> None:
    alpha = scale_reliability(ATTITUDE, ATTITUDE_NAMES).alpha
    assert tuple(round(end, 3) for end in ends(alpha)) == (0.739, 0.916)


def test_ten_equal_items_have_the_alpha_of_the_closed_form() -> None:
    assert cronbach_alpha(np.full((10, 10), 0.4) + 0.6 * np.eye(10)) == pytest.approx(0.869565, abs=5e-7)


def test_one_factor_loadings_are_those_of_statsmodels() -> None:
    from statsmodels.multivariate.factor import Factor

    r = np.corrcoef(ATTITUDE.T)
    loadings, uniqueness = one_factor(r)
    theirs = Factor(corr=r, n_factor=1, method="ml", nobs=30).fit()
    assert np.abs(loadings) == pytest.approx(np.abs(theirs.loadings[:, 0]), abs=2e-4)
    assert uniqueness == pytest.approx(theirs.uniqueness, abs=2e-4)
    assert 0.8 < known(omega(ATTITUDE, times=50).value) < 0.9


def example_answers(gaps: dict[str, float]) -> tuple[Floats, Floats]:
    """Respondents whose mean gaps are exactly the given ones: half a tenth above, half below."""
    row = np.concatenate([np.full(len(SERVQUAL_1991.dimensions[name]), gap) for name, gap in gaps.items()])
    expected = np.full((4, 22), 6.0)
    return expected, expected + row + np.array([0.1, -0.1, 0.2, -0.2])[:, None]


def test_the_worked_servqual_example() -> None:
    """12manage expert forum: unweighted -4.29 / 5 = -0.858, printed -0.86; with 11/32/22/19/16 it is -0.9007."""
    gaps = {"tangibles": -0.65, "reliability": -1.1, "responsiveness": -0.83, "assurance": -0.7, "empathy": -1.01}
    expected, perceived = example_answers(gaps)
    result = servqual(expected, perceived, weights=PUBLISHED_WEIGHTS)
    assert result.overall.value == pytest.approx(-0.858)
    assert result.weighted is not None
    assert result.weighted.value == pytest.approx(-0.9007, abs=5e-5)
    assert {gap.name: gap.gap.value for gap in result.dimensions} == pytest.approx(gaps)


def test_the_1988_edition_turns_nine_items_around() -> None:
    """Responsiveness and empathy were worded negatively in 1988, and no longer in 1991."""
    turned = {f"p{i:02}" for i in (10, 11, 12, 13, 18, 19, 20, 21, 22)}
    assert SERVQUAL_1988.reversed_items == turned
    assert not SERVQUAL_1991.reversed_items
    assert [len(items) for items in SERVQUAL_1988.dimensions.values()] == [4, 5, 4, 4, 5]
    assert SERVQUAL_1988.turned(np.full((1, 22), 2.0))[0, [0, 9, 21]].tolist() == [2.0, 6.0, 6.0]


@pytest.mark.parametrize("functional", range(5))
@pytest.mark.parametrize("dysfunctional", range(5))
def test_kanos_evaluation_table(functional: int, dysfunctional: int) -> None:
    printed = ["Q A A A O", "R I I I M", "R I I I M", "R I I I M", "R R R R Q"]
    letter = printed[functional].split()[dysfunctional]
    assert EVALUATION[functional, dysfunctional].value[0].upper() == letter


def test_kano_coefficients_by_hand() -> None:
    """10 A, 20 O, 40 M, 30 I: better 0.3, worse -0.6."""
    answers = [(0, 1)] * 10 + [(0, 4)] * 20 + [(1, 4)] * 40 + [(2, 2)] * 30
    result = kano([f for f, _ in answers], [d for _, d in answers])
    assert result.category is Category.MUST_BE
    assert (result.better.value, result.worse.value) == pytest.approx((0.3, -0.6))
    assert result.p == pytest.approx(0.1382, abs=5e-4)  # z = 10 / √(70 · 130 / 200) = 1.482


def test_what_is_stable_about_a_person_is_the_icc_of_shrout_and_fleiss() -> None:
    """Six targets, four ratings each: ICC(1,1) = .17, by psych::ICC from −.13 (no share is below 0) to .72."""
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    share = adjust_response_style(ratings.ravel(), np.repeat(np.arange(6), 4)).stable_share
    assert share is not None
    assert (round(known(share.value), 2), share.low, round(known(share.high), 2), share.n) == (0.17, 0.0, 0.72, 6)
