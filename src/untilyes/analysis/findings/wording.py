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


def tell_place(where: Mapping[str, str | None]) -> str:
    """ "refund by e-mail", "by phone", "everywhere"; further dimensions are named."""
    told = [str(where["touchpoint"]).replace("_", " ")] if where.get("touchpoint") else []
    if channel := where.get("channel"):
        told.append(_WAYS.get(channel, f"via {channel.replace('_', ' ')}"))
    told += [f"{name} {value}" for name, value in where.items() if name not in {"touchpoint", "channel"} and value]
    return " ".join(told) or "everywhere"


def tell_day(day: date) -> str:
    """ "6 October 2026"."""
    return f"{day.day} {day:%B %Y}"


def tell_span(first: date, last: date) -> str:
    """ "6 October 2026", or "between 29 September and 13 October 2026"."""
    if first == last:
        return tell_day(first)
    short = f"{first.day} {first:%B}" if first.year == last.year else tell_day(first)
    return f"between {short} and {tell_day(last)}"


def capital(text: str) -> str:
    """The first letter large."""
    return text[:1].upper() + text[1:]
