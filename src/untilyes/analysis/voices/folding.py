"""Texts that say the same: duplicates and templates count as one way of saying it."""

import re
import unicodedata
from typing import Final

from untilyes.analysis.voices.tokens import split_words

_NUMBER: Final = re.compile(r"\d+")


def fold(text: str) -> str:
    """What remains of a text without case, punctuation, addresses, handles and the values of its numbers.

    >>> fold("Dear Kim@shop.example, order 4711 is LATE!") == fold("dear ann@shop.example: order 12 is late")
    True
    """
    return _NUMBER.sub("0", unicodedata.normalize("NFC", " ".join(split_words(text))))
