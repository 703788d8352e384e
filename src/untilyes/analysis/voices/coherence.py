"""How well the phrases of a topic belong together."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from untilyes.analysis.voices.grouping import count_phrases, find_phrases, weigh_by_class
from untilyes.analysis.voices.tokens import split_phrases, split_words


def list_telling(texts: Sequence[str], groups: npt.ArrayLike, *, most: int = 10) -> list[list[str]]:
    """The phrases that tell each group of texts (0, 1, …; -1 for none) from the others, the most telling first."""
    of = np.asarray(groups)
    words = [split_words(text) for text in texts]
    phrases = find_phrases(words)
    counts = count_phrases(words, phrases)
    held = np.vstack([np.asarray(counts[of == one].sum(axis=0)).ravel() for one in range(int(of.max()) + 1)])
    told = weigh_by_class(held)
    return [[phrases[place] for place in np.argsort(-row, kind="stable")[:most]] for row in told]


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
