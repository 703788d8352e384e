"""One look at everything customers wrote: language, tone, kind and topics of every comment.

What comes of it are figures and one row per comment for the lake (`heard`), never what somebody wrote.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from untilyes.analysis.voices.filing import Filed
from untilyes.analysis.voices.kinds import tell_kinds
from untilyes.analysis.voices.languages import tell_languages
from untilyes.analysis.voices.lexicon import LANGUAGE as LISTED_LANGUAGE
from untilyes.analysis.voices.lexicon import tell_by_list
from untilyes.analysis.voices.reading import Comment
from untilyes.analysis.voices.sentiment import Quality, learn_sentiment
from untilyes.analysis.voices.topics import Topics, find_topics
from untilyes.lake import Lake

Progress = Callable[[str, float], None]

MOST_LEARNED: Final = 5_000
"""A language's tone is learned from its newest answered comments, at most so many."""
BY_ANSWERS, BY_LIST, UNKNOWN = "answers", "list", ""


@dataclass(frozen=True)
class Tone:
    """How the tone of one language's comments is known: learned from `answered`, from a list, or not at all.

    `counts` are comments per tone; `quality` is measured on comments held out, None where nothing was learned.
    """

    language: str
    by: str
    comments: int
    answered: int
    counts: Mapping[str, int]
    quality: Quality | None


@dataclass(frozen=True)
class Heard:
    """What one look found. `comments` are as heard: with their language, tone, kinds and topics."""

    comments: tuple[Comment, ...]
    topics: Topics
    tones: tuple[Tone, ...]

    def rows(self, responses: Mapping[str, str | None], called: Mapping[str, str]) -> list[dict[str, Any]]:
        """One row per comment for the lake; `responses` names the response each belongs to, `called` topics by key."""
        by = {tone.language: tone.by for tone in self.tones}
        names = {one.key: called.get(one.key) or one.name for one in self.topics.topics}
        return [
            {
                "id": one.id,
                "customer_id": one.customer_id,
                "at": one.at,
                "source": one.source,
                "channel": one.channel,
                "touchpoint": one.touchpoint,
                "response_id": responses.get(one.id),
                "language": one.language or None,
                "tone": one.tone or None,
                "tone_by": by.get(one.language) or None if one.tone else None,
                "kinds": " ".join(one.kinds) or None,
                "topics": " ".join(one.topics) or None,
                "topic_names": "\n".join(" ".join(names.get(key, key).split()) for key in one.topics) or None,
            }
            for one in self.comments
        ]


def hear(
    comments: Sequence[Comment],
    *,
    likely: Collection[str] = (),
    before: Sequence[Filed] = (),
    progress: Progress | None = None,
) -> Heard:
    """Hear comments as their sources handed them in (`read_comments(…, as_named=True)`).

    `likely` are the workspace's languages, `before` the topics of the last look as people left them.
    """
    show = progress or (lambda _doing, _share: None)
    show("Telling languages", 0.0)
    spoken = tell_languages([one.text for one in comments], [one.language for one in comments], likely=likely)
    said = [replace(one, language=language) for one, language in zip(comments, spoken, strict=True)]
    show("Finding topics", 0.1)
    topics = find_topics(said, before=before)
    show("Learning how they sound", 0.5)
    tones, told = hear_tones(said, progress=lambda share: show("Learning how they sound", 0.5 + 0.45 * share))
    heard = tuple(
        replace(one, tone=tone, kinds=tell_kinds(one.text, one.language), topics=topics.filed[one.id])
        for one, tone in zip(said, told, strict=True)
    )
    return Heard(heard, topics, tones)


def hear_tones(
    comments: Sequence[Comment], *, progress: Callable[[float], None] | None = None
) -> tuple[tuple[Tone, ...], list[str]]:
    """How each language's tone is known, the most spoken first; and the tone of each comment ("" where unknown).

    A comment that taught is told by what was learned without it.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, comment in enumerate(comments):
        places[comment.language].append(place)
    told = [""] * len(comments)
    tones = []
    ordered = sorted(places.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    for number, (language, mine) in enumerate(ordered):
        tone, labels = _hear_language(language, [comments[place] for place in mine])
        tones.append(tone)
        for place, label in zip(mine, labels, strict=True):
            told[place] = label
        if progress:
            progress((number + 1) / len(ordered))
    return tuple(tones), told


def _hear_language(language: str, said: Sequence[Comment]) -> tuple[Tone, list[str]]:
    answered = [place for place, one in enumerate(said) if tell_answer(one)]
    teaching = answered[-MOST_LEARNED:]
    labels = [tell_answer(said[place]) for place in teaching]
    learned = learn_sentiment([said[place].text for place in teaching], labels)
    if learned is not None and learned.quality.learned_something:
        known = dict(zip(teaching, learned.apart, strict=True))
        rest = [place for place in range(len(said)) if not known.get(place)]
        known |= dict(zip(rest, learned.tell([said[place].text for place in rest]), strict=True))
        by, told = BY_ANSWERS, [known[place] for place in range(len(said))]
    elif language == LISTED_LANGUAGE:
        by, told = BY_LIST, tell_by_list([one.text for one in said])
    else:
        by, told = UNKNOWN, [""] * len(said)
    counts = Counter(one for one in told if one)
    return Tone(language, by, len(said), len(answered), dict(counts), learned.quality if learned else None), told


def tell_answer(comment: Comment) -> str:
    """What its customer answered: positive, negative, neutral (the middle of a scale), or nothing."""
    if comment.effective is None and comment.score is None:
        return ""
    if comment.yes is None:
        return "neutral"
    return "positive" if comment.yes else "negative"


def keep_heard(lake: Lake, heard: Heard, *, called: Mapping[str, str] | None = None) -> int:
    """Write what was heard to the lake; how many comments. What was erased meanwhile stays erased.

    `called` are names that people gave topics, by their key; the others go by the phrases that set them apart.
    """
    there = _read_responses(lake)
    rows = [row for row in heard.rows(there, called or {}) if row["id"] in there]
    kept = lake.replace("heard", rows)
    # Somebody may have been erased between the reading and the writing.
    still = _read_responses(lake)
    if any(row["id"] not in still for row in rows):
        kept = lake.replace("heard", [row for row in rows if row["id"] in still])
    return kept


def _read_responses(lake: Lake) -> dict[str, str | None]:
    """Every comment there is, with the response it belongs to."""

    def question() -> Any:
        return lake.read("comments").select("id", "response_id")

    return {row["id"]: row["response_id"] for row in lake.fetch(question).to_pylist()}
