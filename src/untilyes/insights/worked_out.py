"""What the worker works out for pages: what matters, where waits go wrong, and what one customer is held against."""

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from untilyes.feedback.narrowing import narrow_lake
from untilyes.insights.subjects import Progress, Subject, register_subject

if TYPE_CHECKING:
    from untilyes.lake import Lake


CROWD: Final = "crowd"
"""Everybody's year, by which one customer is placed."""
USUAL_PATHS: Final = "usual_paths"
"""The way most journeys go, against which one customer's are held."""


def register_all() -> None:
    """Make the subjects known."""
    register_subject(Subject(CROWD, ("events", "answers", "customers"), _load_crowd))
    register_subject(Subject(USUAL_PATHS, ("events",), _load_usual_paths))
    register_subject(Subject("gaps", ("events", "answers", "outcomes", "customers"), _load_gaps))
    register_subject(Subject("matters", ("answers", "interactions", "outcomes", "customers"), _load_matters))


def _load_crowd() -> tuple[Any, Any]:
    from untilyes.analysis.engagement import Crowd, read_crowd  # noqa: PLC0415 - loads the engine

    def reckon(lake: "Lake", words: tuple[str, ...], *, until: "date", progress: Progress) -> Crowd:  # noqa: ARG001
        progress("Counting what customers do and say", 0.0)
        return read_crowd(lake, until=until)

    return Crowd, reckon


def _load_usual_paths() -> tuple[Any, Any]:
    from untilyes.analysis.journeys import UsualPaths, read_usual_paths  # noqa: PLC0415 - loads the engine

    def reckon(lake: "Lake", words: tuple[str, ...], *, until: "date", progress: Progress) -> UsualPaths:  # noqa: ARG001
        progress("Finding the usual path of each process", 0.0)
        return read_usual_paths(lake)

    return UsualPaths, reckon


def _load_gaps() -> tuple[Any, Any]:
    from untilyes.analysis.journeys import Basis, Gaps, open_log, read_gaps  # noqa: PLC0415 - loads the engine

    def reckon(lake: "Lake", words: tuple[str, ...], *, until: date, progress: Progress) -> Gaps:
        process, by, segment = (*words, "", "", "")[:3]
        progress("Laying out the journeys", 0.0)
        basis = Basis(by) if by in set(Basis) else None
        lake = narrow_lake(lake, segment, at=_end_of(until))
        with open_log(lake, process=process, basis=basis) as log:
            return read_gaps(log, progress=lambda share: progress("Looking along the waits", 0.1 + 0.9 * share))

    return Gaps, reckon


def _load_matters() -> tuple[Any, Any]:
    from untilyes.analysis.drivers import WhatMatters, read_what_matters  # noqa: PLC0415 - loads the engine

    def reckon(lake: "Lake", words: tuple[str, ...], *, until: date, progress: Progress) -> WhatMatters:
        outcome, year, segment = (*words, "", "")[:3]
        theirs = narrow_lake(lake, segment, at=_end_of(until))
        return read_what_matters(
            theirs, outcome, today=until, year=int(year) if year.isdecimal() else None, progress=progress
        )

    return WhatMatters, reckon


def _end_of(until: date) -> datetime:
    return datetime.combine(until, time(), UTC)
