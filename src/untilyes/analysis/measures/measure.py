"""A measure: the question it answers, the facts it counts, and how the count becomes a number with its interval."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

import ibis.expr.types as ir
import pyarrow as pa

from untilyes.analysis.measures.kinds import Bins, Kind, Mix
from untilyes.analysis.measures.reading import FLOOR, GRAINS, Cell, Key, Reading, find_hidden
from untilyes.analysis.measures.topical import TOPIC, add_topics, keep_topics
from untilyes.lake import Lake
from untilyes.lake.rollups import CELL, Reach, Read
from untilyes.stats.results import Estimate

DIMENSIONS = ("source", "channel", "touchpoint", "team")
UNITS = {"week": "W", "month": "M"}

Where = Mapping[str, str | Sequence[str | None] | None]
Among = Callable[[Lake], ir.Table]
"""Whose facts are counted: a table of the engine with the column `customer_id`."""


class UnknownDimension(ValueError):
    """A dimension the measure cannot be split or filtered by."""


@dataclass(frozen=True)
class Measure:
    """One measure. Call it with a lake to get a `Reading`.

    `count` builds, from the tables it reads, one row per counted value: the table's own columns plus `day`,
    `part` (the measure's own dimension, named by `part`) and `bin`. With `apart`, values of different parts never
    meet in one estimate (scales). `edition` rises whenever `count` changes, so that roll-ups are counted anew.
    """

    name: str
    title: str
    question: str
    kind: Kind
    tables: tuple[str, ...]
    count: Callable[[Read], ir.Table]
    better: Literal["higher", "lower"] = "higher"
    steering: bool = False
    part: str | None = None
    apart: bool = False
    reach: Reach = "day"
    edition: int = 1
    notes: tuple[str, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What it can be split and filtered by, time aside."""
        return (*DIMENSIONS, *((TOPIC,) if self.is_topical else ()), *((self.part,) if self.part else ()))

    @property
    def is_topical(self) -> bool:
        """Whether it counts answers alone, so that each can be told by what was written beside it."""
        return self.tables == ("answers",)

    @property
    def facts(self) -> Callable[[Read], ir.Table]:
        """The counted values with only what a roll-up keeps."""
        return lambda read: self.count(read).select(*CELL, "bin")

    def __call__(
        self,
        lake: Lake,
        *,
        by: Sequence[str] = (),
        where: Where | None = None,
        since: date | None = None,
        until: date | None = None,
        among: Among | None = None,
        floor: int = FLOOR,
        now: datetime | None = None,
        from_facts: bool = False,
    ) -> Reading:
        """Measure by any of day/week/month and `dimensions`, from the day `since` to the day before `until`.

        `where` filters dimensions by a value, several values or None (unknown). `among` keeps the facts of some
        customers; roll-ups know of none, nor of topics, so that all is counted from facts then. An answer counts in
        every topic of its response, and once in the total. Cells with fewer than `floor` answers are hidden. `now`
        decides what is overdue (this moment by default). Raises `UnknownDimension`.
        """
        keys = self._keys(by)
        self._refuse_unknown([key for key in keys if key not in GRAINS], where or {})
        counted_rows = self._list_rows(lake, keys, where or {}, among, from_facts=from_facts)
        tallied = self._tally(lake, counted_rows.values(), keys, where or {}, (since, until))
        computed_from = " and ".join(counted_rows)
        seconds = (now or datetime.now(UTC)).timestamp()
        settled = {key: self.kind.settle(bins, seconds) for key, bins in tallied.items()}
        counted = {key: bins for key, bins in settled.items() if sum(bins.values())}
        latest = max((at for table in self.tables if (at := lake.latest_at(table))), default=None)
        reading = self._read(keys, counted, floor, computed_from, latest)
        if TOPIC not in keys:
            return reading
        others = [key for key in keys if key != TOPIC]
        whole = self(lake, by=others, where=where, since=since, until=until, among=among, floor=floor, now=now)
        return replace(reading, total=whole.total, bins=whole.bins)

    def rows(
        self,
        lake: Lake,
        *,
        where: Where | None = None,
        since: date | None = None,
        until: date | None = None,
        among: Among | None = None,
        limit: int = 1_000,
    ) -> pa.Table:
        """The facts behind a number, latest first: the counted rows with all their columns, `day`, `part` and `bin`."""

        def question() -> ir.Table:
            rows = self._only(self._facts_of(lake, among, where or {}), where or {}, (since, until))
            order = rows["at"].desc() if "at" in rows.columns else rows["day"].desc()
            return rows.order_by(order).limit(limit)

        return lake.fetch(question)

    def _keys(self, by: Sequence[str]) -> tuple[str, ...]:
        keys = tuple(dict.fromkeys(by))
        if isinstance(self.kind, Mix) and "source" not in keys:
            keys = (*keys, "source")
        if self.apart and self.part and self.part not in keys:
            keys = (*keys, self.part)
        return keys

    def _refuse_unknown(self, keys: Sequence[str], where: Where) -> None:
        unknown = [name for name in (*keys, *where) if name not in self.dimensions]
        if unknown:
            raise UnknownDimension(
                f"{self.name} knows no “{unknown[0]}”. It can be split by {', '.join((*GRAINS, *self.dimensions))} "
                f"and filtered by {', '.join(self.dimensions)}."
            )

    def _bars(self, lake: Lake, *, from_facts: bool) -> dict[str, ir.Table]:
        """The roll-up, and the facts it does not cover yet."""
        bars = lake.read_bars(self, from_facts=from_facts)
        parts = {"roll-up": bars.rolled, "facts": bars.facts}
        return {name: rows for name, rows in parts.items() if rows is not None}

    def _list_rows(
        self, lake: Lake, keys: tuple[str, ...], where: Where, among: Among | None, *, from_facts: bool
    ) -> dict[str, ir.Table]:
        """What is to be added up: the roll-up where it knows enough, else facts."""
        if not among and TOPIC not in keys and TOPIC not in where:
            return self._bars(lake, from_facts=from_facts)
        rows = self._facts_of(lake, among, where)
        return {"facts": add_topics(rows, lake) if TOPIC in keys else rows}

    def _facts_of(self, lake: Lake, among: Among | None, where: Where) -> ir.Table:
        """The counted facts: all, or those of some customers and those about some topics."""
        rows = self.count(lake.read_with_day)
        rows = rows.filter(rows["bin"].notnull())
        rows = keep_topics(rows, lake, _as_list(where[TOPIC])) if TOPIC in where else rows
        return rows.semi_join(among(lake), "customer_id") if among else rows

    def _tally(
        self,
        lake: Lake,
        parts: Iterable[ir.Table],
        keys: tuple[str, ...],
        where: Where,
        span: tuple[date | None, date | None],
    ) -> dict[Key, dict[int, int]]:
        """Bins per key, added up over the parts."""
        tallied: dict[Key, dict[int, int]] = defaultdict(dict)
        for rows in parts:
            _add_up(tallied, self._fetch(lake, self._only(rows, where, span), keys), len(keys))
        return tallied

    def _fetch(self, lake: Lake, rows: ir.Table, keys: tuple[str, ...]) -> pa.Table:
        return lake.fetch(lambda: self._grouped(rows, keys))

    def _grouped(self, rows: ir.Table, keys: tuple[str, ...]) -> ir.Table:
        named = {f"key{number}": self._key_column(rows, key) for number, key in enumerate(keys)}
        n = rows["n"].sum() if "n" in rows.columns else rows.count()
        return rows.group_by(**named, bin=rows["bin"]).aggregate(n=n.cast("int64"))

    def _key_column(self, rows: ir.Table, key: str) -> ir.Value:
        if key in UNITS:
            return rows["day"].truncate(UNITS[key]).cast("date")
        return rows["part"] if key == self.part else rows[key]

    def _only(self, rows: ir.Table, where: Where, span: tuple[date | None, date | None]) -> ir.Table:
        since, until = span
        if since is not None:
            rows = rows.filter(rows["day"] >= since)
        if until is not None:
            rows = rows.filter(rows["day"] < until)
        for name, wanted in where.items():
            if name == TOPIC:
                continue  # rows about other topics are left out already
            column, values = self._key_column(rows, name), _as_list(wanted)
            named = column.isin([value for value in values if value is not None])
            rows = rows.filter(named | column.isnull() if None in values else named)
        return rows

    def _read(
        self,
        keys: tuple[str, ...],
        tallied: Mapping[Key, Bins],
        floor: int,
        computed_from: str,
        latest: datetime | None,
    ) -> Reading:
        known = sorted(tallied, key=_sortable)
        hidden = find_hidden(known, [sum(tallied[key].values()) for key in known], keys, floor)
        tallied = {**{key: {} for key in hidden}, **tallied}  # an empty cell may be hidden too
        ordered = sorted(tallied, key=_sortable)
        own = [sum(tallied[key].values()) for key in ordered]
        bins = (
            _against_others(self.kind, keys, ordered, own)
            if isinstance(self.kind, Mix)
            else [tallied[k] for k in ordered]
        )
        estimates = self.kind.estimates(bins, [self._part_of(keys, key) for key in ordered])
        cells = tuple(
            Cell(dict(zip(keys, key, strict=True)), _withheld(shown), hidden[key])
            if key in hidden
            else Cell(dict(zip(keys, key, strict=True)), shown, None, dict(sorted(found.items())))
            for key, shown, found in zip(ordered, estimates, bins, strict=True)
        )
        total, everything = self._total(keys, tallied, floor)
        return Reading(self.name, keys, cells, total, computed_from, latest, everything, self.notes)

    def _total(self, keys: tuple[str, ...], tallied: Mapping[Key, Bins], floor: int) -> tuple[Estimate, Bins]:
        """All cells together. Several scales have no total; a mix's total is the share that surveys hold."""
        together = add_bins(tallied.values())
        parts = {self._part_of(keys, key) for key in tallied} if self.apart else {None}
        if isinstance(self.kind, Mix):
            surveys = add_bins(bins for key, bins in tallied.items() if key[keys.index("source")] == "survey")
            together = dict(self.kind.set_against(sum(surveys.values()), sum(together.values())))
        if len(parts) > 1 or 0 < sum(together.values()) < floor:
            (total,) = self.kind.estimates([{}], [None])
            return total, {}
        (total,) = self.kind.estimates([together], [next(iter(parts), None)])
        return total, dict(sorted(together.items()))

    def _part_of(self, keys: tuple[str, ...], key: Key) -> str | None:
        if not self.part or self.part not in keys:
            return None
        part = key[keys.index(self.part)]
        return part if isinstance(part, str) else None


def _as_list(wanted: str | Sequence[str | None] | None) -> list[str | None]:
    return [wanted] if wanted is None or isinstance(wanted, str) else list(wanted)


def add_bins(cells: Any) -> dict[int, int]:
    """Histograms added up."""
    together: dict[int, int] = {}
    for bins in cells:
        for value, n in bins.items():
            together[value] = together.get(value, 0) + n
    return together


def _add_up(tallied: dict[Key, dict[int, int]], bars: pa.Table, keys: int) -> None:
    columns = [bars.column(number).to_pylist() for number in range(keys + 2)]
    for *key, value, n in zip(*columns, strict=True):
        bins = tallied[tuple(key)]
        bins[value] = bins.get(value, 0) + n


def _against_others(kind: Mix, keys: tuple[str, ...], ordered: Sequence[Key], own: Sequence[int]) -> list[Bins]:
    """Each cell set against all sources that share the rest of its key."""
    place = keys.index("source")
    together: dict[Key, int] = defaultdict(int)
    for key, n in zip(ordered, own, strict=True):
        together[(*key[:place], *key[place + 1 :])] += n
    return [
        kind.set_against(n, together[(*key[:place], *key[place + 1 :])]) for key, n in zip(ordered, own, strict=True)
    ]


def _withheld(estimate: Estimate) -> Estimate:
    return replace(estimate, value=None, low=None, high=None, n=0)


def _sortable(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((part is None, str(part)) for part in key)
