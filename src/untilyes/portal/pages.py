"""What each customer page shows, put together in one place so that no template asks or decides anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from untilyes.portal.colours import checked_colour, text_on
from untilyes.portal.wordings import LANGUAGES, fixed_words
from untilyes.surveys.definition import LONGEST, Definition, Kind, Question, say
from untilyes.surveys.reading import Problem
from untilyes.surveys.wordings import option_words
from untilyes.workspaces.models import Workspace

MANY = 3  # beyond this many questions a customer is told how far they are


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen."""

    id: str
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class AskedQuestion:
    """One question as it stands on the page."""

    id: str
    key: str
    kind: Kind
    words: str
    hint: str
    low: str
    high: str
    is_required: bool
    options: tuple[Option, ...]
    text: str
    longest: int | None
    problem: str
    progress: str
    is_conditional: bool

    @property
    def is_text(self) -> bool:
        return self.kind.is_text

    @property
    def is_long(self) -> bool:
        return self.kind is Kind.LONG_TEXT

    @property
    def takes_several(self) -> bool:
        return self.kind in {Kind.SEVERAL_CHOICES, Kind.CONSENT}

    @property
    def layout(self) -> str:
        """The arrangement of the answers: side by side for few short ones, a row of numbers, or a list."""
        if self.kind in {Kind.SCALE_0_10, Kind.SCALE_1_5, Kind.SCALE_1_7}:
            return f"row n{len(self.options)}"
        return "row" if self.kind in {Kind.YES_NO, Kind.TRUST} else "list"

    @property
    def described_by(self) -> str:
        """The ids of what explains the question, for a screen reader."""
        parts = ((self.hint, "hint"), (self.problem, "problem"), (self.low or self.high, "ends"))
        return " ".join(f"{self.id}-{name}" for there, name in parts if there)


@dataclass(frozen=True)
class Frame:
    """What every customer page carries: whose it is, in which language and colour."""

    language: str
    words: Mapping[str, str]
    name: str = ""
    why: str = ""
    colour: str = "#1f5fbf"
    on_colour: str = "#ffffff"
    others: tuple[tuple[str, str], ...] = ()  # (language code, its own name)

    @classmethod
    def of(cls, workspace: Workspace | None, language: str, *, offered: Sequence[str] = ()) -> "Frame":
        """The workspace's frame; a plain one when the link did not even say whose page it is."""
        others = tuple((one, fixed_words(one)["language"]) for one in offered if one != language and one in LANGUAGES)
        if workspace is None:
            return cls(language, fixed_words(language))
        colour = checked_colour(workspace.colour)
        return cls(language, fixed_words(language), workspace.name, workspace.why, colour, text_on(colour), others)


@dataclass(frozen=True)
class SurveyPage:
    """The page that asks."""

    frame: Frame
    title: str
    lead: str
    who: str
    questions: tuple[AskedQuestion, ...]
    show_rules: tuple[tuple[str, str], ...]  # (CSS selectors of the answers, id of the question they reveal)
    send: str
    notice: str = ""
    errors: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
    stop: str = ""

    @property
    def is_long(self) -> bool:
        return len(self.questions) > MANY


def lay_out(
    definition: Definition,
    *,
    language: str,
    touchpoint: str,
    filled: Mapping[str, Sequence[str]],
    problems: Mapping[str, Problem] | None = None,
) -> tuple[AskedQuestion, ...]:
    """The questions with what is filled in and what is wrong; conditional ones are there and hidden by the sheet."""
    words = fixed_words(language)
    counted = [question.key for question in definition.questions if not question.show_if]
    told = len(definition.questions) > MANY
    asked = []
    for place, question in enumerate(definition.questions):
        number = counted.index(question.key) + 1 if told and question.key in counted else 0
        chosen = filled.get(question.key, ())
        longest = LONGEST.get(question.kind)
        problem = (problems or {}).get(question.key)
        asked.append(
            AskedQuestion(
                id=f"q{place}",
                key=question.key,
                kind=question.kind,
                words=definition.wording(question, touchpoint=touchpoint, language=language),
                hint=say(question.hint, language)
                or (words["several"] if question.kind is Kind.SEVERAL_CHOICES else ""),
                low=say(question.low, language),
                high=say(question.high, language),
                is_required=question.required,
                options=tuple(_options(question, place, chosen, language)),
                text="\n".join(chosen) if longest else "",
                longest=longest,
                problem=_tell(problem, question, words),
                progress=words["progress"].format(number=number, total=len(counted)) if number else "",
                is_conditional=bool(question.show_if),
            )
        )
    return tuple(asked)


def reveal(definition: Definition) -> tuple[tuple[str, str], ...]:
    """For each conditional question, the answers (as CSS selectors) that reveal it."""
    places = {question.key: place for place, question in enumerate(definition.questions)}
    possible = {question.key: question.possible for question in definition.questions}
    return tuple(
        (
            ",".join(
                f"#q{places[one.question]}o{possible[one.question].index(key)}:checked"
                for one in question.show_if
                for key in one.among
            ),
            f"q{places[question.key]}",
        )
        for question in definition.questions
        if question.show_if
    )


def _options(question: Question, place: int, chosen: Sequence[str], language: str) -> Iterator[Option]:
    own = {choice.key: say(choice.words, language) for choice in question.choices}
    for index, value in enumerate(question.possible):
        label = own.get(value) or option_words(question.kind, value, language)
        yield Option(f"q{place}o{index}", value, label, value in chosen)


def _tell(problem: Problem | None, question: Question, words: Mapping[str, str]) -> str:
    if problem is None:
        return ""
    if problem is Problem.MISSING:
        return words["error_missing_text" if question.kind.is_text else "error_missing"]
    return words[f"error_{problem.value}"].format(longest=LONGEST.get(question.kind, ""))


@dataclass(frozen=True)
class ThanksPage:
    """The page after an answer: what happens next."""

    frame: Frame
    title: str
    text: str
    steps: tuple[str, ...] = ()
    conversation: str = ""
    change: str = ""
    change_until: str = ""
    offer: tuple[str, tuple[str, ...]] | None = None  # what may help next: said how, and what


@dataclass(frozen=True)
class NoticePage:
    """A page that only says something, perhaps with one button."""

    frame: Frame
    title: str
    text: str
    button: str = ""


def refusal(request: HttpRequest, why: str, *, status: int, workspace: Workspace | None = None) -> HttpResponse:
    """A page that says why this link does not lead further, and what to do."""
    language = read_language(request, offered=LANGUAGES)
    why = "unknown" if why == "not_asked" else why
    frame = Frame.of(workspace, language)
    page = NoticePage(frame, frame.words[why], frame.words[f"{why}_text"])
    return show(request, "notice", page, status=status)


def read_language(request: HttpRequest, *, offered: Sequence[str], known: str = "") -> str:
    """The language asked for on the page, else the one we know the customer reads, else their browser's."""
    wanted = request.POST.get("lang") or request.GET.get("lang") or known or str(getattr(request, "LANGUAGE_CODE", ""))
    for candidate in (wanted, wanted.partition("-")[0]):
        if candidate in offered:
            return candidate
    return offered[0] if offered else "en"


def show(request: HttpRequest, template: str, page: Any, *, status: int = 200) -> HttpResponse:
    """Render a customer page."""
    return render(request, f"portal/{template}.html", {"page": page, "frame": page.frame}, status=status)
