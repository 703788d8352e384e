"""Names in what customers say: competitors and channels the workspace lists, and names it may have overlooked.

A listed name is found whole and in any case, under any of its spellings. Candidates are words that customers write with
a capital next to words of comparison or change ("than", "switched to"); they are shown to people to choose from, and
count for nothing until somebody lists them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from untilyes.analysis.voices.asking import Either, Phrase, Query
from untilyes.analysis.voices.filing import Filed, Filing
from untilyes.analysis.voices.reading import Comment
from untilyes.analysis.voices.tokens import split_words
from untilyes.analysis.voices.topics import Topic, describe_topics

FEWEST_WRITERS: Final = 5
"""A name that fewer people wrote may be a person's, and is not shown."""
MOST_CANDIDATES: Final = 20
_CUE: Final = re.compile(
    r"\b(?:than|switch(?:ed|ing)? to|moved? to|unlike|compared (?:to|with)|instead of|prefer|try|rather"
    r"|als|anders als|gewechselt zu|wechsle? zu|statt|im vergleich zu|lieber"
    r"|que|en vez de|prefiero|cambio a|do que|em vez da?|prefiro|trocar pel[ao]|au lieu de|contrairement à)\s+"
    r"(?:the |die |der |das |a |o |la |le |el )?@?([A-ZÄÖÜÁÉÍÓÚÂÊÔÃÕÇ][\w&'’.-]*[\w])"
)


@dataclass(frozen=True)
class Listed:
    """A name the workspace listens for, with its spellings."""

    name: str
    spellings: tuple[str, ...]

    @property
    def query(self) -> Query:
        """What finds it."""
        phrases = [Phrase(tuple(words)) for one in (self.name, *self.spellings) if (words := split_words(one))]
        return phrases[0] if len(phrases) == 1 else Either(tuple(phrases))


@dataclass(frozen=True)
class Candidate:
    """A name that may be worth listing: how many people wrote it beside a word of comparison."""

    name: str
    writers: int


def find_mentions(comments: Sequence[Comment], listed: Sequence[Listed]) -> Mapping[str, tuple[Comment, ...]]:
    """Per listed name the comments that mention it, in their order."""
    queries = [(one.name, one.query) for one in listed]
    found: dict[str, list[Comment]] = {one.name: [] for one in listed}
    for comment in comments:
        words = split_words(comment.text.replace("@", " "))
        for name, query in queries:
            if query.matches(words):
                found[name].append(comment)
    return {name: tuple(said) for name, said in found.items()}


def count_mentions(comments: Sequence[Comment], listed: Sequence[Listed]) -> tuple[Topic, ...]:
    """The listed names as topics of their own, with the same figures; those nobody mentions are left out."""
    found = find_mentions(comments, listed)
    filed: dict[str, list[str]] = {one.id: [] for one in comments}
    for name, said in found.items():
        for comment in said:
            filed[comment.id].append(name)
    filing = Filing(tuple(Filed(name, "", (name,), query=name) for name in found))
    return describe_topics(comments, filing, filed, dict.fromkeys(filed, 1.0))


def suggest_names(comments: Sequence[Comment], *, known: Sequence[str] = ()) -> tuple[Candidate, ...]:
    """Names beside words of comparison, the most written first; not those already `known`."""
    writers: dict[str, set[str]] = defaultdict(set)
    written: dict[str, Counter[str]] = defaultdict(Counter)
    lower: Counter[str] = Counter()
    for comment in comments:
        lower.update(word for word in re.findall(r"\b[a-zäöüß]\w+", comment.text))
        for name in _CUE.findall(comment.text):
            key = name.casefold().removesuffix("'s").removesuffix("’s")
            writers[key].add(comment.customer_id or comment.id)
            written[key][name] += 1
    skipped = {one.casefold() for one in known}
    found = [
        Candidate(written[key].most_common(1)[0][0], len(who))
        for key, who in writers.items()
        # What customers also write small is a word, not a name.
        if len(who) >= FEWEST_WRITERS and key not in skipped and lower[key] <= sum(written[key].values())
    ]
    return tuple(sorted(found, key=lambda one: (-one.writers, one.name))[:MOST_CANDIDATES])
