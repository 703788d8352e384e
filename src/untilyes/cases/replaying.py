"""What a promise would have been kept at, on a history: any log of events, run through the clocks of real cases.

No Django. The log's words are read as steps of a case; from there on `owed` says what was owed and when we waited, and
the calendar counts, exactly as they do for a case that is worked on here.
"""

from collections.abc import Iterable, Mapping, Sequence
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


@dataclass(frozen=True)
class Run:
    """One clock as it would have run. `counted` and `waited` are up to when it stopped, or to the end of the log."""

    matter: str
    team: str | None
    begins: datetime
    due_at: datetime
    kept_at: datetime | None
    counted: timedelta
    waited: timedelta

    @property
    def was_kept(self) -> bool:
        return self.kept_at is not None and self.kept_at <= self.due_at


@dataclass(frozen=True)
class Trial:
    """A promise tried on a history. `open` ran out of log before the limit, `void` ended before it; neither counts."""

    kept: Estimate
    counted: Estimate
    waited: Estimate
    open: int
    void: int
    runs: tuple[Run, ...]


def read_histories(rows: Iterable[LogRow], steps: Mapping[str, Sequence[Step]]) -> dict[str, list[Move]]:
    """The history of each matter in a log; `steps` says which steps an activity is, none for one it does not name.

    A matter begins with its first row, or when that row says it was opened. A state that is left ends the wait it was.
    """
    histories: dict[str, list[Move]] = {}
    holders: dict[str, str] = {}
    waits: set[str] = set()
    for row in sorted(rows, key=lambda one: one.at):
        if row.matter not in histories:
            holders[row.matter] = row.team or ""
            histories[row.matter] = [(row.opened_at or row.at, Step.OPENED, holders[row.matter])]
        moves, taken = histories[row.matter], steps.get(row.activity, ())
        if row.team is not None and row.team != holders[row.matter]:
            holders[row.matter] = row.team
            moves.append((row.at, Step.ASSIGNED, row.team))
        if row.matter in waits and Step.WAITING not in taken:
            waits.discard(row.matter)
            moves.append((row.at, Step.WAIT_OVER, None))
        if Step.WAITING in taken:
            waits.add(row.matter)
        moves += [(row.at, step, None) for step in taken]
    return histories


def try_promise(
    histories: Mapping[str, Sequence[Move]],
    about: Measures,
    *,
    limit: timedelta,
    until: datetime,
    calendar: Calendar = EVERY_MINUTE,
) -> Trial:
    """Run a promise over histories that end at `until`: what was still open past its limit by then was broken."""
    runs: list[Run] = []
    still_open = void = 0
    for matter, moves in histories.items():
        pauses = () if about in NEVER_PAUSED else list_pauses([(at, step) for at, step, _ in moves])
        for span in list_spans(moves, about):
            run = _run(matter, span, pauses, limit=limit, until=until, calendar=calendar)
            if span.void_at is not None and span.void_at <= run.due_at:
                void += 1
            elif span.kept_at is None and run.due_at >= until:
                still_open += 1
            else:
                runs.append(run)
    return _sum_up(runs, still_open, void)


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


def _run(
    matter: str, span: Span, pauses: Sequence[Pause], *, limit: timedelta, until: datetime, calendar: Calendar
) -> Run:
    stops = span.kept_at or span.void_at or until
    own = close_pauses(clip_pauses(pauses, start=span.begins, end=stops), at=stops)
    counts = Paused(calendar, own) if own else calendar
    return Run(
        matter=matter,
        team=span.team,
        begins=span.begins,
        due_at=counts.add(span.begins, limit),
        kept_at=span.kept_at,
        counted=counts.elapsed(span.begins, stops),
        waited=stops - span.begins,
    )


def _sum_up(runs: Sequence[Run], still_open: int, void: int) -> Trial:
    kept = [run for run in runs if run.kept_at is not None]
    return Trial(
        kept=estimate_share(sum(run.was_kept for run in runs), len(runs)),
        counted=_median(run.counted for run in kept),
        waited=_median(run.waited for run in kept),
        open=still_open,
        void=void,
        runs=tuple(runs),
    )


def _median(lengths: Iterable[timedelta]) -> Estimate:
    seconds = [length.total_seconds() for length in lengths]
    return estimate_quantile(log_histogram(seconds) if seconds else {})
