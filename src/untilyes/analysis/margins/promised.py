"""The promises a margin is of: whom they were given to, when each was settled, and how early or late."""

from datetime import date

import ibis
import ibis.expr.types as ir

from untilyes.analysis.measures.counting import log_bin_of
from untilyes.lake import Lake
from untilyes.lake.instants import seconds_between


def read_settled(lake: Lake, promise: str, span: tuple[date | None, date | None]) -> ir.Table:
    """Every promise of one kind given within the span: to whom, about what, when it was settled, and its margin's bin.

    The bin is null while it is not delivered.
    """
    outcomes = lake.read_with_day("outcomes")
    outcomes = outcomes.filter(outcomes["promise"] == promise, outcomes["due_at"].notnull())
    since, until = span
    if since is not None:
        outcomes = outcomes.filter(outcomes["day"] >= since)
    if until is not None:
        outcomes = outcomes.filter(outcomes["day"] < until)
    due, kept = outcomes["due_at"], outcomes["kept_at"]
    return outcomes.select(
        promise_id=outcomes["id"],
        promise_to=outcomes["customer_id"],
        promise_about=outcomes["interaction_id"],
        due_at=due,
        kept_at=kept,
        # Once it is past due, a promise is settled: however late it is delivered, it is broken.
        settled_at=ibis.least(kept.coalesce(due), due),
        is_kept=(kept <= due).fill_null(False),
        bin=log_bin_of(seconds_between(kept, due)),
    )
