"""What goes with a broken promise where no customer was asked: work passed on, work opened again."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

from untilyes.analysis.breaks import open_log
from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Tone, Trail
from untilyes.analysis.findings.wording import capital
from untilyes.analysis.handling import DAYS, SORTS, Handled, count_handled
from untilyes.lake import Lake
from untilyes.stats.comparisons import compare_stratified_shares
from untilyes.stats.results import Change

FEWEST: Final = 50
MATTERS: Final = 0.05
"""Handling that goes with less than five points fewer kept promises is none to change first."""
ACTIONS: Final = {
    "handoffs": "Have those who pass on most and those who receive most read the same ten, and agree who takes what.",
    "reopens": "See in the rows below why it was not done the first time, and what would have shown it.",
}


def examine_handling(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per promise and sort of handling: is it kept less often there?

    Asked only where too few customers of journeys answered: what they say comes before what a clock says. Compared
    within each month (Mantel-Haenszel), so that what changed over the year is not blamed on the handling.
    """
    if open_log(lake, until=until) is not None:
        return
    for handled in count_handled(lake, until=until):
        if min(handled.smooth, handled.handled) < FEWEST:
            continue
        change = _compare(handled)
        matters = (change.delta or 0.0) <= -MATTERS
        yield Candidate(_key(handled), change.p, matters, partial(_tell, handled, change))


def _compare(handled: Handled) -> Change:
    both = [(without, with_it) for without, with_it in handled.months if without[1] and with_it[1]]
    without, with_it = (tuple(zip(*(pair[side] for pair in both), strict=True)) for side in (0, 1))
    return compare_stratified_shares((without[0], without[1]), (with_it[0], with_it[1]))


def _tell(handled: Handled, change: Change) -> Finding:
    promise, happened = handled.promise.replace("_", " "), SORTS[handled.sort]
    a_month = round(handled.handled / min(DAYS / 30, max(len(handled.months), 1)))
    return Finding(
        kind=Kind.BROKEN_PROMISE,
        key=_key(handled),
        sentence=f"{capital(f'promise “{promise}”')}: where work {happened} {change.after.brief()} were kept, of the "
        f"others {change.before.brief()}. About {a_month:,} a month.",
        tone=Tone.WORSE,
        customers=a_month,
        effect=abs(change.delta or 0.0),
        action=ACTIONS[handled.sort],
        change=change,
        figures=(Figure(f"kept where work {happened}", change.after), Figure("kept, the others", change.before)),
        rows=Trail("handled", {"promise": handled.promise, "sort": handled.sort}),
        watch=Trail("measure", {"measure": "promise_kept", "promise": handled.promise}),
        notes=(
            "Promises of the last year in interactions whose handling is known, compared within each month "
            "(Mantel-Haenszel). Asked only where too few customers answered to say it themselves.",
            "An association: hard matters change hands, come back, and take longer, whoever has them.",
        ),
    )


def _key(handled: Handled) -> str:
    return f"handling:{handled.promise}:{handled.sort}"
