"""Who leaves, and what goes before it."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from untilyes.feedback.queries import read_present
from untilyes.insights.queries import find_end
from untilyes.plumbing.clock import now
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.leaving.done import list_done
from untilyes.web.leaving.likely import build_risk, build_silence
from untilyes.web.leaving.page import build_page
from untilyes.web.segments.choosing import read_choice


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """Departures, how long customers stay, and what goes with leaving."""
    chosen = read_choice(request.GET.dict())
    built = build_page(customers=chosen, today=find_end(now()))
    context = {
        "page": built,
        "customers": chosen,
        "done": list_done(request.member),
        "present": read_present(timezone.localtime()),
    }
    return show(request, "web/leaving/leaving.html", context, at="leaving:page")


@require_GET
@members_only
def risk(request: MemberRequest) -> HttpResponse:
    """Who is likely to leave next, why, and whether that can be believed."""
    built = build_risk(request.member, today=find_end(now()))
    return show(
        request,
        "web/leaving/risk.html",
        {"page": built, "present": read_present(timezone.localtime())},
        at="leaving:page",
    )


@require_GET
@members_only
def silence(request: MemberRequest) -> HttpResponse:
    """Who left without a word, by the rhythm of their purchases."""
    built = build_silence(request.member, today=find_end(now()))
    return show(
        request,
        "web/leaving/silence.html",
        {"page": built, "present": read_present(timezone.localtime())},
        at="leaving:page",
    )
