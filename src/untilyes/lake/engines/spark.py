"""Spark behind Ibis: one session per process, a view per table version, and what Ibis would say otherwise.

Files are listed from the Delta log and read as Parquet, so that no jar beyond Spark's own is needed. The session is
made as Spark's own configuration says (SPARK_CONF_DIR, PYSPARK_SUBMIT_ARGS), on UNTILYES_SPARK_MASTER where set.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import RLock
from typing import Any, Final

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import sqlglot.expressions as sge
from deltalake import DeltaTable
from ibis.backends.pyspark import Backend
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.common.exceptions import OperationNotDefinedError, UnsupportedOperationError
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException, PySparkRuntimeError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everybody who reads Spark knows it

from untilyes.lake.delta import list_files
from untilyes.lake.engines.views import Views, version_key
from untilyes.lake.errors import EngineMissing, EngineRefused
from untilyes.lake.schema import Kind, Table

SETTINGS: Final = {
    "spark.app.name": "UntilYes",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.ui.showConsoleProgress": "false",
    # A lake has a folder per month; a job of its own for listing them costs more than the listing.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "10000",
}
NO_PAGE: Final = "spark.ui.enabled"
"""Spark's own page listens on every address of the machine: it is off unless PYSPARK_SUBMIT_ARGS says otherwise."""
PIECES: Final = "spark.sql.shuffle.partitions"

SQL_TYPES: Final = {
    Kind.TEXT: "STRING",
    Kind.NUMBER: "DOUBLE",
    Kind.COUNT: "INT",
    Kind.BIG_COUNT: "BIGINT",
    Kind.YES_NO: "BOOLEAN",
    Kind.INSTANT: "TIMESTAMP",
    Kind.DAY: "DATE",
}
INSTANT: Final = dt.Timestamp(timezone="UTC")
OWN_NAMES: Final = {"epoch_us": "unix_micros"}
"""Functions of `lake.instants`, by the name Spark knows them under."""


class LakeCompiler(PySparkCompiler):  # type: ignore[misc]
    """Ibis expressions as Spark's SQL, where Ibis has no words for Spark or others than for DuckDB."""

    __slots__ = ()

    def __sql_name__(self, op: Any) -> str:
        name: str = super().__sql_name__(op)
        return OWN_NAMES.get(name, name)

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: dt.DataType) -> Any:  # noqa: N802 - Ibis' own name
        """A number with a point is a double; Spark would reckon with it as a decimal."""
        said = super().visit_NonNullLiteral(op, value=value, dtype=dtype)
        return self.cast(said if said is not None else sge.convert(value), dtype) if dtype.is_floating() else said

    def visit_JSONGetItem(self, op: Any, *, arg: Any, index: Any) -> Any:  # noqa: N802 - Ibis' own name
        """A name in quotes (`lake.traits`) is one name, whatever stands in it; Spark's paths say so with brackets."""
        name = index.this if isinstance(index, sge.Literal) and index.is_string else ""
        if not name.startswith('"'):
            return super().visit_JSONGetItem(op, arg=arg, index=index)
        bare = name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        return self.f.get_json_object(arg, sge.convert(f"$['{bare}']"))


class LakeBackend(Backend):  # type: ignore[misc]
    """Ibis' connection to Spark with our compiler, and with answers as Arrow without a detour by pandas."""

    compiler = LakeCompiler()

    def get_schema(self, table_name: str, **where: Any) -> ibis.Schema:
        """Instants are told in UTC here as on every engine; Ibis takes Spark's for naive ones."""
        known = super().get_schema(table_name, **where)
        return ibis.schema({name: INSTANT if kind.is_timestamp() else kind for name, kind in known.items()})

    def to_pyarrow(self, expr: ir.Expr, /, *, params: Any = None, limit: Any = None, **wishes: Any) -> Any:
        """What the expression comes to, with the types Ibis promises."""
        self._run_pre_execute_hooks(expr)
        table = expr.as_table()
        found = self.raw_sql(self.compile(table, params=params, limit=limit, **wishes)).toArrow()
        return expr.__pyarrow_result__(found.cast(table.schema().to_pyarrow()))


class SparkEngine:
    """Spark, in this process (`local[*]`) or on a cluster that reads the folder of the lake under the same path."""

    failures: tuple[type[Exception], ...] = (
        PySparkException,
        Py4JError,
        UnsupportedOperationError,
        OperationNotDefinedError,
    )

    def __init__(self) -> None:
        self._lock = RLock()  # the session's views are every thread's
        self._views = Views()
        self._names = count()
        self._open: LakeBackend | None = None

    def connect(self) -> LakeBackend:
        """The connection, starting Spark with the first question. Raises `EngineMissing` when it does not start."""
        with self._lock:
            if self._open is None:
                opened = LakeBackend()
                opened.register_options()
                opened.do_connect(start_session())
                self._open = opened
            return self._open

    def stop(self) -> None:
        """End the session; the next question starts another."""
        with self._lock:
            if self._open is not None:
                self._open.disconnect()
            self._open, self._views = None, Views()

    def as_view(self, table: Table, delta: DeltaTable | None, *, zone: str | None = None) -> ir.Table:
        """The table version as a view of the session; see `Engine`."""

        def make(name: str) -> ir.Table:
            rows = read_version(self.session, table, delta)
            if zone is not None:
                rows = rows.withColumn("day", F.to_date(F.from_utc_timestamp("at", zone)))
            return self._as_table(name, rows)

        with self._lock:
            return self._views.get(version_key(table, delta, zone), table.name, make=make, drop=self._drop)

    @contextmanager
    def held(self, expression: ir.Table) -> Iterator[ir.Table]:
        """What an expression comes to, kept by the executors; forgotten afterwards.

        A checkpoint rather than a cache: a cached table is planned anew with all it came from, and tables held of held
        tables soon take minutes to plan. Spark frees it when nothing names it any more.
        """
        backend = self.connect()
        rows = self.session.sql(backend.compile(expression)).localCheckpoint()  # now, so that it is of one moment
        table = self._as_table(f"held_{next(self._names)}", rows)
        try:
            yield table
        finally:
            self._drop(table)

    def is_stale(self, problem: Exception) -> bool:
        """Whether a file was not there any more."""
        return any(sign in str(problem) for sign in ("FILE_NOT_EXIST", "FileNotFoundException", "PATH_NOT_FOUND"))

    def reword(self, problem: Exception) -> Exception:
        """Spark tells a failure with the plan of the question; its first line is what a reader can use."""
        said = str(problem).strip().partition("\n")[0]
        return EngineRefused(
            f"Spark could not answer a question: {said} Unset UNTILYES_ENGINE to have DuckDB count; "
            "docs/how-to/run-the-analysis-on-spark.md says what differs."
        )

    @property
    def session(self) -> SparkSession:
        """The session of this process."""
        session: SparkSession = self.connect()._session  # noqa: SLF001 - Ibis shows it nowhere else
        return session

    def _as_table(self, name: str, rows: DataFrame) -> ir.Table:
        rows.createOrReplaceTempView(name)
        table: ir.Table = self.connect().table(name)
        return table

    def _drop(self, table: ir.Table) -> None:
        self.session.catalog.dropTempView(table.get_name())


def start_session() -> SparkSession:
    """A Spark session for this process. Raises `EngineMissing` with what to do when Spark does not start."""
    builder = SparkSession.builder.config(map=dict(SETTINGS))
    if NO_PAGE not in os.environ.get("PYSPARK_SUBMIT_ARGS", ""):
        builder = builder.config(NO_PAGE, "false")
    if master := os.environ.get("UNTILYES_SPARK_MASTER"):
        builder = builder.master(master)
    try:
        session: SparkSession = builder.getOrCreate()
    except (PySparkRuntimeError, Py4JError, OSError) as problem:
        raise EngineMissing(
            f"Spark did not start: {str(problem).strip().partition(chr(10))[0]} It needs Java 17 or 21 (JAVA_HOME) and "
            "a master it can reach (UNTILYES_SPARK_MASTER)."
        ) from problem
    own = session.sparkContext
    if own.master.startswith("local") and session.conf.get(PIECES) == "200":  # Spark's default, meant for a cluster
        session.conf.set(PIECES, str(own.defaultParallelism))
    return session


def read_version(session: SparkSession, table: Table, delta: DeltaTable | None) -> DataFrame:
    """The table version with the schema's columns and types; a column its files do not have yet is null."""
    typed = [(column.name, SQL_TYPES[column.kind]) for column in table.columns]
    files = list_files(delta)
    if delta is None or not files:
        return session.sql(
            f"SELECT {', '.join(f'CAST(NULL AS {kind}) AS `{name}`' for name, kind in typed)} WHERE false"
        )
    reader = session.read.schema(", ".join(f"`{name}` {kind}" for name, kind in typed))
    rows = reader.option("basePath", _address(delta.table_uri)).parquet(*(_address(file) for file in files))
    return rows.select(*(f"`{name}`" for name, _ in typed))


def _address(path: str) -> str:
    """A path as Spark takes it: one without a scheme would be looked for where the cluster keeps its own files."""
    return f"file://{Path(path)}" if path.startswith("/") else path
