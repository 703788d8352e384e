"""Where a journey breaks between two good touchpoints: long waits, wrong turns, passings-on, steps done again."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Final

import ibis.expr.types as ir

from untilyes.analysis.breaks import Log, Turn, Wait, compare_without, open_log, read_turns, read_waits
from untilyes.analysis.breaks.log import DAYS
from untilyes.analysis.breaks.turns import END, list_turned
from untilyes.analysis.breaks.waits import list_slow
from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Tone, Trail
from untilyes.analysis.findings.wording import capital
from untilyes.lake import Lake
from untilyes.stats.results import Change, Estimate

MATTERS: Final = 0.05
"""A step after which less than five points are lost is none to mend first."""
UNSURE: Final = 0.05
"""What is not even so sure by itself needs no second look at what explains it."""
ALIKE: Final = 0.1
"""Ways whose counts differ by no more than this part, with the same shares, are the same journeys by another name."""
ASSOCIATION: Final = "An association: journeys that wait or turn may differ in other ways."


def examine_breaks(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per wait between two steps, per next step, hand-off and repetition: fewer yeses after it?

    A wait that a broken promise accounts for is that promise's finding. A turn is explained by a wait when nothing
    real is left of it without the journeys that waited too long.
    """
    log = open_log(lake, until=until)
    if log is None:
        return
    with log.laid_out() as laid:
        waits, turns = read_waits(laid), read_turns(laid)
        suspects = [wait for wait in waits if _costs(wait.change) and wait.p <= UNSURE]
        explaining = [tuple(_explaining(laid, turn, turns, suspects)) for turn in turns]
    for wait in waits:
        tell, within = partial(_tell_wait, log, wait), (f"threshold:touchpoint:{wait.touchpoint}",)
        people = partial(_list_slow, log, wait)
        yield Candidate(
            _wait_key(wait), wait.p, _costs(wait.change), tell, _promises(wait), explains=within, people=people
        )
    for turn, causes in zip(turns, explaining, strict=True):
        p = 1.0 if turn.change.p is None else turn.change.p
        tell, people = partial(_tell_turn, log, turn), partial(_list_turned, log, turn)
        yield Candidate(_turn_key(turn), p, _costs(turn.change), tell, causes, people=people)


def _list_slow(log: Log, wait: Wait) -> ir.Table:
    return list_slow(log, before=wait.before, after=wait.after, beyond_s=wait.beyond_s).select(who="customer_id")


def _list_turned(log: Log, turn: Turn) -> ir.Table:
    return list_turned(log, kind=turn.kind, before=turn.before, after=turn.after).select(who="customer_id")


def _costs(change: Change) -> bool:
    return (change.delta or 0.0) <= -MATTERS


def _promises(wait: Wait) -> tuple[str, ...]:
    """The broken promise that accounts for a wait: where none was broken, waiting costs nothing."""
    if not wait.promise or (wait.kept is not None and wait.kept.is_real):
        return ()
    return (f"broken:{wait.promise}",)


def _explaining(log: Log, turn: Turn, turns: Sequence[Turn], suspects: Sequence[Wait]) -> Iterator[str]:
    """Waits without which nothing is left of the turn; then the same journeys under an earlier name."""
    if not _costs(turn.change) or (turn.change.p or 0.0) > UNSURE:
        return
    for wait in suspects:
        left = compare_without(log, turn, wait)
        if left is None or not (left.is_real and (left.delta or 0.0) < 0):
            yield _wait_key(wait)
    for other in turns:
        if other is turn:
            break
        if _are_alike(other, turn):
            yield _turn_key(other)


def _are_alike(one: Turn, other: Turn) -> bool:
    """Whether hardly a journey goes one way and not the other: both shares lie within each other's intervals."""
    sides = ((one.change.before, other.change.before), (one.change.after, other.change.after))
    return all(abs(a.n - b.n) <= ALIKE * max(a.n, b.n) and _meet(a, b) for a, b in sides)


def _meet(a: Estimate, b: Estimate) -> bool:
    return (a.low or 0.0) <= (b.value or 0.0) <= (a.high or 1.0) and (b.low or 0.0) <= (a.value or 0.0) <= (
        b.high or 1.0
    )


def _tell_wait(log: Log, wait: Wait) -> Finding:
    change, a_month = wait.change, round(wait.journeys / DAYS * 30)
    before, after = _name(wait.before), _name(wait.after)
    return Finding(
        kind=Kind.JOURNEY_BREAK,
        key=_wait_key(wait),
        sentence=f"Between “{before}” and “{after}”: of those who waited longer than {wait.cut} {change.after.brief()} "
        f"{log.judged.told}, of the others {change.before.brief()}. About {a_month:,} journeys a month wait so long.",
        tone=Tone.WORSE,
        customers=a_month,
        effect=abs(change.delta or 0.0),
        action=f"Give the way from “{before}” to “{after}” an owner and a limit of {wait.cut}, and tell those who wait "
        "when it will be over.",
        change=change,
        figures=(
            Figure(f"{log.judged.told}, waited longer", change.after),
            Figure(f"{log.judged.told}, waited less", change.before),
        ),
        rows=Trail("slow_journeys", {"before": wait.before, "after": wait.after, "beyond_s": wait.beyond_s}),
        notes=(
            "Journeys of the last year whose customers answered once the wait was over, by their worst answer. Cut "
            "where half, three quarters or nine tenths had waited less, whichever parts them most; p allows for all. "
            "Compared within the same touchpoint and channel (Mantel-Haenszel).",
            ASSOCIATION,
        ),
    )


def _tell_turn(log: Log, turn: Turn) -> Finding:
    change, a_month = turn.change, round(turn.journeys / DAYS * 30)
    return Finding(
        kind=Kind.JOURNEY_BREAK,
        key=_turn_key(turn),
        sentence=f"{capital(_say(turn))}: {change.after.brief()} {log.judged.told}, of the others who came to "
        f"“{_name(turn.before)}” {change.before.brief()}. About {a_month:,} journeys a month.",
        tone=Tone.WORSE,
        customers=a_month,
        effect=abs(change.delta or 0.0),
        action=_advise(turn),
        change=change,
        figures=(
            Figure(f"{log.judged.told}, went this way", change.after),
            Figure(f"{log.judged.told}, did not", change.before),
        ),
        rows=Trail("turned_journeys", {"kind": turn.kind, "before": turn.before, "after": turn.after}),
        notes=(
            "Journeys of the last year whose customers answered afterwards, by their worst answer. Compared within the "
            "same touchpoint and channel (Mantel-Haenszel).",
            ASSOCIATION,
        ),
    )


def _say(turn: Turn) -> str:
    if turn.kind == "again":
        return f"where “{_name(turn.before)}” had to be done again"
    if turn.kind == "handoff":
        return f"after {_name(turn.before)} passed it on to {_name(turn.after)}"
    if turn.after == END:
        return f"where nothing came after “{_name(turn.before)}”"
    return f"where “{_name(turn.before)}” was followed by “{_name(turn.after)}”"


def _advise(turn: Turn) -> str:
    if turn.kind == "again":
        return f"See why “{_name(turn.before)}” is not right the first time, in the journeys below."
    if turn.kind == "handoff":
        return (
            f"Have {_name(turn.before)} and {_name(turn.after)} read the same ten journeys and agree what goes along."
        )
    return "Read the journeys below, and find what the others had that these did not."


def _name(step: str) -> str:
    return step.replace("_", " ")


def _wait_key(wait: Wait) -> str:
    return f"journey:wait:{wait.before}>{wait.after}"


def _turn_key(turn: Turn) -> str:
    return f"journey:{turn.kind}:{turn.before}>{turn.after}"
