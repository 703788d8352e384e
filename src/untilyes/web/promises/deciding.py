"""Deciding about the next target: accept, decline, choose one's own; how often it is proposed, and proposing it now."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from untilyes.plumbing.clock import now
from untilyes.promises.access import get_promise
from untilyes.promises.actions import ReasonNeeded
from untilyes.promises.ratchet.access import get_proposal
from untilyes.promises.ratchet.actions import (
    ProposalAnswered,
    ProposalOutdated,
    accept_proposal,
    choose_target,
    decline_proposal,
    pace_ratchet,
    propose_target,
)
from untilyes.promises.ratchet.rules import Rhythm, tell_time
from untilyes.promises.rules import TargetTooLoose
from untilyes.web.doors import MemberRequest, members_only
from untilyes.web.promises.forms import TargetForm
from untilyes.web.promises.views import show_promise
from untilyes.workspaces.access import require

REFUSALS = (ReasonNeeded, ProposalAnswered, ProposalOutdated)


@require_POST
@members_only
def accept(request: MemberRequest, key: str, period: str) -> HttpResponse:
    """Aim at what was proposed."""
    proposal = get_proposal(key, period, seen_by=request.member)

    def decide() -> str:
        terms = accept_proposal(proposal, by=request.member, at=now())
        return f"The target is {tell_time(terms.target)} from now on; what runs keeps the one it began under."

    return _decide(request, key, decide)


@require_POST
@members_only
def decline(request: MemberRequest, key: str, period: str) -> HttpResponse:
    """Leave the target where it is, with a reason."""
    proposal = get_proposal(key, period, seen_by=request.member)

    def decide() -> str:
        decline_proposal(proposal, by=request.member, reason=request.POST.get("reason", ""), at=now())
        return "The target stays. The next period proposes again."

    return _decide(request, key, decide)


@require_POST
@members_only
def choose(request: MemberRequest, key: str, period: str) -> HttpResponse:
    """Aim at a target of one's own."""
    proposal = get_proposal(key, period, seen_by=request.member)
    require(request.member, "edit_promises")
    form = TargetForm(request.POST, auto_id="own_%s")
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            terms = choose_target(proposal, target=form.span("target"), by=request.member, at=now(), reason=reason)
        except TargetTooLoose as problem:
            form.add_error("target", str(problem))
        except (ReasonNeeded, ProposalAnswered, ProposalOutdated) as problem:
            form.add_error("reason", str(problem))
        else:
            messages.success(request, f"The target is {tell_time(terms.target)} from now on.")
            return _back(request, key)
    return show_promise(request, key, own=form)


@require_POST
@members_only
def pace(request: MemberRequest, key: str) -> HttpResponse:
    """Propose every month, or every quarter."""
    promise = get_promise(key, seen_by=request.member)
    wanted = request.POST.get("rhythm", "")
    rhythm = Rhythm(wanted) if wanted in {one.value for one in Rhythm} else Rhythm.QUARTERLY
    pace_ratchet(promise, rhythm=rhythm, by=request.member, at=now())
    messages.success(request, f"The next target is proposed {rhythm.value} from now on.")
    return _back(request, key)


@require_POST
@members_only
def propose(request: MemberRequest, key: str) -> HttpResponse:
    """Look at the evidence now rather than tonight."""
    promise = get_promise(key, seen_by=request.member)
    require(request.member, "edit_promises")
    propose_target(promise, at=now())
    return _back(request, key)


def _decide(request: MemberRequest, key: str, decide: Callable[[], str]) -> HttpResponse:
    """Carry out a decision and say what came of it; a refusal is said too, and nothing has changed then."""
    try:
        messages.success(request, decide())
    except REFUSALS as problem:
        messages.error(request, f"{problem} Nothing was changed.")
    return _back(request, key)


def _back(request: MemberRequest, key: str) -> HttpResponse:
    return redirect("promises:promise", request.member.workspace.slug, key)
