"""Results of many parts that can say themselves aloud, and the notes that go with them.

The words are in `phrasebook`; here a note is a kind and its facts, so that a screen can react to the kind and
a person can read the sentence.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from untilyes.stats import phrasebook, wording
from untilyes.stats.results import Estimate


class _Sentence(Protocol):
    def sentence(self, locale: str = "en") -> str: ...


class Told:
    """A frozen result: `sentence(locale)` is written by the result, text and plain types follow from it."""

    __slots__ = ()

    def sentence(self, locale: str = "en") -> str:
        """What a manager reads."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.sentence()

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON or a data frame."""
        return {key: _plain(value) for key, value in asdict(self).items()}  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Note(Told):
    """Something the reader must know before believing a number.

    >>> print(note("drivers.leak", drivers=("satisfaction",)))
    satisfaction may be the outcome in disguise: leave it out unless it is known before the outcome
    """

    kind: str
    facts: tuple[tuple[str, Any], ...] = ()

    def sentence(self, locale: str = "en") -> str:
        """The note in words of `locale`."""
        return say(self.kind, locale, **dict(self.facts))

    def to_dict(self) -> dict[str, Any]:
        """The kind, the facts, and the English sentence."""
        return {"kind": self.kind, "facts": {k: _plain(v) for k, v in self.facts}, "text": str(self)}


def note(kind: str, **facts: Any) -> Note:
    """A note of a kind the phrasebook knows."""
    return Note(kind, tuple(facts.items()))


def say(kind: str, locale: str = "en", **facts: Any) -> str:
    """Fill the phrase `kind` with `facts`, each said the way its type is said.

    Names ending in `share` are said in percent; whole numbers without decimals, others with two significant
    digits; estimates by their own sentence; tuples as lists of names.

    >>> say("trust.score", score="+62", yes_share=0.7, sometimes_share=0.22, no_share=0.08)
    'Trust +62: 70 % yes, 22 % sometimes, 8 % no'
    """
    phrase = phrasebook.phrase(kind, locale)
    return phrase.format_map({name: _said(name, value, locale) for name, value in facts.items()})


def _said(name: str, value: Any, locale: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Estimate):
        return value.sentence(locale)
    if isinstance(value, (tuple, list)):
        return ", ".join(_said(name, item, locale) for item in value)
    if isinstance(value, (int, np.integer)):
        return wording.number(float(value), 0, locale)
    if isinstance(value, (float, np.floating)):
        return _number(name, float(value), locale)
    return str(value.sentence(locale))


def _number(name: str, value: float, locale: str) -> str:
    if name.endswith("share"):
        return wording.number(100 * value, 0 if abs(value) >= 0.01 or value == 0 else 1, locale) + " %"
    if value == round(value):
        return wording.number(value, 0, locale)
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return wording.number(value, decimals, locale)


def spread(estimate: Estimate, locale: str = "en", *, decimals: int = 2) -> str:
    """Value and interval with fixed decimals, where a coefficient is read and not a gauge.

    >>> spread(Estimate(0.843, 0.739, 0.916, 30, "Feldt", unit="score"))
    '0.84, between 0.74 and 0.92 (n = 30)'
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return estimate.sentence(locale)
    numbers = (wording.number(x, decimals, locale) for x in (estimate.value, estimate.low, estimate.high))
    value, low, high = numbers
    return say("estimate.spread", locale, value=value, low=low, high=high, n=wording.number(estimate.n, 0, locale))


def paragraph(parts: list[_Sentence | str], locale: str) -> str:
    """Sentences one after the other, each ended once."""
    told = [part if isinstance(part, str) else part.sentence(locale) for part in parts]
    return ". ".join(text.rstrip(".") for text in told if text)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value
