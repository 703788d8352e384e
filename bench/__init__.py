"""What is measured, against whom: run `python -m bench`, or `python -m bench statistics` for one module.

A module in this folder is a bench when it has `run() -> list[Line]`; its first docstring line is its heading. Ours and
theirs are measured in one run on one machine, medians of repeats, so that ratios can be compared where seconds cannot.
A peer that is not installed gives a line without `against`: it is never guessed. `--write` puts the tables into
docs/reference/performance.md between the markers of each module. Peers are installed apart from the product:
`pip install "dominance-analysis==1.1.9" "numpy<2" "ipython<9"` into its own environment, named in UNTILYES_BENCH_PEERS
(the path of its python); so is `pip install "textblob==0.20.1"`, and for the
clocks businesstimedelta==1.0.1, business-duration==0.68 and businesstime==0.3.0. What needs the real exports reads them
from ../shared/data (or UNTILYES_SHARED_DATA), and is left out without them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement: what, how long or how much ours takes, and theirs. `aim` is the ratio wanted, None for none.

    `ratio` is against / ours where less is better, which is how times and bytes are told, and ours / against where more
    is (`better`), which is how qualities are; None without a peer.
    """

    what: str
    ours: float
    against: float | None = None
    peer: str = ""
    aim: float | None = None
    unit: str = "s"
    better: str = "less"

    @property
    def ratio(self) -> float | None:
        """How many times as good ours is; None where the quotient would say nothing."""
        if self.against is None or self.ours <= 0 or self.against <= 0:
            return None
        return self.ours / self.against if self.better == "more" else self.against / self.ours

    @property
    def is_reached(self) -> bool | None:
        """Whether the aim is reached; None when there is none, or nobody to compare with."""
        return None if self.aim is None or self.ratio is None else self.ratio >= self.aim


def median_time(
    call: Callable[[], object], *, repeats: int = 5, clock: Callable[[], float] = time.perf_counter
) -> float:
    """The median seconds of `repeats` calls: of the wall's clock, or of the processor's with `time.process_time`."""
    taken = []
    for _ in range(repeats):
        start = clock()
        call()
        taken.append(clock() - start)
    return median(taken)
