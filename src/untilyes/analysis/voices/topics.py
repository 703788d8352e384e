"""What customers talk about: each topic with its size, who said yes, and whether it is on the rise.

Which comment is about what is decided in `filing`; here topics are counted. Every figure is of comments, their people
counted beside them: who writes is not everybody.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from untilyes.analysis.voices.filing import Filed, Filing, renew
from untilyes.analysis.voices.folding import fold
from untilyes.analysis.voices.grouping import find_patterns
from untilyes.analysis.voices.reading import Comment
from untilyes.analysis.voices.rising import Talk, judge_talk
from untilyes.analysis.voices.tokens import split_words
from untilyes.stats.changes import compare_many_shares
from untilyes.stats.results import Change, Estimate
from untilyes.stats.shares import estimate_share

MOST_CENTRAL = 200


@dataclass(frozen=True)
class Topic:
    """One thing that customers talk about.

    `share` is of the comments in its languages, `yes` of those who also answered; `effect` sets these against everybody
    else in its languages who wrote and answered. `central` are the comments that are most about it.
    """

    filed: Filed
    languages: tuple[str, ...]
    members: tuple[str, ...]
    central: tuple[str, ...]
    customers: int
    distinct: int
    share: Estimate
    yes: Estimate
    effect: Change
    talk: Talk
    places: tuple[tuple[str, int], ...]

    @property
    def key(self) -> str:
        """What the topic is known by, from look to look."""
        return self.filed.key

    @property
    def name(self) -> str:
        """The phrases that set it apart, or the query that asks for it."""
        return self.filed.query or ", ".join(self.filed.names)

    @property
    def comments(self) -> int:
        """How many comments are about it."""
        return len(self.members)


@dataclass(frozen=True)
class Topics:
    """All topics with comments, the largest first, and what they were made from.

    `filed` are the keys of each comment by its id. `about_none` comments hold no phrase of any topic.
    """

    topics: tuple[Topic, ...]
    filing: Filing
    filed: Mapping[str, tuple[str, ...]]
    comments: int
    about_none: int
    too_few: tuple[tuple[str, int], ...]
    since: date | None
    until: date | None


def find_topics(comments: Sequence[Comment], *, before: Sequence[Filed] = ()) -> Topics:
    """The topics of the comments, language by language; those of an earlier look keep their keys and their shape."""
    by_language: dict[str, list[Comment]] = defaultdict(list)
    for comment in comments:
        by_language[comment.language].append(comment)
    found = {language: find_patterns([one.text for one in said]) for language, said in by_language.items()}
    filing = renew(before, found)
    filed: dict[str, tuple[str, ...]] = {}
    strength: dict[str, float] = {}
    for language, said in by_language.items():
        words = [split_words(one.text) for one in said]
        for one, keys, weight in zip(said, filing.file(words, language), filing.weigh(words, language), strict=True):
            filed[one.id], strength[one.id] = keys, float(weight)
    days = [comment.at.date() for comment in comments]
    grouped = {one.language for one in filing.topics}
    return Topics(
        describe_topics(comments, filing, filed, strength),
        filing,
        filed,
        len(comments),
        sum(not filed[one.id] for one in comments if one.language in grouped),
        tuple((language, len(said)) for language, said in sorted(by_language.items()) if language not in grouped),
        min(days, default=None),
        max(days, default=None),
    )


def describe_topics(
    comments: Sequence[Comment],
    filing: Filing,
    filed: Mapping[str, Sequence[str]],
    strength: Mapping[str, float],
) -> tuple[Topic, ...]:
    """Count every topic that comments are filed under (`filed`: keys by comment), the largest first.

    `strength` is how much of each comment is about its topic.
    """
    theirs: dict[str, list[Comment]] = defaultdict(list)
    for comment in comments:
        for key in filed[comment.id]:
            theirs[key].append(comment)
    shown = [one for one in filing.topics if theirs.get(one.key)]
    languages = [_list_languages(filing, one) for one in shown]
    beside = {spoken: [one for one in comments if not spoken or one.language in spoken] for spoken in set(languages)}
    groups = [(theirs[one.key], beside[spoken]) for one, spoken in zip(shown, languages, strict=True)]
    talks, effects = judge_talk(groups), _weigh_effects(groups)
    topics = [
        _describe_one(one, spoken, mine, all_of, strength, talk, effect)
        for one, spoken, (mine, all_of), talk, effect in zip(shown, languages, groups, talks, effects, strict=True)
    ]
    return tuple(sorted(topics, key=lambda topic: (-topic.comments, topic.key)))


def _list_languages(filing: Filing, one: Filed) -> tuple[str, ...]:
    """The languages whose comments may be about it; none for all of them."""
    under = filing.list_under(one.key)
    return () if any(each.query for each in under) else tuple(sorted({each.language for each in under}))


def _describe_one(
    filed: Filed,
    languages: tuple[str, ...],
    mine: Sequence[Comment],
    beside: Sequence[Comment],
    strength: Mapping[str, float],
    talk: Talk,
    effect: Change,
) -> Topic:
    judged = [comment.yes for comment in mine if comment.yes is not None]
    where = Counter(comment.touchpoint or comment.channel or comment.source for comment in mine)
    newest = sorted(mine, key=lambda comment: (comment.at, comment.id), reverse=True)
    strongest = sorted(mine, key=lambda comment: (-strength[comment.id], comment.id))
    return Topic(
        filed,
        languages,
        tuple(comment.id for comment in newest),
        tuple(comment.id for comment in strongest[:MOST_CENTRAL]),
        len({comment.customer_id or comment.id for comment in mine}),
        len({fold(comment.text) for comment in mine}),
        estimate_share(len(mine), len(beside)),
        estimate_share(judged.count(True), len(judged)),
        effect,
        talk,
        tuple(sorted(where.items(), key=lambda entry: (-entry[1], entry[0]))[:2]),
    )


def _weigh_effects(groups: Sequence[tuple[Sequence[Comment], Sequence[Comment]]]) -> Sequence[Change]:
    """How often those who wrote about it said yes, against the others who wrote; all topics corrected together."""
    if not groups:
        return []
    counts = [(_count_yes(mine), _count_yes(beside)) for mine, beside in groups]
    others = ([all_of[0] - own[0] for own, all_of in counts], [all_of[1] - own[1] for own, all_of in counts])
    own = ([own[0] for own, _ in counts], [own[1] for own, _ in counts])
    found = compare_many_shares(others, own)
    return [found[place] for place in range(len(groups))]


def _count_yes(comments: Sequence[Comment]) -> tuple[int, int]:
    judged = [comment.yes for comment in comments if comment.yes is not None]
    return judged.count(True), len(judged)
