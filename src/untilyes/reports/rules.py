"""When a digest is due, who gets one, where a channel may lead. Pure: no Django."""

import ipaddress
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

DIGEST_AT_HOUR = 8
"""Digests leave on Mondays at this hour of the workspace's day, or as soon after it as the worker is there."""

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
"""How long to wait before each further try; after the last one a message is given up."""


class Shape(StrEnum):
    """Whose words a channel understands."""

    SLACK = "slack"
    TEAMS = "teams"
    PLAIN = "plain"


class NotAnAddress(ValueError):
    """The address is none we may send to; the message says what to write."""


def find_monday(local_now: datetime) -> date | None:
    """The Monday whose digest is due: this week's from its hour on, and nothing before that."""
    monday = local_now.date() - timedelta(days=local_now.weekday())
    begins = local_now.replace(hour=DIGEST_AT_HOUR, minute=0, second=0, microsecond=0)
    is_monday_morning = local_now.date() == monday and local_now < begins
    return None if is_monday_morning else monday


def find_next_try(attempts: int, at: datetime) -> datetime | None:
    """When a message that has failed `attempts` times is tried again; None when it is given up."""
    return at + BACK_OFF[attempts - 1] if attempts <= len(BACK_OFF) else None


def check_address(address: str) -> str:
    """The address without spaces around it. Raises NotAnAddress.

    What is found goes over the wire encrypted, except to a chat server in the same house.
    """
    clean = address.strip()
    parts = urlsplit(clean)
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(clean) > 1_000:
        raise NotAnAddress("Copy the whole address of the incoming webhook; it begins with https://.")
    if parts.scheme == "http" and not _is_in_the_house(parts.hostname):
        raise NotAnAddress("This address is not encrypted. Use https://, or a server in your own network.")
    return clean


def _is_in_the_house(host: str) -> bool:
    try:
        known = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or "." not in host
    return known.is_private and not known.is_link_local


def mask_address(address: str) -> str:
    """The host and the last four signs: enough to tell two apart, too little to use.

    >>> mask_address("https://hooks.slack.com/services/T0/B0/secret9876")
    'hooks.slack.com …9876'
    """
    parts = urlsplit(address)
    return f"{parts.hostname} …{address[-4:]}"
