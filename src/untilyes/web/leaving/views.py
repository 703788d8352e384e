"""Who leaves, and what goes before it."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.leaving.page import build_page


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """Departures, how long customers stay, and what goes with leaving."""
    return show(
        request, "web/leaving/leaving.html", {"page": build_page(today=timezone.localdate())}, at="leaving:page"
    )
