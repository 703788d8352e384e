"""From what a customer wrote to the terms it is known by, and how alike two of them are. No Django, no dictionary."""

import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

from untilyes.analysis.voices.function_words import KNOWN, find_language
from untilyes.analysis.voices.tokens import split_words

MOST_TERMS: Final = 60
STEM: Final = 6


def name_key(text: str) -> str:
    """What a name is known by: capitals, accents, spaces and punctuation make no other task.

    >>> name_key("Return a  Présent!") == name_key("return_a present")
    True
    """
    words = re.findall(r"[^\W_]+", _fold(text))
    return " ".join(words)[:120]


def list_terms(text: str) -> list[str]:
    """The telling words of a text by their first letters, each once, in the order they came.

    >>> list_terms("Where are my refunds? The refund is late.")
    ['refund', 'late']
    """
    words = split_words(text)
    common = _list_common(find_language([words]))
    folded = [_fold(word) for word in words]
    return list(dict.fromkeys(one[:STEM] for one in folded if one not in common and not one.isdigit()))[:MOST_TERMS]


def weigh(total: int, holding: int) -> float:
    """How much a term tells, by how many of all texts hold it: ``ln(1 + total / holding)``."""
    return math.log(1 + total / max(holding, 1))


def compare_terms(some: Collection[str], others: Collection[str], weights: Mapping[str, float]) -> float:
    """The cosine of two sets of terms under their weights: 0 nothing in common, 1 the same.

    Salton & Buckley (1988), Information Processing & Management 24, with terms counted once.

    >>> compare_terms({"tent", "late"}, {"tent", "torn"}, {"tent": 1.0, "late": 1.0, "torn": 1.0})
    0.5
    """
    shared = sum(weights.get(term, 0.0) ** 2 for term in set(some) & set(others))
    lengths = [math.sqrt(sum(weights.get(term, 0.0) ** 2 for term in set(side))) for side in (some, others)]
    return round(shared / (lengths[0] * lengths[1]), 6) if min(lengths) > 0 else 0.0


def compare_names(one: str, other: str) -> float:
    """How alike two names are, 0..1: pairs of letters in common (Dice 1945), so that endings and typos weigh little.

    >>> compare_names("return a present", "returning presents") > 0.6
    True
    """
    some, others = _pairs(one), _pairs(other)
    return 2 * len(some & others) / (len(some) + len(others)) if some and others else float(one == other)


def _pairs(text: str) -> set[str]:
    return {word[i : i + 2] for word in name_key(text).split() for i in range(len(word) - 1)}


def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@cache
def _list_common(language: str) -> frozenset[str]:
    known = [KNOWN[language]] if language else KNOWN.values()
    return frozenset(_fold(word) for words in known for word in words)
