"""What matters, for one outcome at a time."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.matters.page import OUTCOME_NAMES, build_page


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """What goes with the outcome asked for, or with a yes."""
    asked = request.GET.get("outcome", "")
    outcome = asked if asked in OUTCOME_NAMES else "effective"
    context = {"page": build_page(outcome, today=timezone.localdate()), "outcomes": OUTCOME_NAMES.items()}
    return show(request, "web/matters/matters.html", context, at="matters:page")
