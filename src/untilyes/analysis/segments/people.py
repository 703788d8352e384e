"""What is known of each customer, and what each needed: the two tables from which segments are found."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from untilyes.lake import Lake
from untilyes.stats.checks import Floats

YEAR: Final = timedelta(days=365)
SAID_NO: Final = "said no"
"""The need of whoever said no to the first question."""
MOST_CUSTOMERS: Final = 100_000
MOST_VALUES: Final = 12
MOST_NEEDS: Final = 20
RAREST: Final = 0.02
"""A need that fewer customers have, and a value that fewer carry, tells no group from the others."""


@dataclass(frozen=True)
class People:
    """`traits`: one mapping a customer; `needs`: customers × names, 1 where the customer had the need in the year.

    Needs are what customers came for (tasks, or touchpoints where no task is known), what they wrote about (labelled
    reasons), that they said no, and that they left.
    """

    ids: tuple[str, ...]
    traits: tuple[Mapping[str, str | float], ...]
    names: tuple[str, ...]
    needs: Floats

    @property
    def halves(self) -> npt.NDArray[np.bool_]:
        """True for one half of the customers."""
        return halve(self.ids)


def halve(ids: Sequence[str]) -> npt.NDArray[np.bool_]:
    """True for one half of the customers, by their id: the same customers every time."""
    first = (blake2b(one.encode(), digest_size=1).digest()[0] for one in ids)
    return np.fromiter((byte % 2 == 0 for byte in first), dtype=np.bool_, count=len(ids))


def read_people(lake: Lake, *, at: datetime) -> People:
    """The newest 100,000 customers with their traits, and their needs of the year before `at`."""
    rows = lake.fetch(lambda: _customers(lake, at)).to_pylist()
    ids = tuple(row["customer_id"] for row in rows)
    place = {one: number for number, one in enumerate(ids)}
    had = [(row["customer_id"], row["need"]) for row in lake.fetch(lambda: _needs(lake, at)).to_pylist()]
    had += [(row["customer_id"], "left") for row in rows if row["left_at"] is not None]
    known = [(place[who], need) for who, need in had if who in place]
    often = Counter(need for _, need in known)
    common = {need for need, n in often.items() if RAREST <= n / len(ids) <= 1 - RAREST} if ids else set()
    names = tuple(need for need, _ in often.most_common() if need in common)[:MOST_NEEDS]
    column = {name: number for number, name in enumerate(names)}
    table = np.zeros((len(ids), len(names)))
    for who, need in known:
        if need in column:
            table[who, column[need]] = 1.0
    return People(ids, tuple(read_traits(row) for row in rows), names, table)


def _customers(lake: Lake, at: datetime) -> ir.Table:
    customers = lake.read("customers")
    known = customers.filter(customers["customer_id"].notnull(), customers["traits"].notnull(), customers["at"] <= at)
    newest = known.order_by(known["at"].desc(), known["customer_id"]).limit(MOST_CUSTOMERS)
    return newest.select("customer_id", "traits", "left_at")


def _needs(lake: Lake, at: datetime) -> ir.Table:
    """(customer_id, need), each pair once."""
    since, end = ibis.literal(at - YEAR), ibis.literal(at)
    came = lake.read("interactions")
    came = came.filter(came["at"] >= since, came["at"] < end)
    came = came.select("customer_id", need=ibis.coalesce(came["task"], came["touchpoint"]))
    answers = lake.read("answers")
    answers = answers.filter(answers["at"] >= since, answers["at"] < end)
    no = answers.filter(answers["question"] == "effective", answers["value"] == 0)
    no = no.select("customer_id", need=ibis.literal(SAID_NO))
    reason = answers.filter(answers["value"].isnull(), answers["choice"].notnull())
    reason = reason.select("customer_id", need=reason["choice"])
    had = came.union(no).union(reason)
    return had.filter(had["customer_id"].notnull(), had["need"].notnull()).distinct()


def read_traits(row: Mapping[str, Any]) -> dict[str, str | float]:
    """As recorded. For how long somebody has been here is not among them: it decides what they can have needed yet."""
    told = json.loads(row["traits"] or "{}")
    return {name: _value(value) for name, value in told.items() if value is not None}


def _value(value: Any) -> str | float:
    if isinstance(value, bool):
        return "true" if value else "false"
    return float(value) if isinstance(value, int | float) else str(value)


@dataclass(frozen=True)
class Feature:
    """One column of what is known: a number, or 1 where the trait has `value`.

    `other` is what everybody else has, where the trait has two values and is known of all. `is_whole` says that only
    whole numbers are known of it.
    """

    trait: str
    value: str | None = None
    other: str | None = None
    is_whole: bool = field(default=False, compare=False)


def lay_out_features(traits: Sequence[Mapping[str, str | float]]) -> tuple[tuple[Feature, ...], Floats]:
    """Customers × features. Numbers stand as they are (the median where unknown), texts with few values as 0 and 1.

    Traits of which fewer than 80 % of the customers are known say more about whom we know than about them.
    """
    names = sorted({name for one in traits for name in one})
    features: list[Feature] = []
    columns: list[Floats] = []
    for name in names:
        told = [one.get(name) for one in traits]
        known = [value for value in told if value is not None]
        if len(known) < 0.8 * len(traits):
            continue
        numbers = as_numbers(told)
        if numbers is not None:
            features.append(Feature(name, is_whole=all(float(value).is_integer() for value in known)))
            columns.append(np.where(np.isnan(numbers), np.nanmedian(numbers), numbers))
            continue
        often = Counter(str(value) for value in known)
        if len(often) == 2 and len(known) == len(traits):
            value, other = sorted(often)
            features.append(Feature(name, value, other))
            columns.append(np.array([str(one) == value for one in told], dtype=np.float64))
        elif 2 <= len(often) <= MOST_VALUES:
            for value in sorted(value for value, n in often.items() if n >= RAREST * len(traits)):
                features.append(Feature(name, value))
                columns.append(np.array([str(one) == value for one in told], dtype=np.float64))
    if not columns:
        return (), np.zeros((len(traits), 0))
    return tuple(features), np.column_stack(columns)


def as_numbers(told: Sequence[str | float | None]) -> Floats | None:
    """Values as numbers, NaN where unknown; None unless every known one is a number."""
    try:
        return np.array([np.nan if value is None else float(value) for value in told], dtype=np.float64)
    except ValueError:
        return None
