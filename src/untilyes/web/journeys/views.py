"""Journeys: the map, one path, teams, what is done again, the whole on one sheet."""

import csv
from collections.abc import Callable
from dataclasses import fields
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from untilyes.cases.actions import take_up_exception
from untilyes.customers.access import get_customer
from untilyes.insights.sheets import TooManyWords, Words, word_sheet
from untilyes.plumbing.clock import now
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.journeys.asking import SHARES, Asked
from untilyes.web.journeys.exceptions import read_exception, write_rows
from untilyes.web.journeys.page import build_again, build_map, build_path, build_sheet, build_teams, build_waits

PLACE = "journeys:page"


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The map, with the edges that enough journeys go."""
    asked = Asked.of(request.GET.dict(), at=now())
    shares = [(f"{one:g}", told) for one, told in SHARES]
    context = {"page": build_map(asked), "shares": shares, "chosen": f"{asked.share:g}", "tab": "map"}
    return show(request, "web/journeys/journeys.html", context, at=PLACE)


@require_GET
@members_only
def path(request: MemberRequest) -> HttpResponse:
    """One path: who keeps to it, how others differ, who has strayed."""
    asked = Asked.of(request.GET.dict(), at=now())
    context = {"page": build_path(asked, request.member), "customers": asked.customers, "tab": "path"}
    return show(request, "web/journeys/path.html", context, at=PLACE)


@require_GET
@members_only
def exceptions(request: MemberRequest) -> HttpResponse:
    """Everybody who strayed, as CSV."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="exceptions.csv"'
    csv.writer(response).writerows(write_rows(Asked.of(request.GET.dict(), at=now()), request.member))
    return response


@require_POST
@members_only
def take_up(request: MemberRequest) -> HttpResponse:
    """Make a journey that strayed a case, or find the one there is."""
    customer, circumstances, told = read_exception(
        Asked.of(request.POST.dict(), at=now()), request.POST.get("journey", "")
    )
    known = get_customer(customer, seen_by=request.member) if customer else None
    case = take_up_exception(known, when=circumstances, told=told, by=request.member, at=now())
    return redirect("cases:case", request.member.workspace.slug, case.pk)


@require_GET
@members_only
def teams(request: MemberRequest) -> HttpResponse:
    """Swim lanes and hand-offs."""
    return _show(request, "teams", build_teams)


@require_GET
@members_only
def again(request: MemberRequest) -> HttpResponse:
    """Loops and rework."""
    return _show(request, "again", build_again)


@require_GET
@members_only
def waits(request: MemberRequest) -> HttpResponse:
    """Waiting between touchpoints."""
    context = {"page": build_waits(Asked.of(request.GET.dict(), at=now())), "tab": "waits"}
    return show(request, "web/journeys/waits.html", context, at=PLACE)


@require_GET
@members_only
def sheet(request: MemberRequest) -> HttpResponse:
    """The process on one sheet."""
    context = {"page": build_sheet(Asked.of(request.GET.dict(), at=now()), request.member), "tab": "sheet"}
    return show(request, "web/journeys/sheet.html", context, at=PLACE)


@require_POST
@members_only
def word(request: MemberRequest) -> HttpResponse:
    """Say in words of one's own what stands on the sheet of a process."""
    words = Words(**{one.name: request.POST.get(one.name, "") for one in fields(Words)})
    asked = Asked.of({"process": request.POST.get("process", "")}, at=now())
    try:
        word_sheet(asked.process, words, by=request.member, at=now())
    except TooManyWords as problem:
        context = {"page": build_sheet(asked, request.member, typed=words, problem=str(problem)), "tab": "sheet"}
        return show(request, "web/journeys/sheet.html", context, at=PLACE, status=422)
    messages.success(request, "It stands on the sheet, beside what was counted.")
    return redirect(f"{reverse('journeys:sheet', args=[request.member.workspace.slug])}?process={quote(asked.process)}")


def _show(request: MemberRequest, name: str, build: Callable[[Asked], Any]) -> HttpResponse:
    context = {"page": build(Asked.of(request.GET.dict(), at=now())), "tab": name}
    return show(request, f"web/journeys/{name}.html", context, at=PLACE)
