"""The queue: looked at, narrowed, kept as a view, and worked on in one go."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from untilyes.cases import actions
from untilyes.cases.access import get_view, list_cases_numbered
from untilyes.cases.filters import QueueFilter, read_filter
from untilyes.cases.models import Case
from untilyes.cases.queries import Which, list_queue
from untilyes.cases.rules import NotPossible, Priority
from untilyes.cases.snoozes import find_snooze_end
from untilyes.plumbing.clock import now
from untilyes.web.cases.queue_page import build_many, build_queue, list_colleagues, tell_done
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member

UNPROCESSABLE = 422
Deed = tuple[str, Callable[[Case], object]]


@require_GET
@members_only
def queue(request: MemberRequest) -> HttpResponse:
    """The cases of one view of the queue, the most urgent first."""
    return _show_queue(request, read_filter(request.GET.dict()))


@require_GET
@members_only
def next_case(request: MemberRequest) -> HttpResponse:
    """The most urgent case that waits for us: one's own first, then nobody's; those waiting for a customer last."""
    member, at = request.member, now()
    for which in (Which.MINE, Which.UNASSIGNED, Which.OPEN):
        for row in list_queue(member, which=which, at=at):
            if (row.state.value != "proposed" or row.customer_wrote_last) and str(row.number) != request.GET.get(
                "after"
            ):
                return redirect("cases:case", member.workspace.slug, row.number)
    messages.info(request, "No case waits for us now.")
    return redirect("cases:queue", member.workspace.slug)


@require_POST
@members_only
def keep_view(request: MemberRequest) -> HttpResponse:
    """Keep what is shown under a name."""
    asked = read_filter(request.POST.dict())
    is_shared = request.POST.get("shared") == "yes"
    try:
        view = actions.save_view(request.POST.get("name", ""), asked, is_shared=is_shared, by=request.member, at=now())
    except NotPossible as problem:
        return _show_queue(request, asked, problem=str(problem), status=UNPROCESSABLE)
    messages.success(request, f"“{view.name}” is kept{', for everybody' if is_shared else ', for you'}.")
    return _back(request, asked)


@require_POST
@members_only
def drop_view(request: MemberRequest, view_id: int) -> HttpResponse:
    """Keep a view no longer."""
    view = get_view(view_id, seen_by=request.member)
    try:
        actions.remove_view(view, by=request.member, at=now())
    except NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"“{view.name}” is gone; the cases stay where they are.")
    return _back(request, QueueFilter())


@require_http_methods(["GET", "POST"])
@members_only
def many(request: MemberRequest) -> HttpResponse:
    """Do the same to every chosen case: a GET asks once more, a POST does it."""
    require(request.member, "work_cases")
    sent = request.POST if request.method == "POST" else request.GET
    asked = read_filter(_asked_before(sent))
    numbers = [int(one) for one in sent.getlist("n") if one.isdecimal() and len(one) < LONG]
    cases = list_cases_numbered(numbers, seen_by=request.member)
    try:
        told, do = _read_deed(sent, cases, by=request.member, at=timezone.localtime())
        if request.method == "POST":
            done = actions.change_many(cases, do, by=request.member)
    except NotPossible as problem:
        return _show_queue(request, asked, problem=str(problem), status=UNPROCESSABLE)
    if request.method == "POST":
        for say, words in zip((messages.success, messages.warning), tell_done(done, told=told), strict=True):
            if words:
                say(request, words)
        return _back(request, asked)
    hidden = [(name, value) for name in sent for value in sent.getlist(name)]
    page = build_many(cases, told=told, hidden=hidden, back=_address(request, asked))
    return show(request, "web/cases/many.html", {"page": page}, at="cases:queue")


LONG = 10  # digits beyond which a number is no case's


def _read_deed(sent: QueryDict, cases: Sequence[Case], *, by: Member, at: datetime) -> Deed:
    """What is to be done with the cases, told and callable. Raises NotPossible."""
    if not cases:
        raise NotPossible("Choose at least one case first.")
    deeds: dict[str, Callable[[], Deed]] = {
        "assign": lambda: _giving(sent, by, at),
        "priority": lambda: _prioritising(sent, by, at),
        "snooze": lambda: _snoozing(sent, by, at),
        "note": lambda: _noting(sent, by, at),
    }
    wanted = deeds.get(sent.get("do", ""))
    if wanted is None:
        raise NotPossible("Choose what to do with the cases.")
    return wanted()


def _giving(sent: QueryDict, by: Member, at: datetime) -> Deed:
    key = sent.get("to", "")
    to = next((one for one in list_colleagues() if str(one.pk) == key), None)
    if key and to is None:
        raise NotPossible("Choose somebody who works here.")
    return f"Given to {to or 'nobody in particular'}", lambda one: actions.assign_case(one, to=to, by=by, at=at)


def _prioritising(sent: QueryDict, by: Member, at: datetime) -> Deed:
    known = {str(one.value): one for one in Priority}
    priority = known.get(sent.get("priority", ""))
    if priority is None:
        raise NotPossible("Choose a priority.")
    return f"Priority {priority.name.lower()}", lambda one: actions.set_priority(one, priority, by=by, at=at)


def _snoozing(sent: QueryDict, by: Member, at: datetime) -> Deed:
    until = find_snooze_end(sent.get("until", ""), at=at)
    return f"Snoozed until {until:%-d %b, %H:%M}", lambda one: actions.snooze_case(one, until=until, by=by, at=at)


def _noting(sent: QueryDict, by: Member, at: datetime) -> Deed:
    words = sent.get("text", "").strip()
    if not words:
        raise NotPossible("Write the note first.")
    return "Noted", lambda one: actions.add_note(one, words, by=by, at=at)


def _asked_before(sent: QueryDict) -> dict[str, str]:
    """The filters the queue had, which travel with the chosen cases in one hidden field."""
    return QueryDict(sent.get("asked", "")).dict()


def _show_queue(request: MemberRequest, asked: QueueFilter, *, problem: str = "", status: int = 200) -> HttpResponse:
    number = request.GET.get("page", "1")
    page = build_queue(
        request.member,
        asked=asked,
        number=int(number) if number.isdecimal() and len(number) < LONG else 1,
        at=now(),
        problem=problem,
    )
    return show(request, "web/cases/queue.html", {"page": page}, at="cases:queue", status=status)


def _address(request: MemberRequest, asked: QueueFilter) -> str:
    query = QueryDict(mutable=True)
    query.update(asked.asked)
    return f"{redirect('cases:queue', request.member.workspace.slug).url}?{query.urlencode()}"


def _back(request: MemberRequest, asked: QueueFilter) -> HttpResponse:
    return HttpResponseRedirect(_address(request, asked))
