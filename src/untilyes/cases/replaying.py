"""What a promise would have been kept at, on a history: any log of events, run through the clocks of real cases.

No Django. The log's words are read as steps of a case; from there on `owed` says what was owed and when we waited, and
the calendar counts, exactly as they do for a case that is worked on here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from untilyes.cases.owed import Move, list_owed, list_pauses, list_stays
from untilyes.cases.rules import Step
from untilyes.promises.pausing import NEVER_PAUSED, Pause, Paused, clip_pauses, close_pauses
from untilyes.promises.rules import EVERY_MINUTE, Calendar, Measures, Span
from untilyes.stats import Estimate, estimate_quantile, estimate_share, log_histogram


@dataclass(frozen=True)
class LogRow:
    """One row of a log: which matter, when, what happened, and who had it (None where it does not say)."""

    matter: str
    at: datetime
    activity: str
    team: str | None = None
    opened_at: datetime | None = None
    channel: str = ""


@dataclass(frozen=True)
class History:
    """One history: its moves, when the customer was heard besides, and where and with whom it was."""

    moves: Sequence[Move]
    heard: tuple[datetime, ...] = ()
    team: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Run:
    """One clock as it would have run. `counted` and `waited` are up to when it stopped, or to the end of the log."""

    matter: str
    team: str
    channel: str
    begins: datetime
    target_at: datetime
    due_at: datetime
    kept_at: datetime | None
    counted: timedelta
    waited: timedelta

    @property
    def was_kept(self) -> bool:
        return self.kept_at is not None and self.kept_at <= self.due_at

    @property
    def was_on_target(self) -> bool:
        return self.kept_at is not None and self.kept_at <= self.target_at


@dataclass(frozen=True)
class Trial:
    """A promise tried on a history. `running` ran out of log before the limit, `void` ended before it: none counts."""

    kept: Estimate
    counted: Estimate
    waited: Estimate
    void: int
    runs: tuple[Run, ...]
    running: tuple[Run, ...] = ()

    @property
    def open(self) -> int:
        """How many ran out of log before their limit."""
        return len(self.running)


def read_histories(rows: Iterable[LogRow], steps: Mapping[str, Sequence[Step]]) -> dict[str, History]:
    """The history of each matter in a log; `steps` says which steps an activity is, none for one it does not name.

    A matter begins with its first row, or when that row says it was opened, and is with the team of that row. A state
    that is left ends the wait it was.
    """
    matters: dict[str, History] = {}
    moves: dict[str, list[Move]] = {}
    holders: dict[str, str] = {}
    waits: set[str] = set()
    for row in sorted(rows, key=lambda one: one.at):
        if row.matter not in moves:
            holders[row.matter] = row.team or ""
            opened_at = min(row.opened_at or row.at, row.at)  # nothing can be done before it was opened
            moves[row.matter] = [(opened_at, Step.OPENED, holders[row.matter])]
            matters[row.matter] = History(moves[row.matter], team=holders[row.matter], channel=row.channel)
        own, taken = moves[row.matter], steps.get(row.activity, ())
        if row.team is not None and row.team != holders[row.matter]:
            holders[row.matter] = row.team
            own.append((row.at, Step.ASSIGNED, row.team))
        if row.matter in waits and Step.WAITING not in taken:
            waits.discard(row.matter)
            own.append((row.at, Step.WAIT_OVER, None))
        if Step.WAITING in taken:
            waits.add(row.matter)
        own += [(row.at, step, None) for step in taken]
    return matters


def try_promise(
    histories: Mapping[str, History],
    about: Measures,
    *,
    limit: timedelta,
    until: datetime,
    target: timedelta | None = None,
    calendar: Calendar = EVERY_MINUTE,
    team: str = "",
    progress: Callable[[float], None] | None = None,
) -> Trial:
    """Run a promise over histories that end at `until`: what was still open past its limit by then was broken.

    The target is the limit where none is named. With a `team`, what was with it only: its own turns for a promise about
    one team's part, else its matters.
    """
    terms = Terms(limit, target or limit, calendar, until)
    runs: list[Run] = []
    running: list[Run] = []
    void = 0
    for number, (name, matter) in enumerate(histories.items()):
        if progress and number % AT_ONCE == 0:
            progress(number / len(histories))
        pauses = () if about in NEVER_PAUSED else _list_pauses(matter)
        for span in list_spans(matter.moves, about):
            if team and team != (span.team or matter.team):
                continue
            run = _run(name, matter, span, pauses, terms)
            if span.void_at is not None and span.void_at <= run.due_at:
                void += 1
            elif span.kept_at is None and run.due_at >= until:
                running.append(run)
            else:
                runs.append(run)
    return _sum_up(runs, running, void)


AT_ONCE = 500


def _list_pauses(matter: History) -> list[Pause]:
    return list_pauses([(at, step) for at, step, _ in matter.moves], heard=matter.heard)


def list_spans(moves: Sequence[Move], about: Measures) -> list[Span]:
    """When this kind of promise runs in one history."""
    if about is Measures.OWNERSHIP:
        return list_stays(moves, team="")
    if about is Measures.TIME_TO_YES:
        return [_find_yes(moves)]
    return list_owed((at, step) for at, step, _ in moves)[about]


def _find_yes(moves: Sequence[Move]) -> Span:
    """From the opening to the last yes that nothing followed; an end without one is no yes."""
    over = next((move for move in reversed(moves) if move[1] in _DECIDES), None)
    kept_at = over[0] if over and over[1] is Step.SAID_YES else None
    return Span(moves[0][0], kept_at=kept_at, void_at=over[0] if over and over[1] is Step.ENDED else None)


_DECIDES = {Step.SAID_YES, Step.SAID_NO, Step.JOINED, Step.ENDED}


@dataclass(frozen=True)
class Terms:
    """What is tried, and when the history ends."""

    limit: timedelta
    target: timedelta
    calendar: Calendar
    until: datetime


def _run(name: str, matter: History, span: Span, pauses: Sequence[Pause], terms: Terms) -> Run:
    stops = span.kept_at or span.void_at or terms.until
    own = close_pauses(clip_pauses(pauses, start=span.begins, end=stops), at=stops)
    counts = Paused(terms.calendar, own) if own else terms.calendar
    due_at = counts.add(span.begins, terms.limit)
    return Run(
        matter=name,
        team=span.team or matter.team,
        channel=matter.channel,
        begins=span.begins,
        target_at=due_at if terms.target == terms.limit else counts.add(span.begins, terms.target),
        due_at=due_at,
        kept_at=span.kept_at,
        counted=counts.elapsed(span.begins, stops),
        waited=stops - span.begins,
    )


def _sum_up(runs: Sequence[Run], running: Sequence[Run], void: int) -> Trial:
    kept = [run for run in runs if run.kept_at is not None]
    return Trial(
        kept=estimate_share(sum(run.was_kept for run in runs), len(runs)),
        counted=_median(run.counted for run in kept),
        waited=_median(run.waited for run in kept),
        void=void,
        runs=tuple(runs),
        running=tuple(running),
    )


def _median(lengths: Iterable[timedelta]) -> Estimate:
    seconds = [length.total_seconds() for length in lengths]
    return estimate_quantile(log_histogram(seconds) if seconds else {})
