"""What customers talk about: topics that need no model, come out the same each time and keep their identity.

Texts become weighted phrases (TF-IDF) of two words at most, without the language's function words. Non-negative matrix
factorisation (Lee & Seung 1999; NNDSVDa start, fixed seed) finds the phrases that go together. Every text belongs to
the one topic it says most of; a text without any phrase of its language belongs to none. Topics are named by what sets
them apart from the others (class-based TF-IDF, Grootendorst 2022).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from untilyes.analysis.voices.folding import fold
from untilyes.analysis.voices.function_words import find_function_words
from untilyes.analysis.voices.reading import Comment
from untilyes.analysis.voices.tokens import split_phrases, split_words
from untilyes.stats.changes import compare_many_shares
from untilyes.stats.results import Change, Estimate
from untilyes.stats.shares import estimate_share

FEWEST: Final = 40
"""A language with fewer different texts has no topics; they can be read."""
MOST_TOPICS: Final = 15
FEWEST_HOLDERS: Final = 5
"""A phrase that fewer different texts hold names nothing, and tells on nobody."""
MOST_PHRASES: Final = 4_000
SAME: Final = 0.3
"""Topics of two runs whose phrases are less alike than this (cosine) are not the same topic."""
WEEKS: Final = 4
WEEKS_BEFORE: Final = 12

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Topic:
    """One thing that customers talk about, in one language."""

    key: str
    language: str
    phrases: tuple[str, ...]
    weights: Mapping[str, float]
    members: tuple[str, ...]
    central: tuple[str, ...]
    customers: int
    distinct: int
    share: Estimate
    yes: Estimate
    change: Change
    places: tuple[tuple[str, int], ...]

    @property
    def name(self) -> str:
        """The phrases that set it apart."""
        return ", ".join(self.phrases)

    @property
    def comments(self) -> int:
        """How many comments are about it."""
        return len(self.members)


@dataclass(frozen=True)
class Topics:
    """All topics, the largest first, and what they were made from. `about_none` comments hold no common phrase."""

    topics: tuple[Topic, ...]
    comments: int
    about_none: int
    too_few: tuple[tuple[str, int], ...]
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Parts:
    """The bare grouping of texts: for each its topic (-1 for none), and per topic the weights of its phrases."""

    of: npt.NDArray[np.int64]
    strength: Floats
    weights: tuple[Mapping[str, float], ...]
    phrases: tuple[tuple[str, ...], ...]


def find_topics(comments: Sequence[Comment], *, before: Sequence[Topic] = ()) -> Topics:
    """The topics of the comments, language by language; those of an earlier run keep their keys.

    Shares are of all comments of the language. "Now" is the four weeks that end with the newest comment, "before" the
    twelve weeks ahead of them; all changes are corrected together (Benjamini and Hochberg).
    """
    by_language: dict[str, list[Comment]] = defaultdict(list)
    for comment in comments:
        by_language[comment.language].append(comment)
    found: list[Topic] = []
    about_none, too_few = 0, []
    for language, said in sorted(by_language.items()):
        parts = group_texts([comment.text for comment in said])
        if not parts.weights:
            too_few.append((language, len(said)))
            continue
        about_none += int((parts.of < 0).sum())
        found += _describe(said, parts, language)
    found.sort(key=lambda topic: (-topic.comments, topic.key))
    days = [comment.at.date() for comment in comments]
    return Topics(
        tuple(_keep_identity(_judge_changes(found, comments), before)),
        len(comments),
        about_none,
        tuple(too_few),
        min(days, default=None),
        max(days, default=None),
    )


def group_texts(texts: Sequence[str], *, topics: int | None = None) -> Parts:
    """Group texts of one language. Texts that say the same (see `fold`) are grouped once and share their topic.

    The number of topics follows the number of different texts, from 3 at 40 to 15 at 1,050 and more, unless given.
    """
    folded = [fold(text) for text in texts]
    distinct = sorted(set(folded))
    empty = Parts(np.full(len(texts), -1), np.zeros(len(texts)), (), ())
    if len(distinct) < FEWEST:
        return empty
    words = [split_words(text) for text in distinct]
    phrases = _find_phrases(words)
    wanted = topics or min(max(round((len(distinct) / 5) ** 0.5), 2), MOST_TOPICS)
    if len(phrases) < 2 * wanted:
        return empty
    counts = _count_phrases(words, phrases)
    by_text, by_phrase = _factorise(counts, wanted)
    of = np.where(by_text.max(axis=1) > 0, by_text.argmax(axis=1), -1)
    number = {text: place for place, text in enumerate(distinct)}
    place = np.array([number[text] for text in folded])
    kept = [topic for topic in range(wanted) if (of == topic).any()]
    renumbered = np.full(wanted + 1, -1)
    renumbered[kept] = np.arange(len(kept))
    return Parts(
        renumbered[of][place],
        by_text.max(axis=1)[place],
        tuple(_weigh(by_phrase[topic], phrases) for topic in kept),
        tuple(_name(counts, renumbered[of], len(kept), phrases)),
    )


def match_topics(old: Sequence[Mapping[str, float]], new: Sequence[Mapping[str, float]]) -> list[int | None]:
    """For each new topic the old one that it continues, or None: the best one-to-one match by cosine (Kuhn 1955).

    >>> match_topics([{"late": 1.0}, {"rude": 1.0}], [{"rude": 2.0, "cold": 0.5}, {"price": 1.0}])
    [1, None]
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - half a second that only this needs

    if not old or not new:
        return [None] * len(new)
    alike = np.array([[_cosine(one, other) for other in old] for one in new])
    found: list[int | None] = [None] * len(new)
    for ours, theirs in zip(*linear_sum_assignment(-alike), strict=True):
        if alike[ours, theirs] >= SAME:
            found[int(ours)] = int(theirs)
    return found


def measure_coherence(phrases: Sequence[Sequence[str]], texts: Sequence[str]) -> float:
    """Mean NPMI of the pairs within each topic's phrases, over whole texts; from −1 (never together) to 1 (always).

    ``log(p_ij / (p_i p_j)) / −log p_ij``, −1 where the two never meet. Bouma (2009).
    """
    held = [split_phrases(split_words(text), common=frozenset(), longest=2) for text in texts]
    holders = {one: {n for n, has in enumerate(held) if one in has} for group in phrases for one in group}
    scores = [
        _npmi(holders[a], holders[b], len(held))
        for group in phrases
        for place, a in enumerate(group)
        for b in group[place + 1 :]
    ]
    return float(np.mean(scores)) if scores else float("nan")


def _npmi(first: set[int], second: set[int], n: int) -> float:
    both = len(first & second)
    if not both:
        return -1.0
    if both == n:
        return 1.0
    return float(np.log(both * n / (len(first) * len(second))) / -np.log(both / n))


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    inner = sum(weight * other.get(phrase, 0.0) for phrase, weight in one.items())
    sizes = [sum(weight**2 for weight in each.values()) for each in (one, other)]
    return inner / (sizes[0] * sizes[1]) ** 0.5 if all(sizes) else 0.0


def _find_phrases(words: Sequence[Sequence[str]]) -> list[str]:
    """Phrases that enough texts hold and not most of them do, in a fixed order."""
    common = find_function_words(words)
    counted: Counter[str] = Counter()
    for one in words:
        counted.update(split_phrases(one, common=common, longest=2))
    often = [
        (-n, phrase)
        for phrase, n in counted.items()
        if FEWEST_HOLDERS <= n <= max(0.5 * len(words), FEWEST_HOLDERS) and not any(map(str.isdigit, phrase.split()))
    ]
    return sorted(phrase for _, phrase in sorted(often)[:MOST_PHRASES])


def _count_phrases(words: Sequence[Sequence[str]], phrases: Sequence[str]) -> Any:
    """Which text (row) holds which phrase (column), as a sparse matrix."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    column = {phrase: place for place, phrase in enumerate(phrases)}
    rows, columns = [], []
    for row, one in enumerate(words):
        # Function words never begin or end a known phrase, so they need not be told apart again.
        mine = sorted(
            column[phrase] for phrase in split_phrases(one, common=frozenset(), longest=2) if phrase in column
        )
        rows += [row] * len(mine)
        columns += mine
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(words), len(phrases)))


def _factorise(counts: Any, wanted: int) -> tuple[Floats, Floats]:
    """Weights of topics in texts and of phrases in topics, each topic's phrases of length 1."""
    import warnings  # noqa: PLC0415

    from sklearn.decomposition import NMF  # noqa: PLC0415 - a second to load, and no page needs it to start
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfTransformer  # noqa: PLC0415

    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    wanted = min(wanted, *weighted.shape)
    # Texts that fit exactly leave an error a hair below 0, whose root nobody asks for.
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)  # the grouping is settled long before the last digits are
        model = NMF(wanted, init="nndsvda", random_state=0, max_iter=120, tol=1e-3)
        by_text = model.fit_transform(weighted)
    sizes = np.linalg.norm(model.components_, axis=1)
    sizes[sizes == 0] = 1.0
    return by_text * sizes, model.components_ / sizes[:, None]


def _weigh(row: Floats, phrases: Sequence[str], *, most: int = 60) -> dict[str, float]:
    """The heaviest phrases of a topic: what it is known by in the next run."""
    best = np.argsort(-row, kind="stable")[:most]
    return {phrases[place]: round(float(row[place]), 6) for place in best if row[place] > 0}


def _name(counts: Any, of: npt.NDArray[np.int64], topics: int, phrases: Sequence[str]) -> list[tuple[str, ...]]:
    """Per topic the phrases that set it apart, three at most, none of them part of another."""
    held = np.vstack([np.asarray(counts[of == topic].sum(axis=0)).ravel() for topic in range(topics)])
    told = weigh_by_class(held)
    # A phrase of two words says more than either; it leads when it is nearly as telling.
    told *= np.array([1.5 if " " in phrase else 1.0 for phrase in phrases])
    return [_choose_names(row, count, phrases) for row, count in zip(told, held, strict=True)]


def weigh_by_class(counts: Floats) -> Floats:
    """Class-based TF-IDF: ``tf / Σ tf · log(1 + A / f)``, A the words per class on average, f a word's total.

    >>> weigh_by_class(np.array([[2.0, 1, 0], [0, 1, 3]])).round(2).tolist()
    [[0.67, 0.34, 0.0], [0.0, 0.25, 0.58]]
    """
    total = counts.sum(axis=0)
    length = np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    told: Floats = counts / length * np.log1p(counts.sum() / len(counts) / np.maximum(total, 1.0))
    return told


def _choose_names(row: Floats, count: Floats, phrases: Sequence[str], *, most: int = 3) -> tuple[str, ...]:
    chosen: list[str] = []
    taken = set[str]()
    for place in np.argsort(-row, kind="stable")[:40]:
        words = set(phrases[place].split())
        if count[place] > 0 and not words & taken:
            chosen.append(join_pairs(phrases[place]))
            taken |= words
        if len(chosen) == most:
            break
    return tuple(chosen)


def join_pairs(phrase: str) -> str:
    """Overlapping pairs of characters back as they were written.

    >>> join_pairs("返金 金が"), join_pairs("late label")
    ('返金が', 'late label')
    """
    first, *rest = phrase.split(" ")
    told = first
    for word in rest:
        overlaps = len(word) == 2 and told[-1] == word[0] and not word.isascii()
        told += word[1:] if overlaps else f" {word}"
    return told


def _describe(said: Sequence[Comment], parts: Parts, language: str) -> list[Topic]:
    nothing = compare_many_shares(([0], [0]), ([0], [0]))[0]
    return [
        _describe_one(
            said, parts, topic, language, nothing, [int(place) for place in np.flatnonzero(parts.of == topic)]
        )
        for topic in range(len(parts.weights))
    ]


def _describe_one(
    said: Sequence[Comment], parts: Parts, topic: int, language: str, change: Change, places: Sequence[int]
) -> Topic:
    theirs = [said[place] for place in places]
    judged = [comment.yes for comment in theirs if comment.yes is not None]
    where = Counter(comment.touchpoint or comment.channel or comment.source for comment in theirs)
    newest = sorted(theirs, key=lambda comment: (comment.at, comment.id), reverse=True)
    strongest = sorted(places, key=lambda place: (-parts.strength[place], said[place].id))
    return Topic(
        key=f"{language or 'xx'}-{crc32('|'.join(sorted(parts.phrases[topic])).encode()):08x}",
        language=language,
        phrases=parts.phrases[topic],
        weights=parts.weights[topic],
        members=tuple(comment.id for comment in newest),
        central=tuple(said[place].id for place in strongest[:200]),
        customers=len({comment.customer_id or comment.id for comment in theirs}),
        distinct=len({fold(comment.text) for comment in theirs}),
        share=estimate_share(len(theirs), len(said)),
        yes=estimate_share(judged.count(True), len(judged)),
        change=change,
        places=tuple(sorted(where.items(), key=lambda entry: (-entry[1], entry[0]))[:2]),
    )


def _judge_changes(found: Sequence[Topic], comments: Sequence[Comment]) -> list[Topic]:
    """Each topic's share of its language's comments, now against before; all of them corrected together."""
    if not found:
        return []
    newest = max(comment.at.date() for comment in comments)
    turn = newest - timedelta(weeks=WEEKS)
    start = turn - timedelta(weeks=WEEKS_BEFORE)
    period = {one.id: one.at.date() > turn for one in comments if one.at.date() > start}
    totals = Counter((one.language, period[one.id]) for one in comments if one.id in period)
    counts = [Counter(period[one] for one in topic.members if one in period) for topic in found]
    sides = [
        ([count[now] for count in counts], [totals[topic.language, now] for topic in found]) for now in (False, True)
    ]
    changes = compare_many_shares(sides[0], sides[1])
    return [replace(topic, change=changes[place]) for place, topic in enumerate(found)]


def _keep_identity(found: Sequence[Topic], before: Sequence[Topic]) -> list[Topic]:
    """Give topics the keys of those they continue, within their language; a key is never given twice."""
    carried: dict[int, str] = {}
    for language in {topic.language for topic in found}:
        ours = [place for place, topic in enumerate(found) if topic.language == language]
        theirs = [topic for topic in before if topic.language == language]
        matched = match_topics([topic.weights for topic in theirs], [found[place].weights for place in ours])
        carried |= {place: theirs[old].key for place, old in zip(ours, matched, strict=True) if old is not None}
    taken = set(carried.values())
    kept: list[Topic] = []
    for place, topic in enumerate(found):
        key, again = carried.get(place, ""), 1
        while not key or (place not in carried and key in taken):
            key, again = topic.key if again == 1 else f"{topic.key}-{again}", again + 1
        taken.add(key)
        kept.append(replace(topic, key=key))
    return kept
