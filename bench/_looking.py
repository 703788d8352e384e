"""What the bench of findings needs done in processes of their own, so that time and memory are those of one thing.

The last line each prints is its answer, as JSON. `python -m bench._looking ERRAND FOLDER [MILLIONS]`.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from bench.lake import CHANNEL, MILLION, MOMENT, TOUCHPOINT
from untilyes.analysis.drivers import Source, read_drivers
from untilyes.analysis.findings.examining import examine_everything
from untilyes.analysis.journeys import read_journeys
from untilyes.analysis.measures import MEASURES
from untilyes.lake import Lake

UNTIL = date(2026, 1, 1)
TOOK_TOO_LONG = 3_600
PORTIONS = {"events": 0.4, "answers": 0.25, "interactions": 0.2, "outcomes": 0.1, "comments": 0.04, "customers": 0.01}
"""What a million facts are."""
STEP = "['asked', 'paid', 'packed', 'sent', 'arrived', 'called', 'returned', 'refunded']"
WORDS = (
    "['late', 'parcel', 'kind', 'invoice', 'twice', 'refund', 'waiting', 'friendly', 'broken', 'box', 'shoes', 'map']"
)
PLAN, COUNTRY = "['guest', 'member', 'business']", "['PT', 'ES', 'DE', 'AT', 'CH']"


def run_apart(errand: str, folder: Path, *words: str) -> Any:
    """Run an errand of this module in a process of its own and return what it answers."""
    done = subprocess.run(
        [sys.executable, "-m", "bench._looking", errand, str(folder), *words],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=TOOK_TOO_LONG,
    )
    return json.loads(done.stdout.splitlines()[-1])


def fill(folder: Path, millions: str) -> int:
    """So many million facts of two years, in the portions of a company; nothing goes with anything."""
    lake, facts = Lake(folder, zone="UTC"), int(millions) * MILLION
    with duckdb.connect() as sql:
        for table, portion in PORTIONS.items():
            rows, done = round(facts * portion), 0
            while done < rows:
                size = min(MILLION, rows - done)
                question = f"SELECT {_COLUMNS[table]} FROM range({done}, {done + size}) AS numbers(i)"
                lake.record(table, sql.execute(question).to_arrow_table())
                done += size
    lake.refresh_rollups(MEASURES.values())
    return facts


def look(folder: Path) -> dict[str, float]:
    """One look for findings at everything."""
    return _measure(lambda: examine_everything(Lake(folder, zone="UTC"), until=UNTIL, in_money=True).asked)


def matters(folder: Path) -> dict[str, float]:
    """What goes with a yes, among the year's answers."""
    return _measure(lambda: read_drivers(Lake(folder, zone="UTC"), "effective", Source.OPERATIONS, until=UNTIL))


def journeys(folder: Path) -> dict[str, float]:
    """The map of all events."""
    return _measure(lambda: read_journeys(Lake(folder, zone="UTC")).events)


def _measure(call: Callable[[], object]) -> dict[str, float]:
    """Wall and processor seconds of one call, and the most memory the process ever held."""
    began, worked = time.perf_counter(), time.process_time()
    if not call():
        raise AssertionError("nothing came of it")
    taken = {"seconds": time.perf_counter() - began, "processor": time.process_time() - worked}
    return taken | {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _pick(among: str, by: str) -> str:
    return f"({among})[CAST(1 + hash(i, '{by}') % {among.count(',') + 1} AS BIGINT)]"


_ENVELOPE = f"""'c' || hash(i, 'who') % 50000 AS customer_id, {MOMENT} AS at, 'ticket' AS source, {CHANNEL} AS channel,
    {TOUCHPOINT} AS touchpoint"""
_COLUMNS = {
    "events": f"""'e' || i AS id, 'c' || hash(i // 8, 'who') % 50000 AS customer_id, 'i' || i // 8 AS interaction_id,
        TIMESTAMPTZ '2025-01-01 00:00:00+00' + to_seconds(CAST(hash(i // 8, 'start') % 29000000 + i % 8 * 43200
            + hash(i, 'wait') % 40000 AS BIGINT)) AS at, 'event' AS source, 'j' || i // 8 AS process_id,
        {_pick(STEP, "what")} AS activity, {_pick("['A', 'B', 'C']", "team")} AS team""",
    "answers": f"""'a' || i AS id, 'r' || i AS response_id, 'i' || i AS interaction_id, {_ENVELOPE},
        'effective' AS question, (hash(i, 'yes') % 10 < 8)::DOUBLE AS value, 0.0::DOUBLE AS scale_min,
        1.0::DOUBLE AS scale_max, true AS higher_is_better""",
    "interactions": f"""'i' || i AS id, 'i' || i AS interaction_id, {_ENVELOPE}, {MOMENT} AS opened_at,
        {MOMENT} + to_seconds(CAST(60 + hash(i, 'took') % 900000 AS BIGINT)) AS closed_at,
        (1 + hash(i, 'contacts') % 4)::INT AS contacts, (hash(i, 'handoffs') % 3)::INT AS handoffs,
        (hash(i, 'reopens') % 2)::INT AS reopens""",
    "outcomes": f"""'o' || i AS id, 'i' || i AS interaction_id, {_ENVELOPE}, 'delivery' AS promise,
        {MOMENT} AS promised_at,
        {MOMENT} + INTERVAL 5 DAY AS due_at,
        {MOMENT} + to_seconds(CAST(3600 + hash(i, 'kept') % 500000 AS BIGINT)) AS kept_at""",
    "comments": f"""'w' || i AS id, 'r' || i AS response_id, 'i' || i AS interaction_id, {_ENVELOPE}, 'en' AS language,
        {" || ' ' || ".join(_pick(WORDS, f"word {n}") for n in range(6))} AS text""",
    "customers": f"""'c' || i AS id, 'c' || i AS customer_id, TIMESTAMPTZ '2025-12-31 00:00:00+00' AS at,
        'event' AS source, {MOMENT} - INTERVAL 2 YEAR AS joined_at,
        CASE WHEN hash(i, 'left') % 5 = 0 THEN {MOMENT} END AS left_at,
        '{{"plan": "' || {_pick(PLAN, "plan")} || '", "country": "' || {_pick(COUNTRY, "country")} || '"}}'
            AS traits""",
}  # fmt: skip

ERRANDS: dict[str, Callable[..., Any]] = {"fill": fill, "look": look, "matters": matters, "journeys": journeys}


def main() -> None:
    """`python -m bench._looking ERRAND FOLDER [WORD …]`."""
    print(json.dumps(ERRANDS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])))


if __name__ == "__main__":
    main()
