"""What the pages of voices show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from untilyes.analysis.voices.asking import NotUnderstood, read_query
from untilyes.analysis.voices.masking import mask
from untilyes.analysis.voices.quotes import choose_quotes
from untilyes.analysis.voices.reading import Comment, read_comments
from untilyes.analysis.voices.searching import FACETS, Hits
from untilyes.analysis.voices.searching import search as look_for
from untilyes.analysis.voices.topics import Topic
from untilyes.feedback.queries import open_lake, read_stamp
from untilyes.stats.results import Change, Verdict
from untilyes.web.voices.keeping import Listening, Tone, hear_tone, listen
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound

A_PAGE = 25


@dataclass(frozen=True)
class TopicRow:
    """One topic as the table shows it."""

    topic: Topic

    @property
    def trend(self) -> str:
        """Whether it is talked about more than before: neither good nor bad in itself."""
        return tell_trend(self.topic.change)

    @property
    def shape(self) -> str:
        """▲ for more often, ▼ for less often, ● for neither."""
        change = self.topic.change
        return ("▲" if (change.delta or 0) > 0 else "▼") if change.is_real else "●"


@dataclass(frozen=True)
class VoicesPage:
    """The topics, the largest first."""

    heard: Listening
    rows: tuple[TopicRow, ...]

    @property
    def sentence(self) -> str:
        """What customers talk about, in one sentence."""
        found = self.heard.topics
        if not found.topics:
            return f"{found.comments:,} comments so far: too few for topics, but they can be read and searched."
        most = found.topics[0]
        growing = [topic.name for topic in found.topics if topic.change.is_real and (topic.change.delta or 0) > 0]
        told = f"Customers talk most about “{most.name}”: {most.share.sentence()} of comments in its language"
        more = f"; more often than before about “{growing[0]}”" if growing else ""
        return f"{told}{more}."


@dataclass(frozen=True)
class Row:
    """One comment as this member may read it."""

    comment: Comment
    text: str


@dataclass(frozen=True)
class Rows:
    """One page of comments."""

    rows: tuple[Row, ...]
    number: int
    total: int

    @property
    def previous(self) -> int | None:
        """The page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        """The page after, if there is one."""
        return self.number + 1 if self.number * A_PAGE < self.total else None


@dataclass(frozen=True)
class TopicPage:
    """One topic with what customers said."""

    row: TopicRow
    quotes: tuple[str, ...]
    rows: Rows
    heard_at: datetime


@dataclass(frozen=True)
class SearchPage:
    """What a query found, or why it could not be read."""

    query: str
    problem: str
    hits: Hits | None
    rows: Rows | None
    facets: tuple[tuple[str, str, tuple[tuple[str, int], ...]], ...]


def build_page(member: Member, *, at: datetime) -> VoicesPage:
    """The topics of this workspace."""
    heard = _listen(member, at)
    return VoicesPage(heard, tuple(TopicRow(topic) for topic in heard.topics.topics))


def build_topic(member: Member, key: str, *, number: int, at: datetime) -> TopicPage:
    """One topic; raises `NotFound` when there is none by this key."""
    heard = _listen(member, at)
    topic = next((one for one in heard.topics.topics if one.key == key), None)
    if topic is None:
        raise NotFound("There is no such topic any more. Topics follow what customers say.")
    number = _bound(number, topic.comments)
    wanted = topic.members[(number - 1) * A_PAGE : number * A_PAGE]
    read = {one.id: one for one in read_comments(open_lake(), ids={*wanted, *topic.central})}
    rows = _tell([read[one] for one in wanted if one in read], member)
    central = [read[one].text for one in topic.central if one in read]
    quotes = tuple(_cover(text, member) for text in choose_quotes(central))
    return TopicPage(TopicRow(topic), quotes, Rows(rows, number, topic.comments), heard.at)


def build_search(member: Member, query: str, where: Mapping[str, str], *, number: int) -> SearchPage:
    """The comments a query means, newest first; without a query, all of them."""
    try:
        asked = read_query(query) if query.strip() else None
    except NotUnderstood as problem:
        return SearchPage(query, str(problem), None, None, ())
    hits = look_for(read_comments(open_lake()), asked, where=where)
    number = _bound(number, len(hits.comments))
    rows = _tell(hits.comments[(number - 1) * A_PAGE : number * A_PAGE], member)
    facets = tuple((name, where.get(name, ""), hits.facets[name]) for name in FACETS)
    return SearchPage(query, "", hits, Rows(rows, number, len(hits.comments)), facets)


def build_tone(member: Member, *, at: datetime) -> Tone:
    """How well words alone tell a yes from a no in this workspace."""
    return hear_tone(open_lake(), member.workspace.key, stamp=read_stamp(), at=at)


def tell_trend(change: Change) -> str:
    """ "more often, 12 %, was 8 %", without saying whether that is good."""
    if change.verdict is Verdict.TOO_FEW:
        return "too few to tell"
    sides = f"{change.after.brief()}, was {change.before.brief()}"
    if not change.is_real:
        return f"no real change: {sides}"
    return f"{'more' if (change.delta or 0) > 0 else 'less'} often: {sides}"


def _listen(member: Member, at: datetime) -> Listening:
    return listen(open_lake(), member.workspace.key, stamp=read_stamp(), at=at)


def _bound(number: int, total: int) -> int:
    return min(max(number, 1), max(-(-total // A_PAGE), 1))


def _tell(comments: Sequence[Comment], member: Member) -> tuple[Row, ...]:
    return tuple(Row(comment, _cover(comment.text, member)) for comment in comments)


def _cover(text: str, member: Member) -> str:
    return text if member.may("see_customers") else mask(text)
