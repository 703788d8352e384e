"""Scores, one at a time."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from untilyes.feedback.queries import find_present
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.scores.page import build_page
from untilyes.web.segments.choosing import read_choice


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """One score: where it stands, what would be real, what was written beside it, who stayed."""
    asked = request.GET
    page = build_page(
        request.member,
        key=asked.get("score", ""),
        band=asked.get("band", ""),
        customers=read_choice(asked.dict()),
        at=find_present(timezone.localtime()),
    )
    return show(request, "web/scores/scores.html", {"page": page}, at="scores:page")
