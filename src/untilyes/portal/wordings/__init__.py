"""The fixed sentences of customers' pages, one YAML file a language; a test keeps their keys the same."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

LANGUAGES = ("en", "de", "es", "pt")


@cache
def fixed_words(language: str) -> Mapping[str, str]:
    """Every fixed sentence in `language`; in English for a language we do not ship."""
    base = language.partition("-")[0]
    path = Path(__file__).parent / f"{base if base in LANGUAGES else 'en'}.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))
