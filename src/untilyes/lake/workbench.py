"""Foreign files laid side by side and asked in SQL: what `sources` reads its imports with.

The SQL comes from recipes people write. It runs in a database of its own that may read the files added here and
nothing else: no other file, no network, no Python variables, no changes to these settings.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from untilyes.lake.encodings import as_utf8
from untilyes.lake.engines.duckdb import literal
from untilyes.lake.errors import FileUnreadable, QueryFailed

CSV, PARQUET, JSON, EXCEL = "csv", "parquet", "json", "excel"
FORMATS = {
    ".csv": CSV, ".tsv": CSV, ".txt": CSV, ".parquet": PARQUET, ".json": JSON, ".jsonl": JSON, ".ndjson": JSON,
    ".xlsx": EXCEL, ".xls": EXCEL, ".xlsm": EXCEL, ".xlsb": EXCEL, ".ods": EXCEL,
}  # fmt: skip

# Made from no batches: `empty_table` would bring pandas along.
NO_LINES = pa.Table.from_batches([], pa.schema([("line", pa.int64()), ("reason", pa.string()), ("said", pa.string())]))
UNCONNECTED: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


class Workbench:
    """Files and Arrow tables under names, joined and shaped in SQL into Arrow.

    >>> with Workbench() as bench:
    ...     bench.add_arrow("orders", pa.table({"id": ["a", "b"], "stars": ["5", "1"]}))
    ...     bench.query("SELECT id, stars::int AS value FROM orders ORDER BY value").to_pylist()
    [{'id': 'b', 'value': 1}, {'id': 'a', 'value': 5}]
    """

    def __init__(self) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="untilyes-files-")
        self._views: dict[str, str] = {}
        self._tables: dict[str, pa.Table] = {}
        self._files: list[str] = []
        self._headings: list[str] = []
        self._read_as: dict[Path, str] = {}
        self._open: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> "Workbench":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget everything, delete scratch copies."""
        self._reset()
        self._scratch.cleanup()

    def add_file(
        self, name: str, paths: Path | str | Sequence[Path | str], *, text_only: bool = True, sheet: str | None = None
    ) -> None:
        """Lay out CSV/TSV (also .gz, any encoding), Parquet, JSON or Excel under `name`; several files are stacked.

        With `text_only` every column arrives as text, exactly as written, so that meaning is the recipe's to give
        (leading zeros, day-first dates, `?` for missing). Raises `FileUnreadable`.
        """
        listed = [Path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
        formats = {_format_of(path) for path in listed}
        if len(formats) != 1:
            raise FileUnreadable(f"“{name}” needs one or more files of one format, got {sorted(formats) or 'none'}.")
        if formats == {EXCEL}:
            self.add_arrow(name, pa.concat_tables([read_excel(path, sheet=sheet) for path in listed]))
            return
        self._reset()
        self._views[name] = self._reading_sql(formats.pop(), listed, text_only=text_only)
        # An unreadable file is refused here, not at the first question; alone, for the others were tried when added.
        with _worded(name), duckdb.connect(":memory:", config=UNCONNECTED) as alone:
            alone.execute(f"DESCRIBE {self._views[name]}")
            for heading, path in zip(self._headings, listed, strict=False):
                _refuse_repeated_names(alone, heading, path)

    def add_arrow(self, name: str, table: pa.Table) -> None:
        """Lay out an Arrow table under `name`."""
        self._reset()
        self._tables[name] = table

    def columns(self, name: str) -> tuple[str, ...]:
        """The column names of what lies under `name`, in order."""
        with _worded(name):
            return tuple(column[0] for column in self._connection().execute(f"DESCRIBE {quoted(name)}").fetchall())

    def count(self, name: str) -> int:
        """How many rows lie under `name`."""
        return int(self.query(f"SELECT count(*) AS n FROM {quoted(name)}").column("n")[0].as_py())

    def broken_lines(self, path: Path) -> pa.Table:
        """The lines of a CSV that did not fit its columns, once it has been read: `line`, `reason`, `said`."""
        known = self.query("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'reject_errors'")
        if not known.column("n")[0].as_py():
            return NO_LINES
        return self.query(
            "SELECT DISTINCT ON (line) line::BIGINT AS line, lower(error_type) AS reason, csv_line AS said "
            "FROM reject_errors JOIN reject_scans USING (scan_id, file_id) "
            f"WHERE file_path = {literal(self._read_as.get(path, str(path.absolute())))} ORDER BY line"
        )

    def preview(self, name: str, n: int = 5) -> pa.Table:
        """The first `n` rows, as read."""
        return self.query(f"SELECT * FROM {quoted(name)} LIMIT {int(n)}")

    def select(self, name: str, expressions: Mapping[str, str], *, where: str | None = None) -> pa.Table:
        """One column per expression (SQL over the columns of `name`), of the rows that meet `where`."""
        columns = ", ".join(f"{expression} AS {quoted(column)}" for column, expression in expressions.items())
        return self.query(f"SELECT {columns} FROM {quoted(name)}" + (f" WHERE {where}" if where else ""))

    def query(self, sql: str) -> pa.Table:
        """The answer to one SQL question over everything laid out; `QueryFailed` when the engine refuses it."""
        with _worded(sql):
            return self._connection().execute(sql).to_arrow_table()

    def stream(self, sql: str, *, rows: int = 250_000) -> Iterator[pa.Table]:
        """The same in pieces of about `rows` rows, for files larger than memory and for progress bars."""
        # A cursor of its own, so that another question may be asked while the pieces come.
        with _worded(sql), self._connection().cursor() as cursor:
            for piece in cursor.execute(sql).to_arrow_reader(rows):
                yield pa.Table.from_batches([piece])

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._open is None:
            self._open = self._sealed_connection()
        return self._open

    def _sealed_connection(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(":memory:", config=UNCONNECTED)
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET GLOBAL python_enable_replacements = false")
        connection.execute(f"SET temp_directory = {literal(str(Path(self._scratch.name) / 'spill'))}")
        connection.execute(f"SET allowed_paths = [{', '.join(literal(path) for path in self._files)}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        for name, sql in self._views.items():
            with _worded(name):
                connection.execute(f"CREATE VIEW {quoted(name)} AS {sql}")
        for name, table in self._tables.items():
            connection.register(name, table)
        return connection

    def _reset(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _reading_sql(self, kind: str, paths: list[Path], *, text_only: bool) -> str:
        self._headings = []
        if kind == PARQUET:
            ready = [_existing(path) for path in paths]
        else:
            ready = [as_utf8(path, scratch=Path(self._scratch.name)) for path in paths]
        listed = [str(path.absolute()) for path in ready]
        self._read_as |= dict(zip(paths, listed, strict=True))
        self._files += listed
        files = "[" + ", ".join(literal(file) for file in listed) + "]"
        if kind == CSV:
            # A line that does not fit is set aside and told by `broken_lines`; the others are read.
            self._headings = [_read_csv(file, header=False) + " LIMIT 1" for file in listed]
            return " UNION ALL BY NAME ".join(_read_csv(file, text_only=text_only) for file in listed)
        reader = "read_parquet" if kind == PARQUET else "read_json"
        columns = "CAST(COLUMNS(*) AS VARCHAR)" if text_only else "*"
        return f"SELECT {columns} FROM {reader}({files}, union_by_name = true)"


def read_excel(path: Path, *, sheet: str | None = None) -> pa.Table:
    """A sheet (the first by default) as text columns; its first row that is not empty names them."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - brings pandas along

    try:
        book = CalamineWorkbook.from_path(str(_existing(path)))
        rows = (book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)).to_python()
    except (CalamineError, OSError, ValueError) as problem:
        raise FileUnreadable(f"{path.name} cannot be read as a spreadsheet: {problem}.") from problem
    texts = [[_cell_text(cell) for cell in row] for row in rows]
    filled = [row for row in texts if any(cell is not None for cell in row)]
    if not filled:
        raise FileUnreadable(f"{path.name} holds no rows{f' on sheet {sheet}' if sheet else ''}.")
    names = [name or f"column{number}" for number, name in enumerate(filled[0], start=1)]
    return pa.table({name: pa.array([row[i] for row in filled[1:]], pa.string()) for i, name in enumerate(names)})


def _read_csv(file: str, *, header: bool = True, text_only: bool = True) -> str:
    return (
        f"SELECT * FROM read_csv({literal(file)}, header = {header}, all_varchar = {text_only}, store_rejects = true)"
    )


def _refuse_repeated_names(connection: duckdb.DuckDBPyConnection, heading: str, path: Path) -> None:
    """The engine would rename the second of two columns of one name, and nobody would miss it."""
    names = [str(name).strip() for name in connection.execute(heading).fetchone() or () if name]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise FileUnreadable(f"{path.name}: the column name {', '.join(repeated)} is used twice; rename one.")


def quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _cell_text(cell: object) -> str | None:
    match cell:
        case None | "":
            return None
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _format_of(path: Path) -> str:
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix not in FORMATS:
        raise FileUnreadable(f"{path.name}: we read {', '.join(FORMATS)} (text formats also as .gz).")
    return FORMATS[suffix]


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise FileUnreadable(f"There is no file {path}.")
    return path


@contextmanager
def _worded(about: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as problem:
        raise QueryFailed(f"{problem}\nwhile reading: {about}") from problem
