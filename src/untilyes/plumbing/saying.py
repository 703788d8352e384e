"""How a day and a moment are said in a customer's language and a house's zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats, translation


def say_day(moment: datetime, *, language: str, zone: str) -> str:
    """The day as the customer writes it, in the workspace's time zone."""
    with translation.override(language):
        return formats.date_format(moment.astimezone(ZoneInfo(zone)), "DATE_FORMAT")


def say_moment(moment: datetime, *, language: str, zone: str) -> str:
    """The day and the time, with the zone it is meant in."""
    there = moment.astimezone(ZoneInfo(zone))
    with translation.override(language):
        return f"{formats.date_format(there, 'DATE_FORMAT')}, {formats.date_format(there, 'TIME_FORMAT')} ({there:%Z})"
