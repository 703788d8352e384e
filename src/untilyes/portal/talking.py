"""The customer's own page about their matter: what both sides wrote, how it stands, what they can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from untilyes.cases.incoming import LARGEST, MOST_ATTACHMENTS
from untilyes.cases.models import Case
from untilyes.cases.queries import Conversation, Line, Owed, read_conversation
from untilyes.cases.rules import LONGEST_MESSAGE
from untilyes.plumbing.saying import say_day, say_moment
from untilyes.portal.completing import say_offer
from untilyes.portal.pages import Frame, read_language
from untilyes.portal.wordings import LANGUAGES

# So much of what was written is shown at once; a page must open on a bad connection too.
ENOUGH = 4_000
# What is said after something was sent, by the word the address carries.
NOTICES = {"address": "case_address_kept", "known": "case_address_known"}


@dataclass(frozen=True)
class Said:
    """One message as it stands on the page."""

    who: str
    is_theirs: bool
    when: str
    text: str
    files: tuple[tuple[str, str], ...] = ()  # (address, name)


@dataclass(frozen=True)
class ConversationPage:
    """The page of one matter. `has_earlier` tells that older messages are left out until asked for."""

    frame: Frame
    title: str
    standing: str
    owed: tuple[str, ...]
    question_link: str
    lines: tuple[Said, ...]
    has_earlier: bool
    notice: str
    problem: str
    text: str
    longest: int
    invites_back: str
    asks_address: bool
    files_hint: str
    offer: tuple[str, tuple[str, ...]] | None = None


def conversation_page(
    request: HttpRequest, case: Case, token: str, *, at: datetime, refused: str | None = None, why: str = ""
) -> ConversationPage:
    """Everything the customer may see of the case. `refused` is what they sent and what could not be taken in.

    `why` names the sentence that says so, where it was not the text itself.
    """
    told = read_conversation(case, at=at)
    workspace = case.workspace
    offered = [language for language in workspace.languages if language in LANGUAGES]
    frame = Frame.of(workspace, read_language(request, offered=LANGUAGES, known=told.language), offered=offered)
    words = frame.words
    shown = told.lines if "all" in request.GET else _list_latest(told.lines)
    return ConversationPage(
        frame=frame,
        title=words["case_title"].format(name=workspace.name),
        standing=words[f"case_{told.state.value}"],
        owed=_say_owed(told, frame, workspace.timezone),
        question_link=told.question_link,
        lines=tuple(_say(line, frame, workspace.timezone, token) for line in shown),
        has_earlier=len(shown) < len(told.lines),
        notice=_find_notice(request, frame),
        problem=words[why] if why else _find_problem(refused, frame),
        text=(refused or "").strip(),
        longest=LONGEST_MESSAGE,
        invites_back=words["case_reopen"] if told.state.is_over else "",
        asks_address=not told.is_known,
        files_hint=words["case_files_hint"].format(most=MOST_ATTACHMENTS, size=LARGEST // (1024 * 1024)),
        offer=say_offer(frame, case.ref),
    )


def _list_latest(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The newest messages that fit on one page, at least one."""
    kept: list[Line] = []
    left = ENOUGH
    for line in reversed(lines):
        left -= len(line.text.encode()) + 150  # its frame and its date weigh about as much
        if kept and left < 0:
            break
        kept.append(line)
    return tuple(reversed(kept))


def _find_notice(request: HttpRequest, frame: Frame) -> str:
    told = request.GET.get("sent", "")
    return frame.words[NOTICES.get(told, "case_sent")] if told else ""


def _say(line: Line, frame: Frame, zone: str, token: str) -> Said:
    return Said(
        who=frame.words["case_you"] if line.is_theirs else f"{line.author}, {frame.name}",
        is_theirs=line.is_theirs,
        when=say_moment(line.at, language=frame.language, zone=zone),
        text=line.text,
        files=tuple((reverse("portal:file", args=[token, one.id]), one.name) for one in line.files),
    )


def _say_owed(told: Conversation, frame: Frame, zone: str) -> tuple[str, ...]:
    """Each promise for what it is about; of a broken one that it is broken, and of all of them when it is expected."""
    said = [_say_promise(one, frame, zone) for one in told.owed]
    if told.expected_by and any(one.is_late for one in told.owed):
        day = say_day(told.expected_by, language=frame.language, zone=zone)
        said.append(frame.words["case_expected"].format(day=day))
    if told.is_waiting:
        said.append(frame.words["case_waiting"])
    return tuple(said)


def _say_promise(owed: Owed, frame: Frame, zone: str) -> str:
    due = say_moment(owed.due_at, language=frame.language, zone=zone)
    promise = frame.words[f"case_due_{owed.measure.value}"].format(due=due)
    return f"{promise} {frame.words['case_due_past']}" if owed.is_late else promise


def _find_problem(refused: str | None, frame: Frame) -> str:
    if refused is None:
        return ""
    if not refused.strip():
        return frame.words["case_empty"]
    return frame.words["error_too_long"].format(longest=LONGEST_MESSAGE)
