"""Capacity: the page, and its plan to take away."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from untilyes.analysis.arrivals import FILTERS, Arrivals, list_choices, read_arrivals
from untilyes.analysis.capacity import Wish, plan_week
from untilyes.feedback.queries import open_lake
from untilyes.plumbing.clock import now
from untilyes.web.capacity.files import write_plan
from untilyes.web.capacity.forms import CapacityForm, fill_in
from untilyes.web.capacity.page import NOBODY_CAME, build_page
from untilyes.web.doors import MemberRequest, members_only, show

REFUSED, NOTHING_TO_PLAN = 422, 404


@dataclass(frozen=True)
class _Asked:
    """The question as it was understood: a form that was refused asks for the usual."""

    form: CapacityForm
    arrivals: Arrivals | None
    wish: Wish
    where: dict[str, str]


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The week, the weeks to come, and the people they take."""
    asked = _ask(request)
    built = None
    if asked.arrivals is not None:
        layer = request.GET.get("show", "")
        slug = request.member.workspace.slug
        built = build_page(asked.arrivals, asked.wish, layer=layer, where=asked.where, slug=slug)
    context = {"page": built, "form": asked.form, "usual": fill_in(asked.wish), "nobody": NOBODY_CAME}
    status = REFUSED if asked.form.errors else 200
    return show(request, "web/capacity/capacity.html", context, at="capacity:page", status=status)


@require_GET
@members_only
def plan(request: MemberRequest) -> HttpResponse:
    """The plan of the next week as CSV."""
    asked = _ask(request)
    if asked.arrivals is None:
        return HttpResponse("Not a whole week of interactions yet.", status=NOTHING_TO_PLAN, content_type="text/plain")
    written = write_plan(plan_week(asked.arrivals, asked.wish))
    response = HttpResponse(written, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="capacity.csv"'
    return response


def _ask(request: MemberRequest) -> _Asked:
    lake = open_lake()
    choices = {name: list_choices(lake, name) for name in FILTERS}
    form = CapacityForm(request.GET, choices=choices)
    understood = form
    if not form.is_valid():
        understood = CapacityForm({}, choices=choices)
        understood.full_clean()
    weeks, where = understood.chosen_weeks, understood.where
    arrivals = read_arrivals(lake, weeks=weeks, where=where, at=now())
    wish = understood.wish(measured=arrivals.handling.value if arrivals else None)
    return _Asked(form, arrivals, wish, where)
