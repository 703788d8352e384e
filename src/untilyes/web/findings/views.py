"""Look at the findings, ask for a new look, act on one."""

import csv

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from untilyes.analysis.findings.rows import NoSuchRows
from untilyes.insights.access import get_finding
from untilyes.insights.actions import ask_for_findings, assign_finding, move_finding
from untilyes.insights.models import KeptFinding
from untilyes.insights.queries import find_running, list_findings
from untilyes.insights.rules import NotPossible, State
from untilyes.plumbing.clock import now
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.findings.initiative import InitiativePart, build_initiative
from untilyes.web.findings.page import as_rows, build_finding, build_list, build_rows
from untilyes.workspaces.access import get_member, require
from untilyes.workspaces.tenancy import NotFound


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The findings that stand, or those in the state asked for."""
    listed = build_list(state=request.GET.get("state", ""), kind=request.GET.get("kind", ""), at=timezone.localtime())
    return show(request, "web/findings/findings.html", {"page": listed}, at="findings:page")


@require_POST
@members_only
def look(request: MemberRequest) -> HttpResponse:
    """Have everything examined anew."""
    ask_for_findings(at=now(), by=request.member)
    return redirect("findings:page", request.member.workspace.slug)


@require_GET
@members_only
def progress(request: MemberRequest) -> HttpResponse:
    """How far the look has come; once it is over the page loads itself anew."""
    running = find_running()
    response = show(request, "web/findings/progress.html", {"running": running})
    if running is None:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@members_only
def finding(request: MemberRequest, finding_id: int) -> HttpResponse:
    """One finding; when somebody who may act on it opens a new one, it has been read."""
    found, may_act = get_finding(finding_id, seen_by=request.member), request.member.may("act_on_findings")
    if may_act and found.state == State.NEW.value:
        move_finding(found, State.READ, by=request.member, at=now())
    part = build_initiative(found, at=timezone.localtime(), begin="begin" in request.GET)
    return show_finding(request, found, part)


def show_finding(
    request: MemberRequest, found: KeptFinding, part: InitiativePart, *, status: int = 200
) -> HttpResponse:
    """The page of one finding, with what is changed about it."""
    built = build_finding(found, part, seen_by=request.member)
    return show(request, "web/findings/finding.html", {"page": built}, at="findings:page", status=status)


@require_GET
@members_only
def rows(request: MemberRequest, finding_id: int) -> HttpResponse:
    """The newest facts behind a finding that no measure holds."""
    found = get_finding(finding_id, seen_by=request.member)
    try:
        built = build_rows(request.member.workspace.slug, found, seen_by=request.member)
    except NoSuchRows as problem:
        raise NotFound(str(problem)) from problem
    return show(request, "web/findings/rows.html", {"page": built}, at="findings:page")


@require_POST
@members_only
def move(request: MemberRequest, finding_id: int) -> HttpResponse:
    """Act on it, say it is fixed, dismiss it, or take it up again."""
    found = get_finding(finding_id, seen_by=request.member)
    try:
        wanted = State(request.POST.get("to", ""))
        move_finding(found, wanted, by=request.member, at=now(), words=request.POST.get("words", ""))
    except NotPossible as problem:
        messages.error(request, str(problem))
    except ValueError:
        messages.error(request, "There is no such step.")
    return redirect("findings:finding", request.member.workspace.slug, found.pk)


@require_POST
@members_only
def assign(request: MemberRequest, finding_id: int) -> HttpResponse:
    """Say who acts on it."""
    require(request.member, "act_on_findings")
    found, key = get_finding(finding_id, seen_by=request.member), request.POST.get("to", "")
    to = get_member(int(key), seen_by=request.member) if key.isdecimal() else None
    try:
        assign_finding(found, to=to, by=request.member, at=now())
    except NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"{to} acts on it." if to else "Nobody in particular acts on it.")
    return redirect("findings:finding", request.member.workspace.slug, found.pk)


@require_GET
@members_only
def download(request: MemberRequest) -> HttpResponse:
    """The list as CSV."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="findings.csv"'
    csv.writer(response).writerows(as_rows(list_findings(state=request.GET.get("state", ""))))
    return response
