"""The page after an answer: what happens next, by when, and who decides."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from untilyes.cases.links import link_to_case
from untilyes.cases.queries import Owed, find_case_about, find_case_for_response, read_conversation
from untilyes.plumbing.saying import say_day, say_moment
from untilyes.portal.completing import say_offer
from untilyes.portal.pages import Frame, ThanksPage, read_language
from untilyes.promises.rules import Measures
from untilyes.surveys.definition import EFFECTIVE
from untilyes.surveys.links import sign_key
from untilyes.surveys.models import Response
from untilyes.surveys.queries import list_given
from untilyes.surveys.reading import facts_of
from untilyes.surveys.rules import CHANGE_FOR, may_change
from untilyes.workspaces.models import Workspace

NEXT: Final[Mapping[Measures, str]] = {
    Measures.FIRST_RESPONSE: "next_due",
    Measures.NEXT_RESPONSE: "next_due",
    Measures.UPDATE: "next_due",
    Measures.FIRST_RESOLUTION: "next_due_solution",
    Measures.TIME_TO_YES: "next_due_yes",
}
"""How the page says what is promised."""


def thanks_page(request: HttpRequest, response: Response, *, at: datetime) -> ThanksPage:
    """Thank, say what follows from what was answered, and what may help next."""
    page = _thank(request, response, at=at)
    case = find_case_for_response(response.pk) or find_case_about(response.about)
    return replace(
        page, offer=say_offer(page.frame, case.ref if case else "", f"interaction:{response.interaction_id}")
    )


def _thank(request: HttpRequest, response: Response, *, at: datetime) -> ThanksPage:
    workspace = response.workspace
    language = read_language(request, offered=response.version.survey.languages, known=response.language)
    frame = Frame.of(workspace, language)
    words = frame.words
    conversation, owed = _find_conversation(response, at=at)
    effective = next((one.value for one in facts_of(list_given(response)) if one.question == EFFECTIVE), None)
    change, change_until = "", ""
    if response.invitation_id and may_change(answered_at=response.at, at=at):
        change = reverse("portal:survey", args=[sign_key(response.invitation_id, purpose="invitation")])
        until = say_day(response.at + CHANGE_FOR, language=language, zone=workspace.timezone)
        change_until = words["may_change"].format(until=until)
    if effective is None:
        return ThanksPage(
            frame,
            words["thanks"],
            words["thanks_general"],
            conversation=conversation,
            change=change,
            change_until=change_until,
        )
    if effective:
        text = words["thanks_yes_case" if response.about else "thanks_yes"]
        return ThanksPage(
            frame, words["thanks"], text, conversation=conversation, change=change, change_until=change_until
        )
    steps: tuple[str, ...] = ()
    if conversation and response.customer_id:
        text = words["thanks_no_text"]
        steps = (words["next_read"], *_say_when(owed, frame, workspace), words["next_decide"])
    else:
        text = words["thanks_no_nobody" if conversation else "next_read"]
    return ThanksPage(
        frame,
        words["thanks_no"],
        text,
        steps=steps,
        conversation=conversation,
        change=change,
        change_until=change_until,
    )


def _find_conversation(response: Response, *, at: datetime) -> tuple[str, tuple[Owed, ...]]:
    """Where the customer sees how their matter stands, and what we publicly promised; nothing without a case."""
    case = find_case_for_response(response.pk) or find_case_about(response.about)
    if case is None:
        return "", ()
    told = read_conversation(case, at=at)
    return link_to_case(case), tuple(one for one in told.owed if not one.is_late)


def _say_when(owed: Sequence[Owed], frame: Frame, workspace: Workspace) -> tuple[str, ...]:
    """By when they hear from us, have a solution, are done; one sentence each. Without a promise, as soon as we can."""
    said: dict[str, str] = {}
    for one in owed:
        due = say_moment(one.due_at, language=frame.language, zone=workspace.timezone)
        said.setdefault(NEXT[one.measure], frame.words[NEXT[one.measure]].format(due=due))
    return tuple(said.values()) or (frame.words["next_soon"],)
