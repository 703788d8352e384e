"""What customers say: topics, one topic, a search, and how well words tell a yes from a no."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from untilyes.analysis.voices.searching import FACETS
from untilyes.plumbing.clock import now
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.voices.page import build_page, build_search, build_tone, build_topic

AT = "voices:page"


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The topics, the largest first."""
    return show(request, "web/voices/voices.html", {"page": build_page(request.member, at=now())}, at=AT)


@require_GET
@members_only
def topic(request: MemberRequest, key: str) -> HttpResponse:
    """One topic with its quotes and its comments."""
    built = build_topic(request.member, key, number=_number(request), at=now())
    return show(request, "web/voices/topic.html", {"page": built}, at=AT)


@require_GET
@members_only
def search(request: MemberRequest) -> HttpResponse:
    """The comments a query means."""
    where = {name: request.GET[name] for name in FACETS if request.GET.get(name)}
    built = build_search(request.member, request.GET.get("q", ""), where, number=_number(request))
    return show(request, "web/voices/search.html", {"page": built, "where": where}, at=AT)


@require_GET
@members_only
def tone(request: MemberRequest) -> HttpResponse:
    """How well words alone tell a yes from a no here."""
    return show(request, "web/voices/tone.html", {"tone": build_tone(request.member, at=now())}, at=AT)


def _number(request: MemberRequest) -> int:
    wanted = request.GET.get("page", "1")
    return int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else 1
