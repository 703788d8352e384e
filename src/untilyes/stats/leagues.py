"""League tables: small teams jump to both ends by luck alone, so each share is drawn towards the rest."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.cells import Estimates
from untilyes.stats.checks import Floats
from untilyes.stats.told import Told, say


@dataclass(frozen=True, slots=True, eq=False)
class League(Told):
    """Shrunken shares of teams. `prior` is the fitted Beta(a, b) of all teams, None when they cannot be told apart.

    `chance_best` is each team's probability of having the highest true share.
    """

    shares: Estimates
    prior: tuple[float, float] | None
    chance_best: Floats

    @property
    def is_distinguishable(self) -> bool:
        """Whether the teams differ by more than chance would make them."""
        return self.prior is not None

    def sentence(self, locale: str = "en") -> str:
        """Who is best, and how surely; or that nobody is."""
        if self.prior is None:
            return say("league.alike", locale, teams=len(self.shares))
        best = int(np.argmax(self.chance_best))
        chance = float(self.chance_best[best])
        return say("league.best", locale, teams=len(self.shares), best=best + 1, chance_share=chance)


def shrink_league(
    k: npt.ArrayLike, n: npt.ArrayLike, *, rng: np.random.Generator | int, level: float = 0.95, draws: int = 20_000
) -> League:
    """Empirical-Bayes shares of many teams: k of n said yes, one entry a team.

    A Beta(a, b) is fitted by moments: ``m = Σk/Σn``, between-team variance ``s² = weighted variance of k/n − mean
    binomial variance``, ``a + b = m(1−m)/s² − 1``; each share becomes ``(a + k)/(a + b + n)`` with the equal-tailed
    posterior interval. When s² ≤ 0 the teams are indistinguishable: all get the common share. A team without answers
    gets the prior. Efron & Morris (1975); Gelman et al., Bayesian Data Analysis, ch. 5.

    >>> league = shrink_league([9, 700, 450], [10, 1000, 900], rng=1)
    >>> league.shares.value.round(2).tolist()
    [0.75, 0.7, 0.5]
    """
    part, whole = (np.atleast_1d(a) for a in checks.part_of(k, n))
    if whole.size < 2 or whole.sum() == 0:
        raise ValueError("a league needs at least two teams and one answer; use estimate_share for one team.")
    prior = fit_beta(part, whole)
    if prior is None:
        a, b = np.full(part.shape, part.sum() + 0.5), np.full(part.shape, (whole - part).sum() + 0.5)
    else:
        a, b = prior[0] + part, prior[1] + whole - part
    tail = (1 - checks.level(level)) / 2
    low, high = (np.asarray(special.betaincinv(a, b, x), dtype=np.float64) for x in (tail, 1 - tail))
    shares = Estimates(a / (a + b), low, high, whole, "empirical Bayes", level)
    if prior is None:
        return League(shares, None, np.full(part.shape, 1 / part.size))
    drawn = checks.generator(rng).beta(a, b, (draws, part.size))
    return League(shares, prior, np.bincount(drawn.argmax(axis=1), minlength=part.size) / draws)


def fit_beta(k: Floats, n: Floats) -> tuple[float, float] | None:
    """Beta(a, b) by moments over teams of size n; None when they vary no more than chance.

    >>> fit_beta(np.array([5.0, 5.0]), np.array([10.0, 10.0])) is None
    True
    """
    seen = n > 0
    k, n = k[seen], n[seen]
    mean = float(k.sum() / n.sum())
    share = k / n
    between = float(n @ np.square(share - mean) / n.sum())
    # What binomial noise alone adds to that weighted variance: Σ n·(m(1−m)/n) / Σn, less the mean's own share.
    noise = mean * (1 - mean) * (n.size - 1) / float(n.sum())
    explained = 1 - float(np.square(n).sum()) / float(n.sum()) ** 2
    variance = (between - noise) / explained if explained > 0 else 0.0
    if variance <= 1e-12 or mean in (0.0, 1.0):
        return None
    total = max(mean * (1 - mean) / variance - 1, 1e-3)
    return mean * total, (1 - mean) * total


@cache
def _legendre(points: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return np.asarray(nodes), np.asarray(weights)


def chance_higher(first: tuple[float, float], second: tuple[float, float]) -> float:
    """The probability that the second true share is above the first, each (k, n), under Jeffreys' prior.

    ``∫ F_first(x) f_second(x) dx`` by Gauss-Legendre with 200 points on the arcsine scale ``x = sin² t``, where the
    density has no poles; ½ without data.

    >>> round(chance_higher((50, 100), (60, 100)), 3)
    0.922
    """
    (k0, n0), (k1, n1) = ((float(x) for x in checks.part_of(*side)) for side in (first, second))
    a, b = k1 + 0.5, n1 - k1 + 0.5
    centre, reach = math.asin(math.sqrt(a / (a + b))), 6 / math.sqrt(a + b)
    low, high = max(centre - reach, 0.0), min(centre + reach, math.pi / 2)
    nodes, weights = _legendre(200)
    t = low + (high - low) * (nodes + 1) / 2
    log_density = 2 * k1 * np.log(np.sin(t)) + 2 * (n1 - k1) * np.log(np.cos(t))
    mass = weights * np.exp(log_density - log_density.max())
    below = special.betainc(k0 + 0.5, n0 - k0 + 0.5, np.square(np.sin(t)))
    return math.fsum(mass * below) / math.fsum(mass)
