"""Telling everyone who said no to the same thing: choosing them, writing, trying, sending, and what came of it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from untilyes.campaigns.access import get_campaign
from untilyes.campaigns.actions import draft_campaign, start_campaign, stop_campaign, try_campaign, write_campaign
from untilyes.campaigns.models import Campaign
from untilyes.campaigns.rules import About, Fate, NotPossible, Said
from untilyes.plumbing.clock import now
from untilyes.web.campaigns.page import LOOK_BACK, build_audience, build_campaign, build_page
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import require

UNPROCESSABLE = 422
HERE = "campaigns:page"


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """Every campaign, and what several customers said no to."""
    require(request.member, "see_customers")
    return show(request, "web/campaigns/campaigns.html", {"page": build_page(request.member, at=now())}, at=HERE)


@require_http_methods(["GET", "POST"])
@members_only
def make(request: MemberRequest) -> HttpResponse:
    """Look at everyone who said no to one thing; begin a campaign to them."""
    require(request.member, "see_customers")
    sent = request.POST if request.method == "POST" else request.GET
    word, key, name = sent.get("about", ""), sent.get("key", "").strip(), sent.get("name", "")
    about, segment = About(word) if word in set(About) else About.WORDS, sent.get("segment", "")
    problem = ""
    if request.method == "POST":
        require(request.member, "run_campaigns")
        at = now()
        try:
            drafted = draft_campaign(name, about, key, since=at - LOOK_BACK, by=request.member, at=at, segment=segment)
            return redirect("campaigns:campaign", request.member.workspace.slug, drafted.pk)
        except NotPossible as refused:
            problem = str(refused)
    try:
        built = build_audience(request.member, about, key, at=now(), segment=segment, name=name, problem=problem)
    except NotPossible as unknown:
        messages.error(request, str(unknown))
        return redirect(HERE, request.member.workspace.slug)
    status = UNPROCESSABLE if built.problem else 200
    return show(request, "web/campaigns/audience.html", {"page": built}, at=HERE, status=status)


@require_GET
@members_only
def campaign(request: MemberRequest, campaign_id: int) -> HttpResponse:
    """One campaign: its text, its progress, its effect."""
    return _show(request, get_campaign(campaign_id, seen_by=request.member))


@require_POST
@members_only
def write(request: MemberRequest, campaign_id: int) -> HttpResponse:
    """Keep what customers will read. A language without subject and text is left out."""
    found = get_campaign(campaign_id, seen_by=request.member)
    require(request.member, "run_campaigns")
    house = request.member.workspace
    texts = {}
    for language in house.languages or [house.language]:
        said = {part: request.POST.get(f"{part}-{language}", "").strip() for part in ("subject", "text")}
        if any(said.values()):
            texts[language] = said
    pace = request.POST.get("per_minute", "")

    def keep() -> str:
        per_minute = int(pace) if pace.isdecimal() else 0
        write_campaign(found, texts, per_minute=per_minute, by=request.member, at=now())
        return "Kept. Nobody has been written to."

    return _do(request, found, keep)


@require_POST
@members_only
def trial(request: MemberRequest, campaign_id: int) -> HttpResponse:
    """Send it to oneself."""
    found = get_campaign(campaign_id, seen_by=request.member)
    language = request.POST.get("language", "")

    def send() -> str:
        try_campaign(found, language=language, by=request.member, at=now())
        return f"On its way to {request.member.user.email}, and to nobody else."

    return _do(request, found, send)


@require_POST
@members_only
def start(request: MemberRequest, campaign_id: int) -> HttpResponse:
    """Tell everybody, from now on."""
    found = get_campaign(campaign_id, seen_by=request.member)

    def begin() -> str:
        start_campaign(found, by=request.member, at=now())
        return "It is under way. Each customer is told once."

    return _do(request, found, begin)


@require_POST
@members_only
def stop(request: MemberRequest, campaign_id: int) -> HttpResponse:
    """Tell nobody else for now."""
    found = get_campaign(campaign_id, seen_by=request.member)

    def end() -> str:
        stop_campaign(found, by=request.member, at=now())
        return "Stopped. Nobody else is told until it is started again."

    return _do(request, found, end)


def _do(request: MemberRequest, found: Campaign, verb: Callable[[], str]) -> HttpResponse:
    """Do it and come back; what is refused is said above the form, which keeps what was typed."""
    try:
        told = verb()
    except NotPossible as problem:
        return _show(request, found, problem=str(problem))
    messages.success(request, told)
    return redirect("campaigns:campaign", request.member.workspace.slug, found.pk)


def _show(request: MemberRequest, found: Campaign, *, problem: str = "") -> HttpResponse:
    fate, said = request.GET.get("fate", ""), request.GET.get("said", "")
    built = build_campaign(
        request.member,
        found,
        at=now(),
        fate=fate if fate in set(Fate) else "",
        said=said if said in set(Said) else "",
        problem=problem,
        typed=request.POST.dict() if problem else {},
    )
    status = UNPROCESSABLE if problem else 200
    return show(request, "web/campaigns/campaign.html", {"page": built}, at=HERE, status=status)
