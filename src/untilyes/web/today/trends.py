"""The gauges' trends: whole weeks as a sparkline."""

from datetime import date, timedelta

from untilyes.analysis.measures import MEASURES
from untilyes.lake import Lake
from untilyes.stats.results import Estimate
from untilyes.web.components.sparkline import Sparkline
from untilyes.web.words import tell_day, tell_measure

WEEKS = 12


def draw_trend(lake: Lake, name: str, until: date) -> Sparkline | None:
    """Whole weeks only: a week that began yesterday would look like a fall or a rise and be neither."""
    monday = until - timedelta(days=(until - timedelta(days=1)).weekday() + 1)
    reading = MEASURES[name](lake, by=("week",), since=monday - timedelta(weeks=WEEKS), until=monday)
    weeks = {cell.key["week"]: cell.estimate for cell in reading.cells if cell.hidden is None}
    if len(weeks) < 2:
        return None
    starts = [monday - timedelta(weeks=back) for back in range(WEEKS, 0, -1)]
    nothing = Estimate(None, None, None, 0, "none")
    points = tuple(weeks.get(start, nothing) for start in starts)
    told = [point.brief() for point in points if point.is_defined]
    label = f"{tell_measure(name)} over {WEEKS} weeks: from {told[0]} to {told[-1]}"
    return Sparkline(points, label, tell_day(starts[0]), f"week of {tell_day(starts[-1])}")
