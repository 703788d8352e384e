"""Search in articles: how well it ranks, how fast it is.

Ranking: mean reciprocal rank of the article that answers each of the labelled questions of `bench/_questions.py`, over
the articles of the demonstration; the peer is what a plain `LIKE` on the same words finds, in the order of writing.
Speed: one search among 1,000 articles, beside the same `LIKE`. On SQLite; medians of the questions.
"""

import tempfile
from pathlib import Path

from bench import Line
from bench._house import run_in


def run() -> list[Line]:
    """All measurements."""
    with tempfile.TemporaryDirectory(prefix="untilyes-bench-") as folder:
        told = run_in(Path(folder), "search", "1000")
    return [
        Line(
            "questions not answered at the first place, 1 − MRR",
            told["missed"],
            told["missed_by_like"],
            "LIKE",
            unit="",
        ),
        Line("one search among 1,000 articles", told["took"], told["took_by_like"], "LIKE"),
    ]
