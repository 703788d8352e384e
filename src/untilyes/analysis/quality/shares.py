"""Weekly shares that tell about the facts, not about customers: how many answer, and of how many nothing is known."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import ibis.expr.types as ir
import numpy as np

from untilyes.lake import Lake
from untilyes.stats.checks import Floats

WEEKS: Final = 26
LATE: Final = 2
"""Whoever was asked in the last two weeks may still answer."""
KNOWN_OF: Final = ("answers", "comments", "interactions")
COLUMNS: Final = ("customer_id", "channel", "touchpoint", "team")


@dataclass(frozen=True)
class Weekly:
    """(k, n) per week, the oldest first. `weeks` are Mondays; `about` names what the share is of."""

    key: str
    about: tuple[str, str]
    weeks: tuple[date, ...]
    k: Floats
    n: Floats


def read_unknown(lake: Lake, *, until: date) -> Iterator[Weekly]:
    """Per table and column: how many facts of each week do not say it."""
    weeks = _weeks(until)
    for table in KNOWN_OF:
        n, missing = _count_missing(lake, table, weeks)
        for column in COLUMNS:
            yield Weekly(f"unknown:{table}:{column}", (table, column), weeks, missing[column], n)


def read_response(lake: Lake, *, until: date) -> Iterator[Weekly]:
    """How many of those invited each week answered: of all, and of each touchpoint."""
    weeks = _weeks(until - timedelta(weeks=LATE))
    counted: dict[str, Floats] = defaultdict(lambda: np.zeros((2, len(weeks))))

    def question() -> ir.Table:
        events = _within(lake.read_with_day("events"), weeks)
        asked = events.filter(events["activity"] == "invitation")
        return asked.group_by("touchpoint", week=_week(asked, weeks)).aggregate(
            n=asked.count(), k=(asked["amount"] > 0).cast("int64").sum()
        )

    for row in lake.fetch(question).to_pylist():
        for place in {"", str(row["touchpoint"] or "")}:
            counted[place][:, int(row["week"])] += float(row["k"] or 0), float(row["n"])
    for place, (k, n) in sorted(counted.items()):
        yield Weekly(f"response:{place}" if place else "response", (place, ""), weeks, k, n)


def _weeks(until: date) -> tuple[date, ...]:
    monday = until - timedelta(days=until.weekday())
    return tuple(monday - timedelta(weeks=back) for back in range(WEEKS, 0, -1))


def _within(table: ir.Table, weeks: tuple[date, ...]) -> ir.Table:
    return table.filter(table["day"] >= weeks[0], table["day"] < weeks[-1] + timedelta(weeks=1))


def _week(table: ir.Table, weeks: tuple[date, ...]) -> ir.Value:
    return (table["day"].delta(weeks[0], unit="day") / 7).floor().cast("int64")


def _count_missing(lake: Lake, name: str, weeks: tuple[date, ...]) -> tuple[Floats, dict[str, Floats]]:
    def question() -> ir.Table:
        table = _within(lake.read_with_day(name), weeks)
        missing = {column: table[column].isnull().cast("int64").sum() for column in COLUMNS}
        return table.group_by(week=_week(table, weeks)).aggregate(n=table.count(), **missing)

    n, missing = np.zeros(len(weeks)), {column: np.zeros(len(weeks)) for column in COLUMNS}
    for row in lake.fetch(question).to_pylist():
        n[int(row["week"])] = row["n"]
        for column in COLUMNS:
            missing[column][int(row["week"])] = row[column]
    return n, missing
