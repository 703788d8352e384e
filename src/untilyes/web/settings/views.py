"""The house itself: its words, its members, what counts as unhappy, who did what."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from untilyes.cases.actions import change_handling, change_policy
from untilyes.cases.queries import find_policy, read_coverage
from untilyes.cases.rules import TRUST_VALUES, CauseRule, UnhappyRule
from untilyes.plumbing.clock import now
from untilyes.reports.queries import list_failing_hooks
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import get_member, require
from untilyes.workspaces.actions import (
    change_role,
    describe_workspace,
    invite_member,
    place_employee,
    remove_member,
)
from untilyes.workspaces.queries import list_audit, list_employees, list_members
from untilyes.workspaces.rules import Role

UNPROCESSABLE = 422
DESCRIBED = ("name", "why", "difference", "timezone", "languages", "colour", "currency")
ROLES = {
    Role.OWNER: "does everything, also here",
    Role.MANAGER: "works and ends cases, edits surveys and promises",
    Role.AGENT: "works cases",
    Role.ANALYST: "edits surveys, imports, acts on findings",
    Role.VIEWER: "sees the figures, no customers",
}


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """Everything about the house, as far as this member may change it."""
    return _show(request)


@require_GET
@members_only
def audit(request: MemberRequest) -> HttpResponse:
    """Who did what, the newest first."""
    about = request.GET.get("about", "").strip()
    entries = list_audit(seen_by=request.member, about=about, limit=200)
    return show(request, "web/settings/audit.html", {"entries": entries, "about": about}, at="settings:page")


@require_POST
@members_only
def describe(request: MemberRequest) -> HttpResponse:
    """Change the words customers read about us, the zone and the languages."""
    words = {name: request.POST[name] for name in DESCRIBED if name in request.POST}
    # Everything is checked before anything is written; on a refusal the row in memory is thrown away.
    return _change(
        request,
        "house",
        lambda: describe_workspace(request.member.workspace, words, by=request.member, at=now()),
        "Kept. Customers read the new words from now on.",
    )


@require_POST
@members_only
def invite(request: MemberRequest) -> HttpResponse:
    """Give somebody a place here."""
    return _change(
        request,
        "members",
        lambda: invite_member(
            request.POST.get("email", ""),
            role=_read_role(request),
            name=request.POST.get("name", ""),
            by=request.member,
            at=now(),
        ),
        "They have a place here. Whoever is new gets an e-mail and sets a password.",
    )


@require_POST
@members_only
def role(request: MemberRequest, member_id: int) -> HttpResponse:
    """Give a member another role."""
    member = get_member(member_id, seen_by=request.member)
    return _change(
        request,
        "members",
        lambda: change_role(member, _read_role(request), by=request.member, at=now()),
        f"{member} has another role now.",
    )


@require_POST
@members_only
def remove(request: MemberRequest, member_id: int) -> HttpResponse:
    """Take a member's place away."""
    member = get_member(member_id, seen_by=request.member)
    return _change(
        request,
        "members",
        lambda: remove_member(member, by=request.member, at=now()),
        f"{member} no longer has a place here; what they did keeps their name.",
    )


@require_POST
@members_only
def policy(request: MemberRequest) -> HttpResponse:
    """Change what counts as unhappy, and when a customer counts as unreachable."""

    def change() -> None:
        trust = tuple(word for word in TRUST_VALUES if word in request.POST.getlist("trust") and word != "yes")
        rule = UnhappyRule(trust, _read_number(request, "nps", -1, 10), _read_number(request, "csat", 0, 5))
        standing = find_policy()
        change_policy(
            unhappy=rule if rule != standing.unhappy else None,
            attempts=_read_number(request, "attempts", 1, 20),
            attempt_days=_read_number(request, "attempt_days", 1, 90),
            by=request.member,
            at=now(),
        )

    return _change(request, "unhappy", change, "Kept. It holds for answers from now on, not for those already given.")


@require_POST
@members_only
def handling(request: MemberRequest) -> HttpResponse:
    """Change how cases are worked."""

    def change() -> None:
        rule = request.POST.get("cause_rule", "")
        if rule not in set(CauseRule):
            raise ValueError("Choose what must be known about the cause.")
        change_handling(
            reopen_days=_read_number(request, "reopen_days", 1, 3650),
            cause_rule=CauseRule(rule),
            value_trait=request.POST.get("value_trait", "")[:80],
            by=request.member,
            at=now(),
        )

    return _change(request, "handling", change, "Kept. It holds from now on.")


@require_POST
@members_only
def place(request: MemberRequest) -> HttpResponse:
    """Write down somebody who serves customers, and their team."""

    def put() -> None:
        chosen = request.POST.get("member", "")
        member = get_member(int(chosen), seen_by=request.member) if chosen.isdecimal() else None
        name = request.POST.get("name", "") or (str(member) if member else "")
        place_employee(name, team=request.POST.get("team", ""), member=member, by=request.member, at=now())

    return _change(request, "people", put, "Written down.")


def _change(request: MemberRequest, part: str, do: Callable[[], object], told: str) -> HttpResponse:
    """Do it and come back; what is refused is said beside its form, which keeps what was typed."""
    require(request.member, "edit_workspace")
    try:
        do()
    except ValueError as problem:
        request.member.workspace.refresh_from_db()
        return _show(request, problem=str(problem), part=part, status=UNPROCESSABLE)
    messages.success(request, told)
    if request.member.pk is None:  # an owner who removed themselves
        return redirect("home")
    return redirect(f"{redirect('settings:page', request.member.workspace.slug).url}#{part}")


def _show(request: MemberRequest, *, problem: str = "", part: str = "", status: int = 200) -> HttpResponse:
    member = request.member
    context = {
        "house": member.workspace,
        "members": list_members(),
        "employees": list_employees(),
        "roles": ROLES,
        "policy": find_policy(),
        "coverage": read_coverage(),
        "failing": list_failing_hooks(),
        "may_edit": member.may("edit_workspace"),
        "may_audit": member.may("see_audit"),
        "problem": problem,
        "part": part,
        "typed": request.POST if problem else {},
    }
    return show(request, "web/settings/page.html", context, at="settings:page", status=status)


def _read_role(request: MemberRequest) -> Role:
    word = request.POST.get("role", "")
    if word not in set(Role):
        raise ValueError("Choose a role.")
    return Role(word)


def _read_number(request: MemberRequest, name: str, low: int, high: int) -> int:
    text = request.POST.get(name, "").strip()
    if not text.lstrip("-").isdecimal() or not low <= int(text) <= high:
        raise ValueError(f"Write a whole number from {low} to {high}.")
    return int(text)
