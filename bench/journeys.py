"""Journeys and what matters: from the files of the lake to the answer, and how it grows.

Ours reads Delta tables from disk. The peer (pm4py, AGPL-3.0, never a dependency) reads one Parquet file of the same log
with only the three columns it needs; edges and their counts must be the same. It runs in an environment of its own,
named in UNTILYES_BENCH_PEERS.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from bench import Line, median_time
from bench.lake import MILLION, _answers, _events
from untilyes.analysis.drivers import Source, read_drivers
from untilyes.analysis.journeys import read_journeys
from untilyes.lake import Lake

SIZES = (1, 10)


def run() -> list[Line]:
    """All measurements."""
    with tempfile.TemporaryDirectory(prefix="untilyes-bench-") as folder:
        return [line for millions in SIZES for line in measure(Path(folder) / f"{millions}", millions)]


def measure(folder: Path, millions: int) -> list[Line]:
    """Journeys and drivers over so many million facts; the peer on the first million only."""
    lake = Lake(folder, zone="UTC")
    with duckdb.connect() as sql:
        lake.record("events", _events(sql, millions * MILLION))
        for number in range(millions):
            lake.record("answers", _answers(sql, number * MILLION, MILLION))
            lake.record("interactions", _interactions(sql, number * MILLION, MILLION))
    found = read_journeys(lake)
    if found.events != millions * MILLION:
        raise AssertionError(f"{found.events} of {millions * MILLION} events were followed")
    ours = median_time(partial(read_journeys, lake), repeats=3)
    theirs = _ask_peer(lake, folder, {(one.before, one.after): one.n for one in found.edges}) if millions == 1 else None
    ask = partial(read_drivers, lake, "effective", Source.OPERATIONS, until=date(2026, 1, 1))
    if ask() is None:
        raise AssertionError("nothing was ranked")
    return [
        Line(f"map, waits and variants of {millions} M events", ours, theirs, "pm4py", 10.0 if millions == 1 else None),
        Line(f"what matters among {millions} M answers", median_time(ask, repeats=3)),
    ]


def _interactions(sql: duckdb.DuckDBPyConnection, start: int, rows: int) -> object:
    return sql.execute(f"""
        SELECT 'i' || i AS id, 'i' || i AS interaction_id, 'ticket' AS source,
               TIMESTAMPTZ '2025-06-01 00:00:00+00' AS at,
               TIMESTAMPTZ '2024-01-01 00:00:00+00' AS opened_at,
               TIMESTAMPTZ '2024-01-01 00:00:00+00'
                   + to_seconds(CAST(60 + hash(i, 'took') % 900000 AS BIGINT)) AS closed_at,
               (1 + hash(i, 'contacts') % 4)::INT AS contacts, (hash(i, 'handoffs') % 3)::INT AS handoffs,
               (hash(i, 'reopens') % 2)::INT AS reopens
        FROM range({start}, {start + rows}) AS numbers(i)""").to_arrow_table()


PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import pandas, pm4py
start = time.perf_counter()
log = pm4py.format_dataframe(pandas.read_parquet(sys.argv[1]), case_id="case", activity_key="step", timestamp_key="at")
edges = pm4py.discover_dfg(log)[0]
pm4py.discover_performance_dfg(log)
pm4py.get_variants(log)
print(json.dumps([time.perf_counter() - start, [[*ends, n] for ends, n in edges.items()]]))
"""


def _ask_peer(lake: Lake, folder: Path, edges: dict[tuple[str, str], int]) -> float | None:
    """The same from a Parquet file, in the peer's own environment; None where it is missing."""
    file = folder / "log.parquet"
    log = lake.read("events").select("process_id", "activity", "at", "id").to_pyarrow()
    with duckdb.connect() as sql:
        sql.register("log", log)
        order = 'ORDER BY process_id, "at", id'
        sql.execute(f"""COPY (SELECT process_id AS "case", activity AS step, "at" FROM log {order}) TO '{file}'""")
    python = os.environ.get("UNTILYES_BENCH_PEERS", sys.executable)
    done = subprocess.run([python, "-c", PEER, str(file)], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    seconds, counted = json.loads(done.stdout.splitlines()[-1])
    theirs = {(before, after): n for before, after, n in counted}
    if theirs != edges:
        raise AssertionError("the peer counts other edges")
    return float(seconds)
