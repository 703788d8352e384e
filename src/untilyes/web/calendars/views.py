"""Opening hours: all calendars, a new one, and one of them with its form."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from untilyes.plumbing.clock import now
from untilyes.promises.access import get_calendar
from untilyes.promises.actions import CalendarExists, ReasonNeeded, change_calendar, make_calendar
from untilyes.promises.opening import preview_hours
from untilyes.web.calendars.forms import CalendarForm, HoursForm, fill_in, list_zones
from untilyes.web.calendars.page import NO_CALENDARS, build_calendar, build_calendars
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import require

REFUSED = 422
USUAL = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """Every calendar."""
    context = {
        "page": build_calendars(at=now()),
        "nobody": NO_CALENDARS,
        "may_edit": request.member.may("edit_promises"),
    }
    return show(request, "web/calendars/calendars.html", context, at="promises:page")


@require_http_methods(["GET", "POST"])
@members_only
def make(request: MemberRequest) -> HttpResponse:
    """Write down new opening hours, or look first at what they would mean."""
    require(request.member, "edit_promises")
    form = CalendarForm(request.POST or None, initial=USUAL | {"zone": request.member.workspace.timezone})
    if _is_meant(request, form):
        try:
            made = make_calendar(form.cleaned_data["name"], at=now(), by=request.member, **form.said)
        except CalendarExists as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, f"“{made}” can be chosen for every promise from now on.")
            return redirect("calendars:calendar", request.member.workspace.slug, made.slug)
    return show(request, "web/calendars/make.html", _context(form), at="promises:page", status=_status(form))


@require_http_methods(["GET", "POST"])
@members_only
def calendar(request: MemberRequest, key: str) -> HttpResponse:
    """One calendar: what it means, what it has said, and changing it."""
    found = get_calendar(key, seen_by=request.member)
    may_edit = request.member.may("edit_promises")
    built = build_calendar(found, at=now())
    if request.method == "POST":
        require(request.member, "edit_promises")
    form = HoursForm(request.POST or None, initial=fill_in(built.versions[0].version))
    if _is_meant(request, form):
        try:
            change_calendar(found, at=now(), by=request.member, reason=form.cleaned_data["reason"], **form.said)
        except ReasonNeeded as problem:
            form.add_error("reason", str(problem))
        else:
            messages.success(request, "The new hours hold from now on; what runs counts on in those it began under.")
            return redirect("calendars:calendar", request.member.workspace.slug, key)
    context = _context(form) | {"page": built, "may_edit": may_edit}
    return show(request, "web/calendars/calendar.html", context, at="promises:page", status=_status(form))


def _is_meant(request: MemberRequest, form: HoursForm) -> bool:
    """Whether the form is right and asks to be kept, not only to be looked at."""
    return request.method == "POST" and form.is_valid() and "look" not in request.POST


def _context(form: HoursForm) -> dict[str, object]:
    """The form, and what it would mean where it was filled in rightly."""
    shown = preview_hours(form.hours, at=now()) if form.is_bound and not form.errors else None
    return {"form": form, "shown": shown, "zones": list_zones()}


def _status(form: HoursForm) -> int:
    return REFUSED if form.errors else 200
