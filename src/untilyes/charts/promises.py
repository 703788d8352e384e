"""Charts of a promise: what its margin is worth, and how the margins lie."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np

from untilyes.analysis.margins import MarginCurve
from untilyes.charts.readings import Spec, inline, plain
from untilyes.charts.theme import ACCENT, INK, INK_2, LINE, WORSE
from untilyes.stats.durations import bin_middle
from untilyes.stats.results import Estimate

DAY = 86_400.0
STEPS = (1 / 24, 0.25, 0.5, 1.0, 2.0, 7.0, 14.0, 30.0)
TIMES = ((timedelta(days=2), "days"), (timedelta(hours=1), "hours"), (timedelta(minutes=1), "minutes"))
BARS, TAIL = 40, 0.01


@dataclass(frozen=True)
class Step:
    """What a promise said from one moment on."""

    since: datetime
    limit: timedelta
    target: timedelta


def draw_curve(curve: MarginCurve, *, width: int) -> Spec:
    """The yes-share from early to late: whiskers, the promised moment, both levels, and where the plateau begins.

    Time runs to the right: what came early is left of the promised moment, what came late is right of it.
    """
    import altair as alt  # noqa: PLC0415 - most of a second, which most requests never need

    ends = [-point.at for point in curve.points]
    room = max(max(ends) - min(ends), 1.0) * 0.06
    span = [min(*ends, 0.0) - room, max(*ends, 0.0) + room]
    x = alt.X(
        "late:Q",
        title="days before the promised time  ←   → days after",
        scale=alt.Scale(domain=span, nice=False),
        axis=alt.Axis(grid=False, labelExpr="abs(datum.value)", tickCount=max(4, width // 90), domain=True),
    )
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", grid=True, gridColor=LINE, tickCount=5, domain=False, ticks=False),
    )
    base = alt.Chart().encode(x=x)
    rows = [_point(point) for point in curve.points]
    tooltip = [alt.Tooltip("when:N", title="Delivered"), alt.Tooltip("told:N", title=curve.words.short.capitalize())]
    reach = base.mark_rule(color=ACCENT, opacity=0.25, clip=True).encode(x=alt.X("from:Q"), x2="to:Q", y=y)
    whisker = base.mark_rule(color=ACCENT, strokeWidth=2, opacity=0.5).encode(y=alt.Y("low:Q"), y2="high:Q")
    dots = base.mark_point(filled=True, opacity=1, color=ACCENT, size=56).encode(y=y, tooltip=tooltip)
    height = 300 if width > 500 else 240
    layers = [*_bands(curve, span), reach, whisker, dots, *_levels(curve, span, height)]
    layered = alt.layer(*layers, data=inline(rows))
    return plain(layered.properties(width=width - 56, height=height))


def draw_margins(bins: Mapping[int, int], *, width: int) -> Spec:
    """How many were delivered how early or late: bars from zero, late ones in the colour of worse."""
    import altair as alt  # noqa: PLC0415 - as above

    step, counted = _share_out(bins)
    n = sum(bins.values())
    rows = [
        {
            "from": start * step,
            "to": (start + 1) * step,
            "share": count / n,
            "none": 0,
            "told": f"{count:,} of {n:,}",
            "late": start >= 0,
        }
        for start, count in sorted(counted.items())
    ]
    x = alt.X(
        "from:Q",
        title="days before the promised time  ←   → days after",
        scale=alt.Scale(nice=False),
        axis=alt.Axis(grid=False, labelExpr="abs(datum.value)", tickCount=max(4, width // 90)),
    )
    y = alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=4, domain=False, ticks=False, gridColor=LINE))
    colour = alt.condition("datum.late", alt.value(WORSE), alt.value(ACCENT))
    bars = (
        alt.Chart()
        .mark_rect(opacity=0.7, stroke="var(--paper)")
        .encode(x=x, x2="to:Q", y=y, y2="none:Q", color=colour, tooltip=[alt.Tooltip("told:N", title="Promises")])
    )
    promised = alt.Chart(inline([{"x": 0.0}])).mark_rule(color=INK).encode(x="x:Q")
    layered = alt.layer(bars, promised, data=inline(rows))
    return plain(layered.properties(width=width - 56, height=160))


def draw_targets(steps: Sequence[Step], *, until: datetime, width: int) -> Spec:
    """Promise and target over time, the oldest step first: each holds until the next; from zero, in one unit."""
    import altair as alt  # noqa: PLC0415 - as above

    name = next((name for least, name in TIMES if steps[-1].limit >= least), "minutes")
    unit = timedelta(**{name: 1})
    stretches = [*steps, Step(until, steps[-1].limit, steps[-1].target)]
    rows = [
        {"at": one.since.isoformat(), "value": span / unit, "line": line}
        for one in stretches
        for line, span in (("promise", one.limit), ("target", one.target))
    ]
    x = alt.X("at:T", title=None, axis=alt.Axis(grid=False, tickCount=max(3, width // 130), labelOverlap=True))
    y = alt.Y(
        "value:Q", title=name, scale=alt.Scale(zero=True), axis=alt.Axis(gridColor=LINE, tickCount=4, domain=False)
    )
    colour = alt.Color("line:N", legend=None, scale=alt.Scale(domain=["promise", "target"], range=[INK_2, ACCENT]))
    dash = alt.StrokeDash("line:N", legend=None, scale=alt.Scale(domain=["promise", "target"], range=[[5, 3], [1, 0]]))
    lines = (
        alt.Chart()
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(x=x, y=y, color=colour, strokeDash=dash, tooltip=["line:N", "value:Q", "at:T"])
    )
    ends = alt.Chart(inline(rows[-2:])).mark_text(align="right", dy=-7, fontWeight=600)
    words = ends.encode(x="at:T", y="value:Q", text="line:N", color=colour)
    return plain(alt.layer(lines, words, data=inline(rows)).properties(width=width - 56, height=140))


def _point(point: Any) -> dict[str, Any]:
    yes = point.yes
    when = sorted((-point.low, -point.high))
    return {
        "late": -point.at,
        "from": when[0],
        "to": when[1],
        "value": yes.value,
        "low": yes.low,
        "high": yes.high,
        "told": yes.sentence(),
        "when": f"{abs(point.at):.1f} days {'early' if point.at > 0 else 'late'}",
    }


def _bands(curve: MarginCurve, span: list[float]) -> list[Any]:
    """Where the plateau begins, with its interval; the promised moment."""
    import altair as alt  # noqa: PLC0415 - as above

    base = alt.Chart(inline([{"x": 0.0}]))
    promised = base.mark_rule(color=INK, strokeWidth=1.25).encode(x="x:Q")
    told = base.mark_text(align="left", dx=5, color=INK, fontWeight=600)
    marks = [promised, told.encode(x="x:Q", y=alt.value(8), text=alt.value("promised"))]
    begins = curve.plateau.begins
    if begins is None or begins.value is None:
        return marks
    low, high = (min(max(-end, span[0]), span[1]) for end in (begins.high or 0.0, begins.low or 0.0))
    place = [{"x": -begins.value, "from": low, "to": high}]
    band = alt.Chart(inline(place)).mark_rect(color=INK_2, opacity=0.1).encode(x="from:Q", x2="to:Q")
    rule = alt.Chart(inline(place)).mark_rule(color=INK_2, strokeDash=[4, 3]).encode(x="x:Q")
    word = alt.Chart(inline(place)).mark_text(align="right", dx=-5, color=INK_2)
    return [band, rule, *marks, word.encode(x="x:Q", y=alt.value(8), text=alt.value("plateau"))]


def _levels(curve: MarginCurve, span: list[float], height: int) -> list[Any]:
    """The share among kept and among broken promises: dotted levels, said at the foot of each side."""
    import altair as alt  # noqa: PLC0415 - as above

    sides: list[tuple[str, Estimate, float, float, Literal["left", "right"]]] = [
        ("kept", curve.kept, span[0], 0.0, "right"),
        ("broken", curve.broken, 0.0, span[1], "left"),
    ]
    drawn: list[Any] = []
    for name, share, start, end, align in sides:
        if share.value is None:
            continue
        row = {"from": start, "to": end, "promised": 0.0, "value": share.value, "label": f"{name}: {share.brief()}"}
        base = alt.Chart(inline([row]))
        drawn.append(base.mark_rule(color=INK_2, strokeDash=[2, 3]).encode(x="from:Q", x2="to:Q", y="value:Q"))
        word = base.mark_text(align=align, dx=-8 if align == "right" else 8, color=INK_2)
        drawn.append(word.encode(x="promised:Q", y=alt.value(height - 10), text="label:N"))
    return drawn


def _share_out(bins: Mapping[int, int]) -> tuple[float, dict[int, int]]:
    """Log-bins of margins in even steps of days late, the outermost hundredth on either side gathered at the ends."""
    values = -np.asarray(bin_middle(np.array(sorted(bins), dtype=np.int64))) / DAY
    counts = np.array([bins[key] for key in sorted(bins)], dtype=np.float64)
    order = np.argsort(values)
    values, counts = values[order], counts[order]
    reached = np.cumsum(counts) / counts.sum()
    low, high = (
        values[int(np.searchsorted(reached, TAIL))],
        values[min(int(np.searchsorted(reached, 1 - TAIL)), values.size - 1)],
    )
    step = next((step for step in STEPS if (high - low) / step <= BARS), (high - low) / BARS)
    places = np.floor(np.clip(values, low, high) / step).astype(np.int64)
    counted: dict[int, int] = defaultdict(int)
    for place, count in zip(places, counts, strict=True):
        counted[int(place)] += int(count)
    return float(step), dict(counted)
