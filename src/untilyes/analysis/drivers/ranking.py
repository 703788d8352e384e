"""What goes with an outcome, ranked; what does not; what was refused."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.drivers.columns import give_directions, group_columns, keep_columns
from untilyes.analysis.drivers.depth import look_deeper
from untilyes.analysis.drivers.known import count_known, read_gram
from untilyes.analysis.drivers.metrics import (
    ALIKE,
    BLOCKS,
    DAYS,
    FEWEST,
    FEWEST_OF_A_SORT,
    MOST_LEVELS,
    NEGLIGIBLE,
    OUTCOMES,
    ROWS_A_COLUMN,
    Source,
)
from untilyes.analysis.drivers.results import Difference, Strength, Together
from untilyes.analysis.drivers.rows import Rows, find_scale, list_ratings, list_topics
from untilyes.lake import Lake
from untilyes.stats.collinearity import suspect_drivers
from untilyes.stats.driver_results import Driver, Drivers
from untilyes.stats.drivers import drivers
from untilyes.stats.gram import Gram
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share


@dataclass(frozen=True)
class Matters:
    """What goes with one outcome. `disguised` were refused as the outcome itself, `unknown` are too seldom known.

    `deviation` is the standard deviation of the outcome on a scale from 0 (worst) to 1 (best). Weighted, the answers
    are `worth` so many (Kish). `alike` are pairs of metrics that are nearly one under two names, `means`
    those of the metrics. `strengths`, `together` and `differences` (of `compared` looked at) come in depth only.
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
    worth: float = 0.0
    alike: tuple[tuple[str, str], ...] = ()
    means: tuple[tuple[str, float], ...] = ()
    strengths: tuple[Strength, ...] = ()
    together: tuple[Together, ...] = ()
    differences: tuple[Difference, ...] = ()
    compared: int = 0

    @property
    def is_weighted(self) -> bool:
        """Whether some answers stand for more people than others."""
        return 0 < self.worth < 0.999 * self.answers

    @property
    def real(self) -> tuple[Driver, ...]:
        """What matters, strongest first."""
        return self.found.real

    @property
    def negligible(self) -> tuple[Driver, ...]:
        """What surely explains next to nothing: nobody needs it in a report."""
        return tuple(one for one in self.found.drivers if not one.is_real and self.reach(one) < NEGLIGIBLE)

    @property
    def undecided(self) -> tuple[Driver, ...]:
        """What is not shown to matter, and not shown not to."""
        return tuple(one for one in self.found.drivers if not one.is_real and self.reach(one) >= NEGLIGIBLE)

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be read before the ranking is believed; the order of what does not matter is no news."""
        real = {one.name for one in self.real}
        read = [
            note for note in self.found.notes if note.kind != "drivers.tied" or set(dict(note.facts).values()) <= real
        ]
        return tuple(f"{replace(note, facts=self._name(note.facts)).sentence()}." for note in read)

    def _name(self, facts: tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
        """Metrics by what they are told as, wherever a fact names them."""

        def tell(fact: Any) -> Any:
            if isinstance(fact, tuple):
                return tuple(tell(one) for one in fact)
            return self.told.get(fact, fact) if isinstance(fact, str) else fact

        return tuple((name, tell(fact)) for name, fact in facts)

    def reach(self, one: Driver) -> float:
        """The most of all differences between answers that a metric may explain, as far as the answers tell."""
        ends = one.share.high, self.found.r2.high
        return math.inf if ends[0] is None or ends[1] is None else max(ends[0], 0.0) * max(ends[1], 0.0)

    @property
    def sentence(self) -> str:
        """What matters, in one sentence."""
        outcome, n = OUTCOMES[self.outcome], f"{self.found.n:,.0f}"
        if not self.real:
            return (
                f"Nothing looked at is shown to go with {outcome}; all of it together explains {self.found.r2.brief()} "
                f"of the differences between answers (n = {n})."
            )
        named = [f"{self.told[one.name]} ({one.share.brief()})" for one in self.real[:3]]
        more = len(self.real) - len(named)
        listed = ", ".join(named) + (f" and {more} more" if more else "")
        return f"What goes with {outcome}: {listed}. Together all of it explains {self.found.r2.sentence()}."


def read_drivers(
    lake: Lake, outcome: str, source: Source, *, until: date, days: int = DAYS, in_depth: bool = False
) -> Matters | None:
    """Rank what goes with an outcome; None where too few answers, or too few of one sort, can say anything.

    Of metrics known for enough of the answers complete rows count; a part that not everybody rated stands beside
    whether they did. Then those go that never vary, then those that give the answer away. Answers on several scales are
    never mixed: the scale most were given on is taken. `in_depth` adds strengths, groups and segments.
    """
    span = until - timedelta(days=days), until
    scale = find_scale(lake, outcome, span)
    if scale is None:
        return None
    rows = Rows(
        lake,
        outcome,
        source,
        scale,
        span,
        list_ratings(lake, outcome, span) if source is Source.RATINGS else (),
        list_topics(lake, outcome, span) if source is Source.TOPICS else {},
    )
    if not rows.metrics:
        return None
    with lake.hold(rows.lay_out) as laid:
        return _rank(replace(rows, laid=laid), in_depth=in_depth)


def _rank(rows: Rows, *, in_depth: bool) -> Matters | None:
    known = count_known(rows)
    if known.answers < FEWEST or not known.usable:
        return None
    columns = known.columns + (_list_levels(rows) if rows.source is Source.OPERATIONS else [])
    gram, still = _drop_still(read_gram(rows, known, columns))
    if gram is None or not _is_enough(gram):
        return None
    suspects = suspect_drivers(gram)
    dropped = {*suspects, *(f"{name}?" for name in suspects), *(f"{name}?" for name in still)}
    honest = keep_columns(gram, [name for name in gram.names if name not in dropped])
    if not honest.names:
        return None
    groups = group_columns(honest.names)
    names = {name: rows.tell(name) for name in (*groups, *gram.names)}
    found = give_directions(drivers(honest, groups=groups, rng=1), honest, groups)
    return Matters(
        rows.outcome,
        rows.source,
        found,
        names,
        tuple(names[name] for name in suspects),
        tuple((rows.told[key], estimate_share(known.counts[key], known.answers)) for key in known.unusable),
        tuple(rows.tell(name) for name in still if not name.endswith("?")),
        known.answers,
        _deviation(honest),
        *rows.span,
        worth=known.worth,
        alike=_find_alike(honest),
        means=tuple((key, mean.value or 0.0) for key, mean in known.means.items()),
        **(look_deeper(rows, known, honest, found) if in_depth else {}),
    )


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


def _drop_still(gram: Gram) -> tuple[Gram | None, tuple[str, ...]]:
    """Without columns that never vary; None when the outcome itself does not."""
    total, n = gram.total, gram.n
    if n == 0:
        return None, ()
    moving = np.diag(total)[1:] / n - (total[0, 1:] / n) ** 2 > 1e-9 * np.maximum(np.diag(total)[1:] / n, 1e-300)
    kept = [name for name, moves in zip(gram.names, moving[:-1], strict=True) if moves]
    still = tuple(name for name in gram.names if name not in kept and "=" not in name)
    return (keep_columns(gram, kept) if moving[-1] and kept else None), still


def _find_alike(gram: Gram) -> tuple[tuple[str, str], ...]:
    """Metrics of one column each that move together so closely that they tell the same (`ALIKE`)."""
    single = [name for name in gram.names if "=" not in name and not name.endswith("?")]
    r, place = np.abs(gram.correlation()), {name: at for at, name in enumerate(gram.names)}
    return tuple(pair for pair in combinations(single, 2) if r[place[pair[0]], place[pair[1]]] >= ALIKE)


def _is_enough(gram: Gram) -> bool:
    n, total = gram.n, gram.total
    rarer = min(total[0, -1], n - total[0, -1])
    return n >= max(FEWEST, ROWS_A_COLUMN * len(gram.names)) and rarer >= FEWEST_OF_A_SORT


def _deviation(gram: Gram) -> float:
    total = gram.total
    return float(np.sqrt(max(total[-1, -1] / gram.n - (total[0, -1] / gram.n) ** 2, 0.0)))
