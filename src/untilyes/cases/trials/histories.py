"""The histories a promise can be tried on, read from the database and the lake; never writes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from untilyes.cases.models import Case, CaseEntry, CaseMessage
from untilyes.cases.owed import Move
from untilyes.cases.replaying import History, LogRow, read_histories
from untilyes.cases.rules import Step
from untilyes.cases.trials.asking import KINDS, Source
from untilyes.promises.queries import list_promises
from untilyes.promises.rules import Measures

if TYPE_CHECKING:
    from untilyes.lake import Lake

MEANS: Final = {
    "answer": Step.WROTE,
    "wait": Step.WAITING,
    "word": Step.CUSTOMER_WROTE,
    "solution": Step.PROPOSED,
    # Whoever had it is done with it; for a promise about the customer's yes no log is taken.
    "over": Step.SAID_YES,
    "again": Step.SAID_NO,
}
"""What the steps that a recipe names are in the history of a case."""


@dataclass(frozen=True)
class Offered:
    """A history that is there to try a promise on, how many matters it has, and which kinds of promises it tells of."""

    source: Source
    key: str
    told: str
    matters: int

    @property
    def name(self) -> str:
        """How it is asked for: "cases", "log:servicenow", "given:delivery"."""
        return f"{self.source}:{self.key}" if self.key else self.source.value

    @property
    def kinds(self) -> tuple[Measures, ...]:
        return KINDS[self.source]


def list_offered(lake: "Lake", *, at: datetime) -> list[Offered]:
    """Every history there is: our own cases, the logs whose recipe names their steps, and the promises given."""
    from untilyes.analysis.histories import count_matters  # noqa: PLC0415 - the engine takes most of a second to load

    cases = Case.objects.count()
    own = [Offered(Source.CASES, "", "Our own cases", cases)] if cases else []
    there = count_matters(lake)
    logs = [Offered(Source.LOG, key, told, there[key]) for key, (told, _) in _list_logs().items() if key in there]
    given = [line for line in list_promises(at=at) if line.about == Measures.IMPORTED.value and line.kept.n]
    times = [Offered(Source.GIVEN, one.slug, f"Every time “{one.name}” was given", round(one.kept.n)) for one in given]
    return [*own, *logs, *times]


def read_case_histories() -> dict[str, History]:
    """The history of every case, by its number; the team of a case is the one that has it now."""
    moves: dict[int, list[Move]] = defaultdict(list)
    for case, at, step, detail in CaseEntry.objects.order_by("at", "pk").values_list("case", "at", "step", "detail"):
        moves[case].append((at, Step(step), detail.get("team")))
    heard: dict[int, list[datetime]] = defaultdict(list)
    words = CaseMessage.objects.filter(direction=CaseMessage.Direction.CUSTOMER)
    for case, at in words.values_list("case", "at"):
        heard[case].append(at)
    cases = Case.objects.order_by("opened_at", "pk").values_list("pk", "number", "team", "channel")
    return {
        str(number): History(_give_team(moves[key], team), tuple(heard[key]), team, channel)
        for key, number, team, channel in cases
        if moves[key]
    }


def read_log_histories(lake: "Lake", recipe: str) -> tuple[dict[str, History], datetime | None]:
    """The histories of a log by its recipe, and when the log ends; None where there is nothing of it."""
    from untilyes.analysis.histories import read_lines  # noqa: PLC0415 - as above

    _, steps = _list_logs()[recipe]
    lines = read_lines(lake, recipe)
    rows = (LogRow(one.matter, one.at, one.activity, one.team, one.opened_at, one.channel or "") for one in lines)
    return read_histories(rows, steps), lines[-1].at if lines else None


def read_given_histories(lake: "Lake", promise: str) -> dict[str, History]:
    """Each time a promise was given, as a matter that opens then and is over when it was delivered."""
    from untilyes.analysis.histories import read_given  # noqa: PLC0415 - as above

    histories: dict[str, History] = {}
    for one in read_given(lake, promise):
        moves: list[Move] = [(one.at, Step.OPENED, None)]
        if one.kept_at is not None:
            moves.append((max(one.kept_at, one.at), Step.SAID_YES, None))  # done before it was promised: at once
        elif one.is_void:
            moves.append((one.at, Step.ENDED, None))
        name = one.about if one.about not in histories else f"{one.about} ({len(histories)})"
        histories[name] = History(moves, team=one.team or "", channel=one.channel or "")
    return histories


def _give_team(moves: list[Move], team: str) -> list[Move]:
    """Where no line of a history says who has it, whoever has it now always had."""
    if any(given_to is not None for _, _, given_to in moves):
        return moves
    at, step, _ = moves[0]
    return [(at, step, team), *moves[1:]]


@cache
def _list_logs() -> Mapping[str, tuple[str, Mapping[str, tuple[Step, ...]]]]:
    """Of every shipped recipe that names steps: its title, and what its activities are in the history of a case."""
    from untilyes.sources.library import list_recipes  # noqa: PLC0415 - the engine takes most of a second to load

    return {
        recipe.name: (recipe.title, {what: tuple(MEANS[one] for one in steps) for what, steps in recipe.steps.items()})
        for recipe in list_recipes()
        if recipe.steps
    }
