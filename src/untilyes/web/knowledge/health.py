"""How well knowledge works, and what is missing: the pages of numbers and gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from untilyes.cases.queries.learning import LinkRate, measure_link_rate
from untilyes.knowledge.models import Reading, Search
from untilyes.knowledge.queries import (
    Gap,
    list_gaps,
    list_recent_lessons,
    list_recent_readings,
    list_recent_searches,
    list_unchosen,
    measure_health,
)
from untilyes.stats.results import Estimate
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.components.whisker import Whisker
from untilyes.web.knowledge.page import Use, list_uses
from untilyes.workspaces.models import Member

OVER: Final = timedelta(days=90)
NO_GAPS: Final = EmptyState(
    "No gaps",
    "What customers and colleagues look for without finding anything comes up here, and what customers ask in their "
    "comments that no article answers; what most customers missed first.",
)


@dataclass(frozen=True)
class HealthRow:
    """One number about knowledge: its name, what it is, the number, and where its rows are."""

    name: str
    meaning: str
    estimate: Estimate
    whisker: Whisker | None
    rows: str


@dataclass(frozen=True)
class HealthPage:
    """How well knowledge works, over the last 90 days."""

    rows: tuple[HealthRow, ...]
    link_rate: LinkRate
    lessons: tuple[Use, ...]
    searches: Sequence[Search]
    readings: Sequence[Reading]
    since: datetime


@dataclass(frozen=True)
class GapsPage:
    """What was looked for and not found."""

    gaps: Sequence[Gap]
    unchosen: Sequence[Gap]
    may_write: bool
    empty: EmptyState = NO_GAPS


def build_gaps(member: Member, *, at: datetime) -> GapsPage:
    """The gaps that are gaps still."""
    return GapsPage(list_gaps(at=at), list_unchosen(at=at), member.may("write_knowledge"))


def build_health(*, at: datetime) -> HealthPage:
    """How well knowledge worked in the last 90 days, and the rows behind every number."""
    since = at - OVER
    health, link_rate = measure_health(since=since, until=at), measure_link_rate(since=since, until=at)
    told = (
        ("Link rate", "cases proposed as solved that named an article, old or new", link_rate.linked, "lessons"),
        ("New", "of cases with an article, those that needed a new one; the others were known", health.new, "lessons"),
        ("Helped", "answered cases with an article in which the customer said yes", health.helped, "lessons"),
        ("Used again", "articles a month old and older that were used in another case", health.reused, "pile"),
        (
            "Until public",
            "median time from begun to read by customers; those waiting count",
            health.time_to_public,
            "pile",
        ),
        ("Found", "searches that ended in an article", health.findable, "searches"),
        ("Found nothing", "searches without any result", health.found_nothing, "gaps"),
        ("Enough", "readers whose answers at the end of an article were both yes", health.enough, "readings"),
    )
    return HealthPage(
        rows=tuple(HealthRow(name, meaning, estimate, _draw(estimate), rows) for name, meaning, estimate, rows in told),
        link_rate=link_rate,
        lessons=list_uses(list_recent_lessons(since=since, until=at)),
        searches=list_recent_searches(since=since, until=at),
        readings=list_recent_readings(since=since, until=at),
        since=since,
    )


def _draw(estimate: Estimate) -> Whisker | None:
    return Whisker(estimate, 0.0, 1.0) if estimate.unit == "share" else None
