"""Believable short texts: an opening, what happened, an ending, dressed for the place where it was said."""

from __future__ import annotations

from itertools import product

import numpy as np

from untilyes.sim.clockwork import Texts
from untilyes.sim.phrases import CORES, ENDINGS, OPENINGS, PRAISES, PRODUCTS

_TAGS = {"en": "#travel", "de": "#reisen", "es": "#viajar", "pt": "#viajar"}


def write_texts(rng: np.random.Generator, languages: Texts, causes: Texts, sources: Texts) -> Texts:
    """Write one text per row in its language about its cause; social posts address the company."""
    texts = np.empty(len(languages), dtype="U200")
    for language in np.unique(languages).tolist():
        for cause in np.unique(causes).tolist():
            here = np.flatnonzero((languages == language) & (causes == cause))
            if len(here):
                texts[here] = rng.choice(_sentences(language, cause), size=len(here))
    social = sources == "social"
    for language, tag in _TAGS.items():
        here = social & (languages == language)
        texts[here] = np.char.add(np.char.add("@fernweh ", texts[here]), f" {tag}")
    return texts


def _sentences(language: str, cause: str) -> Texts:
    """Return every text the grammar makes for a cause in a language."""
    mood = "plain" if cause.startswith("ask_") else "good" if cause in PRAISES else "bad"
    parts = product(OPENINGS[language][mood], _cores(language, cause), ENDINGS[language][mood])
    return np.array([" ".join(part for part in text if part) for text in parts])


def _cores(language: str, cause: str) -> list[str]:
    filled = {
        core.format(p=name, d=days) for core in CORES[cause][language] for name in PRODUCTS for days in range(2, 7)
    }
    return sorted(filled)
