"""What customers did and wrote in a year, as segments ask it."""

from datetime import datetime

import ibis
import ibis.expr.types as ir

from untilyes.analysis.measures.topical import is_about
from untilyes.analysis.segments.condition import CAME_BY, NOES, WROTE_OF, Condition
from untilyes.analysis.segments.people import YEAR
from untilyes.lake import Lake


def list_doers(lake: Lake, one: Condition, *, at: datetime) -> ir.Table:
    """Those who wrote of a topic, came for something, or by a channel: a table with one column, `customer_id`."""
    value = str(one.value)
    if one.trait == WROTE_OF:
        heard = _of_the_year(lake, "heard", at)
        did = heard.filter(is_about(heard, value))
    else:
        came = _of_the_year(lake, "interactions", at)
        what = came["channel"] if one.trait == CAME_BY else ibis.coalesce(came["task"], came["touchpoint"])
        did = came.filter(what == value)
    return did.select("customer_id").distinct()


def count_times(lake: Lake, what: str, *, at: datetime) -> ir.Table:
    """How often each customer met us (`CONTACTS`), or said no (`NOES`): the columns `customer_id` and `times`."""
    if what == NOES:
        answers = _of_the_year(lake, "answers", at)
        did = answers.filter(answers["question"] == "effective", answers["value"] == 0)
    else:
        did = _of_the_year(lake, "interactions", at)
    return did.group_by("customer_id").aggregate(times=did.count())


def _of_the_year(lake: Lake, table: str, at: datetime) -> ir.Table:
    facts = lake.read(table)
    inside = (facts["at"] >= ibis.literal(at - YEAR)) & (facts["at"] < ibis.literal(at))
    return facts.filter(inside, facts["customer_id"].notnull())
