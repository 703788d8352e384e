"""What is changed about a finding: who does what, for whose gain, and what the measure says since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from untilyes.analysis.findings.finding import Reading
from untilyes.insights.access import get_finding
from untilyes.insights.actions import open_initiative
from untilyes.insights.models import Initiative, KeptFinding
from untilyes.insights.queries import find_initiative
from untilyes.insights.rules import LONGEST_WORDS, NotPossible, Plan
from untilyes.insights.wording import tell_outcome
from untilyes.plumbing.clock import now
from untilyes.web.doors import MemberRequest, members_only
from untilyes.workspaces.access import get_member, require

USUAL: Final = timedelta(days=91)
"""When to ask the measure, where nobody says otherwise: a season shorter shows little."""


@dataclass(frozen=True)
class InitiativePart:
    """What is changed about the finding, how it stands, and the form in which it is said (anew)."""

    standing: Initiative | None
    readings: tuple[Reading, ...]
    outcome: str
    typed: Mapping[str, str]
    problem: str
    is_open: bool
    longest: int = LONGEST_WORDS


def build_initiative(
    finding: KeptFinding,
    *,
    at: datetime,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
    begin: bool = False,
) -> InitiativePart:
    """What stands, or what a form would begin with; `typed` is what was refused, with the `problem`."""
    standing = find_initiative(finding)
    return InitiativePart(
        standing=standing,
        readings=standing.read if standing else (),
        outcome=tell_outcome(standing) if standing else "",
        typed=typed or _suggest(finding, standing, at),
        problem=problem,
        is_open=bool(problem) or (begin and not (standing and standing.is_under_way)),
    )


def _suggest(finding: KeptFinding, standing: Initiative | None, at: datetime) -> Mapping[str, str]:
    if standing is None:
        return {"plan": finding.action[:LONGEST_WORDS], "look_on": (at.date() + USUAL).isoformat()}
    words = {"plan": standing.plan, "for_customers": standing.for_customers, "for_us": standing.for_us}
    return {**words, "look_on": standing.look_on.isoformat()}


@require_POST
@members_only
def begin(request: MemberRequest, finding_id: int) -> HttpResponse:
    """Open an initiative on a finding, or say it anew."""
    from untilyes.web.findings.views import show_finding  # noqa: PLC0415 - that page holds this form

    require(request.member, "act_on_findings")
    found, typed = get_finding(finding_id, seen_by=request.member), request.POST
    key, words = typed.get("owner", ""), (typed.get(name, "").strip() for name in ("plan", "for_customers", "for_us"))
    owner = get_member(int(key), seen_by=request.member) if key.isdecimal() else request.member
    try:
        look_on = _read_day(typed.get("look_on", ""))
        open_initiative(found, owner=owner, plan=Plan(*words), look_on=look_on, by=request.member, at=now())
    except NotPossible as problem:
        part = build_initiative(found, at=timezone.localtime(), typed=typed.dict(), problem=str(problem))
        return show_finding(request, found, part, status=422)
    messages.success(request, f"{owner} acts on it. The measure is asked on {look_on.day} {look_on:%B %Y}.")
    return redirect("findings:finding", request.member.workspace.slug, found.pk)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise NotPossible("Say on which day the measure is asked, such as 2027-03-01.") from problem
