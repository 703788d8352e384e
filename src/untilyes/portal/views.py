"""Customers' pages: open the link, ask or tell the surveys and cases rooms, show the page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from untilyes.cases.access import get_attachment, get_case_by_link
from untilyes.cases.actions import add_customer_message, leave_address
from untilyes.cases.files import read_file
from untilyes.cases.incoming import MOST_ATTACHMENTS
from untilyes.cases.links import PURPOSE
from untilyes.cases.models import Case
from untilyes.cases.rules import LONGEST_MESSAGE, NotPossible
from untilyes.plumbing.clock import now
from untilyes.plumbing.files import hand_out
from untilyes.portal import asking, talking, thanking
from untilyes.portal.doors import opened_by
from untilyes.portal.pages import Frame, NoticePage, read_language, show
from untilyes.portal.wordings import LANGUAGES
from untilyes.surveys.access import get_answered, get_invited, get_linked_survey
from untilyes.surveys.actions import opt_out as opt_out_customer
from untilyes.surveys.actions import record_response
from untilyes.surveys.links import BadLink, new_form, open_form, sign_key, sign_response
from untilyes.surveys.models import Invitation, Response, Survey
from untilyes.surveys.queries import get_live_version
from untilyes.surveys.reading import AnswersIncomplete

UNPROCESSABLE = 422


@opened_by(get_invited)
def survey(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Ask the questions of an invitation; an answer in the address is chosen, and counted only by a POST."""
    if request.method != "POST":
        return show(request, "survey", asking.invited_page(request, invitation, token, at=now()))
    language = read_language(request, offered=invitation.survey.languages, known=invitation.language)
    try:
        response = record_response(invitation, dict(request.POST.lists()), at=now(), language=language)
    except AnswersIncomplete as incomplete:
        page = asking.invited_page(request, invitation, token, at=now(), problems=incomplete.problems)
        return show(request, "survey", page, status=UNPROCESSABLE)
    return _thank(response, language)


@opened_by(get_linked_survey)
def link_survey(request: HttpRequest, survey: Survey, token: str) -> HttpResponse:
    """Ask whoever has the public link. Each opened page has a key of its own, so that sending it twice counts once."""
    version = get_live_version(survey)
    if request.method != "POST":
        return show(request, "survey", asking.linked_page(request, version, form=new_form(token)))
    language = read_language(request, offered=survey.languages)
    try:
        response_id = open_form(request.POST.get("form", ""), token)
        response = record_response(
            version,
            dict(request.POST.lists()),
            at=now(),
            response_id=response_id,
            language=language,
            channel=asking.named(request, "channel") or "link",
            touchpoint=asking.named(request, "touchpoint") or survey.touchpoint,
        )
    except BadLink:
        page = asking.linked_page(request, version, form=new_form(token), is_stale=True)
        return show(request, "survey", page, status=UNPROCESSABLE)
    except AnswersIncomplete as incomplete:
        page = asking.linked_page(request, version, form=request.POST["form"], problems=incomplete.problems)
        return show(request, "survey", page, status=UNPROCESSABLE)
    return _thank(response, language)


@opened_by(get_case_by_link)
def conversation(request: HttpRequest, case: Case, token: str) -> HttpResponse:
    """Show what was written about the customer's matter and how it stands; take in what they write."""
    if request.method != "POST":
        return show(request, "conversation", talking.conversation_page(request, case, token, at=now()))
    if "email" in request.POST:
        return _keep_address(request, case, token)
    text = request.POST.get("text", "")
    sent = request.FILES.getlist("files")
    files = [read_file(one.name or "", one.content_type or "", one.read()) for one in sent[: MOST_ATTACHMENTS + 1]]
    try:
        message = add_customer_message(case, text, at=now(), files=files)
    except NotPossible:
        why = "case_files_refused" if files and len(text) <= LONGEST_MESSAGE else ""
        page = talking.conversation_page(request, case, token, at=now(), refused=text, why=why)
        return show(request, "conversation", page, status=UNPROCESSABLE)
    # Words about a matter long over begin another one, whose page they are led to.
    goes_on = token if message.case_id == case.pk else sign_key(message.case.key, purpose=PURPOSE)
    return _back_to(goes_on, request, case, told="1")


@opened_by(get_case_by_link)
def file(request: HttpRequest, case: Case, token: str, file_id: int) -> HttpResponse:  # noqa: ARG001
    """A file that came with a message of either side, to be saved."""
    found = get_attachment(file_id, case=case)
    return hand_out(bytes(found.content), name=found.name)  # type: ignore[return-value]


def _keep_address(request: HttpRequest, case: Case, token: str) -> HttpResponse:
    try:
        is_ours = leave_address(case, request.POST["email"], at=now())
    except NotPossible:
        why = "case_address_bad"
        page = talking.conversation_page(request, case, token, at=now(), refused="", why=why)
        return show(request, "conversation", page, status=UNPROCESSABLE)
    return _back_to(token, request, case, told="address" if is_ours else "known")


def _back_to(token: str, request: HttpRequest, case: Case, *, told: str) -> HttpResponse:
    language = read_language(request, offered=LANGUAGES, known=case.language)
    return HttpResponseRedirect(f"{reverse('portal:conversation', args=[token])}?sent={told}&lang={language}#sent")


@opened_by(get_answered)
def thanks(request: HttpRequest, response: Response, token: str) -> HttpResponse:  # noqa: ARG001
    """Say what happens next."""
    return show(request, "thanks", thanking.thanks_page(request, response, at=now()))


@opened_by(get_invited)
def opt_out(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:  # noqa: ARG001
    """Stop asking this customer, on their word: one button, no reasons wanted."""
    is_done = request.method == "POST"
    if is_done:
        opt_out_customer(invitation, at=now())
    language = read_language(request, offered=invitation.survey.languages, known=invitation.language)
    frame = Frame.of(invitation.workspace, language)
    words = frame.words
    if is_done:
        return show(request, "notice", NoticePage(frame, words["stopped"], words["stopped_text"]))
    text = words["stop_text"].format(name=frame.name)
    return show(request, "notice", NoticePage(frame, words["stop_title"], text, words["stop_button"]))


def _thank(response: Response, language: str) -> HttpResponseRedirect:
    address = reverse("portal:thanks", args=[sign_response(response)])
    return HttpResponseRedirect(f"{address}?lang={language}")
