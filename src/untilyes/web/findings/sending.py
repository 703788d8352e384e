"""Where findings go besides the pages: the weekly mail, channels of a chat, a report to hand on."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from untilyes.plumbing.clock import now
from untilyes.reports.access import get_hook
from untilyes.reports.actions import add_hook, choose_digest, remove_hook, try_hook
from untilyes.reports.gathering import gather_report
from untilyes.reports.models import Digest, Hook
from untilyes.reports.paper import write_html, write_pdf
from untilyes.reports.queries import find_last_digest, list_hooks, wants_digest
from untilyes.reports.rules import Shape
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.models import Member

UNPROCESSABLE = 422
SHAPES = {
    Shape.SLACK: "Slack, Mattermost, Rocket.Chat",
    Shape.TEAMS: "Microsoft Teams (workflow)",
    Shape.PLAIN: "Plain JSON, for a program of your own",
}


@dataclass(frozen=True)
class SendingPage:
    """What this member chose, the channels, and what was typed when it was refused."""

    wants: bool
    email: str
    last: Digest | None
    hooks: tuple[Hook, ...]
    shapes: dict[Shape, str]
    may_edit: bool
    problem: str
    typed: dict[str, str]


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """Where findings go."""
    return _show(request)


@require_POST
@members_only
def choose(request: MemberRequest) -> HttpResponse:
    """Get the weekly mail, or not."""
    wants = request.POST.get("wants") == "yes"
    choose_digest(request.member, wants=wants)
    messages.success(request, "It comes on Mondays, when there is something to tell." if wants else "It comes no more.")
    return _back(request)


@require_POST
@members_only
def add(request: MemberRequest) -> HttpResponse:
    """Have new findings posted to a channel."""
    word = request.POST.get("shape", "")
    try:
        shape = Shape(word) if word in set(Shape) else Shape.SLACK
        name, address = (request.POST.get(field, "") for field in ("name", "address"))
        add_hook(name, shape=shape, address=address, by=request.member, at=now())
    except ValueError as problem:
        return _show(request, problem=str(problem))
    messages.success(request, "New findings go there from now on. Try it once.")
    return _back(request)


@require_POST
@members_only
def attempt(request: MemberRequest, hook_id: int) -> HttpResponse:
    """Post a few words to a channel, to see whether they arrive."""
    hook = get_hook(hook_id, seen_by=request.member)
    problem = try_hook(hook, by=request.member, at=now())
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, f"It arrived in {hook}.")
    return _back(request)


@require_POST
@members_only
def remove(request: MemberRequest, hook_id: int) -> HttpResponse:
    """Post nothing more to a channel."""
    hook = get_hook(hook_id, seen_by=request.member)
    remove_hook(hook, by=request.member, at=now())
    messages.success(request, f"Nothing more goes to {hook}; its address is forgotten.")
    return _back(request)


@require_GET
@members_only
def report_pdf(request: MemberRequest) -> HttpResponse:  # noqa: ARG001 - the workspace is chosen
    """The findings that stand, on paper."""
    report = gather_report(at=now())
    return _attach(HttpResponse(write_pdf(report), content_type="application/pdf"), f"findings-{report.until}.pdf")


@require_GET
@members_only
def report_html(request: MemberRequest) -> HttpResponse:  # noqa: ARG001 - the workspace is chosen
    """The same as one file for a browser; it leaves this site, so it carries its own style."""
    report = gather_report(at=now(), width=640)
    return _attach(HttpResponse(write_html(report), content_type="text/html"), f"findings-{report.until}.html")


def _attach(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("findings:sending", request.member.workspace.slug)


def _show(request: MemberRequest, *, problem: str = "") -> HttpResponse:
    built = build_sending(request.member, problem=problem, typed=request.POST.dict() if problem else {})
    status = UNPROCESSABLE if problem else 200
    return show(request, "web/findings/sending.html", {"page": built}, at="findings:page", status=status)


def build_sending(member: Member, *, problem: str, typed: dict[str, str]) -> SendingPage:
    """Everything the page shows."""
    return SendingPage(
        wants=wants_digest(member),
        email=member.user.email,
        last=find_last_digest(),
        hooks=tuple(list_hooks()),
        shapes=SHAPES,
        may_edit=member.may("edit_workspace"),
        problem=problem,
        typed={name: str(value) for name, value in typed.items()},
    )
