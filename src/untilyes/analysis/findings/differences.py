"""Where customers fare worse than elsewhere, by more than chance and enough to matter."""

from collections.abc import Iterator
from datetime import date
from functools import partial

import numpy as np

from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Look, Tone, Trail
from untilyes.analysis.findings.moments import WEEKS_A_MONTH
from untilyes.analysis.findings.people import who_answered
from untilyes.analysis.findings.series import Corner, WeeklyCells, Where, read_each
from untilyes.analysis.findings.wording import capital, tell_place
from untilyes.analysis.measures import MEASURES
from untilyes.lake import Lake
from untilyes.stats.changes import compare_shares
from untilyes.stats.results import Change

WEEKS = 13
FEWEST = 50
MATTERS = 0.05
"""A place that is less than five points apart from the rest is no reason to act there."""

FOLLOWED = ("effectiveness", "csat", "promise_kept")


def examine_differences(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per measure and place: is its share another than everywhere else, over the last 13 weeks?

    Wilson and Newcombe intervals of the place against all other places. A wider place is explained by a narrower one
    without which it would be like the rest; a narrower one by the wider when it is like the rest of the wider.
    Satisfaction is explained by effectiveness in the same place.
    """
    for name in FOLLOWED:
        for cells in read_each(lake, MEASURES[name], until=until, weeks=WEEKS, with_broken_off=True):
            places = [(where, change) for where in cells.places() if where and (change := _compare(cells, where))]
            for where, change in places:
                matters = change.is_real and abs(change.delta or 0.0) >= MATTERS
                causes = (*_same_place(name, where), *_explaining(cells, where, [other for other, _ in places]))
                tell = partial(_tell, name, cells, where, change)
                people = who_answered(lake, dict(where), until=until)
                yield Candidate(_key(cells, where), change.p, matters, tell, causes, people=people)


def _same_place(name: str, where: Where) -> tuple[str, ...]:
    return (_name("effectiveness", where),) if name == "csat" else ()


def _compare(cells: WeeklyCells, where: Where) -> Change | None:
    """The place after everything else; None when either has too few answers."""
    inside = cells.inside(where)
    return _against(cells, inside, frozenset(cells.cells) - inside)


def _against(cells: WeeklyCells, inside: frozenset[Corner], rest: frozenset[Corner]) -> Change | None:
    here, there = ([float(np.sum(one)) for one in cells.counts(corners)] for corners in (inside, rest))
    if min(here[1], there[1]) < FEWEST:
        return None
    return compare_shares((there[0], there[1]), (here[0], here[1]))


def _explaining(cells: WeeklyCells, where: Where, others: list[Where]) -> Iterator[str]:
    mine, everywhere = cells.inside(where), frozenset(cells.cells)
    for other in others:
        theirs = cells.inside(other)
        if theirs < mine:
            left = _against(cells, mine - theirs, everywhere - mine)
            if left is None or not left.is_real:
                yield _key(cells, other)
        elif mine < theirs:
            within, left = _against(cells, mine, theirs - mine), _against(cells, theirs - mine, everywhere - theirs)
            if left is not None and left.is_real and (within is None or not within.is_real):
                yield _key(cells, other)
        elif mine == theirs and (len(other), other) < (len(where), where):
            yield _key(cells, other)


def _tell(name: str, cells: WeeklyCells, where: Where, change: Change) -> Finding:
    place, title = tell_place(dict((*cells.only, *where))), cells.measure.title.lower()
    tone = Tone.BETTER if (change.delta or 0.0) > 0 else Tone.WORSE
    customers = round(change.after.n / WEEKS * WEEKS_A_MONTH)
    action = (
        f"See how {place} is done, and what of it others could do."
        if tone is Tone.BETTER
        else f"Look at those that were broken ({place}), and ask what keeps them from being like the rest."
        if name == "promise_kept"
        else f"Read what customers say about {place}, and ask what keeps it from being like the rest."
    )
    counted, read = ("promises", "kept in") if name == "promise_kept" else ("answers", f"{title} is")
    return Finding(
        kind=Kind.DIFFERENCE,
        key=_key(cells, where),
        sentence=f"{capital(place)}: {read} {change.after.brief()}, elsewhere {change.before.brief()}. "
        f"About {customers:,} {counted} a month.",
        tone=tone,
        customers=customers,
        effect=abs(change.delta or 0.0),
        action=action,
        change=change,
        figures=(Figure(place, change.after), Figure("elsewhere", change.before)),
        look=Look(name, ("touchpoint", "channel"), dict(cells.only), cells.weeks[0], None),
        watch=Trail("measure", {"measure": name, **dict((*cells.only, *where))}),
        notes=("An association: other customers come with other wishes to other places.",),
    )


def _key(cells: WeeklyCells, where: Where) -> str:
    return _name(cells.measure.name, (*cells.only, *where))


def _name(measure: str, where: Where) -> str:
    return ":".join(["difference", measure, *(f"{dimension}={value}" for dimension, value in where)])
