"""The lake of one workspace: record facts, read them, correct them, erase people, look back."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from untilyes.lake.delta import Batch, DeltaFolder, list_files, open_newest
from untilyes.lake.engines import DUCKDB, choose_engine
from untilyes.lake.engines.engine import Engine, Filing
from untilyes.lake.erasing import erase_people
from untilyes.lake.errors import LakeError
from untilyes.lake.keeping import Keeping, KeepingFolder
from untilyes.lake.months import Month, months_in
from untilyes.lake.recording import Recorded, record_rows
from untilyes.lake.rollups import Bars, Histogrammed, Snapshot, read_bars, refresh_rollups, take_snapshot
from untilyes.lake.rows import Rows, get_table, keep_last, shape_rows
from untilyes.lake.schema import DERIVED, FACTS, TABLES

KEEP_HOURS = 30 * 24

T = TypeVar("T")
Parts = Callable[["Lake"], AbstractContextManager[Mapping[str, ir.Table]]]
"""Works out, of a lake, the tables of a keeping by name; they are there until it is left."""


class Lake:
    """The facts of one workspace in one directory. `zone` decides what "a day" means in roll-ups and measures.

    Any number of processes and threads may use the same directory at once. `engine` answers what is asked: "duckdb" or
    "spark", by default what UNTILYES_ENGINE says. It starts with the first question; recording needs none.
    """

    def __init__(
        self,
        path: Path | str,
        zone: str = "UTC",
        *,
        engine: str | None = None,
        pinned: Mapping[str, DeltaTable | None] | None = None,
    ) -> None:
        self.path = Path(path).absolute()
        self.zone = ZoneInfo(zone).key
        self._engine_name = engine
        self._pinned = pinned or {}

    def record(self, table: str, rows: Rows, *, batch: Batch | None = None, at: datetime | None = None) -> Recorded:
        """Record facts, idempotent on `id`: new ones are appended, changed ones corrected, the rest left alone.

        `rows` is an Arrow table or a sequence of mappings with the columns of `docs/reference/lake.md`; instants are
        aware datetimes or ISO 8601 texts with an offset. Where the batch says an id twice, the last row counts.
        With `batch`, a delivery whose number (or a later one) was already committed is skipped as a whole.
        `at` is when we learn it (`ingested_at`), now by default. Raises `RowsRefused`, `UnknownTable`, `LakeBusy`.
        """
        shaped = shape_rows(table, rows, ingested_at=at or datetime.now(UTC))
        distinct = keep_last(shaped)
        repeated = shaped.num_rows - distinct.num_rows
        if not distinct.num_rows and batch is None:
            return Recorded()
        return record_rows(self.folder(table), self.folder("corrections"), distinct, repeated=repeated, batch=batch)

    def replace(self, table: str, rows: Rows, *, at: datetime | None = None) -> int:
        """Let `rows` be all that a derived table holds; returns how many they are. Raises `RowsRefused`, `LakeBusy`.

        Old versions go within the hour: they are computed, not said, and nobody audits them.
        """
        shaped = keep_last(shape_rows(table, rows, ingested_at=at or datetime.now(UTC), among=DERIVED))
        folder = self.folder(table)
        folder.write(lambda delta: folder.replace_all(delta, shaped))
        folder.vacuum(keep_hours=1)
        return int(shaped.num_rows)

    @property
    def is_narrowed(self) -> bool:
        """Whether it is asked about some customers only. What is kept is about all of them."""
        return False

    def read(self, table: str) -> ir.Table:
        """The current truth of a table as an Ibis table; typed and empty when nothing was recorded.

        The expression belongs to the thread that asked for it and to the version of this moment.
        """
        return self.engine.as_view(get_table(table), self._newest(table))

    def read_with_day(self, table: str) -> ir.Table:
        """The table with one column more: `day`, the day of `at` in the lake's zone."""
        return self.engine.as_view(get_table(table), self._newest(table), zone=self.zone)

    def fetch(self, question: Callable[[], ir.Table]) -> pa.Table:
        """Build and run a question; once more when an erasure deleted the files of the version it was asked of."""
        return self._ask(lambda: question().to_pyarrow())

    @contextmanager
    def hold(self, question: Callable[[], ir.Table]) -> Iterator[ir.Table]:
        """Keep what a question comes to as a table on the engine, to be asked more than once; gone afterwards."""
        with ExitStack() as kept:
            yield self._ask(lambda: kept.enter_context(self.engine.held(question())))

    def as_of(self, table: str, when: int | datetime) -> ir.Table:
        """The table as it was at a version or an instant, for audit; `LakeError` when that is no longer kept."""
        folder = self.folder(table)
        if not folder.exists():
            return self.engine.as_view(folder.table, None)
        try:
            delta = DeltaTable(str(folder.path))
            delta.load_as_version(when)
        except Exception as problem:
            raise LakeError(f"{table} has no version {when}: {problem}") from problem
        if not all(Path(file).exists() for file in delta.file_uris()):
            raise LakeError(
                f"{table} as of {when} is no longer kept: its files went with an erasure or the end of their retention."
            )
        return self.engine.as_view(folder.table, delta)

    def version(self, table: str) -> int:
        """The table's version, or -1 when nothing was ever recorded."""
        newest = self._newest(table)
        return newest.version() if newest else -1

    def state(self, table: str) -> str:
        """What tells the table as it is from every other time, also from one that a restored backup undid."""
        newest = self._newest(table)
        names = sorted(Path(file).name for file in list_files(newest))
        return f"{self.version(table)}-{sha256(','.join(names).encode()).hexdigest()[:12]}"

    def at_this_moment(self, tables: Iterable[str]) -> "Lake":
        """The lake in which these tables stay as they are now: what is read of them one after the other agrees."""
        pinned = {table: self.folder(table).open() for table in tables}
        return Lake(self.path, self.zone, engine=self._engine_name, pinned=pinned)

    def latest_at(self, table: str) -> datetime | None:
        """The latest instant any fact of the table tells of, to the millisecond; None without facts. Reads no data."""
        folder = self.folder(table)
        if not folder.exists():
            return None
        known = pa.table(open_newest(folder.path).get_add_actions(flatten=True))
        latest = pc.max(known.column("max.at")).as_py() if "max.at" in known.column_names else None
        return latest if isinstance(latest, datetime) else None

    def list_ids(self, table: str, *, prefix: str) -> pa.Table:
        """The ids of the facts of a table that begin so, in the column `id`."""

        def question() -> ir.Table:
            facts = self.read(table)
            return facts.filter(facts["id"].startswith(prefix)).select("id")

        return self.fetch(question)

    def list_months(self, table: str) -> list[Month]:
        """What each month of the table holds, the earliest first. Reads no data."""
        folder = self.folder(table)
        return months_in(open_newest(folder.path)) if folder.exists() else []

    def delivered(self, table: str, sender: str) -> int | None:
        """The number of the last batch of `sender` this table committed, or None."""
        folder = self.folder(table)
        return open_newest(folder.path).transaction_version(sender) if folder.exists() else None

    def refresh_rollups(self, measures: Iterable[Histogrammed]) -> int:
        """Bring the roll-ups of these measures up to the newest facts; returns how many bars were written."""
        wanted = list(measures)
        tables = {table for measure in wanted for table in measure.tables}
        # A few days at a time, about once a second: what keeps the lake is DuckDB, whatever is asked of it later.
        keeping = choose_engine(DUCKDB)
        return refresh_rollups(self.folder("rollups"), lambda: self._snapshot(tables, keeping), wanted)

    def keep(self, keeping: Keeping, parts: Parts) -> bool:
        """Work the parts out and keep them, unless they are kept already; returns whether they are new.

        `parts` is given the lake of one moment. An engine other than DuckDB keeps nothing.
        """
        engine = self.engine
        if not isinstance(engine, Filing):
            return False
        with self.keepings.alone(keeping):
            moment = self.at_this_moment(keeping.tables)
            with moment.keepings.fill(keeping) as folder:
                if folder is None:
                    return False
                with parts(moment) as tables:
                    for name, table in tables.items():
                        engine.file(table, folder / f"{name}.parquet")
        return True

    def is_kept(self, keeping: Keeping) -> bool:
        """Whether the keeping tells of this moment."""
        return all(place.exists() for place in self.keepings.places(keeping))

    def is_due(self, keeping: Keeping, *, at: datetime) -> bool:
        """Whether the keeping tells of the past, and working it out anew would not be most of what the machine does."""
        return isinstance(self.engine, Filing) and self.keepings.is_due(keeping, at=at)

    @contextmanager
    def open_kept(self, *keepings: Keeping) -> Iterator[Mapping[str, ir.Table]]:
        """The parts kept of this moment by name, there until it is left; of one name the last keeping's."""
        engine = self.engine
        if not isinstance(engine, Filing):
            yield {}
            return
        with self.keepings.open(*keepings) as files:
            yield {name: engine.as_filed(file) for name, file in files.items()}

    def read_bars(self, measure: Histogrammed, *, from_facts: bool = False) -> Bars:
        """Where the measure's counts are: in its roll-up as far as that is current, in the facts for the rest."""
        return read_bars(
            measure, self.folder("rollups"), self._snapshot(measure.tables, self.engine), from_facts=from_facts
        )

    def erase(self, customer_ids: Collection[str]) -> dict[str, int]:
        """Erase people from every table and every old file; returns rows erased per table.

        Versions from before can no longer be read afterwards. Roll-ups follow with the next refresh.
        """
        # Derived tables come last: what is computed meanwhile is held against the facts that are left.
        tables = [self.folder(name) for name in (*FACTS, *DERIVED)]
        erased = erase_people(tables, self.folder("corrections"), customer_ids)
        self.keepings.forget_the_past()
        return erased

    def compact(self) -> dict[str, int]:
        """Merge small files within their months; returns files merged away per table."""
        merged = {name: self.folder(name).compact() for name in TABLES}
        return {name: files for name, files in merged.items() if files}

    def vacuum(self, *, keep_hours: int = KEEP_HOURS) -> dict[str, int]:
        """Delete files that only versions older than `keep_hours` (default 30 days) need; returns files per table."""
        deleted = {name: len(self.folder(name).vacuum(keep_hours=keep_hours)) for name in TABLES}
        return {name: files for name, files in deleted.items() if files}

    def _newest(self, table: str) -> DeltaTable | None:
        if table in self._pinned:
            return self._pinned[table]
        folder = self.folder(table)
        return open_newest(folder.path) if folder.exists() else None

    def _snapshot(self, tables: Iterable[str], engine: Engine) -> Snapshot:
        return take_snapshot([self.folder(table) for table in tables], self.zone, engine)

    @property
    def keepings(self) -> KeepingFolder:
        """What is kept; for the lake's own modules."""
        return KeepingFolder(self.path / "kept", self)

    @property
    def engine(self) -> Engine:
        """What counts; for the lake's own modules."""
        return choose_engine(self._engine_name)

    def _ask(self, ask: Callable[[], T]) -> T:
        engine = self.engine
        try:
            return ask()
        except engine.failures as problem:
            if not engine.is_stale(problem):
                raise engine.reword(problem) from problem
        return ask()

    def folder(self, table: str) -> DeltaFolder:
        """The Delta folder of a table; for the lake's own modules."""
        return DeltaFolder(self.path, get_table(table))
