"""Until when a case may rest, as people say it. Pure: no Django."""

from datetime import datetime, time, timedelta
from typing import Final

from untilyes.cases.rules import NotPossible

MORNING: Final = time(9)
HOURS: Final = timedelta(hours=3)
SNOOZES: Final = {
    "hours": "3 hours",
    "tomorrow": "tomorrow, 9:00",
    "days": "3 days, 9:00",
    "monday": "next Monday, 9:00",
}


def find_snooze_end(word: str, *, at: datetime) -> datetime:
    """The moment a word of SNOOZES means, or the one an ISO date and time names, in the zone of `at`.

    Mornings are nine o'clock on the wall, whatever the clocks did in the night. Raises NotPossible.

    >>> from zoneinfo import ZoneInfo
    >>> saturday = datetime(2026, 3, 28, 20, tzinfo=ZoneInfo("Europe/Berlin"))
    >>> find_snooze_end("tomorrow", at=saturday).isoformat()
    '2026-03-29T09:00:00+02:00'
    """
    if word == "hours":
        return at + HOURS
    days = {"tomorrow": 1, "days": 3, "monday": 7 - at.weekday()}.get(word)
    if days is not None:
        return datetime.combine(at.date() + timedelta(days=days), MORNING, tzinfo=at.tzinfo)
    try:
        return datetime.fromisoformat(word).replace(tzinfo=at.tzinfo)
    except ValueError as error:
        raise NotPossible("Choose until when.") from error
