"""What changed for good, where, and since when: every measure in every place over the last half year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import numpy as np

from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Look, Tone, Trail
from untilyes.analysis.findings.moments import WEEKS_A_MONTH, find_moment
from untilyes.analysis.findings.people import who_answered
from untilyes.analysis.findings.series import Corner, WeeklyCells, Where, read_each
from untilyes.analysis.findings.wording import capital, tell_day, tell_place, tell_since, tell_span
from untilyes.analysis.measures import MEASURES
from untilyes.lake import Lake
from untilyes.stats.changes import compare_shares
from untilyes.stats.results import Change, Verdict

WEEKS = 26
FEWEST = 100
"""A side of a change with fewer answers has nothing to say about a place."""
MATTERS = 0.03
"""A smaller change of a share (a thirtieth of a score's way from worst to best) is nothing to act on."""

CONFIRMATION = ("effectiveness", "got_it", "good_job", "timely", "complete", "courteous")
"""Answers to one form: where two of them change in one place it is one change, told by the first of them."""
FOLLOWED = (*CONFIRMATION, "trust", "nps", "promise_kept")


@dataclass(frozen=True)
class _Shift:
    """A place, the week its new level began, and both levels."""

    key: str
    where: Where
    corners: frozenset[Corner]
    at: int
    low: int
    high: int
    p: float
    change: Change


def examine_changes(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per measure and place with enough answers: did its level shift for good in the last 26 weeks?

    The moment is estimated and p allows for having looked for it (`find_moment`). A wider place is explained
    by a narrower one when nothing real is left of its change without it; the narrower one is explained by the wider
    when the rest of the wider changed as well. Within `CONFIRMATION` a measure is explained by an earlier one in the
    same place.
    """
    for name in FOLLOWED:
        for cells in read_each(lake, MEASURES[name], until=until, weeks=WEEKS):
            for candidate, where in _examine(name, cells):
                yield replace(candidate, people=who_answered(lake, dict(where), until=until))


def _examine(name: str, cells: WeeklyCells) -> Iterator[tuple[Candidate, Where]]:
    shifts = [shift for where in cells.places() if (shift := _find_shift(name, cells, where))]
    earlier = CONFIRMATION[: CONFIRMATION.index(name)] if name in CONFIRMATION else ()
    for shift in shifts:
        same_place = tuple(_key(one, shift.where) for one in earlier)
        causes = (*same_place, *_explaining(cells, shift, shifts))
        matters = abs(shift.change.delta or 0.0) >= _matters(shift.change)
        yield Candidate(shift.key, shift.p, matters, partial(_tell, name, cells, shift), causes), shift.where


def _find_shift(name: str, cells: WeeklyCells, where: Where) -> _Shift | None:
    corners = cells.inside(where)
    k, n = cells.counts(corners)
    if n.sum() < 2 * FEWEST or (n > 0).sum() < WEEKS // 2:
        return None
    key = _key(name, (*cells.only, *where))
    found = find_moment(k, n, key=key)
    has_enough = min(n[: found.at].sum(), n[found.at :].sum()) >= FEWEST
    p = found.p if has_enough else 1.0
    return _Shift(key, where, corners, found.at, found.low, found.high, p, _change(cells, corners, found.at))


def _change(cells: WeeklyCells, corners: frozenset[Corner], at: int) -> Change:
    measure = cells.measure
    sides = [[cells.bins(corners, weeks)] for weeks in (slice(None, at), slice(at, None))]
    return measure.kind.changes(sides[0], sides[1], [None], measure.better)[0]


def _explaining(cells: WeeklyCells, shift: _Shift, others: Sequence[_Shift]) -> Iterator[str]:
    """Keys of other places whose change leaves nothing of this one."""
    for other in sorted(others, key=lambda one: (one.p, one.key)):
        if other.key == shift.key or not other.corners & shift.corners:
            continue
        if other.corners < shift.corners:
            if not _is_left(cells, shift, shift.corners - other.corners):
                yield other.key
        elif shift.corners < other.corners:
            if _is_left(cells, other, other.corners - shift.corners):
                yield other.key
        elif other.corners == shift.corners:
            if (len(other.where), other.key) < (len(shift.where), shift.key):
                yield other.key
        elif (other.p, other.key) < (shift.p, shift.key) and not _is_left(cells, shift, shift.corners - other.corners):
            yield other.key


def _is_left(cells: WeeklyCells, shift: _Shift, corners: frozenset[Corner]) -> bool:
    """Whether these cells alone changed for real, the same way, at the moment of the shift."""
    k, n = cells.counts(corners)
    before, after = ((k[weeks].sum(), n[weeks].sum()) for weeks in (slice(None, shift.at), slice(shift.at, None)))
    if not (before[1] and after[1]):
        return False
    rest = compare_shares(before, after)
    return rest.is_real and np.sign(rest.delta or 0.0) == np.sign(shift.change.delta or 0.0)


def _tell(name: str, cells: WeeklyCells, shift: _Shift) -> Finding:
    change, where = shift.change, dict((*cells.only, *shift.where))
    tone = Tone.BETTER if change.verdict is Verdict.BETTER else Tone.WORSE
    weeks_after = WEEKS - shift.at
    first, last = cells.weeks[shift.low], cells.weeks[shift.high]
    since = tell_since(first, last)
    does = f"kept {'more' if tone is Tone.BETTER else 'less'} often" if name == "promise_kept" else tone.value
    what = capital(tell_place(where)) + (":" if name == "promise_kept" else f": {cells.measure.title.lower()}")
    told = f"{change.after.brief()}, was {change.before.brief()}"
    customers = round(change.after.n / weeks_after * WEEKS_A_MONTH)
    return Finding(
        kind=Kind.CHANGE,
        key=shift.key,
        sentence=f"{what} {does} {since}: {told}. About {customers:,} {_counted(name)} a month.",
        tone=tone,
        customers=customers,
        effect=abs(change.delta or 0.0) / _reach(change),
        action=_advise(dict(shift.where), tone, cells.weeks[shift.at]),
        change=change,
        figures=(Figure("before", change.before), Figure("since then", change.after)),
        course=_course(cells, shift.corners),
        look=Look(name, ("week",), where, cells.weeks[0], cells.weeks[-1] + timedelta(weeks=1)),
        watch=Trail("measure", {"measure": name, **where}),
        notes=(
            f"The new level begins in the week of {tell_day(cells.weeks[shift.at])}; "
            f"the interval of the moment is {tell_span(first, last)}.",
        ),
    )


def _course(cells: WeeklyCells, corners: frozenset[Corner]) -> tuple[Figure, ...]:
    weeks = [cells.bins(corners, slice(week, week + 1)) for week in range(WEEKS)]
    estimates = cells.measure.kind.estimates(weeks, [None] * WEEKS)
    return tuple(Figure(day.isoformat(), one) for day, one in zip(cells.weeks, estimates, strict=True))


def _advise(where: dict[str, str], tone: Tone, week: date) -> str:
    place, since = f"{'in ' if where.get('touchpoint') else ''}{tell_place(where)}", f"around {tell_day(week)}"
    if tone is Tone.BETTER:
        return f"Find out what was done {place if where else 'in the house'} {since} and do it elsewhere too."
    return f"Ask who works on {place if where else 'everything'} what changed {since}, and read what was said."


def _counted(name: str) -> str:
    return "promises" if name == "promise_kept" else "answers"


def _key(name: str, where: Where) -> str:
    return ":".join(["change", name, *(f"{dimension}={value}" for dimension, value in where)])


def _reach(change: Change) -> float:
    return 200.0 if change.unit == "points" else 1.0


def _matters(change: Change) -> float:
    return MATTERS * _reach(change)
