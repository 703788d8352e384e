"""What we heard and what we did: drafted from facts, written by a person, approved, then sent once to each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from untilyes.campaigns.access import get_letter
from untilyes.campaigns.actions import approve_letter, draft_letter, plan_letters, write_letter
from untilyes.campaigns.links import link_to_letter
from untilyes.campaigns.models import Letter
from untilyes.campaigns.queries import Heard, LetterLine, is_letter_monthly, list_letters, read_heard, read_letter
from untilyes.campaigns.rules import Fate, NotPossible, Stage
from untilyes.plumbing.clock import now
from untilyes.web.campaigns.page import FATES
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member

UNPROCESSABLE = 422
HERE = "campaigns:page"
STAGES: Final = {
    Stage.DRAFT: "a draft nobody has seen",
    Stage.SENDING: "on its way",
    Stage.STOPPED: "stopped",
    Stage.SENT: "everybody has it",
}
NO_LETTERS: Final = EmptyState(
    "No letter yet",
    "Once a month, or whenever you like, a letter is drafted from what customers said and what was done about it. You "
    "write it well and approve it; then everyone who gave feedback gets it once.",
)


@dataclass(frozen=True)
class LettersPage:
    """Every letter."""

    lines: Sequence[LetterLine]
    stages: Mapping[Stage, str]
    is_monthly: bool
    may_run: bool
    empty: EmptyState = NO_LETTERS


@dataclass(frozen=True)
class LetterPage:
    """One letter: its facts and its text while it is a draft, its progress afterwards."""

    line: LetterLine
    letter: Letter
    stage: str
    heard: Heard
    languages: Sequence[tuple[str, Mapping[str, str]]]
    link: str
    fates: Mapping[Fate, str]
    may_run: bool
    problem: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_draft(self) -> bool:
        return self.letter.stage == Stage.DRAFT

    @property
    def aside(self) -> Sequence[tuple[str, int]]:
        """Who does not get it, by why."""
        return [(self.fates[fate], n) for fate, n in self.line.aside.items()]


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """Every letter, the newest first."""
    require(request.member, "see_customers")
    built = LettersPage(list_letters(at=now()), STAGES, is_letter_monthly(), request.member.may("run_campaigns"))
    return show(request, "web/campaigns/letters.html", {"page": built}, at=HERE)


@require_POST
@members_only
def plan(request: MemberRequest) -> HttpResponse:
    """Have one drafted every month, or not."""
    is_monthly = request.POST.get("is_monthly") == "yes"
    plan_letters(is_monthly=is_monthly, by=request.member, at=now())
    told = "A letter is drafted on the first of every month" if is_monthly else "Letters are drafted when you ask"
    messages.success(request, f"{told}. None leaves before somebody approves it.")
    return redirect("campaigns:letters", request.member.workspace.slug)


@require_POST
@members_only
def draft(request: MemberRequest) -> HttpResponse:
    """Draft one now."""
    try:
        drafted = draft_letter(at=now(), by=request.member)
    except NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("campaigns:letters", request.member.workspace.slug)
    return redirect("campaigns:letter", request.member.workspace.slug, drafted.pk)


@require_GET
@members_only
def letter(request: MemberRequest, letter_id: int) -> HttpResponse:
    """One letter."""
    return _show(request, get_letter(letter_id, seen_by=request.member))


@require_POST
@members_only
def write(request: MemberRequest, letter_id: int) -> HttpResponse:
    """Keep what customers will read. A language with neither part is left out."""
    found = get_letter(letter_id, seen_by=request.member)
    texts = {}
    for language in _languages(request.member):
        said = {part: request.POST.get(f"{part}-{language}", "").strip() for part in ("heard", "did")}
        if any(said.values()):
            texts[language] = said

    def keep() -> str:
        write_letter(found, texts, by=request.member, at=now())
        return "Kept. Nobody has seen it."

    return _do(request, found, keep)


@require_POST
@members_only
def approve(request: MemberRequest, letter_id: int) -> HttpResponse:
    """Stand by it: it is public from now on, and on its way."""
    found = get_letter(letter_id, seen_by=request.member)

    def stand_by() -> str:
        approve_letter(found, by=request.member, at=now())
        return "Approved. Everyone who gave feedback gets it once."

    return _do(request, found, stand_by)


def _do(request: MemberRequest, found: Letter, verb: Callable[[], str]) -> HttpResponse:
    try:
        told = verb()
    except NotPossible as problem:
        return _show(request, found, problem=str(problem))
    messages.success(request, told)
    return redirect("campaigns:letter", request.member.workspace.slug, found.pk)


def _show(request: MemberRequest, found: Letter, *, problem: str = "") -> HttpResponse:
    built = LetterPage(
        line=read_letter(found, at=now()),
        letter=found,
        stage=STAGES[Stage(found.stage)],
        heard=read_heard(since=found.since, until=found.until),
        languages=[(language, found.texts.get(language, {})) for language in _languages(request.member)],
        link="" if found.stage == Stage.DRAFT else link_to_letter(found),
        fates=FATES,
        may_run=request.member.may("run_campaigns"),
        problem=problem,
        typed=request.POST.dict() if problem else {},
    )
    status = UNPROCESSABLE if problem else 200
    return show(request, "web/campaigns/letter.html", {"page": built}, at=HERE, status=status)


def _languages(member: Member) -> Sequence[str]:
    return list(member.workspace.languages) or [member.workspace.language]
