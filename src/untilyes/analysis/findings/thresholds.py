"""Where along a wait customers start to say no, beside what they were promised."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Final

import ibis.expr.types as ir

from untilyes.analysis.drivers import DAYS, UNITS, Turning, list_waiting, read_turnings
from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Tone
from untilyes.lake import Lake
from untilyes.stats.results import Estimate

MATTERS: Final = 0.05
"""Where fewer than five points lie between the two sides, the place is none to aim at."""
NEAR: Final = 0.05
"""A place this near to the promised limit is the limit: what breaking the promise costs says the same."""


def examine_thresholds(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per wait: does a yes turn at a place, rather than not at all or along a line?"""
    turnings = read_turnings(lake, until=until)
    for turning in turnings:
        threshold = turning.threshold
        p = max(threshold.p, threshold.p_bend)
        matters = threshold.is_real and (threshold.crossing.gap.value or 0.0) >= MATTERS
        causes, people = tuple(_explaining(turning, turnings)), partial(_wait_longer, lake, turning, until)
        yield Candidate(_key(turning), p, matters, partial(_tell, turning), causes, people=people)


def _wait_longer(lake: Lake, turning: Turning, until: date) -> ir.Table:
    beyond_s = (turning.threshold.at.value or 0.0) * dict(UNITS)[turning.unit]
    return list_waiting(lake, turning.key, beyond_s=beyond_s, until=until).select(who="customer_id")


def _explaining(turning: Turning, others: Sequence[Turning]) -> Iterator[str]:
    """The promise whose limit the place is; a promise that turns where this touchpoint does."""
    kind, _, name = turning.key.partition(":")
    if kind == "promise":
        if turning.promised is not None and _holds(turning.threshold.at, turning.promised):
            yield f"broken:{name}"
        return
    for other in others:
        if other.key.startswith("promise:") and other.threshold.is_real and _meet(turning, other):
            yield _key(other)


def _holds(at: Estimate, place: float) -> bool:
    low, high = at.low or 0.0, at.high or 0.0
    return low * (1 - NEAR) <= place <= high * (1 + NEAR)


def _meet(one: Turning, other: Turning) -> bool:
    (low, high), (begin, end) = (_seconds(turning) for turning in (one, other))
    return low * (1 - NEAR) <= end and begin * (1 - NEAR) <= high


def _seconds(turning: Turning) -> tuple[float, float]:
    size = dict(UNITS)[turning.unit]
    at = turning.threshold.at
    return (at.low or 0.0) * size, (at.high or 0.0) * size


def _tell(turning: Turning) -> Finding:
    threshold = turning.threshold
    crossing = threshold.crossing
    place = f"{threshold.at.brief()}"
    beyond = round(crossing.beyond.n / DAYS * 30)
    return Finding(
        kind=Kind.THRESHOLD,
        key=_key(turning),
        sentence=f"{turning.sentence} About {beyond:,} answers a month come from beyond.",
        tone=Tone.WORSE,
        customers=beyond,
        effect=abs(crossing.gap.value or 0.0),
        action=f"Aim to be done before {place}, and ask first those who have waited longer.",
        figures=(
            Figure("turns at", threshold.at),
            Figure("say yes up to there", crossing.within),
            Figure("say yes beyond", crossing.beyond),
        ),
        notes=(
            "The best of all places on the wait, a knee or a step; chance is that of the best of as many places. Only "
            "waits that were over when the customer answered.",
            "An association: those who waited longer may differ in other ways.",
        ),
    )


def _key(turning: Turning) -> str:
    return f"threshold:{turning.key}"
