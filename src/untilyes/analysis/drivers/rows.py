"""One row per answer, with every metric that may go with it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from json import loads
from typing import Final
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from untilyes.analysis.drivers.metrics import (
    BLOCKS,
    COMMON,
    FEWEST_OF_A_SORT,
    MOST_RATINGS,
    MOST_TOPICS,
    OPERATIONS,
    OVERALL,
    Scale,
    Source,
    Span,
)
from untilyes.analysis.measures.topical import is_about
from untilyes.lake import Lake
from untilyes.lake.instants import seconds_between
from untilyes.lake.traits import read_trait

TRAIT: Final = "trait:"
KEPT: Final = ("bucket", "weight", "y", "customer_id", "channel", "touchpoint", "team")
MOST_TRAITS: Final = 20


@dataclass(frozen=True)
class Rows:
    """One row per answer to the outcome, with every metric that may go with it, and how much it weighs."""

    lake: Lake
    outcome: str
    source: Source
    scale: Scale
    span: Span
    ratings: tuple[str, ...] = ()
    topics: Mapping[str, str] = field(default_factory=dict)
    laid: ir.Table | None = None

    @property
    def metrics(self) -> tuple[str, ...]:
        """Keys of the metrics of one number each."""
        if self.source is Source.OPERATIONS:
            return tuple(metric.key for metric in OPERATIONS)
        return self.ratings if self.source is Source.RATINGS else tuple(self.topics)

    @property
    def told(self) -> Mapping[str, str]:
        """How each metric is told."""
        if self.source is Source.RATINGS:
            return {key: f"“{key.replace('_', ' ')}”" for key in self.ratings}
        if self.source is Source.TOPICS:
            return {key: f"“{name}”" for key, name in self.topics.items()}
        return {metric.key: metric.told for metric in (*OPERATIONS, *BLOCKS)}

    def tell(self, name: str) -> str:
        """A metric or one level of a block ("channel=email") in words."""
        return self.told.get(name, name.replace("_", " ").replace("=", " "))

    def lay_out(self) -> ir.Table:
        """`y` (0 worst … 1 best), `bucket`, the metrics, of answers with the source's facts beside them.

        Those are: an interaction that is known, ratings of parts, a comment that was heard. Once `laid`, they are read
        from there, for all of this is asked of many times.
        """
        return self._lay_out() if self.laid is None else self.laid

    def _lay_out(self) -> ir.Table:
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
            "customer_id",
            "channel",
            "touchpoint",
            "team",
            weight=said["weight"].fill_null(1.0),
            about="interaction_id",
            answered="at",
            y=place if up else 1.0 - place,
            bucket=ibis.coalesce(said["customer_id"], said["id"]).hexdigest("md5").substr(0, 2),
        )
        join = {
            Source.OPERATIONS: self._join_operations,
            Source.RATINGS: self._join_ratings,
            Source.TOPICS: self._join_topics,
        }
        return join[self.source](said).select(*KEPT, *self.metrics)

    def lay_out_by(self, segment: str) -> ir.Table:
        """The same with one column more: `segment`, a column of the answers or "trait:name" of the customer."""
        laid = self.lay_out()
        if not segment.startswith(TRAIT):
            return laid.mutate(segment=laid[segment])
        customers = self.lake.read("customers")
        told = read_trait(customers, segment.removeprefix(TRAIT))
        known = customers.group_by(whose="customer_id").aggregate(segment=told.max())
        return laid.left_join(known, laid["customer_id"] == known["whose"]).mutate(
            segment=lambda table: table["segment"].strip().re_replace('^"|"$', "").nullif("null")
        )

    def list_traits(self) -> tuple[str, ...]:
        """The traits that the newest customers carry, as segments."""
        customers = self.lake.read("customers")
        some = customers.filter(customers["traits"].notnull()).order_by(customers["at"].desc()).limit(1_000)
        names = {
            name for row in self.lake.fetch(lambda: some.select("traits")).to_pylist() for name in loads(row["traits"])
        }
        return tuple(f"{TRAIT}{name}" for name in sorted(names)[:MOST_TRAITS])

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

    def _join_topics(self, said: ir.Table) -> ir.Table:
        """Of those who also wrote: 1 for each topic of what they wrote, 0 for the others."""
        heard = self.lake.read("heard")
        heard = heard.filter(heard["response_id"].notnull())
        wrote = heard.group_by(heard_of="response_id").aggregate(
            **{key: is_about(heard, key).cast("int64").max() for key in self.topics}
        )
        return said.inner_join(wrote, said["response_id"] == wrote["heard_of"])

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


def find_scale(lake: Lake, outcome: str, span: Span) -> Scale | None:
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


def list_ratings(lake: Lake, outcome: str, span: Span) -> tuple[str, ...]:
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


def list_topics(lake: Lake, outcome: str, span: Span) -> dict[str, str]:
    """Topics of what was written beside answers to the outcome, the commonest first: key → what it is called."""

    def question() -> ir.Table:
        answers, heard = lake.read_with_day("answers"), lake.read("heard")
        inside = answers.filter((answers["day"] >= span[0]) & (answers["day"] < span[1]))
        judged = inside.filter(inside["question"] == outcome, inside["value"].notnull()).select("response_id")
        beside = heard.semi_join(judged, "response_id").filter(lambda table: table["response_id"].notnull())
        # Comments of many topics are few, and so are the ways in which topics come together.
        return beside.group_by("topics", "topic_names").aggregate(n=beside["response_id"].nunique())

    counts, names, comments = Counter[str](), dict[str, str](), 0
    for row in sorted(
        lake.fetch(question).to_pylist(), key=lambda row: (row["topics"] or "", row["topic_names"] or "")
    ):
        comments += row["n"]
        keys = (row["topics"] or "").split()
        names |= dict(zip(keys, (row["topic_names"] or "").splitlines(), strict=False))
        counts.update(dict.fromkeys(keys, row["n"]))
    common = [key for key, n in counts.items() if n >= max(FEWEST_OF_A_SORT, COMMON * comments)]
    common.sort(key=lambda key: (-counts[key], key))
    return {key: names.get(key, key) for key in common[:MOST_TOPICS]}
