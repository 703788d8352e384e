"""What was looked for is kept, with personal data covered: it shows what is missing."""

from datetime import datetime, timedelta

from django.db import transaction

from untilyes.analysis.voices.masking import mask
from untilyes.customers.models import Customer
from untilyes.knowledge.models import Article, Search
from untilyes.knowledge.rules import Place
from untilyes.knowledge.words import name_search
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member

# A public page writes a row for whoever looks; a machine that looks all day writes no more than this.
MOST_A_DAY = 2_000
SAME_WITHIN = timedelta(minutes=10)


@transaction.atomic
def record_search(
    words: str,
    *,
    place: Place,
    found: int,
    at: datetime,
    language: str = "",
    about: str = "",
    customer: Customer | None = None,
) -> Search | None:
    """Keep what was looked for and how much was found; None where nothing was asked, or too much was asked today.

    Beside a case, the same words again within minutes are one search.
    """
    asked, name = mask(" ".join(words.split()))[:300], name_search(words)
    if not asked or not name:
        return None
    if about:
        again = Search.objects.filter(about=about, name=name, at__gt=at - SAME_WITHIN).first()
        if again is not None:
            return again
    if Search.objects.filter(place=place.value, at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        return None
    return Search.objects.create(
        place=place.value,
        words=asked,
        name=name,
        language=language,
        at=at,
        found=found,
        about=about,
        customer=customer,
    )


def choose_result(search: Search, article: Article, *, at: datetime) -> None:
    """The search led to an article. The first choice counts."""
    Search.objects.filter(pk=search.pk, chosen=None).update(chosen=article, chosen_at=at)


@transaction.atomic
def dismiss_gap(search: Search, *, by: Member, at: datetime) -> int:
    """Say that what was looked for is not ours to answer. Raises NotAllowed."""
    require(by, "write_knowledge")
    dismissed = Search.objects.filter(name=search.name, dismissed_at=None).update(dismissed_at=at)
    record_audit("dismiss_gap", about=f"search:{search.name}", at=at, by=by, words=search.words)
    return dismissed
