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
from untilyes.promises.rules import Measures, TargetTooLoose
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.promises.forms import PromiseForm, TermsForm, fill_in
from untilyes.web.promises.page import NOBODY_PROMISED, build_page, build_promise, choose_span
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
    return _show_promise(request, key, form=None)


@require_http_methods(["GET", "POST"])
@members_only
def make(request: MemberRequest) -> HttpResponse:
    """Promise something new."""
    require(request.member, "edit_promises")
    form = PromiseForm(request.POST or None, initial={"limit_unit": "days", "target_unit": "days"})
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
    form = TermsForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            change_promise(
                found, at=now(), by=request.member, reason=reason, limit=form.span("limit"), target=form.span("target")
            )
        except TargetTooLoose as problem:
            form.add_error("target", str(problem))
        except ReasonNeeded as problem:
            form.add_error("reason", str(problem))
        else:
            messages.success(request, "The new terms hold from now on; what runs keeps the terms it began under.")
            return redirect("promises:promise", request.member.workspace.slug, key)
    return _show_promise(request, key, form=form)


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


def _show_promise(request: MemberRequest, key: str, *, form: TermsForm | None) -> HttpResponse:
    at = timezone.localtime()
    chosen = choose_span(request.GET.get("days", ""), today=at.date())
    outcome = request.GET.get("outcome", "")
    built = build_promise(key, outcome=outcome, chosen=chosen, seen_by=request.member, at=at)
    may_edit = request.member.may("edit_promises") and built.promise is not None
    if form is None and built.terms:
        form = TermsForm(initial=fill_in(built.terms[0].limit, built.terms[0].target))
    status = REFUSED if form and form.errors else 200
    context = {"page": built, "form": form, "may_edit": may_edit}
    return show(request, "web/promises/promise.html", context, at="promises:page", status=status)
