"""Whom a finding is about, as the engine knows them, and whether two findings are about the same people."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from untilyes.analysis.findings.finding import Candidate, Who
from untilyes.analysis.leaving import DAYS, REACH, list_happenings
from untilyes.analysis.measures.topical import is_about
from untilyes.lake import Lake
from untilyes.lake.traits import read_trait

SAME: Final = 0.8
"""Where this part of everybody in either of two groups is in both, they are one group under two names."""
LATELY: Final = timedelta(days=91)
"""A change or a difference is about those who answered in its place in this time."""
YEAR: Final = timedelta(days=365)
LEFT: Final = "left"
"""The claim that some customers left more than others."""
_PLACES: Final = ("touchpoint", "channel")


def meet_in(lake: Lake) -> Callable[[Candidate, Candidate], bool]:
    """Whether two candidates are about the same people of this lake."""

    @cache
    def share(one: Who, other: Who) -> float:
        return share_people(lake, one, other)

    def are_the_same(one: Candidate, other: Candidate) -> bool:
        return one.people is not None and other.people is not None and share(one.people, other.people) >= SAME

    return are_the_same


def share_people(lake: Lake, one: Who, other: Who) -> float:
    """The part of everybody in either group who is in both (Jaccard), 0 to 1."""

    def question() -> ir.Table:
        sides = [_list_once(who).mutate(side=ibis.literal(bit)) for who, bit in ((one, 1), (other, 2))]
        listed = ibis.union(*sides)
        each = listed.group_by("who").aggregate(sides=listed["side"].sum())
        return each.aggregate(both=(each["sides"] == 3).sum(), either=each.count())

    row = lake.fetch(question).to_pylist()[0]
    return float(row["both"] or 0) / float(row["either"]) if row["either"] else 0.0


def _list_once(who: Who) -> ir.Table:
    listed = who()
    return listed.filter(listed["who"].notnull()).distinct()


def who_answered(lake: Lake, where: Mapping[str, str], *, until: date) -> Who | None:
    """Those who answered anything in a touchpoint, on a channel or both lately; None for everywhere."""
    place = {name: value for name, value in where.items() if name in _PLACES}
    if not place:
        return None

    def answered() -> ir.Table:
        answers = lake.read_with_day("answers")
        here = answers.filter(answers["day"] >= until - LATELY, answers["day"] < until)
        for name, value in place.items():
            here = here.filter(here[name] == value)
        return here.select(who="customer_id")

    return answered


def who_was_served(lake: Lake, team: str, *, until: date) -> Who:
    """Those who answered anything about a team's work lately."""

    def served() -> ir.Table:
        answers = lake.read_with_day("answers")
        theirs = answers.filter(answers["team"] == team)
        return theirs.filter(theirs["day"] >= until - LATELY, theirs["day"] < until).select(who="customer_id")

    return served


def who_was_let_down(lake: Lake, promises: Sequence[str], *, until: date) -> Who:
    """Those to whom any of some promises was kept late within the year."""

    def broken() -> ir.Table:
        outcomes = lake.read_with_day("outcomes")
        given = outcomes.filter(outcomes["promise"].isin(list(promises)))
        given = given.filter(given["day"] >= until - YEAR, given["day"] < until)
        return given.filter(given["kept_at"] > given["due_at"]).select(who="customer_id")

    return broken


def who_wrote_of(lake: Lake, topic: str, *, until: date) -> Who:
    """Those of whom a comment of the year is about a topic."""

    def wrote() -> ir.Table:
        heard = lake.read_with_day("heard")
        lately = heard.filter(heard["day"] >= until - YEAR, heard["day"] < until)
        return lately.filter(is_about(lately, topic)).select(who="customer_id")

    return wrote


def who_is_exposed(lake: Lake, reason: str, *, until: date) -> Who:
    """Those to whom a reason to leave happened within the time for which it counts."""
    end = datetime.combine(until, time(), ZoneInfo(lake.zone))
    since = ibis.literal(end - timedelta(days=DAYS * REACH))

    def exposed() -> ir.Table:
        happened = list_happenings(lake, reason, end)
        return happened.filter(happened["happened"] >= since).select(who="customer_id")

    return exposed


def who_carries(lake: Lake, trait: str, value: str) -> Who:
    """Those with a value of a trait."""

    def carrying() -> ir.Table:
        customers = lake.read("customers")
        told = read_trait(customers, trait).re_replace('^"|"$', "")
        return customers.filter(told == value).select(who="customer_id")

    return carrying


def who_stays(lake: Lake, who: Who, *, until: date) -> Who:
    """Those of them who have not left before the day `until`."""
    end = ibis.literal(datetime.combine(until, time(), ZoneInfo(lake.zone)))

    def here() -> ir.Table:
        listed, customers = _list_once(who), lake.read("customers")
        gone = customers.filter(customers["left_at"] < end).select(left="customer_id")
        return listed.anti_join(gone, listed["who"] == gone["left"])

    return here
