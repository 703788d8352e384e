"""Roll-ups: per measure, day and cell, how many facts fell into each bin; kept in step with the facts.

Each roll-up remembers, as app transactions of the commit that wrote it, up to which version of each fact table it
counts. What happened since is read from the Delta log (`changes`), and exactly the days that may differ are counted
anew and replaced under a predicate, in one commit together with the new version numbers. Killed before that commit,
nothing changed; killed after, everything did. A question asked between two refreshes takes the untouched days from the
roll-up and counts the others from the facts, so screens are never behind.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Literal, Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from untilyes.lake.changes import EVERYTHING, Stale, days_changed
from untilyes.lake.days import day_start, months_of_days
from untilyes.lake.delta import WRITER, DeltaFolder, open_newest
from untilyes.lake.engines.duckdb import literal
from untilyes.lake.engines.engine import Engine
from untilyes.lake.schema import TABLES

Read = Callable[[str], ir.Table]
Reach = Literal["day", "later", "all"]

CELL = ("day", "source", "channel", "touchpoint", "team", "part")
MOST_DAYS_LISTED = 750


class Histogrammed(Protocol):
    """What the lake must know of a measure to keep its roll-up. `edition` rises when its definition changes.

    `facts` builds, from tables as `read` gives them (with `day`), one row per counted value with the columns
    of `CELL` and `bin`. `reach` says which days' counts a new fact may alter: its own, its own and later
    ones (the first answer of an interaction), or any.
    """

    @property
    def name(self) -> str: ...
    @property
    def edition(self) -> int: ...
    @property
    def tables(self) -> tuple[str, ...]: ...
    @property
    def reach(self) -> Reach: ...
    @property
    def facts(self) -> Callable[[Read], ir.Table]: ...


@dataclass(frozen=True)
class Snapshot:
    """The fact tables at one version each, so that what is counted and what is remembered as counted agree."""

    folders: dict[str, DeltaFolder]
    zone: str
    deltas: dict[str, DeltaTable | None]
    engine: Engine

    def version(self, table: str) -> int:
        """The version looked at; -1 for a table that does not exist yet."""
        delta = self.deltas[table]
        return delta.version() if delta else -1

    def reader(self, stale: Stale, reach: Reach) -> Read:
        """Reads tables with `day`, only the stale days where a day's counts depend on nothing else."""

        def read(table: str) -> ir.Table:
            rows = self.engine.as_view(TABLES[table], self.deltas[table], zone=self.zone)
            return rows if stale.everything or reach != "day" else only_days(rows, stale.days, self.zone)

        return read


def take_snapshot(folders: Iterable[DeltaFolder], zone: str, engine: Engine) -> Snapshot:
    """Open the newest version of each table."""
    named = {folder.table.name: folder for folder in folders}
    deltas = {name: open_newest(folder.path) if folder.exists() else None for name, folder in named.items()}
    return Snapshot(named, zone, deltas, engine)


def only_days(rows: ir.Table, days: Iterable[date], zone: str) -> ir.Table:
    """Rows of some local days; the bounds on `at` and `month` are implied, and let whole files be skipped."""
    listed = sorted(days)
    if not listed:
        return rows.filter(False)
    first, last = day_start(listed[0], zone), day_start(date.fromordinal(listed[-1].toordinal() + 1), zone)
    within = [rows["at"] >= first, rows["at"] < last, rows["month"].isin(months_of_days(listed))]
    is_gapless = (listed[-1] - listed[0]).days + 1 == len(listed)
    return rows.filter(within if is_gapless else [*within, rows["day"].isin(listed)])


def find_stale(measure: Histogrammed, rollups: DeltaTable | None, facts: Snapshot) -> Stale:
    """The days on which the measure's roll-up may no longer say what the facts say."""
    stale = Stale()
    for table in measure.tables:
        covered = rollups.transaction_version(marker(measure, table, facts.zone)) if rollups else None
        if covered is None:
            return EVERYTHING
        stale |= days_changed(facts.folders[table].path, since=covered, until=facts.version(table), zone=facts.zone)
    if (stale and measure.reach == "all") or len(stale.days) > MOST_DAYS_LISTED:
        return EVERYTHING
    return stale


@dataclass(frozen=True)
class Bars:
    """Where a measure's counts are: bars rolled up, with `n`, and facts still to be counted; either may be None."""

    rolled: ir.Table | None
    facts: ir.Table | None


def read_bars(measure: Histogrammed, rollups: DeltaFolder, facts: Snapshot, *, from_facts: bool = False) -> Bars:
    """The measure's counts from its roll-up as far as that is current, and from the facts for the rest."""
    delta = open_newest(rollups.path) if rollups.exists() and not from_facts else None
    stale = find_stale(measure, delta, facts)
    if stale.everything:
        return Bars(rolled=None, facts=_stale_facts(measure, facts, stale))
    bars = facts.engine.as_view(rollups.table, delta)
    bars = bars.filter(bars["measure"] == measure.name)
    if not stale:
        return Bars(rolled=bars, facts=None)
    untouched = bars["day"] < min(stale.days) if measure.reach == "later" else bars["day"].notin(sorted(stale.days))
    return Bars(rolled=bars.filter(untouched), facts=_stale_facts(measure, facts, stale))


def refresh_rollups(rollups: DeltaFolder, facts: Callable[[], Snapshot], measures: Iterable[Histogrammed]) -> int:
    """Bring the measures' roll-ups up to the newest facts; returns how many bars were written."""

    def family(measure: Histogrammed) -> tuple[Any, ...]:
        return measure.tables, measure.reach

    written = 0
    for _, group in groupby(sorted(measures, key=lambda one: (*family(one), one.name)), key=family):
        for members, stale in _alike(list(group), rollups, facts()):
            written += _replace(rollups, facts, members, stale)
    return written


def marker(measure: Histogrammed, table: str, zone: str) -> str:
    """The app id under which a roll-up remembers how far into a table it counts."""
    return f"rollup {measure.name}/{measure.edition} of {table} in {zone}"


def histogram(rows: ir.Table, keys: Sequence[str] = CELL) -> ir.Table:
    """Bars: how many rows fell into each bin of each cell."""
    return rows.group_by([*keys, "bin"]).aggregate(n=rows.count())


def _alike(
    measures: list[Histogrammed], rollups: DeltaFolder, facts: Snapshot
) -> Iterable[tuple[list[Histogrammed], Stale]]:
    """Measures of one family with the same stale days are counted and committed together."""
    known = rollups.open()
    found: dict[Stale, list[Histogrammed]] = {}
    for measure in measures:
        found.setdefault(find_stale(measure, known, facts), []).append(measure)
    return [(members, stale) for stale, members in found.items()]


def _replace(rollups: DeltaFolder, facts: Callable[[], Snapshot], members: list[Histogrammed], stale: Stale) -> int:
    if not stale:
        return 0

    def attempt(delta: DeltaTable) -> int:
        snapshot = facts()  # taken inside the lock: another refresh may have finished meanwhile
        current = Stale()
        for member in members:
            current |= find_stale(member, delta, snapshot)
        if not current:
            return 0
        bars = pa.concat_tables([_count(member, snapshot, current) for member in members])
        marks = [
            Transaction(marker(member, table, snapshot.zone), snapshot.version(table))
            for member in members
            for table in member.tables
        ]
        write_deltalake(
            delta,
            bars,
            mode="overwrite",
            predicate=_predicate(members, current),
            writer_properties=WRITER,
            commit_properties=CommitProperties(app_transactions=marks),
        )
        return int(bars.num_rows)

    return rollups.write(attempt)


def _stale_facts(measure: Histogrammed, facts: Snapshot, stale: Stale) -> ir.Table:
    rows = measure.facts(facts.reader(stale, measure.reach))
    if not stale.everything and measure.reach == "later":
        rows = rows.filter(rows["day"] >= min(stale.days))
    return rows.filter(rows["bin"].notnull())


def _count(measure: Histogrammed, facts: Snapshot, stale: Stale) -> pa.Table:
    bars = histogram(_stale_facts(measure, facts, stale))
    shaped = bars.mutate(measure=ibis.literal(measure.name), month=bars["day"].strftime("%Y-%m"))
    return shaped.select(*TABLES["rollups"].arrow.names).to_pyarrow().cast(TABLES["rollups"].arrow)


def _predicate(members: list[Histogrammed], stale: Stale) -> str:
    names = ", ".join(literal(member.name) for member in members)
    which = f"measure IN ({names})"
    if stale.everything:
        return which
    listed = sorted(stale.days)
    if members[0].reach == "later":
        return f"{which} AND day >= DATE '{listed[0]}'"
    months = ", ".join(literal(month) for month in sorted({day.strftime("%Y-%m") for day in listed}))
    days = ", ".join(f"DATE '{day}'" for day in listed)
    return f"{which} AND month IN ({months}) AND day IN ({days})"
