"""Questions about voices; never writes. Everything is as of the last look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from untilyes.analysis.voices.figures import read_figures
from untilyes.analysis.voices.filing import Filed, Filing
from untilyes.analysis.voices.folding import fold
from untilyes.analysis.voices.kinds import QUESTION
from untilyes.analysis.voices.languages import tell_languages
from untilyes.analysis.voices.mentions import Listed
from untilyes.analysis.voices.reading import Comment, read_comments
from untilyes.analysis.voices.tokens import split_words
from untilyes.feedback.queries import open_lake
from untilyes.voices.models import Hearing, Name, Topic, Writing
from untilyes.voices.writing import find_writer
from untilyes.workspaces.tenancy import current_workspace


@dataclass(frozen=True)
class Asked:
    """A question customers asked, as the newest of them worded it; how many people asked it so, and about what."""

    text: str
    newest: Comment
    people: int
    topics: tuple[str, ...]


def find_last_hearing() -> Hearing | None:
    """The newest look that came to an end, or None."""
    return Hearing.objects.filter(stage=Hearing.Stage.DONE).first()


def find_hearing_under_way() -> Hearing | None:
    """The look that is going on or waiting for the worker, or None."""
    newest = Hearing.objects.first()
    return newest if newest is not None and not newest.is_over else None


def find_newest_hearing() -> Hearing | None:
    """The newest look, whatever became of it."""
    return Hearing.objects.first()


def read_voices_stamp() -> str:
    """A text that changes whenever a comment or an answer does."""
    lake = open_lake()
    return f"{lake.version('comments')}.{lake.version('answers')}"


def list_topics() -> Sequence[Topic]:
    """The topics that stand for themselves and that comments are filed under, pinned ones first, then the largest."""
    found = Topic.objects.filter(into=None, is_heard=True)
    return sorted(found, key=lambda one: (not one.is_pinned, -one.told.get("comments", 0), one.key))


def list_unhappy_topics() -> Sequence[Topic]:
    """The topics about which somebody wrote who said no, those with most such people first."""
    counted = [(one, _count_noes(one)) for one in list_topics()]
    return [one for one, noes in sorted(counted, key=lambda pair: (-pair[1], pair[0].key)) if noes]


def _count_noes(topic: Topic) -> int:
    """Of those who wrote about it and answered both questions, how many said no to one of them."""
    yes = read_figures(topic.told).yes
    return round(yes.n * (1 - yes.value)) if yes.value is not None else 0


def list_quiet_topics() -> Sequence[Topic]:
    """Topics people shaped or asked for under which nothing was filed at the last look."""
    found = Topic.objects.filter(into=None, is_heard=False, parts=None)
    return [one for one in found if one.title or one.query or one.is_pinned or one.merged.exists()]


def list_merged(topic: Topic) -> Sequence[Topic]:
    """The topics that were merged into this one."""
    return list(topic.merged.order_by("key"))


def list_parts(topic: Topic) -> Sequence[Topic]:
    """The parts a topic was split into."""
    return list(topic.parts.order_by("key"))


def name_titled_topics() -> dict[str, str]:
    """The names that people gave to topics, by their key."""
    return {one.key: one.title for one in Topic.objects.exclude(title="").only("key", "title")}


def name_topics() -> dict[str, str]:
    """What every topic is called, by its key."""
    return {one.key: one.name for one in Topic.objects.only("key", "title", "query", "names")}


def read_filing() -> Filing:
    """All topics, ready to say what a comment is about."""
    return Filing(tuple(as_filed(one) for one in Topic.objects.select_related("into", "part_of")))


def as_filed(topic: Topic) -> Filed:
    """A kept topic as comments are filed under it. What people shaped stays, whatever the texts suggest."""
    return Filed(
        topic.key,
        topic.language,
        tuple(topic.names),
        topic.weights,
        is_kept=bool(topic.is_pinned or topic.title),
        into=topic.into.key if topic.into else "",
        part_of=topic.part_of.key if topic.part_of else "",
        query=topic.query,
    )


def topics_of(text: str, *, language: str = "") -> tuple[str, ...]:
    """The keys of the topics a text is about, by the rule that filed all others; for rules about a case or a message.

    `language` is what is known of it; the text itself is asked too.
    """
    return read_topics().list_keys([(text, language)])[0]


@dataclass(frozen=True)
class TopicReader:
    """Tells what texts are about. Made once, asked about many. `likely` are the languages expected here."""

    filing: Filing
    likely: tuple[str, ...]

    def list_keys(self, said: Sequence[tuple[str, str]]) -> list[tuple[str, ...]]:
        """The keys of the topics each of these texts is about; with each text comes what is known of its language."""
        spoken = tell_languages([text for text, _ in said], [language for _, language in said], likely=self.likely)
        keys: list[tuple[str, ...]] = [()] * len(said)
        for language in set(spoken):
            places = [place for place, one in enumerate(spoken) if one == language]
            filed = self.filing.file([split_words(said[place][0]) for place in places], language)
            for place, found in zip(places, filed, strict=True):
                keys[place] = found
        return keys

    def list_every_key(self, said: Sequence[tuple[str, str]]) -> list[frozenset[str]]:
        """Every topic each text counts for: also what was merged into it, and the whole it is a part of.

        Whoever asked for one of those before it was merged or split still finds the text.
        """
        return [frozenset(key for one in keys for key in self._list_with(one)) for keys in self.list_keys(said)]

    def _list_with(self, key: str) -> list[str]:
        return [other for one in self.filing.list_under(key) for other in (one.key, one.part_of) if other]


def read_topics() -> TopicReader:
    """What tells texts apart, as of the last look."""
    return TopicReader(read_filing(), tuple(current_workspace().languages))


def list_questions(*, since: date | None = None, limit: int = 200) -> Sequence[Asked]:
    """What customers asked, the most asked first; those that say the same are one. For gaps in what is known."""
    asked: dict[str, list[Comment]] = {}
    for comment in read_comments(open_lake(), since=since):
        if QUESTION in comment.kinds:
            asked.setdefault(fold(comment.text), []).append(comment)
    found = [
        Asked(said[-1].text, said[-1], len({one.customer_id or one.id for one in said}), said[-1].topics)
        for said in asked.values()
    ]
    return sorted(found, key=lambda one: (-one.people, -one.newest.at.timestamp(), one.newest.id))[:limit]


def find_writing(topic: Topic) -> Writing | None:
    """What a language model wrote about a topic, as last shown; None where none did."""
    wrote = Writing.objects.filter(about=topic.key, title=topic.machine_title, words=topic.machine_words)
    return wrote.first() if topic.machine_title else None


def may_write() -> bool:
    """Whether a language model is set up."""
    return find_writer() is not None


def list_names() -> Sequence[Name]:
    """The names the workspace listens for."""
    return list(Name.objects.all())


def list_listed() -> tuple[Listed, ...]:
    """The same, ready to be found in texts."""
    return tuple(Listed(one.name, tuple(one.spellings)) for one in list_names())
