"""DuckDB behind Ibis: one connection per thread, a view per table version.

A DuckDB connection shared by threads fails; a connection each works. Files are listed from the Delta log and read with
`read_parquet`: DuckDB's own Delta reader is an extension to be downloaded, and Arrow datasets break on text filters.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
from deltalake import DeltaTable
from ibis.backends.duckdb import Backend

from untilyes.lake.days import local_day_sql
from untilyes.lake.delta import EVOLVED, missing_columns
from untilyes.lake.schema import Kind, Table

SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
KEPT_VIEWS = 64

SQL_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.NUMBER: "DOUBLE",
    Kind.COUNT: "INTEGER",
    Kind.BIG_COUNT: "BIGINT",
    Kind.YES_NO: "BOOLEAN",
    Kind.INSTANT: "TIMESTAMPTZ",
    Kind.DAY: "DATE",
}


class _Seat(threading.local):
    """What each thread keeps for itself: its connection, the views made on it, the Delta tables it has open."""

    def __init__(self) -> None:
        self.backend: Backend | None = None
        self.views: OrderedDict[tuple[str, int, str], ir.Table] = OrderedDict()
        self.deltas: dict[str, DeltaTable] = {}


_seat = _Seat()


def connect() -> Backend:
    """This thread's Ibis connection to DuckDB, in memory and without extensions from the network."""
    if _seat.backend is None:
        _seat.backend = ibis.duckdb.connect(":memory:", **SETTINGS)
        _seat.backend.raw_sql("SET GLOBAL TimeZone = 'UTC'")
    return _seat.backend


def cursor() -> duckdb.DuckDBPyConnection:
    """A DuckDB cursor of this thread's database, for SQL of the lake's own; close it after use."""
    own: duckdb.DuckDBPyConnection = connect().con
    return own.cursor()


def open_newest(path: Path) -> DeltaTable:
    """The Delta table in `path` at its newest version; reading only the log entries since this thread last looked."""
    known = _seat.deltas.get(str(path))
    if known is None:
        _seat.deltas[str(path)] = known = DeltaTable(str(path))
    else:
        known.update_incremental()
    return known


_names = count()


@contextmanager
def held(expression: ir.Table) -> Iterator[ir.Table]:
    """What an expression comes to, as a table of this thread's engine; dropped afterwards."""
    backend, name = connect(), f"held_{next(_names)}"
    # Ibis has `cache`, whose way of dropping does not survive newer versions of the SQL writer beneath it.
    backend.raw_sql(f'CREATE TEMP TABLE "{name}" AS {backend.compile(expression)}')
    try:
        yield backend.table(name)
    finally:
        backend.raw_sql(f'DROP TABLE "{name}"')


def as_view(table: Table, delta: DeltaTable | None, *, zone: str | None = None) -> ir.Table:
    """The table version as an Ibis table with the schema's columns and types; empty when `delta` is None.

    With `zone` it has one column more: `day`, the local day of `at`.
    """
    key = (delta.table_uri if delta else f"empty:{table.name}", delta.version() if delta else 0, zone or "")
    if key not in _seat.views:
        sql = select_sql(table, delta)
        if zone is not None:
            sql = f"SELECT *, {local_day_sql(_quoted('at'), zone, months_on_disk(delta))} AS day FROM ({sql})"
        _seat.views[key] = _make_view(f"{table.name}_{abs(hash(key)):x}", sql)
        _drop_oldest_views()
    _seat.views.move_to_end(key)
    return _seat.views[key]


def select_sql(table: Table, delta: DeltaTable | None, *, months: Sequence[str] | None = None) -> str:
    """SQL that reads a table version with the schema's columns and types, optionally only some months' files."""
    files = _files(delta, months)
    if delta is None or not files:
        columns = ", ".join(f'CAST(NULL AS {SQL_TYPES[column.kind]}) AS "{column.name}"' for column in table.columns)
        return f"SELECT {columns} WHERE false"
    absent = set(missing_columns(delta, table))
    columns = ", ".join(
        f"CAST({'NULL' if column.name in absent else _quoted(column.name)} AS {SQL_TYPES[column.kind]}) "
        f"AS {_quoted(column.name)}"
        for column in table.columns
    )
    # Files older than a column lack it; matching by name costs a look into every footer, so only where needed.
    by_name = str(EVOLVED in delta.metadata().configuration).lower()
    listed = ", ".join(literal(file) for file in files)
    return (
        f"SELECT {columns} FROM read_parquet([{listed}], union_by_name = {by_name}, "
        "hive_partitioning = true, hive_types = {'month': VARCHAR})"
    )


def months_on_disk(delta: DeltaTable | None) -> list[str]:
    """The months a table version has rows in."""
    return sorted({partition["month"] for partition in delta.partitions()}) if delta else []


def literal(text: str) -> str:
    """A SQL text literal."""
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _files(delta: DeltaTable | None, months: Sequence[str] | None) -> list[str]:
    if delta is None:
        return []
    if months is None:
        return delta.file_uris()
    return delta.file_uris(file_pruning_predicate=[("month", "in", list(months))]) if months else []


def _make_view(name: str, sql: str) -> ir.Table:
    backend = connect()
    backend.raw_sql(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {sql}')
    return backend.table(name)


def _drop_oldest_views() -> None:
    """Views of versions long superseded go; an expression older than 64 refreshes has to be asked again."""
    while len(_seat.views) > KEPT_VIEWS:
        _, view = _seat.views.popitem(last=False)
        connect().raw_sql(f'DROP VIEW IF EXISTS "{view.get_name()}"')
