"""One case, and the verbs a member has there. There is no verb to close: the customer's yes does that."""

from collections.abc import Callable
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from untilyes.cases import actions
from untilyes.cases.access import get_case, get_prepared
from untilyes.cases.files import read_file
from untilyes.cases.incoming import MOST_ATTACHMENTS, Attachment
from untilyes.cases.models import Case
from untilyes.cases.queries import read_case_page
from untilyes.cases.rules import EndedHow, NotPossible
from untilyes.plumbing.clock import now
from untilyes.web.cases.page import build_work, tell_happened, tell_stamp
from untilyes.web.cases.waits import build_waits
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.queries import list_members
from untilyes.workspaces.tenancy import NotFound

UNPROCESSABLE, NOTHING_NEW = 422, 204
LONG = 10  # digits beyond which a number is nobody's


@require_GET
@members_only
def case(request: MemberRequest, number: int) -> HttpResponse:
    """The conversation, and everything one needs to know beside it."""
    found = get_case(number, seen_by=request.member)
    if request.htmx and (seen := request.GET.get("seen")):
        told = read_case_page(found, seen_by=request.member, at=now())
        if tell_stamp(told) == seen:
            return HttpResponse(status=NOTHING_NEW)
    return _show_case(request, found)


@require_GET
@members_only
def happened(request: MemberRequest, number: int) -> HttpResponse:
    """Everything that happened with the customer, for whoever opens it."""
    found = get_case(number, seen_by=request.member)
    return show(request, "web/cases/happened.html", {"happened": tell_happened(found)})


@require_POST
@members_only
def take(request: MemberRequest, number: int) -> HttpResponse:
    """Make it one's own."""
    return work_on(request, number, "take", lambda one: actions.take_case(one, by=request.member, at=now()))


@require_POST
@members_only
def assign(request: MemberRequest, number: int) -> HttpResponse:
    """Give it to a colleague, or back to everybody."""

    def give(one: Case) -> str:
        to = _find_colleague(request.POST.get("to", ""))
        actions.assign_case(one, to=to, by=request.member, at=now())
        return f"{to} has the case now." if to else "The case belongs to nobody in particular now."

    return work_on(request, number, "assign", give)


@require_POST
@members_only
def write(request: MemberRequest, number: int) -> HttpResponse:
    """Write to the customer; the same box proposes or notes when another button is pressed."""

    def send(one: Case) -> str:
        message = actions.write_to_customer(
            one,
            request.POST.get("text", ""),
            by=request.member,
            at=now(),
            files=_read_files(request),
            read_until=_read_until(request),
        )
        if message.via == "email":
            return "Sent by e-mail; it also stands on the customer’s page."
        return "It stands on the customer’s page; we know no e-mail address to send it to."

    return work_on(request, number, "write", send)


@require_POST
@members_only
def note(request: MemberRequest, number: int) -> HttpResponse:
    """Say something among ourselves."""

    def keep(one: Case) -> str:
        actions.add_note(one, request.POST.get("text", ""), by=request.member, at=now())
        return "Noted. Only members of this workspace can read it."

    return work_on(request, number, "note", keep)


@require_POST
@members_only
def attempt(request: MemberRequest, number: int) -> HttpResponse:
    """Write down a try to reach the customer."""

    def keep(one: Case) -> str:
        channel = request.POST.get("channel", "").strip()[:40]
        if not channel:
            raise NotPossible("Say how you tried to reach them.")
        outcome = request.POST.get("outcome", "")[:200]
        actions.record_attempt(one, by=request.member, at=now(), channel=channel, outcome=outcome)
        return "Written down."

    return work_on(request, number, "attempt", keep)


@require_POST
@members_only
def propose(request: MemberRequest, number: int) -> HttpResponse:
    """Say it is solved and ask the customer, who decides."""

    def ask(one: Case) -> str:
        actions.propose_solution(
            one,
            request.POST.get("text", ""),
            by=request.member,
            at=now(),
            files=_read_files(request),
            read_until=_read_until(request),
            cause_missing=request.POST.get("cause_missing", "")[:300],
        )
        return "The customer was asked. Their yes closes the case, their no brings it back."

    return work_on(request, number, "propose", ask)


@require_POST
@members_only
def take_back(request: MemberRequest, number: int) -> HttpResponse:
    """It is not solved after all."""
    return work_on(
        request, number, "take_back", lambda one: actions.take_back_proposal(one, by=request.member, at=now())
    )


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


@require_POST
@members_only
def name_cause(request: MemberRequest, number: int) -> HttpResponse:
    """Say why it went wrong."""

    def keep(one: Case) -> str:
        actions.set_root_cause(one, request.POST.get("cause", "")[:200], by=request.member, at=now())
        return "The cause is kept; cases of the same cause are counted together."

    return work_on(request, number, "cause", keep)


@require_POST
@members_only
def end(request: MemberRequest, number: int) -> HttpResponse:
    """End it without the customer's yes, for a reason."""

    def stop(one: Case) -> str:
        how = _read_ending(request.POST.get("how", ""))
        actions.end_case(
            one,
            how=how,
            reason=request.POST.get("reason", "")[:300],
            by=request.member,
            at=now(),
            duplicate_of=find_other(request.POST.get("duplicate_of", ""), seen_by=request.member),
        )
        return "The case has ended and counts as one without a yes. If the customer writes, it opens again."

    return work_on(request, number, "end", stop)


def work_on(request: MemberRequest, number: int, verb: str, do: Callable[[Case], object]) -> HttpResponse:
    """Do it and come back to the case; when it is not possible, show why and keep what was typed."""
    found = get_case(number, seen_by=request.member)
    require(request.member, "end_cases" if verb == "end" else "work_cases")
    try:
        told = do(found)
    except NotPossible as problem:
        again = get_case(number, seen_by=request.member)
        return _show_case(request, again, problem=str(problem), verb=verb, status=UNPROCESSABLE)
    if isinstance(told, str):
        messages.success(request, told)
    if request.htmx:
        return _show_case(request, get_case(number, seen_by=request.member))
    return go_to_case(request, number)


def go_to_case(request: MemberRequest, number: int) -> HttpResponse:
    """Lead the browser to a case, at its newest line; htmx follows by loading the page anew."""
    address = f"{redirect('cases:case', request.member.workspace.slug, number).url}#latest"
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)


def _read_files(request: MemberRequest) -> list[Attachment]:
    sent = request.FILES.getlist("files")
    return [read_file(one.name or "", one.content_type or "", one.read()) for one in sent[: MOST_ATTACHMENTS + 1]]


def _read_until(request: MemberRequest) -> datetime | None:
    """The newest word that stood on the page the form came from; unknown for a form without it."""
    try:
        return datetime.fromisoformat(request.POST.get("read_until", ""))
    except ValueError:
        return None


def _show_case(
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


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise NotPossible("Name a day.") from problem


def _read_ending(word: str) -> EndedHow:
    if word not in set(EndedHow):
        raise NotPossible("Choose why it ends.")
    return EndedHow(word)


def _find_colleague(key: str) -> Member | None:
    if not key:
        return None
    found = next((one for one in list_members() if str(one.pk) == key), None)
    if found is None:
        raise NotPossible("Choose somebody who works here.")
    return found


def find_other(number: str, *, seen_by: Member) -> Case | None:
    """The case a member names by its number, or None where they named none. Raises NotPossible for a wrong one."""
    digits = number.strip().lstrip("#")
    try:
        return get_case(int(digits), seen_by=seen_by) if digits.isdecimal() else None
    except NotFound as problem:
        raise NotPossible(f"There is no case #{digits}.") from problem
