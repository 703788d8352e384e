"""Where we hear customers; write a survey, launch it, ask somebody."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from untilyes.customers.access import get_customer
from untilyes.customers.queries import search_customers
from untilyes.plumbing.clock import now
from untilyes.surveys.access import get_survey
from untilyes.surveys.actions import close_survey, draft_survey, edit_survey, invite, launch_survey
from untilyes.surveys.actions.drafting import CannotLaunch
from untilyes.surveys.links import link_to_invitation
from untilyes.surveys.models import Survey
from untilyes.surveys.queries import get_newest_version
from untilyes.surveys.rules import InvitationState, NotAsked, SurveyKind, SurveyState
from untilyes.surveys.starting import STARTS, begin_survey
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.listen.forms import KINDS, FormProblem, keep_rows, read_definition, write_rows
from untilyes.web.listen.page import REASONS, build_page, build_survey
from untilyes.workspaces.access import require

UNPROCESSABLE = 422
FEW = 8
STARTING = {
    "confirmation": "The two questions, for one touchpoint",
    "trust": "Do you trust us?",
    "nps": "Would you recommend us? (0 to 10)",
    "csat": "How satisfied are you? (1 to 5)",
    "ces": "Was it easy? (1 to 7)",
}


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """The source mix, the surveys and the imports."""
    listened = build_page(request.member.workspace.slug, at=timezone.localtime())
    context = {"page": listened, "may_edit": request.member.may("edit_surveys")}
    context["may_import"] = request.member.may("import_files")
    return show(request, "web/listen/page.html", context, at="listen:page")


@require_http_methods(["GET", "POST"])
@members_only
def new(request: MemberRequest) -> HttpResponse:
    """Begin a survey from one of the questions most houses ask."""
    require(request.member, "edit_surveys")
    problem = ""
    if request.method == "POST":
        problem, survey = _begin(request)
        if survey is not None:
            return redirect("listen:edit", request.member.workspace.slug, survey.pk)
    context = {
        "problem": problem,
        "typed": request.POST,
        "starts": STARTING,
        "picked": request.POST.getlist("languages"),
    }
    return show(request, "web/listen/new.html", context, at="listen:page", status=UNPROCESSABLE if problem else 200)


@require_GET
@members_only
def survey(request: MemberRequest, survey_id: int) -> HttpResponse:
    """One survey."""
    found = get_survey(survey_id, seen_by=request.member)
    built = build_survey(found, may_edit=request.member.may("edit_surveys"))
    context = {"page": built, "kinds": KINDS, "may_ask": _may_ask(request)}
    if context["may_ask"] and (words := request.GET.get("q", "").strip()):
        context |= {"words": words, "found": search_customers(words, limit=FEW)}
    return show(request, "web/listen/survey.html", context, at="listen:page")


@require_http_methods(["GET", "POST"])
@members_only
def edit(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Change what will be asked; what customers already saw stays as it was, under its own version."""
    require(request.member, "edit_surveys")
    found = get_survey(survey_id, seen_by=request.member)
    asks = get_newest_version(found).asks
    typed = {name: str(value) for name, value in request.POST.items()}
    problem, languages = "", found.languages or ["en"]
    if request.method == "POST":
        try:
            definition = read_definition(typed, languages, base=asks)
            edit_survey(found, definition, at=now(), by=request.member)
            if "more" in typed:
                return redirect("listen:edit", request.member.workspace.slug, found.pk)
            messages.success(request, "Kept. Nobody is asked it before it is launched.")
            return redirect("listen:survey", request.member.workspace.slug, found.pk)
        except FormProblem as error:
            problem = str(error)
    rows = keep_rows(typed, languages) if problem else write_rows(asks, languages)
    context = {"survey": found, "rows": rows, "kinds": KINDS, "problem": problem, "languages": languages}
    return show(request, "web/listen/edit.html", context, at="listen:page", status=UNPROCESSABLE if problem else 200)


@require_POST
@members_only
def launch(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Let customers see the newest wording."""
    found = get_survey(survey_id, seen_by=request.member)
    try:
        version = launch_survey(found, at=now(), by=request.member)
    except CannotLaunch as problem:
        messages.error(request, f"{problem} Nothing was launched.")
    else:
        messages.success(request, f"Version {version.number} is live. Its wording never changes from now on.")
    return redirect("listen:survey", request.member.workspace.slug, found.pk)


@require_POST
@members_only
def close(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Ask nobody anything more by it."""
    found = close_survey(get_survey(survey_id, seen_by=request.member), at=now(), by=request.member)
    messages.success(request, f"{found} is closed. What was answered stays.")
    return redirect("listen:survey", request.member.workspace.slug, found.pk)


@require_POST
@members_only
def ask(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Ask one customer."""
    found = get_survey(survey_id, seen_by=request.member)
    if not _may_ask(request):
        require(request.member, "edit_surveys")
    customer = get_customer(request.POST.get("customer", ""), seen_by=request.member)
    back = redirect("listen:survey", request.member.workspace.slug, found.pk)
    if found.state != SurveyState.LIVE:
        messages.error(request, "Launch it first; nobody was asked.")
        return back
    invitation = invite(found, customer, at=now(), touchpoint=found.touchpoint)
    if invitation.state == InvitationState.NOT_ASKED:
        messages.error(request, f"{customer} was not asked: {REASONS[NotAsked(invitation.reason)]}.")
    else:
        messages.success(request, f"{customer} is asked by e-mail.")
    return back


@require_POST
@members_only
def rehearse(request: MemberRequest, survey_id: int) -> HttpResponse:
    """See the newest wording as a customer would; what is answered there counts nowhere."""
    require(request.member, "edit_surveys")
    found = get_survey(survey_id, seen_by=request.member)
    language = request.POST.get("language", "")
    version = get_newest_version(found)
    invitation = invite(version, None, at=now(), via="link", language=language, is_test=True)
    return redirect(link_to_invitation(invitation))


def _begin(request: MemberRequest) -> tuple[str, Survey | None]:
    """What is wrong with the form, or the survey it began."""
    name, start = request.POST.get("name", "").strip(), request.POST.get("start", "")
    wanted = [one for one in request.member.workspace.languages if one in request.POST.getlist("languages")]
    if not name:
        return "Give it a name.", None
    if start != "confirmation" and start not in STARTS:
        return "Choose what it begins with.", None
    kind = SurveyKind.CONFIRMATION if start == "confirmation" else SurveyKind.GENERAL
    touchpoint = request.POST.get("touchpoint", "").strip().lower()[:60]
    survey = draft_survey(
        name[:120],
        begin_survey(start),
        at=now(),
        by=request.member,
        kind=kind,
        touchpoint=touchpoint,
        languages=wanted,
    )
    return "", survey


def _may_ask(request: MemberRequest) -> bool:
    return request.member.may("see_customers") and (
        request.member.may("edit_surveys") or request.member.may("work_cases")
    )
