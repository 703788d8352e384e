"""The lake: importing, measuring, roll-ups, journeys, findings.

Import: 1 M generated answers from one CSV file through the product's importer (every row judged, ids compared, every
roll-up counted) against DuckDB's own copy of that file to Parquet, which does none of this. Measures: 10 M answers over
two years, six channels, against the best SQL we could write by hand on the same Parquet files in the same engine.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median

import duckdb
import pyarrow as pa

from bench import Line, median_time
from bench._house import run_in
from untilyes.analysis.findings.examining import examine_everything
from untilyes.analysis.journeys import read_journeys
from untilyes.analysis.measures import MEASURES
from untilyes.lake import Lake
from untilyes.lake.delta import DeltaFolder

MILLION = 1_000_000
CHANNEL = "['email', 'web', 'phone', 'chat', 'in_person', 'app'][CAST(1 + hash(i, 'channel') % 6 AS BIGINT)]"
TOUCHPOINT = "['delivery', 'refund', 'repair', 'order'][CAST(1 + hash(i, 'touchpoint') % 4 AS BIGINT)]"
MOMENT = "TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_microseconds(CAST(hash(i, 'at') % 63072000000000 AS BIGINT))"
"""An instant of the two years 2024 and 2025 for row i; `hash` makes the same rows every time."""

RECIPE = """
name: bench
title: Generated answers
timezone: UTC
files:
  answers: {pattern: "*.csv", columns: [nr, said_at, channel, touchpoint, said]}
facts:
  - name: answers
    table: answers
    from: answers
    id: nr
    interaction: nr
    columns:
      at: said_at
      source: "'survey'"
      channel: channel
      touchpoint: touchpoint
      question: "'effective'"
      value: said
      scale_min: 0
      scale_max: 1
      higher_is_better: true
    checks:
      - when: number(said) NOT IN (0, 1)
        reject: neither yes nor no
"""


def run() -> list[Line]:
    """All measurements."""
    with tempfile.TemporaryDirectory(prefix="untilyes-bench-") as folder:
        return [*importing(Path(folder)), *measuring(Path(folder)), *following(Path(folder))]


def importing(folder: Path, *, rows: int = MILLION, repeats: int = 3) -> list[Line]:
    """The product's importer against DuckDB's copy, one after the other, several times."""
    file, recipe = folder / "answers.csv", folder / "bench.yaml"
    recipe.write_text(RECIPE)
    with _engine() as sql:
        sql.execute(f"COPY ({_csv_rows(rows)}) TO '{file}' (HEADER)")
    ours, judged, theirs = [], [], []
    for _ in range(repeats):
        told = run_in(folder / "home", "import", str(recipe), str(file))
        if told["rows"] != rows:
            raise AssertionError(f"{told['rows']} of {rows} rows were imported")
        ours.append(told["seconds"])
        judged.append(told["without_rollups"])
        theirs.append(_copy_time(file))
    what, copied = f"import of {rows:,} answers from CSV", median(theirs)
    return [
        Line(what, median(ours), copied, "DuckDB's copy", 1 / 3),
        Line(f"{what}, before the roll-ups are counted", median(judged), copied, "DuckDB's copy"),
    ]


def _csv_rows(rows: int) -> str:
    return f"""
        SELECT i AS nr, strftime(timezone('UTC', {MOMENT}), '%Y-%m-%d %H:%M:%S') AS said_at,
               {CHANNEL} AS channel,
               {TOUCHPOINT} AS touchpoint,
               (hash(i, 'yes') % 10 < 8)::INT AS said
        FROM range({rows}) AS numbers(i)"""


def _copy_time(file: Path) -> float:
    with _engine() as sql:
        start = time.perf_counter()
        sql.execute(f"COPY (SELECT * FROM read_csv('{file}')) TO '{file.with_suffix('.parquet')}' (FORMAT parquet)")
        return time.perf_counter() - start


def measuring(folder: Path, *, millions: int = 10) -> list[Line]:
    """Weekly effectiveness by channel: from facts, by hand, and from the roll-up."""
    lake = Lake(folder / "lake", zone="UTC")
    with _engine() as sql:
        for number in range(millions):
            lake.record("answers", _answers(sql, number * MILLION, MILLION))
    lake.compact()
    measure = MEASURES["effectiveness"]
    ask = partial(measure, lake, by=("week", "channel"))
    raw = median_time(partial(ask, from_facts=True))
    by_hand = _by_hand(lake)
    start = time.perf_counter()
    lake.refresh_rollups(MEASURES.values())
    refreshed = time.perf_counter() - start
    rolled = median_time(ask)
    if [cell.estimate for cell in ask().cells] != [cell.estimate for cell in ask(from_facts=True).cells]:
        raise AssertionError("the roll-up says something else than the facts")
    what = f"weekly effectiveness by channel over {millions} M answers"
    return [
        Line(f"{what}, from facts", raw, by_hand, "hand-written DuckDB SQL", 1 / 1.2),
        Line(f"{what}, by roll-up", rolled, raw, "ours from facts", 20.0),
        Line(f"counting every roll-up of {millions} M answers anew", refreshed),
    ]


def _answers(sql: duckdb.DuckDBPyConnection, start: int, rows: int) -> pa.Table:
    return sql.execute(f"""
        SELECT 'a' || i AS id, 'c' || hash(i, 'who') % 200000 AS customer_id, 'i' || i AS interaction_id,
               {MOMENT} AS at,
               'survey' AS source, {CHANNEL} AS channel,
               {TOUCHPOINT} AS touchpoint,
               'r' || i AS response_id, 'effective' AS question, (hash(i, 'yes') % 10 < 8)::DOUBLE AS value,
               0.0::DOUBLE AS scale_min, 1.0::DOUBLE AS scale_max, true AS higher_is_better
        FROM range({start}, {start + rows}) AS numbers(i)""").to_arrow_table()


def _by_hand(lake: Lake) -> float:
    """The fastest SQL we found: weeks by whole-number division, since the engine's own time functions cost more."""
    delta = DeltaFolder(lake.path, lake.folder("answers").table).open()
    files = ", ".join(f"'{file}'" for file in delta.file_uris()) if delta else ""
    question = f"""
        SELECT DATE '1970-01-05' + CAST((epoch_us("at") - 345600000000) // 604800000000 * 7 AS INTEGER) AS week,
               channel, sum(value) AS yes, count(*) AS n
        FROM read_parquet([{files}]) WHERE question = 'effective' AND scale_min = 0 AND scale_max = 1
          AND value BETWEEN 0 AND 1 GROUP BY week, channel ORDER BY week, channel"""
    with _engine() as sql:
        return median_time(lambda: sql.execute(question).fetchall())


def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def following(folder: Path) -> list[Line]:
    """Journeys over a log of 1 M events, and one look for findings at 1 M facts."""
    log = Lake(folder / "log", zone="UTC")
    with _engine() as sql:
        log.record("events", _events(sql, MILLION))
        found = read_journeys(log)
        if found.events != MILLION:
            raise AssertionError(f"{found.events} of {MILLION} events were followed")
        ours = median_time(partial(read_journeys, log), repeats=3)
        theirs = _pm4py_time(sql, log, folder)
    facts = Lake(folder / "facts", zone="UTC")
    with _engine() as sql:
        facts.record("answers", _answers(sql, 0, MILLION))
    facts.refresh_rollups(MEASURES.values())
    start = time.perf_counter()
    examine_everything(facts, until=date(2026, 1, 1))
    return [
        Line(f"edges, waits and variants of {MILLION:,} events", ours, theirs, "pm4py, its log in memory"),
        Line(f"one look for findings at {MILLION:,} answers", time.perf_counter() - start),
    ]


def _events(sql: duckdb.DuckDBPyConnection, rows: int) -> pa.Table:
    """Journeys of ten steps out of eight activities, some minutes to days apart."""
    return sql.execute(f"""
        SELECT 'e' || i AS id, 'c' || i // 10 AS customer_id, 'i' || i // 10 AS interaction_id,
               TIMESTAMPTZ '2025-01-01 00:00:00+00'
                   + to_seconds(CAST(hash(i // 10, 'start') % 15552000 + i % 10 * 86400 + hash(i, 'wait') % 80000
                                AS BIGINT)) AS at,
               'event' AS source, 'j' || i // 10 AS process_id,
               ['order', 'pay', 'pack', 'ship', 'deliver', 'call', 'return', 'refund']
                   [CAST(1 + (i % 10 + hash(i, 'what') % 3) % 8 AS BIGINT)] AS activity
        FROM range({rows}) AS numbers(i)""").to_arrow_table()


PM4PY = """
import sys, time, warnings
warnings.simplefilter("ignore")
import pandas, pm4py
log = pandas.read_parquet(sys.argv[1])
start = time.perf_counter()
pm4py.discover_dfg(log)
pm4py.discover_performance_dfg(log)
pm4py.get_variants(log)
print(time.perf_counter() - start)
"""


def _pm4py_time(sql: duckdb.DuckDBPyConnection, log: Lake, folder: Path) -> float | None:
    """The same three from a table already in memory, in the peer's own environment; None where it is missing."""
    file = folder / "log.parquet"
    sql.register("log", log.read("events").to_pyarrow())
    sql.execute(f"""COPY (SELECT process_id AS "case:concept:name", activity AS "concept:name",
                    "at" AS "time:timestamp" FROM log) TO '{file}' (FORMAT parquet)""")
    python = os.environ.get("UNTILYES_BENCH_PEERS", sys.executable)
    done = subprocess.run([python, "-c", PM4PY, str(file)], capture_output=True, text=True, check=False)
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None
