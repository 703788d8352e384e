"""Articles as we see them: lists, one article with its languages, versions and what they changed."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from untilyes.knowledge.models import Article, ArticleFile, ArticleVersion, Flag, Lesson, Translation
from untilyes.knowledge.rules import Audience, Confidence, Taught, Verdict
from untilyes.knowledge.searching import search_index
from untilyes.knowledge.words import find_excerpt, list_terms
from untilyes.workspaces.tenancy import NotFound


class Pile(StrEnum):
    """Which articles to look at."""

    ALL = "all"
    IN_PROGRESS = "in_progress"
    NOT_VALIDATED = "not_validated"
    VALIDATED = "validated"
    FLAGGED = "flagged"
    REVIEW = "review"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class ArticleRow:
    """One article in a list. `linked` counts the cases it was used in, `yes` and `no` what their customers said."""

    number: int
    title: str
    confidence: Confidence
    audience: Audience
    touchpoint: str
    languages: tuple[str, ...]
    linked: int
    yes: int
    no: int
    doubts: int
    review_on: date | None
    created_at: datetime
    excerpt: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a comparison: `sign` is + for new, − for gone, empty for unchanged."""

    sign: str
    text: str


def get_wording(article: Article, language: str = "") -> ArticleVersion:
    """The newest wording in a language, else in the one it was first written in. Raises NotFound."""
    found = find_latest(article, language or article.language) or find_latest(article, article.language)
    if found is None:
        raise NotFound("This article says nothing yet.")
    return found


def map_titles(numbers: Collection[int]) -> Mapping[int, str]:
    """number → what the article is called in the language it was first written in."""
    wordings = Translation.objects.filter(article__number__in=numbers, language=F("article__language"))
    return dict(wordings.exclude(latest=None).values_list("article__number", "latest__title"))


def find_latest(article: Article, language: str) -> ArticleVersion | None:
    """The newest wording in a language, or None where the article is not written in it."""
    translation = article.translations.select_related("latest").filter(language=language).first()
    return translation.latest if translation else None


def find_public(article: Article, language: str) -> ArticleVersion | None:
    """What customers read in a language, or None."""
    translation = article.translations.select_related("public").filter(language=language).first()
    return translation.public if translation else None


def list_translations(article: Article) -> Sequence[Translation]:
    """Its languages, the first one first."""
    rows = article.translations.select_related("latest", "public")
    return sorted(rows, key=lambda one: (one.language != article.language, one.language))


def list_versions(article: Article, language: str) -> Sequence[ArticleVersion]:
    """Every wording in a language, the newest first."""
    rows = ArticleVersion.objects.filter(translation__article=article, translation__language=language)
    return list(rows.select_related("translation__article").order_by("-number"))


def get_version(article: Article, language: str, number: int) -> ArticleVersion:
    """One wording. Raises NotFound."""
    found = next((one for one in list_versions(article, language) if one.number == number), None)
    if found is None:
        raise NotFound("No such version.")
    return found


def compare_versions(before: ArticleVersion | None, after: ArticleVersion) -> tuple[Line, ...]:
    """What changed from one wording to another, line by line, with what stayed around it."""
    old, new = (_write_out(before) if before else []), _write_out(after)
    lines = difflib.unified_diff(old, new, lineterm="", n=2)
    signs = {"+": "+", "-": "−", " ": ""}
    return tuple(
        Line(signs[line[0]], line[1:]) for line in lines if line[0] in signs and not line.startswith(("+++", "---"))
    )


def _write_out(version: ArticleVersion) -> list[str]:
    steps = [f"{place}. {step.text}" for place, step in enumerate(version.slides, start=1)]
    asked = [f"“{line}”" for line in version.asked_as.splitlines() if line.strip()]
    return [version.title, *asked, *version.body.splitlines(), *steps]


def list_files(article: Article) -> Sequence[ArticleFile]:
    """Its pictures and videos, by number."""
    return list(article.files.all())


def list_flags(article: Article, *, open_only: bool = False) -> Sequence[Flag]:
    """The doubts about it, the newest first."""
    rows = article.flags.filter(settled_at=None) if open_only else article.flags.all()
    return list(rows.order_by("-at", "-pk"))


def list_lessons(article: Article, *, limit: int = 50) -> Sequence[Lesson]:
    """Where it was used, the newest first."""
    return list(article.lessons.order_by("-at", "-pk")[:limit])


def list_articles(pile: Pile = Pile.ALL, *, today: date, limit: int = 200) -> list[ArticleRow]:
    """One pile of articles: the most doubted first, then those used most, then the newest."""
    rows = (
        _annotated().filter(_pick(pile, today)).order_by(F("doubts").desc(), F("linked").desc(), "-created_at", "-pk")
    )
    return [_row(article) for article in rows[:limit]]


def count_piles(*, today: date) -> dict[Pile, int]:
    """How many articles each pile holds."""
    return {pile: _annotated().filter(_pick(pile, today)).count() for pile in Pile}


def search_articles(text: str, *, language: str = "", limit: int = 20) -> list[ArticleRow]:
    """Our own articles that answer `text` best, whatever their confidence, the archived left out."""
    hits = search_index(text, for_customers=False, language=language, limit=limit)
    found = {article.pk: article for article in _annotated().filter(pk__in=[hit.article_id for hit in hits])}
    wordings = ArticleVersion.objects.in_bulk([hit.version_id for hit in hits])
    terms = list_terms(text)
    return [
        _row(found[hit.article_id], wording=wordings[hit.version_id], terms=terms)
        for hit in hits
        if hit.article_id in found
    ]


def _annotated() -> QuerySet[Article]:
    linked = Q(lessons__taught__in=[Taught.LINKED.value, Taught.CREATED.value])
    return Article.objects.prefetch_related("translations__latest").annotate(
        linked=Count("lessons", filter=linked, distinct=True),
        yes=Count("lessons", filter=Q(lessons__verdict=Verdict.YES.value), distinct=True),
        no=Count("lessons", filter=Q(lessons__verdict=Verdict.NO.value), distinct=True),
        doubts=Count("flags", filter=Q(flags__settled_at=None), distinct=True),
        is_doubted=Exists(Flag.objects.filter(article=OuterRef("pk"), settled_at=None)),
    )


def _pick(pile: Pile, today: date) -> Q:
    standing = ~Q(confidence=Confidence.ARCHIVED.value)
    if pile.value in {one.value for one in Confidence}:
        return Q(confidence=pile.value)
    narrower = {Pile.FLAGGED: Q(is_doubted=True), Pile.REVIEW: Q(review_on__lte=today)}
    return standing & narrower.get(pile, Q())


def _row(article: Article, *, wording: ArticleVersion | None = None, terms: Sequence[str] = ()) -> ArticleRow:
    spoken = sorted(article.translations.all(), key=lambda one: (one.language != article.language, one.language))
    shown = wording or next((one.latest for one in spoken if one.latest), None)
    return ArticleRow(
        number=article.number,
        title=shown.title if shown else "",
        confidence=Confidence(article.confidence),
        audience=Audience(article.audience),
        touchpoint=article.touchpoint,
        languages=tuple(one.language for one in spoken),
        linked=article.linked,  # type: ignore[attr-defined]  # annotated above
        yes=article.yes,  # type: ignore[attr-defined]
        no=article.no,  # type: ignore[attr-defined]
        doubts=article.doubts,  # type: ignore[attr-defined]
        review_on=article.review_on,
        created_at=article.created_at,
        excerpt=find_excerpt(shown.body or "\n".join(one.text for one in shown.slides), terms) if shown else "",
    )
