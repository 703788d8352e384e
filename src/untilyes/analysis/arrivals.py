"""When customers come, and where in the week they are let down: what capacity is planned from.

Everything is laid over one grid, the 168 hours of the week in the workspace's zone. The engine counts by quarter of an
hour, the calendar is applied to those few counts. Nobody who serves is named here or anywhere beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from untilyes.analysis.measures.counting import log_bin_of
from untilyes.analysis.measures.reading import FLOOR
from untilyes.lake import Lake
from untilyes.lake.instants import unix_seconds
from untilyes.stats.changes import compare_many_shares
from untilyes.stats.durations import estimate_log_mean
from untilyes.stats.results import Estimate, Verdict
from untilyes.stats.shares import estimate_share
from untilyes.stats.volumes import Forecast, forecast_volumes

Grid = npt.NDArray[np.float64]
"""(7, 24): Monday first, midnight first."""

QUARTER: Final = 900
WEEKS: Final = (13, 26, 52)
"""How many weeks may be looked at."""
AHEAD: Final = 4
FILTERS: Final = ("channel", "touchpoint", "team")
TROUBLES: Final = {"contacts": 1, "handoffs": 0, "reopens": 0}
"""Columns of interactions that count to and fro, and what they are when there was none."""
Where = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Laid:
    """One share over the grid: `k` of `n` an hour of the week. `is_worse` marks hours worse than all others together.

    All hours are corrected together, so that an hour stands out because it does, not because there are 168 of them.
    """

    k: Grid
    n: Grid
    is_worse: npt.NDArray[np.bool_]

    @property
    def total(self) -> Estimate:
        """Over the whole week."""
        return estimate_share(float(self.k.sum()), float(self.n.sum()))

    def cell(self, day: int, hour: int) -> Estimate:
        """One hour; without a value where fewer than `FLOOR` stand behind it."""
        k, n = float(self.k[day, hour]), float(self.n[day, hour])
        return estimate_share(k, n) if n >= FLOOR else Estimate(None, None, None, n, "wilson")


@dataclass(frozen=True, eq=False)
class Arrivals:
    """What came in, in whole weeks up to the day before `until`.

    `weekly` holds one count a week, the oldest first; `grid` all of them by hour of the week. `noes` and `misses` are
    the confirmations that were a no and the promises that were broken, by the hour the interaction or the promise
    began. `troubles` are the shares of interactions with more contacts, hand-offs or reopenings than none. `handling`
    is the mean time a recorded step of an interaction took, in seconds.
    """

    since: date
    until: date
    weekly: tuple[int, ...]
    grid: Grid
    noes: Laid
    misses: Laid
    troubles: Mapping[str, Estimate]
    handling: Estimate
    forecast: Forecast | None

    @property
    def n(self) -> int:
        return sum(self.weekly)

    @property
    def weeks(self) -> int:
        return len(self.weekly)

    @property
    def hourly(self) -> Grid:
        """How many come in an hour of the week, on average."""
        return self.grid / max(self.weeks, 1)

    def expect(self, *, ahead: int = 0, careful: bool = False) -> Grid:
        """How many to expect an hour in a week to come; `careful` takes the upper end of the forecast."""
        if self.forecast is None or not self.n:
            return self.hourly
        week = self.forecast.high if careful else self.forecast.value
        return np.asarray(self.grid * (float(week[ahead]) / float(self.grid.sum())))


def list_choices(lake: Lake, name: str) -> list[str]:
    """The channels, touchpoints or teams that interactions came by, the most frequent first."""

    def question() -> ir.Table:
        rows = lake.read("interactions")
        rows = rows.filter(rows[name].notnull())
        counted = rows.group_by(rows[name]).aggregate(n=rows.count())
        return counted.filter(counted["n"] >= FLOOR).order_by(counted["n"].desc(), counted[name])

    return [str(row[name]) for row in lake.fetch(question).to_pylist()]


def read_arrivals(lake: Lake, *, weeks: int = 26, where: Where | None = None, at: datetime) -> Arrivals | None:
    """What came in during the last whole `weeks` before `at`, or before the newest interaction where that is older.

    `where` filters by channel, touchpoint or team. None when nothing ever came in. Raises ValueError for other filters.
    """
    asked = dict(where or {})
    if set(asked) - set(FILTERS):
        raise ValueError(f"Arrivals can be narrowed to a {', '.join(FILTERS)}, not by {', '.join(sorted(asked))}.")
    zone = ZoneInfo(lake.zone)
    ends = _find_ends(lake, asked, at)
    if ends is None:
        return None
    first, last = (end.astimezone(zone).date() for end in ends)
    until = min(at.astimezone(zone).date(), last + timedelta(days=1))
    weeks = min(weeks, (until - first).days // 7)
    if weeks < 1:
        return None
    since = until - timedelta(weeks=weeks)
    span = tuple(datetime.combine(day, time(), zone) for day in (since, until))
    came = _count(lake, _came(lake, asked, span), span)
    said = _count(lake, _said(lake, asked, span), span)
    promised = _count(lake, _promised(lake, asked, span, at), span)
    weekly = np.bincount((came.days // 7).astype(np.int64), weights=came.n, minlength=weeks)
    return Arrivals(
        since=since,
        until=until,
        weekly=tuple(int(n) for n in weekly),
        grid=came.grid(came.n),
        noes=_lay(said.grid(said.bad), said.grid(said.n)),
        misses=_lay(promised.grid(promised.bad), promised.grid(promised.n)),
        troubles=_read_troubles(lake, asked, span),
        handling=_read_handling(lake, asked, span),
        forecast=forecast_volumes(weekly, ahead=AHEAD),
    )


@dataclass(frozen=True, eq=False)
class _Counted:
    """Counts by quarter of an hour, with the place of each in the local week."""

    days: npt.NDArray[np.int64]
    slots: npt.NDArray[np.int64]
    n: npt.NDArray[np.float64]
    bad: npt.NDArray[np.float64]

    def grid(self, counts: npt.NDArray[np.float64]) -> Grid:
        return np.bincount(self.slots, weights=counts, minlength=168).astype(np.float64).reshape(7, 24)


Span = tuple[datetime, ...]


def _count(lake: Lake, rows: ir.Table, span: Span) -> _Counted:
    """Rows of (began, bad) by quarter, then by local day since `span` begins and hour of the local week."""

    def question() -> ir.Table:
        quarter = (unix_seconds(rows["began"]) / QUARTER).floor().cast("int64")
        return rows.group_by(quarter=quarter).aggregate(n=rows.count(), bad=rows["bad"].cast("int64").sum())

    found = lake.fetch(question).to_pylist()
    zone, first = ZoneInfo(lake.zone), span[0].date()
    local = [datetime.fromtimestamp(row["quarter"] * QUARTER, UTC).astimezone(zone) for row in found]
    return _Counted(
        days=np.array([(one.date() - first).days for one in local], dtype=np.int64),
        slots=np.array([24 * one.weekday() + one.hour for one in local], dtype=np.int64),
        n=np.array([row["n"] for row in found], dtype=np.float64),
        bad=np.array([row["bad"] or 0 for row in found], dtype=np.float64),
    )


def _interactions(lake: Lake, where: Where) -> ir.Table:
    rows = lake.read("interactions")
    rows = rows.mutate(began=rows["opened_at"].coalesce(rows["at"]))
    for name, value in where.items():
        rows = rows.filter(rows[name] == value)
    return rows


def _within(rows: ir.Table, span: Span) -> ir.Table:
    return rows.filter(rows["began"] >= ibis.literal(span[0]), rows["began"] < ibis.literal(span[1]))


def _find_ends(lake: Lake, where: Where, at: datetime) -> tuple[datetime, datetime] | None:
    def question() -> ir.Table:
        rows = _interactions(lake, where)
        rows = rows.filter(rows["began"] < ibis.literal(at))
        return rows.aggregate(first=rows["began"].min(), last=rows["began"].max())

    (row,) = lake.fetch(question).to_pylist()
    return None if row["first"] is None else (row["first"], row["last"])


def _came(lake: Lake, where: Where, span: Span) -> ir.Table:
    return _within(_interactions(lake, where), span).mutate(bad=False)


def _said(lake: Lake, where: Where, span: Span) -> ir.Table:
    """Of each interaction its first confirmation, by when the interaction began."""
    answers = lake.read("answers")
    answers = answers.filter(answers["question"] == "effective", answers["value"].isin([0, 1]))
    turn = ibis.row_number().over(group_by=answers["interaction_id"], order_by=[answers["at"], answers["id"]])
    firsts = answers.select(about=answers["interaction_id"], bad=answers["value"] == 0, turn=turn)
    firsts = firsts.filter(firsts["turn"] == 0)
    rows = _within(_interactions(lake, where), span)
    return rows.join(firsts, rows["id"] == firsts["about"]).select("began", "bad")


def _promised(lake: Lake, where: Where, span: Span, at: datetime) -> ir.Table:
    """Promises that are kept or broken by `at`, by when they were given."""
    rows = lake.read("outcomes")
    for name, value in where.items():
        rows = rows.filter(rows[name] == value)
    due, kept, told = rows["due_at"], rows["kept_at"], rows["was_kept"]
    overdue = (due < ibis.literal(at)).ifelse(True, None)
    is_late = due.isnull().ifelse(~told, kept.isnull().ifelse(overdue, kept > due))
    rows = rows.select(began=rows["promised_at"].coalesce(rows["at"]), bad=is_late)
    return _within(rows.filter(rows["bad"].notnull()), span)


def _lay(k: Grid, n: Grid) -> Laid:
    """Each hour with enough behind it against all other hours together."""
    shown = n >= FLOOR
    is_worse = np.zeros(n.shape, dtype=bool)
    if shown.sum() > 1:
        here, total = (k[shown], n[shown]), (float(k.sum()), float(n.sum()))
        others = total[0] - here[0], total[1] - here[1]
        compared = compare_many_shares(others, here, better="lower", fewest=FLOOR)
        is_worse[shown] = [verdict == Verdict.WORSE.value for verdict in compared.verdicts]
    return Laid(k, n, is_worse)


def _read_troubles(lake: Lake, where: Where, span: Span) -> dict[str, Estimate]:
    def question() -> ir.Table:
        rows = _within(_interactions(lake, where), span)
        counts = {f"{name}_n": rows[name].count() for name in TROUBLES}
        more = {f"{name}_k": (rows[name] > usual).cast("int64").sum() for name, usual in TROUBLES.items()}
        return rows.aggregate(**counts, **more)

    (row,) = lake.fetch(question).to_pylist()
    found = {name: (int(row[f"{name}_k"] or 0), int(row[f"{name}_n"] or 0)) for name in TROUBLES}
    return {name: estimate_share(k, n) for name, (k, n) in found.items() if n >= FLOOR}


def _read_handling(lake: Lake, where: Where, span: Span) -> Estimate:
    """The mean length of recorded steps of these interactions, from a histogram."""

    def question() -> ir.Table:
        rows, events = _within(_interactions(lake, where), span), lake.read("events")
        steps = events.filter(events["duration_s"] > 0, events["interaction_id"].notnull())
        steps = steps.select(about=steps["interaction_id"], bin=log_bin_of(steps["duration_s"]))
        steps = steps.join(rows.select("id"), steps["about"] == rows["id"])
        return steps.group_by("bin").aggregate(n=steps.count())

    bins = {row["bin"]: row["n"] for row in lake.fetch(question).to_pylist()}
    return estimate_log_mean(bins if sum(bins.values()) >= FLOOR else {})
