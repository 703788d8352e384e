"""What matters: which of our own metrics, and which of customers' ratings, go with a yes; and which do not.

One row per answer, with what is known of its interaction and of the same response. The engine sums products of the
columns in buckets of customers (a Gram matrix each); ranks, intervals and tests are inferred from those.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import reduce
from itertools import combinations_with_replacement
from typing import Final
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.measures.counting import log_bin_of
from untilyes.lake import Lake
from untilyes.lake.instants import seconds_between
from untilyes.stats.checks import Floats
from untilyes.stats.collinearity import suspect_drivers
from untilyes.stats.driver_results import Driver, Drivers
from untilyes.stats.drivers import drivers
from untilyes.stats.durations import bin_edges
from untilyes.stats.gram import DEFAULT_BUCKETS, Gram
from untilyes.stats.logit import fit_logit
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share
from untilyes.stats.thresholds import Threshold, find_knee, find_step

DAYS: Final = 365
OUTCOMES: Final[Mapping[str, str]] = {
    "effective": "a yes to both questions",
    "trust": "trust",
    "csat": "satisfaction",
}
"""What may be explained, and how it is told."""
OVERALL: Final = ("got_it", "good_job", "effective", "trust", "csat", "nps", "ces", "stars")
"""Answers that judge the whole. They are no ratings of a part, so none of them explains another."""

FEWEST: Final = 200
FEWEST_OF_A_SORT: Final = 30
ROWS_A_COLUMN: Final = 10
KNOWN: Final = 0.8
"""A metric that is known for fewer of the answers is left out: only complete rows count, and it would cost the rest."""
MOST_LEVELS: Final = 8
MOST_RATINGS: Final = 16
NEGLIGIBLE: Final = 0.02
"""What surely explains less than this part of the differences between answers need not be reported (Cohen's small)."""


Span = tuple[date, date]
Scale = tuple[float, float, bool]


class Source(StrEnum):
    """Where the metrics come from."""

    OPERATIONS = "operations"  # what we recorded of the interaction
    RATINGS = "ratings"  # what the same customer said about its parts


@dataclass(frozen=True)
class Metric:
    """Something that may go with the answer: its name and how it is told."""

    key: str
    told: str


OPERATIONS: Final = (
    Metric("contacts", "how often they had to get in touch"),
    Metric("handoffs", "how often it changed hands"),
    Metric("reopens", "how often it was opened again"),
    Metric("duration", "how long it took"),
    Metric("promise_broken", "whether a promise was broken"),
    Metric("margin", "how early or late we were"),
)
BLOCKS: Final = (Metric("channel", "the channel"), Metric("touchpoint", "the touchpoint"))


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
    scale = _find_scale(lake, outcome, span)
    if scale is None:
        return None
    rows = _Rows(
        lake, outcome, source, scale, span, _list_ratings(lake, outcome, span) if source is Source.RATINGS else ()
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


@dataclass(frozen=True)
class _Rows:
    """One row per answer to the outcome, with every metric that may go with it."""

    lake: Lake
    outcome: str
    source: Source
    scale: Scale
    span: Span
    ratings: tuple[str, ...]

    @property
    def metrics(self) -> tuple[str, ...]:
        """Keys of the metrics of one number each."""
        return self.ratings if self.source is Source.RATINGS else tuple(metric.key for metric in OPERATIONS)

    @property
    def told(self) -> Mapping[str, str]:
        """How each metric is told."""
        if self.source is Source.RATINGS:
            return {key: f"“{key.replace('_', ' ')}”" for key in self.ratings}
        return {metric.key: metric.told for metric in (*OPERATIONS, *BLOCKS)}

    def tell(self, name: str) -> str:
        """A metric or one level of a block ("channel=email") in words."""
        return self.told.get(name, name.replace("_", " ").replace("=", " "))

    def lay_out(self) -> ir.Table:
        """`y` (0 worst … 1 best), `bucket`, the metrics: of answers whose interaction is known, or that rate parts."""
        answers = self.lake.read_with_day("answers")
        low, high, up = self.scale
        said = answers.filter(
            (answers["question"] == self.outcome)
            & answers["value"].between(low, high)
            & (answers["day"] >= self.span[0])
            & (answers["day"] < self.span[1])
            & (answers["scale_min"].fill_null(low) == low)
            & (answers["scale_max"].fill_null(high) == high)
        )
        place = (said["value"] - low) / (high - low)
        said = said.select(
            "response_id",
            "channel",
            "touchpoint",
            about="interaction_id",
            answered="at",
            y=place if up else 1.0 - place,
            bucket=ibis.coalesce(said["customer_id"], said["id"]).hexdigest("md5").substr(0, 2),
        )
        return self._join_ratings(said) if self.source is Source.RATINGS else self._join_operations(said)

    def _join_ratings(self, said: ir.Table) -> ir.Table:
        answers = self.lake.read("answers")
        rated = answers.filter(
            answers["question"].isin(self.ratings),
            answers["value"].notnull(),
            answers["scale_max"] > answers["scale_min"],
        )
        share = (rated["value"] - rated["scale_min"]) / (rated["scale_max"] - rated["scale_min"])
        rated = rated.mutate(share=ibis.ifelse(rated["higher_is_better"].fill_null(True), share, 1.0 - share))
        parts = rated.group_by(rating_of="response_id").aggregate(
            **{key: rated["share"].mean(where=rated["question"] == key) for key in self.ratings}
        )
        return said.inner_join(parts, said["response_id"] == parts["rating_of"])

    def _join_operations(self, said: ir.Table) -> ir.Table:
        interactions, outcomes = self.lake.read("interactions"), self.lake.read("outcomes")
        done = interactions.filter(interactions["interaction_id"].notnull()).select(
            "opened_at", "closed_at", "contacts", "handoffs", "reopens", done_in="interaction_id"
        )
        over = _is_over(outcomes, datetime.combine(self.span[1], time(), ZoneInfo(self.lake.zone)))
        settled = outcomes.filter(over, outcomes["interaction_id"].notnull())
        promises = settled.group_by(promised_in="interaction_id").aggregate(
            broken=_is_broken(settled).cast("int64").max(),
            margin=seconds_between(settled["kept_at"], settled["due_at"]).min(),
        )
        joined = said.inner_join(done, said["about"] == done["done_in"])
        joined = joined.left_join(promises, joined["about"] == promises["promised_in"])
        ended = ibis.least(ibis.coalesce(joined["closed_at"], joined["answered"]), joined["answered"])
        took = ibis.greatest(seconds_between(joined["opened_at"], ended), 1.0)
        return joined.mutate(
            duration=ibis.ifelse(joined["opened_at"].notnull(), took.ln(), ibis.null("float64")),
            promise_broken=joined["broken"].fill_null(0),
            margin=joined["margin"] / 86_400.0,
        )


def _is_broken(outcomes: ir.Table) -> ir.BooleanValue:
    late = outcomes["kept_at"].isnull() | (outcomes["kept_at"] > outcomes["due_at"])
    return ibis.ifelse(outcomes["was_kept"].notnull(), ~outcomes["was_kept"], late.fill_null(False))


def _is_over(outcomes: ir.Table, moment: datetime) -> ir.BooleanValue:
    return outcomes["kept_at"].notnull() | outcomes["was_kept"].notnull() | (outcomes["due_at"] < ibis.literal(moment))


def _find_scale(lake: Lake, outcome: str, span: Span) -> Scale | None:
    """The scale that most answers to a question were given on; a yes and trust have theirs by definition."""
    if outcome in {"effective", "trust"}:
        return 0.0, 1.0 if outcome == "effective" else 2.0, True

    def question() -> ir.Table:
        answers = lake.read_with_day("answers")
        said = answers.filter(
            (answers["question"] == outcome) & (answers["day"] >= span[0]) & (answers["day"] < span[1]),
            answers["value"].notnull() & (answers["scale_max"] > answers["scale_min"]),
        )
        ends = {name: said[name] for name in ("scale_min", "scale_max")}
        return said.group_by(**ends, up=said["higher_is_better"].fill_null(True)).aggregate(n=said.count())

    scales = lake.fetch(question).to_pylist()
    if not scales:
        return None
    most = max(scales, key=lambda row: (row["n"], row["scale_max"]))
    return float(most["scale_min"]), float(most["scale_max"]), bool(most["up"])


def _list_ratings(lake: Lake, outcome: str, span: Span) -> tuple[str, ...]:
    """Questions about parts, answered beside the outcome, the most answered first."""

    def question() -> ir.Table:
        answers = lake.read_with_day("answers")
        inside = answers.filter((answers["day"] >= span[0]) & (answers["day"] < span[1]))
        whole = inside.filter(inside["question"] == outcome).select(of="response_id").distinct()
        parts = inside.filter(
            inside["question"].notin(OVERALL) & inside["value"].notnull() & (inside["scale_max"] > inside["scale_min"])
        )
        joined = parts.inner_join(whole, parts["response_id"] == whole["of"])
        return joined.group_by("question").aggregate(n=joined["response_id"].nunique())

    found = sorted(lake.fetch(question).to_pylist(), key=lambda row: (-row["n"], row["question"]))
    return tuple(row["question"] for row in found if row["n"] >= FEWEST_OF_A_SORT)[:MOST_RATINGS]


def _count_known(rows: _Rows) -> dict[str, int]:
    """How many answers there are (`n`), and for how many each metric is known."""

    def question() -> ir.Table:
        laid = rows.lay_out()
        return laid.aggregate(n=laid.count(), **{key: laid[key].count() for key in rows.metrics})

    return {key: int(n) for key, n in rows.lake.fetch(question).to_pylist()[0].items()}


def _list_levels(rows: _Rows) -> list[str]:
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


def _read_gram(rows: _Rows, known: Sequence[str], columns: Sequence[str]) -> Gram:
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


UNITS: Final = (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0), ("seconds", 1.0))
POINTS: Final = 10


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


def _find_turning(kind: str, name: str, bins: Mapping[int, tuple[float, float]], limit: float | None) -> Turning | None:
    places = np.array(sorted(bins), dtype=np.int64)
    yes, n = (np.array([bins[int(place)][side] for place in places], dtype=np.float64) for side in (0, 1))
    if n.sum() < FEWEST or min(yes.sum(), n.sum() - yes.sum()) < FEWEST_OF_A_SORT or places.size < POINTS:
        return None
    waits = np.asarray(bin_edges(places)[1], dtype=np.float64)
    median = float(waits[int(np.searchsorted(np.cumsum(n), n.sum() / 2))])
    unit, size = next(((unit, size) for unit, size in UNITS if median >= size), UNITS[-1])
    threshold = _find_place(waits / size, yes, n, unit)
    told = (
        f"{name.replace('_', ' ').capitalize()}, from {'promise to delivery' if kind == 'promise' else 'open to done'}"
    )
    promised = None if limit is None else limit / size
    return Turning(f"{kind}:{name}", told, threshold, unit, promised, tuple(_draw_points(waits / size, yes, n)))


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
