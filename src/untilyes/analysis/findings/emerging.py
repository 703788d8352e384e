"""Words that customers have begun to use, or no longer do: since when, by how many, and where."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import numpy as np
from scipy import stats

from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Look, Tone
from untilyes.analysis.findings.moments import WEEKS_A_MONTH, find_moment
from untilyes.analysis.findings.wording import tell_place, tell_span
from untilyes.analysis.voices.function_words import find_function_words
from untilyes.analysis.voices.quotes import choose_quotes
from untilyes.analysis.voices.reading import Comment, read_comments
from untilyes.analysis.voices.tokens import split_phrases, split_words
from untilyes.lake import Lake
from untilyes.stats.changepoints import Shift
from untilyes.stats.shares import estimate_share

WEEKS = 26
FEWEST = 20
FEWEST_LATELY = 10
"""So many customers in the newest week are enough to be told of, whatever came before."""
GROWTH = 2.0
"""Said less than twice as often as before, or more than half as often, is talk as usual."""
NEW = 10.0
"""Said at least so many times as often, it is new."""
SAME = 0.5
"""Phrases that share this part of their comments are one topic under several names."""
MAINLY = 0.8
"""A topic is about a place when this share of it comes from there."""
USUAL = 0.6
"""Where more than this share of all comments comes from a place, that those of a topic do as well is no news."""
PLACES = ("touchpoint", "channel", "source")
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


def examine_emerging(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per phrase and language: did its share of the comments move for good in the last 26 weeks?

    Phrases of up to three words that at least 20 comments hold, or 10 of the newest week. Those that stand in the same
    comments are one topic, told by the surest of them.
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
            tell = partial(_tell_fading if phrase.has_faded else _tell, phrase, said, weeks)
            causes = tuple(_explaining(phrase, phrases, said))
            yield Candidate(phrase.key, phrase.shift.p, phrase.has_grown or phrase.has_faded, tell, causes)


def _find_phrases(said: Sequence[Comment], language: str, weeks: Sequence[date]) -> list[_Phrase]:
    week_of = np.array([(comment.at.date() - weeks[0]).days // 7 for comment in said]).clip(0, len(weeks) - 1)
    people = np.unique([comment.customer_id or comment.id for comment in said], return_inverse=True)[1]
    totals = _count_people(range(len(said)), week_of, people, len(weeks))
    if len(said) < 2 * FEWEST or (totals > 0).sum() < 4:
        return []
    words = [split_words(comment.text) for comment in said]
    common = find_function_words(words)
    holders: dict[str, set[int]] = defaultdict(set)
    for number, one in enumerate(words):
        for phrase in split_phrases(one, common=common):
            holders[phrase].add(number)
    newest = {number for number, week in enumerate(week_of) if week == len(weeks) - 1}
    often = Counter(
        {
            phrase: len(who)
            for phrase, who in holders.items()
            if (len(who) >= FEWEST or len(who & newest) >= FEWEST_LATELY) and len(who) < 0.5 * len(said)
        }
    )
    return [
        _Phrase(
            phrase,
            language,
            frozenset(holders[phrase]),
            _find_shift(phrase, _count_people(holders[phrase], week_of, people, len(weeks)), totals),
        )
        for phrase, _ in sorted(often.most_common(MOST_PHRASES))
    ]


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


def _explaining(phrase: _Phrase, others: Sequence[_Phrase], said: Sequence[Comment]) -> Iterator[str]:
    """Surer phrases in the same comments, then the change of the place that the phrase is about."""
    for other in sorted(others, key=lambda one: one.rank):
        if other.rank >= phrase.rank:
            break
        shared = len(phrase.holders & other.holders)
        if shared >= SAME * min(len(phrase.holders), len(other.holders)):
            yield other.key
    where = _find_place([said[number] for number in phrase.holders])
    where.pop("source", None)
    if where:
        yield ":".join(["change", "effectiveness", *(f"{name}={value}" for name, value in where.items())])


def _find_place(comments: Sequence[Comment]) -> dict[str, str]:
    """What most of the comments share of touchpoint, channel and source."""
    found = {}
    for name in PLACES:
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
    judged = [comment.effective for comment in theirs if comment.effective is not None]
    nos = estimate_share(judged.count(False), len(judged))
    customers = round(people / max(len(weeks) - phrase.shift.at, 1) * WEEKS_A_MONTH)
    since = "this week" if phrase.shift.at == len(weeks) - 1 else f"since {_tell_since(phrase, weeks)}"
    began = f"is new {since}" if phrase.is_new else f"is said more often {since}"
    return Finding(
        kind=Kind.EMERGING_TOPIC,
        key=phrase.key,
        sentence=f"“{phrase.text}” {began}: {people:,} customers{_tell_where(theirs, said)}; "
        f"{phrase.shift.after.brief()} of those who wrote, was {phrase.shift.before.brief()}.",
        tone=Tone.WORSE if (nos.value or 0.0) > 0.5 else Tone.NEITHER,
        customers=customers,
        effect=nos.value or 0.0,
        action="Read what they say, and find out what began then.",
        figures=(
            Figure("of those who wrote, since then", phrase.shift.after),
            Figure("of those who wrote before", phrase.shift.before),
            Figure("of those who also answered said no", nos),
        ),
        course=_course(phrase, said, weeks),
        quotes=choose_quotes([comment.text for comment in theirs]),
        look=Look(
            "effectiveness", ("week",), {name: where[name] for name in where if name != "source"}, weeks[0], None
        ),
        notes=(_HOW,),
    )


def _tell_fading(phrase: _Phrase, said: Sequence[Comment], weeks: Sequence[date]) -> Finding:
    first = weeks[phrase.shift.at]
    theirs = [said[number] for number in sorted(phrase.holders) if said[number].at.date() < first]
    people = len({comment.customer_id or comment.id for comment in theirs})
    judged = [comment.effective for comment in theirs if comment.effective is not None]
    nos = estimate_share(judged.count(False), len(judged))
    return Finding(
        kind=Kind.EMERGING_TOPIC,
        key=phrase.key,
        sentence=f"“{phrase.text}” is hardly said any more since {_tell_since(phrase, weeks)}"
        f"{_tell_where(theirs, said)}: {phrase.shift.after.brief()} of those who wrote, was "
        f"{phrase.shift.before.brief()}.",
        tone=Tone.BETTER if (nos.value or 0.0) > 0.5 else Tone.NEITHER,
        customers=round(people / max(phrase.shift.at, 1) * WEEKS_A_MONTH),
        effect=nos.value or 0.0,
        action="If somebody did something about it, tell those who wrote; if nobody did, see why they stopped writing.",
        figures=(
            Figure("of those who wrote, since then", phrase.shift.after),
            Figure("of those who wrote before", phrase.shift.before),
            Figure("of those who also answered said no", nos),
        ),
        course=_course(phrase, said, weeks),
        quotes=choose_quotes([comment.text for comment in theirs]),
        notes=(_HOW,),
    )


_HOW = (
    "Phrases of up to three words without the language's function words, by week of the last half year: the likeliest "
    "moment of a lasting change, and the newest week against all before. Phrases in the same comments are one."
)


def _tell_since(phrase: _Phrase, weeks: Sequence[date]) -> str:
    return tell_span(weeks[phrase.shift.low], weeks[phrase.shift.high])


def _tell_where(theirs: Sequence[Comment], said: Sequence[Comment]) -> str:
    """ ", all about refund by e-mail"; nothing where most comments come from there anyway."""
    where = {
        name: value
        for name, value in _find_place(theirs).items()
        if sum(getattr(comment, name) == value for comment in said) <= USUAL * len(said)
    }
    if not where:
        return ""
    share = sum(all(getattr(one, name) == value for name, value in where.items()) for one in theirs) / len(theirs)
    much = "all" if share == 1 else "nearly all" if share >= 0.95 else "mostly"
    source = where.pop("source", "")
    return f", {much} {'about ' if 'touchpoint' in where else ''}{_join_place(where, source)}"


def _join_place(where: dict[str, str], source: str) -> str:
    told = [tell_place(where)] if where else []
    told += [f"in {_SOURCES.get(source, source)}"] if source else []
    return " ".join(told)


_SOURCES = {
    "survey": "surveys", "ticket": "tickets", "review": "reviews", "social": "social posts", "chat": "chats",
    "call": "calls", "community": "the community",
}  # fmt: skip


def _course(phrase: _Phrase, said: Sequence[Comment], weeks: Sequence[date]) -> tuple[Figure, ...]:
    """The share of those who wrote that used the phrase, week by week."""
    wrote = [((comment.at.date() - weeks[0]).days // 7, comment.customer_id or comment.id) for comment in said]
    held = Counter(week for week, _ in {wrote[number] for number in phrase.holders})
    whole = Counter(week for week, _ in set(wrote))
    return tuple(Figure(day.isoformat(), estimate_share(held[n], whole[n])) for n, day in enumerate(weeks))
