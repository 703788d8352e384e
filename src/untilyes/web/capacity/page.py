"""The capacity page: one grid of the week with what comes, who is needed and where customers are let down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from untilyes.analysis.arrivals import Arrivals, Grid, Laid
from untilyes.analysis.capacity import Plan, Wish, plan_week
from untilyes.charts.capacity import Week, draw_weeks
from untilyes.stats.results import Estimate
from untilyes.stats.seasons import DAYS
from untilyes.web.addresses import address_of_measure
from untilyes.web.components.chart import Chart
from untilyes.web.components.empty_state import EmptyState

LAYERS: Final = {
    "arrivals": "What comes in",
    "people": "People to roster",
    "noes": "Where they say no",
    "misses": "Where promises break",
}
TOLD_TROUBLES: Final = {
    "contacts": "had to get in touch more than once",
    "handoffs": "changed hands",
    "reopens": "were opened again",
}
SHADES: Final = 6
NOBODY_CAME: Final = EmptyState(
    "Not a whole week of interactions yet",
    "Capacity is planned from when customers get in touch. Bring in tickets, calls or chats, or wait until a week of "
    "them has been recorded.",
    "untilyes import servicenow folder/ --dry-run",
)


@dataclass(frozen=True)
class HeatCell:
    """One hour: what it says, how deep its shade is, and whether it stands out as worse than the rest of the week."""

    text: str
    shade: int
    is_worse: bool = False
    told: str = ""


@dataclass(frozen=True)
class HeatRow:
    """One hour of the day over the week."""

    hour: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class ForecastLine:
    """One week to come."""

    since: str
    expected: Estimate


@dataclass(frozen=True)
class CapacityPage:
    """Everything on the page."""

    arrivals: Arrivals
    plan: Plan
    layer: str
    title: str
    note: str
    rows: tuple[HeatRow, ...]
    weeks: Chart | None
    forecast: tuple[ForecastLine, ...]
    troubles: tuple[tuple[str, Estimate], ...]
    noes_rows: str
    misses_rows: str

    @property
    def layers(self) -> list[tuple[str, str]]:
        return list(LAYERS.items())

    @property
    def days(self) -> list[str]:
        return [day[:3] for day in DAYS]


def build_page(arrivals: Arrivals, wish: Wish, *, layer: str, where: Mapping[str, str], slug: str) -> CapacityPage:
    """The page for what was asked; an unknown layer shows what comes in. Raises ValueError for an impossible wish."""
    plan = plan_week(arrivals, wish)
    shown = layer if layer in LAYERS else "arrivals"
    title, note = _tell(arrivals, plan, shown)
    return CapacityPage(
        arrivals=arrivals,
        plan=plan,
        layer=shown,
        title=title,
        note=note,
        rows=_lay_out(arrivals, plan, shown),
        weeks=_draw(arrivals),
        forecast=tuple(_list_forecast(arrivals)),
        troubles=tuple((TOLD_TROUBLES[name], share) for name, share in arrivals.troubles.items()),
        noes_rows=_address(slug, "effectiveness", arrivals, where),
        misses_rows=_address(slug, "promise_kept", arrivals, where),
    )


def _address(slug: str, measure: str, arrivals: Arrivals, where: Mapping[str, str]) -> str:
    until = arrivals.until - timedelta(days=1)
    return address_of_measure(slug, measure, where=where, since=arrivals.since, until=until, page="measures:rows")


def _lay_out(arrivals: Arrivals, plan: Plan, layer: str) -> tuple[HeatRow, ...]:
    """The hours between the first and the last in which anything ever came."""
    used = np.flatnonzero(arrivals.grid.sum(axis=0))
    hours = range(int(used[0]), int(used[-1]) + 1) if used.size else range(0)
    cell = {
        "arrivals": _count_cells(arrivals.hourly),
        "people": _people_cells(plan),
        "noes": _share_cells(arrivals.noes, "say no"),
        "misses": _share_cells(arrivals.misses, "were broken"),
    }[layer]
    return tuple(HeatRow(f"{hour:02d}:00", tuple(cell[day, hour] for day in range(7))) for hour in hours)


Cells = dict[tuple[int, int], HeatCell]


def _count_cells(grid: Grid) -> Cells:
    top = float(grid.max()) or 1.0
    return {at: HeatCell(_number(float(n)), _shade(float(n) / top), told=f"{n:.1f} an hour") for at, n in _cells(grid)}


def _people_cells(plan: Plan) -> Cells:
    grid = plan.grid()
    top = float(grid.max()) or 1.0
    cells: Cells = {}
    for at, n in _cells(grid):
        planned = plan.hours.get(at)
        told = planned.needed.sentence() if planned else "next to nothing comes"
        cells[at] = HeatCell(f"{n:.0f}" if planned else "", _shade(float(n) / top), told=told)
    return cells


def _share_cells(laid: Laid, said: str) -> Cells:
    shares = {at: laid.cell(*at) for at, _ in _cells(laid.n)}
    top = max((share.value or 0.0 for share in shares.values()), default=0.0) or 1.0
    return {at: _share_cell(share, bool(laid.is_worse[at]), top, said) for at, share in shares.items()}


def _share_cell(share: Estimate, is_worse: bool, top: float, said: str) -> HeatCell:
    if share.value is None:
        return HeatCell("·" if share.n else "", 0, told="fewer than 5" if share.n else "nobody")
    return HeatCell(f"{100 * share.value:.0f} %", _shade(share.value / top), is_worse, f"{share} {said}")


def _cells(grid: Grid) -> list[tuple[tuple[int, int], float]]:
    return [((day, hour), float(grid[day, hour])) for day in range(7) for hour in range(24)]


def _shade(part: float) -> int:
    """0 for nothing, then 1 to 5."""
    return 0 if part <= 0 else min(SHADES - 1, 1 + int(part * (SHADES - 1)))


def _number(n: float) -> str:
    if n == 0:
        return ""
    return f"{n:.1f}" if n < 10 else f"{n:.0f}"


def _tell(arrivals: Arrivals, plan: Plan, layer: str) -> tuple[str, str]:
    """The layer's sentence and its small print."""
    if layer == "people":
        return (
            f"{plan.rostered:,} hours of people a week, {plan.rostered_carefully:,} to be ready for the upper end",
            "People to roster an hour, those away from the desk included. Each hour says what callers get.",
        )
    if layer in ("noes", "misses"):
        laid, what = (arrivals.noes, "said no") if layer == "noes" else (arrivals.misses, "broken promises")
        marked = int(laid.is_worse.sum())
        if not laid.total.is_defined:
            return f"Nothing recorded about {what} in these weeks", ""
        told = f"{marked} hour{'' if marked == 1 else 's'} of the week stand{'s' if marked == 1 else ''} out"
        return (
            f"{laid.total} {'said no' if layer == 'noes' else 'of promises were broken'}; "
            + (told if marked else "no hour of the week stands out"),
            "▼ marks hours that are worse than the rest of the week, all hours corrected together; an association, for "
            "other customers come at other hours. Hours with fewer than 5 are dots.",
        )
    day, hour = np.unravel_index(int(arrivals.grid.argmax()), (7, 24))
    return (
        f"Most come on {DAYS[int(day)]} at {int(hour):02d}:00, {float(arrivals.hourly[day, hour]):.1f} an hour",
        f"{arrivals.n:,} interactions in {arrivals.weeks} weeks, on average an hour.",
    )


def _draw(arrivals: Arrivals) -> Chart | None:
    if arrivals.weeks < 2:
        return None
    past = [
        Week(arrivals.since + timedelta(weeks=n), Estimate(float(count), None, None, 1, "counted", unit="score"))
        for n, count in enumerate(arrivals.weekly)
    ]
    forecast = arrivals.forecast
    ahead = forecast.value.size if forecast else 0
    coming = [
        Week(arrivals.until + timedelta(weeks=n), forecast.week(n), is_expected=True)
        for n in range(ahead)
        if forecast is not None
    ]
    title = f"{arrivals.n / arrivals.weeks:,.0f} came in a week"
    if forecast is not None:
        coming_week = forecast.week(0)
        title += f"; {coming_week.value:,.0f} are expected in the next, plausibly {coming_week.low:,.0f} to "
        title += f"{coming_week.high:,.0f}"
    note = _tell_coverage(arrivals)
    return Chart("weeks", title, lambda width: draw_weeks([*past, *coming], width=width), note)


def _tell_coverage(arrivals: Arrivals) -> str:
    if arrivals.forecast is None:
        return "A forecast needs ten weeks."
    told = f"Intervals hold {100 * arrivals.forecast.level:.0f} weeks in 100; {arrivals.forecast.method}."
    covered = arrivals.forecast.covered
    return f"{told} Of past weeks forecast the same way, {covered} lay within theirs." if covered.is_defined else told


def _list_forecast(arrivals: Arrivals) -> list[ForecastLine]:
    if arrivals.forecast is None:
        return []
    weeks = range(arrivals.forecast.value.size)
    starts = [arrivals.until + timedelta(weeks=n) for n in weeks]
    return [
        ForecastLine(f"{start.day} {start:%b %Y}", arrivals.forecast.week(n))
        for n, start in zip(weeks, starts, strict=True)
    ]
