"""One case, and the verbs a member has there. There is no verb to close: the customer's yes does that."""

from datetime import datetime

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from untilyes.cases import actions
from untilyes.cases.access import get_case
from untilyes.cases.files import read_file
from untilyes.cases.incoming import MOST_ATTACHMENTS, Attachment
from untilyes.cases.models import Case
from untilyes.cases.queries import read_case_page
from untilyes.cases.rules import EndedHow, NotPossible
from untilyes.plumbing.clock import now
from untilyes.web.cases.page import tell_happened, tell_stamp
from untilyes.web.cases.showing import find_other, show_case, work_on
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.models import Member
from untilyes.workspaces.queries import list_members

NOTHING_NEW = 204


@require_GET
@members_only
def case(request: MemberRequest, number: int) -> HttpResponse:
    """The conversation, and everything one needs to know beside it."""
    found = get_case(number, seen_by=request.member)
    if request.htmx and (seen := request.GET.get("seen")):
        told = read_case_page(found, seen_by=request.member, at=now())
        if tell_stamp(told) == seen:
            return HttpResponse(status=NOTHING_NEW)
    return show_case(request, found)


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


def _read_files(request: MemberRequest) -> list[Attachment]:
    sent = request.FILES.getlist("files")
    return [read_file(one.name or "", one.content_type or "", one.read()) for one in sent[: MOST_ATTACHMENTS + 1]]


def _read_until(request: MemberRequest) -> datetime | None:
    """The newest word that stood on the page the form came from; unknown for a form without it."""
    try:
        return datetime.fromisoformat(request.POST.get("read_until", ""))
    except ValueError:
        return None


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
