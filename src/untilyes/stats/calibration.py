"""Can a predicted chance be taken at its word? Of those told 30 %, three in ten should leave.

A score ranks; a chance is a promise. `calibrate` holds chances against what happened, `recalibrate` turns scores
into chances that keep the promise.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special
from scipy import stats as scipy_stats

from untilyes.stats import checks
from untilyes.stats.cells import Estimates
from untilyes.stats.checks import Floats
from untilyes.stats.logit import expit, fit_logit
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_shares, z_score
from untilyes.stats.told import Told, say

ENOUGH_FOR_STEPS = 1000
"""Below this many of the rarer outcome a free step curve follows noise; a logistic curve is used instead."""


@dataclass(frozen=True, slots=True, eq=False)
class Calibration(Told):
    """Predicted chances against what happened. Bins are about equally large, lowest chance first.

    `predicted` (bins,) is the mean chance told in a bin, `observed` what happened. `error` is the mean distance of
    the two weighted by n (expected calibration error), `brier` the mean squared error of single predictions. `slope`
    is 1 and `offset` 0 for honest chances; below 1 they are too extreme. `discrimination` is the chance that of two
    customers with different outcomes the right one was told the higher chance (AUC). `p` tests slope 1 and offset 0.
    """

    predicted: Floats
    observed: Estimates
    error: float
    brier: float
    slope: Estimate
    offset: Estimate
    discrimination: Estimate
    p: float
    n: float

    def sentence(self, locale: str = "en") -> str:
        """Whether the chances can be read as chances."""
        return say(
            "calibration.off" if self.p <= 0.05 else "calibration.good", locale, error_share=self.error, n=self.n
        )


def calibrate(predicted: npt.ArrayLike, happened: npt.ArrayLike, *, bins: int = 10, level: float = 0.95) -> Calibration:
    """Hold predicted chances (n,) in 0..1 against outcomes (n,) 0 or 1.

    Bins with Wilson's interval; ``ECE = Σ n_b |p̄_b − ȳ_b| / n``; ``Brier = mean (p − y)²``; slope and offset of
    ``logit P(y) = offset + slope · logit p`` (chances held within 1e-9 of 0 and 1), p by the likelihood ratio against
    (0, 1). AUC = ``(R₁ − n₁(n₁+1)/2) / n₀n₁`` with Hanley & McNeil's (1982) error on the logit scale. Raises for one
    class only. Cox (1958), Biometrika 45; Brier (1950); Naeini, Cooper & Hauskrecht (2015).

    >>> rng = np.random.default_rng(1)
    >>> told = rng.uniform(0.05, 0.6, 2000)
    >>> print(calibrate(told, rng.uniform(size=2000) < told))
    The predictions can be taken at their word: on average 2 % off (n = 2,000)
    """
    chance, outcome = _checked(predicted, happened)
    order = np.argsort(chance, kind="stable")
    middle = (np.arange(chance.size) + 0.5) / chance.size
    _, ties = np.unique(chance[order], return_inverse=True)
    first = np.searchsorted(ties, ties)
    _, slot = np.unique((middle[first] * bins).astype(np.int64), return_inverse=True)
    size, told, seen = (np.bincount(slot, w) for w in (np.ones(chance.size), chance[order], outcome[order]))
    error = float(np.abs(told - seen).sum() / chance.size)
    brier = float(np.mean(np.square(chance - outcome)))
    eta = _log_odds(chance)
    slope, offset, p = _logistic_recalibration(eta, outcome, level)
    observed = estimate_shares(seen, size, level=level)
    return Calibration(
        told / size, observed, error, brier, slope, offset, _auc(chance, outcome, level), p, float(chance.size)
    )


def _checked(predicted: npt.ArrayLike, happened: npt.ArrayLike) -> tuple[Floats, Floats]:
    chance = checks.probabilities(checks.vector(predicted, "predicted"), "predicted chances")
    outcome = checks.both_classes(checks.vector(happened, "happened"), "happened")
    checks.same_length(("predicted", chance), ("happened", outcome))
    return chance, outcome


def _log_odds(chance: Floats) -> Floats:
    return np.asarray(special.logit(np.clip(chance, 1e-9, 1 - 1e-9)), dtype=np.float64)


def _logistic_recalibration(eta: Floats, outcome: Floats, level: float) -> tuple[Estimate, Estimate, float]:
    z, n = z_score(level), float(outcome.size)
    asked = float(outcome @ special.log_expit(eta) + (1 - outcome) @ special.log_expit(-eta))
    if np.ptp(eta) == 0:
        fit = fit_logit(np.zeros((outcome.size, 0)), outcome)
        slope, b, arms = Estimate(None, None, None, n, "logistic", level, "score"), fit.coefficients, z * fit.errors
        place, degrees = float(b[0] - eta[0]), 1
    else:
        fit = fit_logit(eta[:, None], outcome)
        b, arms = fit.coefficients, z * fit.errors
        slope = Estimate(float(b[1]), float(b[1] - arms[1]), float(b[1] + arms[1]), n, "logistic", level, "score")
        place, degrees = float(b[0]), 2
    offset = Estimate(place, place - float(arms[0]), place + float(arms[0]), n, "logistic", level, "score")
    return slope, offset, float(special.chdtrc(degrees, max(2 * (fit.log_likelihood - asked), 0.0)))


def _auc(chance: Floats, outcome: Floats, level: float) -> Estimate:
    """The area under the curve with Hanley & McNeil's standard error; a perfect ranking has half a case against it."""
    ones, zeros = float(outcome.sum()), float((1 - outcome).sum())
    ranks = scipy_stats.rankdata(chance)
    area = (float(ranks[outcome == 1].sum()) - ones * (ones + 1) / 2) / (ones * zeros)
    held = min(max(area, 0.5 / (ones * zeros)), 1 - 0.5 / (ones * zeros))
    q1, q2 = held / (2 - held), 2 * held**2 / (1 + held)
    spread = held * (1 - held) + (ones - 1) * (q1 - held**2) + (zeros - 1) * (q2 - held**2)
    arm = z_score(level) * (max(spread, 0.0) / (ones * zeros)) ** 0.5 / (held * (1 - held))
    centre = float(special.logit(held))
    low, high = float(special.expit(centre - arm)), float(special.expit(centre + arm))
    return Estimate(area, min(low, area), max(high, area), ones + zeros, "AUC", level, "score")


@dataclass(frozen=True, slots=True, eq=False)
class Recalibration:
    """Turns a score into a chance. `scores` and `chances` are the corners of the curve, ascending."""

    scores: Floats
    chances: Floats
    n: float
    method: str
    why: str

    def __call__(self, scores: npt.ArrayLike) -> Floats:
        """Chances for scores of any shape; beyond the known range the ends are kept."""
        return np.asarray(np.interp(checks.finite(scores, "scores"), self.scores, self.chances))


def recalibrate(scores: npt.ArrayLike, happened: npt.ArrayLike, *, method: str | None = None) -> Recalibration:
    """Learn P(happened | score) from past scores (n,) and outcomes (n,), rising with the score.

    "isotonic" (pool adjacent violators) where at least 1,000 of either outcome were seen, else "logistic" (Platt 1999),
    which bends less; `why` says which. A falling relation gives a level curve, for a score that works backwards
    should be turned round, not trusted. Raises for one class only. Zadrozny & Elkan (2002), KDD.

    >>> learned = recalibrate([1, 2, 3, 4], [0, 1, 0, 1], method="isotonic")
    >>> learned([1, 2.5, 9]).tolist(), learned.method
    ([0.0, 0.5, 1.0], 'isotonic')
    """
    x = checks.vector(scores, "scores")
    outcome = checks.both_classes(checks.vector(happened, "happened"), "happened")
    checks.same_length(("scores", x), ("happened", outcome))
    rarer = int(min(outcome.sum(), outcome.size - outcome.sum()))
    chosen = method or ("isotonic" if rarer >= ENOUGH_FOR_STEPS else "logistic")
    if chosen not in ("isotonic", "logistic"):
        raise ValueError(f"method must be 'isotonic' or 'logistic', not {chosen!r}.")
    enough = f"{rarer:,} of the rarer outcome, {'' if rarer >= ENOUGH_FOR_STEPS else 'not '}enough for a free curve"
    places, where, size = np.unique(x, return_inverse=True, return_counts=True)
    share = np.bincount(where, outcome) / size
    if chosen == "isotonic":
        steps = optimize.isotonic_regression(share, weights=size.astype(np.float64)).x
        return Recalibration(places, np.asarray(steps), float(x.size), chosen, enough)
    if places.size == 1:
        return Recalibration(places, share, float(x.size), chosen, enough)
    fit = fit_logit(x[:, None], outcome)
    if fit.coefficients[1] <= 0:
        return Recalibration(places[[0, -1]], np.full(2, outcome.mean()), float(x.size), chosen, enough)
    line = np.linspace(places[0], places[-1], 201)
    chances = expit(fit.coefficients[0] + fit.coefficients[1] * line)
    return Recalibration(line, chances, float(x.size), chosen, enough)
