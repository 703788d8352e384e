"""A case and what stands beside it: its page, what worked before, and how its customer stands.

The simulated company of 20,000 customers over two years with the cases of its last weeks. Every open case is looked at
once, over HTTP and by the parts of its page, and the median is told: nothing was read for it before. Parts are told in
processor time of all threads, which other work on the machine changes little.
"""

import tempfile
from pathlib import Path
from statistics import median

from bench import Line
from bench._house import run_in
from bench.web import get, serving

CUSTOMERS = 20_000
SHOULD_TAKE = 0.15


def run() -> list[Line]:
    """All measurements."""
    with tempfile.TemporaryDirectory(prefix="untilyes-bench-") as folder:
        home = Path(folder)
        slug = run_in(home, "stage", str(CUSTOMERS))
        told = run_in(home, "beside")
        with serving(home, "--without-worker", UNTILYES_DEMO="1") as port:
            get(port, f"/w/{slug}/cases/")
            first, *pages = (get(port, f"/w/{slug}/cases/{number}/")[1] for number in told["cases"])
    return [
        Line("the first case after the start, over HTTP", first),
        Line(f"each of {len(pages)} open cases, over HTTP", median(pages)),
        Line("what worked before, processor time", told["evidence"], SHOULD_TAKE, "the limit", 1.0),
        Line("how the customer stands, processor time", told["standing"], SHOULD_TAKE, "the limit", 1.0),
        Line("the customer’s whole card, processor time", told["card"], SHOULD_TAKE, "the limit", 1.0),
        Line("counting everybody once by the worker, processor time", told["crowd"]),
        Line("finding the usual paths by the worker, processor time", told["usual_paths"]),
    ]
