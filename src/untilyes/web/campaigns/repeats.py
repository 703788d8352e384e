"""The huddle: what keeps coming back, and what we do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from untilyes.campaigns.actions import decide_repeat
from untilyes.campaigns.queries import RepeatLine, list_repeats
from untilyes.campaigns.rules import Decision, NotPossible
from untilyes.plumbing.clock import now
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import get_member, require
from untilyes.workspaces.models import Member
from untilyes.workspaces.queries import list_members

UNPROCESSABLE = 422
HERE = "campaigns:page"
DECISIONS: Final = {
    Decision.FIX: "fix it",
    Decision.TELL: "tell those who said no",
    Decision.ACCEPT: "live with it",
}
NOTHING: Final = EmptyState(
    "Nothing keeps coming back",
    "A root cause named in three cases within 90 days stands here, so that it is settled once for the house instead of "
    "again and again for each customer.",
)


@dataclass(frozen=True)
class RepeatsPage:
    """Every cause that keeps coming back; `late` names those whose fix was due."""

    lines: Sequence[RepeatLine]
    late: frozenset[str]
    decisions: Mapping[Decision, str]
    members: Sequence[Member]
    may_decide: bool
    today: date
    problem: str = ""
    empty: EmptyState = NOTHING


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The list."""
    require(request.member, "see_customers")
    return _show(request)


@require_POST
@members_only
def decide(request: MemberRequest) -> HttpResponse:
    """Decide about one cause."""
    require(request.member, "see_customers")
    chosen = request.POST.get("owner", "")
    owner = get_member(int(chosen), seen_by=request.member) if chosen.isdecimal() else None
    try:
        decide_repeat(
            request.POST.get("cause", ""),
            _read_decision(request.POST.get("decision", "")),
            owner=owner,
            due_on=parse_date(request.POST.get("due_on", "")),
            reason=request.POST.get("reason", ""),
            by=request.member,
            at=now(),
        )
    except (NotPossible, ValueError) as problem:
        told = str(problem) if isinstance(problem, NotPossible) else "There is no such day."
        return _show(request, problem=told)
    return redirect("campaigns:repeats", request.member.workspace.slug)


def _show(request: MemberRequest, *, problem: str = "") -> HttpResponse:
    lines, today = list_repeats(at=now()), timezone.localdate()
    built = RepeatsPage(
        lines=lines,
        late=frozenset(line.cause for line in lines if line.is_late(today)),
        decisions=DECISIONS,
        members=list_members(),
        may_decide=request.member.may("act_on_findings"),
        today=today,
        problem=problem,
    )
    status = UNPROCESSABLE if problem else 200
    return show(request, "web/campaigns/repeats.html", {"page": built}, at=HERE, status=status)


def _read_decision(word: str) -> Decision:
    if word not in set(Decision):
        raise NotPossible("Say what we do about it.")
    return Decision(word)
