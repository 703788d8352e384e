"""Filing comments under topics: those found in the texts, as people left them, and those asked for by a query.

A person may keep a topic (it stays although the texts no longer suggest it, by the words it has), merge one into
another (in any language), split one into parts, and ask for one by a query. All of that survives the next look, because
topics of two looks are matched by their words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final
from zlib import crc32

import numpy as np

from untilyes.analysis.voices.asking import Query, read_query
from untilyes.analysis.voices.grouping import Pattern, file_words
from untilyes.analysis.voices.tokens import split_words

SAME: Final = 0.3
"""Topics of two looks whose phrases are less alike than this (cosine) are not the same topic."""


@dataclass(frozen=True)
class Filed:
    """One topic as comments are filed under it.

    With `query` it has no language and no weights. `into` is the topic it was merged into, `part_of` the one it is a
    part of since that was split; `is_kept` topics stay, with their weights, whatever the texts suggest.
    """

    key: str
    language: str
    names: tuple[str, ...]
    weights: Mapping[str, float] = field(default_factory=dict)
    is_kept: bool = False
    into: str = ""
    part_of: str = ""
    query: str = ""

    @property
    def stays(self) -> bool:
        """Whether a person's word holds it."""
        return bool(self.is_kept or self.into or self.part_of or self.query)


@dataclass(frozen=True)
class Filing:
    """All topics, ready to say what a comment is about."""

    topics: tuple[Filed, ...]

    def file(self, words: Sequence[Sequence[str]], language: str) -> list[tuple[str, ...]]:
        """Per comment (already split, all of one language) the keys of its topics: one found, any number asked for."""
        found = self._file_found(words, language)
        return [
            tuple(dict.fromkeys(([self.resolve(key)] if key else []) + self._match(one)))
            for key, one in zip(found, words, strict=True)
        ]

    def weigh(self, words: Sequence[Sequence[str]], language: str) -> np.ndarray:
        """How much of each comment is about the topic it was found under."""
        return file_words(words, [one.weights for one in self._whole(language)])[1]

    def resolve(self, key: str) -> str:
        """The topic that a key's comments count for, after all merging."""
        seen = {key}
        while (target := self._into.get(key, "")) and target not in seen:
            seen.add(target)
            key = target
        return key

    def list_under(self, key: str) -> list[Filed]:
        """The topics whose comments count for this one: itself, and what was merged into it."""
        return [one for one in self.topics if self.resolve(one.key) == key]

    def _file_found(self, words: Sequence[Sequence[str]], language: str) -> list[str]:
        whole = self._whole(language)
        of, _ = file_words(words, [one.weights for one in whole])
        keys = [whole[place].key if place >= 0 else "" for place in of]
        for one in whole:
            parts = [part for part in self.topics if part.part_of == one.key]
            mine = [place for place, key in enumerate(keys) if key == one.key]
            if parts and mine:
                inner, _ = file_words([words[place] for place in mine], [part.weights for part in parts])
                for place, part in zip(mine, inner, strict=True):
                    keys[place] = parts[max(int(part), 0)].key
        return keys

    def _whole(self, language: str) -> list[Filed]:
        return [one for one in self.topics if one.language == language and not one.part_of and not one.query]

    def _match(self, words: Sequence[str]) -> list[str]:
        return [self.resolve(key) for key, query in self._queries if query.matches(words)]

    @cached_property
    def _into(self) -> Mapping[str, str]:
        return {one.key: one.into for one in self.topics}

    @cached_property
    def _queries(self) -> tuple[tuple[str, Query], ...]:
        return tuple((one.key, read_query(one.query)) for one in self.topics if one.query)


def renew(before: Sequence[Filed], found: Mapping[str, Sequence[Pattern]]) -> Filing:
    """The topics of this look (patterns by language), with what people made of the last one's.

    A pattern that continues an earlier topic takes its key; where a person's word holds that, its words stay too.
    """
    topics: list[Filed] = []
    taken = {one.key for one in before}
    for language, patterns in sorted(found.items()):
        olds = [one for one in before if one.language == language and not one.part_of and not one.query]
        matched = match_topics([one.weights for one in olds], [pattern.weights for pattern in patterns])
        for pattern, place in zip(patterns, matched, strict=True):
            old = olds[place] if place is not None else None
            if old is None:
                key = _make_key(language, pattern.names, taken)
                taken.add(key)
                topics.append(Filed(key, language, pattern.names, pattern.weights))
            else:
                topics.append(old if old.stays else replace(old, names=pattern.names, weights=pattern.weights))
    present = {one.key for one in topics}
    split = {one.part_of for one in before} - {""}
    lost = [one for one in before if (one.stays or one.key in split) and one.key not in present]
    return Filing((*topics, *lost))


def match_topics(old: Sequence[Mapping[str, float]], new: Sequence[Mapping[str, float]]) -> list[int | None]:
    """For each new topic the old one that it continues, or None: the best one-to-one match by cosine (Kuhn 1955).

    >>> match_topics([{"late": 1.0}, {"rude": 1.0}], [{"rude": 2.0, "cold": 0.5}, {"price": 1.0}])
    [1, None]
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - half a second that only this needs

    if not old or not new:
        return [None] * len(new)
    alike = np.array([[_cosine(one, other) for other in old] for one in new])
    found: list[int | None] = [None] * len(new)
    for ours, theirs in zip(*linear_sum_assignment(-alike), strict=True):
        if alike[ours, theirs] >= SAME:
            found[int(ours)] = int(theirs)
    return found


def file_one(filing: Filing, text: str, language: str) -> tuple[str, ...]:
    """The keys of the topics that one text is about."""
    (keys,) = filing.file([split_words(text)], language)
    return keys


def _make_key(language: str, names: Sequence[str], taken: set[str]) -> str:
    first = f"{language or 'xx'}-{crc32('|'.join(sorted(names)).encode()):08x}"
    key, again = first, 1
    while key in taken:
        again += 1
        key = f"{first}-{again}"
    return key


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    inner = sum(weight * other.get(phrase, 0.0) for phrase, weight in one.items())
    sizes = [sum(weight**2 for weight in each.values()) for each in (one, other)]
    return inner / (sizes[0] * sizes[1]) ** 0.5 if all(sizes) else 0.0
