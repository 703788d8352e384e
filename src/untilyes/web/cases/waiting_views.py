"""Waiting for the customer of a case, and naming the day they can expect it."""

from datetime import date

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from untilyes.cases import actions
from untilyes.cases.models import Case
from untilyes.cases.rules import NotPossible
from untilyes.plumbing.clock import now
from untilyes.web.cases.showing import work_on
from untilyes.web.cases.waits import build_waits
from untilyes.web.doors import MemberRequest, members_only, show


@require_POST
@members_only
def wait(request: MemberRequest, number: int) -> HttpResponse:
    """Say that nothing can be done until the customer answers."""

    def hold(one: Case) -> str:
        actions.wait_for_customer(one, request.POST.get("reason", "")[:300], by=request.member, at=now())
        return "The promises stand still until the customer is heard."

    return work_on(request, number, "wait", hold)


@require_POST
@members_only
def name_date(request: MemberRequest, number: int) -> HttpResponse:
    """Say by which day the customer can expect it."""

    def keep(one: Case) -> str:
        actions.name_date(one, _read_day(request.POST.get("on", "")), by=request.member, at=now())
        return "Kept. It is what they are told when a promise to them is missed."

    return work_on(request, number, "name_date", keep)


@require_POST
@members_only
def go_on(request: MemberRequest, number: int) -> HttpResponse:
    """Go on without the customer's answer."""
    return work_on(request, number, "go_on", lambda one: actions.stop_waiting(one, by=request.member, at=now()))


@require_GET
@members_only
def waits(request: MemberRequest) -> HttpResponse:
    """Every wait for a customer of late, those first in which somebody overlooked their answer."""
    page = build_waits(request.member, at=now())
    return show(request, "web/cases/waits.html", {"page": page}, at="cases:queue")


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise NotPossible("Name a day.") from problem
