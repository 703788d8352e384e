"""All promises, one of them, and changing what we promise."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from untilyes.plumbing.clock import now
from untilyes.promises.access import get_promise
from untilyes.promises.actions import (
    PromiseExists,
    ReasonNeeded,
    change_promise,
    make_promise,
    publish_promise,
    retire_promise,
)
from untilyes.promises.explaining import list_calendars
from untilyes.promises.rules import Measures, TargetTooLoose
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.promises.files import write_kept_months
from untilyes.web.promises.forms import PromiseForm, TargetForm, TermsForm, fill_in
from untilyes.web.promises.page import NOBODY_PROMISED, Asked, build_page, build_promise, choose_span, read_months
from untilyes.workspaces.access import require

REFUSED = 422


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """Every promise: kept, running, and what its margin is worth."""
    at = timezone.localtime()
    chosen = choose_span(request.GET.get("days", ""), today=at.date())
    context = {
        "page": build_page(chosen, at=at),
        "nobody": NOBODY_PROMISED,
        "may_edit": request.member.may("edit_promises"),
    }
    return show(request, "web/promises/promises.html", context, at="promises:page")


@require_GET
@members_only
def promise(request: MemberRequest, key: str) -> HttpResponse:
    """One promise."""
    return show_promise(request, key)


@require_GET
@members_only
def months(request: MemberRequest, key: str) -> HttpResponse:  # noqa: ARG001 - the workspace is in it
    """How it was kept by the month it was given, as CSV."""
    response = HttpResponse(write_kept_months(read_months(key, at=now())), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="kept-by-month.csv"'
    return response


@require_http_methods(["GET", "POST"])
@members_only
def make(request: MemberRequest) -> HttpResponse:
    """Promise something new."""
    require(request.member, "edit_promises")
    initial = {"limit_unit": "days", "target_unit": "days"} | request.GET.dict()
    form = PromiseForm(request.POST or None, initial=initial, calendars=list_calendars())
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            made = make_promise(
                asked["name"],
                about=Measures(asked["about"]),
                is_public=asked["is_public"],
                at=now(),
                by=request.member,
                limit=form.span("limit"),
                target=form.span("target"),
                calendar=form.chosen_calendar,
            )
        except TargetTooLoose as problem:
            form.add_error("target", str(problem))
        except PromiseExists as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, f"“{made}” is promised from now on.")
            return redirect("promises:promise", request.member.workspace.slug, made.slug)
    status = REFUSED if form.errors else 200
    return show(request, "web/promises/make.html", {"form": form}, at="promises:page", status=status)


@require_POST
@members_only
def change(request: MemberRequest, key: str) -> HttpResponse:
    """Give a promise new terms; what runs keeps the terms it began under."""
    found = get_promise(key, seen_by=request.member)
    require(request.member, "edit_promises")
    form = TermsForm(request.POST, calendars=list_calendars())
    if form.is_valid():
        try:
            change_promise(
                found,
                at=now(),
                by=request.member,
                reason=form.cleaned_data["reason"],
                limit=form.span("limit"),
                target=form.span("target"),
                calendar=form.chosen_calendar,
            )
        except TargetTooLoose as problem:
            form.add_error("target", str(problem))
        except ReasonNeeded as problem:
            form.add_error("reason", str(problem))
        else:
            messages.success(request, "The new terms hold from now on; what runs keeps the terms it began under.")
            return redirect("promises:promise", request.member.workspace.slug, key)
    return show_promise(request, key, form=form)


@require_POST
@members_only
def publish(request: MemberRequest, key: str) -> HttpResponse:
    """Show the promise to everyone, or stop."""
    found = get_promise(key, seen_by=request.member)
    is_public = request.POST.get("is_public") == "yes"
    publish_promise(found, is_public=is_public, at=now(), by=request.member)
    messages.success(request, "Everyone may see it now." if is_public else "It is for this house only now.")
    return redirect("promises:promise", request.member.workspace.slug, key)


@require_POST
@members_only
def retire(request: MemberRequest, key: str) -> HttpResponse:
    """Promise it to nobody else."""
    found = get_promise(key, seen_by=request.member)
    retire_promise(found, at=now(), by=request.member)
    messages.success(request, f"“{found}” is promised to nobody else. What was promised already still counts.")
    return redirect("promises:page", request.member.workspace.slug)


def show_promise(
    request: MemberRequest, key: str, *, form: TermsForm | None = None, own: TargetForm | None = None
) -> HttpResponse:
    """One promise; a form that was refused is shown as it was filled in."""
    at = timezone.localtime()
    asked = Asked(
        choose_span(request.GET.get("days", ""), today=at.date()),
        outcome=request.GET.get("outcome", ""),
        by=request.GET.get("by", ""),
    )
    built = build_promise(key, asked=asked, seen_by=request.member, at=at)
    if built.terms and form is None:
        standing = built.terms[0]
        initial = fill_in(limit=standing.limit, target=standing.target)
        initial["calendar"] = standing.calendar.slug if standing.calendar else ""
        form = TermsForm(initial=initial, calendars=list_calendars())
    if own is None and built.next_target and built.next_target.waiting:
        own = TargetForm(initial=fill_in(target=built.next_target.waiting.target), auto_id="own_%s")
    status = REFUSED if (form and form.errors) or (own and own.errors) else 200
    may_edit = request.member.may("edit_promises") and built.promise is not None
    context = {"page": built, "form": form, "own": own, "may_edit": may_edit}
    return show(request, "web/promises/promise.html", context, at="promises:page", status=status)
