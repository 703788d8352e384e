"""Charts of a reading: lines with a ribbon over time, dots with a whisker side by side, bars of the answers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from untilyes.charts.theme import ACCENT, INK_2, LINE
from untilyes.stats.results import Estimate

if TYPE_CHECKING:
    import altair as alt

Spec = dict[str, Any]
GAP, ROW, FEW_PERIODS = 44, 26, 4
NARROW, NARROW_LABELS, WIDE_LABELS, A_LETTER = 500, 148, 320, 7
SPANS = ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes"), (1.0, "seconds"))


@dataclass(frozen=True)
class Scale:
    """How values are drawn: divided by `unit`, named `title`, their axis written in d3's `format`."""

    unit: float = 1.0
    title: str = ""
    format: str = ""

    def value(self, number: float | None) -> float | None:
        """The number on this scale; what has no end is not drawn."""
        return number / self.unit if number is not None and math.isfinite(number) else None


@dataclass(frozen=True)
class Mark:
    """One estimate to draw: `at` is its day (ISO) or its row, `panel` the small chart it belongs to."""

    at: str
    estimate: Estimate
    panel: str = ""
    told: str = ""
    is_unfinished: bool = False


def choose_scale(estimates: Sequence[Estimate]) -> Scale:
    """The scale on which all of them read well."""
    known = [one for one in estimates if one.is_defined]
    unit = known[0].unit if known else "share"
    if unit == "share":
        return Scale(format="%")
    if unit == "points":
        return Scale(format="+d")
    if unit != "seconds":
        return Scale()
    longest = max(abs(one.value or 0.0) for one in known)
    size, name = next((span for span in SPANS if longest >= 1.5 * span[0]), SPANS[-1])
    return Scale(unit=size, title=name, format=",.3~r")


def draw_trend(marks: Sequence[Mark], *, width: int, grain: str) -> Spec:
    """A line with its ribbon over time; several panels share one scale. Hollow is what is not over yet."""
    import altair as alt  # noqa: PLC0415 - most of a second, which most requests never need

    scale = choose_scale([mark.estimate for mark in marks])
    panels = list(dict.fromkeys(mark.panel for mark in marks))
    columns = _columns(len(panels), width)
    inner = _inner(width, columns)
    x = alt.X(
        "at:T",
        title=None,
        scale=alt.Scale(type="utc"),
        axis=_time_axis([mark.at for mark in marks], grain, max(2, inner // 96)),
    )
    y = alt.Y("value:Q", title=scale.title or None, scale=alt.Scale(zero=False), axis=_axis(scale, 5))
    base = alt.Chart().encode(x=x)
    tooltip = [alt.Tooltip("period:N", title="When"), alt.Tooltip("told:N", title="Read")]
    ribbon = base.mark_area(color=ACCENT, opacity=0.16).encode(y=alt.Y("low:Q"), y2="high:Q")
    line = base.mark_line(color=ACCENT, strokeWidth=1.75).encode(y=y)
    dots = base.mark_point(filled=True, opacity=1, color=ACCENT, size=30).encode(y=y, tooltip=tooltip)
    shown = {
        name: alt.condition(f"datum.{name}", alt.value(1), alt.value(0)) for name in ("unfinished", "alone", "last")
    }
    hollow = base.mark_point(filled=True, color="var(--paper)", size=12).encode(y=y, opacity=shown["unfinished"])
    alone = base.mark_rule(color=ACCENT, strokeOpacity=0.45).encode(y="low:Q", y2="high:Q", opacity=shown["alone"])
    last = base.mark_text(align="left", dx=8, color=INK_2).encode(y=y, text="label:N", opacity=shown["last"])
    data = inline(_trend_rows(marks, scale))
    layered = alt.layer(ribbon, alone, line, dots, hollow, last)
    return _divided(layered, data, panels, columns, inner, height=260 if len(panels) == 1 else 128)


def draw_side_by_side(marks: Sequence[Mark], *, width: int, total: Estimate | None) -> Spec:
    """A dot with its whisker for each row, and a line where all of them together stand."""
    import altair as alt  # noqa: PLC0415 - as above

    scale = choose_scale([mark.estimate for mark in marks])
    panels = list(dict.fromkeys(mark.panel for mark in marks))
    columns = _columns(len(panels), width)
    order = list(dict.fromkeys(mark.at for mark in marks))
    room = _find_room(order, width)
    inner = _inner(width - room + GAP, columns)
    y = alt.Y(
        "row:N",
        title=None,
        sort=order,
        axis=alt.Axis(labelLimit=room, domain=False, ticks=False, labelColor="var(--ink)"),
    )
    x = alt.X(
        "value:Q", title=scale.title or None, scale=alt.Scale(zero=False, nice=True), axis=_axis(scale, 5, grid=True)
    )
    base = alt.Chart().encode(y=y)
    tooltip = [alt.Tooltip("row:N", title="Where"), alt.Tooltip("told:N", title="Read")]
    whisker = base.mark_rule(color=ACCENT, strokeWidth=2, opacity=0.45).encode(x=alt.X("low:Q"), x2="high:Q")
    dots = base.mark_point(filled=True, opacity=1, color=ACCENT, size=64).encode(x=x, tooltip=tooltip)
    label = base.mark_text(align="center", dy=-9, color=INK_2, fontSize=11).encode(x=x, text="label:N")
    layers = [whisker, dots, label]
    if total is not None and (middle := scale.value(total.value)) is not None:
        layers.insert(0, alt.Chart(inline([{"x": middle}])).mark_rule(color=INK_2, strokeDash=[2, 3]).encode(x="x:Q"))
    rows = [_row(mark, scale) | {"row": mark.at} for mark in marks if mark.estimate.is_defined]
    return _divided(alt.layer(*layers), inline(rows), panels, columns, inner, height=alt.Step(ROW + 6))


def draw_answers(bars: Sequence[Mark], *, width: int) -> Spec:
    """How the answers divide: a bar for each, from zero, with its whisker."""
    import altair as alt  # noqa: PLC0415 - as above

    order = [bar.at for bar in bars]
    y = alt.Y(
        "row:N",
        title=None,
        sort=order,
        axis=alt.Axis(labelLimit=150, domain=False, ticks=False, labelColor="var(--ink)"),
    )
    x = alt.X("value:Q", title=None, axis=_axis(Scale(format="%"), 5, grid=True), scale=alt.Scale(zero=True))
    base = alt.Chart().encode(y=y)
    tooltip = [alt.Tooltip("row:N", title="Answer"), alt.Tooltip("told:N", title="Read")]
    columns = base.mark_bar(color=ACCENT, opacity=0.5).encode(x=x, tooltip=tooltip)
    whisker = base.mark_rule(color=INK_2, strokeWidth=1.5).encode(x=alt.X("low:Q"), x2="high:Q")
    label = base.mark_text(align="left", dx=6, color=INK_2).encode(x="high:Q", text="label:N")
    data = inline([_row(bar, Scale()) | {"row": bar.at} for bar in bars])
    inner = width - 120
    return plain(alt.layer(columns, whisker, label, data=data).properties(width=inner, height=alt.Step(ROW)))


def _divided(layered: Any, data: Any, panels: Sequence[str], columns: int, inner: int, *, height: Any) -> Spec:
    """One chart, or a small one for each panel on the same scales."""
    import altair as alt  # noqa: PLC0415 - as above

    sized = layered.properties(width=inner, height=height)
    if len(panels) <= 1:
        return plain(sized.properties(data=data))
    facet = alt.Facet("panel:N", title=None, sort=list(panels))
    return plain(sized.facet(facet, columns=columns, data=data).properties(spacing={"row": 16, "column": GAP}))


def inline(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows that travel inside the specification."""
    import altair as alt  # noqa: PLC0415 - as above

    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]  # Altair leaves it untyped


def plain(chart: Any) -> Spec:
    """Vega-Lite without Altair's own theme: ours goes in its place. The tests validate it; here that costs 30 ms."""
    spec: Spec = chart.to_dict(validate=False)
    return {name: value for name, value in spec.items() if name not in {"config", "$schema"}}


def _axis(scale: Scale, ticks: int, *, grid: bool = True) -> "alt.Axis":
    import altair as alt  # noqa: PLC0415 - as above

    axis = alt.Axis(tickCount=ticks, grid=grid, domain=False, ticks=False, gridColor=LINE, titleAnchor="start")
    if scale.format:
        axis.format = scale.format
    return axis


def _time_axis(days: Sequence[str], grain: str, most: int) -> "alt.Axis":
    """Ticks at round dates; where there are only a few periods, at these, for no name may stand there twice."""
    import altair as alt  # noqa: PLC0415 - as above

    axis = alt.Axis(format="%b %Y" if grain == "month" else "%-d %b", tickCount=most, labelFlush=True)
    if len(once := sorted(set(days))) <= FEW_PERIODS:
        parts = [date.fromisoformat(day[:10]) for day in once]
        axis.values = [alt.DateTime(year=day.year, month=day.month, date=day.day, utc=True) for day in parts]
    return axis


def _trend_rows(marks: Sequence[Mark], scale: Scale) -> list[dict[str, Any]]:
    last = {mark.panel: mark.at for mark in marks if mark.estimate.is_defined}
    known = {(mark.panel, place) for place, mark in enumerate(marks) if mark.estimate.is_defined}
    return [
        _row(mark, scale)
        | {
            "at": mark.at,
            "period": mark.told,
            "unfinished": mark.is_unfinished,
            "last": last.get(mark.panel) == mark.at,
            # A band needs a neighbour; a point by itself shows its interval as a whisker.
            "alone": not {(mark.panel, place - 1), (mark.panel, place + 1)} & known,
        }
        for place, mark in enumerate(marks)
    ]


def _row(mark: Mark, scale: Scale) -> dict[str, Any]:
    shown = mark.estimate
    ends: Mapping[str, float | None] = {name: scale.value(getattr(shown, name)) for name in ("value", "low", "high")}
    return {**ends, "panel": mark.panel, "label": shown.brief(), "told": shown.sentence()}


def _find_room(labels: Sequence[str], width: int) -> int:
    """The pixels that the rows' names get: enough for the longest, but on a narrow screen no more than they had."""
    most = NARROW_LABELS if width < NARROW else WIDE_LABELS
    return min(max(NARROW_LABELS, max(map(len, labels), default=0) * A_LETTER), most)


def _columns(panels: int, width: int) -> int:
    return 1 if width < 500 or panels == 1 else 2 if panels in {2, 4} else 3


def _inner(width: int, columns: int) -> int:
    """The width of each of `columns` charts beside each other, without their axes."""
    return (width - 48 - (columns - 1) * GAP) // columns
