"""The page that asks: for an invitation, and for a public link."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from untilyes.plumbing.saying import say_day
from untilyes.portal.pages import Frame, SurveyPage, lay_out, read_language, reveal
from untilyes.surveys.definition import Definition, say
from untilyes.surveys.models import Invitation, SurveyVersion
from untilyes.surveys.queries import find_response, list_given
from untilyes.surveys.reading import Problem
from untilyes.surveys.rules import CHANGE_FOR, AnswerSettled, InvitationState, may_change, refuse_when_over
from untilyes.workspaces.models import Workspace

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,29}")


def invited_page(
    request: HttpRequest,
    invitation: Invitation,
    token: str,
    *,
    at: datetime,
    problems: Mapping[str, Problem] | None = None,
) -> SurveyPage:
    """The questions of an invitation, with what was answered before, tapped in the message, or sent and refused.

    Raises InvitationOver, AnswerSettled.
    """
    refuse_when_over(InvitationState(invitation.state), expires_at=invitation.expires_at, at=at)
    workspace, definition = invitation.workspace, invitation.version.asks
    language = read_language(request, offered=invitation.survey.languages, known=invitation.language)
    frame = Frame.of(workspace, language, offered=invitation.survey.languages)
    before, changeable_until = _read_earlier(invitation, at=at)
    sent = _chosen(request, definition)
    notice = frame.words["chosen"].format(send=frame.words["send"]) if sent and request.method == "GET" else ""
    if changeable_until is not None and not notice and not problems:
        notice = frame.words["answered"].format(
            date=_say(invitation.answered_at or at, frame, workspace), until=_say(changeable_until, frame, workspace)
        )
    return _page(
        definition,
        frame,
        lead=_lead(invitation, definition, frame),
        touchpoint=invitation.touchpoint,
        filled={**before, **sent} if request.method == "GET" else sent,
        problems=problems,
        notice=notice,
        send=frame.words["change" if changeable_until else "send"],
        who=_who(frame, will_reply=definition.is_confirmation and invitation.customer_id is not None),
        stop=reverse("portal:opt_out", args=[token]) if invitation.customer_id and not invitation.about else "",
    )


def linked_page(
    request: HttpRequest,
    version: SurveyVersion,
    *,
    form: str,
    problems: Mapping[str, Problem] | None = None,
    is_stale: bool = False,
) -> SurveyPage:
    """The questions of a public link. `form` is this opened page's own key."""
    survey, definition = version.survey, version.asks
    language = read_language(request, offered=survey.languages)
    frame = Frame.of(survey.workspace, language, offered=survey.languages)
    return _page(
        definition,
        frame,
        lead=say(definition.intro, language),
        touchpoint=named(request, "touchpoint") or survey.touchpoint,
        filled=_chosen(request, definition),
        problems=problems,
        notice=frame.words["error_token"] if is_stale else "",
        send=frame.words["send"],
        who=_who(frame, will_reply=False),
        hidden={"form": form},
    )


def named(request: HttpRequest, name: str) -> str:
    """A touchpoint or channel written in the link itself (a QR code at a counter), when it is a plain name."""
    value = request.GET.get(name, "")
    return value if _NAME.fullmatch(value) else ""


def _page(
    definition: Definition,
    frame: Frame,
    *,
    lead: str,
    touchpoint: str,
    filled: Mapping[str, Sequence[str]],
    problems: Mapping[str, Problem] | None,
    notice: str,
    send: str,
    who: str,
    stop: str = "",
    hidden: Mapping[str, str] | None = None,
) -> SurveyPage:
    return SurveyPage(
        frame=frame,
        title=frame.words["title_confirmation" if definition.is_confirmation else "title_general"],
        lead=lead,
        who=who,
        questions=lay_out(definition, language=frame.language, touchpoint=touchpoint, filled=filled, problems=problems),
        show_rules=reveal(definition),
        send=send,
        notice=notice,
        errors=frame.words["error_one" if len(problems) == 1 else "error_many"] if problems else "",
        hidden=hidden or {},
        stop=stop,
    )


def _read_earlier(invitation: Invitation, *, at: datetime) -> tuple[dict[str, Sequence[str]], datetime | None]:
    """What was answered before, and until when it may be changed. Raises AnswerSettled when it no longer may."""
    response = find_response(invitation) if invitation.state == InvitationState.ANSWERED else None
    if response is None:
        return {}, None
    if not may_change(answered_at=response.at, at=at):
        raise AnswerSettled("This was answered too long ago to be changed.")
    given: dict[str, Sequence[str]] = {one.question.key: one.chosen or (one.text,) for one in list_given(response)}
    return given, response.at + CHANGE_FOR


def _chosen(request: HttpRequest, definition: Definition) -> dict[str, Sequence[str]]:
    """What the form sent or the message's link chose; a link chooses answers, it never brings text of its own."""
    sent = request.POST if request.method == "POST" else request.GET
    return {
        question.key: sent.getlist(question.key)
        for question in definition.questions
        if question.key in sent
        and (request.method == "POST" or set(sent.getlist(question.key)) <= set(question.possible))
    }


def _lead(invitation: Invitation, definition: Definition, frame: Frame) -> str:
    if invitation.about.startswith("case:"):
        return frame.words["lead_case"]
    if not definition.is_confirmation:
        return say(definition.intro, frame.language)
    return frame.words["lead"].format(date=_say(invitation.sent_at, frame, invitation.workspace))


def _who(frame: Frame, *, will_reply: bool) -> str:
    sentence = frame.words["who"].format(name=frame.name)
    return f"{sentence} {frame.words['who_reply']}" if will_reply else sentence


def _say(moment: datetime, frame: Frame, workspace: Workspace) -> str:
    return say_day(moment, language=frame.language, zone=workspace.timezone)
