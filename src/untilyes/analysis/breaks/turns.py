"""Ways that journeys go: to a next step, to another team, back to the same step; each after those that did not."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from untilyes.analysis.breaks.log import Counts, Log, Place, compare_within
from untilyes.analysis.breaks.waits import Wait
from untilyes.stats.results import Change

END: Final = ""
"""What follows the last step."""
_KEPT: Final = ("interaction_id", "customer_id", "touchpoint", "channel")


@dataclass(frozen=True)
class Turn:
    """Journeys that went a way after those that came to the same step and did not. `kind` is step, handoff or again."""

    kind: str
    before: str
    after: str
    change: Change
    journeys: int


def read_turns(log: Log) -> list[Turn]:
    """Every next step, hand-off and repetition with enough answers on both sides, real or not."""
    found = []
    for kind, mark in _KINDS.items():
        found += _compare_ways(kind, log.fetch(partial(_count, mark, log)))
    return found


def compare_without(log: Log, turn: Turn, wait: Wait) -> Change | None:
    """The turn again, without the journeys that waited too long: what of it is left. None where too few remain."""

    def question() -> ir.Table:
        marked = _KINDS[turn.kind](log)
        here = marked.filter(marked["before"] == turn.before)
        waits = log.waits()
        slow = waits.filter(
            waits["activity"] == wait.before, waits["after"] == wait.after, waits["waited"] > wait.beyond_s
        )
        slow = slow.select(slow_one="process_id", is_slow=True).distinct()
        left = here.left_join(slow, here["process_id"] == slow["slow_one"])
        left = left.filter(left["is_slow"].isnull())
        return _tally(left)

    return next((one.change for one in _compare_ways(turn.kind, log.fetch(question)) if one.after == turn.after), None)


def read_turned_journeys(log: Log, *, kind: str, before: str, after: str, limit: int = 50) -> list[Mapping[str, Any]]:
    """The latest journeys that went a way, and what was said."""

    def question() -> ir.Table:
        gone = list_turned(log, kind=kind, before=before, after=after)
        wanted = gone.select("process_id", "interaction_id", "customer_id", "over_at", "good")
        return wanted.order_by(wanted["over_at"].desc(), wanted["process_id"]).limit(limit)

    return list(log.fetch(question))


def list_turned(log: Log, *, kind: str, before: str, after: str) -> ir.Table:
    """The journeys that went a way, each once, with whose they are."""
    marked = _KINDS[kind](log)
    return marked.filter(marked["before"] == before, marked["way"] == after)


def _mark_steps(log: Log) -> ir.Table:
    """(journey, before, way): what followed each step; the end is a way as well."""
    steps = log.steps()
    ways = steps.select(
        "process_id", *_KEPT, before="activity", way=steps["after"].fill_null(END),
        over_at=ibis.coalesce(steps["after_at"], steps["at"]),
    )  # fmt: skip
    return _with_answers(log, ways)


def _mark_handoffs(log: Log) -> ir.Table:
    """(journey, before, way): the team that had it, and the other team it went to (the end where it stayed)."""
    steps = log.steps()
    known = steps.filter(steps["team"].notnull())
    went = known["after_team"].notnull() & (known["after_team"] != known["team"])
    ways = known.select(
        "process_id", *_KEPT, before="team", way=went.ifelse(known["after_team"], END),
        over_at=ibis.coalesce(known["after_at"], known["at"]),
    )  # fmt: skip
    return _with_answers(log, ways)


def _mark_repeats(log: Log) -> ir.Table:
    """(journey, before, way): a step, and "again" where the journey had it more than once."""
    steps = log.steps()
    often = steps.group_by("process_id", before=steps["activity"]).aggregate(
        times=steps.count(),
        over_at=steps["at"].max(),
        **{name: steps[name].max() for name in _KEPT},
    )
    ways = often.mutate(way=(often["times"] > 1).ifelse("again", END)).drop("times")
    return _with_answers(log, ways)


def _with_answers(log: Log, ways: ir.Table) -> ir.Table:
    said = log.said()
    once = ways.group_by("process_id", "before", "way").aggregate(
        over_at=ways["over_at"].max(),
        **{name: ways[name].max() for name in _KEPT},
    )
    return once.left_join(said, [once["process_id"] == said["journey"], said["said_at"] >= once["over_at"]])


def _tally(marked: ir.Table) -> ir.Table:
    """Per step, place and way the journeys that went it, beside all that came to the step, each journey once."""
    where = {name: marked[name].fill_null("") for name in ("touchpoint", "channel")}
    ways = marked.group_by("before", "way", **where).aggregate(
        journeys=marked.count(), answers=marked["good"].count(), yes=marked["good"].sum().fill_null(0)
    )
    who = marked["process_id"]
    everyone = marked.group_by(step="before", at=where["touchpoint"], by=where["channel"]).aggregate(
        all_answers=who.nunique(where=marked["good"].notnull()), all_yes=who.nunique(where=marked["good"] == 1)
    )
    there = (
        ways["before"] == everyone["step"],
        ways["touchpoint"] == everyone["at"],
        ways["channel"] == everyone["by"],
    )
    return ways.inner_join(everyone, there)


def _count(mark: Callable[[Log], ir.Table], log: Log) -> ir.Table:
    return _tally(mark(log))


_KINDS: Final = {"step": _mark_steps, "handoff": _mark_handoffs, "again": _mark_repeats}


def _compare_ways(kind: str, rows: list[dict[str, Any]]) -> list[Turn]:
    """Each way after the journeys that came to the same step in the same place and did not go it."""
    ways: dict[tuple[str, str], dict[Place, tuple[Counts, Counts]]] = defaultdict(dict)
    journeys: Counter[tuple[str, str]] = Counter()
    for row in rows:
        key, here = (str(row["before"]), str(row["way"])), (float(row["yes"]), float(row["answers"]))
        rest = float(row["all_yes"]) - here[0], float(row["all_answers"]) - here[1]
        ways[key][row["touchpoint"], row["channel"]] = rest, here
        journeys[key] += int(row["journeys"])
    found = []
    for (before, after), sides in sorted(ways.items()):
        change = compare_within(sides)
        if change is not None and (kind == "step" or after != END):
            found.append(Turn(kind, before, after, change, journeys[before, after]))
    return found
