"""Confidence sequences against the constants in the unit tests of gostevehoward/confseq (MIT) and the closed form.

Howard, Ramdas, McAuliffe & Sekhon (2021), Ann. Statist. 49(2); Robbins (1970). The uniform-prior bounds were found
with SciPy's brentq on the same mixture.
"""

import numpy as np
import pytest
from scipy import optimize, special

from tests.stats.claims import ends
from untilyes.stats.watched import best_rho, mixture_ends, normal_log_mixture, normal_mixture_bound, watch_share

UNIFORM = {
    (0, 20): (0.0, 0.26067135),
    (5, 10): (0.12921901, 0.87078099),
    (50, 100): (0.34459027, 0.65540973),
    (450, 500): (0.84535818, 0.94114451),
    (5000, 10000): (0.48080397, 0.51919603),
}
TUNED = {
    (700, 1000, 100): (0.651629, 0.745949),
    (15, 50, 50): (0.129556, 0.511896),
    (5, 50, 50): (0.013021, 0.269264),
    (1, 50, 50): (0.0, 0.13489),
    (0, 1, 50): (0.0, 1.0),
}


@pytest.mark.parametrize(("case", "bounds"), UNIFORM.items())
def test_the_uniform_mixture(case: tuple[int, int], bounds: tuple[float, float]) -> None:
    assert ends(watch_share(*case)) == pytest.approx(bounds, abs=5e-9)


@pytest.mark.parametrize(("case", "bounds"), TUNED.items())
def test_the_tuned_mixture_gives_confseqs_constants(case: tuple[int, int, int], bounds: tuple[float, float]) -> None:
    k, n, tuned_for = case
    assert tuple(map(float, mixture_ends(k, n, tuned_for=tuned_for))) == pytest.approx(bounds, abs=5e-6)


@pytest.mark.parametrize("case", [(3, 7), (1, 29), (90, 100), (2000, 9000)])
def test_bisection_finds_what_brentq_finds(case: tuple[int, int]) -> None:
    k, n = case

    def wealth(p: float) -> float:
        fair = special.betaln(1 + k, 1 + n - k)
        return float(fair - special.xlogy(k, p) - special.xlog1py(n - k, -p) - np.log(20))

    roots = optimize.brentq(wealth, 1e-12, k / n), optimize.brentq(wealth, k / n, 1 - 1e-12)
    assert tuple(map(float, mixture_ends(k, n))) == pytest.approx(roots, abs=1e-10)


def test_the_normal_mixture_gives_confseqs_constants() -> None:
    rho = best_rho(100, 0.05)
    assert float(rho) == pytest.approx(12.60056, abs=5e-6)
    assert float(normal_log_mixture(10, 100, rho)) == pytest.approx(-0.6510052, abs=5e-8)
    assert float(normal_mixture_bound(100, rho)) == pytest.approx(30.35209, abs=5e-6)


def test_bound_and_mixture_meet_at_one_in_alpha() -> None:
    rho = best_rho(40, 0.05)
    reached = normal_log_mixture(normal_mixture_bound(77, rho), 77, rho)
    assert float(reached) == pytest.approx(np.log(20))
