"""Promises: clocks in opening hours.

How long one clock takes: how much open time has passed between two moments up to a month apart, and when sixteen open
hours are over, on weekdays from nine to five. Each peer counts the same pairs in its own environment, and is believed
only where its seconds equal ours. It is arithmetic, so the processor's seconds are taken.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import bench
from bench import Line
from untilyes.promises.calendars import OpeningHours, read_hours

CLOCKS, THEIR_CLOCKS = 20_000, 500
AIM = 20.0
SPAN = timedelta(hours=16)
PEER = """
import json, sys, time
from datetime import datetime, timedelta, time as at
name, moments = sys.argv[1], json.load(sys.stdin)
pairs = [tuple(datetime.fromisoformat(one) for one in pair) for pair in moments]
if name == "businesstimedelta":
    import businesstimedelta as peer
    day = peer.WorkDayRule(start_time=at(9), end_time=at(17), working_days=[0, 1, 2, 3, 4])
    rules = peer.Rules([day])
    span = peer.BusinessTimeDelta(rules, hours=16)
    elapsed = lambda a, b: rules.difference(a, b).timedelta.total_seconds()
    add = lambda a: (a + span).isoformat()
elif name == "businesstime":
    import businesstime as peer
    hours = peer.BusinessTime(business_hours=(at(9), at(17)), weekends=(5, 6))
    elapsed, add = lambda a, b: hours.businesstimedelta(a, b), None
elif name == "business_duration":
    from business_duration import businessDuration
    elapsed = lambda a, b: businessDuration(a, b, starttime=at(9), endtime=at(17), unit="sec")
    add = None
naive = name != "businesstimedelta"
pairs = [tuple(one.replace(tzinfo=None) if naive else one for one in pair) for pair in pairs]
elapsed(*pairs[0])
start = time.process_time()
found = [elapsed(*pair) for pair in pairs]
taken = [time.process_time() - start]
if name == "businesstime":  # its days are open days of eight hours
    found = [8 * 3600 * one.days + one.seconds for one in found]
added = None
if add:
    start = time.process_time()
    added = [add(pair[0]) for pair in pairs]
    taken.append(time.process_time() - start)
print(json.dumps([taken, found, added]))
"""


def run() -> list[Line]:
    """All measurements."""
    office = read_hours(zone="UTC", week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00"))
    pairs = made_up(CLOCKS)
    passed = per_clock(lambda: [office.elapsed(*pair) for pair in pairs])
    due = per_clock(lambda: [office.add(start, SPAN) for start, _ in pairs])
    what = "open time between two moments"
    lines = []
    for name, version in (("businesstimedelta", "1.0.1"), ("business_duration", "0.68"), ("businesstime", "0.3.0")):
        theirs = peer_time(name, office, pairs[:THEIR_CLOCKS])
        lines.append(Line(what, passed, theirs[0] if theirs else None, f"{name} {version}", AIM))
        if name == "businesstimedelta":
            added = theirs[1] if theirs else None
            lines.append(Line("when sixteen open hours are over", due, added, f"{name} {version}", AIM))
    return [*lines, Line("clocks a second on one processor", 1 / passed, unit="clocks/s")]


def made_up(count: int) -> list[tuple[datetime, datetime]]:
    """Pairs of moments to the second within 2026, up to thirty days apart."""
    rng = random.Random(1)
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    starts = [new_year + timedelta(seconds=rng.randrange(300 * 86_400)) for _ in range(count)]
    return [(start, start + timedelta(seconds=rng.randrange(30 * 86_400))) for start in starts]


def per_clock(count: Callable[[], object]) -> float:
    """Seconds one clock takes."""
    return bench.median_time(count, repeats=5, clock=time.process_time) / CLOCKS


def peer_time(name: str, office: OpeningHours, pairs: list[tuple[datetime, datetime]]) -> tuple[float, ...] | None:
    """Seconds a clock takes in the peer, after what it counted was seen to equal ours; None where it is missing."""
    python = os.environ.get("UNTILYES_BENCH_PEERS", sys.executable)
    told = json.dumps([[one.isoformat() for one in pair] for pair in pairs])
    answer = subprocess.run([python, "-c", PEER, name], input=told, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return None
    taken, found, added = json.loads(answer.stdout.splitlines()[-1])
    assert found == [office.elapsed(*pair).total_seconds() for pair in pairs], f"{name} counts otherwise"
    due = [office.add(start, SPAN) for start, _ in pairs]
    assert added is None or [datetime.fromisoformat(one) for one in added] == due, f"{name} falls due otherwise"
    return tuple(one / len(pairs) for one in taken)
