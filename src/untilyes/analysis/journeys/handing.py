"""What passing a customer on goes with: by what was recorded of interactions, and by who did which step."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from untilyes.analysis.journeys.log import JourneyLog
from untilyes.lake import Lake
from untilyes.stats.changes import compare_shares
from untilyes.stats.comparisons import compare_stratified_shares
from untilyes.stats.results import Change, Estimate
from untilyes.stats.shares import estimate_share

MOST: int = 4
"""So many hand-offs and more are counted together."""


@dataclass(frozen=True)
class HandoffCost:
    """What passing a customer on goes with: the yes-share by number of hand-offs, and some against none.

    `change` compares within the same touchpoint and channel, since some places hand over more and fare worse anyway.
    """

    by_count: tuple[tuple[int, Estimate], ...]
    change: Change | None


def read_handoffs(lake: Lake, *, most: int = MOST, since: date | None = None) -> HandoffCost:
    """The share of yes by how often an interaction changed hands; the last count holds all above it."""

    def question() -> ir.Table:
        interactions, answers = lake.read_with_day("interactions"), lake.read("answers")
        if since is not None:
            interactions = interactions.filter(interactions["day"] >= since)
        said = answers.filter(answers["question"] == "effective").select(about="interaction_id", yes="value")
        joined = interactions.inner_join(said, interactions["interaction_id"] == said["about"])
        hands = ibis.least(joined["handoffs"].fill_null(0), most)
        keys = {"hands": hands, "touchpoint": joined["touchpoint"], "channel": joined["channel"]}
        return joined.group_by(**keys).aggregate(k=(joined["yes"] == 1).sum(), n=joined.count())

    by_count: dict[int, tuple[float, float]] = {}
    strata: dict[tuple[str, str], list[list[float]]] = defaultdict(lambda: [[0.0, 0.0], [0.0, 0.0]])
    for row in lake.fetch(question).to_pylist():
        k, n, hands = float(row["k"]), float(row["n"]), int(row["hands"])
        had = by_count.get(hands, (0.0, 0.0))
        by_count[hands] = had[0] + k, had[1] + n
        side = strata[str(row["touchpoint"]), str(row["channel"])][hands > 0]
        side[0], side[1] = side[0] + k, side[1] + n
    told = tuple((hands, estimate_share(k, n)) for hands, (k, n) in sorted(by_count.items()))
    return HandoffCost(told, _compare_within([*strata.values()]))


def _compare_within(strata: list[list[list[float]]]) -> Change | None:
    both = [(none, some) for none, some in strata if none[1] and some[1]]
    if not both:
        return None
    sides = [tuple(list(column) for column in zip(*(one[side] for one in both), strict=True)) for side in (0, 1)]
    return compare_stratified_shares((sides[0][0], sides[0][1]), (sides[1][0], sides[1][1]))


def read_passings(log: JourneyLog, *, most: int = MOST) -> HandoffCost:
    """How journeys went by how often one team's step was followed by another's; nothing where no team is known."""
    steps = log.steps
    passed = (steps["team"] != steps["after_team"]).fill_null(False)
    hands = steps.group_by("journey").aggregate(hands=passed.sum(), known=steps["team"].count())
    joined = log.judge(hands.filter(hands["known"] > 0))
    joined = joined.filter(joined["good"].notnull())
    counted = joined.group_by(hands=ibis.least(joined["hands"], most)).aggregate(
        k=joined["good"].sum(), n=joined.count()
    )
    rows = sorted((int(row["hands"]), float(row["k"]), float(row["n"])) for row in log.fetch(counted))
    told = tuple((number, estimate_share(k, n)) for number, k, n in rows)
    return HandoffCost(told, _compare_none_with_some(rows))


def _compare_none_with_some(rows: Sequence[tuple[int, float, float]]) -> Change | None:
    sides = [
        (sum(k for _, k, _ in side), sum(n for _, _, n in side))
        for side in ([row for row in rows if row[0] == 0], [row for row in rows if row[0] > 0])
    ]
    return compare_shares(*sides) if all(n for _, n in sides) else None
