"""Words that customers have begun to use: what is talked about since when, by how many, and where."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np

from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Look, Tone
from untilyes.analysis.findings.moments import WEEKS_A_MONTH, find_moment
from untilyes.analysis.findings.wording import tell_place, tell_span
from untilyes.analysis.voices.quotes import choose_quotes
from untilyes.analysis.voices.reading import Comment, read_comments
from untilyes.analysis.voices.tokens import find_common, split_phrases, split_words
from untilyes.lake import Lake
from untilyes.stats.changepoints import Shift
from untilyes.stats.shares import estimate_share

WEEKS = 26
FEWEST = 20
GROWTH = 2.0
"""Said less than twice as often as before is talk as usual."""
SAME = 0.5
"""Phrases that share this part of their comments are one topic under several names."""
MAINLY = 0.8
"""A topic is about a place when this share of it comes from there."""
MOST_PHRASES = 3_000


@dataclass(frozen=True)
class _Phrase:
    """A phrase, the comments that hold it, and the week it came up."""

    text: str
    language: str
    holders: frozenset[int]
    shift: Shift

    @property
    def key(self) -> str:
        return f"emerging:{self.language}:{self.text}"

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Of several names for one topic the lowest is told: the surest, then the one that says most."""
        return round(math.log10(self.shift.p)), -min(self.text.count(" "), 2), -len(self.holders), self.text

    @property
    def has_grown(self) -> bool:
        before, after = self.shift.before.value or 0.0, self.shift.after.value or 0.0
        return after >= GROWTH * before and len(self.holders) >= FEWEST


def examine_emerging(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per phrase and language: did its share of the comments rise for good in the last 26 weeks?

    Phrases of up to three words that at least 20 comments hold. Those that stand in the same comments are one topic,
    told by the surest of them.
    """
    monday = until - timedelta(days=until.weekday())
    weeks = tuple(monday - timedelta(weeks=back) for back in range(WEEKS, 0, -1))
    comments = read_comments(lake, since=weeks[0], until=monday)
    by_language: dict[str, list[Comment]] = defaultdict(list)
    for comment in comments:
        by_language[comment.language].append(comment)
    for language, said in sorted(by_language.items()):
        phrases = _find_phrases(said, language, weeks)
        for phrase in phrases:
            tell = partial(_tell, phrase, said, weeks)
            yield Candidate(
                phrase.key, phrase.shift.p, phrase.has_grown, tell, tuple(_explaining(phrase, phrases, said))
            )


def _find_phrases(said: Sequence[Comment], language: str, weeks: Sequence[date]) -> list[_Phrase]:
    week_of = np.array([(comment.at.date() - weeks[0]).days // 7 for comment in said]).clip(0, len(weeks) - 1)
    totals = np.bincount(week_of, minlength=len(weeks))
    if len(said) < 2 * FEWEST or (totals > 0).sum() < 4:
        return []
    words = [split_words(comment.text) for comment in said]
    common = find_common(words)
    holders: dict[str, set[int]] = defaultdict(set)
    for number, one in enumerate(words):
        for phrase in split_phrases(one, common=common):
            holders[phrase].add(number)
    often = Counter({phrase: len(who) for phrase, who in holders.items() if FEWEST <= len(who) < 0.5 * len(said)})
    return [
        _Phrase(phrase, language, frozenset(holders[phrase]), _find_shift(phrase, holders[phrase], week_of, totals))
        for phrase, _ in sorted(often.most_common(MOST_PHRASES))
    ]


def _find_shift(phrase: str, holders: set[int], week_of: np.ndarray, totals: np.ndarray) -> Shift:
    counts = np.bincount(week_of[sorted(holders)], minlength=len(totals))
    return find_moment(counts, totals, key=phrase)


def _explaining(phrase: _Phrase, others: Sequence[_Phrase], said: Sequence[Comment]) -> Iterator[str]:
    """Surer phrases in the same comments, then the change of the place that the phrase is about."""
    for other in sorted(others, key=lambda one: one.rank):
        if other.rank >= phrase.rank:
            break
        shared = len(phrase.holders & other.holders)
        if shared >= SAME * min(len(phrase.holders), len(other.holders)):
            yield other.key
    where = _find_place([said[number] for number in phrase.holders])
    if where:
        yield ":".join(["change", "effectiveness", *(f"{name}={value}" for name, value in where.items())])


def _find_place(comments: Sequence[Comment]) -> dict[str, str]:
    """The touchpoint and channel that most of the comments share."""
    found = {}
    for name in ("touchpoint", "channel"):
        counted = Counter(getattr(comment, name) for comment in comments)
        value, n = counted.most_common(1)[0]
        if value and n >= MAINLY * len(comments):
            found[name] = str(value)
    return found


def _tell(phrase: _Phrase, said: Sequence[Comment], weeks: Sequence[date]) -> Finding:
    first = weeks[phrase.shift.at]
    theirs = [said[number] for number in sorted(phrase.holders) if said[number].at.date() >= first]
    people = len({comment.customer_id or comment.id for comment in theirs})
    where = _find_place(theirs)
    place = f", mostly about {tell_place(where)}" if where else ""
    judged = [comment.effective for comment in theirs if comment.effective is not None]
    nos = estimate_share(judged.count(False), len(judged))
    customers = round(people / max(len(weeks) - phrase.shift.at, 1) * WEEKS_A_MONTH)
    since = tell_span(weeks[phrase.shift.low], weeks[phrase.shift.high])
    return Finding(
        kind=Kind.EMERGING_TOPIC,
        key=phrase.key,
        sentence=f"“{phrase.text}” has come up since {since}: {people:,} customers so far{place}; "
        f"{phrase.shift.after.brief()} of comments, was {phrase.shift.before.brief()}.",
        tone=Tone.WORSE if (nos.value or 0.0) > 0.5 else Tone.NEITHER,
        customers=customers,
        effect=nos.value or 0.0,
        action="Read what they say, and find out what began then.",
        figures=(
            Figure("of comments since then", phrase.shift.after),
            Figure("of comments before", phrase.shift.before),
            Figure("of those who also answered said no", nos),
        ),
        quotes=choose_quotes([comment.text for comment in theirs]),
        look=Look("effectiveness", ("week",), where, weeks[0], None),
    )
