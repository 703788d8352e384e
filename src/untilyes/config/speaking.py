"""How the command line speaks: plain sentences, errors that say what to do, JSON where a program reads."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from typer.core import TyperGroup

_SENTENCES = {
    "untilyes.config.speaking": {"CannotGoOn"},
    "untilyes.config.demo.processes": {"PortTaken", "ProcessEnded"},
    "untilyes.config.demo.running": {"NotADemo"},
    "untilyes.sources.errors": {"ImportRefused"},
    "untilyes.lake.errors": {"LakeError"},
    "untilyes.analysis.measures.measure": {"UnknownDimension"},
    "django.core.exceptions": {"ImproperlyConfigured"},
}
"""Exceptions whose message is a sentence for whoever typed the command. Named, so that nothing heavy is imported."""


class CannotGoOn(Exception):
    """The command cannot do what was asked; the message says why and what to do."""


class Speaking(TyperGroup):
    """The commands, with every foreseen failure said in a sentence and code 1; the unforeseen keep their traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        except Exception as problem:
            said = _find_sentence(problem)
            if said is None:
                raise
            complain(said)
            raise typer.Exit(1) from None


def console() -> Console:
    """Where people read; wide enough for a table when nobody watches."""
    shown = Console(highlight=False)
    return shown if shown.is_terminal else Console(highlight=False, width=120)


def complain(sentence: str) -> None:
    """Say what went wrong, where errors belong."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(sentence, style="red", markup=False)


def say_json(value: object) -> None:
    """One JSON document for a program."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


@contextmanager
def progress(*, counted: bool = False, quiet: bool = False) -> Iterator[Progress]:
    """Bars on the error stream, so that the output stays clean; `counted` shows numbers instead of percent."""
    share = MofNCompleteColumn() if counted else TaskProgressColumn()
    columns = (TextColumn("{task.description:<36}"), BarColumn(), share, TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False), disable=quiet) as bars:
        yield bars


def _find_sentence(problem: BaseException) -> str | None:
    for kind in type(problem).__mro__:
        if kind.__name__ in _SENTENCES.get(kind.__module__, ()):
            return str(problem)
        if kind.__module__ == "django.db.utils" and kind.__name__ == "OperationalError":
            return f"The database cannot be used: {problem}. `untilyes doctor` looks closer."
    return None
