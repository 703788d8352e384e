"""Reading knowledge: the list and its search, one article, its versions and files, gaps, how well it works."""

from pathlib import Path
from typing import cast
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from untilyes.knowledge.access import get_article, get_article_file, get_search
from untilyes.knowledge.actions import record_search
from untilyes.knowledge.queries import Pile, list_gap_searches
from untilyes.knowledge.rules import Place
from untilyes.plumbing.clock import now
from untilyes.plumbing.files import serve_file
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.knowledge.health import build_gaps, build_health
from untilyes.web.knowledge.page import build_article, build_knowledge, build_versions
from untilyes.workspaces.tenancy import NotFound

HERE = "knowledge:page"


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The articles of one pile, or what a search finds; a search is kept, for what it misses is a gap."""
    words = request.GET.get("q", "").strip()[:300]
    built = build_knowledge(
        request.member, pile=_read_pile(request.GET.get("pile", "")), words=words, at=timezone.localtime()
    )
    if words:
        record_search(words, place=Place.STAFF, found=len(built.lines), at=now())
    return show(request, "web/knowledge/page.html", {"page": built}, at=HERE)


@require_GET
@members_only
def article(request: MemberRequest, number: int) -> HttpResponse:
    """One article, as we see it."""
    found = get_article(number, seen_by=request.member)
    built = build_article(found, member=request.member, language=request.GET.get("language", ""))
    return show(request, "web/knowledge/article.html", {"page": built}, at=HERE)


@require_GET
@members_only
def versions(request: MemberRequest, number: int) -> HttpResponse:
    """What each version changed."""
    found = get_article(number, seen_by=request.member)
    built = build_versions(found, member=request.member, language=request.GET.get("language", ""))
    return show(request, "web/knowledge/versions.html", {"page": built}, at=HERE)


@require_GET
@members_only
def file(request: MemberRequest, key: UUID) -> HttpResponse:
    """A picture or video of an article."""
    found = get_article_file(key, seen_by=request.member)
    path = Path(settings.MEDIA_ROOT) / found.path
    try:
        # A streaming response is none of Django's HttpResponse, and the door hands on either.
        return cast("HttpResponse", serve_file(request, path, content_type=found.content_type, etag=str(found.key)))
    except FileNotFoundError as problem:
        raise NotFound("The file is gone.") from problem


@require_GET
@members_only
def gaps(request: MemberRequest) -> HttpResponse:
    """What was looked for and not found."""
    return show(
        request, "web/knowledge/gaps.html", {"page": build_gaps(request.member, at=timezone.localtime())}, at=HERE
    )


@require_GET
@members_only
def gap(request: MemberRequest, key: UUID) -> HttpResponse:
    """Every search for the same that found nothing."""
    found = get_search(key, seen_by=request.member)
    return show(request, "web/knowledge/gap.html", {"search": found, "searches": list_gap_searches(found)}, at=HERE)


@require_GET
@members_only
def health(request: MemberRequest) -> HttpResponse:
    """How well knowledge works."""
    return show(request, "web/knowledge/health.html", {"page": build_health(at=timezone.localtime())}, at=HERE)


def _read_pile(word: str) -> Pile:
    return Pile(word) if word in set(Pile) else Pile.ALL
