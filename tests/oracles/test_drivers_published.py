"""Driver analysis against published and independent numbers, to the digits they were printed with.

Sources: relaimpo 2.2-7 under R 4.2.2 on its own documented examples (Grömping 2006, J. Stat. Software 17(1)); the rwa
package's documentation (mtcars); R's glm for the logistic case.
"""

from collections.abc import Callable

import numpy as np
import pytest

from tests.oracles.drivers_datasets import MTCARS, SWISS, SWISS_NAMES
from tests.stats.claims import Floats
from untilyes.stats.dominance import dominance
from untilyes.stats.drivers import drivers
from untilyes.stats.gram import Gram
from untilyes.stats.logistic import logistic_shapley
from untilyes.stats.relative_weights import first, last, pratt, relative_weights
from untilyes.stats.shapley import lmg

LMG = [0.05709122077, 0.1711730289, 0.26013467862, 0.10557015037, 0.11276592293]
LAST = [0.042869607125, 0.007387418515, 0.161962693077, 0.062372625827, 0.056945258732]
FIRST = [0.1246649099, 0.4171644705, 0.4406156467, 0.2150035016, 0.1735189273]
PRATT = [-0.110485991, 0.1064274043, 0.4450045676, 0.161176815, 0.1046122056]
GENIZI = [0.04841689581, 0.15470824981, 0.27196410465, 0.11468002995, 0.11696572138]
ALWAYS_EDUCATION = [0.03432757942, 0.03884695794, 0.10165854314, 0.09128627437]
R2 = 0.7067350016


def swiss() -> Gram:
    return Gram.from_rows(SWISS[:, 1:], SWISS[:, 0], SWISS_NAMES, outcome="Fertility")


def mtcars(*columns: int) -> Floats:
    chosen = list(columns)
    return Gram.from_rows(MTCARS[:, chosen], MTCARS[:, 0], tuple(map(str, columns))).correlation()


@pytest.mark.parametrize(
    ("measure", "published"),
    [(lmg, LMG), (last, LAST), (first, FIRST), (pratt, PRATT), (relative_weights, GENIZI)],
)
def test_swiss_fertility_gives_the_shares_relaimpo_gives(
    measure: Callable[[Floats], Floats], published: list[float]
) -> None:
    assert measure(swiss().correlation()) == pytest.approx(published, abs=5e-10)


def test_swiss_shares_sum_to_r_squared() -> None:
    assert lmg(swiss().correlation()).sum() == pytest.approx(R2, abs=5e-10)


def test_a_driver_that_always_stays_in_leaves_the_rest_to_share() -> None:
    r = swiss().correlation()
    shares = lmg(r, players=[[0], [1], [3], [4]], always=[2])
    assert shares == pytest.approx(ALWAYS_EDUCATION, abs=5e-10)
    assert shares.sum() + 0.4406156467 == pytest.approx(R2, abs=5e-10)


def test_a_published_correlation_matrix_is_enough() -> None:
    y_first = np.array([[1, 0.5, 0.3, 0.2], [0.5, 1, 0.4, 0.1], [0.3, 0.4, 1, 0.6], [0.2, 0.1, 0.6, 1]])
    order = [1, 2, 3, 0]
    r = Gram.from_correlation(y_first[np.ix_(order, order)], 100, ("a", "b", "c")).correlation()
    assert lmg(r) == pytest.approx([0.21161901349, 0.04056787713, 0.02097913254], abs=5e-11)
    assert relative_weights(r) == pytest.approx([0.2151896994, 0.03597091013, 0.02200541364], abs=5e-10)
    assert last(r) == pytest.approx([0.182541023166, 0.0004387504388, 0.0112612612613], abs=5e-12)


def test_rwa_documentation_example() -> None:
    weights = relative_weights(mtcars(1, 2, 3, 5))
    assert weights == pytest.approx([0.2096904, 0.1883043, 0.1799590, 0.2706812], abs=5e-8)
    assert 100 * weights / weights.sum() == pytest.approx([24.70914, 22.18908, 21.20570, 31.89607], abs=5e-6)


def test_other_mtcars_examples() -> None:
    assert lmg(mtcars(1, 2, 3, 4)) == pytest.approx([0.2282285641, 0.2272031123, 0.1885536479, 0.1385265271], abs=5e-10)
    gear = mtcars(1, 2, 3, 9)
    assert relative_weights(gear) == pytest.approx([0.22847973, 0.22214687, 0.23217444, 0.0963886], abs=5e-8)
    assert lmg(gear) == pytest.approx([0.24705203, 0.24349959, 0.2109129, 0.07772511], abs=5e-8)
    assert lmg(gear).sum() == pytest.approx(0.7791896389830558, abs=1e-12)


def test_general_dominance_is_lmg() -> None:
    assert dominance(swiss().correlation(), SWISS_NAMES).general == pytest.approx(LMG, abs=5e-10)


def test_logistic_shapley_on_mcfadden_r_squared() -> None:
    """R: glm(am ~ hp + qsec + drat, binomial, mtcars), all seven subsets."""
    result = logistic_shapley(MTCARS[:, [3, 6, 4]], MTCARS[:, 8], ("hp", "qsec", "drat"))
    assert result.subsets == pytest.approx(
        [
            0,
            0.04631459645,
            0.04081953276,
            0.3810520184,
            0.4991866356,
            0.5340185033,
            0.6797817298,
            0.7193476142,
        ],
        abs=5e-10,
    )
    assert result.contributions == pytest.approx([0.09113755249, 0.16127163393, 0.46693842782], abs=5e-10)


def test_swiss_bootstrap_shows_that_the_ranking_is_not_established() -> None:
    """relaimpo's 2,000 percentile bootstraps (R's own generator, hence ± 0.03) of the normalized shares."""
    published = {
        "Agriculture": (0.0456, 0.1395),
        "Examination": (0.1236, 0.3696),
        "Education": (0.109, 0.5136),
        "Catholic": (0.0449, 0.3497),
        "Infant.Mortality": (0.0488, 0.3336),
    }
    result = drivers(swiss(), intervals="bootstrap", times=2000, rng=1)
    for driver in result.drivers:
        assert (driver.share.low, driver.share.high) == pytest.approx(published[driver.name], abs=0.03)
    assert {note.kind for note in result.notes} >= {"drivers.tied"}
    assert "The order of Education and Examination is not established" in str(result)
