"""One Delta table on disk: opening, committing with retries, one writer at a time, compaction and vacuum.

Two safeguards stand behind every write. A lock file per table lets one writer of this product in at a time: checking
that an id is new and appending it must not interleave with another process doing the same, which Delta itself would
accept. The kernel drops the lock when a process dies, however it dies. Writers that do not know the lock (a Spark job)
meet Delta's own conflict check: a refused commit is tried again after re-reading the table. Readers never wait.
"""

import fcntl
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from deltalake import (
    CommitProperties,
    DeltaTable,
    Field,
    Schema,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError

from untilyes.lake.errors import LakeBusy
from untilyes.lake.schema import Table

T = TypeVar("T")

ROW_GROUP = 122_880  # DuckDB's own vector-friendly size: prunes better than the default of about a million
TRIES = 12
EVOLVED = "untilyes.evolved"

WRITER = WriterProperties(compression="ZSTD", max_row_group_size=ROW_GROUP)

# Statistics only on `at`: the log outlives the files it describes, and the smallest and largest customer id of a file
# must not stay readable there after an erasure.
PROPERTIES = {"delta.dataSkippingStatsColumns": "at"}
ROLLUP_PROPERTIES = {"delta.dataSkippingStatsColumns": "day"}


@dataclass(frozen=True)
class Batch:
    """A numbered delivery of a named sender; a number at or below the last committed one is skipped."""

    name: str
    number: int


class DeltaFolder:
    """The Delta table of one schema table, in one folder of the lake."""

    def __init__(self, root: Path, table: Table) -> None:
        self.table = table
        self.path = root / table.name
        self._lock_path = root / ".locks" / table.name

    def exists(self) -> bool:
        """Whether anything was ever recorded here."""
        return (self.path / "_delta_log").is_dir() and DeltaTable.is_deltatable(str(self.path))

    def open(self) -> DeltaTable | None:
        """The table at its newest version, or None when nothing was ever recorded."""
        return DeltaTable(str(self.path)) if self.exists() else None

    def open_or_create(self) -> DeltaTable:
        """The table ready for writing: created, or given the columns the schema gained since it was made."""
        if not self.exists():
            properties = PROPERTIES if self.table.about_customers else ROLLUP_PROPERTIES
            DeltaTable.create(
                str(self.path),
                self.table.arrow,
                partition_by=["month"],
                mode="ignore",
                configuration=properties,
            )
        delta = DeltaTable(str(self.path))
        missing = missing_columns(delta, self.table)
        if not missing:
            return delta
        delta.alter.set_table_properties({EVOLVED: "true"}, raise_if_not_exists=False)
        delta.alter.add_columns(_delta_fields(self.table, missing))
        return DeltaTable(str(self.path))

    @contextmanager
    def sole_writer(self) -> Iterator[None]:
        """Wait until no other process or thread writes this table, and keep it so."""
        self._lock_path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock_path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def write(self, attempt: Callable[[DeltaTable], T]) -> T:
        """Run `attempt` on the freshly opened table as its only writer; again, re-reading, when its commit is refused.

        Raises `LakeBusy` after a dozen refused tries (about half a minute, jittered).
        """
        with self.sole_writer():
            for number in range(TRIES):
                try:
                    return attempt(self.open_or_create())
                except CommitFailedError:
                    time.sleep(min(5.0, 0.02 * 2**number) * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
        raise LakeBusy(f"Other writers kept changing {self.table.name}; nothing was lost, try again.")

    def append(self, delta: DeltaTable, rows: pa.Table, batch: Batch | None = None) -> None:
        """Add rows in one commit, marking the batch as delivered in the same commit."""
        write_deltalake(delta, rows, mode="append", writer_properties=WRITER, commit_properties=marked(batch))

    def replace_month(self, delta: DeltaTable, month: str, rows: pa.Table) -> None:
        """Let `rows` be all that month `month` holds."""
        write_deltalake(delta, rows, mode="overwrite", predicate=f"month = '{month}'", writer_properties=WRITER)

    def replace_all(self, delta: DeltaTable, rows: pa.Table) -> None:
        """Let `rows` be all that the table holds."""
        write_deltalake(delta, rows, mode="overwrite", writer_properties=WRITER)

    def compact(self) -> int:
        """Merge each month's small files into larger ones; returns how many files went. Time stays clustered."""
        if not self.exists():
            return 0

        def attempt(delta: DeltaTable) -> int:
            metrics = delta.optimize.compact(writer_properties=WRITER)
            return int(metrics["numFilesRemoved"])

        return self.write(attempt)

    def vacuum(self, *, keep_hours: int) -> list[str]:
        """Delete files no version younger than `keep_hours` needs; with 0 also whatever a crashed writer left behind.

        Deleting the leftovers is safe only because nobody else is writing: a file not yet committed looks like one.
        """
        if not self.exists():
            return []

        def attempt(delta: DeltaTable) -> list[str]:
            return delta.vacuum(
                retention_hours=keep_hours,
                dry_run=False,
                enforce_retention_duration=False,
                full=keep_hours == 0,
            )

        return self.write(attempt)


class _Opened(threading.local):
    """The Delta tables each thread has open."""

    def __init__(self) -> None:
        self.deltas: dict[str, DeltaTable] = {}


_opened = _Opened()


def open_newest(path: Path) -> DeltaTable:
    """The Delta table in `path` at its newest version; reading only the log entries since this thread last looked."""
    known = _opened.deltas.get(str(path))
    if known is None:
        _opened.deltas[str(path)] = known = DeltaTable(str(path))
    else:
        known.update_incremental()
    return known


def list_files(delta: DeltaTable | None, months: Sequence[str] | None = None) -> list[str]:
    """The files of a table version, optionally only those of some months."""
    if delta is None:
        return []
    if months is None:
        return delta.file_uris()
    return delta.file_uris(file_pruning_predicate=[("month", "in", list(months))]) if months else []


def list_months(delta: DeltaTable | None) -> list[str]:
    """The months a table version has rows in."""
    return sorted({partition["month"] for partition in delta.partitions()}) if delta else []


def marked(batch: Batch | None) -> CommitProperties | None:
    """Commit properties that carry the batch's number in the commit itself."""
    if batch is None:
        return None
    return CommitProperties(app_transactions=[Transaction(batch.name, batch.number)])


def is_delivered(delta: DeltaTable, batch: Batch | None) -> bool:
    """Whether the table has already committed this batch or a later one of the same sender."""
    if batch is None:
        return False
    last = delta.transaction_version(batch.name)
    return last is not None and last >= batch.number


def missing_columns(delta: DeltaTable, table: Table) -> list[str]:
    """Columns the schema defines and the table on disk does not have yet."""
    present = {field.name for field in delta.schema().fields}
    return [column.name for column in table.columns if column.name not in present]


def _delta_fields(table: Table, names: list[str]) -> list[Field]:

    wanted = pa.schema([table.arrow.field(name) for name in names])
    return list(Schema.from_arrow(wanted).fields)
