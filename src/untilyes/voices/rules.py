"""When to listen again, and what a person may do to a topic. Pure: no Django."""

from datetime import datetime, timedelta
from typing import Final

LISTEN_AT_HOUR: Final = 3
"""Voices are heard once a night, before the findings are looked for."""
AT_LEAST_APART: Final = timedelta(minutes=15)
TIMES_AS_LONG: Final = 10
"""After changes it is listened again, but never for more than about a tenth of the time."""
LOST_AFTER: Final = timedelta(hours=2)
"""The worker tries an interrupted look a few times; one that began longer ago than this will not end any more."""
LONGEST_TITLE: Final = 80


class NotPossible(ValueError):
    """The step does not fit the topic as it stands; the message says what would."""


def is_due(*, last_at: datetime | None, took: timedelta, has_changed: bool, local_now: datetime) -> bool:
    """Whether to listen anew: never heard, changed for long enough, or changed before tonight."""
    if last_at is None:
        return True
    if not has_changed:
        return False
    tonight = local_now.replace(hour=LISTEN_AT_HOUR, minute=0, second=0, microsecond=0)
    if local_now < tonight:
        tonight -= timedelta(days=1)
    return last_at < tonight or local_now - last_at >= max(AT_LEAST_APART, TIMES_AS_LONG * took)


def is_lost(started_at: datetime | None, at: datetime) -> bool:
    """Whether a look that has not ended began too long ago to do so."""
    return started_at is not None and at - started_at > LOST_AFTER


def check_title(title: str) -> str:
    """The title without what surrounds it. Raises NotPossible."""
    told = " ".join(title.split())
    if len(told) > LONGEST_TITLE:
        raise NotPossible(f"A name has at most {LONGEST_TITLE} characters; this one has {len(told)}.")
    return told
