"""Journeys: the map of a million events, from the files of the lake to the answer.

Ours reads Delta tables from disk and joins what the customers of the journeys said. The peer (pm4py, AGPL-3.0, never a
dependency) reads one Parquet file of the same log with only the three columns it needs, and no answers; edges and their
counts must be the same. It runs in an environment of its own, named in UNTILYES_BENCH_PEERS. Seconds of the wall are
shared with whatever else the machine does; those of the processor are not, but count every core that ours uses.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import duckdb

from bench import Line, median_time
from bench.lake import MILLION, _answers, _events
from untilyes.analysis.journeys import read_journeys
from untilyes.lake import Lake

REPEATS = 3


def run() -> list[Line]:
    """All measurements."""
    with tempfile.TemporaryDirectory(prefix="untilyes-bench-") as folder:
        lake = Lake(Path(folder) / "lake", zone="UTC")
        with duckdb.connect() as sql:
            lake.record("events", _events(sql, MILLION))
            lake.record("answers", _answers(sql, 0, MILLION))
        return measure(lake, Path(folder))


def measure(lake: Lake, folder: Path) -> list[Line]:
    """Ours and theirs, each asked a few times: of the wall's clock, and of the processor's."""
    found = read_journeys(lake)
    if found.events != MILLION:
        raise AssertionError(f"{found.events} of {MILLION} events were followed")
    theirs = _ask_peer(lake, folder, {(one.before, one.after): one.n for one in found.edges}) or (None, None)
    ask = partial(read_journeys, lake)
    ours = [median_time(ask, repeats=REPEATS, clock=clock) for clock in (time.perf_counter, time.process_time)]
    what = f"map, waits and variants of {MILLION:,} events"
    return [
        Line(what, ours[0], theirs[0], "pm4py", 10.0),
        Line("… the processor's seconds", ours[1], theirs[1], "pm4py"),
    ]


PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import pandas, pm4py
taken = []
for _ in range(3):
    start = time.perf_counter(), time.process_time()
    read = pandas.read_parquet(sys.argv[1])
    log = pm4py.format_dataframe(read, case_id="case", activity_key="step", timestamp_key="at")
    edges = pm4py.discover_dfg(log)[0]
    pm4py.discover_performance_dfg(log)
    pm4py.get_variants(log)
    taken.append((time.perf_counter() - start[0], time.process_time() - start[1]))
print(json.dumps([[sorted(one)[1] for one in zip(*taken)], [[*ends, n] for ends, n in edges.items()]]))
"""


def _ask_peer(lake: Lake, folder: Path, edges: dict[tuple[str, str], int]) -> tuple[float, float] | None:
    """The same from a Parquet file, in the peer's own environment, (wall, processor); None where it is missing."""
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
    return float(seconds[0]), float(seconds[1])
