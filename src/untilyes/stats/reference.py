"""The reference page of this library, written from its own docstrings: every public name, what it does, its source."""

import inspect
import re
from importlib import import_module
from typing import Any, Final

from untilyes.stats import FAMILIES

_CHAPTERS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("Choose for me", ("chooser", "results", "cells", "told")),
    ("Shares", ("shares", "changes", "comparisons", "watched")),
    ("Scores and means", ("scores", "score_changes", "means", "response_styles")),
    ("Many at once", ("multiplicity", "leagues")),
    ("Over time", ("charts", "seasons", "changepoints", "interrupted", "bursts")),
    ("Durations", ("durations", "waiting", "survival")),
    ("Scales", ("questionnaire", "servqual", "reliability", "kano", "importance")),
    ("Trust", ("trust",)),
    (
        "Drivers",
        (
            "drivers", "driver_results", "gram", "shapley", "relative_weights", "dominance", "logistic",
            "collinearity",
        ),
    ),
    ("Thresholds and shapes", ("shapes", "thresholds")),
    ("Leaving", ("hazards", "attribution", "purchases", "calibration")),
    ("Engagement", ("engagement", "yardstick")),
    ("Who answers", ("weights", "nonresponse")),
    ("Staffing", ("volumes", "staffing")),
)  # fmt: skip
"""Families in reading order; `render` refuses to leave one out."""

_AUTHOR: Final = r"[A-Z](?:\.|[\w'’-]*)"
_SOURCE: Final = re.compile(
    rf"(?:{_AUTHOR}(?:,? (?:&|and|et al\.|{_AUTHOR}))*,? )?\((?:[A-Z][^()]*?,? )?(?:1[89]|20)\d\d[^()]*\)"
)


def render() -> str:
    """The page docs/reference/statistics.md as Markdown. Raises when a family has no chapter."""
    placed = {family for _, families in _CHAPTERS for family in families}
    if missing := sorted(set(FAMILIES) - placed):
        raise ValueError(f"families without a chapter: {', '.join(missing)}; add them to _CHAPTERS.")
    parts = [_HEAD, *(_chapter(title, families) for title, families in _CHAPTERS)]
    return "\n".join(parts).rstrip() + "\n"


_HEAD: Final = """# Statistics: every public name

Generated from the docstrings of `untilyes.stats`; `help(untilyes.stats.NAME)` has the formula, shapes, errors and an
example of each. Which one to take: [explanation](../explanation/statistics.md). How to work with them:
[tutorial](../tutorials/statistics.md).
"""


def _chapter(title: str, families: tuple[str, ...]) -> str:
    return "\n".join([f"## {title}\n", *(_family(family) for family in families if family in FAMILIES)])


def _family(family: str) -> str:
    module = import_module(f"untilyes.stats.{family}")
    head = f"### `{family}`\n\n{_first(module)}\n"
    rows = [_row(name, getattr(module, name)) for name in sorted(FAMILIES[family], key=_functions_first(module))]
    return "\n".join([head, "| name | what it does | source |", "|---|---|---|", *rows, ""])


def _functions_first(module: Any) -> Any:
    return lambda name: (not inspect.isfunction(getattr(module, name)), name.lower())


def _row(name: str, thing: Any) -> str:
    if not (inspect.isfunction(thing) or inspect.isclass(thing)):
        return f"| `{name}` | a constant | |"
    shown = f"`{name}({', '.join(_arguments(thing))})`" if inspect.isfunction(thing) else f"`{name}`"
    return f"| {shown} | {_cell(_first(thing))} | {_cell(_source(thing))} |"


def _arguments(function: Any) -> list[str]:
    """Positional arguments, then the names of those that go by keyword, the optional ones with a question mark."""
    told = []
    for parameter in inspect.signature(function).parameters.values():
        optional = "" if parameter.default is inspect.Parameter.empty else "?"
        told.append(parameter.name + optional)
    return told


def _first(thing: Any) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0].split())


def _source(thing: Any) -> str:
    """Papers and books named in a docstring, each once, in their order."""
    text = " ".join(inspect.cleandoc(thing.__doc__ or "").split(">>>")[0].split())
    bare = (match.strip()[1:-1] if match.startswith("(") else match.strip() for match in _SOURCE.findall(text))
    return "; ".join(dict.fromkeys(source for source in bare if not source[0].isdigit()))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
