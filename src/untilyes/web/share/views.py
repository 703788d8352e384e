"""The figures for everybody, as a page that prints and as a file."""

import csv

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.share.page import as_rows, build_page


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The two gauges, the scores, and where to ask."""
    shared = build_page(request.member.workspace.slug, at=timezone.localtime())
    return show(request, "web/share/page.html", {"page": shared}, at="share:page")


@require_GET
@members_only
def scores(request: MemberRequest) -> HttpResponse:
    """The scores as CSV."""
    shared = build_page(request.member.workspace.slug, at=timezone.localtime())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="scores-{shared.last_on.isoformat()}.csv"'
    csv.writer(response).writerows(as_rows(shared))
    return response
