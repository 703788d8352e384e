"""What the pages of knowledge show, asked of the rooms that know."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from untilyes.cases.queries.finding import find_policy
from untilyes.cases.queries.learning import find_case_numbers
from untilyes.knowledge.models import Article, ArticleFile, ArticleVersion, Flag, Lesson, Translation
from untilyes.knowledge.queries import (
    ArticleRow,
    Line,
    Pile,
    compare_versions,
    count_piles,
    get_wording,
    list_articles,
    list_files,
    list_flags,
    list_gaps,
    list_lessons,
    list_translations,
    list_versions,
    search_articles,
)
from untilyes.knowledge.queries.helping import list_help_languages
from untilyes.knowledge.rendering import FileAddress, Files, draw_file, render_markdown
from untilyes.knowledge.rules import Confidence, FileKind, Governance, Step
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.knowledge.words import AUDIENCES, CONFIDENCES, EMPTY, GOVERNANCES, LESSONS, PILES, READERS
from untilyes.workspaces.models import Member


@dataclass(frozen=True)
class ArticleLine:
    """One article in a list, with its words."""

    row: ArticleRow
    confidence: str
    readers: str


@dataclass(frozen=True)
class KnowledgePage:
    """The list, or what a search found."""

    lines: tuple[ArticleLine, ...]
    pile: Pile
    words: str
    piles: Sequence[tuple[Pile, str, int]]
    empty: EmptyState
    gaps: int
    lessons_wanted: bool
    may_write: bool
    may_validate: bool
    help_centre: str


@dataclass(frozen=True)
class Slide:
    """One step as it is drawn."""

    number: int
    text: SafeString
    picture: SafeString


@dataclass(frozen=True)
class Use:
    """Where an article was used, and what came of it. `case` is the number people call it by."""

    lesson: Lesson
    case: int | None
    taught: str


@dataclass(frozen=True)
class ArticlePage:
    """One article in one language, with everything around it."""

    article: Article
    wording: ArticleVersion
    language: str
    body: SafeString
    slides: tuple[Slide, ...]
    translations: Sequence[Translation]
    untranslated: tuple[str, ...]
    files: Sequence[ArticleFile]
    flags: Sequence[Flag]
    uses: tuple[Use, ...]
    said: Mapping[str, int]
    origin: int | None
    confidence: str
    readers: str
    is_waiting: bool
    address: str
    may_write: bool
    may_validate: bool
    problem: str = ""
    verb: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    audiences: Mapping[Any, str] = field(default_factory=lambda: AUDIENCES)
    governances: Mapping[Any, str] = field(default_factory=lambda: GOVERNANCES)

    @property
    def is_in_progress(self) -> bool:
        return self.article.confidence == Confidence.IN_PROGRESS

    @property
    def is_valid(self) -> bool:
        return self.article.confidence == Confidence.VALIDATED

    @property
    def validates_by_use(self) -> bool:
        return self.article.governance == Governance.BY_USE


@dataclass(frozen=True)
class Change:
    """One version and what it changed."""

    version: ArticleVersion
    lines: tuple[Line, ...]
    is_latest: bool
    is_public: bool


@dataclass(frozen=True)
class VersionsPage:
    """Every wording of an article in one language."""

    article: Article
    wording: ArticleVersion
    language: str
    changes: tuple[Change, ...]
    may_write: bool


def build_knowledge(member: Member, *, pile: Pile, words: str, at: datetime) -> KnowledgePage:
    """One pile of articles, or what a search found."""
    rows = search_articles(words) if words else list_articles(pile, today=at.date())
    counts = count_piles(today=at.date())
    nothing = EmptyState(
        f"Nothing fits “{words}”", "It is kept among the gaps. Begin the article if you know the answer."
    )
    slug = member.workspace.slug
    return KnowledgePage(
        lines=tuple(_line(row) for row in rows),
        pile=pile,
        words=words,
        piles=tuple((one, told, counts[one]) for one, told in PILES.items()),
        empty=nothing if words else EMPTY[pile],
        gaps=len(list_gaps(at=at)),
        lessons_wanted=find_policy().lessons_wanted,
        may_write=member.may("write_knowledge"),
        may_validate=member.may("validate_knowledge"),
        help_centre=reverse("portal:help", args=[slug]) if list_help_languages() else "",
    )


def build_article(
    article: Article,
    *,
    member: Member,
    language: str = "",
    problem: str = "",
    verb: str = "",
    typed: Mapping[str, str] | None = None,
) -> ArticlePage:
    """One article. After a refused form, `problem` says why, `verb` which form it was, `typed` what was in it."""
    wording = get_wording(article, language)
    translations, files = list_translations(article), list_files(article)
    spoken = {one.language for one in translations}
    addresses = address_files(files, member.workspace.slug)
    uses = list_uses(list_lessons(article))
    is_public = article.is_for_customers and any(one.public_id for one in translations)
    return ArticlePage(
        article=article,
        wording=wording,
        language=wording.translation.language,
        body=draw_markdown(wording.body, addresses),
        slides=draw_slides(wording.slides, addresses),
        translations=translations,
        untranslated=tuple(one for one in member.workspace.languages if one not in spoken),
        files=files,
        flags=list_flags(article, open_only=True),
        uses=uses,
        said=Counter(use.lesson.verdict or "silent" for use in uses),
        origin=find_case_numbers({article.origin}).get(article.origin),
        confidence=CONFIDENCES[Confidence(article.confidence)],
        readers=READERS[article.audience],  # type: ignore[index]  # audiences are strings
        is_waiting=any(one.public_id and one.public_id != one.latest_id for one in translations),
        address=reverse("portal:help_article", args=[member.workspace.slug, article.number]) if is_public else "",
        may_write=member.may("write_knowledge") and not article.is_archived,
        may_validate=member.may("validate_knowledge"),
        problem=problem,
        verb=verb,
        typed=typed or {},
    )


def build_versions(article: Article, *, member: Member, language: str) -> VersionsPage:
    """Every wording in a language with what it changed, the newest first."""
    wording = get_wording(article, language)
    spoken = wording.translation
    versions = list_versions(article, spoken.language)
    earlier = [*versions[1:], None]
    return VersionsPage(
        article=article,
        wording=wording,
        language=spoken.language,
        changes=tuple(
            Change(one, compare_versions(before, one), one.pk == spoken.latest_id, one.pk == spoken.public_id)
            for one, before in zip(versions, earlier, strict=True)
        ),
        may_write=member.may("write_knowledge") and not article.is_archived,
    )


def address_files(files: Sequence[ArticleFile], slug: str) -> Files:
    """Where staff see the files, by number."""
    return {
        one.number: FileAddress(
            reverse("knowledge:file", args=[slug, one.key]),
            one.kind == FileKind.VIDEO,
            one.name,
            one.width,
            one.height,
        )
        for one in files
    }


def draw_markdown(text: str, files: Files) -> SafeString:
    """Markdown as it stands on a page."""
    return mark_safe(render_markdown(text, files=files))  # noqa: S308 - cleaned by nh3


def draw_slides(steps: Sequence[Step], files: Files) -> tuple[Slide, ...]:
    """Steps as they stand on a page."""
    return tuple(
        Slide(
            number,
            draw_markdown(step.text, files),
            mark_safe(draw_file(files[step.picture])) if step.picture in files else SafeString(""),  # noqa: S308
        )
        for number, step in enumerate(steps, start=1)
    )


def _line(row: ArticleRow) -> ArticleLine:
    return ArticleLine(row, CONFIDENCES[row.confidence], READERS[row.audience])


def list_uses(lessons: Sequence[Lesson]) -> tuple[Use, ...]:
    """Lessons with the numbers people call their cases by."""
    numbers = find_case_numbers({one.about for one in lessons})
    return tuple(Use(one, numbers.get(one.about), LESSONS[one.taught]) for one in lessons)  # type: ignore[index]
