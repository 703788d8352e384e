"""How measures, cells and days are said on staff pages."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from untilyes.voices.queries import name_topics

SOURCES: Final = {
    "survey": "Surveys",
    "ticket": "Tickets",
    "review": "Reviews",
    "social": "Social posts",
    "chat": "Chats",
    "call": "Calls",
    "community": "Community",
    "event": "Events",
}

MEASURES: Final = {
    "effectiveness": "Effectiveness",
    "got_it": "Got what they needed",
    "good_job": "We did a good job",
    "timely": "In time",
    "complete": "Complete",
    "courteous": "Courteous",
    "first_time_yes": "First-time yes",
    "no_to_yes": "No to yes",
    "time_to_yes": "Time to yes",
    "trust": "Trust",
    "nps": "Net promoter score",
    "csat": "Satisfaction",
    "ces": "Customer effort",
    "promise_kept": "Promise kept",
    "margin": "Margin",
    "source_mix": "Source mix",
    "response_rate": "Response rate",
}

NOBODY: Final = "not said"


def tell_measure(name: str) -> str:
    """The measure's name for people."""
    return MEASURES.get(name, name.replace("_", " ").capitalize())


def tell_value(dimension: str, value: object) -> str:
    """A value of a dimension for people; what nobody recorded is said to be so."""
    if isinstance(value, date):
        return tell_day(value, dimension=dimension)
    text = str(value) if value is not None else ""
    if dimension == "source":
        return SOURCES.get(text, text)
    if dimension == "topic" and text and text != "None":
        return name_topics().get(text, text)
    if dimension == "scale":
        return text.replace("..", " to ")
    return text.replace("_", " ") if text and text != "None" else NOBODY


def tell_cell(measure: str, key: Mapping[str, object]) -> str:
    """ "Effectiveness: delivery by e-mail"."""
    where = ", ".join(tell_value(dimension, value) for dimension, value in reversed(list(key.items())))
    return f"{tell_measure(measure)}: {where}" if where else tell_measure(measure)


def tell_day(day: date, *, dimension: str = "day") -> str:
    """ "14 Nov", with the year where the period is a month."""
    return f"{day:%B %Y}" if dimension == "month" else f"{day.day} {day:%b}"
