"""What is wrong with the facts: told like any finding, because figures made from them are wrong as well."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Final

import numpy as np

from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Look, Tone, Trail
from untilyes.analysis.findings.moments import WEEKS_A_MONTH, find_moment
from untilyes.analysis.findings.wording import capital, tell_day, tell_span
from untilyes.analysis.quality.arrivals import Silence, read_silences
from untilyes.analysis.quality.contents import (
    NewScale,
    Spellings,
    Twice,
    Wrong,
    count_twice,
    count_wrong,
    find_new_scales,
    find_spellings,
)
from untilyes.analysis.quality.shares import Weekly, read_response, read_unknown
from untilyes.lake import Lake
from untilyes.stats.changepoints import Shift
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share

WEIGHT: Final = 0.05
"""What is not known of a customer is weighed as a twentieth of a yes lost, so that service comes before bookkeeping."""
FEWEST: Final = 5
FEWEST_TWICE: Final = 20
SHARE_TWICE: Final = 0.005
FEWEST_ASKED: Final = 100
COLLAPSED: Final = 0.6
"""An answer rate that keeps more than this part of what it was has not collapsed."""
JUMPED: Final = 0.10
_DAYS: Final = 30
_TABLES: Final = {
    "interactions": "interactions", "answers": "answers", "comments": "comments", "events": "events",
    "outcomes": "promises", "customers": "customers", "cases": "cases", "employees": "periods of employees",
}  # fmt: skip
_COLUMNS: Final = {"customer_id": "which customer", "channel": "which channel", "touchpoint": "where", "team": "who"}


def examine_quality(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per check of the facts. Counts are not tested; shares that moved are, with everything else."""
    yield from _examine_counts(lake, until)
    for weekly in read_response(lake, until=until):
        yield from _examine_share(weekly, falls=True)
    for weekly in read_unknown(lake, until=until):
        yield from _examine_share(weekly, falls=False)


def _examine_counts(lake: Lake, until: date) -> Iterator[Candidate]:
    for silence in read_silences(lake, until=until):
        key = f"data:silent:{silence.source}" if silence.until is None else f"data:gap:{silence.source}"
        yield Candidate(key, None, silence.is_real, partial(_tell_silence, key, silence, until))
    for wrong in count_wrong(lake, until=until):
        key = f"data:impossible:{wrong.check.key}"
        yield Candidate(key, None, wrong.facts >= FEWEST, partial(_tell_wrong, key, wrong))
    for twice in count_twice(lake):
        matters = twice.surplus >= max(FEWEST_TWICE, SHARE_TWICE * twice.of)
        yield Candidate(f"data:twice:{twice.table}", None, matters, partial(_tell_twice, twice))
    for scale in find_new_scales(lake, until=until):
        recent = scale.since >= until - timedelta(days=365)
        yield Candidate(f"data:scale:{scale.question}:{scale.source}", None, recent, partial(_tell_scale, scale))
    for spelt in find_spellings(lake):
        matters = spelt.names[1][1] >= FEWEST
        key = f"data:spelling:{spelt.dimension}:{spelt.names[0][0]}"
        yield Candidate(key, None, matters, partial(_tell_spellings, key, spelt))


def _examine_share(weekly: Weekly, *, falls: bool) -> Iterator[Candidate]:
    """Did the share move for good? An answer rate matters when it collapses, the unknown when it jumps."""
    if weekly.n.sum() < 2 * FEWEST_ASKED or (weekly.n > 0).sum() < 4:
        return
    key = f"data:{weekly.key}"
    shift = find_moment(weekly.k, weekly.n, key=key)
    before, after = shift.before.value or 0.0, shift.after.value or 0.0
    has_enough = min(weekly.n[: shift.at].sum(), weekly.n[shift.at :].sum()) >= FEWEST_ASKED
    matters = after <= COLLAPSED * before if falls else after - before >= JUMPED
    # A touchpoint's collapse explains that of all; one that is not real explains nothing.
    wider = ("data:response",) if falls and weekly.key != "response" else ()
    tell = partial(_tell_response if falls else _tell_unknown, key, weekly, shift)
    yield Candidate(key, shift.p if has_enough else 1.0, matters and has_enough, tell, explains=wider)


def _tell_silence(key: str, silence: Silence, until: date) -> Finding:
    a_month = round(silence.a_day * _DAYS)
    who = f"the source “{silence.source}”" if silence.source else "any source"
    if silence.until is None:
        sentence = (
            f"Nothing has come from {who} since {tell_day(silence.since)}: {silence.days:,} days without a fact, where "
            f"{_tell_rate(silence)} was usual and the longest pause had {silence.longest:,}."
        )
    else:
        sentence = (
            f"A hole in {who}: nothing from {tell_day(silence.since)} until {tell_day(silence.until)}, where "
            f"{_tell_rate(silence)} was usual. About {round(silence.expected):,} facts are missing."
        )
    action = (
        "Look at the connection and at whoever sends it; what is sent late is taken in as of its own day."
        if silence.source
        else "Bring in newer facts: what changed is looked for in the last half year, and nothing is known of its end."
    )
    return Finding(
        kind=Kind.DATA_QUALITY,
        key=key,
        sentence=sentence,
        tone=Tone.NEITHER,
        customers=a_month,
        effect=WEIGHT,
        action=action,
        figures=(Figure("facts a day, as usual", _estimate_rate(silence)),),
        look=Look("source_mix", ("week", "source"), {}, silence.since - timedelta(days=90), until),
        notes=(
            "Answers, comments and events a day. Told when a silence is three times as long as any other of the year "
            "and 30 facts or more would have been due.",
        ),
    )


def _tell_rate(silence: Silence) -> str:
    return f"{silence.a_day:,.0f} a day" if silence.a_day >= 2 else f"{silence.a_day * 7:,.0f} a week"


def _estimate_rate(silence: Silence) -> Estimate:
    """Facts a day with a normal interval for counts: ±1.96 √facts."""
    half = 1.96 * silence.facts**0.5 / silence.over_days
    return Estimate(silence.a_day, silence.a_day - half, silence.a_day + half, silence.facts, "Poisson", unit="a day")


def _tell_wrong(key: str, wrong: Wrong) -> Finding:
    share = estimate_share(wrong.facts, wrong.of)
    table = _TABLES[wrong.check.table]
    newest = f", the newest on {tell_day(wrong.newest)}" if wrong.newest else ""
    return Finding(
        kind=Kind.DATA_QUALITY,
        key=key,
        sentence=f"{wrong.facts:,} of {wrong.of:,} {table} {wrong.check.told}{newest}.",
        tone=Tone.NEITHER,
        customers=wrong.facts,
        effect=WEIGHT,
        action="Look at the rows, correct them where they come from and send them again: the same id is a correction.",
        figures=(Figure("of all", share),),
        rows=Trail("impossible", {"check": wrong.check.key}),
        notes=("Counted over all facts. Waits and margins of such facts are wrong as well.",),
    )


def _tell_twice(twice: Twice) -> Finding:
    return Finding(
        kind=Kind.DATA_QUALITY,
        key=f"data:twice:{twice.table}",
        sentence=f"{twice.surplus:,} of {twice.of:,} {_TABLES[twice.table]} are there again under another id: the same "
        "in all they say, to the second.",
        tone=Tone.NEITHER,
        customers=twice.surplus,
        effect=WEIGHT,
        action="Have the source send the id it knows a fact by; the same id counts once, however often it is sent.",
        figures=(Figure("told again", estimate_share(twice.surplus, twice.of)),),
        rows=Trail("twice", {"table": twice.table}),
        notes=("Same customer, same words or answer, same moment, another id. They count twice in every figure.",),
    )


def _tell_scale(scale: NewScale) -> Finding:
    old, new = (f"{low:g} to {high:g}" for low, high in (scale.old, scale.new))
    whole = sum(scale.answers)
    return Finding(
        kind=Kind.DATA_QUALITY,
        key=f"data:scale:{scale.question}:{scale.source}",
        sentence=f"“{scale.question}” ({scale.source}) is asked from {new} since {tell_day(scale.since)}, and was "
        f"asked from {old} before: the two are not compared.",
        tone=Tone.NEITHER,
        customers=scale.answers[1],
        effect=WEIGHT,
        action="Keep one scale. If the new one stays, read its figures from its first day on.",
        figures=(Figure("on the new scale", estimate_share(scale.answers[1], whole)),),
        notes=(f"{scale.answers[0]:,} answers on the old scale, {scale.answers[1]:,} on the new one.",),
    )


def _tell_spellings(key: str, spelt: Spellings) -> Finding:
    names = ", ".join(f"“{name}” ({n:,})" for name, n in spelt.names)
    rarer = sum(n for _, n in spelt.names[1:])
    return Finding(
        kind=Kind.DATA_QUALITY,
        key=key,
        sentence=f"One {spelt.dimension} under {len(spelt.names)} names: {names}. Its figures are split between them.",
        tone=Tone.NEITHER,
        customers=rarer,
        effect=WEIGHT,
        action=f"Write “{spelt.names[0][0]}” wherever it comes from, and send those facts again.",
        figures=(Figure("under a rarer name", estimate_share(rarer, sum(n for _, n in spelt.names))),),
        notes=("Names that differ in case, accents, spaces or signs only.",),
    )


def _tell_response(key: str, weekly: Weekly, shift: Shift) -> Finding:
    place = weekly.about[0].replace("_", " ")
    since = tell_span(weekly.weeks[shift.low], weekly.weeks[shift.high])
    a_month = round(float(np.mean(weekly.n[shift.at :])) * WEEKS_A_MONTH)
    return Finding(
        kind=Kind.DATA_QUALITY,
        key=key,
        sentence=f"{capital(place) if place else 'Everywhere'}: {shift.after.brief()} of those we ask answer since "
        f"{since}, it was {shift.before.brief()}. About {a_month:,} are asked a month.",
        tone=Tone.WORSE,
        customers=a_month,
        effect=WEIGHT,
        action="Open the invitation as a customer gets it: does it arrive, does its link open, is it asked in time?",
        figures=(Figure("answer, since then", shift.after), Figure("answered before", shift.before)),
        course=_course(weekly),
        look=Look("response_rate", ("week",), {"touchpoint": weekly.about[0]} if place else {}, weekly.weeks[0], None),
        notes=("Invitations of 26 weeks, the newest two left out: they may still be answered.",),
    )


def _tell_unknown(key: str, weekly: Weekly, shift: Shift) -> Finding:
    table, column = weekly.about
    since = tell_span(weekly.weeks[shift.low], weekly.weeks[shift.high])
    a_month = round(float(np.mean(weekly.k[shift.at :])) * WEEKS_A_MONTH)
    return Finding(
        kind=Kind.DATA_QUALITY,
        key=key,
        sentence=f"{shift.after.brief()} of {_TABLES[table]} do not say {_COLUMNS[column]} since {since}; it was "
        f"{shift.before.brief()}. About {a_month:,} a month.",
        tone=Tone.NEITHER,
        customers=a_month,
        effect=WEIGHT,
        action=f"See what changed where they come from: without {column.replace('_id', '')} they count in totals only.",
        figures=(Figure("unknown, since then", shift.after), Figure("unknown before", shift.before)),
        course=_course(weekly),
        notes=("Facts of 26 weeks. The moment is estimated, and p allows for having looked for it.",),
    )


def _course(weekly: Weekly) -> tuple[Figure, ...]:
    cells = zip(weekly.weeks, weekly.k, weekly.n, strict=True)
    return tuple(Figure(week.isoformat(), estimate_share(float(k), float(n))) for week, k, n in cells)
