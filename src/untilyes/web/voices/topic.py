"""What one topic's page shows, and what can be done to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from untilyes.analysis.voices.figures import read_figures
from untilyes.analysis.voices.quotes import choose_quotes
from untilyes.analysis.voices.reading import read_comments
from untilyes.feedback.queries import open_lake
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share
from untilyes.voices.access import get_topic
from untilyes.voices.models import Hearing, Topic, Writing
from untilyes.voices.queries import (
    find_hearing_under_way,
    find_last_hearing,
    find_writing,
    list_merged,
    list_parts,
    list_topics,
    may_write,
)
from untilyes.web.addresses import address_of_measure
from untilyes.web.components.sparkline import Sparkline
from untilyes.web.voices.page import TopicRow
from untilyes.web.voices.reading import Rows, cover, turn_to
from untilyes.workspaces.models import Member

FEWEST_WEEKS = 4
"""A line of fewer weeks shows nothing that the table does not."""


@dataclass(frozen=True)
class Week:
    """One week of a topic's talk."""

    first: date
    comments: int
    share: Estimate


@dataclass(frozen=True)
class TopicPage:
    """One topic with what customers said. `row` is None while nothing was filed under it."""

    topic: Topic
    row: TopicRow | None
    quotes: tuple[str, ...]
    rows: Rows
    spark: Sparkline | None
    weeks: tuple[Week, ...]
    merged: Sequence[Topic]
    parts: Sequence[Topic]
    others: Sequence[Topic]
    last: Hearing | None
    running: Hearing | None
    measure: str
    writing: Writing | None
    may_shape: bool
    may_write: bool


def build_topic(member: Member, key: str, *, number: int) -> TopicPage:
    """One topic as last heard; raises `NotFound` when there is none by this key."""
    topic = get_topic(key, seen_by=member)
    row = TopicRow(topic, read_figures(topic.told)) if topic.told else None
    said = [one for one in reversed(read_comments(open_lake())) if key in one.topics]
    by_id = {one.id: one.text for one in said}
    central = [by_id[one] for one in row.figures.central if one in by_id] if row else []
    weeks = _list_weeks(row) if row else ()
    return TopicPage(
        topic,
        row,
        tuple(cover(text, member) for text in choose_quotes(central)),
        turn_to(said, number, member=member, names={}),
        _draw(weeks) if len(weeks) >= FEWEST_WEEKS else None,
        weeks,
        list_merged(topic),
        list_parts(topic),
        [one for one in list_topics() if one.pk != topic.pk],
        find_last_hearing(),
        find_hearing_under_way(),
        address_of_measure(member.workspace.slug, "effectiveness", by=("month",), where={"topic": key}),
        find_writing(topic),
        member.may("act_on_findings"),
        may_write() and member.may("act_on_findings"),
    )


def _list_weeks(row: TopicRow) -> tuple[Week, ...]:
    """The weeks since anybody wrote anything, 26 at most."""
    weeks = row.figures.talk.by_week
    first = next((place for place, (_, _, all_of) in enumerate(weeks) if all_of), len(weeks))
    return tuple(Week(day, mine, estimate_share(mine, all_of)) for day, mine, all_of in weeks[first:])


def _draw(weeks: Sequence[Week]) -> Sparkline:
    last = weeks[-1].share
    label = f"Share of comments by week, {len(weeks)} weeks; in the newest {last.brief()}."
    return Sparkline(
        tuple(week.share for week in weeks), label, f"{weeks[0].first:%-d %b}", f"{weeks[-1].first:%-d %b}"
    )
