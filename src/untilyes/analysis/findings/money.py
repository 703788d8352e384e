"""What the customers of a finding spent with us: counted from their purchases, never extrapolated."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import ibis.expr.types as ir

from untilyes.analysis.breaks import open_log
from untilyes.analysis.findings.finding import Finding, Kind, Money
from untilyes.analysis.leaving import DAYS, REACH
from untilyes.lake import Lake

PURCHASE: Final = "purchase"
YEAR: Final = timedelta(days=365)
LATELY: Final = timedelta(days=91)
FEWEST: Final = 5
"""What fewer customers spent would tell on them."""

Who = Callable[[], ir.Table]


def count_money(lake: Lake, finding: Finding, *, until: date) -> Money | None:
    """What those a finding is about spent in the year before `until`; None where nobody knows who they are or spent.

    A change or a difference is about those who answered there in the last 13 weeks, a broken promise about those it was
    broken to in the year, a break in the journey about those who waited or went that way, a source of leaving about
    those who are exposed to it and still here. Amounts are those of purchases, in whatever money they were recorded.
    """
    who = _find_customers(lake, finding, until)
    if who is None:
        return None

    def question() -> ir.Table:
        events, chosen = lake.read_with_day("events"), who().distinct()
        spent = events.filter(
            events["activity"] == PURCHASE,
            events["amount"].notnull(),
            events["customer_id"].notnull(),
            events["day"] >= until - YEAR,
            events["day"] < until,
        )
        joined = spent.left_join(chosen.mutate(theirs=True), spent["customer_id"] == chosen["who"])
        theirs = joined["theirs"].fill_null(False)
        return joined.aggregate(
            amount=joined["amount"].sum(where=theirs),
            whole=joined["amount"].sum(),
            customers=joined["customer_id"].nunique(where=theirs),
        )

    row: dict[str, Any] = lake.fetch(question).to_pylist()[0]
    if not row["whole"] or row["customers"] < FEWEST:
        return None
    return Money(float(row["amount"]), float(row["amount"]) / float(row["whole"]), int(row["customers"]))


def _find_customers(lake: Lake, finding: Finding, until: date) -> Who | None:
    """One column, `who`: the customers a finding is about. None where the finding names no customers."""
    if finding.kind in {Kind.CHANGE, Kind.DIFFERENCE} and finding.look and finding.look.where:
        return lambda: _answered_there(lake, finding, until)
    if finding.kind is Kind.BROKEN_PROMISE:
        return lambda: _promised(lake, finding.key.partition(":")[2], until)
    if finding.kind is Kind.JOURNEY_BREAK and finding.rows:
        return _journeyed(lake, finding, until)
    if finding.kind is Kind.CHURN_SOURCE:
        return _exposed(lake, finding.key, until)
    return None


def _answered_there(lake: Lake, finding: Finding, until: date) -> ir.Table:
    answers = lake.read_with_day("answers")
    here = answers.filter(answers["day"] >= until - LATELY, answers["day"] < until)
    for name, value in (finding.look.where if finding.look else {}).items():
        if name in {"touchpoint", "channel", "team", "source"}:
            here = here.filter(here[name] == value)
    return here.filter(here["customer_id"].notnull()).select(who="customer_id")


def _promised(lake: Lake, promise: str, until: date) -> ir.Table:
    outcomes = lake.read_with_day("outcomes")
    given = outcomes.filter(outcomes["promise"] == promise, outcomes["day"] >= until - YEAR, outcomes["day"] < until)
    broken = given.filter(given["kept_at"] > given["due_at"], given["customer_id"].notnull())
    return broken.select(who="customer_id")


def _journeyed(lake: Lake, finding: Finding, until: date) -> Who | None:
    log, trail = open_log(lake, until=until), finding.rows
    if log is None or trail is None or trail.question != "slow_journeys":
        return None
    given = trail.given

    def slow() -> ir.Table:
        waits = log.waits()
        waited = waits.filter(waits["activity"] == given["before"], waits["after"] == given["after"])
        waited = waited.filter(waited["waited"] > float(given["beyond_s"]), waited["customer_id"].notnull())
        return waited.select(who="customer_id")

    return slow


def _exposed(lake: Lake, key: str, until: date) -> Who | None:
    """Customers still here to whom it happened within the time it reaches; waves name no time that lasts."""
    kind = key.partition(":")[2]
    end = datetime.combine(until, time(), ZoneInfo(lake.zone))
    since = end - timedelta(days=DAYS * REACH)

    def happened() -> ir.Table:
        if kind == "no_without_yes":
            cases = lake.read("cases")
            unheard = cases.filter(cases["ended_at"].notnull(), cases["yes_at"].isnull(), cases["opened_at"] >= since)
            return unheard.select(who="customer_id")
        outcomes = lake.read("outcomes")
        late = outcomes["kept_at"].isnull() | (outcomes["kept_at"] > outcomes["due_at"])
        broken = outcomes.filter(outcomes["promise"] == kind.partition(":")[2], late, outcomes["due_at"] >= since)
        return broken.filter(broken["due_at"] < end).select(who="customer_id")

    def here() -> ir.Table:
        table, customers = happened(), lake.read("customers")
        gone = customers.filter(customers["left_at"] < end).select(left="customer_id")
        return table.filter(table["who"].notnull()).anti_join(gone, table["who"] == gone["left"])

    return here if kind == "no_without_yes" or kind.startswith("broken:") else None
