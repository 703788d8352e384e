"""Which drivers matter, how surely, and what the answer must not be used for.

Everything comes from Gram matrices (`gram.Gram`), so it runs on any engine that can sum products.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

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
from untilyes.stats.gram import Gram
from untilyes.stats.relative_weights import relative_weights, standardized_betas
from untilyes.stats.results import Estimate
from untilyes.stats.shapley import MOST_PLAYERS, lmg
from untilyes.stats.told import Note, Told, note, paragraph, say

EXACT_UP_TO = 16


class Direction(StrEnum):
    """Which way a driver moves the outcome, alone and beside the others."""

    UP = "up"
    DOWN = "down"
    SUPPRESSOR = "suppressor"  # its sign turns once the others are held still
    MIXED = "mixed"  # a group of columns has no single direction


@dataclass(frozen=True, slots=True)
class Driver(Told):
    """One driver. `share` is its part of what is explained (0..1), `contribution` its part of R².

    `p` tests whether it adds anything to the others, `q` is `p` corrected for all drivers looked at (BH),
    `is_real` says q ≤ 0.05. Drivers without a common letter in `letters` are told apart. `correlation` and
    `beta` are None for groups of columns.
    """

    name: str
    share: Estimate
    contribution: float
    p: float
    q: float
    is_real: bool
    direction: Direction
    correlation: float | None
    beta: float | None
    vif: float
    rank_best: int | None = None
    rank_worst: int | None = None
    letters: str = ""

    def sentence(self, locale: str = "en") -> str:
        """Name, share and direction; or that it is not a driver as far as these data tell."""
        kind = f"driver.{self.direction.value}" if self.is_real else "driver.unproven"
        return say(kind, locale, name=self.name, share=self.share)


@dataclass(frozen=True, slots=True)
class Drivers(Told):
    """A driver analysis: strongest first. `value`, `low`, `high` are R² and its interval.

    `notes` must be read before the list is believed; `why` tells why `method` was picked.
    """

    outcome: str
    drivers: tuple[Driver, ...]
    r2: Estimate
    adjusted_r2: float
    p: float
    n: float
    method: str
    test: str
    why: Note
    notes: tuple[Note, ...]

    @property
    def value(self) -> float | None:
        """R²: the share of the outcome's variance that all drivers explain together."""
        return self.r2.value

    @property
    def low(self) -> float | None:
        """Lower end of R²."""
        return self.r2.low

    @property
    def high(self) -> float | None:
        """Upper end of R²."""
        return self.r2.high

    @property
    def real(self) -> tuple[Driver, ...]:
        """The drivers that survive the false discovery rate."""
        return tuple(driver for driver in self.drivers if driver.is_real)

    def sentence(self, locale: str = "en") -> str:
        """What matters, what does not, and the warnings."""
        names = tuple(driver.name for driver in self.real)
        unproven = tuple(driver.name for driver in self.drivers if not driver.is_real)
        head = (
            say("drivers.real", locale, drivers=names, outcome=self.outcome, explained_share=self.r2.value or 0.0)
            if names
            else say("drivers.none", locale, outcome=self.outcome, n=self.n)
        )
        tail = [say("drivers.unproven", locale, drivers=unproven)] if names and unproven else []
        return paragraph([head, *tail, *self.notes], locale)


def drivers(
    gram: Gram,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    method: str | None = None,
    intervals: str = "bootstrap",
    level: float = 0.95,
    fdr: float = 0.05,
    times: int | None = None,
    rng: np.random.Generator | int | None = 0,
) -> Drivers:
    """Rank what drives the outcome; picks the method by the number of drivers and says why.

    Up to 16 drivers (columns or `groups` of columns): LMG, exact (`method="lmg"` up to 20). Above: Johnson's
    relative weights (`method="johnson"`), summed over groups. `intervals` is "bootstrap" (percentiles over
    resampled buckets, with ranks and letters), "jackknife" (delete one bucket, no chance involved) or "none";
    a single bucket allows none. `times` resamples, by default 1,000 up to 12 drivers, fewer above. Raises
    ValueError for fewer rows than columns, constant columns, and unknown names.

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
        gram, shares, intervals, checks.level(level), times or _times(len(names)), rng, 1 << len(names)
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
    if kind == "bootstrap":
        samples = resampled_shares(
            gram, shares, times=times, rng=checks.generator(rng), size=max(size, (len(gram.names) + 2) ** 2)
        )
        tails = [(1 - level) / 2, (1 + level) / 2]
        sums = samples.sum(axis=1)
        low, high = np.quantile(samples / np.maximum(sums, 1e-300)[:, None], tails, axis=0)
        ends = np.quantile(sums, tails)
        return _pairs(low, high), (float(ends[0]), float(ends[1])), samples
    if kind == "jackknife":

        def normalized(r: Floats) -> Floats:
            parts = shares(r)
            return np.asarray(parts / np.maximum(parts.sum(axis=-1, keepdims=True), 1e-300))

        _, low, high = jackknife_intervals(gram, normalized, level)
        _, floor, roof = jackknife_intervals(gram, lambda r: shares(r).sum(axis=-1, keepdims=True), level)
        return _pairs(low, high), (float(floor[0]), float(roof[0])), None
    if kind == "none":
        return [(None, None)] * shares(gram.correlation()[None]).shape[1], (None, None), None
    raise ValueError(f"intervals must be 'bootstrap', 'jackknife' or 'none', not {kind!r}.")


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
