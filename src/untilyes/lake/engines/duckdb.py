"""DuckDB behind Ibis: one connection per thread, a view per table version.

A DuckDB connection shared by threads fails; a connection each works. Files are listed from the Delta log and read with
`read_parquet`: DuckDB's own Delta reader is an extension to be downloaded, and Arrow datasets break on text filters.
"""

import threading
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
from untilyes.lake.delta import EVOLVED, list_files, list_months, missing_columns
from untilyes.lake.engines.views import Views, version_key
from untilyes.lake.schema import Kind, Table

SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
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
    """What each thread keeps for itself: its connection and the views made on it."""

    def __init__(self) -> None:
        self.backend: Backend | None = None
        self.views = Views()


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


_names = count()


class DuckDBEngine:
    """DuckDB in this process: an engine that needs no other."""

    failures: tuple[type[Exception], ...] = (duckdb.IOException,)

    def as_view(self, table: Table, delta: DeltaTable | None, *, zone: str | None = None) -> ir.Table:
        """The table version as a view of this thread's connection; see `Engine`."""

        def make(name: str) -> ir.Table:
            sql = select_sql(table, delta)
            if zone is not None:
                sql = f"SELECT *, {local_day_sql(_quoted('at'), zone, list_months(delta))} AS day FROM ({sql})"
            connect().raw_sql(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {sql}')
            return connect().table(name)

        return _seat.views.get(version_key(table, delta, zone), table.name, make=make, drop=_drop_view)

    @contextmanager
    def held(self, expression: ir.Table) -> Iterator[ir.Table]:
        """What an expression comes to, as a table of this thread's connection; dropped afterwards."""
        backend, name = connect(), f"held_{next(_names)}"
        # Ibis has `cache`, whose way of dropping does not survive newer versions of the SQL writer beneath it.
        backend.raw_sql(f'CREATE TEMP TABLE "{name}" AS {backend.compile(expression)}')
        try:
            yield backend.table(name)
        finally:
            backend.raw_sql(f'DROP TABLE "{name}"')

    def as_filed(self, file: Path) -> ir.Table:
        """A Parquet file as a view of this thread's connection."""

        def make(name: str) -> ir.Table:
            read = f"read_parquet({literal(str(file))}, hive_partitioning = false)"
            connect().raw_sql(f'CREATE TEMP VIEW "{name}" AS SELECT * FROM {read}')
            return connect().table(name)

        return _seat.views.get((str(file),), file.stem, make=make, drop=_drop_view)

    def file(self, expression: ir.Table, file: Path) -> None:
        """Write what an expression comes to as a Parquet file."""
        backend, how = connect(), "FORMAT parquet, COMPRESSION zstd"
        backend.raw_sql(f"COPY ({backend.compile(expression)}) TO {literal(str(file))} ({how})")

    def stop(self) -> None:
        """Give back this thread's connection and what was laid out on it."""
        if _seat.backend is not None:
            _seat.backend.disconnect()
        _seat.backend, _seat.views = None, Views()

    def is_stale(self, problem: Exception) -> bool:  # noqa: ARG002 - files are all the input and output there is
        """Always: nothing else is read or written."""
        return True

    def reword(self, problem: Exception) -> Exception:
        """As DuckDB says it."""
        return problem


def select_sql(table: Table, delta: DeltaTable | None, *, months: Sequence[str] | None = None) -> str:
    """SQL that reads a table version with the schema's columns and types, optionally only some months' files."""
    files = list_files(delta, months)
    nothing = ", ".join(f"CAST(NULL AS {SQL_TYPES[column.kind]}) AS {_quoted(column.name)}" for column in table.columns)
    if delta is None or not files:
        return f"SELECT {nothing} WHERE false"
    absent = set(missing_columns(delta, table))
    columns = ", ".join(
        f"CAST({'NULL' if column.name in absent else _quoted(column.name)} AS {SQL_TYPES[column.kind]}) "
        f"AS {_quoted(column.name)}"
        for column in table.columns
    )
    listed = ", ".join(literal(file) for file in files)
    partitioned = "hive_partitioning = true, hive_types = {'month': VARCHAR}"
    if EVOLVED not in delta.metadata().configuration:
        return f"SELECT {columns} FROM read_parquet([{listed}], union_by_name = false, {partitioned})"
    # Files older than a column lack it, at first all of them. Matching by name costs a look into every footer.
    by_name = f"SELECT * FROM read_parquet([{listed}], union_by_name = true, {partitioned})"
    return f"SELECT {columns} FROM ({by_name} UNION ALL BY NAME SELECT {nothing} WHERE false)"


def literal(text: str) -> str:
    """A SQL text literal."""
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _drop_view(view: ir.Table) -> None:
    connect().raw_sql(f'DROP VIEW IF EXISTS "{view.get_name()}"')
