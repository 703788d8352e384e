"""What a trial comes to: the share kept in each month and place, how long it takes, and who would have been missed.

No Django. Shares of fewer than `FLOOR` promises are not shown.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from untilyes.cases.replaying import Run, Trial
from untilyes.stats import Estimate, estimate_quantile, estimate_share, estimate_survival, log_histogram

FLOOR: Final = 5
LISTED: Final = 1_000
MOST_SIDES: Final = 12
SHARES: Final = (0.5, 0.8, 0.9, 0.95)


@dataclass(frozen=True)
class TriedMonth:
    """The promises that would have been given in one month. `undecided` ran out of history before their limit."""

    month: date
    kept: Estimate
    undecided: int


@dataclass(frozen=True)
class TriedSide:
    """The promises that would have been given by one team, or through one channel."""

    name: str
    kept: Estimate


@dataclass(frozen=True)
class Within:
    """The counted time within which a share of all would have been done; what was still open counts as open."""

    share: float
    took: Estimate


@dataclass(frozen=True)
class Missed:
    """One promise that would have been missed; `kept_at` is None for what was never done. `over` is counted time."""

    matter: str
    team: str
    channel: str
    begins: datetime
    due_at: datetime
    kept_at: datetime | None
    over: timedelta


@dataclass(frozen=True)
class Tried:
    """A promise tried on a history that ends at `until`.

    `kept` and `on_target` are of all that were settled by then. `margins` are bins of due minus done, in seconds;
    `missed` are the latest first, as many as are listed, of `misses` in all. `hidden` teams and channels are too small.
    """

    matters: int
    since: date | None
    until: datetime
    kept: Estimate
    on_target: Estimate
    undecided: int
    void: int
    within: tuple[Within, ...]
    months: tuple[TriedMonth, ...]
    teams: tuple[TriedSide, ...]
    channels: tuple[TriedSide, ...]
    hidden: int
    margins: dict[int, int]
    margin: Estimate
    misses: int
    missed: tuple[Missed, ...]


def sum_up_trial(trial: Trial, *, limit: timedelta, until: datetime, zone: ZoneInfo) -> Tried:
    """Everything a person decides by, from the runs of a trial; months are of the days in `zone`."""
    runs = trial.runs
    missed = sorted((run for run in runs if not run.was_kept), key=lambda run: (run.begins, run.matter), reverse=True)
    teams, few_teams = _lay_side_by_side(runs, lambda run: run.team)
    channels, few_channels = _lay_side_by_side(runs, lambda run: run.channel)
    early = [(run.due_at - run.kept_at).total_seconds() for run in runs if run.kept_at is not None]
    margins = log_histogram(early) if early else {}
    return Tried(
        matters=len({run.matter for run in (*runs, *trial.running)}),
        since=min((run.begins.astimezone(zone).date() for run in runs), default=None),
        until=until,
        kept=_share(runs, lambda run: run.was_kept),
        on_target=_share(runs, lambda run: run.was_on_target),
        undecided=trial.open,
        void=trial.void,
        within=_list_within(trial),
        months=_list_months(trial, zone),
        teams=teams,
        channels=channels,
        hidden=few_teams + few_channels,
        margins=margins if len(early) >= FLOOR else {},
        margin=estimate_quantile(margins if len(early) >= FLOOR else {}),
        misses=len(missed),
        missed=tuple(_miss(run, limit) for run in missed[:LISTED]),
    )


def _share(runs: Sequence[Run], judge: Callable[[Run], bool]) -> Estimate:
    n = len(runs)
    return estimate_share(sum(judge(run) for run in runs), n) if n >= FLOOR else Estimate(None, None, None, n, "wilson")


def _list_within(trial: Trial) -> tuple[Within, ...]:
    """Kaplan-Meier over the counted time, so that what is still open makes nothing look quicker than it was."""
    runs = (*trial.runs, *trial.running)
    if len(runs) < FLOOR:
        return ()
    done = [1.0 if run.kept_at is not None else 0.0 for run in runs]
    survival = estimate_survival([run.counted.total_seconds() for run in runs], done)
    return tuple(Within(share, survival.quantile(share)) for share in SHARES)


def _list_months(trial: Trial, zone: ZoneInfo) -> tuple[TriedMonth, ...]:
    """The newest first."""
    given, open_still = _by_month(trial.runs, zone), _by_month(trial.running, zone)
    months = sorted({*given, *open_still}, reverse=True)
    return tuple(TriedMonth(one, _share(given[one], lambda run: run.was_kept), len(open_still[one])) for one in months)


def _by_month(runs: Iterable[Run], zone: ZoneInfo) -> dict[date, list[Run]]:
    months: dict[date, list[Run]] = defaultdict(list)
    for run in runs:
        months[run.begins.astimezone(zone).date().replace(day=1)].append(run)
    return months


def _lay_side_by_side(runs: Iterable[Run], name: Callable[[Run], str]) -> tuple[tuple[TriedSide, ...], int]:
    """The largest first, and how many are too small to show; nothing where there is one only."""
    sides: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        sides[name(run)].append(run)
    large = sorted(((one, its) for one, its in sides.items() if len(its) >= FLOOR), key=lambda pair: -len(pair[1]))
    if len(sides) < 2:
        return (), 0
    shown = [TriedSide(one, _share(its, lambda run: run.was_kept)) for one, its in large[:MOST_SIDES]]
    return tuple(shown), len(sides) - len(shown)


def _miss(run: Run, limit: timedelta) -> Missed:
    return Missed(run.matter, run.team, run.channel, run.begins, run.due_at, run.kept_at, run.counted - limit)
