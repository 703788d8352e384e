"""What was looked for and not found, or asked and not answered, the gaps that most customers fell into first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from untilyes.knowledge.models import Search
from untilyes.knowledge.queries.answering import has_answer
from untilyes.knowledge.rules import Place
from untilyes.knowledge.searching import search_index

OVER = timedelta(days=90)
# Only these may still be gaps; what hardly anybody looked for does not hide what many did.
MOST = 200


@dataclass(frozen=True)
class Gap:
    """Something people looked for and did not find, or asked in a comment, in the newest of their words.

    `customers` counts people known to us once each, and every search of an unknown reader, and every comment of
    somebody unknown, as one person: readers are not followed.
    """

    key: UUID
    words: str
    customers: int
    searches: int
    last_at: datetime
    languages: tuple[str, ...]
    by_readers: int
    in_comments: int


def list_gaps(*, at: datetime, over: timedelta = OVER, limit: int = 50) -> list[Gap]:
    """The gaps of the last `over` that are gaps still: nothing was found, nor dismissed, and nothing is found now.

    Whoever asked in a comment has found something once an article says most of what they asked about.
    """
    failed = Search.objects.filter(found=0, dismissed_at=None, at__gt=at - over, chosen=None).order_by("at", "pk")
    groups: dict[str, list[Search]] = defaultdict(list)
    for search in failed:
        groups[search.name].append(search)
    gaps = sorted((_read(group) for group in groups.values()), key=lambda gap: (-gap.customers, -gap.searches))
    return list(islice((gap for gap in gaps[:MOST] if not _is_closed(gap)), limit))


def list_unchosen(*, at: datetime, over: timedelta = OVER, limit: int = 20) -> list[Gap]:
    """What at least two people looked for with results of which none was ever opened: a gap that hides behind them."""
    looked = Search.objects.filter(place=Place.HELP, dismissed_at=None, at__gt=at - over).order_by("at", "pk")
    groups: dict[str, list[Search]] = defaultdict(list)
    for search in looked:
        groups[search.name].append(search)
    ignored = [_read(group) for group in groups.values() if all(one.found and one.chosen_id is None for one in group)]
    several = [gap for gap in ignored if gap.customers > 1]
    return sorted(several, key=lambda gap: (-gap.customers, gap.words))[:limit]


def list_gap_searches(search: Search) -> list[Search]:
    """Every search and question for the same that found nothing, the newest first: the rows behind a gap."""
    return list(Search.objects.filter(name=search.name, found=0).order_by("-at", "-pk")[:200])


def _is_closed(gap: Gap) -> bool:
    if gap.in_comments:
        return has_answer(gap.words)
    return bool(search_index(gap.words, for_customers=gap.by_readers > 0, limit=1))


def _read(group: list[Search]) -> Gap:
    newest = group[-1]
    return Gap(
        key=newest.key,
        words=newest.words,
        customers=count_people(group),
        searches=sum(one.place != Place.VOICE for one in group),
        last_at=newest.at,
        languages=tuple(sorted({one.language for one in group if one.language})),
        by_readers=sum(one.place == Place.HELP for one in group),
        in_comments=sum(one.place == Place.VOICE for one in group),
    )


def count_people(searches: Iterable[Search]) -> int:
    """How many people looked: known ones once each, beside a case one a case, unknown readers one a search."""
    people = {str(one.customer_id or one.about or one.key) for one in searches}
    return len(people)
