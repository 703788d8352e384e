"""The one chart of a finding: its course over the weeks where it has one, else its figures side by side."""

from collections.abc import Sequence
from typing import Final

from untilyes.analysis.findings.finding import Figure
from untilyes.charts.readings import Mark, Spec, draw_side_by_side, draw_trend

FEWEST_WEEKS: Final = 4


def draw_finding(figures: Sequence[Figure], course: Sequence[Figure], *, width: int) -> Spec | None:
    """The course as a line with its ribbon, or the figures of the first one's unit with whiskers; None without any."""
    known = [figure for figure in course if figure.estimate.is_defined]
    if len(known) >= FEWEST_WEEKS:
        return draw_trend([Mark(one.label, one.estimate, told=one.label) for one in course], width=width, grain="week")
    alike = list_alike(figures)
    if not alike:
        return None
    marks = [Mark(one.label[:1].upper() + one.label[1:], one.estimate) for one in alike]
    return draw_side_by_side(marks, width=width, total=None)


def list_alike(figures: Sequence[Figure]) -> list[Figure]:
    """The figures that may stand on one axis: those in the unit of the first that has a value."""
    known = [figure for figure in figures if figure.estimate.is_defined]
    return [figure for figure in known if figure.estimate.unit == known[0].estimate.unit]
