"""The slow part of Voices: topics and tone, looked at afresh at most every ten minutes, and said to be that old.

What is kept holds phrases and numbers, never what somebody wrote: texts are read from the lake each time, so that who
was erased is gone at once.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from untilyes.analysis.voices.reading import read_comments
from untilyes.analysis.voices.sentiment import Quality, learn_sentiment
from untilyes.analysis.voices.topics import Topics, find_topics
from untilyes.lake import Lake

MOST_COMMENTS = 10_000
MOST_LEARNED = 2_000
FRESH_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Listening:
    """What the newest comments are about, when that was looked at and what the lake was then."""

    at: datetime
    stamp: str
    topics: Topics


@dataclass(frozen=True)
class Tone:
    """How well a yes can be told from words, in the language most answers came in; None: nothing to learn from."""

    at: datetime
    stamp: str
    language: str
    answered: int
    quality: Quality | None


_heard: dict[UUID, Listening] = {}
_tones: dict[UUID, Tone] = {}
_one_at_a_time = Lock()


def listen(lake: Lake, workspace_key: UUID, *, stamp: str, at: datetime) -> Listening:
    """The topics of the newest 10,000 comments; those of the last ten minutes may stand, and keep their identity."""
    with _one_at_a_time:
        known = _heard.get(workspace_key)
        if known is None or not _may_stand(known, stamp, at):
            comments = read_comments(lake, at_most=MOST_COMMENTS)
            before = known.topics.topics if known else ()
            known = _heard[workspace_key] = Listening(at, stamp, find_topics(comments, before=before))
        return known


def hear_tone(lake: Lake, workspace_key: UUID, *, stamp: str, at: datetime) -> Tone:
    """How well words tell a yes from a no here, learned from at most the newest 2,000 comments with an answer."""
    with _one_at_a_time:
        known = _tones.get(workspace_key)
        if known is None or not _may_stand(known, stamp, at):
            answered = [one for one in read_comments(lake, at_most=5 * MOST_LEARNED) if one.yes is not None]
            language = min(Counter(one.language for one in answered).most_common(), default=("", 0), key=_commonest)[0]
            theirs = [one for one in answered if one.language == language][-MOST_LEARNED:]
            learned = learn_sentiment([one.text for one in theirs], ["yes" if one.yes else "no" for one in theirs])
            known = Tone(at, stamp, language, len(theirs), learned.quality if learned else None)
            _tones[workspace_key] = known
        return known


def _commonest(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]


def _may_stand(known: Listening | Tone, stamp: str, at: datetime) -> bool:
    return known.stamp == stamp or timedelta() <= at - known.at < FRESH_FOR
