"""A sign of life from the worker: a file whose age tells when the rhythm was last kept."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings


def beat() -> None:
    """Leave a sign; the worker does so every few seconds."""
    _path().touch()


def find_last_beat() -> datetime | None:
    """When the worker last left one, or None if it never did."""
    path = _path()
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None


def _path() -> Path:
    home: Path = settings.HOME
    return home / "worker.beat"
