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
from untilyes.knowledge.queries.gaps import Gap, list_gap_searches, list_gaps
from untilyes.knowledge.queries.lessons import find_lesson_of, find_reading, list_lessons_of
from untilyes.knowledge.queries.measuring import (
    Health,
    list_recent_lessons,
    list_recent_readings,
    list_recent_searches,
    measure_health,
)

__all__ = [
    "ArticleRow",
    "Gap",
    "Health",
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
    "list_gap_searches",
    "list_gaps",
    "list_lessons",
    "list_lessons_of",
    "list_recent_lessons",
    "list_recent_readings",
    "list_recent_searches",
    "list_translations",
    "list_versions",
    "measure_health",
    "search_articles",
]
