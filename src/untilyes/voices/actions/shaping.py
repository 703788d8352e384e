"""What people do to topics: name, pin, merge, split, ask for. All of it holds from look to look."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from untilyes.analysis.voices.asking import read_query
from untilyes.analysis.voices.grouping import Pattern, find_patterns
from untilyes.analysis.voices.reading import read_comments
from untilyes.feedback.queries import open_lake
from untilyes.voices.access import get_topic
from untilyes.voices.actions.listening import ask_for_hearing
from untilyes.voices.models import Topic
from untilyes.voices.rules import NotPossible, check_title
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member

MAY = "act_on_findings"
MOST_PARTS = 4


@transaction.atomic
def name_topic(topic: Topic, title: str, *, by: Member, at: datetime) -> Topic:
    """Call a topic something; an empty name gives it back the words it was found by. A named topic is kept."""
    require(by, MAY)
    before, topic.title = topic.name, check_title(title)
    topic.save(update_fields=["title"])
    record_audit("name_topic", about=f"topic {topic.key}", at=at, by=by, before=before, after=topic.name)
    return topic


@transaction.atomic
def pin_topic(topic: Topic, *, pinned: bool, by: Member, at: datetime) -> Topic:
    """Keep a topic at the top and by the words it has, whatever the texts suggest; or let it follow them again."""
    require(by, MAY)
    topic.is_pinned = pinned
    topic.save(update_fields=["is_pinned"])
    record_audit("pin_topic", about=f"topic {topic.key}", at=at, by=by, pinned=pinned)
    return topic


def hold_topic(key: str, *, by: Member, at: datetime) -> Topic:
    """Pin a topic that something rests on, so that it stays whatever customers speak of next. Raises NotFound."""
    topic = get_topic(key, seen_by=by)
    return topic if topic.is_pinned else pin_topic(topic, pinned=True, by=by, at=at)


@transaction.atomic
def merge_topic(topic: Topic, into: Topic, *, by: Member, at: datetime) -> Topic:
    """Let a topic's comments count for another one, in whatever language. Raises NotPossible."""
    require(by, MAY)
    if into.pk == topic.pk or _is_under(into, topic):
        raise NotPossible("A topic cannot be merged into itself.")
    if topic.parts.exists():
        raise NotPossible("This topic is split; join it again, or merge its parts.")
    topic.into = into
    topic.save(update_fields=["into"])
    record_audit("merge_topic", about=f"topic {topic.key}", at=at, by=by, into=into.key)
    ask_for_hearing(at=at, by=by)
    return into


@transaction.atomic
def unmerge_topic(topic: Topic, *, by: Member, at: datetime) -> Topic:
    """Undo a merging: the topic stands for itself again."""
    require(by, MAY)
    topic.into = None
    topic.save(update_fields=["into"])
    record_audit("unmerge_topic", about=f"topic {topic.key}", at=at, by=by)
    ask_for_hearing(at=at, by=by)
    return topic


@transaction.atomic
def split_topic(topic: Topic, parts: int, *, by: Member, at: datetime) -> list[Topic]:
    """Split a topic into what goes together within it. Raises NotPossible where there is too little to tell apart."""
    require(by, MAY)
    if not 2 <= parts <= MOST_PARTS:
        raise NotPossible(f"A topic is split into 2 to {MOST_PARTS} parts.")
    if topic.query or topic.part_of_id or topic.parts.exists():
        raise NotPossible("Only a topic found in the texts can be split, and only once; a part can be merged.")
    said = [one.text for one in read_comments(open_lake()) if topic.key in one.topics]
    patterns = find_patterns(said, topics=parts)
    if len(patterns) < 2:
        raise NotPossible("Its comments are too few, or too much alike, to be told apart.")
    found = [_make_part(topic, pattern, number) for number, pattern in enumerate(patterns, start=1)]
    record_audit("split_topic", about=f"topic {topic.key}", at=at, by=by, parts=[one.key for one in found])
    ask_for_hearing(at=at, by=by)
    return found


@transaction.atomic
def join_topic(topic: Topic, *, by: Member, at: datetime) -> Topic:
    """Undo a split: its parts go, and their comments are the topic's again."""
    require(by, MAY)
    Topic.objects.filter(into__in=topic.parts.all()).update(into=topic)
    topic.parts.all().delete()
    record_audit("join_topic", about=f"topic {topic.key}", at=at, by=by)
    ask_for_hearing(at=at, by=by)
    return topic


@transaction.atomic
def ask_topic(query: str, *, title: str = "", by: Member, at: datetime) -> Topic:
    """Ask for a topic by a query; every comment that it means is filed under it too. Raises NotUnderstood, NotPossible.

    Asking the same again changes nothing but the title.
    """
    require(by, MAY)
    read_query(query)
    query, title = " ".join(query.split()), check_title(title)
    topic = Topic.objects.filter(query=query).first()
    if topic is None:
        topic = Topic.objects.create(key=_name_asked(query), query=query, title=title)
    elif title:
        topic.title = title
        topic.save(update_fields=["title"])
    record_audit("ask_topic", about=f"topic {topic.key}", at=at, by=by, query=query)
    ask_for_hearing(at=at, by=by)
    return topic


@transaction.atomic
def drop_topic(topic: Topic, *, by: Member, at: datetime) -> None:
    """Ask for a topic no more. Raises NotPossible for one that was found in the texts."""
    require(by, MAY)
    if not topic.query:
        raise NotPossible("This topic was found in what customers say; it goes when they stop saying it.")
    record_audit("drop_topic", about=f"topic {topic.key}", at=at, by=by, query=topic.query)
    topic.delete()
    ask_for_hearing(at=at, by=by)


def _name_asked(query: str) -> str:
    """Of what is asked, so that a rule about a topic that was dropped never comes to mean another one."""
    return f"asked-{sha256(query.encode()).hexdigest()[:16]}"


def _make_part(topic: Topic, pattern: Pattern, number: int) -> Topic:
    return Topic.objects.create(
        key=f"{topic.key}-p{number}",
        language=topic.language,
        names=list(pattern.names),
        weights=dict(pattern.weights),
        part_of=topic,
    )


def _is_under(topic: Topic, other: Topic) -> bool:
    """Whether a topic was merged into another, over however many steps."""
    seen = set[int]()
    here: Topic | None = topic
    while here is not None and here.pk not in seen:
        if here.pk == other.pk:
            return True
        seen.add(here.pk)
        here = here.into
    return False
