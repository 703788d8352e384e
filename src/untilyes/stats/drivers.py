"""Which drivers matter, how surely, and what the answer must not be used for.

Everything comes from Gram matrices (`gram.Gram`), so it runs on any engine that can sum products.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.collinearity import collinearity_notes, suspect_drivers, variance_inflation
from untilyes.stats.driver_evidence import (
    Shares,
    block_p_values,
    jackknife_intervals,
    letters,
    overall_p_value,
    rank_ranges,
    resampled_shares,
)
from untilyes.stats.driver_results import Direction, Driver, Drivers
from untilyes.stats.gram import Gram
from untilyes.stats.relative_weights import relative_weights, standardized_betas
from untilyes.stats.results import Estimate
from untilyes.stats.shapley import MOST_PLAYERS, lmg
from untilyes.stats.told import Note, note

EXACT_UP_TO = 16


def drivers(
    gram: Gram,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    method: str | None = None,
    intervals: str = "jackknife",
    level: float = 0.95,
    fdr: float = 0.05,
    times: int | None = None,
    rng: np.random.Generator | int | None = 0,
) -> Drivers:
    """Rank what drives the outcome; picks the method by the number of drivers and says why.

    Up to 16 drivers (columns or `groups` of columns): LMG, exact (`method="lmg"` up to 20). Above: Johnson's
    relative weights (`method="johnson"`), summed over groups. `intervals` is "jackknife" (delete one
    bucket; covers best), "bootstrap" (percentiles over resampled buckets) or "none"; a single bucket allows none.
    Ranks and letters come from `times` resamples of the buckets, by default 1,000 up to 12 drivers, fewer above.
    `fdr` is the false discovery rate at which a driver is called real. Raises ValueError for fewer rows than
    columns, constant columns, and unknown names.

    >>> rng = np.random.default_rng(3)
    >>> x = rng.normal(size=(400, 3))
    >>> y = x @ [0.8, 0.4, 0.0] + rng.normal(size=400)
    >>> result = drivers(Gram.from_rows(x, y, names=("speed", "tone", "weekday"), outcome="rating"))
    >>> [driver.name for driver in result.real], result.method
    (['speed', 'tone'], 'lmg')
    """
    names, players = _players(gram, groups)
    chosen, why = _choose(len(names), method)
    shares = _shares(chosen, players)
    r = gram.correlation()
    value = shares(r[None])[0]
    p, test = block_p_values(gram, players)
    q = np.asarray(stats.false_discovery_control(p))
    intervals = "none" if gram.buckets < 3 else intervals
    bounds, r2, samples = _intervals(
        gram, shares, intervals, checks.level(level), times or _times(len(names)), rng, len(names)
    )
    best, worst = rank_ranges(samples, level) if samples is not None else (None, None)
    same = letters(samples, level) if samples is not None else ("",) * len(names)
    total = max(float(value.sum()), 1e-300)
    vif = variance_inflation(r)
    found = [
        Driver(
            name,
            Estimate(float(value[i] / total), *bounds[i], gram.n, f"{chosen}, {intervals}", level),
            float(value[i]),
            float(p[i]),
            float(q[i]),
            bool(q[i] <= fdr),
            *_direction(r, players[i]),
            float(vif[list(players[i])].max()),
            None if best is None else int(best[i]),
            None if worst is None else int(worst[i]),
            same[i],
        )
        for i, name in enumerate(names)
    ]
    found.sort(key=lambda driver: -driver.contribution)
    columns = len(gram.names)
    overall = overall_p_value(gram)
    return Drivers(
        gram.outcome,
        tuple(found),
        Estimate(total, *r2, gram.n, intervals, level),
        1 - (1 - total) * (gram.n - 1) / (gram.n - columns - 1),
        overall,
        gram.n,
        chosen,
        test,
        why,
        _notes(gram, r, total, found, intervals),
    )


def _players(
    gram: Gram, groups: Mapping[str, Sequence[str]] | None
) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]:
    """Groups first in their order, then the columns in no group."""
    place = {name: at for at, name in enumerate(gram.names)}
    wanted = {} if groups is None else {name: tuple(columns) for name, columns in groups.items()}
    grouped = [column for columns in wanted.values() for column in columns]
    unknown = sorted(set(grouped) - set(place))
    if unknown or len(set(grouped)) < len(grouped):
        raise ValueError(
            f"groups name unknown or repeated columns ({', '.join(unknown) or 'repeated'}); fix the groups."
        )
    everyone = wanted | {name: (name,) for name in gram.names if name not in grouped}
    return tuple(everyone), tuple(tuple(place[column] for column in columns) for columns in everyone.values())


def _choose(count: int, method: str | None) -> tuple[str, Note]:
    if method not in (None, "lmg", "johnson"):
        raise ValueError(f"method must be 'lmg' or 'johnson', not {method!r}.")
    if method is not None:
        return method, note("drivers.asked", method=method)
    if count <= EXACT_UP_TO:
        return "lmg", note("drivers.exact", count=count)
    return "johnson", note("drivers.many", count=count, limit=MOST_PLAYERS)


def _shares(method: str, players: tuple[tuple[int, ...], ...]) -> Shares:
    if method == "lmg":
        return lambda r: lmg(r, players=players)
    return lambda r: np.stack([relative_weights(r)[..., list(at)].sum(axis=-1) for at in players], axis=-1)


def _times(count: int) -> int:
    return 1000 if count <= 12 else 200 if count <= EXACT_UP_TO else 50


_Bounds = list[tuple[float | None, float | None]]


def _intervals(
    gram: Gram,
    shares: Shares,
    kind: str,
    level: float,
    times: int,
    rng: np.random.Generator | int | None,
    size: int,
) -> tuple[_Bounds, tuple[float | None, float | None], Floats | None]:
    """Bounds of every normalized share, bounds of R², and the resampled contributions."""
    if kind == "none":
        return [(None, None)] * size, (None, None), None
    if kind not in ("jackknife", "bootstrap"):
        raise ValueError(f"intervals must be 'jackknife', 'bootstrap' or 'none', not {kind!r}.")
    held = max(1 << min(size, MOST_PLAYERS), (len(gram.names) + 2) ** 2)
    samples = resampled_shares(gram, shares, times=times, rng=checks.generator(rng), size=held)
    if kind == "bootstrap":
        tails = [(1 - level) / 2, (1 + level) / 2]
        low, high = np.quantile(_normalized(samples), tails, axis=0)
        floor, roof = np.quantile(samples.sum(axis=1, keepdims=True), tails, axis=0)
    else:
        _, low, high = jackknife_intervals(gram, lambda r: _normalized(shares(r)), level)
        _, floor, roof = jackknife_intervals(gram, lambda r: shares(r).sum(axis=-1, keepdims=True), level)
    return _pairs(low, high), (float(floor[0]), float(roof[0])), samples


def _normalized(contributions: Floats) -> Floats:
    return np.asarray(contributions / np.maximum(contributions.sum(axis=-1, keepdims=True), 1e-300))


def _pairs(low: Floats, high: Floats) -> _Bounds:
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def _direction(r: Floats, player: tuple[int, ...]) -> tuple[Direction, float | None, float | None]:
    if len(player) > 1:
        return Direction.MIXED, None, None
    alone, beside = float(r[player[0], -1]), float(standardized_betas(r)[player[0]])
    if alone * beside < 0:
        return Direction.SUPPRESSOR, alone, beside
    return (Direction.UP if beside >= 0 else Direction.DOWN), alone, beside


def _notes(gram: Gram, r: Floats, r2: float, found: list[Driver], intervals: str) -> tuple[Note, ...]:
    notes = []
    suspects = suspect_drivers(gram)
    if suspects:
        notes.append(note("drivers.leak", drivers=suspects))
    elif r2 > 0.95:
        notes.append(note("drivers.reproduced", explained_share=r2))
    notes.extend(collinearity_notes(r, gram.names))
    turned = tuple(d.name for d in found if d.direction is Direction.SUPPRESSOR and d.is_real)
    if turned:
        notes.append(note("drivers.suppressor", drivers=turned))
    if len(found) > 1 and found[0].letters and set(found[0].letters) & set(found[1].letters):
        notes.append(note("drivers.tied", first=found[0].name, second=found[1].name))
    if intervals == "none" and gram.buckets < 3:
        notes.append(note("drivers.one_bucket"))
    return tuple(notes)
