"""Draw the pictures of docs/explanation/statistics.md. Run by hand: `python docs/images/statistics/draw.py`.

Every curve is computed by the library or exactly; simulations have a seed.
"""

from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from scipy import stats as scipy_stats

from untilyes import stats
from untilyes.stats.watched import mixture_ends

HERE = Path(__file__).parent
GOOD, BAD, QUIET = "#0f766e", "#b45309", "#6b7280"
DECADES = alt.Axis(values=[10, 100, 1000, 10_000, 100_000], format=",")
SIZE = {"width": 520, "height": 260}


def save(chart: Any, name: str) -> None:
    """Write one picture with the house's fonts and a white ground."""
    styled = chart.configure(background="white", font="sans-serif", padding=12)
    styled = styled.configure_axis(grid=False, labelFontSize=12, titleFontSize=12, titleFontWeight="normal")
    styled.configure_view(stroke=None).configure_title(fontSize=14, anchor="start", offset=14).save(HERE / name)


def real_change() -> Any:
    """What a month of n answers can show of an NPS, and where 900 stands."""
    n = np.geomspace(50, 100_000, 120)
    kinds = {
        "observed change that is real": [stats.margin_of_change(x, x, variance=6416) for x in n],
        "true change seen four times in five": [stats.smallest_real_change(x, variance=6416) for x in n],
    }
    rows = pd.concat(pd.DataFrame({"n": n, "points": points, "line": line}) for line, points in kinds.items())
    log = {"type": "log"}
    lines = (
        alt.Chart(rows)
        .mark_line(strokeWidth=2.5)
        .encode(
            alt.X("n:Q", scale=alt.Scale(**log), title="answers a month (log scale)", axis=DECADES),
            alt.Y(
                "points:Q",
                scale=alt.Scale(**log),
                title="NPS points (log scale)",
                axis=alt.Axis(values=[0.3, 1, 3, 10, 30]),
            ),
            alt.Color("line:N", scale=alt.Scale(range=[GOOD, BAD]), legend=alt.Legend(title=None, orient="top")),
        )
    )
    here = pd.DataFrame({"n": [900.0], "points": [1.0], "text": ["27 → 28 on 900 answers"]})
    point = alt.Chart(here).mark_point(size=120, filled=True, color="black").encode(x="n:Q", y="points:Q")
    text = alt.Chart(here).mark_text(align="left", dx=12, fontSize=13).encode(x="n:Q", y="points:Q", text="text:N")
    return (lines + point + text).properties(title="One point is far below what 900 answers can show", **SIZE)


def wilson_and_wald() -> Any:
    """Exact coverage of two 95 % intervals for a share, 30 answers."""
    n, shares = 30, np.linspace(0.002, 0.998, 499)
    k = np.arange(n + 1)
    half = 1.96 * np.sqrt(k / n * (1 - k / n) / n)
    ends = {"Wald (the textbook formula)": (k / n - half, k / n + half), "Wilson": stats.wilson(k, n)}
    parts = [
        pd.DataFrame(
            {
                "share": 100 * shares,
                "coverage": [100 * scipy_stats.binom.pmf(k[(low <= p) & (p <= high)], n, p).sum() for p in shares],
                "interval": name,
            }
        )
        for name, (low, high) in ends.items()
    ]
    lines = (
        alt.Chart(pd.concat(parts))
        .mark_line(strokeWidth=1.5)
        .encode(
            alt.X("share:Q", title="true share, %"),
            alt.Y(
                "coverage:Q", title="how often the interval is right, %", scale=alt.Scale(domain=[50, 100], clamp=True)
            ),
            alt.Color("interval:N", scale=alt.Scale(range=[BAD, GOOD]), legend=alt.Legend(title=None, orient="top")),
        )
    )
    rule = alt.Chart(pd.DataFrame({"y": [95]})).mark_rule(strokeDash=[4, 4], color=QUIET).encode(y="y:Q")
    return (lines + rule).properties(title="Promised: 95 %. Kept, with 30 answers:", **SIZE)


def watching() -> Any:
    """How often somebody who looks again and again is fooled, with nothing going on."""
    rng = np.random.default_rng(7)
    looks = np.unique(np.geomspace(10, 10_000, 60).astype(int))
    totals = np.cumsum(rng.uniform(size=(2000, looks[-1])) < 0.8, axis=1)[:, looks - 1].astype(float)
    ends = {
        "Wilson, looked at again and again": stats.wilson(totals, looks),
        "confidence sequence": mixture_ends(totals, np.broadcast_to(looks.astype(float), totals.shape)),
    }
    rows = pd.concat(
        pd.DataFrame(
            {
                "n": looks,
                "fooled": 100 * np.maximum.accumulate((low > 0.8) | (high < 0.8), axis=1).mean(axis=0),
                "with": name,
            }
        )
        for name, (low, high) in ends.items()
    )
    lines = (
        alt.Chart(rows)
        .mark_line(strokeWidth=2.5)
        .encode(
            alt.X("n:Q", scale=alt.Scale(type="log"), title="answers so far (log scale)", axis=DECADES),
            alt.Y("fooled:Q", title="fooled at least once, %"),
            alt.Color("with:N", scale=alt.Scale(range=[BAD, GOOD]), legend=alt.Legend(title=None, orient="top")),
        )
    )
    rule = alt.Chart(pd.DataFrame({"y": [5]})).mark_rule(strokeDash=[4, 4], color=QUIET).encode(y="y:Q")
    return (lines + rule).properties(title="Looking often enough finds a change where none is", **SIZE)


def knee() -> Any:
    """A table, a monotone band and a found turning place on made answers with the knee at 25 minutes."""
    rng = np.random.default_rng(3)
    minutes = np.round(rng.gamma(2, 15, 6000))
    yes = rng.uniform(size=6000) < 1 / (1 + np.exp(-(2 - 0.06 * np.maximum(minutes - 25, 0))))
    inside = minutes <= 90
    minutes, yes = minutes[inside], yes[inside]
    curve = pd.DataFrame(stats.monotone_curve(minutes, yes).to_dict())
    table = pd.DataFrame(stats.shape_by_bins(minutes, yes, bins=12).to_dict())
    found = stats.find_knee(minutes, yes, rng=1).at
    place = pd.DataFrame({"x": [found.value], "low": [found.low], "high": [found.high]})
    y = alt.Y("value:Q", title="share of yes", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    x = alt.X("x:Q", title="minutes waited")
    zone = alt.Chart(place).mark_rect(opacity=0.18, color=BAD).encode(x="low:Q", x2="high:Q")
    rule = alt.Chart(place).mark_rule(color=BAD, strokeWidth=2).encode(x="x:Q")
    band = alt.Chart(curve).mark_area(opacity=0.2, color=GOOD).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"))
    bars = alt.Chart(table).mark_rule(color=QUIET).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"))
    dots = alt.Chart(table).mark_point(filled=True, size=50, color="black").encode(x, y)
    title = f"No starts at {found.value:.0f} minutes (plausibly {found.low:.0f} to {found.high:.0f}; made with 25)"
    return (zone + band + bars + dots + rule).properties(title=title, **SIZE)


def sources() -> Any:
    """Crude, single and shared attribution of the same departures."""
    cells = np.array([[i >> j & 1 for j in range(3)] for i in range(8)], dtype=float)
    size = np.array([4000, 900, 700, 500, 800, 400, 300, 400], dtype=float)
    left = np.round(size / (1 + np.exp(-(-3.2 + cells @ [1.1, 0.9, 1.3]))))
    names = ("late delivery", "unsolved complaint", "price rise")
    found = stats.attribute_departures(cells, left, size, names, rng=1)
    kinds = {
        "crude": lambda s: s.crude.value,
        "removed alone": lambda s: s.alone,
        "shared out (Shapley)": lambda s: s.share.value,
    }
    rows = pd.DataFrame(
        {"kind": kind, "source": s.name, "share": value(s)} for kind, value in kinds.items() for s in found.sources
    )
    joint = pd.DataFrame({"x": [found.joint.value]})
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            alt.X("share:Q", stack=True, title="part of all departures", axis=alt.Axis(format="%")),
            alt.Y("kind:N", sort=list(kinds), title=None),
            alt.Color(
                "source:N", scale=alt.Scale(range=[GOOD, BAD, QUIET]), legend=alt.Legend(title=None, orient="top")
            ),
        )
    )
    rule = alt.Chart(joint).mark_rule(strokeDash=[4, 4], strokeWidth=2).encode(x="x:Q")
    return (bars + rule).properties(
        title="Only one way of counting adds up to what all account for", width=520, height=150
    )


if __name__ == "__main__":
    for draw in (real_change, wilson_and_wald, watching, knee, sources):
        save(draw(), f"{draw.__name__.replace('_', '-')}.svg")
