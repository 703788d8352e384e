"""The one theme of all charts.

On pages colours are the CSS variables of tokens.css, so that one drawing is right in light and dark and follows the
reader's switch at once. Files that leave the page (SVG, PNG) get the light values.
"""

import json
from typing import Any, Final

Spec = dict[str, Any]

INK, INK_2, LINE, ACCENT = "var(--ink)", "var(--ink-2)", "var(--line)", "var(--accent)"
BETTER, WORSE, SAME = "var(--better)", "var(--worse)", "var(--same)"
SERIES: Final = tuple(f"var(--series-{place})" for place in range(1, 7))

# tokens.css, light
LIGHT: Final = {
    INK: "#1b1f24",
    INK_2: "#555d66",
    LINE: "#dde0e4",
    ACCENT: "#1d5bb8",
    BETTER: "#00707a",
    WORSE: "#bf3a0a",
    SAME: "#5b636c",
    "var(--paper)": "#ffffff",
    **dict(zip(SERIES, ("#1d5bb8", "#a05a00", "#00707a", "#8a3d86", "#4d6b1f", "#5b636c"), strict=True)),
}

FONT: Final = "Segoe UI, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif"

CONFIG: Final[Spec] = {
    "font": FONT,
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK_2,
        "titleColor": INK_2,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelPadding": 6,
    },
    "axisX": {"grid": False, "ticks": True},
    "axisY": {"domain": False, "ticks": False},
    "header": {"labelColor": INK, "labelFontSize": 12, "labelFontWeight": 600, "title": None, "labelAnchor": "start"},
    "text": {"color": INK_2, "fontSize": 12, "font": FONT},
}


def themed(spec: Spec) -> Spec:
    """The specification with the theme in it, ready to be drawn on a page."""
    return {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": CONFIG, **spec}


def for_paper(spec: Spec) -> Spec:
    """The specification in light colours on white, for files."""
    text = json.dumps(spec, default=str)
    for name, colour in LIGHT.items():
        text = text.replace(f'"{name}"', f'"{colour}"')
    fixed: Spec = json.loads(text)
    return {**fixed, "background": "#ffffff", "padding": 16}
