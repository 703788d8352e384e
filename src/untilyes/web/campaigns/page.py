"""What the pages of campaigns show, asked of the rooms that know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from untilyes.campaigns.models import Addressee, Campaign
from untilyes.campaigns.queries import (
    Audience,
    CampaignLine,
    Progress,
    list_addressees,
    list_campaigns,
    list_causes,
    list_places,
    list_suggested,
    read_audience,
    read_progress,
)
from untilyes.campaigns.queries.finding import PLACE
from untilyes.campaigns.rules import VARIABLES, About, Fate, NotPossible, Said, Stage
from untilyes.campaigns.telling import Message, write_message
from untilyes.insights.models import KeptFinding
from untilyes.insights.queries import list_findings
from untilyes.segments.models import Segment
from untilyes.segments.queries import find_segment, list_segments
from untilyes.voices.queries import list_unhappy_topics, name_topics
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.customers.history import QUESTIONS
from untilyes.workspaces.models import Member

LOOK_BACK: Final = timedelta(days=180)
MOST_OFFERED: Final = 12
MOST_SHOWN: Final = 50
ABOUTS: Final = {
    About.CAUSE: "because of",
    About.PLACE: "about",
    About.FINDING: "where we found",
    About.WORDS: "and wrote",
    About.TOPIC: "and wrote about",
    About.SEGMENT: "among",
    About.RULE: "in cases that rules put down for",
}
QUOTED: Final = frozenset({About.WORDS, About.TOPIC, About.RULE})
FATES: Final = {
    Fate.WAITING: "waits for their turn",
    Fate.IN_CASE: "told in their open case",
    Fate.BY_MAIL: "told by mail",
    Fate.OPTED_OUT: "asked to be left in peace",
    Fate.TOLD_BEFORE: "was told of it before",
    Fate.TOLD_LATELY: "had a letter in the last two weeks",
    Fate.NO_ADDRESS: "cannot be reached",
    Fate.FAILED: "could not be told",
}
SAIDS: Final = {Said.YES: "yes", Said.NO: "no", Said.IN_PART: "in part"}
STAGES: Final = {
    Stage.DRAFT: "being written",
    Stage.SENDING: "under way",
    Stage.STOPPED: "stopped",
    Stage.SENT: "everybody is told",
}
NOBODY: Final = EmptyState(
    "Nobody has said no to the same thing yet",
    "Name the root cause of cases as you work them. When it is changed, everyone who said no because of it is listed "
    "here, to be told once and asked again.",
)


@dataclass(frozen=True)
class Subject:
    """One thing several said no to, with its cases."""

    about: About
    key: str
    label: str
    n: int | None = None


@dataclass(frozen=True)
class CampaignsPage:
    """Every campaign, and what could become one."""

    lines: Sequence[CampaignLine]
    groups: Sequence[tuple[str, Sequence[Subject]]]
    stages: Mapping[Stage, str]
    may_run: bool
    empty: EmptyState = NOBODY


@dataclass(frozen=True)
class AudiencePage:
    """Who said no to one thing, before a campaign is begun."""

    about: About
    key: str
    label: str
    audience: Audience
    may_run: bool
    fates: Mapping[Fate, str]
    segments: Sequence[Segment]
    segment: str = ""
    name: str = ""
    problem: str = ""

    @property
    def shown(self) -> Sequence[object]:
        return self.audience.places[:MOST_SHOWN]

    @property
    def aside(self) -> Sequence[tuple[str, int]]:
        """Why some are not told, with how many."""
        found = [(fate, self.audience.count(fate)) for fate in Fate if fate is not Fate.WAITING]
        return [(self.fates[fate], n) for fate, n in found if n]


@dataclass(frozen=True)
class CampaignPage:
    """One campaign: what it says, to whom, how far it is and what came of it."""

    campaign: Campaign
    label: str
    stage: str
    progress: Progress
    audience: Audience | None
    languages: Sequence[tuple[str, Mapping[str, str]]]
    previews: Sequence[Message]
    rows: Sequence[Addressee]
    fates: Mapping[Fate, str]
    saids: Mapping[Said, str]
    fate: str
    said: str
    may_run: bool
    problem: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    variables: Sequence[str] = VARIABLES

    @property
    def is_draft(self) -> bool:
        return self.campaign.stage == Stage.DRAFT

    @property
    def is_sending(self) -> bool:
        return self.campaign.stage == Stage.SENDING

    @property
    def is_stopped(self) -> bool:
        return self.campaign.stage == Stage.STOPPED

    @property
    def aside(self) -> Sequence[tuple[Fate, str, int]]:
        """Who was set aside, by why."""
        return [(fate, self.fates[fate], n) for fate, n in self.progress.aside.items()]


def build_page(member: Member, *, at: datetime) -> CampaignsPage:
    """The list, and the things most said no to in the last half year."""
    since = at - LOOK_BACK
    groups = [
        ("Put down by rules", [Subject(About.RULE, of, of, n) for of, n in list_suggested(since=since)]),
        ("Because of", [Subject(About.CAUSE, cause, cause, n) for cause, n in list_causes(since=since)]),
        ("About", [_offer_place(*told) for told in list_places(since=since)]),
        ("Writing about", [Subject(About.TOPIC, one.key, one.name) for one in list_unhappy_topics()]),
        ("Among", [Subject(About.SEGMENT, one.slug, one.name) for one in list_segments()]),
        ("Where a finding was acted on", [Subject(About.FINDING, one.key, one.sentence) for one in _list_fixed()]),
    ]
    return CampaignsPage(
        lines=list_campaigns(),
        groups=[(told, subjects[:MOST_OFFERED]) for told, subjects in groups if subjects],
        stages=STAGES,
        may_run=member.may("run_campaigns"),
    )


def build_audience(
    member: Member, about: About, key: str, *, at: datetime, segment: str = "", name: str = "", problem: str = ""
) -> AudiencePage:
    """Who would be told. Raises NotPossible when the key or the segment names nothing."""
    audience = read_audience(about, key, since=at - LOOK_BACK, at=at, segment=segment)
    label, others = tell_subject(about, key, segment), [one for one in list_segments() if one.slug != key]
    may_run = member.may("run_campaigns")
    return AudiencePage(about, key, label, audience, may_run, FATES, others, segment, name, problem)


def build_campaign(
    member: Member,
    campaign: Campaign,
    *,
    at: datetime,
    fate: str = "",
    said: str = "",
    problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> CampaignPage:
    """One campaign."""
    house = member.workspace
    about = About(campaign.about)
    is_draft = campaign.stage == Stage.DRAFT
    audience, gone = _read_draft(campaign, at) if is_draft else (None, "")
    return CampaignPage(
        campaign=campaign,
        label=tell_subject(about, campaign.key, campaign.segment),
        stage=STAGES[Stage(campaign.stage)],
        progress=read_progress(campaign),
        audience=audience,
        languages=[(language, campaign.texts.get(language, {})) for language in house.languages or [house.language]],
        previews=_preview(campaign, audience, house.name, house.language),
        rows=() if is_draft else list_addressees(campaign, fate=fate, said=said),
        fates=FATES,
        saids=SAIDS,
        fate=fate,
        said=said,
        may_run=member.may("run_campaigns"),
        problem=problem or gone,
        typed=typed or {},
    )


def _read_draft(campaign: Campaign, at: datetime) -> tuple[Audience, str]:
    """Who would be told now; nobody, and why, when what it is about is gone."""
    try:
        about = About(campaign.about)
        return read_audience(
            about, campaign.key, since=campaign.since, at=at, segment=campaign.segment, campaign=campaign
        ), ""
    except NotPossible as problem:
        return Audience(()), str(problem)


def tell_subject(about: About, key: str, segment: str = "") -> str:
    """ "because of Delivery › Carrier", "and wrote about “shoes”, among payers"."""
    told = key
    if about is About.PLACE and PLACE in key:
        told = _tell_place(*key.split(PLACE, 1))
    if about is About.FINDING:
        told = next((f"“{one.sentence}”" for one in list_findings() if one.key == key), key)
    if about is About.TOPIC:
        told = name_topics().get(key, key)
    if about is About.SEGMENT:
        told = _name_segment(key)
    among = f", among {_name_segment(segment)}" if segment else ""
    return f"{ABOUTS[about]} {f'“{told}”' if about in QUOTED else told}{among}"


def _name_segment(slug: str) -> str:
    found = find_segment(slug)
    return found.name if found else slug


def _preview(campaign: Campaign, audience: Audience | None, house: str, default: str) -> Sequence[Message]:
    """The message as the first customer of each language would read it."""
    if not campaign.texts or audience is None:
        return ()
    messages: dict[str, Message] = {}
    for place in audience.told:
        message = write_message(campaign.texts, house=house, default=default, case=place.case, customer=place.customer)
        messages.setdefault(message.language, message)
    return list(messages.values())


def _offer_place(touchpoint: str, question: str, n: int) -> Subject:
    return Subject(About.PLACE, f"{touchpoint}{PLACE}{question}", _tell_place(touchpoint, question), n)


def _tell_place(touchpoint: str, question: str) -> str:
    return f"{touchpoint.replace('_', ' ')}: {QUESTIONS.get(question, question.replace('_', ' '))}"


def _list_fixed() -> Sequence[KeptFinding]:
    """Findings somebody acts on or has fixed, that name a place by which customers can be found."""
    told = [one for state in ("acting", "fixed", "verified") for one in list_findings(state=state)]
    return [one for one in told if (one.told.get("look") or {}).get("where")]
