"""What customers say by how early or late we were: where over-delivering stops paying, what a broken promise costs.

The engine counts answers per bin of margin (due minus kept); everything inferred comes from those few numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.measures.counting import log_bin_of
from untilyes.analysis.measures.reading import FLOOR
from untilyes.lake import Lake
from untilyes.lake.instants import seconds_between
from untilyes.stats.changes import compare_shares, newcombe
from untilyes.stats.durations import bin_edges, bin_middle
from untilyes.stats.results import Change, Estimate
from untilyes.stats.shares import estimate_share
from untilyes.stats.thresholds import find_knee

OUTCOMES: Final = ("effective", "got_it", "good_job", "trust", "csat", "ces", "nps")
"""The questions whose answers a margin may be laid against, the steering ones first."""

REMEMBERED: Final = timedelta(days=90)
"""An answer about no particular interaction is laid against the latest promise settled within this time before it."""

DAY: Final = 86_400.0
FEWEST: Final = 30
"""Points of the curve hold at least this many answers, where there are as many."""
POINTS: Final = (12, 8)
"""At most this many points on the kept and on the broken side."""
FEWEST_FOR_PLATEAU: Final = 100
MATTERS: Final = 0.03
"""A gain whose plausible values all stay below this share is none worth working for."""


class Shape(StrEnum):
    """What delivering earlier does while the promise is kept."""

    PLATEAU = "plateau"  # it pays up to a margin, and no further
    FLAT = "flat"  # no gain is seen at any margin
    RISING = "rising"  # it pays; whether it ever stops cannot be told
    UNKNOWN = "unknown"  # too few kept promises with an answer


@dataclass(frozen=True)
class MarginPoint:
    """Answers within a stretch of margin, in days before (positive) or after the promised time; `at` is their mean."""

    at: float
    low: float
    high: float
    yes: Estimate


@dataclass(frozen=True)
class Plateau:
    """Where over-delivering stops paying. `begins` is a margin in days, where earliness pays at all.

    `beyond` compares answers closer to the promised time than `begins` (before) with those at it and further (after).
    With the shape "rising" a gain that never ends fits the answers about as well, and `begins` is a guess.
    """

    shape: Shape
    begins: Estimate | None = None
    beyond: Change | None = None


@dataclass(frozen=True)
class Surplus:
    """What margin beyond `point` (days before the promised time) still buys.

    `point` is the latest place where the plateau may begin, or the promised time where no gain is seen at all. `gain`
    goes from the nearer half of the answers beyond it to the further half, so that what found the point does not judge
    it; `split` is the margin between the halves.
    """

    point: float
    split: float
    gain: Change

    @property
    def nearer(self) -> str:
        """The nearer half in words."""
        return f"{self.point:.1f} to {self.split:.1f} days early" if self.point > 0 else "later but in time"

    @property
    def buys_nothing(self) -> bool:
        """Whether every plausible gain is too small to work for."""
        return self.gain.high is not None and self.gain.high < MATTERS


@dataclass(frozen=True)
class MarginCurve:
    """The yes-share of one outcome along the margin of one promise.

    `cliff` goes from kept to broken; `cost` is how many answers to broken promises would have been a yes had they said
    it as often as those to kept ones. `undelivered` are answers about promises that were past due and not delivered:
    they have no margin and no point, and count as broken. `scale` is the answers' scale, `n` all of them.
    """

    promise: str
    outcome: str
    scale: str | None
    points: tuple[MarginPoint, ...]
    kept: Estimate
    broken: Estimate
    undelivered: Estimate
    cliff: Change
    cost: Estimate
    plateau: Plateau
    surplus: Surplus | None = None
    notes: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Answers behind the curve, kept and broken."""
        return round(self.kept.n + self.broken.n)

    @property
    def sentence(self) -> str:
        """What a broken promise costs, and where over-delivering stops paying."""
        if not self.n:
            return "Nobody has answered about this promise yet."
        return f"{self._tell_cliff()} {self._tell_plateau()}"

    @property
    def suggestion(self) -> str:
        """Where effort would do more than in being earlier still; empty where nothing shows that it buys nothing."""
        if self.surplus is None or not self.surplus.buys_nothing or not self.broken.n:
            return ""
        said, gain = SAYING.get(self.outcome, "say yes"), self.surplus.gain
        told = (
            f"Customers served more than {self.surplus.split:.1f} days early {said} no more often than those served "
            f"{self.surplus.nearer}: {gain.after} against {gain.before}, a gain of {_tell_gain(gain)}."
        )
        if not self.cliff.is_real:
            return told
        return (
            f"{told} Effort would do more on the {self.broken.n:,.0f} answers to broken promises: at the rate of kept "
            f"ones {self.cost.brief()} more of them ({_ends(self.cost)}) would {said}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON."""
        return {
            **asdict(self),
            "cliff": self.cliff.to_dict(),
            "plateau": {
                "shape": self.plateau.shape.value,
                "begins": self.plateau.begins.to_dict() if self.plateau.begins else None,
                "beyond": self.plateau.beyond.to_dict() if self.plateau.beyond else None,
            },
            "surplus": asdict(self.surplus) | {"gain": self.surplus.gain.to_dict()} if self.surplus else None,
            "n": self.n,
            "sentence": self.sentence,
        }

    def _tell_cliff(self) -> str:
        said = SAYING.get(self.outcome, "say yes")
        if not self.broken.n or not self.kept.n:
            side, shown = ("kept", self.kept) if self.kept.n else ("broken", self.broken)
            return f"Every promise that was answered about was {side}: {shown} {said}."
        told = f"When the promise is kept, {self.kept} {said}; when it is broken, {self.broken}."
        if not self.cliff.is_real:
            return f"{told} The difference is within what chance does."
        return f"{told} Breaking it cost {self.cost.brief()} of these answers ({_ends(self.cost)})."

    def _tell_plateau(self) -> str:
        match self.plateau.shape:
            case Shape.PLATEAU if self.plateau.begins is not None:
                return (
                    f"Delivering earlier pays up to {_tell_place(self.plateau.begins)}; "
                    "beyond that no further gain is seen."
                )
            case Shape.RISING if self.plateau.begins is not None:
                return (
                    f"Delivering earlier pays; the gain seems to end {_tell_place(self.plateau.begins)}, "
                    "but a gain that never ends fits these answers nearly as well."
                )
            case Shape.FLAT:
                return (
                    "While the promise is kept, delivering earlier shows no real gain: "
                    "the plateau begins at the promised time."
                )
            case _:
                return f"Fewer than {FEWEST_FOR_PLATEAU} answers about kept promises: too few to see a plateau."


SAYING: Final[Mapping[str, str]] = {
    "trust": "trust us",
    "csat": "give one of the two best marks",
    "ces": "give one of the two easiest marks",
    "nps": "would recommend us (9 or 10)",
}

NOTES: Final = (
    "An association: what makes a delivery late may also make customers unhappy in other ways.",
    "An interaction counts with its first answer.",
)


def read_margin_curve(
    lake: Lake, promise: str, *, outcome: str = "effective", since: date | None = None, until: date | None = None
) -> MarginCurve:
    """Lay one outcome's answers against the margin of one promise given from `since` to the day before `until`.

    An answer belongs to the promise of its interaction. An answer about no interaction belongs to the customer's latest
    promise that was settled within the `REMEMBERED` days before. Points carry Wilson's interval, the cliff Newcombe's;
    the plateau begins at the knee of a logistic model that is flat beyond it (`stats.thresholds.find_knee`). Answers on
    several scales are never mixed: the scale most answers were given on is taken. Raises ValueError for other outcomes.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"{outcome!r} is no outcome to lay a margin against; use one of {', '.join(OUTCOMES)}.")
    rows = lake.fetch(lambda: _histogram(lake, promise, (outcome,), (since, until))).to_pylist()
    scales: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        scales[row["scale"]].append(row)
    if not scales:
        return _draw(promise, outcome, None, [])
    largest = max(sorted(scales), key=lambda scale: sum(row["n"] for row in scales[scale]))
    return _draw(promise, outcome, largest, scales[largest])


def outcomes_available(lake: Lake, promise: str) -> tuple[str, ...]:
    """The outcomes that enough customers have answered about this promise to show, in the order of `OUTCOMES`."""
    rows = lake.fetch(lambda: _histogram(lake, promise, OUTCOMES, (None, None))).to_pylist()
    answered: dict[str, int] = defaultdict(int)
    for row in rows:
        answered[row["question"]] += row["n"]
    return tuple(name for name in OUTCOMES if answered[name] >= FLOOR)


def _histogram(lake: Lake, promise: str, outcomes: Sequence[str], span: tuple[date | None, date | None]) -> ir.Table:
    """Additive counts: question, scale, whether kept, bin of margin (null: not delivered), whether yes → n."""
    promises, answers = _promises(lake, promise, span), _answers(lake, outcomes)
    pairs = ibis.union(_by_interaction(promises, answers), _by_customer(promises, answers), distinct=False)
    turn = ibis.row_number().over(
        group_by=pairs["answer_id"], order_by=[pairs["settled_at"].desc(), pairs["promise_id"]]
    )
    pairs = pairs.mutate(turn=turn)
    pairs = pairs.filter(pairs["turn"] == 0)
    keys = ("question", "scale", "is_kept", "bin", "is_yes")
    return pairs.group_by(*keys).aggregate(n=pairs.count())


def _promises(lake: Lake, promise: str, span: tuple[date | None, date | None]) -> ir.Table:
    outcomes = lake.read_with_day("outcomes")
    outcomes = outcomes.filter(outcomes["promise"] == promise, outcomes["due_at"].notnull())
    since, until = span
    if since is not None:
        outcomes = outcomes.filter(outcomes["day"] >= since)
    if until is not None:
        outcomes = outcomes.filter(outcomes["day"] < until)
    due, kept = outcomes["due_at"], outcomes["kept_at"]
    return outcomes.select(
        promise_id=outcomes["id"],
        promise_to=outcomes["customer_id"],
        promise_about=outcomes["interaction_id"],
        due_at=due,
        kept_at=kept,
        # Once it is past due, a promise is settled: however late it is delivered, it is broken.
        settled_at=ibis.least(kept.coalesce(due), due),
        is_kept=(kept <= due).fill_null(False),
        bin=log_bin_of(seconds_between(kept, due)),
    )


def _answers(lake: Lake, outcomes: Sequence[str]) -> ir.Table:
    """One row per answer: of each interaction the first one, whether it is a yes, and its scale."""
    answers = lake.read("answers")
    low, high, value = (answers[name] for name in ("scale_min", "scale_max", "value"))
    answers = answers.filter(answers["question"].isin(outcomes), value.between(low, high), high > low)
    good = (answers["higher_is_better"] == False).ifelse(low + high - value, value)  # noqa: E712 - null is not false
    # Two or three possible answers: only the best is a yes. More: the two best.
    best = (high - low <= 2).ifelse(high, high - 1)
    about = answers["interaction_id"].coalesce(answers["id"])
    turn = ibis.row_number().over(group_by=[answers["question"], about], order_by=[answers["at"], answers["id"]])
    shaped = answers.select(
        answer_id=answers["id"],
        said_by=answers["customer_id"],
        said_about=answers["interaction_id"],
        said_at=answers["at"],
        question=answers["question"],
        scale=low.cast("int64").cast("string") + ".." + high.cast("int64").cast("string"),
        is_yes=good >= best,
        first=turn,
    )
    return shaped.filter(shaped["first"] == 0).drop("first")


PAIR: Final = ("answer_id", "question", "scale", "is_yes", "promise_id", "settled_at", "is_kept", "bin")


def _by_interaction(promises: ir.Table, answers: ir.Table) -> ir.Table:
    """Answers about the interaction of the promise, unless it was neither delivered nor due by then."""
    pairs = answers.join(promises, answers["said_about"] == promises["promise_about"])
    return pairs.filter(pairs["kept_at"].notnull() | (pairs["due_at"] < pairs["said_at"])).select(*PAIR)


def _by_customer(promises: ir.Table, answers: ir.Table) -> ir.Table:
    """Answers about no interaction, or promises made about none: the customer's promises settled shortly before."""
    pairs = answers.join(promises, answers["said_by"] == promises["promise_to"])
    recent = ibis.interval(seconds=int(REMEMBERED.total_seconds()))
    return pairs.filter(
        pairs["said_about"].isnull() | pairs["promise_about"].isnull(),
        pairs["settled_at"] <= pairs["said_at"],
        pairs["said_at"] <= pairs["settled_at"] + recent,
    ).select(*PAIR)


@dataclass(frozen=True)
class _Side:
    """Answers per bin of margin on one side of the promised time, ascending."""

    bins: np.ndarray[tuple[int], np.dtype[np.int64]]
    yes: np.ndarray[tuple[int], np.dtype[np.float64]]
    n: np.ndarray[tuple[int], np.dtype[np.float64]]

    @property
    def total(self) -> tuple[float, float]:
        """(k, n) of all of them."""
        return float(self.yes.sum()), float(self.n.sum())

    @property
    def days(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The margin each bin stands for."""
        return np.asarray(bin_middle(self.bins) / DAY)


def _draw(promise: str, outcome: str, scale: str | None, rows: Iterable[Mapping[str, Any]]) -> MarginCurve:
    listed = list(rows)
    kept, late = (
        _side(row for row in listed if row["bin"] is not None and row["is_kept"] is is_kept)
        for is_kept in (True, False)
    )
    never = _side(dict(row) | {"bin": 0} for row in listed if row["bin"] is None).total
    broken = late.total[0] + never[0], late.total[1] + never[1]
    plateau = _find_plateau(kept)
    return MarginCurve(
        promise=promise,
        outcome=outcome,
        scale=scale,
        points=(*_points(late, POINTS[1]), *_points(kept, POINTS[0])),
        kept=estimate_share(*kept.total),
        broken=estimate_share(*broken),
        undelivered=estimate_share(*never),
        cliff=compare_shares(kept.total, broken),
        cost=_cost(kept.total, broken),
        plateau=plateau,
        surplus=_find_surplus(kept, plateau),
        notes=NOTES,
    )


def _side(rows: Iterable[Mapping[str, Any]]) -> _Side:
    yes: dict[int, int] = defaultdict(int)
    n: dict[int, int] = defaultdict(int)
    for row in rows:
        n[row["bin"]] += row["n"]
        yes[row["bin"]] += row["n"] if row["is_yes"] else 0
    order = sorted(n)
    return _Side(
        np.array(order, dtype=np.int64),
        np.array([yes[one] for one in order], dtype=np.float64),
        np.array([n[one] for one in order], dtype=np.float64),
    )


def _points(side: _Side, most: int) -> Iterable[MarginPoint]:
    """Stretches of about equally many answers; a bin is never split, and a short rest joins its neighbour."""
    _, total = side.total
    if total < FLOOR:
        return
    size = max(total / most, min(FEWEST, total))
    number = np.minimum(((np.cumsum(side.n) - side.n / 2) / size).astype(np.int64), max(round(total / size), 1) - 1)
    lows, highs = bin_edges(side.bins)
    for one in np.unique(number):
        inside = number == one
        n = float(side.n[inside].sum())
        yield MarginPoint(
            at=float(side.days[inside] @ side.n[inside] / n),
            low=float(lows[inside].min() / DAY),
            high=float(highs[inside].max() / DAY),
            yes=estimate_share(float(side.yes[inside].sum()), n),
        )


def _cost(kept: tuple[float, float], broken: tuple[float, float]) -> Estimate:
    """How many more of the answers to broken promises would have been a yes at the rate of kept ones."""
    n = broken[1]
    if not n or not kept[1]:
        return Estimate(None, None, None, n, "Newcombe", unit="score")
    low, high = (float(end) for end in newcombe(broken, kept))
    return Estimate((kept[0] / kept[1] - broken[0] / n) * n, low * n, high * n, n, "Newcombe", unit="score")


def _find_plateau(kept: _Side) -> Plateau:
    yes, n = kept.total
    if n < FEWEST_FOR_PLATEAU or kept.bins.size < 4:
        return Plateau(Shape.UNKNOWN)
    if not 0 < yes < n:
        return Plateau(Shape.FLAT)
    knee = find_knee(-kept.days, kept.yes, kept.n, rng=0, unit="days")
    # A slope upwards, closer to the limit is better, is no gain from earliness either.
    if knee.p > 1 - knee.at.level or (knee.slope.value or 0.0) > 0:
        return Plateau(Shape.FLAT)
    at = knee.at
    begins = Estimate(-(at.value or 0.0), -(at.high or 0.0), -(at.low or 0.0), n, at.method, at.level, "days")
    far = kept.days >= (begins.value or 0.0)
    sides = ((float(kept.yes[one].sum()), float(kept.n[one].sum())) for one in (~far, far))
    return Plateau(Shape.PLATEAU if knee.is_real else Shape.RISING, begins, compare_shares(*sides))


def _find_surplus(kept: _Side, plateau: Plateau) -> Surplus | None:
    """Beyond the latest place where the plateau may begin, whether the further half gains anything on the nearer."""
    if plateau.shape not in (Shape.PLATEAU, Shape.FLAT):
        return None
    point = max(plateau.begins.high or 0.0, 0.0) if plateau.begins else 0.0
    beyond = kept.days >= point
    n = kept.n[beyond]
    if n.sum() < FEWEST_FOR_PLATEAU:
        return None
    days, yes = kept.days[beyond], kept.yes[beyond]
    middle = int(np.searchsorted(np.cumsum(n), n.sum() / 2)) + 1
    if middle >= days.size:
        return None
    near, far = ((float(yes[part].sum()), float(n[part].sum())) for part in (slice(middle), slice(middle, None)))
    _, edges = bin_edges(kept.bins[beyond])
    return Surplus(point, float(edges[middle - 1] / DAY), compare_shares(near, far, matters=MATTERS))


def _tell_gain(change: Change) -> str:
    """A difference of shares in points with its ends."""
    ends = (100 * (end or 0.0) for end in (change.delta, change.low, change.high))
    return "{:+.1f} points, plausibly {:+.1f} to {:+.1f}".format(*ends).replace("-", "−")


def _tell_place(at: Estimate) -> str:
    return f"{at.brief(decimals=1)} before the promised time (plausibly {_ends(at)})"


def _ends(estimate: Estimate) -> str:
    decimals = 0 if estimate.unit == "score" else 1
    return f"{estimate.low:.{decimals}f} to {estimate.high:.{decimals}f}"
