"""Which of our own metrics, which ratings and which topics go with a yes, with trust, with satisfaction."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Final

from untilyes.analysis.drivers import DAYS, OPERATIONS, OUTCOMES, Matters, Source, read_drivers, tell_way
from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Tone, Who
from untilyes.analysis.findings.people import who_was_let_down, who_wrote_of
from untilyes.analysis.findings.wording import capital
from untilyes.lake import Lake
from untilyes.stats.driver_results import Direction, Driver

MATTERS: Final = 0.05
"""A metric with a smaller part of what is explained is none to work on."""
EXPLAINS: Final = 0.01
"""A part of nearly nothing is nearly nothing: less of all differences between answers than this is not told."""
TOLD: Final = {
    Source.OPERATIONS: (Direction.UP, Direction.DOWN),
    Source.RATINGS: (Direction.UP, Direction.DOWN),
    Source.TOPICS: (Direction.DOWN,),  # praise beside a yes is the yes in other words
}
ASKED_ELSEWHERE: Final = ("channel", "touchpoint")
"""Blocks are examined place by place as differences; asking again would be one question asked twice."""


def examine_drivers(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per outcome and metric: does it go with the outcome, all other metrics beside it?"""
    promises = _list_promises(lake)
    for outcome in OUTCOMES:
        for source in Source:
            found = read_drivers(lake, outcome, source, until=until)
            if found is not None:
                yield from _weigh(lake, found, promises, until)


def _weigh(lake: Lake, found: Matters, promises: Sequence[str], until: date) -> Iterator[Candidate]:
    for one in found.found.drivers:
        if one.name in ASKED_ELSEWHERE:
            continue
        matters = (
            (one.share.value or 0.0) >= MATTERS and one.contribution >= EXPLAINS and one.direction in TOLD[found.source]
        )
        causes = tuple(_explaining(found, one, promises))
        tell = partial(_tell_topic if found.source is Source.TOPICS else _tell, found, one)
        people = _find_people(lake, found, one, promises, until)
        yield Candidate(_key(found, one), one.p, matters, tell, causes, people=people)


def _find_people(lake: Lake, found: Matters, one: Driver, promises: Sequence[str], until: date) -> Who | None:
    """Those to whom a promise was broken, those who wrote of a topic; any other metric is about everybody."""
    if found.source is Source.TOPICS:
        return who_wrote_of(lake, one.name, until=until)
    return who_was_let_down(lake, promises, until=until) if one.name == "promise_broken" else None


def _explaining(found: Matters, one: Driver, promises: Sequence[str]) -> Iterator[str]:
    """What each broken promise costs is examined by promise; satisfaction follows what a yes goes with.

    So does trust, in words. Of two metrics that are one under two names the stronger is told.
    """
    if one.name == "promise_broken" and found.outcome != "trust":
        yield from (f"broken:{promise}" for promise in promises)
    if found.outcome == "csat" or (found.source is Source.TOPICS and found.outcome != "effective"):
        yield f"driver:effective:{one.name}"
    order = [driver.name for driver in found.found.drivers]
    for pair in found.alike:
        stronger, weaker = sorted(pair, key=order.index)
        if one.name == weaker:
            yield f"driver:{found.outcome}:{stronger}"


def _list_promises(lake: Lake) -> list[str]:
    outcomes = lake.read("outcomes")
    rows = lake.fetch(lambda: outcomes.select("promise").distinct()).to_pylist()
    return sorted(str(row["promise"]) for row in rows)


def _tell(found: Matters, one: Driver) -> Finding:
    metric, outcome = found.told[one.name], OUTCOMES[found.outcome]
    is_rated = found.source is Source.RATINGS
    way = tell_way(one.name, found.source, up=one.direction is Direction.UP)
    return Finding(
        kind=Kind.DRIVER,
        key=_key(found, one),
        sentence=f"{f'How {metric} is rated' if is_rated else capital(metric)} goes with {outcome} ({way}): "
        f"{one.share.brief()} of what all {'ratings' if is_rated else 'metrics'} together explain, which is "
        f"{found.found.r2.brief()} of the differences between answers.",
        tone=Tone.NEITHER,
        customers=round(found.found.n / DAYS * 30),
        effect=abs(one.beta or 0.0) * found.deviation,
        action=_advise(metric, one.name, is_rated=is_rated),
        figures=(Figure("part of what is explained", one.share), Figure("explained by all", found.found.r2)),
        notes=(
            f"{found.found.n:,.0f} answers{'' if is_rated else ' with everything known'}, over the last year; a linear "
            "model, parts averaged over all orders. What gives the answer away is refused.",
            "An association: who is content with the whole may rate every part of it higher."
            if is_rated
            else "An association: contacts and reopenings may follow from what went wrong as well as lead to it.",
            *found.notes,
        ),
    )


def _advise(metric: str, name: str, *, is_rated: bool) -> str:
    if is_rated:
        return f"Ask those who rate {metric} low what they missed, and see in What matters how strong it is."
    aim = next((one.aim for one in OPERATIONS if one.key == name), metric)
    return f"Set a goal for {aim}, and see in What matters which metrics need no report any more."


def _tell_topic(found: Matters, one: Driver) -> Finding:
    """Customers are those who write of it, the effect how much worse they fare than others who write."""
    name, outcome, mean = found.told[one.name], OUTCOMES[found.outcome], dict(found.means)[one.name]
    return Finding(
        kind=Kind.DRIVER,
        key=_key(found, one),
        sentence=f"Who writes of {name} fares worse than others who write: {one.share.brief()} of what all topics "
        f"together tell of {outcome}, which is {found.found.r2.brief()} of the differences between answers.",
        tone=Tone.WORSE,
        customers=max(round(found.found.n * mean / DAYS * 30), 1),
        effect=abs(one.beta or 0.0) * found.deviation / max(mean * (1 - mean), 1e-9) ** 0.5,
        action=f"See in Voices what was written of {name}, and ask those who wrote it whether it is solved.",
        figures=(Figure("part of what topics explain", one.share), Figure("explained by all topics", found.found.r2)),
        notes=(
            f"{found.found.n:,.0f} answers with a comment beside them, over the last year; a linear model of its "
            "topics, parts averaged over all orders.",
            "An association in words: the comment came with the answer and gives its writer's reason. What happened "
            "was not measured, and who writes is not everybody.",
            *found.notes,
        ),
    )


def _key(found: Matters, one: Driver) -> str:
    return f"driver:{found.outcome}:{one.name}"
