"""Who leaves, and after what: what happened to them before, and waves of departures among some of them."""

from collections.abc import Iterator
from datetime import date
from functools import partial

import numpy as np

from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Tone, Trail
from untilyes.analysis.findings.people import LEFT, who_carries, who_is_exposed, who_stays
from untilyes.analysis.findings.watching import watch_leavers
from untilyes.analysis.findings.wording import capital, tell_day
from untilyes.analysis.leaving import DAYS, REACH, Wave, WhyTheyLeave, count_departures, explain_departures, find_waves
from untilyes.analysis.segments.condition import Condition, How
from untilyes.analysis.waves import find_same_waves
from untilyes.lake import Lake

UNSURE = 0.05
"""A wave that is not even so sure by itself needs no second look at whose it is."""
MATTERS = 1.5
"""Customers who leave less than half as fast again are no source to work on."""
ASSOCIATION = (
    "An association: those to whom it happened may differ in other ways. "
    "Only a group left alone shows what removing it would save."
)


def examine_leaving(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per reason that precedes leaving, and one per value of a trait for its strongest wave.

    A wave is explained by another trait's without whose people nothing real is left of it.
    """
    counted = count_departures(lake, until=until)
    if counted is None:
        return
    why = explain_departures(counted, rng=np.random.default_rng(1))
    if why is not None:
        for number, hazard in enumerate(why.hazards.hazards):
            matters = (hazard.ratio.value or 0.0) >= MATTERS
            people = who_stays(lake, who_is_exposed(lake, hazard.name, until=until), until=until)
            tell = partial(_tell_source, why, number)
            yield Candidate(f"leaving:{hazard.name}", hazard.p, matters, tell, people=people)
    waves = find_waves(lake, until=until)
    same = find_same_waves(lake, [wave for wave in waves if wave.p <= UNSURE and _has_risen(wave)], until=until)
    for wave in waves:
        people = who_stays(lake, who_carries(lake, wave.trait, wave.value), until=until)
        causes = tuple(_wave_key(other) for other in sorted(same.get(wave, ()), key=lambda other: other.p))
        tell = partial(_tell_wave, wave)
        yield Candidate(_wave_key(wave), wave.p, _has_risen(wave), tell, causes, people=people, claim=LEFT)


def _tell_source(why: WhyTheyLeave, number: int) -> Finding:
    counted, reason = why.counted, why.counted.reasons[number]
    hazard, source = why.hazards.hazards[number], why.sources[reason.key]
    under = counted.exposed[:, number] == 1
    rates = [counted.left[side].sum() / max(counted.n[side].sum(), 1.0) for side in (under, ~under)]
    exposed = counted.exposed_now(number)
    ratio, share = hazard.ratio.brief(), source.share.brief()
    return Finding(
        kind=Kind.CHURN_SOURCE,
        key=f"leaving:{reason.key}",
        sentence=f"After {reason.told} customers leave {ratio} times as fast, for {REACH * DAYS} days: about {share} "
        f"of all departures go with it, and {exposed:,} customers are in that time now.",
        tone=Tone.WORSE,
        customers=exposed,
        effect=float(rates[0] - rates[1]),
        action="Write to those who are in that time now, and work with them until it is yes.",
        figures=(
            Figure("times as fast", hazard.ratio),
            Figure("share of departures", source.share),
            Figure("share of departures, others aside", source.crude),
        ),
        watch=Trail("departures", {"reason": reason.key}),
        notes=(
            f"Customers counted in periods of {DAYS} days; hazards beside the other reasons (discrete-time logit), "
            "shares by Shapley's rule, so that they add up.",
            ASSOCIATION,
        ),
    )


def _tell_wave(wave: Wave) -> Finding:
    who = f"{wave.trait.replace('_', ' ')} “{wave.value}”"
    inside, outside = wave.inside, wave.outside
    ended = wave.until
    customers = round(inside.n / max((wave.until - wave.since).days / DAYS, 1.0))
    return Finding(
        kind=Kind.CHURN_SOURCE,
        key=_wave_key(wave),
        sentence=f"{capital(who)}: between {tell_day(wave.since)} and {tell_day(ended)} {inside.brief()} left within "
        f"{DAYS} days, otherwise {outside.brief()}: {wave.ratio:.1f} times the change of all others in that time.",
        tone=Tone.WORSE,
        customers=customers,
        effect=(inside.value or 0.0) - (outside.value or 0.0),
        action=f"Find out what began for {who} shortly before {tell_day(wave.since)}, and ask those who left.",
        figures=(Figure(f"left within {DAYS} days, in that time", inside), Figure("at other times", outside)),
        watch=watch_leavers((Condition(wave.trait, How.IS, wave.value),)),
        notes=(
            f"Odds of leaving inside and outside the time, against the same of everybody else: {wave.ratio:.1f} times. "
            "Every stretch of four periods was looked at, and p allows for it.",
            ASSOCIATION,
        ),
    )


def _has_risen(wave: Wave) -> bool:
    return wave.ratio >= MATTERS and (wave.inside.value or 0.0) >= MATTERS * (wave.outside.value or 0.0)


def _wave_key(wave: Wave) -> str:
    return f"leaving:{wave.trait}={wave.value}"
