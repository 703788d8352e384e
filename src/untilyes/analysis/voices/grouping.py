"""Grouping texts of one language: which phrases go together, and which texts hold them.

Texts become weighted phrases (TF-IDF) of two words at most, without the language's function words. Non-negative matrix
factorisation (Lee & Seung 1999; NNDSVDa start, fixed seed) finds the phrases that go together: a *pattern*. A text
belongs to the one pattern it says most of, by the sum of the weights of the phrases it holds, so that tomorrow's text
is filed by the same rule as today's. Patterns are named by what sets them apart (class-based TF-IDF, Grootendorst
2022).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from untilyes.analysis.voices.folding import fold
from untilyes.analysis.voices.function_words import find_function_words
from untilyes.analysis.voices.tokens import split_phrases, split_words

FEWEST: Final = 40
"""A language with fewer different texts has no topics; they can be read."""
MOST_TOPICS: Final = 15
FEWEST_HOLDERS: Final = 5
"""A phrase that fewer different texts hold names nothing, and tells on nobody."""
MOST_PHRASES: Final = 4_000
MOST_WEIGHTS: Final = 200
"""A pattern is its heaviest phrases; with these 19 in 20 texts land where all phrases would have put them."""
MOST_LEARNED: Final = 20_000
"""Patterns are looked for in so many different texts at most, evenly drawn; all texts are filed."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pattern:
    """What makes a text about one thing: phrases with their weights, and the phrases it is named by."""

    names: tuple[str, ...]
    weights: Mapping[str, float]


def find_patterns(texts: Sequence[str], *, topics: int | None = None) -> tuple[Pattern, ...]:
    """The patterns in texts of one language, none when there are too few. Texts that say the same count once.

    Their number follows the number of different texts, from 3 at 40 to 15 at 1,050 and more, unless given.
    """
    distinct = sorted({fold(text) for text in texts})
    if len(distinct) < FEWEST:
        return ()
    wanted = topics or min(max(round((len(distinct) / 5) ** 0.5), 2), MOST_TOPICS)
    if len(distinct) > MOST_LEARNED:
        distinct = [distinct[place] for place in np.linspace(0, len(distinct) - 1, MOST_LEARNED).astype(int)]
    words = [split_words(text) for text in distinct]
    phrases = find_phrases(words)
    if len(phrases) < 2 * wanted:
        return ()
    counts = count_phrases(words, phrases)
    weighed = _factorise(counts, wanted)
    weights = [_keep_heaviest(row, phrases) for row in weighed]
    of, _ = file_words(words, weights)
    kept = [place for place in range(len(weights)) if (of == place).any()]
    names = _name(counts, of, kept, phrases)
    return tuple(Pattern(name, weights[place]) for name, place in zip(names, kept, strict=True))


def file_texts(texts: Sequence[str], weights: Sequence[Mapping[str, float]]) -> tuple[Ints, Floats]:
    """For each text the pattern it says most of (-1 for none), and how much of the text is about it."""
    return file_words([split_words(text) for text in texts], weights)


def file_words(words: Sequence[Sequence[str]], weights: Sequence[Mapping[str, float]]) -> tuple[Ints, Floats]:
    """`file_texts` for texts already split.

    >>> file_words([["late", "label"], ["kind"], ["zebra"]], [{"label": 0.9, "late": 0.5}, {"kind": 1.0}])[0].tolist()
    [0, 1, -1]
    """
    phrases = sorted({phrase for one in weights for phrase in one})
    if not phrases or not words:
        return np.full(len(words), -1), np.zeros(len(words))
    held = count_phrases(words, phrases)
    by_pattern = np.array([[one.get(phrase, 0.0) for one in weights] for phrase in phrases])
    said = np.asarray(held @ by_pattern)
    most = said.max(axis=1)
    length = np.sqrt(np.maximum(np.asarray(held.sum(axis=1)).ravel(), 1.0))
    return np.where(most > 0, said.argmax(axis=1), -1), most / length


def count_phrases(words: Sequence[Sequence[str]], phrases: Sequence[str]) -> Any:
    """Which text (row) holds which phrase (column), as a sparse matrix."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - half a second that only this needs

    column = {phrase: place for place, phrase in enumerate(phrases)}
    rows, columns = [], []
    for row, one in enumerate(words):
        # Function words never begin or end a known phrase, so they need not be told apart again.
        held = split_phrases(one, common=frozenset(), longest=2)
        mine = sorted(column[phrase] for phrase in held if phrase in column)
        rows += [row] * len(mine)
        columns += mine
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(words), len(phrases)))


def weigh_by_class(counts: Floats) -> Floats:
    """Class-based TF-IDF: ``tf / Σ tf · log(1 + A / f)``, A the words per class on average, f a word's total.

    >>> weigh_by_class(np.array([[2.0, 1, 0], [0, 1, 3]])).round(2).tolist()
    [[0.67, 0.34, 0.0], [0.0, 0.25, 0.58]]
    """
    total = counts.sum(axis=0)
    length = np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    told: Floats = counts / length * np.log1p(counts.sum() / len(counts) / np.maximum(total, 1.0))
    return told


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


def find_phrases(words: Sequence[Sequence[str]]) -> list[str]:
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


def _factorise(counts: Any, wanted: int) -> Floats:
    """Per pattern (row) the weight of every phrase: its part in the pattern, each of length 1, times how rare it is."""
    import warnings  # noqa: PLC0415

    from sklearn.decomposition import NMF  # noqa: PLC0415 - a second to load, and no page needs it to start
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfTransformer  # noqa: PLC0415

    rarity = TfidfTransformer(sublinear_tf=True).fit(counts)
    weighted = rarity.transform(counts)
    wanted = min(wanted, *weighted.shape)
    # Texts that fit exactly leave an error a hair below 0, whose root nobody asks for.
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)  # the grouping is settled long before the last digits are
        model = NMF(wanted, init="nndsvda", random_state=0, max_iter=120, tol=1e-3)
        model.fit(weighted)
    sizes = np.linalg.norm(model.components_, axis=1, keepdims=True)
    sizes[sizes == 0] = 1.0
    found: Floats = model.components_ / sizes * rarity.idf_
    return found


def _keep_heaviest(row: Floats, phrases: Sequence[str]) -> dict[str, float]:
    best = np.argsort(-row, kind="stable")[:MOST_WEIGHTS]
    return {phrases[place]: round(float(row[place]), 6) for place in best if row[place] > 0}


def _name(counts: Any, of: Ints, kept: Sequence[int], phrases: Sequence[str]) -> list[tuple[str, ...]]:
    """Per pattern the phrases that set it apart, three at most, none of them part of another."""
    held = np.vstack([np.asarray(counts[of == place].sum(axis=0)).ravel() for place in kept])
    told = weigh_by_class(held)
    # A phrase of two words says more than either; it leads when it is nearly as telling.
    told *= np.array([1.5 if " " in phrase else 1.0 for phrase in phrases])
    return [_choose_names(row, count, phrases) for row, count in zip(told, held, strict=True)]


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
