"""From what people write to what is looked for: accents folded, word endings loosened, function words left out.

No stemmer and no dictionary, so that it works for any language: a word of five letters or more is looked for by its
beginning ("refunds" finds "refund", "Rückgabe" finds "rückgaben"), scripts without spaces by pairs of characters.
No Django.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

from untilyes.analysis.voices.function_words import KNOWN, find_language
from untilyes.analysis.voices.tokens import split_words

MOST_TERMS: Final = 16
SHORTEST_STEM: Final = 4
EXCERPT: Final = 180


def fold(text: str) -> str:
    """The text without accents and capitals.

    >>> fold("Größe, Não, CAFÉ")
    'grosse, nao, cafe'
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def list_tokens(text: str) -> list[str]:
    """The words of a text as the index keeps them: folded, letters and digits only.

    >>> list_tokens("It doesn't fit: größe 42!")
    ['it', 'doesnt', 'fit', 'grosse', '42']
    """
    return [word for one in split_words(text) if (word := re.sub(r"[^\w]|_", "", fold(one)))]


def list_terms(text: str) -> list[str]:
    """What to look for: the telling words of a question, each as the beginning of a word.

    Whole words shorter than five letters are looked for as they are; of longer ones the ending is left open. Where
    nothing but function words was written, they are taken.

    >>> list_terms("Where are my refunds?")
    ['refun']
    >>> list_terms("¿Dónde está mi pedido?")
    ['pedi']
    """
    return list(dict.fromkeys(_loosen(token) for token in _list_telling(text)))[:MOST_TERMS]


def name_search(text: str) -> str:
    """What searches for the same are known by: the beginnings of their telling words, in order of the alphabet.

    >>> name_search("the refunds label") == name_search("Labels for refund?")
    True
    """
    return " ".join(sorted({_name_word(token) for token in _list_telling(text)}))[:120]


def _name_word(token: str) -> str:
    """Its first five letters, without the commonest endings of a plural where four remain: tent, tents, zelt, zelte."""
    head = token[:5]
    return head[:-1] if len(head) > SHORTEST_STEM and head[-1] in "sen" else head


def _list_telling(text: str) -> list[str]:
    """The words that say what it is about; all of them where nothing but function words was written."""
    words = split_words(text)
    common = _fold_common(find_language([words]))
    tokens = [token for word in words for token in list_tokens(word)]
    return [token for token in tokens if token not in common] or tokens


@cache
def _fold_common(language: str) -> frozenset[str]:
    known = [KNOWN[language]] if language else KNOWN.values()
    return frozenset(token for words in known for word in words for token in list_tokens(word))


def _loosen(word: str) -> str:
    return word if len(word) <= SHORTEST_STEM else word[: max(SHORTEST_STEM, len(word) - 2)]


def find_excerpt(body: str, terms: Sequence[str]) -> str:
    """The sentence of a Markdown text that holds most of the terms, as plain words."""
    sentences = [one for line in body.splitlines() for one in re.split(r"(?<=[.!?])\s+", _plain(line)) if one]
    if not sentences:
        return ""
    best = max(sentences, key=lambda one: _count_held(one, terms))
    return best if len(best) <= EXCERPT else best[: EXCERPT - 1].rstrip() + "…"


def _count_held(sentence: str, terms: Sequence[str]) -> int:
    tokens = list_tokens(sentence)
    return sum(any(token.startswith(term) for token in tokens) for term in terms)


def _plain(line: str) -> str:
    without_pictures = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", line)
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", without_pictures)
    return re.sub(r"^[\s>#*+\-\d.|]+|[*_`|]", "", words).strip()
