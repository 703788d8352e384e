"""How each team shares its cases out, what its people know, and who is away."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from untilyes.automation.actions import share_work
from untilyes.automation.choosing import Strategy
from untilyes.plumbing.clock import now
from untilyes.web.automation.page import build_teams
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import get_employee, get_team
from untilyes.workspaces.actions import describe_employee, set_away
from untilyes.workspaces.rules import read_skills

UNPROCESSABLE = 422
MOST = 1_000


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """Every team."""
    return _show(request)


@require_POST
@members_only
def share(request: MemberRequest, team_id: int) -> HttpResponse:
    """Say how a team shares its cases out."""
    team = get_team(team_id, seen_by=request.member)
    word = request.POST.get("strategy", "")
    if word not in set(Strategy):
        return _show(request, problem="Choose how the team shares its cases out.")
    by_itself = request.POST.get("gives_by_itself") == "yes"
    share_work(team, Strategy(word), gives_by_itself=by_itself, by=request.member, at=now())
    told = "shares its new cases out by itself" if by_itself else "waits for people to take its cases"
    messages.success(request, f"{team} {told}.")
    return _back(request)


@require_POST
@members_only
def describe(request: MemberRequest, employee_id: int) -> HttpResponse:
    """Write down what somebody knows, and how much they are given."""
    employee = get_employee(employee_id, seen_by=request.member)
    most = request.POST.get("most_cases", "").strip()
    if most and not (most.isdecimal() and int(most) <= MOST):
        return _show(request, problem=f"Write how many cases at most, up to {MOST}, or nothing for no limit.")
    try:
        skills = read_skills(request.POST.get("skills", ""))
    except ValueError as problem:
        return _show(request, problem=str(problem))
    describe_employee(employee, skills=skills, most_cases=int(most) if most else None, by=request.member, at=now())
    messages.success(request, f"Kept for {employee}.")
    return _back(request)


@require_POST
@members_only
def away(request: MemberRequest, employee_id: int) -> HttpResponse:
    """Say on which day somebody is back; without one they are here."""
    employee = get_employee(employee_id, seen_by=request.member)
    try:
        day = parse_date(request.POST.get("back_on", ""))
    except ValueError:
        return _show(request, problem="There is no such day.")
    zone = ZoneInfo(request.member.workspace.timezone)
    until = datetime.combine(day, time.min, tzinfo=zone) if day else None
    set_away(employee, until, by=request.member, at=now())
    messages.success(request, f"{employee} is given nothing new until then." if until else f"{employee} is here.")
    return _back(request)


def _show(request: MemberRequest, *, problem: str = "") -> HttpResponse:
    built = build_teams(request.member, at=now(), problem=problem)
    status = UNPROCESSABLE if problem else 200
    return show(request, "web/automation/teams.html", {"page": built}, at="automation:rules", status=status)


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("automation:teams", request.member.workspace.slug)
