"""Phrases of comments and the weeks they came up or faded in: people are counted, not comments."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy import stats

from untilyes.analysis.findings.moments import find_moment
from untilyes.analysis.voices.function_words import find_function_words
from untilyes.analysis.voices.reading import Comment
from untilyes.analysis.voices.tokens import split_phrases, split_words
from untilyes.stats.changepoints import Shift
from untilyes.stats.shares import estimate_share

FEWEST = 20
FEWEST_LATELY = 10
"""So many customers in the newest week are enough to be told of, whatever came before."""
GROWTH = 2.0
"""Said less than twice as often as before, or more than half as often, is talk as usual."""
NEW = 10.0
"""Said at least so many times as often, it is new."""
MOST_PHRASES = 3_000


@dataclass(frozen=True)
class Phrase:
    """A phrase, the comments that hold it, and the week it came up."""

    text: str
    language: str
    holders: frozenset[int]
    shift: Shift

    @property
    def key(self) -> str:
        return f"{'fading' if self.has_faded else 'emerging'}:{self.language}:{self.text}"

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Of several names for one topic the lowest is told: the surest, then the one that says most."""
        return round(math.log10(self.shift.p)), -min(self.text.count(" "), 2), -len(self.holders), self.text

    @property
    def has_grown(self) -> bool:
        return self._after >= GROWTH * self._before

    @property
    def has_faded(self) -> bool:
        return self._after <= self._before / GROWTH

    @property
    def is_new(self) -> bool:
        return self._after >= NEW * self._before

    @property
    def _before(self) -> float:
        return self.shift.before.value or 0.0

    @property
    def _after(self) -> float:
        return self.shift.after.value or 0.0


def find_phrases(said: Sequence[Comment], language: str, weeks: Sequence[date]) -> list[Phrase]:
    """Every phrase that enough comments or people hold, with its shift over the weeks; `said` is of one language."""
    week_of = np.array([(comment.at.date() - weeks[0]).days // 7 for comment in said]).clip(0, len(weeks) - 1)
    people = np.unique([comment.customer_id or comment.id for comment in said], return_inverse=True)[1]
    totals = _count_people(range(len(said)), week_of, people, len(weeks))
    if len(said) < 2 * FEWEST or (totals > 0).sum() < 4:
        return []
    holders = hold_phrases(said)
    newest = {number for number, week in enumerate(week_of) if week == len(weeks) - 1}
    often = Counter(
        {
            phrase: len(who)
            for phrase, who in holders.items()
            if (len(who) >= FEWEST or len(who & newest) >= FEWEST_LATELY) and len(who) < 0.5 * len(said)
        }
    )
    return [
        Phrase(
            phrase,
            language,
            frozenset(holders[phrase]),
            _find_shift(phrase, _count_people(holders[phrase], week_of, people, len(weeks)), totals),
        )
        for phrase, _ in sorted(often.most_common(MOST_PHRASES))
    ]


def hold_phrases(said: Sequence[Comment]) -> dict[str, set[int]]:
    """Every phrase of these comments, with the places of those in which it stands; all of one language."""
    words = [split_words(comment.text) for comment in said]
    common = find_function_words(words)
    holders: dict[str, set[int]] = defaultdict(set)
    for number, one in enumerate(words):
        for phrase in split_phrases(one, common=common):
            holders[phrase].add(number)
    return holders


def _count_people(numbers: Iterable[int], week_of: np.ndarray, people: np.ndarray, weeks: int) -> np.ndarray:
    """How many different people wrote each week: who writes of one thing twice is no second witness."""
    chosen = np.array(sorted(numbers), dtype=np.int64)
    once = np.unique(np.column_stack([week_of[chosen], people[chosen]]), axis=0)
    return np.bincount(once[:, 0], minlength=weeks)


def _find_shift(phrase: str, counts: np.ndarray, totals: np.ndarray) -> Shift:
    """The lasting shift, or the leap of the newest week where that is surer; p allows for having looked for both."""
    lasting, leap = find_moment(counts, totals, key=phrase), _find_leap(counts, totals)
    surer = leap if leap.p < lasting.p and counts[-1] >= FEWEST_LATELY else lasting
    return replace(surer, p=min(1.0, 2 * surer.p))


def _find_leap(counts: np.ndarray, totals: np.ndarray) -> Shift:
    """The newest week against all before it: which of a phrase's comments are the newest is binomial while nothing is.

    Counts are divided by Pearson's dispersion of the weeks before (at least 1), so that talk that comes in waves anyway
    needs a higher one.
    """
    last = len(totals) - 1
    before, after = (estimate_share(float(counts[side].sum()), float(totals[side].sum())) for side in _halves(last))
    share = before.value or 0.0
    expected = totals[:last] * share
    used = expected > 0
    squares = float(np.sum((counts[:last][used] - expected[used]) ** 2 / (expected[used] * max(1 - share, 1e-9))))
    spread = max(squares / max(int(used.sum()) - 1, 1), 1.0)
    drawn, lately = round(float(counts.sum()) / spread), math.floor(float(counts[last]) / spread)
    p = float(stats.binom.sf(lately - 1, drawn, float(totals[last]) / float(totals.sum()))) if totals[last] else 1.0
    return Shift(last, last, last, before, after, min(1.0, p))


def _halves(at: int) -> tuple[slice, slice]:
    return slice(None, at), slice(at, None)
