"""What the customers of a finding spent with us: counted from their purchases, never extrapolated."""

from datetime import date, timedelta
from typing import Any, Final

import ibis.expr.types as ir

from untilyes.analysis.findings.finding import Money, Who
from untilyes.lake import Lake

PURCHASE: Final = "purchase"
YEAR: Final = timedelta(days=365)
FEWEST: Final = 5
"""What fewer customers spent would tell on them."""


def count_money(lake: Lake, who: Who, *, until: date) -> Money | None:
    """What some people spent in the year before `until`; None where nobody knows who they are or that they spent.

    Everybody counts once, however often they are listed. Amounts are those of purchases, in whatever money they were
    recorded.
    """

    def question() -> ir.Table:
        events, listed = lake.read_with_day("events"), who()
        chosen = listed.filter(listed["who"].notnull()).distinct()
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
