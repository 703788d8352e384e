"""Numbers in, estimates out: pure functions on small arrays. No input, no output, no Django."""

from untilyes.stats.cells import VERDICTS, Changes, Estimates
from untilyes.stats.results import Change, Estimate, Verdict

__all__ = [
    # results
    "VERDICTS",
    "Change",
    "Changes",
    "Estimate",
    "Estimates",
    "Verdict",
]
