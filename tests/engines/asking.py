"""Asks a lake some questions in a process of its own, for a Spark of its own: `python -m tests.engines.asking`.

Takes the folder of the lake, the file to keep the answers in, and the names of the questions; "look" is everything the
nightly look asks.
"""

import pickle
import sys
from pathlib import Path

from tests.engines.questions import QUESTIONS, examine
from untilyes.lake import Lake


def ask(folder: Path, out: Path, names: list[str]) -> None:
    """Keep what this process's engine answers."""
    lake = Lake(folder, zone="Europe/Berlin")
    out.write_bytes(pickle.dumps({name: (examine if name == "look" else QUESTIONS[name])(lake) for name in names}))


if __name__ == "__main__":
    ask(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
