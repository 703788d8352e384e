"""Comments out of the lake, with what their customers answered beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import ibis.expr.types as ir

from untilyes.lake import Lake

AT_MOST = 200_000


@dataclass(frozen=True)
class Comment:
    """One comment; `effective` is whether its response said yes to both questions, None when it said neither."""

    id: str
    at: datetime
    text: str
    language: str
    customer_id: str | None
    touchpoint: str | None
    channel: str | None
    source: str
    effective: bool | None


def read_comments(lake: Lake, *, since: date | None = None, until: date | None = None) -> list[Comment]:
    """The comments of the days from `since` until before `until`, oldest first, at most the newest 200,000."""

    def question() -> ir.Table:
        comments, answers = lake.read_with_day("comments"), lake.read("answers")
        if since is not None:
            comments = comments.filter(comments["day"] >= since)
        if until is not None:
            comments = comments.filter(comments["day"] < until)
        judged = answers.filter(answers["question"] == "effective").select(of="response_id", effective="value")
        judged = judged.distinct(on="of", keep="first")
        joined = comments.left_join(judged, comments["response_id"] == judged["of"])
        wanted = ["id", "at", "text", "language", "customer_id", "touchpoint", "channel", "source", "effective"]
        return joined.order_by(joined["at"].desc()).limit(AT_MOST).select(*wanted)

    rows: Sequence[dict[str, object]] = lake.fetch(question).to_pylist()
    return [_comment(row) for row in reversed(rows)]


def _comment(row: dict[str, object]) -> Comment:
    effective = row.pop("effective")
    fields = {name: "" if name in {"language", "text"} and value is None else value for name, value in row.items()}
    return Comment(**fields, effective=None if effective is None else effective == 1)  # type: ignore[arg-type]
