"""Root causes and coverage: what cases teach as a whole."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from untilyes.cases import actions
from untilyes.cases.access import get_cause
from untilyes.cases.rules import NotPossible
from untilyes.plumbing.clock import now
from untilyes.web.cases.learning_page import (
    BY,
    OUTCOMES,
    SPANS,
    USUAL,
    build_causes,
    build_coverage,
    build_coverage_rows,
)
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import require

UNPROCESSABLE = 422


@require_GET
@members_only
def causes(request: MemberRequest) -> HttpResponse:
    """Why things went wrong, the most frequent first."""
    return _show_causes(request)


@require_POST
@members_only
def move_cause(request: MemberRequest, cause_id: int) -> HttpResponse:
    """Write a cause differently, or hang it elsewhere."""
    require(request.member, "act_on_findings")
    cause = get_cause(cause_id, seen_by=request.member)
    try:
        kept = actions.move_cause(cause, request.POST.get("path", ""), by=request.member, at=now())
    except NotPossible as problem:
        return _show_causes(request, problem=str(problem), status=UNPROCESSABLE)
    messages.success(request, f"It is “{kept}” now, in every case of it.")
    return redirect("cases:causes", request.member.workspace.slug)


@require_POST
@members_only
def retire_cause(request: MemberRequest, cause_id: int) -> HttpResponse:
    """Offer a cause no more."""
    require(request.member, "act_on_findings")
    cause = actions.retire_cause(get_cause(cause_id, seen_by=request.member), by=request.member, at=now())
    messages.success(request, f"“{cause}” is not offered any more; its cases keep it.")
    return redirect("cases:causes", request.member.workspace.slug)


@require_GET
@members_only
def coverage(request: MemberRequest) -> HttpResponse:
    """Whether every unhappy response came to something, and where not."""
    by = request.GET.get("by", "")
    page = build_coverage(days=_read_days(request), by=by if by in BY else "week", at=timezone.localtime())
    return show(request, "web/cases/coverage.html", {"page": page}, at="cases:coverage")


@require_GET
@members_only
def coverage_rows(request: MemberRequest) -> HttpResponse:
    """The responses behind one number of the coverage."""
    asked = {name: request.GET.get(name, "")[:80] for name in ("outcome", "reason", "dimension", "value")}
    asked["outcome"] = asked["outcome"] if asked["outcome"] in OUTCOMES else ""
    is_said = asked["dimension"] in BY and (asked["dimension"] != "week" or _is_day(asked["value"]))
    asked["dimension"] = asked["dimension"] if is_said else ""
    page = build_coverage_rows(request.member, days=_read_days(request), at=timezone.localtime(), **asked)
    return show(request, "web/cases/coverage_rows.html", {"page": page}, at="cases:coverage")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _show_causes(request: MemberRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    require(request.member, "see_customers")
    under = request.GET.get("under", "")[:200]
    page = build_causes(request.member, days=_read_days(request), under=under, at=timezone.localtime(), problem=problem)
    return show(request, "web/cases/causes.html", {"page": page}, at="cases:causes", status=status)


def _read_days(request: MemberRequest) -> int:
    days = request.GET.get("days", "")
    return int(days) if days in {str(one) for one in SPANS} else USUAL
