"""Recording facts: new ids are appended, known ones compared, changed ones corrected with their old row kept.

Exactly once, also when the process is killed between commits. One call makes up to three commits, in this order:

1. `corrections` gains the old row of every changed fact. Its id is the fact's table, id and the moment the old version
   was ingested, so doing this again adds nothing.
2. The changed facts are merged into their table.
3. The new facts are appended; the last commit of the call carries the batch's number.

Killed after 1: the next try finds the old row kept and merges. Killed after 2: the next try finds the changed facts
already equal, so they count as unchanged, and appends the rest. Killed after 3, before the sender heard of it: the
number is found and the batch skipped. At no point is a fact lost (an unfinished batch has no number, so its sender
tries again) or doubled (ids are compared inside the lock that guards the commit). The number is not what makes a retry
harmless, the ids are; it makes it cheap, and it keeps a late redelivery from bringing back rows erased since.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from untilyes.lake.delta import WRITER, Batch, DeltaFolder, is_delivered, marked
from untilyes.lake.engines.duckdb import cursor, literal, select_sql
from untilyes.lake.schema import COMPUTED, TABLES, Table


@dataclass(frozen=True)
class Recorded:
    """What became of a batch: rows appended, found unchanged, corrected; ids it said twice; months it touched."""

    appended: int = 0
    unchanged: int = 0
    corrected: int = 0
    repeated: int = 0
    months: tuple[str, ...] = ()
    skipped: bool = False


@dataclass(frozen=True)
class Sorted:
    """A batch sorted against what the table holds. `before` are the stored rows the `changed` ones replace."""

    fresh: pa.Table
    changed: pa.Table
    before: pa.Table
    unchanged: int


def record_rows(
    folder: DeltaFolder, corrections: DeltaFolder, rows: pa.Table, *, repeated: int, batch: Batch | None
) -> Recorded:
    """Record shaped rows, one per id; see the module's text for what holds when it is interrupted."""

    def attempt(delta: DeltaTable) -> Recorded:
        if is_delivered(delta, batch):
            return Recorded(skipped=True)
        found = sort_rows(folder.table, delta, rows)
        if found.changed.num_rows:
            keep_old_rows(corrections, folder.table, found.before)
            last = batch if not found.fresh.num_rows else None
            merge_rows(delta, found.changed, months=_months(found.before), batch=last)
        if found.fresh.num_rows or (batch and not found.changed.num_rows):
            fresh_delta = folder.open_or_create() if found.changed.num_rows else delta
            folder.append(fresh_delta, found.fresh, batch)
        return Recorded(
            appended=found.fresh.num_rows,
            unchanged=found.unchanged,
            corrected=found.changed.num_rows,
            repeated=repeated,
            months=tuple(sorted({*_months(found.fresh), *_months(found.changed), *_months(found.before)})),
        )

    return folder.write(attempt)


def sort_rows(table: Table, delta: DeltaTable, rows: pa.Table) -> Sorted:
    """Sort rows into new, changed and unchanged. Ids are looked for in every month: a corrected time may have moved."""
    nothing = rows.slice(0, 0)
    if not delta.file_uris():
        return Sorted(fresh=rows, changed=nothing, before=nothing, unchanged=0)
    with cursor() as sql:
        sql.register("incoming", rows)
        known = _known_ids(sql, table, delta)
        if not known.num_rows:
            return Sorted(fresh=rows, changed=nothing, before=nothing, unchanged=0)
        before = _differing(sql, table, delta, pc.unique(known.column("month")).to_pylist())
    is_known = pc.is_in(rows.column("id"), known.column("id").combine_chunks())
    is_changed = pc.is_in(rows.column("id"), before.column("id").combine_chunks())
    return Sorted(
        fresh=rows.filter(pc.invert(is_known)),
        changed=rows.filter(is_changed),
        before=before,
        unchanged=known.num_rows - before.num_rows,
    )


def merge_rows(delta: DeltaTable, changed: pa.Table, *, months: list[str], batch: Batch | None) -> None:
    """Replace stored rows by id. `months` are where they are stored now; a row whose month changed moves."""
    (
        delta.merge(
            changed,
            f"kept.id = said.id AND kept.month IN ({', '.join(literal(month) for month in months)})",
            source_alias="said",
            target_alias="kept",
            writer_properties=WRITER,
            commit_properties=marked(batch),
        )
        .when_matched_update_all()
        .execute()
    )


def keep_old_rows(corrections: DeltaFolder, table: Table, before: pa.Table) -> None:
    """Append to `corrections` what the facts said before, unless an interrupted try already did."""
    now = datetime.now(UTC)
    with cursor() as sql:
        sql.register("before", before)
        columns = ", ".join(f'"{name}"' for name in before.column_names)
        kept = sql.execute(
            f"""
            SELECT {literal(table.name)} || ':' || id || ':' || epoch_us(ingested_at) AS id, customer_id,
                   interaction_id, ?::TIMESTAMPTZ AS at, source, channel, touchpoint, team,
                   {literal(table.name)} AS "table", id AS fact_id,
                   CAST(to_json(struct_pack({columns})) AS VARCHAR) AS said_before,
                   ?::TIMESTAMPTZ AS replaced_at, ?::TIMESTAMPTZ AS ingested_at,
                   strftime(?::TIMESTAMPTZ, '%Y-%m') AS month
            FROM before
            """,
            [now] * 4,
        ).to_arrow_table()
    kept = kept.cast(TABLES["corrections"].arrow)

    def attempt(delta: DeltaTable) -> None:
        fresh = sort_rows(corrections.table, delta, kept).fresh
        if fresh.num_rows:
            corrections.append(delta, fresh)

    corrections.write(attempt)


def _known_ids(sql: duckdb.DuckDBPyConnection, table: Table, delta: DeltaTable) -> pa.Table:
    """Ids of the batch the table holds, with their month: reads only two columns, which is all most batches need."""
    return sql.execute(
        f"SELECT kept.id, kept.month FROM ({select_sql(table, delta)}) kept SEMI JOIN incoming USING (id)"
    ).to_arrow_table()


def _differing(sql: duckdb.DuckDBPyConnection, table: Table, delta: DeltaTable, months: list[str]) -> pa.Table:
    """The stored rows that say something else than the batch, `ingested_at` and the partition aside."""
    computed = {column.name for column in COMPUTED}
    differs = " OR ".join(
        f'kept."{column.name}" IS DISTINCT FROM incoming."{column.name}"'
        for column in table.columns
        if column.name not in computed
    )
    kept = select_sql(table, delta, months=months)
    found = sql.execute(f"SELECT kept.* FROM ({kept}) kept JOIN incoming USING (id) WHERE {differs}")
    return found.to_arrow_table().cast(table.arrow)


def _months(rows: pa.Table) -> list[str]:
    return sorted(pc.unique(rows.column("month")).to_pylist())
