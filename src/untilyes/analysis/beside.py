"""Everything the event log says of one customer, read once for whatever stands beside their conversation."""

from collections.abc import Collection
from typing import Any, Final

import ibis

from untilyes.analysis.journeys.processes import origin_of
from untilyes.lake import Lake

MOST_EVENTS: Final = 5_000
"""The newest of a customer; whoever has more is told by these."""


def read_events_of(lake: Lake, keys: Collection[str], *, with_others: bool = False) -> list[dict[str, Any]]:
    """The events of the customer known by these keys, by journey and in order.

    Each has id, at, activity, channel, process_id, interaction_id, customer_id, `node` (origin|activity). `with_others`
    adds the steps of the same journeys that name nobody, or somebody else; it takes twice as long.
    """
    events = lake.read("events")
    wanted = events["customer_id"].isin(list(keys))
    if with_others:
        journeys = events.filter(wanted, events["process_id"].notnull()).select("process_id").distinct()
        wanted = wanted | events["process_id"].isin(journeys["process_id"])
    theirs = events.filter(wanted)
    told = theirs.select(
        "id", "at", "activity", "channel", "process_id", "interaction_id", "customer_id",
        node=origin_of(theirs["id"]) + "|" + theirs["activity"],
    )  # fmt: skip
    newest = told.order_by(ibis.desc("at")).limit(MOST_EVENTS)
    rows: list[dict[str, Any]] = lake.fetch(lambda: newest).to_pylist()
    return sorted(rows, key=lambda row: (row["process_id"] or "", row["at"], row["id"]))
