"""Whether what was found is mended: the same figures before a day and since, with what chance may do to each."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import ibis.expr.types as ir

from untilyes.analysis.findings.finding import Reading, Trail
from untilyes.analysis.leaving import DAYS, Departures, count_departures, lay_out_periods
from untilyes.analysis.measures import MEASURES
from untilyes.analysis.segments.condition import Condition, read_conditions
from untilyes.analysis.segments.members import list_members
from untilyes.lake import Lake
from untilyes.stats.changes import compare_estimates, compare_shares

BEFORE: Final = timedelta(days=91)
"""How far back a measure is read, so that one side of it is a usual quarter."""
PERIODS_BEFORE: Final = 12
"""How many periods of 30 days departures are counted in before the day: leaving is rare."""


def watch_leavers(conditions: Sequence[Condition]) -> Trail:
    """Have the departures of those who meet the conditions read."""
    return Trail("leavers", {"conditions": json.dumps([one.to_dict() for one in conditions])})


def read_since(lake: Lake, watch: Trail, *, begun_on: date, until: date) -> tuple[Reading, ...]:
    """The figures that say whether it is mended, the first one first; none while nothing of the time since is known.

    The first is what is judged, the others stand beside it. Raises LookupError for a question nobody knows.
    """
    if watch.question == "measure":
        return _read_measure(lake, watch.given, begun_on, until)
    periods = (until - begun_on).days // DAYS
    if not periods:
        return ()
    sides = ((begun_on, PERIODS_BEFORE), (begun_on + timedelta(days=DAYS * periods), periods))
    if watch.question == "departures":
        counted = [count_departures(lake, until=end, periods=n) for end, n in sides]
        return _compare_departures(str(watch.given["reason"]), *counted)
    if watch.question == "leavers":
        theirs = [_count_leavers(lake, str(watch.given["conditions"]), end, n) for end, n in sides]
        return (Reading(f"left within {DAYS} days, of these customers", compare_shares(*theirs, better="lower")),)
    raise LookupError(f"Nobody knows how to watch {watch.question!r}.")


def _read_measure(lake: Lake, given: Mapping[str, str | float], begun_on: date, until: date) -> tuple[Reading, ...]:
    measure = MEASURES[str(given["measure"])]
    where = {name: str(value) for name, value in given.items() if name != "measure"}
    before = measure(lake, where=where, since=begun_on - BEFORE, until=begun_on).total
    after = measure(lake, where=where, since=begun_on, until=until).total
    return (Reading(measure.title.lower(), compare_estimates(before, after, better=measure.better)),)


def _compare_departures(reason: str, before: Departures | None, after: Departures | None) -> tuple[Reading, ...]:
    sides = [_count_under(counted, reason) for counted in (before, after)]
    of_all = [(under, here) for under, _, here in sides]
    of_leavers = [(under, left) for under, left, _ in sides]
    return (
        Reading(f"left after it within {DAYS} days, of all customers", compare_shares(*of_all, better="lower")),
        Reading("departures that followed it, of all departures", compare_shares(*of_leavers, better="lower")),
    )


def _count_under(counted: Departures | None, reason: str) -> tuple[float, float, float]:
    """(left after the reason, left, customers and periods); nothing where nobody left at all."""
    if counted is None:
        return 0.0, 0.0, 0.0
    names = [one.key for one in counted.reasons]
    under = counted.leavers_under(names.index(reason)) if reason in names else 0.0
    return under, counted.leavers, float(counted.n.sum())


def _count_leavers(lake: Lake, conditions: str, until: date, periods: int) -> tuple[float, float]:
    """(left, customers and periods) among those who meet the conditions."""
    end = datetime.combine(until, time(), ZoneInfo(lake.zone))
    since = end - timedelta(days=DAYS * periods)

    def question() -> ir.Table:
        panel = lay_out_periods(lake.read("customers"), since, end, periods)
        theirs = panel.semi_join(list_members(lake, read_conditions(json.loads(conditions)), at=end), "customer_id")
        return theirs.aggregate(n=theirs.count(), left=theirs["leaves"].sum())

    row = lake.fetch(question).to_pylist()[0]
    return float(row["left"] or 0), float(row["n"])
