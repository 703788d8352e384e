"""The fixed sentences of customers' pages, one YAML file a language; a test keeps their keys the same."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from django.utils import formats, translation

LANGUAGES = ("en", "de", "es", "pt")


@cache
def fixed_words(language: str) -> Mapping[str, str]:
    """Every fixed sentence in `language`; in English for a language we do not ship."""
    base = language.partition("-")[0]
    path = Path(__file__).parent / f"{base if base in LANGUAGES else 'en'}.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def say_day(moment: datetime, *, language: str, zone: str) -> str:
    """The day as the customer writes it, in the workspace's time zone."""
    with translation.override(language):
        return formats.date_format(moment.astimezone(ZoneInfo(zone)), "DATE_FORMAT")


def say_moment(moment: datetime, *, language: str, zone: str) -> str:
    """The day and the time, with the zone it is meant in."""
    there = moment.astimezone(ZoneInfo(zone))
    with translation.override(language):
        return f"{formats.date_format(there, 'DATE_FORMAT')}, {formats.date_format(there, 'TIME_FORMAT')} ({there:%Z})"
