"""What customers read: the validated wordings of articles meant for them, and nothing else."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from untilyes.knowledge.models import Article, ArticleFile, ArticleVersion, Lesson, Reading, Search, Translation
from untilyes.knowledge.rules import Audience, Confidence, FileKind
from untilyes.knowledge.searching import search_index
from untilyes.knowledge.words import find_excerpt, list_terms

ASKED_OVER = timedelta(days=90)


@dataclass(frozen=True)
class HelpEntry:
    """One article as a reader meets it in a list. `cover` is its first picture, if it has one."""

    number: int
    title: str
    excerpt: str
    language: str
    cover: ArticleFile | None
    touchpoint: str


@dataclass(frozen=True)
class HelpText:
    """One article as a reader reads it, and the languages it can be read in."""

    article: Article
    wording: ArticleVersion
    language: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """One article in one language as machines are told of it, with the other languages."""

    number: int
    title: str
    summary: str
    language: str
    languages: tuple[str, ...]
    changed_at: datetime


def list_help_languages() -> list[str]:
    """The languages in which customers can read anything at all."""
    return sorted(set(_list_public().values_list("language", flat=True)))


def list_most_asked(language: str, *, at: datetime, limit: int = 200) -> list[HelpEntry]:
    """Every article customers may read, in their language where there is one, those asked for most first.

    Asked for: used in a case, chosen in a search, or answered about by a reader, in the last 90 days.
    """
    asked = _count_asked(at)
    wordings = _choose(_list_public(), language)
    ordered = sorted(wordings.values(), key=lambda one: (-asked[one.article_id], one.article.number))
    return _enter(ordered[:limit], terms=())


def search_help(text: str, *, language: str, limit: int = 20) -> list[HelpEntry]:
    """What answers `text` best of all that customers may read, in their language where there is one."""
    hits = search_index(text, for_customers=True, language=language, limit=limit)
    found = {one.public_id: one for one in _list_public().filter(public__in=[hit.version_id for hit in hits])}
    return _enter([found[hit.version_id] for hit in hits if hit.version_id in found], terms=list_terms(text))


def read_help(article: Article, language: str) -> HelpText:
    """The article in the reader's language, else in the one it was first written in, else in any."""
    spoken = {one.language: one for one in _list_public().filter(article=article)}
    chosen = spoken.get(language) or spoken.get(article.language) or next(iter(spoken.values()))
    wording = chosen.public
    if wording is None:
        raise LookupError("Customers read no wording of this article.")
    return HelpText(article, wording, chosen.language, tuple(sorted(spoken)))


def list_for_machines(*, limit: int = 5_000) -> list[Listing]:
    """What everyone may read, search engines too, in every language, the newest first."""
    rows = list(_list_public().filter(article__audience=Audience.EVERYONE).order_by("-public__at", "-pk")[:limit])
    languages: dict[int, list[str]] = {}
    for row in rows:
        languages.setdefault(row.article_id, []).append(row.language)
    return [
        Listing(
            number=row.article.number,
            title=row.public.title,
            summary=find_excerpt(row.public.body, ()),
            language=row.language,
            languages=tuple(sorted(languages[row.article_id])),
            changed_at=row.public.at,
        )
        for row in rows
        if row.public is not None
    ]


def _list_public() -> QuerySet[Translation]:
    meant = Translation.objects.filter(article__audience__in=[one.value for one in Audience if one.is_public])
    readable = meant.exclude(public=None).exclude(article__confidence=Confidence.ARCHIVED)
    return readable.select_related("article", "public")


def _choose(rows: Iterable[Translation], language: str) -> dict[int, Translation]:
    """Of each article the reader's language, else its first one, else any."""
    chosen: dict[int, Translation] = {}
    for row in sorted(rows, key=lambda one: (one.language != language, one.language != one.article.language, one.pk)):
        chosen.setdefault(row.article_id, row)
    return chosen


def _enter(rows: Sequence[Translation], *, terms: Sequence[str]) -> list[HelpEntry]:
    pictures = ArticleFile.objects.filter(article__in=[row.article_id for row in rows], kind=FileKind.PICTURE)
    covers: dict[int, ArticleFile] = {}
    for picture in pictures.order_by("number"):
        covers.setdefault(picture.article_id, picture)
    return [
        HelpEntry(
            number=row.article.number,
            title=row.public.title,
            excerpt=find_excerpt(row.public.body or "\n".join(step.text for step in row.public.slides), terms),
            language=row.language,
            cover=covers.get(row.article_id),
            touchpoint=row.article.touchpoint,
        )
        for row in rows
        if row.public is not None
    ]


def _count_asked(at: datetime) -> Counter[int]:
    since = at - ASKED_OVER
    asked: Counter[int] = Counter()
    asked.update(Lesson.objects.filter(at__gte=since, article__isnull=False).values_list("article", flat=True))
    asked.update(Search.objects.filter(at__gte=since, chosen__isnull=False).values_list("chosen", flat=True))
    asked.update(Reading.objects.filter(at__gte=since).values_list("article", flat=True))
    return asked
