"""What the pages of segments show."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from untilyes.analysis.leaving import list_traits
from untilyes.analysis.measures import MEASURES
from untilyes.analysis.segments.condition import (
    CAME_BY,
    CAME_FOR,
    CONTACTS,
    NOES,
    TENURE,
    WROTE_OF,
    How,
    read_conditions,
)
from untilyes.analysis.segments.finding import FEWEST_PEOPLE, Differs
from untilyes.analysis.segments.portrait import Portrait, draw_portrait
from untilyes.feedback.queries import open_lake
from untilyes.lake import Lake
from untilyes.segments.models import Segment, SegmentLook
from untilyes.segments.queries import among, find_last_look, is_looking, list_segments
from untilyes.stats.changes import compare_estimates
from untilyes.stats.results import Change, Estimate
from untilyes.voices.queries import list_topics
from untilyes.web.addresses import address_of_measure
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.segments.forms import SegmentForm
from untilyes.web.words import tell_measure
from untilyes.workspaces.models import Member

TABLES: Final = ("customers", "interactions", "answers", "heard")
SHOWN: Final = ("effectiveness", "trust", "nps", "no_to_yes")
DAYS: Final = 365
MOST_NEEDS: Final = 12
HOWS: Final = ((How.IS, "is"), (How.IS_NOT, "is not"), (How.UNDER, "under"), (How.FROM, "from"))
KNOWN: Final = (
    (TENURE, "months as a customer"),
    (CONTACTS, "how often they met us in a year"),
    (NOES, "how often they said no in a year"),
    (WROTE_OF, "a topic they wrote of in a year"),
    (CAME_FOR, "a task or touchpoint of theirs in a year"),
    (CAME_BY, "a channel they used in a year"),
)
"""What is known of customers besides their traits."""
EMPTY: Final = SegmentForm()
NOBODY: Final = EmptyState(
    "No customers with traits yet",
    "Segments are made of what is known of customers: where they live, which plan they have. Bring in "
    f"customers with such columns; from {FEWEST_PEOPLE:,} customers on, groups with needs of their own are found.",
    "untilyes import telco_churn folder/ --dry-run",
)


@dataclass(frozen=True)
class SegmentRow:
    """One segment kept, with how it fares against all customers."""

    segment: Segment
    effectiveness: Estimate
    change: Change | None


@dataclass(frozen=True)
class Proposal:
    """One group a look found; `sent` is what keeping it sends."""

    told: str
    share: Estimate
    differs: tuple[Mapping[str, str], ...]
    sent: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class SegmentsPage:
    """The segments kept, what the last look said, and what groups can be drawn from."""

    rows: tuple[SegmentRow, ...]
    look: SegmentLook | None
    looking: bool
    proposals: tuple[Proposal, ...]
    traits: tuple[tuple[str, str], ...]
    topics: tuple[str, ...]
    may_edit: bool
    form: SegmentForm = EMPTY
    hows: tuple[tuple[How, str], ...] = HOWS

    @property
    def empty(self) -> EmptyState | None:
        return None if self.traits or self.rows else NOBODY

    @property
    def sentence(self) -> str:
        """What the last look said."""
        look = self.look
        if look is None:
            return "Groups of customers who need different things, described by what is known of them."
        if look.stage == SegmentLook.Stage.FAILED:
            return f"The last look failed: {look.problem}"
        if look.customers < FEWEST_PEOPLE:
            return f"{look.customers:,} customers are too few to divide; it takes {FEWEST_PEOPLE:,}."
        if not self.proposals and look.agreement is not None and look.agreement < 1:
            return (
                f"No stable groups among {look.customers:,} customers: one half divides otherwise than the other "
                f"(agreement {look.agreement:.2f})."
            )
        if not self.proposals:
            return f"{look.customers:,} customers need much the same, whoever they are: nothing divides them."
        return (
            f"{len(self.proposals)} groups of {look.customers:,} customers need different things "
            f"(agreement of two halves {look.agreement:.2f}, 1 is the same)."
        )


@dataclass(frozen=True)
class MeasureLine:
    """One measure among the members and among everybody."""

    told: str
    own: Estimate
    everybody: Estimate
    change: Change
    address: str


@dataclass(frozen=True)
class SegmentPage:
    """One segment: its measures, its needs, its portrait. `portrait` is None for too few members."""

    segment: Segment
    portrait: Portrait | None
    measures: tuple[MeasureLine, ...]
    needs: tuple[Differs, ...]
    may_edit: bool

    @property
    def sentence(self) -> str:
        """Who they are, and in what they differ most."""
        told = self.segment.told
        told = told[:1].upper() + told[1:]
        if self.portrait is None:
            return f"{told}: too few customers to show, or nobody else to compare them with."
        share = self.portrait.members / (self.portrait.members + self.portrait.others)
        head = f"{told}: {self.portrait.members:,} customers, {100 * share:.0f} % of all."
        real = [one for one in self.needs if one.change.is_real]
        if not real:
            return f"{head} They need what everybody needs."
        first = real[0]
        side = "more" if (first.change.delta or 0) > 0 else "less"
        return f"{head} {side.capitalize()} often than others: {first.need} ({_against(first.change)})."


def build_page(member: Member, *, at: datetime) -> SegmentsPage:
    """The page; `at` is now, in the workspace's zone."""
    lake, kept, look = open_lake(), list_segments(), find_last_look()
    proposals = tuple(_propose(one) for one in (look.proposals if look else ()))
    rules = {segment.rules for segment in kept}
    return SegmentsPage(
        tuple(_rows(lake, kept, at)),
        look,
        is_looking(),
        tuple(one for one in proposals if read_conditions(one.sent) not in rules),
        (*((name, "") for name in list_traits(lake)), *KNOWN) if lake.version("customers") >= 0 else (),
        tuple(topic.name for topic in list_topics()),
        member.may("act_on_findings"),
    )


def build_segment(member: Member, segment: Segment, *, at: datetime) -> SegmentPage:
    """One segment as of the day of `at`."""
    lake = open_lake()
    state = tuple(lake.version(table) for table in TABLES)
    rules = json.dumps(segment.conditions, sort_keys=True)
    portrait = _draw(str(lake.path), lake.zone, state, rules, at.replace(hour=0, minute=0, second=0, microsecond=0))
    lines = _measure(lake, segment, member.workspace.slug, at) if portrait else ()
    needs = portrait.needs[:MOST_NEEDS] if portrait else ()
    return SegmentPage(segment, portrait, tuple(lines), needs, member.may("act_on_findings"))


@lru_cache(maxsize=64)
def _draw(
    path: str,
    zone: str,
    state: tuple[int, ...],  # noqa: ARG001 - what was read holds until the lake knows more
    rules: str,
    at: datetime,
) -> Portrait | None:
    return draw_portrait(Lake(path, zone=zone), read_conditions(json.loads(rules)), at=at)


def _rows(lake: Lake, kept: Sequence[Segment], at: datetime) -> list[SegmentRow]:
    since = at.date() - timedelta(days=DAYS)
    measure = MEASURES["effectiveness"]
    everybody = measure(lake, since=since).total if kept else None
    rows = []
    for segment in kept:
        own = measure(lake, since=since, among=among(segment, at=at)).total
        rows.append(SegmentRow(segment, own, compare_estimates(everybody, own) if everybody else None))
    return rows


def _measure(lake: Lake, segment: Segment, slug: str, at: datetime) -> list[MeasureLine]:
    since = at.date() - timedelta(days=DAYS)
    lines = []
    for name in SHOWN:
        measure = MEASURES[name]
        own = measure(lake, since=since, among=among(segment, at=at)).total
        everybody = measure(lake, since=since).total
        if own.is_defined and everybody.is_defined:
            change = compare_estimates(everybody, own, better=measure.better)
            address = address_of_measure(slug, name, by=("month",), since=since, segment=segment.slug)
            lines.append(MeasureLine(tell_measure(name), own, everybody, change, address))
    return lines


def _propose(said: Mapping[str, Any]) -> Proposal:
    return Proposal(said["told"], Estimate(**said["share"]), tuple(said["differs"]), tuple(said["conditions"]))


def _against(change: Change) -> str:
    return f"{change.after.brief()} against {change.before.brief()}"
