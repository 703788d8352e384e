"""The chart of what comes in: week by week, and the weeks to come with their interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from untilyes.charts.readings import Spec, inline, plain
from untilyes.charts.theme import ACCENT, INK_2, LINE
from untilyes.stats.results import Estimate


@dataclass(frozen=True)
class Week:
    """How many came in the week from `since`, or are expected to; a count that was made has no interval."""

    since: date
    n: Estimate
    is_expected: bool = False


def draw_weeks(weeks: Sequence[Week], *, width: int) -> Spec:
    """Counts as a line from zero; the weeks to come as dots with their intervals."""
    import altair as alt  # noqa: PLC0415 - most of a second, which most requests never need

    rows = [
        {
            "at": week.since.isoformat(),
            "n": week.n.value,
            "low": week.n.low,
            "high": week.n.high,
            "told": week.n.sentence() if week.is_expected else f"{week.n.value:,.0f}",
        }
        for week in weeks
    ]
    past = inline([row for row, week in zip(rows, weeks, strict=True) if not week.is_expected])
    coming = inline([row for row, week in zip(rows, weeks, strict=True) if week.is_expected])
    x = alt.X("at:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format="%-d %b", tickCount=width // 96))
    y = alt.Y("n:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(gridColor=LINE, tickCount=4, domain=False))
    tooltip = [alt.Tooltip("at:T", title="Week from", format="%-d %b %Y"), alt.Tooltip("told:N", title="Came in")]
    line = alt.Chart(past).mark_line(color=ACCENT, strokeWidth=1.75, point={"size": 24, "filled": True})
    whisker = alt.Chart(coming).mark_rule(color=ACCENT, strokeWidth=2, opacity=0.45).encode(x=x, y="low:Q", y2="high:Q")
    dots = alt.Chart(coming).mark_point(filled=False, opacity=1, color=ACCENT, size=48)
    word = alt.Chart(inline(rows[-1:])).mark_text(align="right", dy=-12, color=INK_2).encode(
        x=x, y="high:Q", text=alt.value("expected")
    )  # fmt: skip
    layers = [whisker, line.encode(x=x, y=y, tooltip=tooltip), dots.encode(x=x, y=y, tooltip=tooltip)]
    layers += [word] if weeks and weeks[-1].is_expected else []
    return plain(alt.layer(*layers).properties(width=width - 56, height=180))
