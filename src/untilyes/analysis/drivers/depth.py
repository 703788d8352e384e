"""A closer look: how strong we are where it matters, what moves together, and for whom something matters more."""

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any, Final

import numpy as np
from scipy import stats

from untilyes.analysis.drivers.columns import group_columns
from untilyes.analysis.drivers.known import Known, drop_empty, read_grams
from untilyes.analysis.drivers.metrics import FEWEST, ROWS_A_COLUMN, TOGETHER, Source
from untilyes.analysis.drivers.results import Difference, Strength, Together
from untilyes.analysis.drivers.rows import Rows
from untilyes.stats.checks import Floats
from untilyes.stats.driver_results import Drivers
from untilyes.stats.drivers import drivers
from untilyes.stats.gram import Gram
from untilyes.stats.importance import derived_importance_performance
from untilyes.stats.multiplicity import correct
from untilyes.stats.results import Estimate
from untilyes.stats.shares import z_score

DIMENSIONS: Final = ("channel", "touchpoint", "team")
MOST_VALUES: Final = 12
LIKELY: Final = 0.05


def look_deeper(rows: Rows, known: Known, gram: Gram, found: Drivers) -> dict[str, Any]:
    """The three, by the names `Matters` has for them; none for topics, whose segments have their own on their pages."""
    if rows.source is Source.TOPICS:
        return {}
    differences, compared = compare_segments(rows, known, gram, found)
    return {
        "strengths": place_strengths(rows, known, found) if rows.source is Source.RATINGS else (),
        "together": join_alike(rows, gram),
        "differences": differences,
        "compared": compared,
    }


def place_strengths(rows: Rows, known: Known, found: Drivers) -> tuple[Strength, ...]:
    """Every part by how good it is and how much it matters; the lines are the mean part and an even share."""
    parts = [one for one in found.drivers if one.name in known.means and one.share.low is not None]
    if len(parts) < 3:
        return ()
    means = [known.means[one.name] for one in parts]
    importance = [one.share.value or 0.0 for one in parts]
    performance = [mean.value or 0.0 for mean in means]
    placed = derived_importance_performance(
        importance,
        [_error(one.share) for one in parts],
        performance,
        [_error(mean) for mean in means],
        [one.name for one in parts],
        middle=(float(np.mean(performance)), 1 / len(parts)),
        n=round(found.n),
    )
    return tuple(
        Strength(one.name, rows.tell(one.name), mean, one.share, place.quadrant)
        for one, mean, place in zip(parts, means, placed, strict=True)
    )


def _error(estimate: Estimate) -> float:
    return (estimate.width or 0.0) / (2 * z_score(estimate.level))


def join_alike(rows: Rows, gram: Gram) -> tuple[Together, ...]:
    """Groups of metrics of which each moves closely with every other, with the part they have together."""
    groups = group_columns(gram.names)
    single = [name for name in gram.names if "=" not in name and not name.endswith("?")]
    r = np.abs(gram.correlation()[:-1, :-1])
    place = {name: at for at, name in enumerate(gram.names)}
    clusters: list[list[str]] = [[name] for name in single]
    while True:
        pairs = [
            (min(r[place[a], place[b]] for a in one for b in other), i, j)
            for i, one in enumerate(clusters) for j, other in enumerate(clusters) if i < j
        ]  # fmt: skip
        closest = max(pairs, default=(0.0, 0, 0))
        if closest[0] < TOGETHER:
            break
        clusters[closest[1]] += clusters.pop(closest[2])
    joined = {"+".join(one): [c for name in one for c in groups.get(name, [name])] for one in clusters if len(one) > 1}
    if not joined:
        return ()
    taken = {name for names in joined.values() for name in names}
    rest = {name: columns for name, columns in groups.items() if not set(columns) & taken}
    by_name = {one.name: one for one in drivers(gram, groups=joined | rest, method="johnson", rng=1).drivers}
    return tuple(Together(tuple(rows.tell(part) for part in name.split("+")), by_name[name]) for name in joined)


def compare_segments(rows: Rows, known: Known, gram: Gram, found: Drivers) -> tuple[tuple[Difference, ...], int]:
    """Does what matters matter more for some? Slopes in a segment against all others, all corrected together."""
    real = [one.name for one in found.real if one.name in gram.names]
    tried: list[tuple[str, str, str, Estimate, Estimate, float]] = []
    for segment in (*DIMENSIONS, *rows.list_traits()):
        if not real:
            break
        grams = read_grams(rows, known, gram.names, segment)
        named = {value: one for value, one in grams.items() if value and _is_enough(drop_empty(one))}
        if not 2 <= len([value for value in grams if value]) <= MOST_VALUES:
            continue
        for value, here in sorted(named.items()):
            others = [one for other, one in sorted(grams.items()) if other != value]
            tried += _compare(rows, segment, value, here, others, real)
    if not tried:
        return (), 0
    q = correct(np.array([one[-1] for one in tried]))
    sure = [Difference(*one[:-1], float(chance)) for one, chance in zip(tried, q, strict=True) if chance <= LIKELY]
    return tuple(sorted(sure, key=lambda one: (one.q, one.told, one.value))), len(tried)


def _compare(
    rows: Rows, segment: str, value: str, here: Gram, others: Sequence[Gram], real: Sequence[str]
) -> list[tuple[str, str, str, Estimate, Estimate, float]]:
    here, elsewhere = drop_empty(here), drop_empty(reduce(add, others))
    if not _is_enough(elsewhere):
        return []
    sides = [_slopes(one) for one in (here, elsewhere)]
    told = []
    for name in real:
        at = here.names.index(name)
        (b1, v1), (b0, v0) = ((float(b[at]), float(v[at])) for b, v in sides)
        if not (v1 > 0 and v0 > 0):
            continue
        p = 2 * float(stats.norm.sf(abs(b1 - b0) / np.sqrt(v1 + v0)))
        slopes = (_slope(b1, v1, here.n), _slope(b0, v0, elsewhere.n))
        told.append((rows.tell(name), segment.removeprefix("trait:"), value, *slopes, p))
    return told


def _is_enough(gram: Gram) -> bool:
    return gram.n >= max(FEWEST, ROWS_A_COLUMN * len(gram.names)) and gram.buckets >= 20


def _slopes(gram: Gram) -> tuple[Floats, Floats]:
    """Coefficients of all columns and their variances, by leaving out one bucket of customers at a time."""
    whole, left = _solve(gram.total[None])[0], _solve(gram.leave_one_out())
    variance = (gram.buckets - 1) / gram.buckets * ((left - left.mean(axis=0)) ** 2).sum(axis=0)
    return whole[1:], variance[1:]


def _solve(grams: Floats) -> Floats:
    inverse = np.linalg.pinv(grams[:, :-1, :-1], rcond=1e-10, hermitian=True)
    return np.asarray(np.einsum("bij,bj->bi", inverse, grams[:, :-1, -1]))


def _slope(b: float, variance: float, n: float) -> Estimate:
    arm = z_score(0.95) * float(np.sqrt(variance))
    return Estimate(b, b - arm, b + arm, n, "least squares, jackknife", unit="points")
