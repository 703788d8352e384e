"""How promises were kept, laid side by side and by month, from the lake; never writes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from untilyes.feedback.queries import open_lake

if TYPE_CHECKING:
    from untilyes.analysis.kept import Cut, KeptMonth
    from untilyes.analysis.measures.measure import Among


def read_kept_months(key: str, *, at: datetime) -> "tuple[KeptMonth, ...]":
    """How one promise was kept, by the month it was given, the newest first."""
    from untilyes.analysis.kept import read_kept_months as read  # noqa: PLC0415 - the engine takes most of a second

    return read(open_lake(), key, at=at)


def list_cuts(key: str) -> tuple[str, ...]:
    """What one promise can be laid side by side by: channels, teams, traits of customers."""
    from untilyes.analysis.kept import list_cuts as cuts  # noqa: PLC0415 - as above

    return cuts(open_lake(), key)


def read_cut(key: str, *, by: str, at: datetime, since: date | None = None) -> "Cut":
    """One promise side by side for the values of `by`."""
    from untilyes.analysis.kept import read_cut as read  # noqa: PLC0415 - as above

    return read(open_lake(), key, by, at=at, since=since)


def read_sides(key: str, sides: "Mapping[str, Among]", *, by: str, since: date | None = None) -> "Cut":
    """One promise side by side for some customers each, who may be in several; the largest first."""
    from untilyes.analysis.kept import Cut, CutRow  # noqa: PLC0415 - as above
    from untilyes.analysis.measures import MEASURES  # noqa: PLC0415 - as above

    lake, where = open_lake(), {"promise": key}
    rows = [
        CutRow(
            name,
            MEASURES["promise_kept"](lake, where=where, among=among, since=since).total,
            MEASURES["margin"](lake, where=where, among=among, since=since).total,
        )
        for name, among in sides.items()
    ]
    shown = sorted((row for row in rows if row.kept.is_defined), key=lambda row: (-row.kept.n, row.value or ""))
    return Cut(by, tuple(shown), len(rows) - len(shown))
