"""Findings: one look at everything, what matters and the map, at 1 M and 10 M facts, and how they grow.

A million facts are 400,000 events, 250,000 answers, 200,000 interactions, 100,000 promises, 40,000 comments and 10,000
customers over two years, in which nothing goes with anything. Each question is asked in a process of its own that has
asked nothing before: its seconds include loading the libraries, its memory is the most that process ever held. Growth
is of the processor's seconds, for those of the wall are shared with others.
"""

import tempfile
from pathlib import Path
from typing import Any

from bench import Line
from bench._looking import run_apart

SIZES = (1, 10)
TOLD = {"look": "one look for findings", "matters": "what goes with a yes", "journeys": "the map of journeys"}


def run() -> list[Line]:
    """All measurements."""
    with tempfile.TemporaryDirectory(prefix="untilyes-bench-") as folder:
        taken = {millions: measure(Path(folder) / f"{millions}", millions) for millions in SIZES}
    small, large = SIZES
    lines = [line for millions in SIZES for line in tell(millions, taken[millions])]
    return lines + [
        Line(f"{told}: processor's seconds, {large // small} times the facts", growth(taken, errand), unit="times")
        for errand, told in TOLD.items()
    ]


def measure(folder: Path, millions: int) -> dict[str, dict[str, float]]:
    """Fill a lake and ask each question of it."""
    run_apart("fill", folder, str(millions))
    return {errand: run_apart(errand, folder) for errand in TOLD}


def tell(millions: int, taken: dict[str, dict[str, Any]]) -> list[Line]:
    """Seconds and memory of each question."""
    lines = []
    for errand, told in TOLD.items():
        lines.append(Line(f"{told} among {millions} M facts", taken[errand]["seconds"]))
        lines.append(Line("… the most memory the process held", taken[errand]["megabytes"], unit="MB"))
    return lines


def growth(taken: dict[int, dict[str, dict[str, float]]], errand: str) -> float:
    """How many times as long the processor worked on the larger."""
    small, large = SIZES
    return taken[large][errand]["processor"] / taken[small][errand]["processor"]
