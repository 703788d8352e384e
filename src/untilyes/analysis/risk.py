"""Who is likely to leave next, why the model thinks so, and whether its chances can be taken at their word.

Customers as they stood some time before the last departure known, and whether they left within that time: one half of
them teaches a logistic model, the other half, which had no part in it, says whether the chances hold. What is told of
customers today uses the same columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from untilyes.analysis.segments.people import Feature, halve, lay_out_features, read_traits
from untilyes.lake import Lake
from untilyes.stats.calibration import Calibration, calibrate
from untilyes.stats.checks import Floats
from untilyes.stats.results import Estimate
from untilyes.stats.shares import z_score

AHEAD: Final = timedelta(days=180)
FEWEST_LEFT: Final = 100
"""Fewer departures within the time teach nothing that could be tried."""
BETTER_THAN_A_COIN: Final = 0.55
LISTED: Final = 100
MOST_REASONS: Final = 3
TELLING: Final = 0.2
"""A column that moves the log-odds of a customer by less is no reason to name."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class AtRisk:
    """One customer still here: the chance of leaving within the time ahead, and what raises it most, in words."""

    customer_id: str
    chance: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Weight:
    """One column of the model: odds of leaving with it against without, or per standard deviation of a number."""

    told: str
    odds: float


@dataclass(frozen=True)
class Risk:
    """The customers most at risk, and how far to believe it.

    `expected` departures within the time ahead are the sum of all chances. Its interval holds chance (who leaves is
    drawn) and learning (another half of the customers would have taught a slightly different model). It does not hold
    that the time ahead may be unlike the time that was learnt from.
    """

    ahead: timedelta
    taught_by: int
    left: int
    calibration: Calibration
    weights: tuple[Weight, ...]
    at_risk: tuple[AtRisk, ...]
    here: int
    expected: Estimate

    @property
    def can_tell(self) -> bool:
        """Whether the chances rank customers better than a coin, clearly; without that nobody should be listed."""
        return (self.calibration.discrimination.low or 0.0) >= BETTER_THAN_A_COIN


def read_risk(lake: Lake, *, until: date) -> Risk | None:
    """Learn from departures before the day `until` and look at who is here; None where too few left to try it.

    Columns: traits with few values or numbers that are known of most customers, a promise broken to them and a case
    ended without a yes in the time before. Traits are as last known, also for the past: one that changes when somebody
    leaves would give it away, so a trait known of fewer than 80 % is not used, and too good an AUC is a warning.
    """
    end = datetime.combine(until, time(), ZoneInfo(lake.zone))
    people = _read_people(lake, end)
    if people is None:
        return None
    then = people.as_of(people.last - AHEAD)
    happened = people.left_since(then)
    half = halve(people.ids)
    taught, tried = then & half, then & ~half
    if min(int(happened[side].sum()) for side in (taught, tried)) < FEWEST_LEFT / 2:
        return None
    columns, features = _columns(lake, people, people.last - AHEAD)
    model = Model.learn(columns[taught], happened[taught])
    calibration = calibrate(model.chance(columns[tried]), happened[tried], bins=10)
    today, _ = _columns(lake, people, people.last)
    here = people.as_of(people.last)
    chance = model.chance(today)
    return Risk(
        AHEAD,
        int(then.sum()),
        int(happened[then].sum()),
        calibration,
        model.tell(features),
        _list_at_risk(people, model, today, features, chance, here),
        int(here.sum()),
        model.expect(today[here]),
    )


@dataclass(frozen=True)
class _People:
    ids: tuple[str, ...]
    joined: Floats
    left: Floats
    features: tuple[Feature, ...]
    known: Floats
    last: datetime

    def as_of(self, moment: datetime) -> Mask:
        """Who was here."""
        return (self.joined <= moment.timestamp()) & ~(self.left <= moment.timestamp())

    def left_since(self, here: Mask) -> Floats:
        """1 for those of `here` who have left by the last departure."""
        return (here & (self.left <= self.last.timestamp())).astype(np.float64)


def _read_people(lake: Lake, end: datetime) -> _People | None:
    def question() -> ir.Table:
        customers = lake.read("customers")
        known = customers.filter(customers["customer_id"].notnull(), customers["at"] < ibis.literal(end))
        # In one order, so that the model comes out the same to the last digit, and with it which of two equal reasons
        # is told.
        return known.select("customer_id", "traits", "at", "joined_at", "left_at").order_by("customer_id")

    rows = lake.fetch(question).to_pylist()
    gone = [row["left_at"] for row in rows if row["left_at"] is not None and row["left_at"] < end]
    if not gone:
        return None
    features, known = lay_out_features([read_traits(row) for row in rows])
    joined = np.array([(row["joined_at"] or row["at"]).timestamp() for row in rows])
    left = np.array([row["left_at"].timestamp() if row["left_at"] else np.inf for row in rows])
    return _People(tuple(row["customer_id"] for row in rows), joined, left, features, known, max(gone))


def _columns(lake: Lake, people: _People, at: datetime) -> tuple[Floats, tuple[Feature, ...]]:
    """Traits, and what happened to each customer in the time before `at`."""
    happened = [_broken_to(lake, at), _unheard(lake, at)]
    columns = [np.array([one in who for one in people.ids], dtype=np.float64) for who in happened]
    features = (Feature("a promise broken to them"), Feature("a no that never became a yes"))
    return np.column_stack([people.known, *columns]), (*people.features, *features)


def _broken_to(lake: Lake, at: datetime) -> set[str]:
    def question() -> ir.Table:
        outcomes = lake.read("outcomes")
        late = outcomes["kept_at"].isnull() | (outcomes["kept_at"] > outcomes["due_at"])
        due = outcomes["due_at"].between(ibis.literal(at - AHEAD), ibis.literal(at))
        return outcomes.filter(late, due).select("customer_id").distinct()

    return {row["customer_id"] for row in lake.fetch(question).to_pylist()}


def _unheard(lake: Lake, at: datetime) -> set[str]:
    def question() -> ir.Table:
        cases = lake.read("cases")
        ended = cases["ended_at"].between(ibis.literal(at - AHEAD), ibis.literal(at))
        return cases.filter(ended, cases["yes_at"].isnull()).select("customer_id").distinct()

    return {row["customer_id"] for row in lake.fetch(question).to_pylist()}


@dataclass(frozen=True)
class Model:
    """Log-odds are `offset` plus the slopes times how many standard deviations a column is from its mean.

    `covariance` is that of offset and slopes, in this order, over samples of customers to learn from.
    """

    offset: float
    slopes: Floats
    mean: Floats
    spread: Floats
    covariance: Floats

    @classmethod
    def learn(cls, columns: Floats, left: Floats) -> "Model":
        """A logistic model of (customers, columns), its slopes shrunk a little (ridge, C = 1)."""
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a second, which most never need

        mean, spread = columns.mean(axis=0), columns.std(axis=0)
        spread = np.where(spread > 0, spread, np.inf)
        placed = (columns - mean) / spread
        fitted = LogisticRegression(C=1.0, max_iter=1_000).fit(placed, left)
        chance = fitted.predict_proba(placed)[:, 1]
        return cls(
            float(fitted.intercept_[0]),
            np.asarray(fitted.coef_[0], dtype=np.float64),
            mean,
            spread,
            _covariance(placed, left, chance),
        )

    def parts(self, columns: Floats) -> Floats:
        """What each column adds to each customer's log-odds."""
        return np.asarray((columns - self.mean) / self.spread * self.slopes)

    def chance(self, columns: Floats) -> Floats:
        return np.asarray(1 / (1 + np.exp(-(self.offset + self.parts(columns).sum(axis=1)))))

    def expect(self, columns: Floats, *, level: float = 0.95) -> Estimate:
        """How many of these customers leave.

        The sum of their chances; its variance is that of so many draws with a chance each (Poisson's binomial) and,
        by the delta method, that of the model.
        """
        chance, placed = self.chance(columns), _with_one((columns - self.mean) / self.spread)
        drawn = chance * (1 - chance)
        slope = drawn @ placed
        arm = z_score(level) * float(np.sqrt(drawn.sum() + slope @ self.covariance @ slope))
        expected, n = float(chance.sum()), len(chance)
        ends = max(expected - arm, 0.0), min(expected + arm, float(n))
        return Estimate(expected, *ends, n, "Poisson binomial, delta method", level, "")

    def tell(self, features: Sequence[Feature]) -> tuple[Weight, ...]:
        """The strongest columns; a text's or an event's odds are with against without."""
        finite = np.where(np.isfinite(self.spread), self.spread, 1.0)
        per = np.where([_is_number(one) for one in features], 1.0, 1.0 / finite)
        odds = np.exp(self.slopes * per)
        order = np.argsort(-np.abs(self.slopes))
        return tuple(
            Weight(_tell(features[at]), float(odds[at])) for at in order if abs(self.slopes[at]) >= TELLING / 2
        )[:12]


def _covariance(placed: Floats, left: Floats, chance: Floats) -> Floats:
    """Of offset and slopes, without believing that the model is true (Huber's sandwich), the shrinking kept."""
    rows = _with_one(placed)
    shrunk = np.diag([0.0, *np.ones(placed.shape[1])])
    bread = np.linalg.pinv(rows.T @ (rows * (chance * (1 - chance))[:, None]) + shrunk)
    scores = rows * (left - chance)[:, None]
    return np.asarray(bread @ (scores.T @ scores) @ bread)


def _with_one(placed: Floats) -> Floats:
    return np.column_stack([np.ones(len(placed)), placed])


def _list_at_risk(
    people: _People, model: Model, columns: Floats, features: Sequence[Feature], chance: Floats, here: Mask
) -> tuple[AtRisk, ...]:
    order = sorted(np.flatnonzero(here).tolist(), key=lambda at: (-chance[at], people.ids[at]))[:LISTED]
    parts = model.parts(columns[order])
    return tuple(
        AtRisk(people.ids[at], float(chance[at]), _reasons(parts[row], columns[at], features))
        for row, at in enumerate(order)
    )


def _reasons(parts: Floats, values: Floats, features: Sequence[Feature]) -> tuple[str, ...]:
    """What raises the chance most; not having something is said as such."""
    places = [int(at) for at in np.argsort(-parts) if parts[at] >= TELLING][:MOST_REASONS]
    return tuple(_tell_value(features[at], float(values[at])) for at in places)


def _is_number(feature: Feature) -> bool:
    return feature.value is None and " " not in feature.trait


def _tell(feature: Feature) -> str:
    if feature.value is None:
        return feature.trait.replace("_", " ") + (", a standard deviation more" if _is_number(feature) else "")
    return f"{feature.trait.replace('_', ' ')} is {feature.value}"


def _tell_value(feature: Feature, value: float) -> str:
    name = feature.trait.replace("_", " ")
    if feature.value is None:
        return f"{name} {value:.3g}" if _is_number(feature) else name if value else f"no {name}"
    if value:
        return f"{name} is {feature.value}"
    return f"{name} is {feature.other}" if feature.other else f"{name} is not {feature.value}"
