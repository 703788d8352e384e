"""What takes a while to work out: the worker does it, pages read what stands and say as of when.

A subject is registered once, by the room that knows it, at start-up. What it comes to is kept as JSON of its dataclass,
so it must be made of plain dataclasses, numbers, texts, dates and enums.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

if TYPE_CHECKING:
    from datetime import date

    from untilyes.lake import Lake

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Subject:
    """How one thing is worked out: from which tables of the lake, into what shape, by what.

    `work_out(lake, words, until=, progress=)` gets the words that follow the name in what is asked ("drivers:csat").
    `load` gives the shape and the function when they are needed, so that pages need not load the engine.
    """

    name: str
    tables: tuple[str, ...]
    load: Callable[[], tuple[Any, Callable[..., Any]]]

    def work_out(self, lake: "Lake", words: tuple[str, ...], *, until: "date", progress: Progress) -> str:
        """The result as text."""
        _, reckon = self.load()
        return json.dumps(
            to_jsonable_python(reckon(lake, words, until=until, progress=progress), inf_nan_mode="constants")
        )

    def read(self, told: str) -> Any:
        """The result again."""
        return _adapter(self.name).validate_python(json.loads(told))

    def stamp(self, lake: "Lake") -> str:
        """What the result depends on: changes whenever one of its tables does."""
        return ".".join(str(lake.version(table)) for table in self.tables)


_subjects: dict[str, Subject] = {}


def register_subject(subject: Subject) -> None:
    """Make a subject known under its name."""
    _subjects[subject.name] = subject


def get_subject(about: str) -> tuple[Subject, tuple[str, ...]]:
    """The subject of "name:word:word" and the words. Raises LookupError when nobody registered it."""
    name, *words = about.split(":")
    if name not in _subjects:
        raise LookupError(f"Nobody knows how to work out {name!r}.")
    return _subjects[name], tuple(words)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_subjects[name].load()[0])
