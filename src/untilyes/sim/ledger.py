"""From what happened to the lake's tables: ids, envelopes, nulls. Columns are those of `lake.schema`, none more."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from untilyes.lake.schema import TABLES, Kind
from untilyes.sim.clockwork import NEVER, Floats, Ints, Texts

Values: TypeAlias = NDArray[np.generic] | pa.Array | pa.ChunkedArray | list[str | None] | str


def make_table(name: str, rows: int, **columns: Values) -> pa.Table:
    """Return `rows` rows of a lake table. "" and NEVER become null; one text stands for all rows; the rest is null."""
    kinds = {column.name: column.kind for column in TABLES[name].given}
    unknown = set(columns) - set(kinds)
    if unknown:
        raise ValueError(f"{name} has no column {', '.join(sorted(unknown))}.")
    made = {key: _typed(columns.get(key), kind, rows) for key, kind in kinds.items()}
    return pa.table(made)


def number_ids(prefix: str, size: int) -> Texts:
    """Return `prefix000001` and so on."""
    return np.char.add(prefix, np.char.zfill(np.arange(1, size + 1).astype("U7"), 6))


def pick(ids: Texts, positions: Ints) -> Texts:
    """Return the id at each position, "" where the position is -1."""
    return np.where(positions >= 0, ids[positions], "")


def _typed(values: Values | None, kind: Kind, rows: int) -> pa.Array | pa.ChunkedArray:
    if values is None:
        return pa.nulls(rows, kind.arrow)
    if isinstance(values, str):
        return pa.repeat(pa.scalar(values, kind.arrow), rows)
    if kind is Kind.INSTANT and isinstance(values, np.ndarray):
        return pa.array(values, mask=values == NEVER).cast(kind.arrow)
    if kind is Kind.NUMBER and isinstance(values, np.ndarray):
        numbers: Floats = values.astype(np.float64)
        return pa.array(numbers, kind.arrow, mask=np.isnan(numbers))
    made = pa.array(values) if isinstance(values, np.ndarray | list) else values
    if kind is Kind.TEXT:
        made = pc.if_else(pc.equal(made, ""), pa.scalar(None, pa.string()), made.cast(pa.string()))
    return made.cast(kind.arrow)


def concat(tables: list[pa.Table]) -> pa.Table:
    """Return the tables' rows together, ordered by `at` and then by id."""
    return pa.concat_tables(tables).sort_by([("at", "ascending"), ("id", "ascending")])
