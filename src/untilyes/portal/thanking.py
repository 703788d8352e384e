"""The page after an answer: what happens next, by when, and who decides."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from untilyes.portal.pages import Frame, ThanksPage, read_language
from untilyes.portal.wordings import say_day
from untilyes.surveys.definition import EFFECTIVE
from untilyes.surveys.links import sign_key
from untilyes.surveys.models import Response
from untilyes.surveys.queries import list_given
from untilyes.surveys.reading import facts_of
from untilyes.surveys.rules import CHANGE_FOR, may_change


def thanks_page(request: HttpRequest, response: Response, *, at: datetime) -> ThanksPage:
    """Thank, and say what follows from what was answered."""
    workspace = response.workspace
    language = read_language(request, offered=response.version.survey.languages, known=response.language)
    frame = Frame.of(workspace, language)
    words = frame.words
    effective = next((one.value for one in facts_of(list_given(response)) if one.question == EFFECTIVE), None)
    change, change_until = "", ""
    if response.invitation_id and may_change(answered_at=response.at, at=at):
        change = reverse("portal:survey", args=[sign_key(response.invitation_id, purpose="invitation")])
        until = say_day(response.at + CHANGE_FOR, language=language, zone=workspace.timezone)
        change_until = words["may_change"].format(until=until)
    if effective is None:
        return ThanksPage(frame, words["thanks"], words["thanks_general"], change=change, change_until=change_until)
    if effective:
        text = words["thanks_yes_case" if response.about else "thanks_yes"]
        return ThanksPage(frame, words["thanks"], text, change=change, change_until=change_until)
    return ThanksPage(
        frame,
        words["thanks_no"],
        words["thanks_no_text" if response.customer_id else "thanks_no_nobody"],
        steps=(words["next_read"], words["next_soon"], words["next_decide"]) if response.customer_id else (),
        change=change,
        change_until=change_until,
    )
