"""What customers say: topics, one topic, a search, what they ask for, whom they name, and how well tone is told."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from untilyes.plumbing.clock import now
from untilyes.voices.queries import find_hearing_under_way
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.voices.asks import build_asks
from untilyes.web.voices.names import build_names
from untilyes.web.voices.page import build_page
from untilyes.web.voices.searching import build_search
from untilyes.web.voices.tone import build_tone
from untilyes.web.voices.topic import build_topic

AT = "voices:page"


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The topics, the largest first."""
    return show(request, "web/voices/voices.html", {"page": build_page(request.member)}, at=AT)


@require_GET
@members_only
def progress(request: MemberRequest) -> HttpResponse:
    """How far the look has come; once it is over the page loads itself anew."""
    running = find_hearing_under_way()
    response = show(request, "web/voices/progress.html", {"running": running})
    if running is None:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@members_only
def topic(request: MemberRequest, key: str) -> HttpResponse:
    """One topic with its quotes and its comments."""
    built = build_topic(request.member, key, number=_number(request))
    return show(request, "web/voices/topic.html", {"page": built}, at=AT)


@require_GET
@members_only
def search(request: MemberRequest) -> HttpResponse:
    """The comments a query means."""
    built = build_search(request.member, request.GET.dict(), number=_number(request), at=now())
    return show(request, "web/voices/search.html", {"page": built}, at=AT)


@require_GET
@members_only
def asks(request: MemberRequest) -> HttpResponse:
    """Wishes, questions and plans to leave."""
    return show(request, "web/voices/asks.html", {"page": build_asks(request.member)}, at=AT)


@require_GET
@members_only
def names(request: MemberRequest) -> HttpResponse:
    """Competitors and channels that customers name."""
    return show(request, "web/voices/names.html", {"page": build_names(request.member)}, at=AT)


@require_GET
@members_only
def tone(request: MemberRequest) -> HttpResponse:
    """How well words alone tell a yes from a no here."""
    return show(request, "web/voices/tone.html", {"page": build_tone()}, at=AT)


def _number(request: MemberRequest) -> int:
    wanted = request.GET.get("page", "1")
    return int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else 1
