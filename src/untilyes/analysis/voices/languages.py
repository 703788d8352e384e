"""Which language a comment is written in: by its letters, with what is likely here as a prior, and unknown when short.

A naive Bayes model over byte sequences (Lui & Baldwin 2012; py3langid, its table comes with the package) gives every
language's chance. That is multiplied with what one would have said unread: the language that the survey or the source
names, then the languages of the workspace, then the commonest others. What stays below nine in ten is unknown, unless
the source named a language: then its word stands.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, Final

_COMMON = """
ar bg ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv nb nl pl pt ro ru sk sl sr sv th tr uk vi zh
"""
COMMON: Final = frozenset(_COMMON.split())
"""Languages that anybody's comments may be in; a rarer one is looked for where the workspace or a source names it."""
SURE: Final = 0.9
NAMED: Final = 0.8
"""How much the source's word weighs before reading: most surveys are answered in the language they were asked in."""
LIKELY: Final = 0.9
"""Of what is left to others, this part goes to the languages of the workspace."""


def tell_languages(texts: Sequence[str], named: Sequence[str], *, likely: Collection[str] = ()) -> list[str]:
    """The ISO 639-1 language of each text, or "" where nobody can tell. `named` is what the source says, or "".

    `likely` are the languages one expects here.

    >>> tell_languages(["Die Rücksendung ist nicht da", "ok", "ok"], ["", "", "de"])
    ['de', '', 'de']
    """
    known = {_short(code) for code in (*likely, *named)} - {""}
    reader = _load_reader(frozenset(COMMON | known))
    expected = {_short(code) for code in likely}
    return [_tell(reader, text, _short(name), expected) for text, name in zip(texts, named, strict=True)]


def _tell(reader: Any, text: str, named: str, expected: Collection[str]) -> str:
    if not any(map(str.isalpha, text)):
        return named
    weighed = [(float(chance) * _prior(code, named, expected), code) for code, chance in reader.rank(text)]
    best, language = max(weighed)
    whole = sum(weight for weight, _ in weighed)
    return language if whole > 0 and best >= SURE * whole else named


def _prior(code: str, named: str, expected: Collection[str]) -> float:
    if named:
        return NAMED if code == named else (1 - NAMED) * (LIKELY if code in expected else 1 - LIKELY)
    return LIKELY if code in expected else 1 - LIKELY


def _short(code: str) -> str:
    """ "pt" of "pt-BR"; Norwegian is written nb."""
    short = code.partition("-")[0].lower()
    return "nb" if short == "no" else short


@lru_cache(maxsize=4)
def _load_reader(languages: frozenset[str]) -> Any:
    """A reader of these languages. Each has its own: restricting the shared one would restrict everybody's."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - a second to load

    reader = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    reader.set_languages(sorted(languages & set(reader.labels)))
    return reader
