"""What may be explained, and what may explain it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

DAYS: Final = 365
OUTCOMES: Final[Mapping[str, str]] = {
    "effective": "a yes to both questions",
    "trust": "trust",
    "csat": "satisfaction",
}
"""What may be explained, and how it is told."""
OVERALL: Final = ("got_it", "good_job", "effective", "trust", "csat", "nps", "ces", "stars")
"""Answers that judge the whole. They are no ratings of a part, so none of them explains another."""

FEWEST: Final = 200
FEWEST_OF_A_SORT: Final = 30
ROWS_A_COLUMN: Final = 10
KNOWN: Final = 0.8
"""A metric that is known for fewer of the answers is left out: only complete rows count, and it would cost the rest."""
MOST_LEVELS: Final = 8
MOST_RATINGS: Final = 30
MOST_TOPICS: Final = 16
COMMON: Final = 0.02
"""A topic of fewer of the comments than this says nothing about all that were written."""
RATED: Final = 0.05
"""A part that fewer of those who judged the whole have rated says nothing about the whole."""
ALWAYS: Final = 0.995
"""A part that nearly all rated counts as it is; another stands beside whether it was rated, which says something."""
TOGETHER: Final = 0.6
"""Metrics that move together as closely as this (correlation) are told as a group as well."""
ALIKE: Final = 0.95
"""Metrics that move together as closely as this (correlation) are one metric under two names."""
NEGLIGIBLE: Final = 0.02
"""What surely explains less than this part of the differences between answers need not be reported (Cohen's small)."""


Span = tuple[date, date]
Scale = tuple[float, float, bool]


class Source(StrEnum):
    """Where the metrics come from."""

    OPERATIONS = "operations"  # what we recorded of the interaction
    RATINGS = "ratings"  # what the same customer said about its parts
    TOPICS = "topics"  # what the comment beside the answer is about


@dataclass(frozen=True)
class Metric:
    """Something that may go with the answer: its name, how it is told, what more of it is, what one would work on."""

    key: str
    told: str
    more: str = "the more"
    aim: str = ""


OPERATIONS: Final = (
    Metric("contacts", "how often they had to get in touch", "the more often", "how few contacts it takes"),
    Metric("handoffs", "how often it changed hands", "the more often", "how seldom work changes hands"),
    Metric("reopens", "how often it was opened again", "the more often", "how seldom it is opened again"),
    Metric("duration", "how long it took", "the longer", "how long it takes"),
    Metric("promise_broken", "whether a promise was broken", "where one was", "how few promises are broken"),
    Metric("margin", "how early or late we were", "the earlier", "how early we are"),
)
BLOCKS: Final = (Metric("channel", "the channel"), Metric("touchpoint", "the touchpoint"))


def tell_way(name: str, source: Source, *, up: bool) -> str:
    """Which way a metric goes: "the longer, the worse", "worse where one was", "the better rated, the better"."""
    fares = "better" if up else "worse"
    if source is Source.RATINGS:
        return f"the better rated, the {fares}"
    if source is Source.TOPICS:
        return f"who writes of it fares {fares}"
    more = next((metric.more for metric in OPERATIONS if metric.key == name), "the more")
    return f"{fares} {more}" if more.startswith("where") else f"{more}, the {fares}"
