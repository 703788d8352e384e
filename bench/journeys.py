"""Journeys: the map of a million events, read for the first time and asked of what is kept.

Ours reads Delta tables from disk and joins what the customers of the journeys said. The peer (pm4py, AGPL-3.0, never a
dependency) reads one Parquet file of the same log with only the three columns it needs, and no answers; edges and their
counts must be the same, on either side and either way. Read for the first time, both go from their files to the answer.
Asked again, each has prepared once: ours reads the layout that the worker keeps in files, the peer its formatted log in
memory. The peer runs in an environment of its own, named in UNTILYES_BENCH_PEERS. Seconds of the wall are shared with
whatever else the machine does; those of the processor are not, but count every core that ours uses.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

from bench import Line, median_time
from bench.lake import MILLION, _answers, _events
from untilyes.analysis.journeys import (
    JourneyLog,
    JourneyMap,
    keep_journeys,
    list_strays,
    open_log,
    read_conformance,
    read_journeys,
    read_map,
    read_rework,
)
from untilyes.lake import Lake

REPEATS = 3
CLOCKS = (time.perf_counter, time.process_time)
Both = tuple[float | None, float | None]
"""Seconds of the wall and of the processor."""


def run() -> list[Line]:
    """All measurements."""
    with tempfile.TemporaryDirectory(prefix="untilyes-bench-") as folder:
        lake = Lake(Path(folder) / "lake", zone="UTC")
        with duckdb.connect() as sql:
            lake.record("events", _events(sql, MILLION))
            lake.record("answers", _answers(sql, 0, MILLION))
        return measure(lake, Path(folder))


def measure(lake: Lake, folder: Path) -> list[Line]:
    """Ours and theirs, each asked a few times: before anything is kept, and afterwards."""
    found = read_journeys(lake)
    if found.events != MILLION:
        raise AssertionError(f"{found.events} of {MILLION} events were followed")
    read, asked = _ask_peer(lake, folder, {(one.before, one.after): one.n for one in found.edges})
    first, anew = _take(partial(read_journeys, lake)), _take_pages(lake, found)
    start = time.perf_counter()
    keep_journeys(lake)
    keeping = time.perf_counter() - start
    if read_journeys(lake) != found:
        raise AssertionError("what is kept says something else than what is laid out anew")
    again, kept = _take(partial(read_journeys, lake)), _take_pages(lake, found)
    what = f"map, waits and variants of {MILLION:,} events"
    return [
        *_compare(f"{what}, read for the first time", first, read, "pm4py, from one file", 10.0),
        *_compare(f"{what}, asked of what is kept", again, asked, "pm4py, its log in memory", 10.0),
        Line("keeping it, once after the events changed", keeping),
        *(Line(f"{name}, the processor's seconds", kept[name], anew[name], "ours laid out anew") for name in PAGES),
    ]


PAGES: dict[str, Callable[[JourneyLog, JourneyMap], object]] = {
    "the map": lambda log, found: read_map(log),  # noqa: ARG005 - it is what is asked
    "how far journeys keep to a path": lambda log, found: read_conformance(log, found.paths[0]),
    "who strayed from it": lambda log, found: list_strays(log, found.paths[0]),
    "what is done again": lambda log, found: read_rework(log),  # noqa: ARG005
}


def _take(ask: Callable[[], object]) -> Both:
    wall, processor = (median_time(ask, repeats=REPEATS, clock=clock) for clock in CLOCKS)
    return wall, processor


def _take_pages(lake: Lake, found: JourneyMap) -> dict[str, float]:
    """Seconds of the processor for each page, the opening of the log included."""

    def ask(page: Callable[[JourneyLog, JourneyMap], object]) -> None:
        with open_log(lake, process="") as log:
            page(log, found)

    return {
        name: median_time(partial(ask, page), repeats=REPEATS, clock=time.process_time) for name, page in PAGES.items()
    }


def _compare(what: str, ours: Both, theirs: Both, peer: str, aim: float) -> list[Line]:
    return [
        Line(what, ours[0] or 0.0, theirs[0], peer, aim),
        Line("… the processor's seconds", ours[1] or 0.0, theirs[1], peer),
    ]


PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import pandas, pm4py
def now():
    return time.perf_counter(), time.process_time()
def ask(log):
    edges = pm4py.discover_dfg(log)[0]
    pm4py.discover_performance_dfg(log)
    pm4py.get_variants(log)
    return edges
taken = []
for _ in range(3):
    start = now()
    read = pandas.read_parquet(sys.argv[1])
    log = pm4py.format_dataframe(read, case_id="case", activity_key="step", timestamp_key="at")
    ready = now()
    edges = ask(log)
    done = now()
    taken.append([*(b - a for a, b in zip(start, done)), *(b - a for a, b in zip(ready, done))])
print(json.dumps([[sorted(one)[1] for one in zip(*taken)], [[*ends, n] for ends, n in edges.items()]]))
"""


def _ask_peer(lake: Lake, folder: Path, edges: dict[tuple[str, str], int]) -> tuple[Both, Both]:
    """The same in the peer's own environment: from a Parquet file, and of its log in memory; None where it is not."""
    file = folder / "log.parquet"
    log = lake.read("events").select("process_id", "activity", "at", "id").to_pyarrow()
    with duckdb.connect() as sql:
        sql.register("log", log)
        order = 'ORDER BY process_id, "at", id'
        sql.execute(f"""COPY (SELECT process_id AS "case", activity AS step, "at" FROM log {order}) TO '{file}'""")
    python = os.environ.get("UNTILYES_BENCH_PEERS", sys.executable)
    done = subprocess.run([python, "-c", PEER, str(file)], capture_output=True, text=True, check=False)
    if done.returncode:
        return (None, None), (None, None)
    seconds, counted = json.loads(done.stdout.splitlines()[-1])
    if {(before, after): n for before, after, n in counted} != edges:
        raise AssertionError("the peer counts other edges")
    return (seconds[0], seconds[1]), (seconds[2], seconds[3])
