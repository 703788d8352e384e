"""Listening: asked for, carried out by the worker, kept for every screen."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from untilyes.analysis.voices.figures import count_figures
from untilyes.analysis.voices.filing import Filed
from untilyes.analysis.voices.hearing import Heard, Tone, hear, keep_heard
from untilyes.analysis.voices.mentions import count_mentions, suggest_names
from untilyes.analysis.voices.reading import read_comments
from untilyes.feedback.queries import open_lake
from untilyes.plumbing.jobs import enqueue
from untilyes.voices.models import Hearing, Topic
from untilyes.voices.queries import (
    find_hearing_under_way,
    list_listed,
    name_titled_topics,
    read_filing,
    read_voices_stamp,
)
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

Clock = Callable[[], datetime]


@transaction.atomic
def ask_for_hearing(*, at: datetime, by: Member | None = None) -> Hearing:
    """Have the worker listen to everything soon. Asking while a look waits for the worker returns that one."""
    if by:
        require(by, "see")
    standing = find_hearing_under_way()
    if standing is not None and standing.stage == Hearing.Stage.ASKED:
        return standing
    hearing = Hearing.objects.create(asked_at=at, by=by)
    enqueue("untilyes.voices.jobs.listen", hearing.workspace_id, hearing.pk)
    return hearing


def hear_everything(hearing: Hearing, *, clock: Clock) -> Hearing:
    """Hear every comment and keep what was heard. A look that is over stays as it was."""
    if hearing.is_over:
        return hearing
    hearing.stage, hearing.started_at, hearing.stamp = Hearing.Stage.STARTED, clock(), read_voices_stamp()
    hearing.save(update_fields=["stage", "started_at", "stamp"])

    def show(doing: str, share: float) -> None:
        Hearing.objects.filter(pk=hearing.pk).update(doing=doing, done_share=share)

    lake = open_lake()
    comments = read_comments(lake, as_named=True)
    heard = hear(comments, likely=current_workspace().languages, before=read_filing().topics, progress=show)
    keep_heard(lake, heard, called=name_titled_topics())
    return keep_hearing(hearing, heard, at=clock())


@transaction.atomic
def keep_hearing(hearing: Hearing, heard: Heard, *, at: datetime) -> Hearing:
    """Keep the topics with their figures. Those no longer heard go, unless a person's word holds them."""
    known = {topic.key: topic for topic in Topic.objects.select_for_update()}
    comments = {one.id: one for one in heard.comments}
    figures = {topic.key: count_figures(topic, comments).to_dict() for topic in heard.topics.topics}
    for filed in heard.topics.filing.topics:
        topic = known.pop(filed.key, None)
        # One that a person's word held, and that is gone, was dropped while the look went on.
        if topic is not None or not filed.stays:
            _keep(topic, filed, figures.get(filed.key))
    for topic in known.values():
        _let_go(topic)
    hearing.told = _tell(heard, comments)
    hearing.stage, hearing.ended_at, hearing.doing, hearing.done_share = Hearing.Stage.DONE, at, "", 1.0
    hearing.comments = len(heard.comments)
    hearing.save()
    return hearing


@transaction.atomic
def fail_hearing(hearing: Hearing, problem: str, *, at: datetime) -> None:
    """Say that a look came to nothing, and why; what was heard before still stands."""
    hearing.stage, hearing.ended_at, hearing.problem = Hearing.Stage.FAILED, at, problem
    hearing.save()


def _keep(topic: Topic | None, filed: Filed, figures: dict[str, Any] | None) -> None:
    """What people did to a topic while the look went on is left as it is."""
    row = topic or Topic(key=filed.key, language=filed.language)
    row.names, row.weights = list(filed.names), dict(filed.weights)
    row.is_heard, row.told = figures is not None, figures or {}
    row.save()


def _let_go(topic: Topic) -> None:
    holds = topic.title or topic.is_pinned or topic.query or topic.into_id or topic.part_of_id
    if holds or topic.merged.exists() or topic.parts.exists():
        topic.is_heard, topic.told = False, {}
        topic.save()
    else:
        topic.delete()


def _tell(heard: Heard, comments: Mapping[str, Any]) -> dict[str, Any]:
    topics, listed = heard.topics, list_listed()
    known = [spelling for one in listed for spelling in (one.name, *one.spellings)]
    mentioned = {one.key: count_figures(one, comments).to_dict() for one in count_mentions(heard.comments, listed)}
    return {
        "tones": [_tell_tone(tone) for tone in heard.tones],
        "names": mentioned,
        "candidates": [asdict(one) for one in suggest_names(heard.comments, known=known)],
        "about_none": topics.about_none,
        "too_few": [[language, n] for language, n in topics.too_few],
        "since": topics.since.isoformat() if topics.since else None,
        "until": topics.until.isoformat() if topics.until else None,
    }


def _tell_tone(tone: Tone) -> dict[str, Any]:
    plain = {name: getattr(tone, name) for name in ("language", "by", "comments", "answered", "counts")}
    return plain | {"quality": asdict(tone.quality) if tone.quality else None}
