"""Segments: keep one, look for more, and see who is in one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from untilyes.analysis.segments.condition import BadCondition
from untilyes.feedback.queries import find_present
from untilyes.plumbing.clock import now
from untilyes.segments.access import get_segment
from untilyes.segments.actions import SegmentExists, ask_for_segments, drop_segment, keep_segment, rename_segment
from untilyes.segments.queries import is_looking
from untilyes.voices.queries import name_topics
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.segments.forms import find_topics, read_form
from untilyes.web.segments.page import build_page, build_segment
from untilyes.workspaces.access import require

AT, UNPROCESSABLE = "segments:page", 422


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The segments kept, and what the last look proposes; an address may fill in the form."""
    built = build_page(request.member, at=find_present(timezone.localtime()))
    context = {"page": built} | ({"form": read_form(request.GET)} if "trait" in request.GET else {})
    return show(request, "web/segments/segments.html", context, at=AT)


@require_POST
@members_only
def look(request: MemberRequest) -> HttpResponse:
    """Have the customers divided anew."""
    ask_for_segments(by=request.member, at=now())
    return redirect(AT, request.member.workspace.slug)


@require_GET
@members_only
def progress(request: MemberRequest) -> HttpResponse:
    """Whether the worker is still at it; once it is over the page loads itself anew."""
    looking = is_looking()
    response = show(request, "web/segments/progress.html", {"looking": looking})
    if not looking:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@members_only
def keep(request: MemberRequest) -> HttpResponse:
    """Keep a proposal, or a group drawn by hand, under a name."""
    member = request.member
    require(member, "act_on_findings")
    form = read_form(request.POST)
    try:
        conditions = find_topics(form.conditions, name_topics())
        kept = keep_segment(form.name, conditions, by=member, at=now(), was_found=form.was_found)
    except (BadCondition, SegmentExists) as problem:
        built = build_page(member, at=find_present(timezone.localtime()))
        context = {"page": built, "problem": str(problem), "form": form}
        return show(request, "web/segments/segments.html", context, at=AT, status=UNPROCESSABLE)
    messages.success(request, f"“{kept}” is kept. Any measure can be narrowed to it now.")
    return redirect("segments:segment", member.workspace.slug, kept.slug)


@require_GET
@members_only
def segment(request: MemberRequest, name: str) -> HttpResponse:
    """Who is in it, and what they need, against everybody else."""
    found = get_segment(name, seen_by=request.member)
    built = build_segment(request.member, found, at=find_present(timezone.localtime()))
    return show(request, "web/segments/segment.html", {"page": built}, at=AT)


@require_POST
@members_only
def rename(request: MemberRequest, name: str) -> HttpResponse:
    """Call it otherwise."""
    found = get_segment(name, seen_by=request.member)
    try:
        rename_segment(found, request.POST.get("name", ""), by=request.member, at=now())
    except (BadCondition, SegmentExists) as problem:
        messages.error(request, str(problem))
    return redirect("segments:segment", request.member.workspace.slug, found.slug)


@require_POST
@members_only
def drop(request: MemberRequest, name: str) -> HttpResponse:
    """Keep it no longer."""
    found = get_segment(name, seen_by=request.member)
    drop_segment(found, by=request.member, at=now())
    messages.success(request, f"“{found.name}” is no longer kept. Its customers are as they were.")
    return redirect(AT, request.member.workspace.slug)
