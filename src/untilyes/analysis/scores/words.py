"""What customers wrote beside the score they gave."""

from dataclasses import dataclass
from datetime import datetime

import ibis.expr.types as ir

from untilyes.analysis.scores.score import Band, Score, read_given
from untilyes.lake import Lake


@dataclass(frozen=True)
class Said:
    """One comment with its score."""

    at: datetime
    score: int
    text: str
    customer_id: str | None
    channel: str | None
    touchpoint: str | None


def read_said(lake: Lake, score: Score, *, band: Band | None = None, most: int = 50) -> tuple[Said, ...]:
    """The newest comments that came in the same response as this score; `band` narrows them."""

    def question() -> ir.Table:
        given, comments = read_given(lake), lake.read("comments")
        given = given.filter(given["question"] == score.question, given["scale"] == score.scale)
        if band is not None:
            given = given.filter(given["score"].between(band.low, band.high))
        given = given.select(of="response_id", score="score").distinct(on="of", keep="first")
        said = comments.filter(comments["response_id"].notnull(), comments["text"].length() > 0)
        joined = said.inner_join(given, said["response_id"] == given["of"])
        newest = joined.order_by(joined["at"].desc(), joined["id"]).limit(most)
        return newest.select("at", "score", "text", "customer_id", "channel", "touchpoint")

    return tuple(Said(**row) for row in lake.fetch(question).to_pylist())
