"""What was worked out of the facts, kept in files beside them so that nobody has to work it out again.

A keeping is a folder of Parquet files whose name says of which state of which tables they tell. It is whole or not
there: it is written beside its place and moved into it. Once a table has moved on it tells of the past, and whoever
asks works it out as if nothing were kept. Who reads one holds its lock, so that it is not taken away meanwhile; after
an erasure it is taken away as soon as nobody reads it.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

LOCK: Final = ".lock"
BEGUN: Final = ".begun"
REST: Final = 20
"""Nothing is worked out anew before this many times as long have passed as it took the last time."""


@dataclass(frozen=True)
class Keeping:
    """What is kept: its name, its edition (which rises when its parts change), and the tables it is worked out of."""

    name: str
    edition: int
    tables: tuple[str, ...]


class Versioned(Protocol):
    """What tells the states of its tables."""

    def state(self, table: str) -> str: ...


class KeepingFolder:
    """Where a lake has its keepings: a folder per name, in it one per state of the facts."""

    def __init__(self, root: Path, lake: Versioned) -> None:
        self.root = root
        self._lake = lake

    def places(self, *keepings: Keeping) -> list[Path]:
        """Where the keepings of this moment are, or would be."""
        tables = dict.fromkeys(table for keeping in keepings for table in keeping.tables)
        states = {table: f"{table}={self._lake.state(table)}" for table in tables}
        return [
            self.root / one.name / ",".join((str(one.edition), *(states[table] for table in one.tables)))
            for one in keepings
        ]

    @contextmanager
    def open(self, *keepings: Keeping) -> Iterator[dict[str, Path]]:
        """The files of what is kept of this moment, by their part; nobody takes them away before it is left."""
        files: dict[str, Path] = {}
        with ExitStack() as held:
            for place in self.places(*keepings):
                with suppress(FileNotFoundError):
                    lock = held.enter_context((place / LOCK).open("rb"))
                    fcntl.flock(lock, fcntl.LOCK_SH)
                    files |= {file.stem: file for file in place.glob("*.parquet")}
            yield files

    def is_due(self, keeping: Keeping, *, at: datetime) -> bool:
        """Whether nothing tells of this moment, and the last was finished long enough ago for what it took."""
        (place,) = self.places(keeping)
        if place.exists():
            return False
        past = [_times_of(one) for one in _list_places(place.parent)]
        return all(at.timestamp() >= done + REST * (done - begun) for begun, done in past)

    def alone(self, keeping: Keeping) -> AbstractContextManager[None]:
        """While it is held nobody else fills or empties the keeping."""
        return _alone(self.root / keeping.name)

    @contextmanager
    def fill(self, keeping: Keeping) -> Iterator[Path | None]:
        """A folder to write the parts into, which becomes the keeping of this moment; None where there is one already.

        To be used `alone`.
        """
        (place,) = self.places(keeping)
        if place.exists():
            yield None
            return
        begun = place.with_name(BEGUN)
        shutil.rmtree(begun, ignore_errors=True)
        begun.mkdir()
        (begun / LOCK).touch()
        try:
            yield begun
            begun.rename(place)
            for past in set(_list_places(place.parent)) - {place}:
                _remove(past, wait=False)
        finally:
            shutil.rmtree(begun, ignore_errors=True)

    def forget_the_past(self) -> None:
        """Take away whatever does not tell of this moment, once nobody reads or writes it any more."""
        for folder in self.root.iterdir() if self.root.is_dir() else ():
            with _alone(folder):
                shutil.rmtree(folder / BEGUN, ignore_errors=True)
                for place in _list_places(folder):
                    if not self._is_of_now(place.name):
                        _remove(place, wait=True)

    def _is_of_now(self, name: str) -> bool:
        states = (told.partition("=") for told in name.split(",")[1:])
        return all(self._lake.state(table) == state for table, _, state in states)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _list_places(folder: Path) -> list[Path]:
    return [place for place in folder.glob("*,*") if place.is_dir()]


def _times_of(place: Path) -> tuple[float, float]:
    """When it was begun and when it was done, in seconds since 1970."""
    return (place / LOCK).stat().st_mtime, max(file.stat().st_mtime for file in place.glob("*"))


def _remove(place: Path, *, wait: bool) -> None:
    with (place / LOCK).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # somebody reads it: it goes with the next
            return
        shutil.rmtree(place)
