"""Doing something with a case and coming back to it, or saying why it was not possible."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from untilyes.cases.access import get_case, get_prepared
from untilyes.cases.models import Case
from untilyes.cases.rules import NotPossible
from untilyes.web.cases.page import build_work
from untilyes.web.doors import MemberRequest, show
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound

UNPROCESSABLE = 422
LONG = 10  # digits beyond which a number is nobody's


def work_on(request: MemberRequest, number: int, verb: str, do: Callable[[Case], object]) -> HttpResponse:
    """Do it and come back to the case; when it is not possible, show why and keep what was typed."""
    found = get_case(number, seen_by=request.member)
    require(request.member, "end_cases" if verb == "end" else "work_cases")
    try:
        told = do(found)
    except NotPossible as problem:
        again = get_case(number, seen_by=request.member)
        return show_case(request, again, problem=str(problem), verb=verb, status=UNPROCESSABLE)
    if isinstance(told, str):
        messages.success(request, told)
    if request.htmx:
        return show_case(request, get_case(number, seen_by=request.member))
    return go_to_case(request, number)


def go_to_case(request: MemberRequest, number: int) -> HttpResponse:
    """Lead the browser to a case, at its newest line; htmx follows by loading the page anew."""
    address = f"{redirect('cases:case', request.member.workspace.slug, number).url}#latest"
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)


def show_case(
    request: MemberRequest, found: Case, *, problem: str = "", verb: str = "", status: int = 200
) -> HttpResponse:
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)} if problem else {}
    key = request.GET.get("reply", "")
    inserted = get_prepared(int(key), seen_by=request.member) if key.isdecimal() and len(key) < LONG else None
    page = build_work(
        found,
        seen_by=request.member,
        at=timezone.localtime(),
        typed=typed,
        problem=problem,
        verb=verb,
        inserted=inserted,
    )
    template = "web/cases/work.html" if request.htmx and not request.htmx.boosted else "web/cases/case.html"
    return show(request, template, {"page": page}, at="cases:queue", status=status)


def find_other(number: str, *, seen_by: Member) -> Case | None:
    """The case a member names by its number, or None where they named none. Raises NotPossible for a wrong one."""
    digits = number.strip().lstrip("#")
    try:
        return get_case(int(digits), seen_by=seen_by) if digits.isdecimal() else None
    except NotFound as problem:
        raise NotPossible(f"There is no case #{digits}.") from problem
