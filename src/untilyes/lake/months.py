"""What a table holds of each month, as the Delta log tells it: reads no data."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from deltalake import DeltaTable

from untilyes.lake.days import month_start


@dataclass(frozen=True)
class Month:
    """One month (UTC) of a table: when it begins, how many facts it holds, and the latest instant they tell of."""

    begins_at: datetime
    facts: int
    latest_at: datetime


def months_in(delta: DeltaTable) -> list[Month]:
    """The months of a table version, the earliest first; months without facts are left out."""
    files = pa.table(delta.get_add_actions(flatten=True)).select(["partition.month", "num_records", "max.at"])
    added = files.group_by("partition.month").aggregate([("num_records", "sum"), ("max.at", "max")]).to_pylist()
    found = (
        Month(month_start(row["partition.month"]), int(row["num_records_sum"]), row["max.at_max"])
        for row in added
        if row["num_records_sum"] and row["max.at_max"] is not None
    )
    return sorted(found, key=lambda month: month.begins_at)
