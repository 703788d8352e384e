"""Who needs something else: groups of customers, found on one half of them and confirmed by the other."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import ibis.expr.types as ir

from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Tone, Trail
from untilyes.analysis.findings.people import LEFT, who_stays
from untilyes.analysis.findings.watching import watch_leavers
from untilyes.analysis.findings.wording import capital
from untilyes.analysis.segments.finding import Differs, Found, Segmentation, find_segments
from untilyes.analysis.segments.members import list_members
from untilyes.lake import Lake

UNWELCOME: Final = (LEFT, "said no")
"""Needs nobody wishes a customer to have: more of them is worse."""
MONTHS: Final = 12


def examine_groups(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per group and need in which it differs; the other half of the customers has confirmed each.

    What a group differs in besides is told with its widest difference, the unwelcome ones first.
    """
    end = datetime.combine(until, time(), ZoneInfo(lake.zone))
    found = find_segments(lake, at=end)
    for group in found.segments:
        widest = min(group.differs, key=lambda one: (one.need not in UNWELCOME, -abs(one.change.delta or 0.0)))
        for one in group.differs:
            explained = () if one is widest else (_key(group, widest),)
            explained = (*explained, *_explaining(found, group, one))
            tell = partial(_tell, group, one, found.customers)
            people = who_stays(lake, partial(_list, lake, group, end), until=until)
            claim = LEFT if one.need == LEFT and _tone(one) is Tone.WORSE else ""
            yield Candidate(_key(group, one), one.change.p, True, tell, explained, people=people, claim=claim)


def _explaining(found: Segmentation, group: Found, one: Differs) -> Iterator[str]:
    """Of two groups that are everybody, the other one says the same the other way round; the unwelcome side is told."""
    others = [other for other in found.segments if other is not group]
    is_everybody = len(others) == 1 and round((group.share.value or 0.0) + (others[0].share.value or 0.0), 6) == 1
    if is_everybody and any(other.need == one.need for other in others[0].differs):
        mine, theirs = (_tone(one) is Tone.WORSE, group.share.value or 0.0, group.told), others[0].share.value or 0.0
        if mine < (_tone(one) is Tone.BETTER, theirs, others[0].told):
            yield _key(others[0], one)


def _list(lake: Lake, group: Found, at: datetime) -> ir.Table:
    return list_members(lake, group.conditions, at=at).select(who="customer_id")


def _tell(group: Found, one: Differs, customers: int) -> Finding:
    members = round((group.share.value or 0.0) * customers)
    after, before = one.change.after, one.change.before
    verb = {"left": "have left", "said no": "said no within a year"}.get(one.need, f"came for “{one.need}” in a year")
    told = f"{after.brief()} {verb}, of all others {before.brief()}"
    return Finding(
        kind=Kind.CHURN_SOURCE if one.need == "left" else Kind.DIFFERENCE,
        key=_key(group, one),
        sentence=f"{capital(group.told)}: {told} ({members:,} customers).",
        tone=_tone(one),
        customers=max(round(members / MONTHS), 1),
        effect=abs(one.change.delta or 0.0),
        action=f"Ask some of them what they need that others do not, and what would have helped ({group.told}).",
        change=one.change,
        figures=(Figure("this group", after), Figure("all others", before)),
        rows=Trail("group", {"conditions": json.dumps([condition.to_dict() for condition in group.conditions])}),
        watch=watch_leavers(group.conditions) if one.need == LEFT else None,
        notes=(
            "The group was found on one half of the customers; the figures are those of the other half, which had no "
            "part in finding it.",
            "An association: a trait that goes with a need need not cause it.",
        ),
    )


def _tone(one: Differs) -> Tone:
    if one.need not in UNWELCOME:
        return Tone.NEITHER
    return Tone.WORSE if (one.change.delta or 0.0) > 0 else Tone.BETTER


def _key(group: Found, one: Differs) -> str:
    return f"group:{group.told}:{one.need}"
