"""Comments out of the lake, with what their customers answered beside them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import ibis.expr.types as ir

from untilyes.analysis.voices.asking import Query
from untilyes.analysis.voices.narrowing import narrow
from untilyes.lake import Lake

AT_MOST = 200_000
EMPTY = frozenset({"language", "text", "tone"})
WANTED = ("id", "at", "text", "language", "customer_id", "touchpoint", "channel", "team", "source", "effective")


@dataclass(frozen=True)
class Comment:
    """One comment; `effective` is whether its response said yes to both questions, None when it said neither.

    `score` is where its other answers lie on their scales, from 0 (worst) to 1 (best), on average. `tone`, `kinds` and
    `topics` are as last heard (`hearing`), empty before; so is `language`, which is the source's word until then.
    """

    id: str
    at: datetime
    text: str
    language: str
    customer_id: str | None
    touchpoint: str | None
    channel: str | None
    source: str
    effective: bool | None
    score: float | None = None
    tone: str = ""
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    team: str | None = None

    @property
    def yes(self) -> bool | None:
        """Whether it came with a yes: to both questions, or a score in the upper half; the middle is neither."""
        if self.effective is not None or self.score is None or self.score == 0.5:
            return self.effective
        return self.score > 0.5


def read_comments(
    lake: Lake,
    *,
    since: date | None = None,
    until: date | None = None,
    ids: Collection[str] | None = None,
    at_most: int = AT_MOST,
    as_named: bool = False,
    meeting: Query | None = None,
) -> list[Comment]:
    """The comments of the days from `since` until before `until`, oldest first, at most the newest `at_most`.

    `ids` reads no others than these. With `as_named` they are as their source handed them in, without what was heard.
    `meeting` leaves out most of those that cannot meet a query; those that are read must still be asked.
    """

    def question() -> ir.Table:
        comments, answers = lake.read_with_day("comments"), lake.read("answers")
        if since is not None:
            comments = comments.filter(comments["day"] >= since)
        if until is not None:
            comments = comments.filter(comments["day"] < until)
        if ids is not None:
            comments = comments.filter(comments["id"].isin(list(ids)))
        may_meet = narrow(meeting, comments["text"]) if meeting is not None else None
        if may_meet is not None:
            comments = comments.filter(may_meet)
        judged = answers.filter(answers["question"] == "effective").select(of="response_id", effective="value")
        judged = judged.distinct(on="of", keep="first")
        joined = comments.left_join(judged, comments["response_id"] == judged["of"])
        scored = _scores(answers)
        joined = joined.left_join(scored, joined["response_id"] == scored["scored"])
        newest = joined.order_by(joined["at"].desc(), joined["id"]).limit(at_most).select(*WANTED, "score")
        return newest if as_named else _join_heard(newest, lake)

    rows: Sequence[dict[str, object]] = lake.fetch(question).to_pylist()
    rows = sorted(rows, key=lambda row: (row["at"], row["id"]))
    return [_comment(row) for row in rows]


def count_comments(lake: Lake, *, since: date | None = None, until: date | None = None) -> int:
    """How many comments those days hold."""

    def question() -> ir.Table:
        comments = lake.read_with_day("comments")
        if since is not None:
            comments = comments.filter(comments["day"] >= since)
        if until is not None:
            comments = comments.filter(comments["day"] < until)
        return comments.aggregate(n=comments.count())

    return min(int(lake.fetch(question).to_pylist()[0]["n"]), AT_MOST)


def _join_heard(comments: ir.Table, lake: Lake) -> ir.Table:
    heard = lake.read("heard").select("tone", "kinds", "topics", heard_of="id", heard_in="language")
    joined = comments.left_join(heard, comments["id"] == heard["heard_of"])
    return joined.mutate(language=joined["heard_in"].coalesce(joined["language"])).drop("heard_of", "heard_in")


def _scores(answers: ir.Table) -> ir.Table:
    """Per response: where its answers other than to the two questions lie on their scales."""
    told = answers.filter(
        answers["question"].notin(["effective", "got_it", "good_job"]),
        answers["value"].notnull(),
        answers["scale_max"] > answers["scale_min"],
    )
    share = (told["value"] - told["scale_min"]) / (told["scale_max"] - told["scale_min"])
    upright = told["higher_is_better"].fill_null(True).ifelse(share, 1 - share)
    return told.group_by(scored=told["response_id"]).aggregate(score=upright.mean())


def _comment(row: dict[str, object]) -> Comment:
    effective = row.pop("effective")
    lists = {name: tuple(str(row.pop(name, None) or "").split()) for name in ("kinds", "topics")}
    fields = {name: "" if name in EMPTY and value is None else value for name, value in row.items()}
    return Comment(**fields, **lists, effective=None if effective is None else effective == 1)  # type: ignore[arg-type]
