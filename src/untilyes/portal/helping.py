"""The help centre: what each of its pages shows. It sets no cookie and needs no script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from untilyes.knowledge.models import Article, ArticleFile, Search
from untilyes.knowledge.queries.articles import list_files
from untilyes.knowledge.queries.helping import (
    HelpEntry,
    Listing,
    list_for_machines,
    list_help_languages,
    list_most_asked,
    read_help,
    search_help,
)
from untilyes.knowledge.rendering import FileAddress, Files, draw_file, render_markdown
from untilyes.knowledge.rules import FileKind, Step
from untilyes.plumbing.saying import say_day
from untilyes.portal.pages import AskedQuestion, Frame, lay_out, read_language, reveal
from untilyes.portal.wordings import LANGUAGES
from untilyes.surveys.models import SurveyVersion
from untilyes.surveys.reading import Problem
from untilyes.workspaces.models import Workspace

CARDS = 6
LISTED = 60
TOUCHPOINT = "help"


@dataclass(frozen=True)
class Card:
    """One article in a list, with its picture where it has one."""

    title: str
    excerpt: str
    address: str
    language: str
    picture: str = ""
    width: int = 0
    height: int = 0

    @property
    def letter(self) -> str:
        """What stands in place of a picture."""
        return self.title[:1].upper()


@dataclass(frozen=True)
class HelpPage:
    """The front page, or what a search found."""

    frame: Frame
    title: str
    home: str
    feed: str
    words: str
    told: str
    cards: tuple[Card, ...]
    others: tuple[Card, ...]


@dataclass(frozen=True)
class HelpSlide:
    """One step."""

    number: int
    picture: SafeString
    text: SafeString
    told: str


@dataclass(frozen=True)
class HelpArticlePage:
    """One article with the two questions at its end."""

    frame: Frame
    title: str
    home: str
    language: str
    body: SafeString
    slides: tuple[HelpSlide, ...]
    notice: str
    told_at: str
    questions: tuple[AskedQuestion, ...]
    show_rules: tuple[tuple[str, str], ...]
    form: str
    send: str
    who: str
    errors: str = ""
    stale: str = ""


@dataclass(frozen=True)
class Told:
    """One page as feeds and site maps tell of it."""

    listing: Listing
    address: str
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MachinePage:
    """What machines are told: the house, where it is, and every page anybody may read."""

    name: str
    home: str
    address: str
    changed_at: datetime | None
    pages: tuple[Told, ...]


def front_page(request: HttpRequest, workspace: Workspace, *, at: datetime) -> HelpPage:
    """The most asked by picture, then the others by name."""
    frame = _frame(request, workspace)
    cards = [_card(entry, workspace, frame) for entry in list_most_asked(frame.language, at=at)]
    return HelpPage(
        frame,
        frame.words["help_title"],
        home=_home(workspace, frame.language),
        feed=reverse("portal:help_feed", args=[workspace.slug]),
        words="",
        told="",
        cards=tuple(cards[:CARDS]),
        others=tuple(cards[CARDS : CARDS + LISTED]),
    )


def find_answers(request: HttpRequest, words: str) -> tuple[list[HelpEntry], str]:
    """What a search finds, and the language it was asked in."""
    language = read_language_of(request)
    return search_help(words, language=language), language


def found_page(
    request: HttpRequest, workspace: Workspace, words: str, found: Sequence[HelpEntry], search: Search | None
) -> HelpPage:
    """What was found; the address of each result carries the search, so that we learn which one helped."""
    frame = _frame(request, workspace)
    said = frame.words["help_found" if found else "help_none"]
    came_from = f"&s={search.key}" if search else ""
    return HelpPage(
        frame,
        frame.words["help_title"],
        home=_home(workspace, frame.language),
        feed="",
        words=words,
        told=said.format(words=words, n=len(found)),
        cards=(),
        others=tuple(_card(entry, workspace, frame, more=came_from) for entry in found),
    )


def article_page(
    request: HttpRequest,
    workspace: Workspace,
    article: Article,
    version: SurveyVersion,
    *,
    form: str,
    problems: Mapping[str, Problem] | None = None,
    is_stale: bool = False,
) -> HelpArticlePage:
    """One article in the reader's language, and the two questions."""
    read = read_help(article, read_language_of(request))
    frame = _frame(request, workspace, offered=read.languages)
    words, files = frame.words, address_files(list_files(article), workspace)
    definition = version.asks
    sent = {name: request.POST.getlist(name) for name in request.POST} if request.method == "POST" else {}
    return HelpArticlePage(
        frame,
        read.wording.title,
        home=_home(workspace, frame.language),
        language=read.language,
        body=_draw(read.wording.body, files),
        slides=_list_slides(read.wording.slides, files, words["help_step"]),
        notice=words["help_other_language"] if read.language != frame.language else "",
        told_at=words["help_updated"].format(
            date=say_day(read.wording.at, language=frame.language, zone=workspace.timezone)
        ),
        questions=lay_out(definition, language=frame.language, touchpoint=TOUCHPOINT, filled=sent, problems=problems),
        show_rules=reveal(definition),
        form=form,
        send=words["send"],
        who=words["who"].format(name=workspace.name),
        errors=words["error_one" if len(problems) == 1 else "error_many"] if problems else "",
        stale=words["error_token"] if is_stale else "",
    )


def machine_page(workspace: Workspace) -> MachinePage:
    """Everything everyone may read, for feeds and site maps."""
    listings = list_for_machines()
    return MachinePage(
        name=workspace.name,
        home=settings.BASE_URL + reverse("portal:help", args=[workspace.slug]),
        address=settings.BASE_URL + reverse("portal:help_feed", args=[workspace.slug]),
        changed_at=listings[0].changed_at if listings else None,
        pages=tuple(
            Told(
                one,
                _full(workspace, one.number, one.language),
                tuple((language, _full(workspace, one.number, language)) for language in one.languages),
            )
            for one in listings
        ),
    )


def address_files(files: Sequence[ArticleFile], workspace: Workspace) -> Files:
    """Where readers see the files, by number."""
    return {
        one.number: FileAddress(_address(one, workspace), one.kind == FileKind.VIDEO, one.name, one.width, one.height)
        for one in files
    }


def _list_slides(steps: Sequence[Step], files: Files, told: str) -> tuple[HelpSlide, ...]:
    return tuple(
        HelpSlide(
            number,
            mark_safe(draw_file(files[step.picture])) if step.picture in files else SafeString(""),  # noqa: S308
            _draw(step.text, files),
            told.format(number=number, total=len(steps)),
        )
        for number, step in enumerate(steps, start=1)
    )


def _draw(text: str, files: Files) -> SafeString:
    return mark_safe(render_markdown(text, files=files))  # noqa: S308 - cleaned by nh3


def _card(entry: HelpEntry, workspace: Workspace, frame: Frame, *, more: str = "") -> Card:
    cover = entry.cover
    return Card(
        title=entry.title,
        excerpt=entry.excerpt,
        address=f"{reverse('portal:help_article', args=[workspace.slug, entry.number])}?lang={frame.language}{more}",
        language=entry.language if entry.language != frame.language else "",
        picture=_address(cover, workspace) if cover else "",
        width=cover.width if cover else 0,
        height=cover.height if cover else 0,
    )


def read_language_of(request: HttpRequest) -> str:
    """The reader's language as far as our own sentences go; an article not written in it says so."""
    return read_language(request, offered=LANGUAGES)


def _frame(request: HttpRequest, workspace: Workspace, *, offered: Sequence[str] | None = None) -> Frame:
    languages = list_help_languages() if offered is None else offered
    return Frame.of(workspace, read_language_of(request), offered=languages)


def _home(workspace: Workspace, language: str) -> str:
    return f"{reverse('portal:help', args=[workspace.slug])}?lang={language}"


def _full(workspace: Workspace, number: int, language: str) -> str:
    return f"{settings.BASE_URL}{reverse('portal:help_article', args=[workspace.slug, number])}?lang={language}"


def _address(file: ArticleFile, workspace: Workspace) -> str:
    return reverse("portal:help_file", args=[workspace.slug, file.key])
