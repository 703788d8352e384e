"""What matters, for one outcome at a time."""

import re
from typing import Final

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from untilyes.insights.queries import read_reckoning
from untilyes.plumbing.clock import now
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.matters.page import OUTCOME_NAMES, build_page, find_first_outcome
from untilyes.web.segments.choosing import read_choice
from untilyes.workspaces.tenancy import NotFound

YEAR: Final = re.compile(r"(19|20)\d\d")


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """What goes with the outcome asked for, or with the first that anybody was asked for."""
    asked = request.GET.get("outcome", "")
    outcome = asked if asked in OUTCOME_NAMES else find_first_outcome()
    year = request.GET.get("year", "")
    chosen = read_choice(request.GET.dict())
    built = build_page(outcome, int(year) if YEAR.fullmatch(year) else None, customers=chosen, at=now())
    context = {"page": built, "outcomes": OUTCOME_NAMES.items()}
    return show(request, "web/matters/matters.html", context, at="matters:page")


@require_GET
@members_only
def progress(request: MemberRequest) -> HttpResponse:
    """How far the worker has come with what a page waits for; once it is done the page loads itself anew."""
    try:
        reckoned = read_reckoning(request.GET.get("about", ""))
    except LookupError as problem:
        raise NotFound("Nothing of that name is worked out here.") from problem
    response = show(request, "web/reckoned.html", {"it": reckoned})
    if not reckoned.is_under_way:
        response["HX-Refresh"] = "true"
    return response
