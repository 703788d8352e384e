"""Your 6 is my 8: what a rating says about the visit, and what about the person who gives it.

Only repeated answers can tell the two apart. What is stable about a person (mood, culture, how they use scales) is
taken out as far as their answers show it; a person who answered once is left as they are, and that is said.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.results import Estimate
from untilyes.stats.told import Told, say


@dataclass(frozen=True, slots=True, eq=False)
class ResponseStyle(Told):
    """Answers with each person's own level taken out. All arrays have one entry an answer.

    `level_of_person` is how far this person's level stands from everyone's, shrunk towards 0 where few answers show
    it (0 for those who answered once). `stable_share` is the share of all variance that is the person (the intraclass
    correlation), with the people as n; None when nobody answered twice. `adjusted` counts the answers that could be
    adjusted.
    """

    values: Floats
    level_of_person: Floats
    stable_share: Estimate | None
    adjusted: int

    def sentence(self, locale: str = "en") -> str:
        """How much is the person, or that it cannot be known."""
        if self.stable_share is None:
            return say("style.unknown", locale)
        return say("style.adjusted", locale, adjusted=self.adjusted, n=self.values.size, stable_share=self.stable_share)


def adjust_response_style(values: npt.ArrayLike, person: npt.ArrayLike, *, level: float = 0.95) -> ResponseStyle:
    """Take each person's stable level out of their ratings, as far as repeated answers show it.

    One-way random effects by moments: ``σ²_w`` within persons, ``σ²_b = (MS_b − MS_w)/n₀`` between (never below 0);
    a person with n ≥ 2 answers has the level ``σ²_b / (σ²_b + σ²_w/n) · (x̄_person − x̄)``, and the adjusted answer is
    ``x − level``. `person` is one id an answer. What remains compares a visit with this person's usual, so it answers
    "was it better than usual?", not "are they content?". Searle, Casella & McCulloch (1992); Baumgartner &
    Steenkamp (2001), J. Marketing Research 38.

    The interval of the stable share is the F interval of ICC(1), Shrout & Fleiss (1979), Psychological Bulletin 86,
    with n₀ in place of the number of answers where people answered unequally often: exact for equal numbers.

    >>> style = adjust_response_style([9, 10, 8, 5, 6, 4], ["ann", "ann", "ann", "bob", "bob", "bob"])
    >>> style.values.round(1).tolist()
    [7.1, 8.1, 6.1, 6.9, 7.9, 5.9]
    """
    x = checks.vector(values)
    _, who, size = np.unique(np.asarray(person), return_inverse=True, return_counts=True)
    checks.same_length(("values", x), ("person", who))
    people, n = size.size, x.size
    if n == people or people < 2:
        return ResponseStyle(x, np.zeros(n), None, 0)
    grand = float(x.mean())
    mean = np.bincount(who, weights=x) / size
    within = float(np.square(x - mean[who]).sum()) / (n - people)
    between = float((size * np.square(mean - grand)).sum()) / (people - 1)
    typical = (n - float(np.square(size).sum()) / n) / (people - 1)
    stable = max((between - within) / typical, 0.0)
    with np.errstate(invalid="ignore"):
        shrink = stable / (stable + within / size) if stable > 0 else np.zeros(people)
    of_person = np.where(size > 1, shrink * (mean - grand), 0.0)[who]
    share = _stable_share(between, within, typical, (people - 1, n - people), level)
    return ResponseStyle(x - of_person, of_person, share, int((size[who] > 1).sum()))


def _stable_share(between: float, within: float, typical: float, freedom: tuple[int, int], level: float) -> Estimate:
    """ICC(1) and its F interval from the two mean squares, kept within 0..1."""
    people = freedom[0] + 1
    if within == 0:
        same = 1.0 if between > 0 else 0.0
        return Estimate(same, 0.0, 1.0, people, "f", level, "share")
    tail = (1 + checks.level(level)) / 2
    ratio = between / within
    ratios = (ratio, ratio / stats.f.ppf(tail, *freedom), ratio * stats.f.ppf(tail, *reversed(freedom)))
    value, low, high = (min(max((f - 1) / (f + typical - 1), 0.0), 1.0) for f in ratios)
    return Estimate(value, low, high, people, "f", level, "share")
