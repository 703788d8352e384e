"""The event log of a year with what the customers of its journeys said."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from untilyes.analysis.journeys import NOT_STEPS
from untilyes.lake import Lake
from untilyes.lake.instants import seconds_between
from untilyes.stats.changes import compare_shares
from untilyes.stats.comparisons import compare_stratified_shares
from untilyes.stats.results import Change

DAYS: Final = 365
FEWEST: Final = 30
"""A side with fewer answers has nothing to say about a step."""
QUESTIONS: Final = ("effective", "csat")
"""A journey is judged by both questions where enough customers were asked them, else by how satisfied they were."""
FEWEST_ANSWERS: Final = 200

Counts = tuple[float, float]
"""(yes, answers)."""
Place = tuple[str, str]
"""(touchpoint, channel), empty where unknown."""


@dataclass(frozen=True)
class Judged:
    """By which question journeys are judged: the answers on one scale, and from which value on they are a yes."""

    question: str
    scale: tuple[float, float]
    yes_from: float

    @property
    def told(self) -> str:
        return "said yes" if self.question == "effective" else "were satisfied"


@dataclass(frozen=True)
class Log:
    """The steps of a lake's journeys in the year before `until`, joined to what their customers said.

    While it is `laid_out`, both stay on the engine as tables of their own: ordering the steps is the dear part.
    """

    lake: Lake
    until: date
    judged: Judged
    days: int = DAYS
    laid: tuple[ir.Table, ir.Table] | None = None

    @contextmanager
    def laid_out(self) -> Iterator["Log"]:
        """The same log, to be asked more than once."""
        with self.lake.hold(self.steps) as steps, self.lake.hold(self.said) as said:
            yield replace(self, laid=(steps, said))

    def fetch(self, question: Callable[[], ir.Table]) -> list[dict[str, Any]]:
        """The rows of a question about the steps."""
        rows: list[dict[str, Any]] = self.lake.fetch(question).to_pylist()
        return rows

    def steps(self) -> ir.Table:
        """One row per event: what came next, when, and who had it before and after."""
        if self.laid is not None:
            return self.laid[0]
        events = self.lake.read_with_day("events")
        since = self.until - timedelta(days=self.days)
        events = events.filter(
            events["process_id"].notnull(),
            events["activity"].notin(NOT_STEPS),
            events["day"] >= since,
            events["day"] < self.until,
        )
        window = ibis.window(group_by=events["process_id"], order_by=[events["at"], events["id"]])
        return events.select(
            "process_id",
            "interaction_id",
            "customer_id",
            "activity",
            "touchpoint",
            "channel",
            "team",
            "at",
            after=events["activity"].lead().over(window),
            after_team=events["team"].lead().over(window),
            after_at=events["at"].lead().over(window),
        )

    def said(self) -> ir.Table:
        """Per journey: whether its worst answer was a yes, when the last was given, and a promise broken in it."""
        if self.laid is not None:
            return self.laid[1]
        events, answers, judged = self.lake.read("events"), self.lake.read("answers"), self.judged
        of = events.filter(events["process_id"].notnull(), events["interaction_id"].notnull())
        of = of.select(journey="process_id", part="interaction_id").distinct()
        given = answers.filter(answers["question"] == judged.question, answers["value"].notnull())
        if judged.question != "effective":
            low, high = judged.scale
            given = given.filter(given["scale_min"] == low, given["scale_max"] == high)
        told = given.select(
            about="interaction_id", good=(given["value"] >= judged.yes_from).cast("int64"), said_at="at"
        )
        outcomes = self.lake.read("outcomes")
        broken = outcomes.filter(outcomes["kept_at"] > outcomes["due_at"])
        broken = broken.group_by(of_part="interaction_id").aggregate(broken=broken["promise"].min())
        joined = of.inner_join(told, of["part"] == told["about"])
        joined = joined.left_join(broken, joined["part"] == broken["of_part"])
        return joined.group_by("journey").aggregate(
            good=joined["good"].min(), said_at=joined["said_at"].max(), broken=joined["broken"].min()
        )

    def waits(self) -> ir.Table:
        """One row per journey and pair of steps: its longest wait there, and what was said once it was over."""
        steps, said = self.steps(), self.said()
        followed = steps.filter(steps["after"].notnull())
        per_journey = followed.group_by("process_id", "activity", "after").aggregate(
            waited=seconds_between(followed["at"], followed["after_at"]).max(),
            over_at=followed["after_at"].max(),
            customer_id=followed["customer_id"].max(),
            interaction_id=followed["interaction_id"].max(),
            touchpoint=followed["touchpoint"].max(),
            channel=followed["channel"].max(),
        )
        heard = [per_journey["process_id"] == said["journey"], said["said_at"] >= per_journey["over_at"]]
        return per_journey.left_join(said, heard)


def compare_within(sides: Mapping[Place, tuple[Counts, Counts]]) -> Change | None:
    """Journeys of the second side after those of the first, each (yes, answers), within the same place.

    By e-mail everything takes longer and fewer say yes: across channels a wait would be blamed for that. Within each
    touchpoint and channel (Mantel-Haenszel) it is not. None where a side has fewer than `FEWEST` answers to compare.
    """
    both = [counts for _, counts in sorted(sides.items()) if counts[0][1] and counts[1][1]]
    if min(sum(counts[side][1] for counts in both) for side in (0, 1)) < FEWEST:
        return None
    if len(both) == 1:
        return compare_shares(*both[0])
    first, second = (tuple(zip(*(counts[side] for counts in both), strict=True)) for side in (0, 1))
    return compare_stratified_shares((first[0], first[1]), (second[0], second[1]))


def open_log(lake: Lake, *, until: date) -> Log | None:
    """The year's journeys with the question that judges them; None where too few customers of journeys answered."""
    judged = _find_judge(lake, until)
    return Log(lake, until, judged) if judged else None


def _find_judge(lake: Lake, until: date) -> Judged | None:
    """The first of `QUESTIONS` that enough customers of journeys answered, on the scale most of them used."""

    def question() -> ir.Table:
        answers, events = lake.read_with_day("answers"), lake.read("events")
        told = answers.filter(
            answers["question"].isin(list(QUESTIONS)),
            answers["value"].notnull(),
            answers["day"] >= until - timedelta(days=DAYS),
            answers["day"] < until,
        )
        known = events.filter(events["process_id"].notnull()).select(part="interaction_id").distinct()
        joined = told.semi_join(known, told["interaction_id"] == known["part"])
        return joined.group_by("question", "scale_min", "scale_max").aggregate(n=joined.count())

    rows = [row for row in lake.fetch(question).to_pylist() if row["n"] >= FEWEST_ANSWERS]
    if any(row["question"] == "effective" for row in rows):
        return Judged("effective", (0.0, 1.0), 1.0)
    for name in QUESTIONS:
        scales = [row for row in rows if row["question"] == name and row["scale_max"] is not None]
        if scales:
            widest = max(scales, key=lambda row: (row["n"], -row["scale_max"]))
            low, high = float(widest["scale_min"]), float(widest["scale_max"])
            return Judged(name, (low, high), high if high - low <= 1 else high - 1)
    return None
