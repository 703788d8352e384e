"""Which chart shows a reading best, and what it leaves out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from untilyes.analysis.measures import GRAINS, Cell, Reading
from untilyes.charts.readings import Mark, Spec, draw_answers, draw_side_by_side, draw_trend
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share
from untilyes.web.components.chart import Chart
from untilyes.web.measures.asking import Question, end_of_period, step
from untilyes.web.words import tell_value

MOST_PANELS, MOST_ROWS = 6, 24
TRUST = {2: "Yes", 1: "Sometimes", 0: "No"}
UNKNOWN = Estimate(None, None, None, 0, "none")

Key = tuple[str, ...]
K = TypeVar("K")
V = TypeVar("V")


def list_cut(reading: Reading) -> tuple[str, ...]:
    """What the reading is divided by, time aside. One scale only divides nothing."""
    scales = {cell.key.get("scale") for cell in reading}
    return tuple(name for name in reading.by if name not in GRAINS and not (name == "scale" and len(scales) == 1))


def tell_period(start: date, grain: str) -> str:
    """ "week of 9 Nov 2026", "November 2026", "9 Nov 2026"."""
    if grain == "month":
        return f"{start:%B %Y}"
    return f"{'week of ' if grain == 'week' else ''}{start.day} {start:%b %Y}"


def picture(question: Question, reading: Reading, *, title: str, today: date) -> Chart | None:
    """The chart of a reading; None when there is one number only, or nothing to draw."""
    if question.grain:
        return _trend(question.grain, reading, title, today)
    return _side_by_side(reading, title) if list_cut(reading) else None


def picture_answers(question: Question, reading: Reading) -> Chart | None:
    """How the answers divide, where an answer is one of a few: the full distribution beside the score."""
    kinds = {"trust": TRUST, "nps": {}, "csat": {}, "ces": {}}
    names = kinds.get(question.measure.name)
    n = sum(reading.bins.values())
    if names is None or not n:
        return None
    bars = [
        Mark(names.get(value, str(value)), estimate_share(count, n))
        for value, count in sorted(reading.bins.items(), reverse=True)
    ]
    return Chart("answers", "How the answers divide", lambda width: draw_answers(bars, width=width), f"{n:,} answers")


def _trend(grain: str, reading: Reading, title: str, today: date) -> Chart | None:
    panels: dict[Key, dict[date, Cell]] = defaultdict(dict)
    for cell in reading:
        if isinstance(start := cell.key[grain], date):
            panels[_told(cell, list_cut(reading))][start] = cell
    shown = _largest(panels, MOST_PANELS, lambda cells: sum(cell.estimate.n for cell in cells.values()))
    starts = [start for cells in panels.values() for start in cells]
    if not starts or not any(cell.estimate.is_defined for cell in reading):
        return None
    every = list(_periods(min(starts), max(starts), grain))
    marks = [
        Mark(
            start.isoformat(),
            panels[key][start].estimate if start in panels[key] else UNKNOWN,
            panel=" · ".join(key),
            told=tell_period(start, grain),
            is_unfinished=end_of_period(start, grain) >= today,
        )
        for key in shown
        for start in every
    ]
    note = "The band holds the true value 95 times in 100." + (
        " The hollow dot is a period that is not over." if any(mark.is_unfinished for mark in marks) else ""
    )
    specify = _titled(lambda width: draw_trend(marks, width=width, grain=grain))
    return Chart("trend", title, specify, note + _left_out(len(panels), len(shown), "small charts"))


def _side_by_side(reading: Reading, title: str) -> Chart | None:
    cut = list_cut(reading)
    known = [cell for cell in reading if cell.estimate.is_defined]
    if not known:
        return None
    panels: dict[Key, dict[str, Cell]] = defaultdict(dict)
    for cell in known:
        panels[_told(cell, cut[1:])][tell_value(cut[0], cell.key[cut[0]])] = cell
    shown = _largest(panels, MOST_PANELS, lambda cells: sum(cell.estimate.n for cell in cells.values()))
    rows = _largest(
        {row: [panels[key][row] for key in shown if row in panels[key]] for row in _rows_of(panels, shown)},
        MOST_ROWS,
        lambda cells: sum(cell.estimate.n for cell in cells),
    )
    ordered = sorted(
        rows, key=lambda row: -max((panels[k][row].estimate.value or 0.0) for k in shown if row in panels[k])
    )
    marks = [
        Mark(row, panels[key][row].estimate, panel=" · ".join(key))
        for key in shown
        for row in ordered
        if row in panels[key]
    ]
    total = reading.total if reading.total.is_defined and reading.measure != "source_mix" else None
    note = "Whiskers hold the true value 95 times in 100." + (" Dotted: all together." if total else "")
    left_out = _left_out(len({*_rows_of(panels, panels)}), len(rows), "rows")
    left_out += _left_out(len(panels), len(shown), "small charts")
    specify = _titled(lambda width: draw_side_by_side(marks, width=width, total=total))
    return Chart("side-by-side", title, specify, note + left_out)


def _titled(draw: Callable[[int], Spec]) -> Callable[[int], Spec]:
    """Drawn once per width, however often it is asked for."""
    drawn: dict[int, Spec] = {}

    def specify(width: int) -> Spec:
        if width not in drawn:
            drawn[width] = draw(width)
        return drawn[width]

    return specify


def _told(cell: Cell, cut: Sequence[str]) -> Key:
    return tuple(tell_value(name, cell.key[name]) for name in cut)


def _rows_of(panels: dict[Key, dict[str, Cell]], keys: Iterable[Key]) -> list[str]:
    return list(dict.fromkeys(row for key in keys for row in panels[key]))


def _largest(groups: Mapping[K, V], most: int, size: Callable[[V], float]) -> list[K]:
    """The keys of the groups with most answers, the largest first."""
    return sorted(groups, key=lambda key: -size(groups[key]))[:most]


def _left_out(all_of_them: int, shown: int, what: str) -> str:
    if all_of_them <= shown:
        return ""
    return f" Drawn are the {shown} {what} with most answers; the table has all {all_of_them}."


def _periods(first: date, last: date, grain: str) -> Iterable[date]:
    while first <= last:
        yield first
        first = step(first, grain)
