"""The panel beside a case: search, link, begin, or say that there was nothing to learn."""

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from untilyes.cases.access import get_case
from untilyes.cases.learning import begin_article_from_case, link_article, say_nothing_to_learn
from untilyes.cases.models import Case
from untilyes.knowledge.access import get_article
from untilyes.knowledge.actions import choose_result, record_search, take_back_lesson
from untilyes.knowledge.queries import find_lesson_of
from untilyes.knowledge.rules import NotUsable, Place
from untilyes.plumbing.clock import now
from untilyes.web.cases.page import build_work
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.knowledge.panel import KnowledgePanel, build_panel

UNPROCESSABLE = 422


@require_GET
@members_only
def panel(request: MemberRequest, number: int) -> HttpResponse:
    """Search in other words than the customer's; what is missed is a gap of this customer."""
    case, words = get_case(number, seen_by=request.member), request.GET.get("q", "").strip()[:300]
    built = build_panel(case, member=request.member, words=words)
    if words and request.member.may("work_cases"):
        record_search(
            words,
            place=Place.CASE,
            found=len(built.lines),
            at=now(),
            language=case.language,
            about=case.ref,
            customer=case.person,
        )
    return _show(request, built)


@require_POST
@members_only
def link(request: MemberRequest, number: int) -> HttpResponse:
    """This article solved it."""

    def choose(case: Case) -> None:
        article = get_article(_number(request.POST.get("article", "")), seen_by=request.member)
        link_article(case, article, by=request.member, at=now())
        if words := request.POST.get("q", "").strip():
            search = record_search(
                words,
                place=Place.CASE,
                found=1,
                at=now(),
                language=case.language,
                about=case.ref,
                customer=case.person,
            )
            if search is not None:
                choose_result(search, article, at=now())

    return _learn(request, number, choose)


@require_POST
@members_only
def begin(request: MemberRequest, number: int) -> HttpResponse:
    """Nothing we had answered it: begin an article from the customer's words."""
    return _learn(request, number, lambda case: begin_article_from_case(case, by=request.member, at=now()))


@require_POST
@members_only
def nothing(request: MemberRequest, number: int) -> HttpResponse:
    """There was nothing to learn, and why."""
    why = request.POST.get("why", "")[:400]
    return _learn(request, number, lambda case: say_nothing_to_learn(case, why, by=request.member, at=now()))


@require_POST
@members_only
def take_back(request: MemberRequest, number: int) -> HttpResponse:
    """It was the wrong article, or there is something to learn after all."""

    def undo(case: Case) -> None:
        lesson = find_lesson_of(case.ref, _number(request.POST.get("lesson", "")))
        if lesson is not None:
            take_back_lesson(lesson, by=request.member, at=now())

    return _learn(request, number, undo)


def _learn(request: MemberRequest, number: int, deed: Callable[[Case], object]) -> HttpResponse:
    """Do it and show the panel again; when it is not possible, say why and keep what was typed."""
    case, problem = get_case(number, seen_by=request.member), ""
    try:
        deed(case)
    except NotUsable as refused:
        problem = str(refused)
    if not problem and not request.htmx:
        address = reverse("cases:case", args=[request.member.workspace.slug, number])
        return HttpResponseRedirect(f"{address}#knowledge")
    built = build_panel(case, member=request.member, problem=problem, typed=request.POST.get("why", ""))
    return _show(request, built, status=UNPROCESSABLE if problem else 200)


def _show(request: MemberRequest, built: KnowledgePanel, *, status: int = 200) -> HttpResponse:
    """The panel alone for htmx, else the whole case with it."""
    if request.htmx and not request.htmx.boosted:
        return show(request, "web/cases/knowledge.html", {"panel": built}, status=status)
    page = build_work(built.case, seen_by=request.member, at=now(), panel=built)
    return show(request, "web/cases/case.html", {"page": page}, at="cases:queue", status=status)


def _number(text: str) -> int:
    digits = text.strip().lstrip("Aa")
    return int(digits) if digits.isdecimal() else 0
