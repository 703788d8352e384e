"""Small things at a case: that one is there, what one has begun to write, what can be inserted, what came along."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from untilyes.cases import actions
from untilyes.cases.access import get_attachment, get_case, get_prepared
from untilyes.cases.queries import list_prepared, list_present
from untilyes.cases.replies import VARIABLES
from untilyes.cases.rules import NotPossible
from untilyes.plumbing.clock import now
from untilyes.plumbing.files import hand_out
from untilyes.web.cases.desk import offer_replies
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import require
from untilyes.workspaces.tenancy import current_workspace

UNPROCESSABLE = 422


@require_POST
@members_only
def presence(request: MemberRequest, number: int) -> HttpResponse:
    """Note that the member is here; tell who else is."""
    case = get_case(number, seen_by=request.member)
    actions.note_presence(case, by=request.member, at=now())
    present = list_present(case, seen_by=request.member, at=now())
    return show(request, "web/cases/present.html", {"present": present})


@require_POST
@members_only
def draft(request: MemberRequest, number: int) -> HttpResponse:
    """Keep what the member has written so far, and note that they write."""
    case = get_case(number, seen_by=request.member)
    kept = actions.keep_draft(case, request.POST.get("text", ""), by=request.member, at=now())
    actions.note_presence(case, by=request.member, at=now(), is_typing=True)
    return show(request, "web/cases/drafted.html", {"drafted_at": kept.saved_at if kept else None})


@require_GET
@members_only
def offer(request: MemberRequest, number: int) -> HttpResponse:
    """The prepared replies that hold the words one looks for, filled in for this case."""
    case = get_case(number, seen_by=request.member)
    replies = offer_replies(case, seen_by=request.member, at=timezone.localtime(), search=request.GET.get("find", ""))
    return show(request, "web/cases/offered.html", {"replies": replies, "number": number})


@require_GET
@members_only
def file(request: MemberRequest, number: int, file_id: int) -> HttpResponse:
    """A file that came with a message, to be saved."""
    found = get_attachment(file_id, case=get_case(number, seen_by=request.member))
    return hand_out(bytes(found.content), name=found.name)  # type: ignore[return-value]


@require_GET
@members_only
def replies(request: MemberRequest) -> HttpResponse:
    """The replies this member may use, and a form for a new one, or for the one that is named."""
    return _show_replies(request)


@require_POST
@members_only
def keep_reply(request: MemberRequest) -> HttpResponse:
    """Keep a reply for later."""
    require(request.member, "work_cases")
    key = request.POST.get("instead_of", "")
    standing = get_prepared(int(key), seen_by=request.member) if key.isdecimal() else None
    texts = {name.removeprefix("text."): request.POST[name] for name in request.POST if name.startswith("text.")}
    try:
        reply = actions.prepare_reply(
            request.POST.get("name", ""),
            texts,
            is_shared=request.POST.get("shared") == "yes",
            by=request.member,
            at=now(),
            instead_of=standing,
        )
    except NotPossible as problem:
        return _show_replies(request, problem=str(problem), status=UNPROCESSABLE)
    messages.success(request, f"“{reply.name}” is kept{', for everybody' if reply.is_shared else ', for you'}.")
    return redirect("cases:replies", request.member.workspace.slug)


@require_POST
@members_only
def drop_reply(request: MemberRequest, reply_id: int) -> HttpResponse:
    """Keep a reply no longer."""
    require(request.member, "work_cases")
    reply = get_prepared(reply_id, seen_by=request.member)
    try:
        actions.discard_reply(reply, by=request.member, at=now())
        messages.success(request, f"“{reply.name}” is gone; what was sent with it stays.")
    except NotPossible as problem:
        messages.error(request, str(problem))
    return redirect("cases:replies", request.member.workspace.slug)


def _show_replies(request: MemberRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    key = request.GET.get("edit", "") or request.POST.get("instead_of", "")
    edited = get_prepared(int(key), seen_by=request.member) if key.isdecimal() else None
    house = current_workspace()
    texts = edited.texts if edited else {}
    typed = {language: request.POST.get(f"text.{language}", texts.get(language, "")) for language in house.languages}
    context = {
        "replies": list_prepared(request.member, search=request.GET.get("find", "")),
        "edited": edited,
        "name": request.POST.get("name", edited.name if edited else ""),
        "is_shared": request.POST.get("shared") == "yes" if problem else (edited.is_shared if edited else True),
        "texts": typed,
        "variables": VARIABLES,
        "find": request.GET.get("find", ""),
        "may_work": request.member.may("work_cases"),
        "problem": problem,
    }
    return show(request, "web/cases/replies.html", context, at="cases:queue", status=status)
