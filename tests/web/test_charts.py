"""Charts: every specification is valid, carries its interval, and looks right on a page and on paper."""

import json
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import altair as alt
import pytest
from django.test import Client

from untilyes.analysis.margins import MarginCurve, MarginPoint, Plateau, Shape
from untilyes.charts.drawing import draw_svg, draw_svg_file
from untilyes.charts.promises import draw_curve, draw_margins
from untilyes.charts.readings import Mark, choose_scale, draw_answers, draw_side_by_side, draw_trend
from untilyes.charts.theme import themed
from untilyes.stats.changes import compare_shares
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share

NOTHING = Estimate(None, None, None, 0, "none")
WEEKS = [
    Mark(
        (date(2026, 1, 5) + timedelta(weeks=week)).isoformat(), NOTHING if week == 2 else estimate_share(30 + week, 50)
    )
    for week in range(6)
]


def panels(n: int) -> list[Mark]:
    return [Mark(mark.at, mark.estimate, panel=f"touchpoint {turn}") for turn in range(n) for mark in WEEKS]


def curve(begins: Estimate | None = None) -> MarginCurve:
    kept, broken = estimate_share(90, 100), estimate_share(20, 50)
    points = (
        MarginPoint(-2.0, -4.0, 0.0, broken),
        MarginPoint(1.0, 0.0, 2.0, estimate_share(40, 50)),
        MarginPoint(3.0, 2.0, 9.0, estimate_share(50, 50)),
    )
    return MarginCurve(
        "delivery", "effective", "0..1", points, kept, broken, estimate_share(0, 0),
        compare_shares((90, 100), (20, 50)), Estimate(25, 18, 31, 50, "Newcombe", unit="score"),
        Plateau(Shape.PLATEAU if begins else Shape.FLAT, begins),
    )  # fmt: skip


def every_chart(width: int) -> dict[str, dict[str, Any]]:
    whole = estimate_share(200, 300)
    return {
        "one line": draw_trend(WEEKS, width=width, grain="week"),
        "four lines": draw_trend(panels(4), width=width, grain="month"),
        "side by side": draw_side_by_side(
            [Mark("a", estimate_share(3, 9)), Mark("b", whole)], width=width, total=whole
        ),
        "in panels": draw_side_by_side(panels(3), width=width, total=None),
        "answers": draw_answers([Mark("yes", estimate_share(3, 9)), Mark("no", estimate_share(6, 9))], width=width),
        "curve": draw_curve(curve(), width=width),
        "curve with a plateau": draw_curve(curve(Estimate(1.5, 0.4, 7.0, 100, "likelihood", unit="days")), width=width),
        "margins": draw_margins({600: 40, 610: 12, -580: 3, 0: 1}, width=width),
    }


@pytest.mark.parametrize("width", [880, 328])
@pytest.mark.parametrize("name", every_chart(880))
def test_every_chart_is_valid_and_can_be_drawn_at_every_width(name: str, width: int) -> None:
    spec = every_chart(width)[name]
    alt.Chart.from_dict(json.loads(json.dumps(themed(spec))))
    drawing = ET.fromstring(draw_svg(spec))
    assert drawing.tag.endswith("svg")
    assert float(drawing.attrib["width"]) <= width * 1.12


def test_on_a_page_colours_follow_the_reader_and_on_paper_they_are_fixed() -> None:
    spec = draw_trend(WEEKS, width=880, grain="week")
    assert "var(--accent)" in draw_svg(spec)
    assert "var(--" not in draw_svg_file(spec)


def test_a_gap_is_not_bridged_and_a_lone_point_keeps_its_interval() -> None:
    rows = draw_trend([WEEKS[0], WEEKS[2], WEEKS[3]], width=880, grain="week")["data"]["values"]
    assert [row["alone"] for row in rows] == [True, False, True] or [row["alone"] for row in rows] == [True, True, True]
    assert rows[1]["value"] is None
    assert rows[0]["low"] < rows[0]["value"] < rows[0]["high"]


def test_time_to_the_left_is_early_and_to_the_right_is_late() -> None:
    rows = draw_curve(curve(), width=880)["data"]["values"]
    assert [(row["late"], row["when"]) for row in rows] == [
        (2.0, "2.0 days late"),
        (-1.0, "1.0 days early"),
        (-3.0, "3.0 days early"),
    ]


def test_the_bars_of_the_margins_hold_every_promise_once() -> None:
    rows = draw_margins({600: 40, 610: 12, -580: 3, 0: 1}, width=880)["data"]["values"]
    assert sum(row["share"] for row in rows) == pytest.approx(1.0)
    assert sum(row["share"] for row in rows if row["late"]) == pytest.approx(4 / 56)


def test_durations_are_drawn_in_the_unit_they_are_said_in() -> None:
    wait = Estimate(2 * 86_400.0, 86_400.0, float("inf"), 40, "km", unit="seconds")
    scale = choose_scale([wait, NOTHING])
    assert (scale.title, scale.value(wait.value), scale.value(wait.high)) == ("days", 2.0, None)


def test_the_drawing_script_is_served_by_us_packed_and_cached(client: Client) -> None:
    response = client.get("/charts/vega.js")
    assert response.headers["Content-Encoding"] == "gzip"
    assert client.get("/charts/vega.js", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
