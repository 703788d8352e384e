"""How places, days and measures are said in a finding."""

from collections.abc import Mapping
from datetime import date
from typing import Final

_WAYS: Final = {
    "email": "by e-mail",
    "phone": "by phone",
    "chat": "by chat",
    "in_person": "in person",
    "web": "on the web",
    "mobile": "on a phone screen",
    "social": "on social media",
}

_PLACED: Final = ("promise", "touchpoint", "channel")


def tell_place(where: Mapping[str, str | None]) -> str:
    """ "refund by e-mail", "by phone", "everywhere", "promise “refund” by e-mail", "by e-mail, scale 1 to 5"."""
    told = [f"promise “{promise.replace('_', ' ')}”"] if (promise := where.get("promise")) else []
    if touchpoint := where.get("touchpoint"):
        told.append(f"{'in ' if told else ''}{touchpoint.replace('_', ' ')}")
    if channel := where.get("channel"):
        told.append(_WAYS.get(channel, f"via {channel.replace('_', ' ')}"))
    further = [f"{name} {_say(value)}" for name, value in where.items() if name not in _PLACED and value]
    return ", ".join([" ".join(told), *further] if told else further) or "everywhere"


def _say(value: str) -> str:
    return value.replace("..", " to ")


def tell_day(day: date) -> str:
    """ "6 October 2026"."""
    return f"{day.day} {day:%B %Y}"


def tell_span(first: date, last: date) -> str:
    """ "6 October 2026", or "between 29 September and 13 October 2026"."""
    if first == last:
        return tell_day(first)
    short = f"{first.day} {first:%B}" if first.year == last.year else tell_day(first)
    return f"between {short} and {tell_day(last)}"


def tell_since(first: date, last: date) -> str:
    """ "since 6 October 2026", or "since some time between 29 September and 13 October 2026"."""
    return f"since {'' if first == last else 'some time '}{tell_span(first, last)}"


def capital(text: str) -> str:
    """The first letter large."""
    return text[:1].upper() + text[1:]
