"""From what a caller hands in to rows as stored: checked, typed, one per id, with their month."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from untilyes.lake.errors import RowsRefused, UnknownTable
from untilyes.lake.schema import FACTS, TABLES, Column, Kind, Table

Rows: TypeAlias = pa.Table | Sequence[Mapping[str, Any]]


def get_table(name: str) -> Table:
    """The definition of a table, or `UnknownTable` with the names that exist."""
    if name not in TABLES:
        raise UnknownTable(f"The lake has no table “{name}”. It has: {', '.join(TABLES)}.")
    return TABLES[name]


def shape_rows(name: str, rows: Rows, *, ingested_at: datetime, among: Sequence[str] = FACTS) -> pa.Table:
    """The rows as table `name` stores them: every column present and typed, `month` and `ingested_at` filled in.

    Missing optional columns become null. Raises `RowsRefused` with a sentence when a row does not fit.
    """
    table = get_table(name)
    if name not in among:
        raise RowsRefused(f"“{name}” is kept by the lake itself; here go {', '.join(among)}.")
    given = rows if isinstance(rows, pa.Table) else _read_mappings(table, rows)
    _refuse_unknown(table, given.column_names)
    columns = [_typed(table, column, given) for column in table.given]
    arrow = pa.table(columns, schema=pa.schema([(column.name, column.kind.arrow) for column in table.given]))
    stamp = pa.scalar(ingested_at.astimezone(UTC), Kind.INSTANT.arrow)
    return (
        arrow.append_column("ingested_at", pa.repeat(stamp, arrow.num_rows))
        .append_column("month", months_of(arrow.column("at")))
        .cast(table.arrow)
    )


def keep_last(rows: pa.Table) -> pa.Table:
    """One row per id: where a batch says the same id twice, its last word counts."""
    ids = rows.column("id")
    if pc.count_distinct(ids).as_py() == rows.num_rows:
        return rows
    numbered = pa.table({"id": ids, "position": pa.array(range(rows.num_rows), pa.int64())})
    last = numbered.group_by("id").aggregate([("position", "max")]).column("position_max")
    return rows.take(last.take(pc.sort_indices(last)))


def months_of(instants: pa.ChunkedArray) -> pa.ChunkedArray:
    """The month of each instant in UTC as "YYYY-MM".

    Formatted once per distinct month: formatting every row costs several times the write itself.
    """
    starts = pc.floor_temporal(instants, unit="month").combine_chunks().dictionary_encode()
    names = pa.array([start.strftime("%Y-%m") for start in starts.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([names.take(starts.indices)])


def _refuse_unknown(table: Table, names: Sequence[str]) -> None:
    allowed = [column.name for column in table.given]
    unknown = [name for name in names if name not in allowed]
    if unknown:
        raise RowsRefused(
            f"{table.name} has no column {', '.join(f'“{name}”' for name in unknown)}. It takes: {', '.join(allowed)}."
        )


def _read_mappings(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    _refuse_unknown(table, list(dict.fromkeys(name for row in rows for name in row)))
    named = {name for row in rows for name in row}
    return pa.table({column.name: _read_values(table, column, rows) for column in table.given if column.name in named})


def _read_values(table: Table, column: Column, rows: Sequence[Mapping[str, Any]]) -> pa.Array:
    values = [row.get(column.name) for row in rows]
    if column.kind is Kind.INSTANT:
        values = [_read_instant(table, column, value) for value in values]
    try:
        return pa.array(values, column.kind.arrow)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as problem:
        raise RowsRefused(f"{table.name}.{column.name} should be {column.kind.value}: {problem}.") from problem


def _read_instant(table: Table, column: Column, value: object) -> datetime | None:
    """A datetime or an ISO 8601 text (facts travel through the outbox as JSON), always with its UTC offset."""
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as problem:
        raise RowsRefused(f"{table.name}.{column.name}: “{value}” is not an ISO 8601 time.") from problem
    if not isinstance(instant, datetime):
        raise RowsRefused(f"{table.name}.{column.name} should be a time, got {type(value).__name__} {value!r}.")
    if instant.tzinfo is None:
        raise RowsRefused(
            f"{table.name}.{column.name}: {instant.isoformat()} has no UTC offset. Give aware times; "
            "the lake does not guess which clock was meant."
        )
    return instant.astimezone(UTC)


def _typed(table: Table, column: Column, given: pa.Table) -> pa.ChunkedArray | pa.Array:
    """The column as the schema types it; all null when it was not given. Required columns may hold no null."""
    if column.name not in given.column_names:
        values: pa.ChunkedArray | pa.Array = pa.nulls(given.num_rows, column.kind.arrow)
    else:
        values = _cast(table, column, given.column(column.name))
    if column.required and values.null_count:
        raise RowsRefused(
            f"{table.name}.{column.name} is missing in {values.null_count:,} of {given.num_rows:,} rows; "
            f"it is required: {column.meaning}."
        )
    return values


def _cast(table: Table, column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = values.type
    if column.kind is Kind.INSTANT and pa.types.is_timestamp(kind) and kind.tz is None:
        raise RowsRefused(
            f"{table.name}.{column.name} holds naive timestamps ({kind}). Give times with a zone, for instance "
            "timestamp[us, UTC]; the lake does not guess which clock was meant."
        )
    if not pa.types.is_null(kind) and _is_text(kind) != (column.kind is Kind.TEXT):
        raise RowsRefused(f"{table.name}.{column.name} should be {column.kind.value}, got {kind}.")
    try:
        # Sub-microsecond digits are dropped on purpose; everything else must fit exactly.
        return values.cast(options=pc.CastOptions(column.kind.arrow, allow_time_truncate=True))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        raise RowsRefused(
            f"{table.name}.{column.name} should be {column.kind.value}, got {kind}: {problem}."
        ) from problem


def _is_text(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner))
