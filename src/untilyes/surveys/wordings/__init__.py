"""The shipped wordings: the confirmation, the names of answers, the sentences of our messages. One file a language."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from untilyes.surveys.definition import GOOD_JOB, GOT_IT, MISSING, Condition, Definition, Kind, Question

LANGUAGES = ("en", "de", "es", "pt")


@cache
def _read(language: str) -> dict[str, Any]:
    text = (Path(__file__).parent / f"{language}.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def fixed_words(language: str) -> Mapping[str, str]:
    """The sentences of our messages in `language`; in English for a language we do not ship."""
    return dict(_read(_shipped(language))["mail"])


def option_words(kind: Kind, option: str, language: str) -> str:
    """What an answer is called, such as "yes" or "sometimes"; a number is called by itself."""
    return str(_read(_shipped(language))["options"].get(f"{kind.value}.{option}", option))


def choose_language(wanted: str, *, offered: Sequence[str]) -> str:
    """The customer's language when the survey offers it, or its base language, or the survey's first."""
    for candidate in (wanted, wanted.partition("-")[0]):
        if candidate and candidate in offered:
            return candidate
    return offered[0] if offered else "en"


@cache
def shipped_confirmation() -> Definition:
    """The two questions, and what was missing when an answer was no, in every shipped language."""
    said_no = (Condition(question=GOT_IT, among=("no",)), Condition(question=GOOD_JOB, among=("no",)))
    return Definition(
        questions=(
            Question(key=GOT_IT, kind=Kind.YES_NO, words=_confirmation(GOT_IT), required=True),
            Question(key=GOOD_JOB, kind=Kind.YES_NO, words=_confirmation(GOOD_JOB), required=True),
            Question(key=MISSING, kind=Kind.LONG_TEXT, words=_confirmation(MISSING), show_if=said_no),
        ),
        touchpoints={
            touchpoint: {
                key: {language: _touchpoints(language)[touchpoint][key] for language in LANGUAGES} for key in keys
            }
            for touchpoint, keys in _touchpoints("en").items()
        },
    )


def _confirmation(key: str) -> dict[str, str]:
    return {language: _read(language)["confirmation"][key] for language in LANGUAGES}


def _touchpoints(language: str) -> Mapping[str, Mapping[str, str]]:
    return dict(_read(language)["touchpoints"])


def _shipped(language: str) -> str:
    base = language.partition("-")[0]
    return base if base in LANGUAGES else "en"
