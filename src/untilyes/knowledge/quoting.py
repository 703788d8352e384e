"""Finding again in a text what somebody said, sentence by sentence. Pure: no Django."""

import re
from collections.abc import Collection
from typing import Final

UNTITLED: Final = "Untitled"
FEWEST_WORDS: Final = 3
"""Shorter sentences ("Hello.", "It broke!") are anybody's."""
_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def list_quotes(said: str) -> tuple[str, ...]:
    """The sentences worth finding again, the longest first, without the stop at their end.

    >>> list_quotes("Hello. My left shoe is gone! I am Kim from Oslo")
    ('My left shoe is gone', 'I am Kim from Oslo')
    """
    sentences = {sentence.strip().rstrip(".!?… ") for sentence in _END.split(said)}
    kept = [sentence for sentence in sentences if len(sentence.split()) >= FEWEST_WORDS]
    return tuple(sorted(kept, key=lambda sentence: (-len(sentence), sentence)))


def drop_quotes(text: str, quotes: Collection[str]) -> str:
    """The text without these sentences, however they are spaced or capitalised; nothing else in it changes.

    >>> drop_quotes("Ask first. My LEFT  shoe is gone! Then send it.", ["My left shoe is gone"])
    'Ask first. Then send it.'
    """
    for quote in quotes:
        words = r"\s+".join(map(re.escape, quote.split()))
        text = re.sub(rf"(?<!\w){words}(?!\w)[.!?…]*[^\S\n]?", "", text, flags=re.IGNORECASE)
    return text.strip()
