"""Service quality: expected against perceived, and what features are to customers."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from untilyes.plumbing.clock import now
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.segments.choosing import read_choice
from untilyes.web.service_quality.page import build_page


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """One questionnaire: its gaps by dimension and item, and its features by what they do to customers."""
    chosen = read_choice(request.GET.dict())
    built = build_page(name=request.GET.get("set", ""), customers=chosen, at=now())
    context = {"page": built, "customers": chosen}
    return show(request, "web/service_quality/service_quality.html", context, at="service_quality:page")
