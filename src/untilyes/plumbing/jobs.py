"""Errands for the worker: done once soon (`enqueue`), or again and again (`every`).

The queue is django-q2 on the product's own database, so that an errand enqueued in a transaction that rolls back is
never run, and one interrupted by a killed worker is run again. Errands must therefore be harmless to repeat.
"""

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any

from django.db import close_old_connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


@dataclass
class Rhythm:
    """An errand done again and again, at least `interval` apart."""

    errand: str
    interval: timedelta
    next_at: float = field(default=0.0)


_rhythms: dict[str, Rhythm] = {}


def enqueue(errand: str, *args: Any, **kwargs: Any) -> None:
    """Have the worker call `errand` (dotted path) soon, as part of the current transaction."""
    from django_q.tasks import async_task  # noqa: PLC0415 - django-q reads settings on import

    async_task(errand, *args, **kwargs)


def every(interval: timedelta, errand: str) -> None:
    """Have the worker call `errand` (dotted path) about every `interval`, one errand at a time."""
    _rhythms[errand] = Rhythm(errand, interval)


def keep_rhythm(stop: Event, *, pause: float = 0.2) -> None:
    """Run the rhythmic errands until `stop` is set; an errand that fails is logged and tried again next time."""
    while not stop.is_set():
        for rhythm in _rhythms.values():
            if time.monotonic() >= rhythm.next_at and not stop.is_set():
                _run(rhythm)
        stop.wait(pause)


def _run(rhythm: Rhythm) -> None:
    close_old_connections()
    try:
        import_string(rhythm.errand)()
    except Exception:
        logger.exception("The errand %s failed; it is tried again in %s.", rhythm.errand, rhythm.interval)
    rhythm.next_at = time.monotonic() + rhythm.interval.total_seconds()
