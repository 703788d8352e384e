"""How each measure counts: from the lake's tables to one row per counted value, with its `part` and its `bin`.

A bin that is null counts nowhere. Everything here adds up over days and cells, or says so by the measure's reach.
"""

import math
from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from untilyes.analysis.measures.kinds import GONE
from untilyes.lake.instants import seconds_between, unix_seconds
from untilyes.lake.rollups import Read
from untilyes.stats.durations import LOG_BASE

Count = Callable[[Read], ir.Table]

NO_PART = ibis.literal(None, type="string")


def count_yes(question: str) -> Count:
    """Yes (1) and no (0) to one question; what was asked on another scale is not a yes or a no."""

    def count(read: Read) -> ir.Table:
        answers = _answers(read, question, 0, 1)
        return answers.mutate(part=NO_PART, bin=_whole(answers["value"]))

    return count


def count_first_yes(question: str) -> Count:
    """Of each interaction the first answer; what cannot be traced to an interaction is not counted."""

    def count(read: Read) -> ir.Table:
        answers = _answers(read, question, 0, 1)
        answers = answers.filter(answers["interaction_id"].notnull())
        turn = ibis.row_number().over(group_by=answers["interaction_id"], order_by=[answers["at"], answers["id"]])
        answers = answers.mutate(turn=turn)
        first = answers.filter(answers["turn"] == 0).drop("turn")
        return first.mutate(part=NO_PART, bin=_whole(first["value"]))

    return count


def count_values(question: str, low: int, high: int) -> Count:
    """The answers themselves, on the one scale the measure is defined on."""

    def count(read: Read) -> ir.Table:
        answers = _answers(read, question, low, high)
        return answers.mutate(part=NO_PART, bin=_whole(answers["value"]))

    return count


def count_scales(question: str) -> Count:
    """The answers with their scale as part ("1..5"), turned so that the high end is the good one.

    A half point counts as the full point below it. Without its scale a value means nothing and is not counted.
    """

    def count(read: Read) -> ir.Table:
        answers = read("answers")
        low, high, value = answers["scale_min"], answers["scale_max"], answers["value"]
        answers = answers.filter(answers["question"] == question, value.between(low, high), high > low)
        turned = (answers["higher_is_better"] == False).ifelse(low + high - value, value)  # noqa: E712 - null is not false
        scale = low.cast("int64").cast("string") + ".." + high.cast("int64").cast("string")
        return answers.mutate(part=scale, bin=_whole(turned.floor()))

    return count


def count_case_ends(read: Read) -> ir.Table:
    """Cases that are over: by the customer's yes (1) or without (0). A duplicate is told by the case it doubles."""
    cases = _cases(read)
    return cases.mutate(part=NO_PART, bin=cases["ended_at"].notnull().ifelse(_said_yes(cases).cast("int64"), None))


def count_waits(read: Read) -> ir.Table:
    """Seconds from no to yes in log-bins; ended without a yes as a wait given up; open ones since when they wait."""
    cases = _cases(read)
    began = cases["opened_at"]
    # An end before the beginning is a clock that was wrong; it counts as no wait at all.
    to_yes, ended = (ibis.greatest(seconds_between(began, cases[end]), 0.0) for end in ("yes_at", "ended_at"))
    given_up = GONE - log_bin_of(ended)
    waiting = -unix_seconds(began).floor().cast("int64")
    waited = ibis.cases((_said_yes(cases), log_bin_of(to_yes)), (cases["ended_at"].notnull(), given_up), else_=waiting)
    return cases.mutate(part=NO_PART, bin=waited)


def count_kept(read: Read) -> ir.Table:
    """Kept by the time it was due (1) or not (0); what is still open by the second it falls due.

    Where a source names no due time, what it says itself. A promise with neither was withdrawn and counts nowhere.
    """
    outcomes = read("outcomes")
    due, kept = outcomes["due_at"], outcomes["kept_at"]
    by_clock = kept.isnull().ifelse(-unix_seconds(due).floor().cast("int64"), (kept <= due).cast("int64"))
    return outcomes.mutate(part=outcomes["promise"], bin=due.isnull().ifelse(_as_int(outcomes["was_kept"]), by_clock))


def count_margins(read: Read) -> ir.Table:
    """Due minus kept, in signed log-bins of seconds; undelivered promises have no margin yet."""
    outcomes = read("outcomes")
    margin = seconds_between(outcomes["kept_at"], outcomes["due_at"])
    return outcomes.mutate(part=outcomes["promise"], bin=log_bin_of(margin))


def count_heard(read: Read) -> ir.Table:
    """Everything customers said, once: a response however many questions it answers, a comment that stands alone."""
    answers, comments = read("answers"), read("comments")
    answered = answers.filter(answers["value"].notnull() | answers["choice"].notnull())
    written = comments.filter(comments["text"] != "")
    kept = ("customer_id", "interaction_id", "at", "source", "channel", "touchpoint", "team", "day", "id")
    both = ibis.union(
        *(said.select(*kept, said=said["response_id"].coalesce(said["id"])) for said in (answered, written)),
        distinct=False,
    )
    both = both.mutate(turn=ibis.row_number().over(group_by=[both["day"], both["said"]], order_by=both["id"]))
    heard = both.filter(both["turn"] == 0).drop("turn", "said")
    return heard.mutate(part=NO_PART, bin=ibis.literal(1, type="int64"))


def count_answered(read: Read) -> ir.Table:
    """Invitations: answered (1) or not (0)."""
    events = read("events")
    invitations = events.filter(events["activity"] == "invitation")
    return invitations.mutate(part=NO_PART, bin=(invitations["amount"].fill_null(0.0) >= 1).cast("int64"))


def log_bin_of(seconds: ir.NumericValue) -> ir.IntegerValue:
    """`stats.durations.log_bin` as the engine computes it: 2 % wide bins, signed, 0 below one second."""
    size = seconds.abs()
    place = (ibis.greatest(size, 1.0).ln() / math.log(LOG_BASE)).floor() + 1
    return (size < 1).ifelse(0, seconds.sign() * place).cast("int64")


def _answers(read: Read, question: str, low: int, high: int) -> ir.Table:
    answers = read("answers")
    on_scale = [
        answers[name].isnull() | (answers[name] == end) for name, end in (("scale_min", low), ("scale_max", high))
    ]
    value = answers["value"]
    return answers.filter(answers["question"] == question, value.between(low, high), value == value.floor(), *on_scale)


def _cases(read: Read) -> ir.Table:
    cases = read("cases")
    return cases.filter(cases["ended_how"].isnull() | (cases["ended_how"] != "duplicate"))


def _said_yes(cases: ir.Table) -> ir.BooleanValue:
    return (cases["ended_how"] == "yes") & cases["yes_at"].notnull()


def _whole(value: ir.NumericValue) -> ir.IntegerValue:
    return value.cast("int64")


def _as_int(said: ir.BooleanValue) -> ir.IntegerValue:
    return said.cast("int64")
