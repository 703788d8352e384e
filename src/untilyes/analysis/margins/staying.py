"""Staying laid against margins: who was still a customer half a year after a promise to them was kept or broken.

Whether somebody stayed is known only where departures are: of customers whose promise was settled after the first
departure in the books, and long enough before the last one. Each customer counts once, with the first such promise,
so that nothing that came later chooses it and nobody's departure counts twice.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from untilyes.analysis.leaving import FEWEST_LEAVERS
from untilyes.analysis.margins.curve import MarginCurve
from untilyes.analysis.margins.drawing import lay_curve
from untilyes.analysis.margins.promised import read_settled
from untilyes.lake import Lake

STAYED: Final = "stayed"
FOLLOWED: Final = timedelta(days=180)
"""How long after the promise was settled somebody must still be there to have stayed; as long as risk looks ahead."""
MATTERS_FOR_STAYING: Final = 0.01
"""A gain in staying whose plausible values all stay below this share is none worth working for."""

_AN_ASSOCIATION: Final = (
    "An association: what makes a delivery late may also make customers leave in other ways, and those who leave for "
    "other reasons are among them."
)


@dataclass(frozen=True)
class Known:
    """Between when departures are in the books."""

    first: datetime
    last: datetime

    @property
    def until(self) -> datetime:
        """Promises settled after this are too young to say who stayed."""
        return self.last - FOLLOWED


def read_staying_curve(
    lake: Lake, promise: str, *, since: date | None = None, until: date | None = None
) -> MarginCurve:
    """Lay who stayed against the margin of one promise given from `since` to the day before `until`.

    Of customers who were there when their promise was settled, the share still there `FOLLOWED` later; otherwise as
    `read_margin_curve`. Empty while nobody is known to have left; `find_why_not` says why.
    """
    known = _find_known(lake)
    if known is None:
        return lay_curve(promise, STAYED, [], matters=MATTERS_FOR_STAYING)
    rows = lake.fetch(lambda: _histogram(lake, promise, (since, until), known)).to_pylist()
    return lay_curve(promise, STAYED, rows, matters=MATTERS_FOR_STAYING, notes=_list_notes(known, lake.zone))


def find_why_not(lake: Lake, promise: str) -> str:
    """Why staying cannot be laid against this promise, in a sentence; empty where it can."""
    known = _find_known(lake)
    if known is None:
        return "No customer is known to have left, so nobody can say who stayed."
    if known.until <= known.first:
        return f"Departures are known of less than {FOLLOWED.days} days, too few to follow anybody for so long."
    curve = read_staying_curve(lake, promise)
    if not curve.n:
        return f"Nobody who was given this promise can be followed for {FOLLOWED.days} days."
    left = sum(share.n - (share.value or 0.0) * share.n for share in (curve.kept, curve.broken) if share.n)
    if round(left) < FEWEST_LEAVERS:
        return (
            f"Of {curve.n:,} customers who can be followed for {FOLLOWED.days} days after this promise {round(left)} "
            f"left; it takes {FEWEST_LEAVERS} to tell anything."
        )
    return ""


def _list_notes(known: Known, zone: str) -> tuple[str, ...]:
    first, last = (f"{moment.astimezone(ZoneInfo(zone)):%-d %b %Y}" for moment in (known.first, known.until))
    return (
        _AN_ASSOCIATION,
        f"A customer counts once, with their first promise settled from {first} to {last}: departures are known from "
        f"then on, and everybody is followed for {FOLLOWED.days} days.",
    )


def _find_known(lake: Lake) -> Known | None:
    def question() -> ir.Table:
        left = lake.read("customers")["left_at"]
        return left.as_table().aggregate(first=left.min(), last=left.max())

    row = lake.fetch(question).to_pylist()[0]
    return Known(row["first"], row["last"]) if row["first"] is not None else None


def _histogram(lake: Lake, promise: str, span: tuple[date | None, date | None], known: Known) -> ir.Table:
    """Additive counts of customers: whether kept, bin of margin (null: not delivered), whether they stayed → n."""
    settled = read_settled(lake, promise, span)
    settled = settled.filter(settled["settled_at"].between(ibis.literal(known.first), ibis.literal(known.until)))
    customers = lake.read("customers")
    whose = customers.filter(customers["customer_id"].notnull()).select(who="customer_id", gone="left_at")
    there = settled.inner_join(whose, settled["promise_to"] == whose["who"])
    there = there.filter(there["gone"].isnull() | (there["gone"] > there["settled_at"]))
    turn = ibis.row_number().over(group_by=there["who"], order_by=[there["settled_at"], there["promise_id"]])
    firsts = there.mutate(turn=turn)
    firsts = firsts.filter(firsts["turn"] == 0)
    followed = ibis.interval(seconds=int(FOLLOWED.total_seconds()))
    stayed = (firsts["gone"] > firsts["settled_at"] + followed).fill_null(True)
    return firsts.mutate(is_yes=stayed).group_by("is_kept", "bin", "is_yes").aggregate(n=lambda table: table.count())
