"""Questions to the comments: words, "phrases", AND, OR, NOT, NEAR/n and brackets, in any language.

    refund AND (late OR "never came") NOT test
    delivery NEAR/3 late
    retour*

Two words beside each other mean AND. A word is found whole and in any case; a star finds words that begin so. Operators
are written in capitals, so that "not" and "or" can be looked for like any other word.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from untilyes.analysis.voices.tokens import split_words

NEAR_AT_MOST: Final = 50
LONGEST: Final = 500
DEEPEST: Final = 30
_PIECE: Final = re.compile(r'"([^"]*)(")?|([()])|([^\s()"]+)')
_NEAR: Final = re.compile(r"NEAR(?:/(\d{1,3}))?")


class NotUnderstood(ValueError):
    """The query cannot be read; its text says why, in words for who wrote it."""


class Query(Protocol):
    """Something that a comment's words can meet."""

    def matches(self, words: Sequence[str]) -> bool:
        """Whether a comment of these words is meant."""
        ...


@dataclass(frozen=True)
class Phrase:
    """Words in a row; with `open_ended` the last one may go on."""

    words: tuple[str, ...]
    open_ended: bool = False

    def matches(self, words: Sequence[str]) -> bool:
        """Whether it stands anywhere in the words."""
        return next(self.find(words), None) is not None

    def find(self, words: Sequence[str]) -> Iterator[int]:
        """Every place where it begins."""
        size = len(self.words)
        for start in range(len(words) - size + 1):
            if all(self._fits(number, words[start + number]) for number in range(size)):
                yield start

    def _fits(self, number: int, word: str) -> bool:
        wanted = self.words[number]
        return word == wanted or (self.open_ended and number == len(self.words) - 1 and word.startswith(wanted))


@dataclass(frozen=True)
class Near:
    """Two phrases with at most `within` words between them, in either order."""

    left: Phrase
    right: Phrase
    within: int

    def matches(self, words: Sequence[str]) -> bool:
        """Whether both stand near each other, and not on the same words."""
        rights = list(self.right.find(words))
        return any(self._is_near(a, b) for a in self.left.find(words) for b in rights)

    def _is_near(self, left: int, right: int) -> bool:
        gap = right - left - len(self.left.words) if right > left else left - right - len(self.right.words)
        return 0 <= gap <= self.within


@dataclass(frozen=True)
class Both:
    """Every part."""

    parts: tuple[Query, ...]

    def matches(self, words: Sequence[str]) -> bool:
        """Whether all parts are met."""
        return all(part.matches(words) for part in self.parts)


@dataclass(frozen=True)
class Either:
    """Any part."""

    parts: tuple[Query, ...]

    def matches(self, words: Sequence[str]) -> bool:
        """Whether one part is met."""
        return any(part.matches(words) for part in self.parts)


@dataclass(frozen=True)
class Without:
    """Not this."""

    part: Query

    def matches(self, words: Sequence[str]) -> bool:
        """Whether the part is not met."""
        return not self.part.matches(words)


def read_query(text: str) -> Query:
    """The query that a text asks. Raises `NotUnderstood`.

    >>> read_query('late NEAR/2 delivery NOT test').matches(split_words("The delivery came late"))
    True
    """
    if len(text) > LONGEST:
        raise NotUnderstood(f"A search can be at most {LONGEST} characters long.")
    reader = _Reader(list(_split(text)))
    if not reader.pieces:
        raise NotUnderstood("There is no word to look for.")
    found = reader.read_either(0)
    if reader.piece is not None:
        raise NotUnderstood("A bracket is closed that was never opened.")
    return found


@dataclass(frozen=True)
class _Piece:
    """An operator or bracket as written, or a phrase to look for."""

    text: str
    phrase: Phrase | None = None


def _split(text: str) -> Iterator[_Piece]:
    for quoted, end, bracket, word in _PIECE.findall(text):
        if bracket or word in {"AND", "OR", "NOT"} or _NEAR.fullmatch(word):
            yield _Piece(bracket or word)
        elif word:
            found = tuple(split_words(word))
            if not found:
                raise NotUnderstood(f"“{word}” holds no word to look for.")
            yield _Piece(word, Phrase(found, open_ended=word.endswith("*")))
        elif not end:
            raise NotUnderstood("A quotation mark is opened and never closed.")
        else:
            found = tuple(split_words(quoted))
            if not found:
                raise NotUnderstood("There are no words between the quotation marks.")
            yield _Piece(quoted, Phrase(found))


@dataclass
class _Reader:
    """Reads pieces from left to right; OR binds least, then AND, then NOT, then NEAR."""

    pieces: list[_Piece]
    place: int = 0

    @property
    def piece(self) -> _Piece | None:
        return self.pieces[self.place] if self.place < len(self.pieces) else None

    def take(self, *, word: str) -> bool:
        """Go past this operator if it stands here."""
        here = self.piece
        if here is None or here.phrase is not None or here.text != word:
            return False
        self.place += 1
        return True

    def read_either(self, depth: int) -> Query:
        parts = [self._read_both(depth)]
        while self.take(word="OR"):
            parts.append(self._read_both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _read_both(self, depth: int) -> Query:
        parts = [self._read_not(depth)]
        while True:
            here = self.piece
            if self.take(word="AND") or (here is not None and (here.phrase is not None or here.text in {"NOT", "("})):
                parts.append(self._read_not(depth))
            else:
                return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _read_not(self, depth: int) -> Query:
        if depth > DEEPEST:
            raise NotUnderstood("Too many brackets and NOTs inside each other.")
        return Without(self._read_not(depth + 1)) if self.take(word="NOT") else self._read_one(depth)

    def _read_one(self, depth: int) -> Query:
        if self.take(word="("):
            inner = self.read_either(depth + 1)
            if not self.take(word=")"):
                raise NotUnderstood("A bracket is opened and never closed.")
            return inner
        first = self._read_phrase()
        near = self._read_near()
        if near is None:
            return first
        both = Near(first, self._read_phrase(), near)
        if self._read_near() is not None:
            raise NotUnderstood("NEAR stands between two words or phrases; write AND between two of them.")
        return both

    def _read_near(self) -> int | None:
        here = self.piece
        found = _NEAR.fullmatch(here.text) if here is not None and here.phrase is None else None
        if found is None:
            return None
        self.place += 1
        within = int(found.group(1) or 5)
        if within > NEAR_AT_MOST:
            raise NotUnderstood(f"NEAR reaches at most {NEAR_AT_MOST} words.")
        return within

    def _read_phrase(self) -> Phrase:
        here = self.piece
        if here is None:
            raise NotUnderstood("The search ends where a word was expected.")
        if here.phrase is None:
            raise NotUnderstood(f"A word is missing before {here.text}.")
        self.place += 1
        return here.phrase
