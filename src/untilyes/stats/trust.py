""" "Do you trust us?" - yes, sometimes, no - its three legs, and whether belief matches the facts.

"Sometimes" counts as no: trust that holds sometimes is not trust. Other scorings are a `Scoring` away; the full
distribution always stands beside the score, because a scoring is a decision and not a fact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from untilyes.stats import checks
from untilyes.stats.changes import newcombe
from untilyes.stats.checks import Floats
from untilyes.stats.results import Estimate
from untilyes.stats.scores import Histogram, Scoring, estimate_score
from untilyes.stats.shares import estimate_share
from untilyes.stats.told import Told, say

YES, SOMETIMES, NO = 2.0, 1.0, 0.0

TRUST: Final = Scoring("trust", {YES: 100.0, SOMETIMES: -100.0, NO: -100.0})
"""Yes +1, sometimes -1, no -1, in points of -100..+100."""

GRADED_TRUST: Final = Scoring("graded trust", {YES: 100.0, SOMETIMES: 0.0, NO: -100.0})
"""The lenient scoring: sometimes is halfway."""

LEGS: Final = ("sincerity", "competence", "reliability")
"""Do they mean it, can they do it, do they do it every time (after Feltman, The Thin Book of Trust, 2009)."""


@dataclass(frozen=True, slots=True)
class Trust(Told):
    """The score in points and the whole distribution behind it."""

    score: Estimate
    yes: Estimate
    sometimes: Estimate
    no: Estimate

    @property
    def value(self) -> float | None:
        """Points, -100 to +100."""
        return self.score.value

    @property
    def low(self) -> float | None:
        """Lower end of the score."""
        return self.score.low

    @property
    def high(self) -> float | None:
        """Upper end of the score."""
        return self.score.high

    @property
    def n(self) -> float:
        """Answers."""
        return self.score.n

    def sentence(self, locale: str = "en") -> str:
        """Score and distribution, or that nobody answered."""
        if self.yes.value is None or self.sometimes.value is None or self.no.value is None:
            return self.score.sentence(locale)
        return say(
            "trust.score",
            locale,
            score=self.score.sentence(locale),
            yes_share=self.yes.value,
            sometimes_share=self.sometimes.value,
            no_share=self.no.value,
        )


def estimate_trust(answers: Histogram, scoring: Scoring = TRUST, *, level: float = 0.95) -> Trust:
    """Trust from answers 2 yes, 1 sometimes, 0 no (value → count).

    `score = Σ points · share` with the adjusted Wald interval of `estimate_score`; shares with Wilson intervals. An
    unknown answer raises ValueError; no answers give an undefined score.

    >>> print(estimate_trust({2: 160, 1: 30, 0: 10}))
    Trust +60, give or take 12 (n = 200): 80 % yes, 15 % sometimes, 5 % no
    """
    score = estimate_score(answers, scoring, level=level)
    n = float(sum(answers.values()))
    yes, sometimes, no = (estimate_share(float(answers.get(v, 0)), n, level=level) for v in (YES, SOMETIMES, NO))
    return Trust(score, yes, sometimes, no)


@dataclass(frozen=True, slots=True)
class Leg(Told):
    """One leg of trust. `weakest_chance` is how probable it is to be the weakest of all legs (0..1)."""

    name: str
    trust: Trust
    weakest_chance: float

    def sentence(self, locale: str = "en") -> str:
        """The leg's name and its trust."""
        return f"{self.name}: {self.trust.sentence(locale)}"


@dataclass(frozen=True, slots=True)
class Legs(Told):
    """All legs, weakest first. `shortfall` is how far the weakest stays behind the next, share of yes (0..1)."""

    legs: tuple[Leg, ...]
    shortfall: Estimate

    @property
    def weakest(self) -> Leg:
        """The leg with the smallest share of yes."""
        return self.legs[0]

    @property
    def is_settled(self) -> bool:
        """Whether the weakest leg is the weakest beyond reasonable doubt (95 %)."""
        return self.weakest.weakest_chance >= 0.95

    def sentence(self, locale: str = "en") -> str:
        """Which leg is weak, or that they cannot be told apart."""
        first, second = self.legs[0], self.legs[1]
        kind = "trust.weak" if self.is_settled else "trust.weak_open"
        return say(
            kind,
            locale,
            leg=first.name,
            other=second.name,
            yes=first.trust.yes,
            chance_share=first.weakest_chance,
        )


def trust_legs(
    answers: Mapping[str, Histogram],
    scoring: Scoring = TRUST,
    *,
    level: float = 0.95,
    draws: int = 20_000,
    rng: np.random.Generator | int | None = 0,
) -> Legs:
    """The legs of trust from one histogram each, weakest first by share of yes.

    The chance of being weakest comes from Dirichlet(⅓, ⅓, ⅓) posteriors; `shortfall` is Newcombe's interval of the
    difference to the next leg. Legs are taken as independent samples; when the same people answer all of them this
    is cautious, for their answers go together. Needs two legs or more with answers.

    >>> legs = trust_legs({"sincerity": {2: 90, 1: 8, 0: 2}, "reliability": {2: 55, 1: 35, 0: 10}})
    >>> legs.weakest.name, legs.is_settled
    ('reliability', True)
    """
    told = {name: estimate_trust(histogram, scoring, level=level) for name, histogram in answers.items()}
    if len(told) < 2 or any(not trust.n for trust in told.values()):
        raise ValueError("the weak leg shows only beside another: give at least two legs with answers.")
    generator = checks.generator(rng)
    drawn = np.stack([_posterior_yes(histogram, draws, generator) for histogram in answers.values()])
    chances = np.bincount(drawn.argmin(axis=0), minlength=len(told)) / draws
    legs = [Leg(name, trust, float(c)) for (name, trust), c in zip(told.items(), chances, strict=True)]
    legs.sort(key=lambda leg: (leg.trust.yes.value or 0.0, -leg.weakest_chance))
    return Legs(tuple(legs), _difference(legs[1].trust.yes, legs[0].trust.yes, level))


def _posterior_yes(histogram: Histogram, draws: int, rng: np.random.Generator) -> Floats:
    counts = np.array([histogram.get(v, 0) for v in (YES, SOMETIMES, NO)], dtype=np.float64)
    return np.asarray(rng.dirichlet(counts + 1 / 3, size=draws)[:, 0])


def _difference(this: Estimate, other: Estimate, level: float) -> Estimate:
    """This share minus the other, Newcombe's interval."""
    mine, theirs = float(this.value or 0), float(other.value or 0)
    low, high = newcombe((theirs * other.n, other.n), (mine * this.n, this.n), level)
    return Estimate(mine - theirs, float(low), float(high), this.n + other.n, "Newcombe", level)


class Belief(StrEnum):
    """How believed reliability stands to measured reliability."""

    UNSUNG = "unsung"  # we keep more promises than customers believe
    DESERVED = "deserved"  # no difference is shown
    BORROWED = "borrowed"  # customers believe more than we keep
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Reputation(Told):
    """Believed reliability (share of yes) beside measured reliability (share of promises kept).

    `gap` is believed minus measured, share (0..1).
    """

    believed: Estimate
    measured: Estimate
    gap: Estimate
    belief: Belief

    def sentence(self, locale: str = "en") -> str:
        """What to work on: telling it, doing it, or neither."""
        return say(f"reputation.{self.belief.value}", locale, believed=self.believed, measured=self.measured)


def compare_reputation(
    believed: Histogram, kept: float, promised: float, *, level: float = 0.95, fewest: float = 30
) -> Reputation:
    """Believed reliability (answers 2 / 1 / 0) beside promises `kept` out of `promised`.

    The gap has Newcombe's interval; it is real when that excludes 0. Belief below the facts is a gap of communication,
    belief above them is credit that will be spent. Fewer than `fewest` on either side is too few.

    >>> print(compare_reputation({2: 120, 1: 60, 0: 20}, kept=930, promised=1000))
    Better than our name: customers believe 60 %, give or take 7 (n = 200), we keep 93 %, plausibly 91 to 94 (n = 1,000)
    """
    trusting = estimate_trust(believed, level=level).yes
    measured = estimate_share(kept, promised, level=level)
    gap = _difference(trusting, measured, level)
    if min(trusting.n, promised) < fewest:
        return Reputation(trusting, measured, gap, Belief.TOO_FEW)
    if (gap.high or 0.0) < 0:
        return Reputation(trusting, measured, gap, Belief.UNSUNG)
    return Reputation(trusting, measured, gap, Belief.BORROWED if (gap.low or 0.0) > 0 else Belief.DESERVED)
