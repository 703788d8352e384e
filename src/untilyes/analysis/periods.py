"""One measure in one stretch of days against another, as a whole and cell by cell, verdicts corrected together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from untilyes.analysis.changes import Examination, Shift
from untilyes.analysis.measures import Cell, Measure, Reading
from untilyes.analysis.measures.measure import Among, Where
from untilyes.lake import Lake
from untilyes.stats.multiplicity import correct
from untilyes.stats.results import Verdict


@dataclass(frozen=True)
class Span:
    """A stretch of days as the measure takes it: from `since` to `until`."""

    since: date
    until: date


def compare_spans(
    measure: Measure,
    lake: Lake,
    *,
    before: Span,
    after: Span,
    by: Sequence[str] = (),
    where: Where | None = None,
    among: Among | None = None,
    now: datetime | None = None,
) -> Examination:
    """The measure as a whole (an empty key) and in each cell of `by` that both spans show.

    p-values of the cells are corrected together (Benjamini-Hochberg); the whole is one question and stands by itself.
    """
    readings = [
        measure(lake, by=by, where=where, among=among, since=span.since, until=span.until, now=now)
        for span in (before, after)
    ]
    whole = _compare(measure, [{}], [[reading.bins] for reading in readings], [_only_part(measure, readings)])
    known = {_key(cell): cell for cell in readings[0] if cell.hidden is None}
    pairs = [(known[_key(cell)], cell) for cell in readings[1] if cell.hidden is None and _key(cell) in known]
    if not by or not pairs:
        return Examination(tuple(whole))
    keys = [dict(_key(cell)) for _, cell in pairs]
    sides = [[pair[side].bins for pair in pairs] for side in (0, 1)]
    parts = [_part(measure, cell) for _, cell in pairs]
    return Examination((*whole, *_corrected(_compare(measure, keys, sides, parts))))


def _compare(
    measure: Measure,
    keys: Sequence[Mapping[str, str]],
    sides: Sequence[Sequence[Mapping[int, int]]],
    parts: Sequence[str | None],
) -> list[Shift]:
    changes = measure.kind.changes(sides[0], sides[1], parts, measure.better)
    return [Shift(measure.name, key, change) for key, change in zip(keys, changes, strict=True)]


def _corrected(shifts: Sequence[Shift]) -> Iterable[Shift]:
    p = np.array([_p(shift) for shift in shifts], dtype=np.float64)
    for shift, q in zip(shifts, correct(p), strict=True):
        change = shift.change
        if np.isnan(q):
            yield shift
        elif change.is_real and q > 1 - change.level:
            yield replace(shift, change=replace(change, p=float(q), verdict=Verdict.NO_REAL_CHANGE))
        else:
            yield replace(shift, change=replace(change, p=float(q)))


def _p(shift: Shift) -> float:
    change = shift.change
    return np.nan if change.p is None or change.verdict is Verdict.TOO_FEW else change.p


def _key(cell: Cell) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in cell.key.items())


def _part(measure: Measure, cell: Cell) -> str | None:
    part = cell.key.get(measure.part or "")
    return part if isinstance(part, str) else None


def _only_part(measure: Measure, readings: Sequence[Reading]) -> str | None:
    """The one part that every cell is of, when there is one."""
    parts = {_part(measure, cell) for reading in readings for cell in reading}
    return next(iter(parts)) if len(parts) == 1 else None
