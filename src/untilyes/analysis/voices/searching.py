"""Looking through all comments: which ones a query means, where they come from, the newest first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from untilyes.analysis.voices.asking import Query
from untilyes.analysis.voices.folding import fold
from untilyes.analysis.voices.reading import Comment
from untilyes.analysis.voices.tokens import split_words
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share

FACETS: Final = ("topic", "tone", "answer", "kind", "source", "channel", "touchpoint", "team", "language")
"""What a search can be narrowed by; the period is narrowed when the comments are read."""


@dataclass(frozen=True)
class Hits:
    """What a query found: comments newest first, where they come from, and how those who also answered did.

    `distinct` is in how many ways it was said; None without a query, when nobody asks.
    """

    comments: tuple[Comment, ...]
    searched: int
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    customers: int
    distinct: int | None
    share: Estimate
    yes: Estimate


def search(
    comments: Sequence[Comment],
    query: Query | None,
    *,
    where: Mapping[str, str] | None = None,
    searched: int | None = None,
) -> Hits:
    """The comments that meet the query, among those `where` these facets have these values.

    A facet's counts leave its own choice aside, so that another value can be chosen. A comment of several topics or
    kinds counts for each of them. `searched` is how many there are where only those that may meet the query are given.
    """
    chosen = {name: value for name, value in (where or {}).items() if name in FACETS and value}
    meant = [one for one in comments if query is None or query.matches(split_words(one.text))]
    facets = {name: _count(meant, name, chosen) for name in FACETS}
    found = sorted((one for one in meant if _fits(one, chosen)), key=lambda one: (one.at, one.id), reverse=True)
    everything = len(comments) if searched is None else searched
    among = sum(_fits(one, chosen) for one in comments) if chosen else everything
    judged = [one.yes for one in found if one.yes is not None]
    return Hits(
        tuple(found),
        everything,
        facets,
        len({one.customer_id or one.id for one in found}),
        len({fold(one.text) for one in found}) if query is not None else None,
        estimate_share(len(found), among),
        estimate_share(judged.count(True), len(judged)),
    )


def list_values(comment: Comment, facet: str) -> tuple[str, ...]:
    """The values a comment has of a facet; "" where there is none."""
    if facet == "topic":
        return comment.topics or ("",)
    if facet == "kind":
        return comment.kinds or ("",)
    if facet == "answer":
        return ({True: "yes", False: "no", None: ""}[comment.yes],)
    return (getattr(comment, facet) or "",)


def _fits(comment: Comment, chosen: Mapping[str, str], *, but: str = "") -> bool:
    return all(value in list_values(comment, name) for name, value in chosen.items() if name != but)


def _count(comments: Sequence[Comment], name: str, chosen: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    theirs = (one for one in comments if _fits(one, chosen, but=name))
    counted = Counter(value for one in theirs for value in list_values(one, name))
    return tuple(sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])))
