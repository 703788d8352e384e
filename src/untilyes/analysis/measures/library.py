"""Every number we define: its question in plain words, the facts it counts, and what they count as."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import ibis
import ibis.expr.types as ir

from untilyes.analysis.measures.kinds import GONE, DueShare, Kind, Median, MedianWait, Mix, NetScore, Share, TopTwo
from untilyes.analysis.measures.measure import Measure
from untilyes.lake.rollups import Read
from untilyes.stats.durations import LOG_BASE
from untilyes.stats.scores import NPS, Scoring

TRUST: Final = Scoring("trust", {2: 100.0, 1: -100.0, 0: -100.0})
"""Yes +1, sometimes −1, no −1: trust that holds only sometimes is none."""

_SCALES_APART: Final = "Scales are never mixed: each is its own line."


_Counting = Callable[[Read], ir.Table]


def _asked(question: str) -> _Counting:
    """Answers to one yes/no question: 1 for yes, 0 for no."""

    def count(read: Read) -> ir.Table:
        answers = read("answers")
        own = answers.filter(answers["question"] == question)
        return _counted(own, (own["value"] == 1).cast("int64"))

    return count


def _scored(question: str) -> _Counting:
    """Answers to one question as the whole numbers they are, each on its own scale."""

    def count(read: Read) -> ir.Table:
        answers = read("answers")
        own = answers.filter(answers["question"] == question)
        ends = [own[end].cast("int64").cast("string") for end in ("scale_min", "scale_max")]
        return _counted(own, own["value"].round().cast("int64"), part=ends[0].concat("..", ends[1]))

    return count


def _count_first_time(read: Read) -> ir.Table:
    """The first confirmation of each interaction; one about no named interaction is a first by itself."""
    answers = read("answers")
    own = answers.filter(answers["question"] == "effective")
    episode = own["interaction_id"].fill_null(own["id"])
    ranked = own.mutate(place=ibis.row_number().over(group_by=episode, order_by=[own["at"], own["id"]]))
    first = ranked.filter(ranked["place"] == 0).drop("place")
    return _counted(first, (first["value"] == 1).cast("int64"))


def _count_cases_over(read: Read) -> ir.Table:
    cases = read("cases")
    over = cases.filter(cases["ended_at"].notnull())
    return _counted(over, over["yes_at"].notnull().cast("int64"))


def _count_time_to_yes(read: Read) -> ir.Table:
    """Log-bins of the wait; given up as `GONE` minus the bin; open as minus the second it began."""
    cases = read("cases")
    began = _second(cases["opened_at"])
    gone = GONE - _log_bin(_second(cases["ended_at"]) - began)
    found = _log_bin(_second(cases["yes_at"]) - began)
    return _counted(cases, ibis.coalesce(found, gone, -began))


def _count_outcomes(read: Read) -> ir.Table:
    """Kept 1, kept late 0, open as minus the second it falls due. What a source says outright is taken as said."""
    outcomes = read("outcomes")
    kept = (outcomes["kept_at"] <= outcomes["due_at"]).cast("int64")
    due = -_second(outcomes["due_at"])
    said = outcomes["was_kept"].cast("int64")
    return _counted(outcomes, ibis.coalesce(said, kept, due), part=outcomes["promise"])


def _count_margins(read: Read) -> ir.Table:
    outcomes = read("outcomes")
    margin = _second(outcomes["due_at"]) - _second(outcomes["kept_at"])
    return _counted(outcomes, _log_bin(margin), part=outcomes["promise"])


def _count_heard(read: Read) -> ir.Table:
    """One row per thing said: a response with all its answers and words, or a comment that came by itself."""
    columns = ("day", "at", "id", "customer_id", "interaction_id", "source", "channel", "touchpoint", "team")
    answers, comments = read("answers"), read("comments")
    said = [
        rows.mutate(thing=rows["response_id"].fill_null(rows["id"])).select(*columns, "thing")
        for rows in (answers, comments)
    ]
    things = ibis.union(*said)
    ranked = things.mutate(
        place=ibis.row_number().over(group_by=[things["thing"], things["source"]], order_by=things["id"])
    )
    once = ranked.filter(ranked["place"] == 0).drop("place", "thing")
    return _counted(once, ibis.literal(1, "int64"))


def _count_invitations(read: Read) -> ir.Table:
    events = read("events")
    asked = events.filter(events["activity"] == "invitation")
    return _counted(asked, (asked["amount"] == 1).cast("int64"))


def _counted(rows: ir.Table, value: ir.Value, *, part: ir.Value | None = None) -> ir.Table:
    """Rows with their bin, and the measure's own dimension."""
    return rows.mutate(bin=value.cast("int64"), part=part if part is not None else ibis.null("string"))


def _second(moment: ir.Value) -> ir.Value:
    """The Unix second a moment falls in (DuckDB's own answer has fractions)."""
    return moment.epoch_seconds().cast("float64").floor().cast("int64")


def _log_bin(seconds: ir.Value) -> ir.Value:
    """`stats.log_bin` as an expression."""
    size = seconds.abs().cast("float64")
    place = 1 + (ibis.greatest(size, 1.0).ln() / math.log(LOG_BASE)).floor()
    return ibis.ifelse(size < 1, 0, seconds.sign() * place).cast("int64")


def _yes_no(name: str, title: str, question: str, *, asked: str = "", steering: bool = False) -> Measure:
    return Measure(name, title, question, Share(), ("answers",), _asked(asked or name), steering=steering)


def _scale(name: str, title: str, question: str, kind: Kind, note: str) -> Measure:
    return Measure(
        name, title, question, kind, ("answers",), _scored(name), part="scale", apart=True, notes=(note, _SCALES_APART)
    )


_ALL: Final = (
    _yes_no(
        "effectiveness", "Effectiveness", "Did customers get what they needed, and did we do a good job?",
        asked="effective", steering=True,
    ),
    _yes_no("got_it", "Got what they needed", "Did you get what you needed?"),
    _yes_no("good_job", "We did a good job", "Did we do a good job delivering it?"),
    _yes_no("timely", "In time", "Was it in time?"),
    _yes_no("complete", "Complete", "Was it complete?"),
    _yes_no("courteous", "Courteous", "Were we courteous?"),
    Measure(
        "first_time_yes", "First-time yes", "How many interactions were yes to both the first time we asked?",
        Share(), ("answers",), _count_first_time, reach="later",
    ),
    Measure(
        "no_to_yes", "No to yes", "How many cases ended in a yes?", Share(), ("cases",), _count_cases_over,
        notes=("Counts cases that are over, on the day they were opened; one still open is no answer yet.",),
    ),
    Measure(
        "time_to_yes", "Time to yes", "How long from the first no to the customer's yes?", MedianWait(), ("cases",),
        _count_time_to_yes, better="lower",
        notes=("Cases still open and cases ended without a yes count for as long as their customers waited.",),
    ),
    Measure(
        "trust", "Trust", "Do you trust us?", NetScore(TRUST), ("answers",), _scored("trust"), steering=True,
        notes=("Yes counts +1, sometimes and no count −1; the score runs from −100 to +100.",),
    ),
    Measure(
        "nps", "Net promoter score", "How likely are you to recommend us?", NetScore(NPS), ("answers",), _scored("nps"),
        notes=("9 and 10 count +1, 0 to 6 count −1. A trailing score: read the words beside it.",),
    ),
    _scale(
        "csat", "Satisfaction", "How satisfied are you?", TopTwo(), "The share of the two best answers."
    ),
    _scale("ces", "Customer effort", "How easy was it?", TopTwo(), "The share of the two best answers."),
    Measure(
        "promise_kept", "Promise kept", "How many promises were kept by the time we named?", DueShare(), ("outcomes",),
        _count_outcomes, part="promise",
        notes=("Counted on the day the promise was given; one still open counts as broken from when it was due.",),
    ),
    Measure(
        "margin", "Margin", "How much earlier than promised did we deliver?", Median(), ("outcomes",), _count_margins,
        part="promise", notes=("Due minus kept: positive is early, negative is late. Open promises have none yet.",),
    ),
    Measure(
        "source_mix", "Source mix", "Where did we hear what we heard?", Mix(), ("answers", "comments"), _count_heard,
        notes=("A response counts once however many questions it answers. Surveys should be at most 40 to 50 %.",),
    ),
    Measure(
        "response_rate", "Response rate", "How many of those we asked answered?", Share(), ("events",),
        _count_invitations, notes=("Counted on the day they were asked; late answers still arrive.",),
    ),
)  # fmt: skip

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType({measure.name: measure for measure in _ALL})
