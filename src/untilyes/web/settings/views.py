"""Settings."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from untilyes.web.doors import MemberRequest, members_only, show


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The page."""
    return show(request, "web/settings/page.html", {}, at="settings:page")
