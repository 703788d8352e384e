"""What a score says about the people who give it: how they use the scale, and whether they stayed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.scores.score import Band, Score, read_given
from untilyes.lake import Lake
from untilyes.stats.changes import compare_many_shares
from untilyes.stats.response_styles import ResponseStyle, adjust_response_style
from untilyes.stats.results import Change, Estimate
from untilyes.stats.shares import estimate_share

FOLLOWED: Final = timedelta(days=180)
"""How long after a score somebody is followed to see whether they leave."""
FEWEST: Final = 30
MOST_READ: Final = 200_000


@dataclass(frozen=True)
class Stayed:
    """Of the customers who gave a score in this band, the share still here 180 days later; and against all others."""

    band: Band
    stayed: Estimate
    against_others: Change


def read_scale_use(lake: Lake, score: Score) -> ResponseStyle | None:
    """How much of a score is the person: from customers who gave it more than once. None when nobody did.

    At most the newest 200,000 of those answers are read.
    """

    def question() -> ir.Table:
        given = _of(lake, score)
        given = given.filter(given["customer_id"].notnull())
        often = given.group_by("customer_id").aggregate(times=given.count())
        repeated = given.semi_join(often.filter(often["times"] > 1), "customer_id")
        return repeated.order_by(repeated["at"].desc()).limit(MOST_READ).select("customer_id", "score")

    rows = lake.fetch(question)
    if rows.num_rows == 0:
        return None
    return adjust_response_style(rows["score"].to_numpy(), np.asarray(rows["customer_id"].to_pylist()))


def read_staying(lake: Lake, score: Score, *, until: date) -> tuple[Stayed, ...]:
    """Who is still here 180 days after their first score, by its band; empty while no departures are known.

    Only customers who gave it at least 180 days before the last departure known (before the day `until`), and were
    customers when they gave it: for those we know how it went. Fewer than 30 in a band say nothing. The comparisons
    are corrected together (Benjamini-Hochberg).
    """
    seen = _last_departure(lake, until)
    if seen is None:
        return ()
    counts = _count_stayed(lake, score, seen - FOLLOWED)
    told = [(band, *_add(counts, band)) for band in score.bands]
    told = [(band, stayed, n) for band, stayed, n in told if n >= FEWEST]
    if len(told) < 2 or not any(stayed < n for _, stayed, n in told):
        return ()
    return _compare(told)


def _compare(told: Sequence[tuple[Band, int, int]]) -> tuple[Stayed, ...]:
    stayed = np.array([[k, n] for _, k, n in told], dtype=np.float64)
    others = stayed.sum(axis=0) - stayed
    changes = compare_many_shares((others[:, 0], others[:, 1]), (stayed[:, 0], stayed[:, 1]), better="higher")
    return tuple(Stayed(band, estimate_share(k, n), change) for (band, k, n), change in zip(told, changes, strict=True))


def _count_stayed(lake: Lake, score: Score, before: datetime) -> dict[int, tuple[int, int]]:
    """Per value of the score: how many stayed, of how many. A customer counts once, by their first score."""

    def question() -> ir.Table:
        given = _of(lake, score)
        given = given.filter(given["customer_id"].notnull())
        turn = ibis.row_number().over(group_by="customer_id", order_by=[given["at"], given["id"]])
        first = given.mutate(turn=turn)
        first = first.filter(first["turn"] == 0, first["at"] <= ibis.literal(before)).select(
            who="customer_id", given_at="at", score="score"
        )
        customers = lake.read("customers").select("customer_id", "left_at")
        joined = first.inner_join(customers, first["who"] == customers["customer_id"])
        joined = joined.filter(joined["left_at"].isnull() | (joined["left_at"] > joined["given_at"]))
        edge = joined["given_at"] + ibis.interval(days=FOLLOWED.days)
        stayed = (joined["left_at"].isnull() | (joined["left_at"] > edge)).cast("int64")
        return joined.group_by("score").aggregate(stayed=stayed.sum(), n=joined.count())

    rows = lake.fetch(question).to_pylist()
    return {row["score"]: (int(row["stayed"]), int(row["n"])) for row in rows}


def _last_departure(lake: Lake, until: date) -> datetime | None:
    def question() -> ir.Table:
        customers = lake.read("customers")
        end = datetime(until.year, until.month, until.day, tzinfo=UTC)
        return customers.filter(customers["left_at"] < ibis.literal(end)).aggregate(last=customers["left_at"].max())

    last: datetime | None = lake.fetch(question)["last"][0].as_py()
    return last


def _of(lake: Lake, score: Score) -> ir.Table:
    given = read_given(lake)
    return given.filter(given["question"] == score.question, given["scale"] == score.scale)


def _add(counts: dict[int, tuple[int, int]], band: Band) -> tuple[int, int]:
    inside = [count for value, count in counts.items() if band.low <= value <= band.high]
    return sum(stayed for stayed, _ in inside), sum(n for _, n in inside)
