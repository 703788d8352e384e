"""SIPOC: who hands in, what comes in, what is done, what comes out, who receives it; as far as the log says."""

from dataclasses import dataclass
from typing import Final

from untilyes.analysis.journeys.log import JourneyLog
from untilyes.analysis.journeys.mapping import JourneyMap
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share

MOST: Final = 5
STEPS: Final = 7
USUAL: Final = 0.5
"""A step of the process as drawn on a page is one that half of the journeys have."""

Counted = tuple[tuple[str, Estimate], ...]


@dataclass(frozen=True)
class Sipoc:
    """The five columns, each entry with its share of journeys; `unknown` says what the log leaves open."""

    suppliers: Counted
    inputs: Counted
    process: Counted
    outputs: Counted
    customers: int
    known_customers: Estimate
    unknown: tuple[str, ...]


def read_sipoc(log: JourneyLog, found: JourneyMap) -> Sipoc:
    """Suppliers by the channel the first step came in by; inputs and outputs by first and last steps."""
    ends, journeys = log.ends, found.journeys
    channels = log.fetch(ends.group_by("channel").aggregate(n=ends.count()))
    (who,) = log.fetch(ends.aggregate(known=ends["customer_id"].count(), customers=ends["customer_id"].nunique()))
    by_channel = [(str(row["channel"]), int(row["n"])) for row in channels if row["channel"] is not None]
    usual = [one for one in found.activities if one.journeys >= USUAL * journeys][:STEPS]
    known = estimate_share(who["known"] or 0, journeys)
    return Sipoc(
        _shares(by_channel, journeys),
        _shares([(one.name, one.starts) for one in found.activities], journeys),
        tuple((one.name, estimate_share(one.journeys, journeys)) for one in usual),
        _shares([(one.name, one.ends) for one in found.activities], journeys),
        int(who["customers"] or 0),
        known,
        tuple(_list_unknown(by_channel, known, journeys)),
    )


def _shares(counted: list[tuple[str, int]], whole: int) -> Counted:
    largest = sorted((one for one in counted if one[1]), key=lambda one: (-one[1], one[0]))[:MOST]
    return tuple((name, estimate_share(n, whole)) for name, n in largest)


def _list_unknown(channels: list[tuple[str, int]], known: Estimate, journeys: int) -> list[str]:
    told = []
    missing = journeys - sum(n for _, n in channels)
    if missing:
        told.append(f"By which way {missing:,} of {journeys:,} journeys came in is not written down.")
    if (known.value or 0.0) < 1.0:
        told.append(f"Who the customer was is known for {known.brief()} of the journeys.")
    told.append("What was handed in and handed out as such (a form, goods, money) is in no log: only the steps are.")
    return told
