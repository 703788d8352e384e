"""What sort of comment it is: a wish (what people ask for), a question, or a plan to leave; told by how it is worded.

Praise and complaints are told by how a comment sounds (`sentiment`); a wish is neither. The cues are word lists per
language, applied to comments of that language only; a comment may be several things, and most are none.
"""

import re
from collections.abc import Mapping
from typing import Final

from untilyes.analysis.voices.cues import LEAVINGS, QUESTIONS, WISHES

WISH, QUESTION, LEAVING = "wish", "question", "leaving"
LEANS: Final = 4
"""A question of so few words says too little by itself: "how does it work?"."""
KINDS: Final = (WISH, QUESTION, LEAVING)


def _read(cues: str) -> str:
    """The cues of one language as one expression."""
    return "|".join(one.strip() for line in cues.strip().splitlines() for one in line.split(" | "))


def _compile(cues: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {language: re.compile(rf"\b(?:{_read(words)})", re.IGNORECASE) for language, words in cues.items()}


def _compile_question(words: str) -> re.Pattern[str]:
    """Begins a clause (a handle may stand before it) and ends in a question mark."""
    return re.compile(rf"(?:^|[.!?…,;:]\s*)(?:@\S+\s+)*¿?(?:{_read(words)})[^.!?]*[?？]", re.IGNORECASE)


_CUES: Final = {WISH: _compile(WISHES), LEAVING: _compile(LEAVINGS)}
_ASKING: Final = {language: _compile_question(words) for language, words in QUESTIONS.items()}
_ANY_QUESTION: Final = re.compile(r"\w[^.!?？]*[?？]")
_ADDRESS: Final = re.compile(r"https?://\S+|www\.\S+")


def find_question(text: str, language: str) -> str:
    """The first question in a comment, as it was asked and without what stands around it; nothing where none is.

    One of few words leans on what was said before it and keeps the whole of its sentence, or the sentence before.

    >>> find_question("Shoes came late. @acme How do I send them back? Thanks.", "en")
    'How do I send them back?'
    >>> find_question("Hello. I want to return the tent, how does it work?", "en")
    'I want to return the tent, how does it work?'
    >>> find_question("Hello. I want to return the tent. How does it work? Thanks", "en")
    'I want to return the tent. How does it work?'
    """
    plain = _plain(text)
    asked = _ASKING.get(language, _ANY_QUESTION).search(plain)
    if asked is None:
        return ""
    sentences = re.split(r"(?<=[.!?…])\s+|\n+", plain[: asked.end()])
    wider = (asked.group(), sentences[-1], " ".join(sentences[-2:]))
    return next((said for one in wider if len((said := _strip(one)).split()) > LEANS), _strip(wider[-1]))


def _strip(question: str) -> str:
    return re.sub(r"^(?:[\s.!?…,;:]|@\S+)+", "", question).strip()


def _plain(text: str) -> str:
    return _ADDRESS.sub(" ", text).replace("’", "'")


def tell_kinds(text: str, language: str) -> tuple[str, ...]:
    """The sorts of comment it is, in the order of `KINDS`; in languages without cues, a question by its mark alone.

    >>> tell_kinds("I wish you had a night drop. How do I get the label?", "en")
    ('wish', 'question')
    >>> tell_kinds("Seriously?", "en")
    ()
    """
    plain = _plain(text)
    found = [kind for kind, cues in _CUES.items() if language in cues and cues[language].search(plain)]
    asking = _ASKING.get(language, _ANY_QUESTION)
    found += [QUESTION] if asking.search(plain) else []
    return tuple(kind for kind in KINDS if kind in found)
