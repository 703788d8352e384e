"""Questions about knowledge; never writes."""

from untilyes.knowledge.queries.articles import (
    ArticleRow,
    Line,
    Pile,
    compare_versions,
    count_piles,
    find_latest,
    find_public,
    get_version,
    get_wording,
    list_articles,
    list_files,
    list_flags,
    list_lessons,
    list_translations,
    list_versions,
    search_articles,
)
from untilyes.knowledge.queries.lessons import find_lesson_of, find_reading, list_lessons_of

__all__ = [
    "ArticleRow",
    "Line",
    "Pile",
    "compare_versions",
    "count_piles",
    "find_latest",
    "find_lesson_of",
    "find_public",
    "find_reading",
    "get_version",
    "get_wording",
    "list_articles",
    "list_files",
    "list_flags",
    "list_lessons",
    "list_lessons_of",
    "list_translations",
    "list_versions",
    "search_articles",
]
