"""Everything the page of what matters tells of one outcome in one year, in one go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from untilyes.analysis.drivers.metrics import DAYS, FEWEST, Source
from untilyes.analysis.drivers.ranking import Matters, read_drivers
from untilyes.analysis.drivers.turning import Turning, read_turnings
from untilyes.lake import Lake

Progress = Callable[[str, float], None]
RANKING: Final = {
    Source.OPERATIONS: "Ranking what was recorded",
    Source.RATINGS: "Ranking what customers rated",
    Source.TOPICS: "Ranking what they wrote of",
}


@dataclass(frozen=True)
class WhatMatters:
    """One outcome from `since` until before `until`; `years` are the calendar years with enough answers to it."""

    outcome: str
    found: tuple[Matters, ...]
    turnings: tuple[Turning, ...]
    since: date
    until: date
    years: tuple[int, ...]


def read_what_matters(
    lake: Lake, outcome: str, *, today: date, year: int | None = None, progress: Progress | None = None
) -> WhatMatters:
    """A calendar year, or the 365 days up to today or up to the newest answer where that is older."""
    show = progress or (lambda _doing, _share: None)
    until = date(year + 1, 1, 1) if year else _last_day(lake, today)
    found = []
    for number, source in enumerate(Source):
        show(RANKING[source], 0.8 * number / len(Source))
        matters = read_drivers(lake, outcome, source, until=until, in_depth=True)
        if matters is not None:
            found.append(matters)
    show("Looking along the waits", 0.8)
    turnings = tuple(read_turnings(lake, until=until)) if outcome == "effective" else ()
    return WhatMatters(outcome, tuple(found), turnings, until - timedelta(days=DAYS), until, _list_years(lake, outcome))


def _last_day(lake: Lake, today: date) -> date:
    newest = lake.latest_at("answers")
    day = today + timedelta(days=1)
    return day if newest is None else min(day, newest.date() + timedelta(days=2))


def _list_years(lake: Lake, outcome: str) -> tuple[int, ...]:
    answers = lake.read_with_day("answers")
    said = answers.filter(answers["question"] == outcome)
    rows = lake.fetch(lambda: said.group_by(year=said["day"].year()).aggregate(n=said.count())).to_pylist()
    return tuple(sorted((int(row["year"]) for row in rows if row["n"] >= FEWEST), reverse=True))
