"""What is known of how many answers, and the sums of products everything else is inferred from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations_with_replacement

import ibis
import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.drivers.metrics import ALWAYS, FEWEST, KNOWN, RATED, Source
from untilyes.analysis.drivers.rows import Rows
from untilyes.stats.gram import DEFAULT_BUCKETS, Gram
from untilyes.stats.results import Estimate
from untilyes.stats.shares import z_score


@dataclass(frozen=True)
class Known:
    """How many answers there are, what they are worth when weighted (Kish), and each metric's count and mean."""

    answers: int
    weight: float
    worth: float
    counts: Mapping[str, int]
    means: Mapping[str, Estimate]
    usable: tuple[str, ...]
    partly: frozenset[str]

    @property
    def unusable(self) -> tuple[str, ...]:
        return tuple(key for key in self.counts if key not in self.usable)

    @property
    def complete(self) -> tuple[str, ...]:
        """Metrics that a row must have to count."""
        return tuple(key for key in self.usable if key not in self.partly)

    @property
    def columns(self) -> list[str]:
        """The columns of the usable metrics; "key?" is whether `key` is known."""
        return [name for key in self.usable for name in ((key, f"{key}?") if key in self.partly else (key,))]


def count_known(rows: Rows) -> Known:
    """Count what is known. Ratings need not be given by everybody; what we recorded ourselves must nearly be."""

    def question() -> ir.Table:
        laid = rows.lay_out()
        w = laid["weight"]
        columns = {"n": laid.count(), "w": w.sum(), "ww": (w * w).sum()}
        for key in rows.metrics:
            x, there = laid[key].cast("float64"), laid[key].notnull()
            columns |= {f"{key}_n": laid[key].count(), f"{key}_w": w.sum(where=there)}
            columns |= {
                f"{key}_ww": (w * w).sum(where=there),
                f"{key}_x": (w * x).sum(),
                f"{key}_xx": (w * x * x).sum(),
            }
        return laid.aggregate(**columns)

    row = {key: float(value or 0) for key, value in rows.lake.fetch(question).to_pylist()[0].items()}
    n = row["n"]
    counts = {key: int(row[f"{key}_n"]) for key in rows.metrics}
    if rows.source is Source.RATINGS:
        usable = [key for key in rows.metrics if counts[key] >= max(FEWEST, RATED * n)]
        partly = frozenset(key for key in usable if counts[key] < ALWAYS * n)
    else:
        usable, partly = [key for key in rows.metrics if n and counts[key] >= KNOWN * n], frozenset()
    worth = row["w"] ** 2 / row["ww"] if row["ww"] else 0.0
    means = {key: _mean(row, key) for key in rows.metrics}
    return Known(int(n), row["w"], worth, counts, means, tuple(usable), partly)


def _mean(row: Mapping[str, float], key: str) -> Estimate:
    w, ww = row[f"{key}_w"], row[f"{key}_ww"]
    if not w:
        return Estimate(None, None, None, 0, "weighted mean")
    mean, n = row[f"{key}_x"] / w, w * w / ww
    spread = max(row[f"{key}_xx"] / w - mean * mean, 0.0)
    arm = z_score(0.95) * float(np.sqrt(spread / n))
    return Estimate(mean, mean - arm, mean + arm, n, "weighted mean")


def read_gram(rows: Rows, known: Known, columns: Sequence[str]) -> Gram:
    """Sums of products over complete rows, in buckets by a hash of the customer; weights are 1 on average."""
    return next((drop_empty(one) for one in read_grams(rows, known, columns, None).values()), _empty(rows, columns))


def read_grams(rows: Rows, known: Known, columns: Sequence[str], segment: str | None) -> dict[str, Gram]:
    """The same by the values of a segment: a column of the answers, or "trait:name" of the customer.

    Every gram has every bucket, empty ones too, so that two of them add up bucket by bucket.
    """
    pairs = list(combinations_with_replacement(range(len(columns) + 2), 2))

    def question() -> ir.Table:
        laid = rows.lay_out() if segment is None else rows.lay_out_by(segment)
        keys = known.complete
        complete = (
            laid.filter(reduce(lambda left, right: left & right, [laid[k].notnull() for k in keys])) if keys else laid
        )
        named = {f"c{number}": _column(complete, known, name) for number, name in enumerate(columns, start=1)}
        value = complete["segment"] if segment else ibis.literal("")
        complete = complete.select(
            "bucket", "weight", value=value, c0=ibis.literal(1.0), **named, **{f"c{len(columns) + 1}": complete["y"]}
        )
        sums = {f"s{i}_{j}": (complete["weight"] * complete[f"c{i}"] * complete[f"c{j}"]).sum() for i, j in pairs}
        return complete.group_by("value", "bucket").aggregate(**sums)

    size = len(columns) + 2
    scale = known.answers / known.weight if known.weight else 1.0
    matrices: dict[str, np.ndarray] = {}
    for row in rows.lake.fetch(question).to_pylist():
        mine = matrices.setdefault(row["value"] or "", np.zeros((DEFAULT_BUCKETS, size, size)))
        bucket = int(row["bucket"], 16) % DEFAULT_BUCKETS
        for i, j in pairs:
            mine[bucket, i, j] += scale * row[f"s{i}_{j}"]
            if i != j:
                mine[bucket, j, i] += scale * row[f"s{i}_{j}"]
    return {value: Gram(tuple(columns), one, rows.outcome) for value, one in matrices.items()}


def drop_empty(gram: Gram) -> Gram:
    """Without the buckets that hold nobody: leaving one of them out would leave out nothing."""
    return Gram(gram.names, gram.matrices[gram.matrices[:, 0, 0] > 0], gram.outcome)


def _empty(rows: Rows, columns: Sequence[str]) -> Gram:
    return Gram(tuple(columns), np.zeros((0, len(columns) + 2, len(columns) + 2)), rows.outcome)


def _column(laid: ir.Table, known: Known, name: str) -> ir.NumericValue:
    if name.endswith("?"):
        return laid[name[:-1]].notnull().cast("float64")
    block, is_level, value = name.partition("=")
    if is_level:
        return (laid[block].fill_null("unknown") == value).cast("float64")
    column = laid[name].cast("float64")
    return column.fill_null(known.means[name].value or 0.0) if name in known.partly else column
