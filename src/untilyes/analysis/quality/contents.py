"""What facts say that cannot be, or that they say twice: each check is one condition the engine counts."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

import ibis.expr.types as ir

from untilyes.lake import Lake

DIMENSIONS: Final = ("channel", "touchpoint", "team", "source")
SPELT_IN: Final = ("interactions", "answers", "comments", "events", "outcomes")
FEWEST_ON_A_SCALE: Final = 20
OVERLAP: Final = timedelta(days=14)
"""Answers given on the old scale may still arrive for so long after the new one began."""


@dataclass(frozen=True)
class Check:
    """Something that cannot be: in which table, how it is told of several facts, and the condition that finds it."""

    key: str
    table: str
    told: str
    wrong: Callable[[ir.Table], ir.BooleanValue]


@dataclass(frozen=True)
class Wrong:
    """How many facts of a table meet a check, of how many, and when the newest of them happened."""

    check: Check
    facts: int
    of: int
    newest: date | None


@dataclass(frozen=True)
class Twice:
    """Facts told under several ids: how many too many, of how many."""

    table: str
    surplus: int
    of: int


@dataclass(frozen=True)
class NewScale:
    """A question asked on another scale than before: both scales as (lowest, highest), with how often each was used."""

    question: str
    source: str
    old: tuple[float, float]
    new: tuple[float, float]
    answers: tuple[int, int]
    since: date


@dataclass(frozen=True)
class Spellings:
    """One thing under several names: each with how many facts carry it, the commonest first."""

    dimension: str
    names: tuple[tuple[str, int], ...]


def _is_before(first: str, last: str) -> Callable[[ir.Table], ir.BooleanValue]:
    return lambda table: table[first] < table[last]


def _is_off_scale(answers: ir.Table) -> ir.BooleanValue:
    return (answers["value"] < answers["scale_min"]) | (answers["value"] > answers["scale_max"])


CHECKS: Final = (
    Check("closed_early", "interactions", "were closed before they were opened", _is_before("closed_at", "opened_at")),
    Check("kept_early", "outcomes", "were kept before they were promised", _is_before("kept_at", "promised_at")),
    Check("due_early", "outcomes", "were due before they were promised", _is_before("due_at", "promised_at")),
    Check("left_early", "customers", "left before they joined", _is_before("left_at", "joined_at")),
    Check("yes_early", "cases", "reached their yes before the no", _is_before("yes_at", "opened_at")),
    Check("off_scale", "answers", "lie outside the scale they were asked on", _is_off_scale),
    Check("absent", "employees", "say more days absent than there were", _is_before("period_days", "absence_days")),
)
FUTURE: Final = ("interactions", "answers", "comments", "events", "outcomes", "cases")


def list_checks(lake: Lake, *, until: date) -> list[Check]:
    """Every check, with those for facts that have not happened yet: after the day `until` in the lake's zone.

    What a history tells of days after its ordinary end is no future: nothing is that had happened when we learned it.
    """
    end = datetime.combine(until + timedelta(days=1), time(), ZoneInfo(lake.zone))
    future = (Check(f"future_{name}", name, "are dated in the future", _is_after(end)) for name in FUTURE)
    return [*CHECKS, *future]


def _is_after(end: datetime) -> Callable[[ir.Table], ir.BooleanValue]:
    return lambda table: (table["at"] >= end) & (table["at"] > table["ingested_at"])


def count_wrong(lake: Lake, *, until: date) -> list[Wrong]:
    """Every check with what it found, nothing included."""
    by_table: dict[str, list[Check]] = defaultdict(list)
    for check in list_checks(lake, until=until):
        by_table[check.table].append(check)
    return [wrong for name, checks in by_table.items() for wrong in _count_in(lake, name, checks)]


def _count_in(lake: Lake, name: str, checks: list[Check]) -> list[Wrong]:
    def question() -> ir.Table:
        table = lake.read_with_day(name)
        found = {check.key: check.wrong(table).fill_null(False) for check in checks}
        counts = {key: one.cast("int64").sum() for key, one in found.items()}
        newest = {f"{key}_day": table["day"].max(where=one) for key, one in found.items()}
        return table.aggregate(of=table.count(), **counts, **newest)

    row = lake.fetch(question).to_pylist()[0]
    return [Wrong(one, int(row[one.key] or 0), int(row["of"]), row[f"{one.key}_day"]) for one in checks if row["of"]]


def list_wrong(lake: Lake, key: str, *, until: date, limit: int = 50) -> list[dict[str, Any]]:
    """The newest facts that meet a check."""
    check = next(one for one in list_checks(lake, until=until) if one.key == key)

    def question() -> ir.Table:
        table = lake.read(check.table)
        wrong = table.filter(check.wrong(table))
        columns = ["id", "at", "source", "customer_id", "interaction_id"]
        return wrong.order_by(wrong["at"].desc(), wrong["id"]).select(*columns).limit(limit)

    rows: list[dict[str, Any]] = lake.fetch(question).to_pylist()
    return rows


_SAME: Final = {
    "comments": ("text", "customer_id", "source", "at"),
    "answers": ("question", "value", "customer_id", "interaction_id", "source", "at"),
}
"""What two facts of a table share when they are one fact; a fact of nobody known is compared by the rest."""


def count_twice(lake: Lake) -> list[Twice]:
    """Facts of a table that are there again, to the microsecond, under another id."""
    return [found for name in _SAME if (found := _count_twice(lake, name)) is not None]


def _count_twice(lake: Lake, name: str) -> Twice | None:
    def question() -> ir.Table:
        table = _worth_comparing(lake.read(name), name)
        grouped = table.group_by(list(_SAME[name])).aggregate(n=table.count())
        return grouped.aggregate(of=grouped["n"].sum(), distinct=grouped.count())

    row = lake.fetch(question).to_pylist()[0]
    return Twice(name, int(row["of"]) - int(row["distinct"]), int(row["of"])) if row["of"] else None


def _worth_comparing(table: ir.Table, name: str) -> ir.Table:
    """Short texts and answers of nobody known may be alike by chance."""
    if name == "comments":
        return table.filter(table["text"].length() >= 15)
    return table.filter(table["customer_id"].notnull() | table["interaction_id"].notnull(), table["value"].notnull())


def list_twice(lake: Lake, name: str, *, limit: int = 50) -> list[dict[str, Any]]:
    """The newest facts that are there under several ids, with how many."""

    def question() -> ir.Table:
        table = _worth_comparing(lake.read(name), name)
        grouped = table.group_by(list(_SAME[name])).aggregate(n=table.count(), id=table["id"].min())
        again = grouped.filter(grouped["n"] > 1)
        about = again["interaction_id"] if name == "answers" else again["text"]
        shown = again.select("id", "at", "source", "customer_id", "n", about=about)
        return shown.order_by(shown["at"].desc(), shown["id"]).limit(limit)

    rows: list[dict[str, Any]] = lake.fetch(question).to_pylist()
    return rows


def find_new_scales(lake: Lake, *, until: date) -> list[NewScale]:
    """Questions whose newest scale took the place of another, per source."""

    def question() -> ir.Table:
        answers = lake.read_with_day("answers")
        given = answers.filter(answers["scale_max"].notnull(), answers["value"].notnull(), answers["day"] < until)
        keys = ["question", "source", "scale_min", "scale_max"]
        return given.group_by(keys).aggregate(n=given.count(), first=given["day"].min(), last=given["day"].max())

    scales: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in lake.fetch(question).to_pylist():
        if row["n"] >= FEWEST_ON_A_SCALE:
            scales[row["question"], row["source"]].append(row)
    found = []
    for (name, source), used in sorted(scales.items()):
        used.sort(key=lambda row: (row["first"], row["scale_max"]))
        for old, new in pairwise(used):
            if old["last"] <= new["first"] + OVERLAP:
                ends = [(float(row["scale_min"]), float(row["scale_max"])) for row in (old, new)]
                found.append(NewScale(name, source, ends[0], ends[1], (int(old["n"]), int(new["n"])), new["first"]))
    return found


def find_spellings(lake: Lake) -> list[Spellings]:
    """Values of a dimension that differ in case, accents, spaces or signs only."""
    found = []
    for dimension in DIMENSIONS:
        alike: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for value, n in _count_values(lake, dimension).items():
            alike[fold_name(value)].append((value, n))
        for _, names in sorted(alike.items()):
            if len(names) > 1:
                found.append(Spellings(dimension, tuple(sorted(names, key=lambda one: (-one[1], one[0])))))
    return found


def fold_name(name: str) -> str:
    """A name without case, accents, spaces and signs.

    >>> fold_name("E-Mail"), fold_name("e_mail "), fold_name("Rücksendung")
    ('email', 'email', 'rucksendung')
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in plain if sign.isalnum()) or name


def _count_values(lake: Lake, dimension: str) -> dict[str, int]:
    counted: dict[str, int] = defaultdict(int)
    for name in SPELT_IN:

        def question(name: str = name) -> ir.Table:
            table = lake.read(name)
            known = table.filter(table[dimension].notnull())
            return known.group_by(value=known[dimension]).aggregate(n=known.count())

        for row in lake.fetch(question).to_pylist():
            counted[str(row["value"])] += int(row["n"])
    return counted
