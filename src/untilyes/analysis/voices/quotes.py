"""Quotes that speak for many: central and readable, none of them twice."""

from collections import Counter
from collections.abc import Sequence

from untilyes.analysis.voices.tokens import split_words


def choose_quotes(texts: Sequence[str], *, most: int = 3) -> tuple[str, ...]:
    """The most central of the texts, none of them twice: those whose words the others use most, at readable length."""
    distinct = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    words = [set(split_words(text)) for text in distinct]
    counted = Counter(word for one in words for word in one)
    scored = sorted(
        range(len(distinct)),
        key=lambda number: (
            -sum(counted[word] for word in words[number]) / (len(words[number]) + 4.0),
            abs(len(distinct[number]) - 120),
            distinct[number],
        ),
    )
    return tuple(distinct[number] for number in scored[:most])
