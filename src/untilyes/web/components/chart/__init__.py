"""A chart: one Vega-Lite specification, drawn by the server in two widths and live once somebody reaches for it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.utils.safestring import SafeString, mark_safe

from untilyes.charts.drawing import draw_svg
from untilyes.charts.theme import themed

Spec = dict[str, Any]
WIDE, NARROW = 880, 328


@dataclass(frozen=True)
class Chart:
    """`specify(width)` gives the specification; the title is the sentence the chart shows, `note` its small print.

    Both the drawing and the live chart need the specification, and making it is the slower half: it is made once.
    """

    key: str
    title: str
    specify: Callable[[int], Spec]
    note: str = ""
    template: ClassVar = "components/chart/chart.html"

    @cached_property
    def wide(self) -> Spec:
        return themed(self.specify(WIDE))

    @cached_property
    def narrow(self) -> Spec:
        return themed(self.specify(NARROW))

    @property
    def wide_id(self) -> str:
        return f"{self.key}-wide"

    @property
    def narrow_id(self) -> str:
        return f"{self.key}-narrow"

    @property
    def wide_svg(self) -> SafeString:
        return mark_safe(draw_svg(self.wide))  # noqa: S308 - drawn by Vega, which escapes text

    @property
    def narrow_svg(self) -> SafeString:
        return mark_safe(draw_svg(self.narrow))  # noqa: S308 - drawn by Vega, which escapes text
