"""What the list of topics shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from untilyes.analysis.voices.figures import Figures, read_figures
from untilyes.stats.results import Estimate, Verdict
from untilyes.stats.shares import estimate_share
from untilyes.voices.models import Hearing, Topic
from untilyes.voices.queries import (
    find_hearing_under_way,
    find_last_hearing,
    find_newest_hearing,
    list_quiet_topics,
    list_topics,
)
from untilyes.workspaces.models import Member

SHAPES = {"new": "▲", "rising": "▲", "fading": "▼", "steady": "●"}


@dataclass(frozen=True)
class TopicRow:
    """One topic as tables show it."""

    topic: Topic
    figures: Figures

    @property
    def trend(self) -> str:
        """Whether it is talked about more than before: neither good nor bad in itself."""
        return self.figures.talk.sentence

    @property
    def shape(self) -> str:
        """▲ for more often, ▼ for less often, ● for neither."""
        return SHAPES[self.figures.talk.how]

    @cached_property
    def negative(self) -> Estimate:
        """The share of its comments that sound negative, of those whose tone is known."""
        return estimate_share(self.figures.tones.get("negative", 0), sum(self.figures.tones.values()))

    @property
    def effect(self) -> str:
        """How often those who wrote about it said yes, beside all others who wrote."""
        effect = self.figures.effect
        if effect.verdict is Verdict.TOO_FEW:
            return "too few answered to tell"
        others = f"{effect.after.brief()} said yes, {effect.before.brief()} of the others who wrote"
        if not effect.is_real:
            return f"no real difference: {others}"
        return f"{'more' if effect.verdict is Verdict.BETTER else 'less'} often a yes: {others}"


@dataclass(frozen=True)
class VoicesPage:
    """The topics, pinned ones first, then the largest; the look they come from, and the one going on."""

    last: Hearing | None
    running: Hearing | None
    failed: Hearing | None
    rows: tuple[TopicRow, ...]
    quiet: Sequence[Topic]
    may_shape: bool

    @property
    def comments(self) -> int:
        """How many comments were heard."""
        return self.last.comments if self.last else 0

    @property
    def told(self) -> Mapping[str, Any]:
        """What was told of the whole."""
        return self.last.told if self.last else {}

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day anybody said something."""
        ends = self.told.get("since"), self.told.get("until")
        return (date.fromisoformat(ends[0]), date.fromisoformat(ends[1])) if ends[0] and ends[1] else None

    @property
    def moving(self) -> tuple[TopicRow, ...]:
        """Topics on the rise or fading, new ones first."""
        order = ("new", "rising", "fading")
        real = [row for row in self.rows if row.figures.talk.is_real]
        return tuple(sorted(real, key=lambda row: (order.index(row.figures.talk.how), row.figures.talk.q)))

    @property
    def sentence(self) -> str:
        """What customers talk about, in one sentence."""
        found = [row for row in self.rows if not row.topic.query]
        if not found:
            return f"{self.comments:,} comments so far: too few for topics, but they can be read and searched."
        most = max(found, key=lambda row: row.figures.comments)
        share = most.figures.share.sentence()
        told = f"Customers talk most about “{most.topic.name}”: {share} of comments in its language"
        worse = [row for row in found if row.figures.effect.verdict is Verdict.WORSE]
        if worse:
            one = min(worse, key=lambda row: row.figures.effect.delta or 0.0)
            told += (
                f". Those who write about “{one.topic.name}” say yes less often: {one.figures.effect.after.sentence()}"
            )
            told += f", against {one.figures.effect.before.brief()} of the others who wrote"
        return f"{told}."


def build_page(member: Member) -> VoicesPage:
    """The topics of this workspace, as last heard."""
    newest = find_newest_hearing()
    return VoicesPage(
        find_last_hearing(),
        find_hearing_under_way(),
        newest if newest and newest.stage == Hearing.Stage.FAILED else None,
        tuple(TopicRow(topic, read_figures(topic.told)) for topic in list_topics()),
        list_quiet_topics(),
        member.may("act_on_findings"),
    )
