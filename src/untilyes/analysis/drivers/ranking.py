"""What goes with an outcome, ranked; what does not; what was refused."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import combinations_with_replacement

import ibis
import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.drivers.metrics import (
    BLOCKS,
    DAYS,
    FEWEST,
    FEWEST_OF_A_SORT,
    KNOWN,
    MOST_LEVELS,
    NEGLIGIBLE,
    OUTCOMES,
    ROWS_A_COLUMN,
    Source,
)
from untilyes.analysis.drivers.rows import Rows, find_scale, list_ratings
from untilyes.lake import Lake
from untilyes.stats.collinearity import suspect_drivers
from untilyes.stats.driver_results import Driver, Drivers
from untilyes.stats.drivers import drivers
from untilyes.stats.gram import DEFAULT_BUCKETS, Gram
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share


@dataclass(frozen=True)
class Matters:
    """What goes with one outcome. `disguised` were refused as the outcome itself, `unknown` are too seldom known.

    `deviation` is the standard deviation of the outcome on a scale from 0 (worst) to 1 (best).
    """

    outcome: str
    source: Source
    found: Drivers
    told: Mapping[str, str]
    disguised: tuple[str, ...]
    unknown: tuple[tuple[str, Estimate], ...]
    still: tuple[str, ...]
    answers: int
    deviation: float
    since: date
    until: date

    @property
    def real(self) -> tuple[Driver, ...]:
        """What matters, strongest first."""
        return self.found.real

    @property
    def negligible(self) -> tuple[Driver, ...]:
        """What surely explains next to nothing: nobody needs it in a report."""
        return tuple(one for one in self.found.drivers if not one.is_real and self._reach(one) < NEGLIGIBLE)

    @property
    def undecided(self) -> tuple[Driver, ...]:
        """What is not shown to matter, and not shown not to."""
        return tuple(one for one in self.found.drivers if not one.is_real and self._reach(one) >= NEGLIGIBLE)

    def _reach(self, one: Driver) -> float:
        ends = one.share.high, self.found.r2.high
        return math.inf if ends[0] is None or ends[1] is None else max(ends[0], 0.0) * max(ends[1], 0.0)

    @property
    def sentence(self) -> str:
        """What matters, in one sentence."""
        outcome, n = OUTCOMES[self.outcome], f"{self.found.n:,.0f}"
        if not self.real:
            return f"Nothing looked at is shown to go with {outcome} (n = {n})."
        named = [f"{self.told[one.name]} ({one.share.brief()})" for one in self.real[:3]]
        more = len(self.real) - len(named)
        listed = ", ".join(named) + (f" and {more} more" if more else "")
        return f"What goes with {outcome}: {listed}. Together all of it explains {self.found.r2.sentence()}."


def read_drivers(lake: Lake, outcome: str, source: Source, *, until: date, days: int = DAYS) -> Matters | None:
    """Rank what goes with an outcome; None where too few answers, or too few of one sort, can say anything.

    Counts complete rows only. Metrics known for fewer than `KNOWN` of the answers are left out first, then those that
    never vary, then those that give the answer away. Answers on several scales are never mixed: the scale most were
    given on is taken.
    """
    span = until - timedelta(days=days), until
    scale = find_scale(lake, outcome, span)
    if scale is None:
        return None
    rows = Rows(
        lake, outcome, source, scale, span, list_ratings(lake, outcome, span) if source is Source.RATINGS else ()
    )
    counted = _count_known(rows)
    answers = counted.pop("n")
    known = [key for key in rows.metrics if answers and counted[key] >= KNOWN * answers]
    unknown = tuple((rows.told[key], estimate_share(counted[key], answers)) for key in rows.metrics if key not in known)
    if answers < FEWEST or not known:
        return None
    columns = known + (_list_levels(rows) if source is Source.OPERATIONS else [])
    gram, still = _drop_still(_read_gram(rows, known, columns))
    if gram is None or not _is_enough(gram):
        return None
    suspects = suspect_drivers(gram)
    honest = _keep(gram, [name for name in gram.names if name not in suspects])
    if not honest.names:
        return None
    groups = _group(honest.names)
    names = {name: rows.tell(name) for name in (*groups, *gram.names)}
    return Matters(
        outcome,
        source,
        drivers(honest, groups=groups, rng=1),
        names,
        tuple(names[name] for name in suspects),
        unknown,
        tuple(rows.tell(name) for name in still),
        answers,
        _deviation(honest),
        *span,
    )


def _count_known(rows: Rows) -> dict[str, int]:
    """How many answers there are (`n`), and for how many each metric is known."""

    def question() -> ir.Table:
        laid = rows.lay_out()
        return laid.aggregate(n=laid.count(), **{key: laid[key].count() for key in rows.metrics})

    return {key: int(n) for key, n in rows.lake.fetch(question).to_pylist()[0].items()}


def _list_levels(rows: Rows) -> list[str]:
    """Columns of the blocks ("channel=email"): every value with enough answers but the commonest."""

    def question() -> ir.Table:
        laid = rows.lay_out()
        return laid.group_by("channel", "touchpoint").aggregate(n=laid.count())

    counted = rows.lake.fetch(question).to_pylist()
    columns = []
    for block in BLOCKS:
        totals: Counter[str] = Counter()
        for row in counted:
            totals[row[block.key] or "unknown"] += row["n"]
        common = sorted(totals, key=lambda value: (-totals[value], value))
        columns += [f"{block.key}={v}" for v in common[1:MOST_LEVELS] if totals[v] >= FEWEST_OF_A_SORT]
    return columns


def _column(laid: ir.Table, name: str) -> ir.NumericValue:
    block, is_level, value = name.partition("=")
    if is_level:
        return (laid[block].fill_null("unknown") == value).cast("float64")
    return laid[name].cast("float64")


def _read_gram(rows: Rows, known: Sequence[str], columns: Sequence[str]) -> Gram:
    """Sums of products over complete rows, in buckets by a hash of the customer."""
    pairs = list(combinations_with_replacement(range(len(columns) + 2), 2))

    def question() -> ir.Table:
        laid = rows.lay_out()
        complete = laid.filter(reduce(lambda left, right: left & right, [laid[key].notnull() for key in known]))
        named = {f"c{number}": _column(complete, name) for number, name in enumerate(columns, start=1)}
        complete = complete.select("bucket", c0=ibis.literal(1.0), **named, **{f"c{len(columns) + 1}": complete["y"]})
        sums = {f"s{i}_{j}": (complete[f"c{i}"] * complete[f"c{j}"]).sum() for i, j in pairs}
        return complete.group_by("bucket").aggregate(**sums)

    size = len(columns) + 2
    matrices = np.zeros((DEFAULT_BUCKETS, size, size))
    for row in rows.lake.fetch(question).to_pylist():
        bucket = int(row["bucket"], 16) % DEFAULT_BUCKETS
        for i, j in pairs:
            matrices[bucket, i, j] += row[f"s{i}_{j}"]
            if i != j:
                matrices[bucket, j, i] += row[f"s{i}_{j}"]
    filled = matrices[matrices[:, 0, 0] > 0]
    return Gram(tuple(columns), filled, rows.outcome)


def _keep(gram: Gram, names: Sequence[str]) -> Gram:
    at = [0, *(1 + gram.names.index(name) for name in names), len(gram.names) + 1]
    return Gram(tuple(names), gram.matrices[:, at][:, :, at], gram.outcome)


def _drop_still(gram: Gram) -> tuple[Gram | None, tuple[str, ...]]:
    """Without columns that never vary; None when the outcome itself does not."""
    total, n = gram.total, gram.n
    if n == 0:
        return None, ()
    moving = np.diag(total)[1:] / n - (total[0, 1:] / n) ** 2 > 1e-9 * np.maximum(np.diag(total)[1:] / n, 1e-300)
    kept = [name for name, moves in zip(gram.names, moving[:-1], strict=True) if moves]
    still = tuple(name for name in gram.names if name not in kept and "=" not in name)
    return (_keep(gram, kept) if moving[-1] and kept else None), still


def _is_enough(gram: Gram) -> bool:
    n, total = gram.n, gram.total
    rarer = min(total[0, -1], n - total[0, -1])
    return n >= max(FEWEST, ROWS_A_COLUMN * len(gram.names)) and rarer >= FEWEST_OF_A_SORT


def _group(names: Sequence[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        block, is_level, _ = name.partition("=")
        if is_level:
            groups[block].append(name)
    return dict(groups)


def _deviation(gram: Gram) -> float:
    total = gram.total
    return float(np.sqrt(max(total[-1, -1] / gram.n - (total[0, -1] / gram.n) ** 2, 0.0)))
