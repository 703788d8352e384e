"""Words that customers have begun to use, or no longer do: since when, by how many, and where."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial

import ibis.expr.types as ir

from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Tone, Trail
from untilyes.analysis.findings.moments import WEEKS_A_MONTH
from untilyes.analysis.findings.phrases import Phrase, find_phrases, hold_phrases
from untilyes.analysis.findings.wording import tell_place, tell_since
from untilyes.analysis.voices.quotes import choose_quotes
from untilyes.analysis.voices.reading import Comment, read_comments
from untilyes.lake import Lake
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share

WEEKS = 26
SAME = 0.5
"""Phrases that share this part of their comments are one topic under several names."""
MAINLY = 0.8
"""A topic is about a place when this share of it comes from there."""
USUAL = 0.6
"""Where more than this share of all comments comes from a place, that those of a topic do as well is no news."""
PLACES = ("touchpoint", "channel", "source")


def examine_emerging(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per phrase and language: did its share of the comments move for good in the last 26 weeks?

    Phrases of up to three words that at least 20 comments hold, or 10 of the newest week. Those that stand in the same
    comments are one topic, told by the surest of them.
    """
    monday = until - timedelta(days=until.weekday())
    weeks = tuple(monday - timedelta(weeks=back) for back in range(WEEKS, 0, -1))
    comments = read_comments(lake, since=weeks[0], until=monday)
    by_language: dict[str, list[Comment]] = defaultdict(list)
    for comment in comments:
        by_language[comment.language].append(comment)
    for language, said in sorted(by_language.items()):
        phrases = find_phrases(said, language, weeks)
        for phrase in phrases:
            tell = partial(_tell_fading if phrase.has_faded else _tell, phrase, said, weeks)
            causes = tuple(_explaining(phrase, phrases, said))
            matters, people = phrase.has_grown or phrase.has_faded, partial(_wrote, lake, phrase, said, weeks)
            yield Candidate(phrase.key, phrase.shift.p, matters, tell, causes, people=people)


def _wrote(lake: Lake, phrase: Phrase, said: Sequence[Comment], weeks: Sequence[date]) -> ir.Table:
    """Who wrote it, since it came up or before it faded."""
    comments = lake.read("comments")
    theirs = [one.id for one in _choose(phrase, said, weeks)]
    return comments.filter(comments["id"].isin(theirs)).select(who="customer_id")


def _choose(phrase: Phrase, said: Sequence[Comment], weeks: Sequence[date]) -> list[Comment]:
    """The comments that hold it, since it came up or before it faded."""
    first = weeks[phrase.shift.at]
    holding = (said[number] for number in sorted(phrase.holders))
    return [comment for comment in holding if (comment.at.date() >= first) != phrase.has_faded]


def _explaining(phrase: Phrase, others: Sequence[Phrase], said: Sequence[Comment]) -> Iterator[str]:
    """Surer phrases in the same comments, then the change of the place that the phrase is about."""
    for other in sorted(others, key=lambda one: one.rank):
        if other.rank >= phrase.rank:
            break
        shared = len(phrase.holders & other.holders)
        if shared >= SAME * min(len(phrase.holders), len(other.holders)):
            yield other.key
    where = _find_place([said[number] for number in phrase.holders])
    where.pop("source", None)
    if where:
        yield ":".join(["change", "effectiveness", *(f"{name}={value}" for name, value in where.items())])


def _find_place(comments: Sequence[Comment]) -> dict[str, str]:
    """What most of the comments share of touchpoint, channel and source."""
    found = {}
    for name in PLACES:
        counted = Counter(getattr(comment, name) for comment in comments)
        value, n = counted.most_common(1)[0]
        if value and n >= MAINLY * len(comments):
            found[name] = str(value)
    return found


def _tell(phrase: Phrase, said: Sequence[Comment], weeks: Sequence[date]) -> Finding:
    theirs = _choose(phrase, said, weeks)
    people = len({comment.customer_id or comment.id for comment in theirs})
    nos = _count_nos(theirs)
    customers = round(people / max(len(weeks) - phrase.shift.at, 1) * WEEKS_A_MONTH)
    since = "this week" if phrase.shift.at == len(weeks) - 1 else f"since {_tell_since(phrase, weeks)}"
    began = f"is new {since}" if phrase.is_new else f"is said more often {since}"
    return Finding(
        kind=Kind.EMERGING_TOPIC,
        key=phrase.key,
        sentence=f"“{phrase.text}” {began}: {people:,} customers{_tell_where(theirs, said)}; "
        f"{phrase.shift.after.brief()} of those who wrote, was {phrase.shift.before.brief()}.",
        tone=Tone.WORSE if (nos.value or 0.0) > 0.5 else Tone.NEITHER,
        customers=customers,
        effect=nos.value or 0.0,
        action="Read what they say, and find out what began then.",
        figures=(
            Figure("of those who wrote, since then", phrase.shift.after),
            Figure("of those who wrote before", phrase.shift.before),
            *_tell_nos(nos),
        ),
        course=_course(phrase, said, weeks),
        quotes=choose_quotes([comment.text for comment in theirs]),
        rows=_lead_to(phrase),
        notes=(_HOW,),
    )


def _tell_fading(phrase: Phrase, said: Sequence[Comment], weeks: Sequence[date]) -> Finding:
    theirs = _choose(phrase, said, weeks)
    people = len({comment.customer_id or comment.id for comment in theirs})
    nos = _count_nos(theirs)
    return Finding(
        kind=Kind.EMERGING_TOPIC,
        key=phrase.key,
        sentence=f"“{phrase.text}” is hardly said any more since {_tell_since(phrase, weeks)}"
        f"{_tell_where(theirs, said)}: {phrase.shift.after.brief()} of those who wrote, was "
        f"{phrase.shift.before.brief()}.",
        tone=Tone.BETTER if (nos.value or 0.0) > 0.5 else Tone.NEITHER,
        customers=round(people / max(phrase.shift.at, 1) * WEEKS_A_MONTH),
        effect=nos.value or 0.0,
        action="If somebody did something about it, tell those who wrote; if nobody did, see why they stopped writing.",
        figures=(
            Figure("of those who wrote, since then", phrase.shift.after),
            Figure("of those who wrote before", phrase.shift.before),
            *_tell_nos(nos),
        ),
        course=_course(phrase, said, weeks),
        quotes=choose_quotes([comment.text for comment in theirs]),
        rows=_lead_to(phrase),
        notes=(_HOW,),
    )


def _count_nos(theirs: Sequence[Comment]) -> Estimate:
    judged = [comment.effective for comment in theirs if comment.effective is not None]
    return estimate_share(judged.count(False), len(judged))


def _tell_nos(nos: Estimate) -> tuple[Figure, ...]:
    """Nothing where nobody of them was asked the two questions."""
    return (Figure("of those who also answered said no", nos),) if nos.is_defined else ()


def _lead_to(phrase: Phrase) -> Trail:
    return Trail("said", {"text": phrase.text, "language": phrase.language})


def read_holding(lake: Lake, text: str, language: str, *, until: date) -> list[Comment]:
    """The comments of the last 26 weeks in which a phrase stands, the newest first."""
    monday = until - timedelta(days=until.weekday())
    comments = read_comments(lake, since=monday - timedelta(weeks=WEEKS), until=monday)
    said = [comment for comment in comments if comment.language == language]
    return [said[number] for number in sorted(hold_phrases(said).get(text, ()), reverse=True)]


_HOW = (
    "Phrases of up to three words without the language's function words, by week of the last half year: the likeliest "
    "moment of a lasting change, and the newest week against all before. Phrases in the same comments are one."
)


def _tell_since(phrase: Phrase, weeks: Sequence[date]) -> str:
    return tell_since(weeks[phrase.shift.low], weeks[phrase.shift.high]).removeprefix("since ")


def _tell_where(theirs: Sequence[Comment], said: Sequence[Comment]) -> str:
    """ ", all about refund by e-mail"; nothing where most comments come from there anyway."""
    where = {
        name: value
        for name, value in _find_place(theirs).items()
        if sum(getattr(comment, name) == value for comment in said) <= USUAL * len(said)
    }
    if not where:
        return ""
    share = sum(all(getattr(one, name) == value for name, value in where.items()) for one in theirs) / len(theirs)
    much = "all" if share == 1 else "nearly all" if share >= 0.95 else "mostly"
    source = where.pop("source", "")
    return f", {much} {'about ' if 'touchpoint' in where else ''}{_join_place(where, source)}"


def _join_place(where: dict[str, str], source: str) -> str:
    told = [tell_place(where)] if where else []
    told += [f"in {_SOURCES.get(source, source)}"] if source else []
    return " ".join(told)


_SOURCES = {
    "survey": "surveys", "ticket": "tickets", "review": "reviews", "social": "social posts", "chat": "chats",
    "call": "calls", "community": "the community",
}  # fmt: skip


def _course(phrase: Phrase, said: Sequence[Comment], weeks: Sequence[date]) -> tuple[Figure, ...]:
    """The share of those who wrote that used the phrase, week by week."""
    wrote = [((comment.at.date() - weeks[0]).days // 7, comment.customer_id or comment.id) for comment in said]
    held = Counter(week for week, _ in {wrote[number] for number in phrase.holders})
    whole = Counter(week for week, _ in set(wrote))
    return tuple(Figure(day.isoformat(), estimate_share(held[n], whole[n])) for n, day in enumerate(weeks))
