"""From text to words, in any language: letters stay together, scripts without spaces become pairs of characters."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

_NOISE: Final = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+|@\w+(?:['’]s)?")


def _list_marks() -> str:
    """Vowel signs and accents of their own (Devanagari, Thai, Arabic …), which are no letters to Python."""
    return "".join(chr(code) for code in range(0x300, 0xAC00) if unicodedata.category(chr(code))[0] == "M")


_LETTERS: Final = rf"(?:[^\W_]+[{_list_marks()}]*)+"
_WORD: Final = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*")
# Scripts written without spaces: Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar.
_UNSPACED: Final = re.compile("[฀-໿က-႟ក-៿぀-ヿ㐀-䶿一-鿿豈-﫿]+")
FUNCTION_WORDS: Final = 30


def split_words(text: str) -> list[str]:
    """The words of a text in lower case, without addresses, handles and punctuation.

    Runs of a script without spaces are cut into overlapping pairs of characters, which find phrases almost as well as
    a dictionary does and need none (Nie et al. 2000).

    >>> split_words("Still WAITING for @shop's refund: https://shop.example")
    ['still', 'waiting', 'for', 'refund']
    >>> split_words("返金が遅い")
    ['返金', '金が', 'が遅', '遅い']
    """
    clean = _NOISE.sub(" ", unicodedata.normalize("NFKC", text)).lower().replace("’", "'")
    found: list[str] = []
    for word in _WORD.findall(clean):
        place = 0
        for run in _UNSPACED.finditer(word):
            found += [word[place : run.start()]] if run.start() > place else []
            found += _pairs(run.group())
            place = run.end()
        found += [word[place:]] if place < len(word) else []
    return found


def split_phrases(words: Sequence[str], *, common: frozenset[str], longest: int = 3) -> set[str]:
    """Words and word sequences up to `longest` that neither begin nor end with a common word or a bare number.

    >>> sorted(split_phrases(["waiting", "for", "the", "label"], common=frozenset({"for", "the"})))
    ['label', 'waiting', 'waiting for the label']
    """
    may_stand = [word not in common and len(word) > 1 and not word.isdigit() for word in words]
    found = set[str]()
    for start, begins in enumerate(may_stand):
        if not begins:
            continue
        for end in range(start, min(start + longest + 1, len(words))):
            inner = sum(may_stand[start : end + 1])
            if may_stand[end] and (end - start < longest or inner == 2):
                found.add(" ".join(words[start : end + 1]))
    return found


def find_common(texts: Iterable[Sequence[str]], *, most: int = FUNCTION_WORDS) -> frozenset[str]:
    """The words that the most texts hold: in every language they are its function words (Zipf's law does the work)."""
    seen: Counter[str] = Counter()
    for words in texts:
        seen.update(set(words))
    return frozenset(word for word, _ in seen.most_common(most))


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[place : place + 2] for place in range(len(run) - 1)]
