"""Findings: one look at everything, what matters and the map, at 1 M and 10 M facts, and how they grow.

A million facts are 400,000 events, 250,000 answers, 200,000 interactions, 100,000 promises, 40,000 comments and 10,000
customers over two years, in which nothing goes with anything. Each question is asked in a process of its own that has
asked nothing before: its seconds include loading the libraries, its memory is the most that process ever held. Growth
is of the processor's seconds, for those of the wall are shared with others.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench import Line
from bench._looking import run_apart

SIZES = (1, 10)
TOLD = {"look": "one look for findings", "matters": "what goes with a yes", "journeys": "the map of journeys"}


def run() -> list[Line]:
    """All measurements."""
    with tempfile.TemporaryDirectory(prefix="untilyes-bench-") as folder:
        taken = {millions: measure(Path(folder) / f"{millions}", millions) for millions in SIZES}
    return tell(taken)


def measure(folder: Path, millions: int) -> dict[str, dict[str, float]]:
    """Fill a lake and ask each question of it."""
    run_apart("fill", folder, str(millions))
    return {errand: run_apart(errand, folder) for errand in TOLD}


def tell(taken: Mapping[int, Mapping[str, Mapping[str, float]]]) -> list[Line]:
    """Seconds and memory of each question at each size, and how the processor's seconds grow between them."""
    lines = []
    for millions, asked in taken.items():
        for errand, told in TOLD.items():
            lines.append(Line(f"{told} among {millions} M facts", asked[errand]["seconds"]))
            lines.append(Line("… the processor's seconds", asked[errand]["processor"]))
            lines.append(Line("… the most memory the process held", asked[errand]["megabytes"], unit="MB"))
    small, large = SIZES
    for errand, told in TOLD.items():
        grown = taken[large][errand]["processor"] / taken[small][errand]["processor"]
        lines.append(Line(f"{told}: the processor's seconds at {large // small} times the facts", grown, unit="times"))
    return lines
