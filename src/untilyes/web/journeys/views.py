"""The map of journeys."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.journeys.page import SHARES, USUAL, build_page


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The map, with the edges that enough journeys go."""
    known = {f"{share:g}": share for share, _ in SHARES}
    share = known.get(request.GET.get("share", ""), USUAL)
    context = {"page": build_page(share=share), "shares": [(f"{one:g}", told) for one, told in SHARES]}
    return show(request, "web/journeys/journeys.html", context | {"chosen": f"{share:g}"}, at="journeys:page")
