"""What really changed: many measures in many cells, two periods, verdicts corrected together."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from untilyes.analysis.measures import MEASURES, Cell
from untilyes.lake import Lake
from untilyes.stats.changes import compare_estimates
from untilyes.stats.multiplicity import correct
from untilyes.stats.results import Change, Verdict

Key = Mapping[str, str]


@dataclass(frozen=True)
class Period:
    """Two stretches of the same length, one after the other; `until` is the first day that no longer counts."""

    until: date
    days: int = 28

    @property
    def since(self) -> date:
        return self.until - timedelta(days=self.days)

    @property
    def before(self) -> "Period":
        return Period(self.since, self.days)


@dataclass(frozen=True)
class Shift:
    """One measure in one cell, now against before. An empty key is the measure as a whole."""

    measure: str
    key: Key
    change: Change


@dataclass(frozen=True)
class Examination:
    """Everything that was compared: the real changes, the surest first, and how many were looked at."""

    shifts: tuple[Shift, ...]

    @property
    def examined(self) -> int:
        """How many had enough answers on both sides to say anything."""
        return sum(shift.change.verdict is not Verdict.TOO_FEW for shift in self.shifts)

    @property
    def real(self) -> tuple[Shift, ...]:
        """Better or worse after correcting for how many were examined; worse ones and surer ones first."""
        found = [shift for shift in self.shifts if shift.change.is_real]
        return tuple(sorted(found, key=lambda s: (s.change.p if s.change.p is not None else 1.0, s.measure)))

    def find(self, measure: str) -> Change | None:
        """The change of a measure as a whole."""
        return next((shift.change for shift in self.shifts if shift.measure == measure and not shift.key), None)


def examine(lake: Lake, names: Iterable[str], *, period: Period, by: Collection[str] = ()) -> Examination:
    """Compare each measure, as a whole and in each cell of `by`, with the period before.

    p-values of everything examined are corrected together (Benjamini-Hochberg): of what is called real, at most one
    in twenty is not, however many cells there are. Cells under the privacy floor on either side are left out.
    """
    shifts = [shift for name in names for shift in _compare(lake, name, period, tuple(by))]
    tested = [shift.change.verdict is not Verdict.TOO_FEW for shift in shifts]
    p = np.array(
        [s.change.p if ok and s.change.p is not None else np.nan for s, ok in zip(shifts, tested, strict=True)]
    )
    corrected = correct(p) if len(p) else p
    return Examination(tuple(_judge(shift, float(q)) for shift, q in zip(shifts, corrected, strict=True)))


def _compare(lake: Lake, name: str, period: Period, by: tuple[str, ...]) -> Iterable[Shift]:
    measure = MEASURES[name]
    after, before = (measure(lake, by=by, since=one.since, until=one.until) for one in (period, period.before))
    yield Shift(name, {}, compare_estimates(before.total, after.total, better=measure.better))
    if not by:
        return
    known = {_key(cell): cell for cell in before.cells if cell.hidden is None}
    for cell in after.cells:
        earlier = known.get(_key(cell))
        if cell.hidden is None and earlier is not None:
            change = compare_estimates(earlier.estimate, cell.estimate, better=measure.better)
            yield Shift(name, dict(_key(cell)), change)


def _key(cell: Cell) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in cell.key.items())


def _judge(shift: Shift, q: float) -> Shift:
    """The verdict after correction: what is not real any more is no real change."""
    if np.isnan(q):
        return shift
    verdict = shift.change.verdict if q <= 1 - shift.change.level else Verdict.NO_REAL_CHANGE
    return replace(shift, change=replace(shift.change, p=q, verdict=verdict))
