"""Who the members are, asked of the engine."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from untilyes.analysis.segments.condition import CONTACTS, DONE, NOES, TENURE, Condition, How
from untilyes.analysis.segments.deeds import count_times, list_doers
from untilyes.lake import Lake
from untilyes.lake.instants import seconds_between
from untilyes.lake.traits import read_trait

_MONTH_S: Final = 30.4375 * 86_400.0


def list_members(lake: Lake, conditions: Sequence[Condition], *, at: datetime) -> ir.Table:
    """The members as a table of the engine with one column, `customer_id`; tenure as of `at`, and what
    they did and wrote in the year before it.
    """
    customers = lake.read("customers")
    customers = customers.filter(customers["customer_id"].notnull())
    for one in conditions:
        if one.trait in DONE:
            did = list_doers(lake, one, at=at)
            keep = customers.anti_join if one.how is How.IS_NOT else customers.semi_join
            customers = keep(did, "customer_id")
        elif one.trait in (CONTACTS, NOES):
            customers = _count(lake, customers, one, at)
        else:
            customers = customers.filter(_meets(customers, one, at))
    return customers.select("customer_id").distinct()


def read_members(lake: Lake, conditions: Sequence[Condition], *, at: datetime, limit: int) -> list[dict[str, Any]]:
    """Some members with the days they joined and left (`joined_at`, `left_at`), those first who left last."""

    def question() -> ir.Table:
        customers, members = lake.read("customers"), list_members(lake, conditions, at=at)
        theirs = customers.filter(customers["customer_id"].isin(members["customer_id"]))
        newest = theirs.order_by(theirs["left_at"].desc(), theirs["joined_at"].desc(), theirs["customer_id"])
        return newest.limit(limit).select("customer_id", "joined_at", "left_at")

    rows: list[dict[str, Any]] = lake.fetch(question).to_pylist()
    return rows


def find_members(
    lake: Lake, conditions: Sequence[Condition], *, among: Collection[str], at: datetime
) -> frozenset[str]:
    """Which of these customers, by `customer_id`, are members; tenure as of `at`."""

    def members() -> ir.Table:
        found = list_members(lake, conditions, at=at)
        return found.filter(found["customer_id"].isin(sorted(among)))

    return frozenset(lake.fetch(members)["customer_id"].to_pylist()) if among else frozenset()


def _count(lake: Lake, customers: ir.Table, one: Condition, at: datetime) -> ir.Table:
    """Those of them who did it so often; whoever never did, did it no times."""
    times = count_times(lake, one.trait, at=at).rename(who="customer_id")
    counted = customers.left_join(times, customers["customer_id"] == times["who"]).drop("who")
    return counted.filter(_compare(counted["times"].fill_null(0), one)).drop("times")


def _meets(customers: ir.Table, one: Condition, at: datetime) -> ir.BooleanValue:
    if one.trait == TENURE:
        return _compare(_tenure(customers, at), one)
    told = read_trait(customers, one.trait).re_replace('^"|"$', "")
    if isinstance(one.value, float):
        return _compare(told.try_cast("float64"), one)
    if one.how is How.IS_NOT:
        return told.isnull() | (told != one.value)
    return told == one.value


def _compare(number: ir.Value, one: Condition) -> ir.BooleanValue:
    edge = ibis.literal(float(one.value))
    return (number < edge) if one.how is How.UNDER else (number >= edge)


def _tenure(customers: ir.Table, at: datetime) -> ir.Value:
    ended = ibis.coalesce(customers["left_at"], ibis.literal(at))
    return seconds_between(customers["joined_at"], ended) / _MONTH_S
