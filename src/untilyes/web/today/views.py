"""Today, and the quiet question every few seconds whether anything changed."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from untilyes.feedback.queries import read_stamp
from untilyes.insights.queries import list_owned
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.today.examining import has_seen
from untilyes.web.today.page import build_page

NOTHING_NEW = 204


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The board. A page that polls says which state it has seen; when nothing changed the answer is empty."""
    stamp = read_stamp()
    if request.htmx and has_seen(request.GET.get("seen", ""), stamp, at=timezone.now()):
        return HttpResponse(status=NOTHING_NEW)
    board = build_page(request.member.workspace, at=timezone.localtime(), stamp=stamp)
    template = "web/today/board.html" if request.htmx else "web/today/today.html"
    return show(request, template, {"page": board, "mine": list_owned(request.member)}, at="today:page")
