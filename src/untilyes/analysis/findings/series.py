"""A measure's weeks in every place: touchpoint, channel, both together, and everywhere."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np

from untilyes.analysis.measures.kinds import Bins, Kind, NetScore, Share
from untilyes.analysis.measures.measure import Measure, add_bins
from untilyes.lake import Lake
from untilyes.stats.checks import Floats

PLACE = ("touchpoint", "channel")

Where = tuple[tuple[str, str], ...]
Corner = tuple[str | None, str | None]


@dataclass(frozen=True)
class WeeklyCells:
    """Histograms per week of one measure in its finest cells (a touchpoint on a channel), whole weeks only."""

    measure: Measure
    weeks: tuple[date, ...]
    cells: Mapping[Corner, tuple[Bins, ...]]
    only: Where = ()

    def places(self) -> Iterator[Where]:
        """Everywhere, each touchpoint, each channel, each touchpoint on each channel it is met on."""
        yield ()
        for number, name in enumerate(PLACE):
            values = {corner[number] for corner in self.cells} - {None}
            yield from (((name, str(value)),) for value in sorted(values, key=str))
        for touchpoint, channel in sorted(self.cells, key=str):
            if touchpoint and channel:
                yield (("touchpoint", touchpoint), ("channel", channel))

    def inside(self, where: Where) -> frozenset[Corner]:
        """The finest cells of a place."""
        wanted = dict(where)
        return frozenset(
            corner
            for corner in self.cells
            if all(wanted.get(name) in {None, value} for name, value in zip(PLACE, corner, strict=True))
        )

    def counts(self, corners: frozenset[Corner]) -> tuple[Floats, Floats]:
        """(k, n) per week over some cells; a score counts as the share of the way from its worst to its best."""
        weeks = [add_bins(self.cells[corner][week] for corner in corners) for week in range(len(self.weeks))]
        part = dict(self.only).get(self.measure.part or "")
        pairs = [as_share(self.measure.kind, bins, part) for bins in weeks]
        return np.array([k for k, _ in pairs]), np.array([n for _, n in pairs])

    def bins(self, corners: frozenset[Corner], weeks: slice) -> dict[int, int]:
        """All answers of some cells in some weeks."""
        return add_bins(bins for corner in corners for bins in self.cells[corner][weeks])


def read_each(
    lake: Lake, measure: Measure, *, until: date, weeks: int, with_broken_off: bool = False
) -> list[WeeklyCells]:
    """The measure's weeks; of a measure whose parts are never mixed (promises, scales), those of each part."""
    read = partial(read_weeks, lake, measure, until=until, weeks=weeks, with_broken_off=with_broken_off)
    since = until - timedelta(weeks=weeks + 1)
    return [read(only=only) for only in list_parts(lake, measure, since=since, until=until)]


def list_parts(lake: Lake, measure: Measure, *, since: date, until: date) -> list[Where]:
    """Each part that is known of a measure whose parts are never mixed; all of it, of any other."""
    if not (measure.apart and measure.part):
        return [()]
    parts = measure(lake, by=(measure.part,), since=since, until=until, floor=0).cells
    return [((measure.part, str(told)),) for cell in parts if (told := cell.key[measure.part]) is not None]


def read_weeks(
    lake: Lake, measure: Measure, *, until: date, weeks: int, only: Where = (), with_broken_off: bool = False
) -> WeeklyCells:
    """The last whole weeks that end before `until`, of one part if `only` names it.

    `with_broken_off` takes the week that `until` breaks off as the last of them. Small cells are not hidden here: they
    are counted, not shown.
    """
    over = -until.weekday() % 7 if with_broken_off else -until.weekday()
    monday = until + timedelta(days=over)
    starts = tuple(monday - timedelta(weeks=back) for back in range(weeks, 0, -1))
    place = {start: number for number, start in enumerate(starts)}
    reading = measure(lake, by=("week", *PLACE), where=dict(only), since=starts[0], until=min(monday, until), floor=0)
    found: dict[Corner, list[dict[int, int]]] = defaultdict(lambda: [{} for _ in starts])
    for cell in reading.cells:
        week, touchpoint, channel = (cell.key[name] for name in ("week", *PLACE))
        if isinstance(week, date) and week in place:
            at = found[_text(touchpoint), _text(channel)]
            at[place[week]] = add_bins([at[place[week]], cell.bins])
    return WeeklyCells(measure, starts, {corner: tuple(bins) for corner, bins in found.items()}, only)


def as_share(kind: Kind, bins: Bins, part: str | None = None) -> tuple[float, float]:
    """(k, n) with k/n between 0 and 1, of the scale or promise `part` where the bins are those of one.

    Raises TypeError for a kind that is no share and no score.
    """
    if isinstance(kind, Share):
        return kind.yes_of(bins, part)
    if isinstance(kind, NetScore):
        points = kind.scoring.points
        known = {value: n for value, n in bins.items() if value in points}
        reach = [(points[value] + 100.0) / 200.0 * n for value, n in known.items()]
        return sum(reach), sum(known.values())
    raise TypeError(f"{type(kind).__name__} has no share to follow.")


def _text(value: object) -> str | None:
    return None if value is None else str(value)
