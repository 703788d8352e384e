"""Statistics: drivers and many cells at once.

LMG shares against the dominance-analysis package on the same rows, both from a table of 20,000 answers; intervals and
verdicts of 10,000 cells in one call against a loop over statsmodels. All of it is arithmetic, so the processor's
seconds are taken: other work on the machine does not count.
"""

# ruff: noqa: A005 - it is imported as bench.statistics only

import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

import bench
from bench import Line
from untilyes.stats.changes import compare_many_shares
from untilyes.stats.checks import Floats
from untilyes.stats.drivers import drivers
from untilyes.stats.gram import Gram
from untilyes.stats.shapley import lmg

median_time = partial(bench.median_time, clock=time.process_time)

ROWS, CELLS = 20_000, 10_000
PEER = """
import contextlib, io, sys, time, warnings
warnings.simplefilter("ignore")
import numpy, pandas
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    from dominance_analysis import Dominance
    table = numpy.load(sys.argv[1])
    frame = pandas.DataFrame(table, columns=[f"d{j}" for j in range(table.shape[1] - 1)] + ["rating"])
    start = time.process_time()
    shares = Dominance(frame, "rating", top_k=table.shape[1] - 1, objective=1).incremental_rsquare()
    taken = time.process_time() - start
print(taken, *(shares[f"d{j}"] for j in range(table.shape[1] - 1)))
"""


def run() -> list[Line]:
    """All measurements."""
    return [*drivers_against_dominance_analysis(), *growth(), cells_against_statsmodels()]


def made_up(p: int) -> Floats:
    """Correlated drivers and an outcome, one row an answer."""
    rng = np.random.default_rng(p)
    x = rng.normal(size=(ROWS, 1)) * 0.6 + rng.normal(size=(ROWS, p))
    return np.column_stack([x, x @ np.linspace(0.1, 1, p) + 3 * rng.normal(size=ROWS)])


def shares_of(table: Floats) -> Floats:
    """From rows to LMG shares of R²."""
    names = tuple(f"d{j}" for j in range(table.shape[1] - 1))
    return lmg(Gram.from_rows(table[:, :-1], table[:, -1], names).correlation())


def drivers_against_dominance_analysis() -> list[Line]:
    """From the same rows to the same shares."""
    found = []
    for p, aim in ((8, None), (12, 1000.0)):
        table = made_up(p)
        ours = median_time(partial(shares_of, table), repeats=9)
        theirs = peer_time(table)
        what = f"LMG shares of {p} drivers from {ROWS:,} rows"
        found.append(Line(what, ours, theirs, "dominance-analysis 1.1.9", aim))
    return found


def peer_time(table: Floats) -> float | None:
    """Seconds in the peer's own environment, after its shares were seen to equal ours; None where it is missing."""
    python = os.environ.get("UNTILYES_BENCH_PEERS", sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.npy"
        np.save(file, table)
        answer = subprocess.run([python, "-c", PEER, str(file)], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return None
    taken, *shares = map(float, answer.stdout.split())
    np.testing.assert_allclose(shares, shares_of(table), atol=1e-9)
    return taken


def growth() -> list[Line]:
    """From the Gram matrix on, which is all that crosses the wire; and the whole answer with its intervals."""
    found = []
    for p in (12, 16, 18, 20):
        table = made_up(p)
        gram = Gram.from_rows(table[:, :-1], table[:, -1], tuple(f"d{j}" for j in range(p)))
        repeats = 9 if p < 18 else 3
        found.append(
            Line(f"LMG shares of {p} drivers from Gram matrices", median_time(partial(exact, gram), repeats=repeats))
        )
        if p == 12:
            whole = median_time(partial(drivers, gram), repeats=3)
            found.append(Line("the whole analysis of 12 drivers: intervals, ranks, tests", whole))
    return found


def exact(gram: Gram) -> Floats:
    """LMG shares of a Gram matrix."""
    return lmg(gram.correlation())


def cells_against_statsmodels() -> Line:
    """Intervals of both sides, of the difference, corrected p-values: of many cells at once and one by one."""
    rng = np.random.default_rng(1)
    n0, n1 = rng.integers(50, 500, size=(2, CELLS))
    k0, k1 = rng.binomial(n0, 0.8), rng.binomial(n1, 0.82)
    ours = median_time(lambda: compare_many_shares((k0, n0), (k1, n1)), repeats=9)

    def one_by_one() -> Floats:
        p = []
        for a, m, b, n in zip(k0, n0, k1, n1, strict=True):
            proportion_confint(a, m, method="wilson")
            proportion_confint(b, n, method="wilson")
            confint_proportions_2indep(b, n, a, m, method="newcomb")
            p.append(proportions_ztest([a, b], [m, n])[1])
        return np.asarray(multipletests(p, method="fdr_bh")[1])

    theirs = median_time(one_by_one, repeats=3)
    return Line(f"intervals and verdicts of {CELLS:,} cells", ours, theirs, "a statsmodels loop", 200.0)
