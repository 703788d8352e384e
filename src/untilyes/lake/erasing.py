"""Erasing people: their rows leave every table, every kept correction and every old file.

Month by month, so that memory stays bounded by one month. The rows that stay are written back under a predicate that
names only the month: Delta logs predicates, and a delete by id would write the id into the log it is to vanish from.
Afterwards every file no current version needs is deleted, so versions from before an erasure can no longer be read.
"""

from collections.abc import Collection

import pyarrow as pa
from deltalake import DeltaTable

from untilyes.lake.delta import DeltaFolder
from untilyes.lake.engines.duckdb import cursor, select_sql

BY_PERSON = "customer_id = ANY(SELECT customer_id FROM people)"
GONE_FACTS = pa.schema([("table", pa.string()), ("fact_id", pa.string())])


def erase_people(facts: list[DeltaFolder], corrections: DeltaFolder, customer_ids: Collection[str]) -> dict[str, int]:
    """Erase these customers' rows everywhere, physically; returns rows erased per table (tables without any left out).

    Corrections go by the customer they name and by the facts erased: a fact may have named somebody else before.
    """
    people = pa.table({"customer_id": pa.array(sorted(set(customer_ids)), pa.string())})
    gone = [_erase_from(folder, people) for folder in facts]
    gone_facts = pa.concat_tables([GONE_FACTS.empty_table(), *gone])
    _, kept_before = _erase_months(
        corrections,
        {"people": people, "gone": gone_facts},
        f'{BY_PERSON} OR ("table", fact_id) IN (SELECT "table", fact_id FROM gone)',
    )
    for folder in (*facts, corrections):
        folder.vacuum(keep_hours=0)
    counts = {folder.table.name: ids.num_rows for folder, ids in zip(facts, gone, strict=True)}
    return {name: rows for name, rows in {**counts, "corrections": kept_before}.items() if rows}


def _erase_from(folder: DeltaFolder, people: pa.Table) -> pa.Table:
    ids, _ = _erase_months(folder, {"people": people}, BY_PERSON)
    return pa.table({"table": pa.repeat(folder.table.name, len(ids)), "fact_id": ids}, schema=GONE_FACTS)


def _erase_months(folder: DeltaFolder, named: dict[str, pa.Table], condition: str) -> tuple[pa.ChunkedArray, int]:
    """Erase the rows that meet `condition`; returns their ids and their number."""
    erased: list[pa.Array] = []
    for month in _months_with(folder, named, condition):

        def attempt(delta: DeltaTable, month: str = month) -> pa.ChunkedArray:
            with cursor() as sql:
                for name, table in named.items():
                    sql.register(name, table)
                rows = select_sql(folder.table, delta, months=[month])
                gone = sql.execute(f"SELECT id FROM ({rows}) WHERE {condition}").to_arrow_table()
                stay = sql.execute(f'SELECT * FROM ({rows}) WHERE ({condition}) IS NOT TRUE ORDER BY "at", id')
                folder.replace_month(delta, month, stay.to_arrow_table().cast(folder.table.arrow))
            return gone.column("id")

        erased.extend(folder.write(attempt).chunks)
    ids = pa.chunked_array(erased, pa.string())
    return ids, len(ids)


def _months_with(folder: DeltaFolder, named: dict[str, pa.Table], condition: str) -> list[str]:
    delta = folder.open()
    if delta is None:
        return []
    with cursor() as sql:
        for name, table in named.items():
            sql.register(name, table)
        rows = select_sql(folder.table, delta)
        found = sql.execute(f"SELECT DISTINCT month FROM ({rows}) WHERE {condition} ORDER BY month").fetchall()
    return [month for (month,) in found]
