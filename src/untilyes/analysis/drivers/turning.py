"""Where along a wait customers start to say no, beside what they were promised."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.drivers.metrics import DAYS, FEWEST, FEWEST_OF_A_SORT, Span
from untilyes.analysis.measures.counting import log_bin_of
from untilyes.lake import Lake
from untilyes.lake.instants import seconds_between
from untilyes.stats.checks import Floats
from untilyes.stats.durations import bin_edges
from untilyes.stats.logit import fit_logit
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share
from untilyes.stats.thresholds import Threshold, find_knee, find_step

UNITS: Final = (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0), ("seconds", 1.0))
POINTS: Final = 10

Bins = Mapping[int, tuple[float, float]]
"""Log-bin of a wait → (yes, answers)."""


@dataclass(frozen=True)
class Point:
    """Answers of customers who waited between `low` and `high`, in the unit of the curve."""

    low: float
    high: float
    yes: Estimate


@dataclass(frozen=True)
class Turning:
    """Where along a wait customers start to say no. `promised` is the limit they were told, in the same unit."""

    key: str
    told: str
    threshold: Threshold
    unit: str
    promised: float | None
    points: tuple[Point, ...]

    @property
    def sentence(self) -> str:
        """The place beside what was promised, or that there is none."""
        promised = "" if self.promised is None else f" Promised: {self.promised:.3g} {self.unit}."
        return f"{self.told}: {self.threshold.sentence()}.{promised}"


def read_turnings(lake: Lake, *, until: date, days: int = DAYS) -> list[Turning]:
    """For each promise (made to kept) and each touchpoint (opened to closed): where a yes turns along the wait.

    Only waits that were over when the customer answered; an answer counts with the promise or interaction it is about.
    """
    span = until - timedelta(days=days), until
    counted = _count_waits(lake, span)
    limits = _read_limits(lake, span)
    found = []
    for (kind, name), bins in sorted(counted.items()):
        turning = _find_turning(kind, name, bins, limits.get(name) if kind == "promise" else None)
        if turning is not None:
            found.append(turning)
    return found


def list_waiting(lake: Lake, key: str, *, beyond_s: float, until: date, days: int = DAYS) -> ir.Table:
    """The promises or interactions of a turning's `key` that took longer than `beyond_s` seconds."""
    kind, _, name = key.partition(":")
    table, began, ended = ("outcomes", "promised_at", "kept_at") if kind == "promise" else (
        "interactions", "opened_at", "closed_at"
    )  # fmt: skip
    facts = lake.read_with_day(table)
    named = facts.filter(facts[kind] == name, facts["day"] >= until - timedelta(days=days), facts["day"] < until)
    return named.filter(seconds_between(named[began], named[ended]) > beyond_s)


def _find_turning(kind: str, name: str, bins: Bins, limit: float | None) -> Turning | None:
    told = (
        f"{name.replace('_', ' ').capitalize()}, from {'promise to delivery' if kind == 'promise' else 'open to done'}"
    )
    return find_turning(f"{kind}:{name}", told, bins, limit=limit)


def find_turning(key: str, told: str, bins: Bins, *, limit: float | None = None) -> Turning | None:
    """The place along one wait, in its own unit; `limit` in seconds. None where too few answers say anything."""
    places = np.array(sorted(bins), dtype=np.int64)
    yes, n = (np.array([bins[int(place)][side] for place in places], dtype=np.float64) for side in (0, 1))
    if n.sum() < FEWEST or min(yes.sum(), n.sum() - yes.sum()) < FEWEST_OF_A_SORT or places.size < POINTS:
        return None
    waits = np.asarray(bin_edges(places)[1], dtype=np.float64)
    median = float(waits[int(np.searchsorted(np.cumsum(n), n.sum() / 2))])
    unit, size = next(((unit, size) for unit, size in UNITS if median >= size), UNITS[-1])
    threshold = _find_place(waits / size, yes, n, unit)
    promised = None if limit is None else limit / size
    return Turning(key, told, threshold, unit, promised, tuple(_draw_points(waits / size, yes, n)))


def _find_place(waits: Floats, yes: Floats, n: Floats, unit: str) -> Threshold:
    """A knee, or a step where that fits the answers better; both have as many free numbers."""
    knee, step = (find(waits, yes, n, rng=1, unit=unit) for find in (find_knee, find_step))
    bent, lifted = np.maximum(waits - (knee.at.value or 0.0), 0.0), (waits > (step.at.value or 0.0)).astype(np.float64)
    return knee if _fit(bent, yes, n) >= _fit(lifted, yes, n) else step


def _fit(column: Floats, yes: Floats, n: Floats) -> float:
    """The log-likelihood; as bad as can be where all beyond the place answered alike, for those are a handful."""
    try:
        return fit_logit(column[:, None], yes, n).log_likelihood
    except ValueError:
        return -math.inf


def _draw_points(waits: Floats, yes: Floats, n: Floats) -> list[Point]:
    part = np.minimum((np.cumsum(n) - n / 2) / n.sum() * POINTS, POINTS - 1).astype(int)
    return [
        Point(float(waits[at].min()), float(waits[at].max()), estimate_share(float(yes[at].sum()), float(n[at].sum())))
        for at in (part == place for place in np.unique(part))
    ]


def _count_waits(lake: Lake, span: Span) -> dict[tuple[str, str], dict[int, tuple[float, float]]]:
    """(kind, name) → bin of the wait → (yes, answers)."""

    def said() -> ir.Table:
        answers = lake.read_with_day("answers")
        wanted = answers.filter(
            (answers["question"] == "effective") & (answers["day"] >= span[0]) & (answers["day"] < span[1]),
            answers["value"].notnull() & answers["interaction_id"].notnull(),
        )
        return wanted.select(about="interaction_id", answered="at", yes="value")

    def count(kind: str, name: str, waits: ir.Table) -> ir.Table:
        answers = said()
        joined = answers.inner_join(waits, answers["about"] == waits["of"])
        over = joined.filter((joined["ended"] <= joined["answered"]) & (joined["ended"] > joined["began"]))
        over = over.filter(over[name].notnull())
        bins = log_bin_of(seconds_between(over["began"], over["ended"]))
        return over.group_by(kind=ibis.literal(kind), name=over[name], bin=bins).aggregate(
            yes=(over["yes"] == 1).sum(), n=over.count()
        )

    def question() -> ir.Table:
        outcomes, done = lake.read("outcomes"), lake.read("interactions")
        promises = outcomes.select("promise", of="interaction_id", began="promised_at", ended="kept_at")
        touches = done.select("touchpoint", of="interaction_id", began="opened_at", ended="closed_at")
        return ibis.union(count("promise", "promise", promises), count("touchpoint", "touchpoint", touches))

    counted: dict[tuple[str, str], dict[int, tuple[float, float]]] = defaultdict(dict)
    for row in lake.fetch(question).to_pylist():
        counted[row["kind"], row["name"]][int(row["bin"])] = (float(row["yes"]), float(row["n"]))
    return dict(counted)


def _read_limits(lake: Lake, span: Span) -> dict[str, float]:
    """The usual limit of each promise in seconds."""

    def question() -> ir.Table:
        outcomes = lake.read_with_day("outcomes")
        given = outcomes.filter(
            (outcomes["day"] >= span[0]) & (outcomes["day"] < span[1]),
            outcomes["due_at"].notnull() & outcomes["promised_at"].notnull(),
        )
        return given.group_by("promise").aggregate(
            limit=seconds_between(given["promised_at"], given["due_at"]).median()
        )

    return {row["promise"]: float(row["limit"]) for row in lake.fetch(question).to_pylist() if row["limit"] is not None}
