"""The full-text index of articles: FTS5 on SQLite, `tsvector` on PostgreSQL, behind three functions.

Both are fed with our own words (`words.list_tokens`), so that they fold and split alike in every language, and both
weigh the title above the words customers used above the text, and rare words above common ones. The index holds, for
every translation, its newest version and the one customers read. Its table belongs to no model: the migration makes it
for the database at hand, and what is found is joined with the models, so that no row of another workspace can appear.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db import connection

from untilyes.knowledge.models import ArticleVersion, Translation
from untilyes.knowledge.rules import Audience, Confidence
from untilyes.knowledge.words import list_terms, list_tokens
from untilyes.workspaces.tenancy import current_workspace

TABLE: Final = "knowledge_index"
Values = list[int | float | str]
# Title, the words customers used, the text.
WEIGHTS: Final = (8.0, 4.0, 1.0)


@dataclass(frozen=True)
class Hit:
    """A version that holds what was looked for; the higher the score, the better. Scores compare within one search."""

    article_id: int
    version_id: int
    language: str
    score: float


def index_translation(translation: Translation) -> None:
    """Bring the index in line with the newest and the public version of a translation. Part of the transaction."""
    kept = {one.pk: one for one in (translation.latest, translation.public) if one is not None}
    versions = list(ArticleVersion.objects.filter(translation=translation).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(versions))
        cursor.execute(f"DELETE FROM {TABLE} WHERE {_key()} IN ({marks})", versions)  # noqa: S608 - our own names
        for version in kept.values():
            _insert(cursor, version)


def search_index(text: str, *, for_customers: bool, language: str = "", limit: int = 20) -> list[Hit]:
    """The articles that answer `text` best, the best first, each once.

    Customers find validated versions of what is meant for them; we find the newest version of all that is not archived.
    Of an article in several languages the version in `language` is returned where it has one.
    """
    terms = list_terms(text)
    if not terms:
        return []
    with connection.cursor() as cursor:
        find = _find_sqlite if connection.vendor == "sqlite" else _find_postgresql
        sql, values = find(terms, for_customers)
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    hits = [Hit(article, version, spoken, float(score)) for article, version, spoken, score in rows]
    return _pick_languages(hits, language, for_customers=for_customers)[:limit]


def _pick_languages(hits: Sequence[Hit], language: str, *, for_customers: bool) -> list[Hit]:
    """Each article once, with its best score; readers get their own language, also where another one was found."""
    best: dict[int, Hit] = {}
    for hit in hits:
        best.setdefault(hit.article_id, hit)
    if not language:
        return list(best.values())
    field = "public" if for_customers else "latest"
    own = dict(
        Translation.objects.filter(article__in=best, language=language)
        .exclude(**{field: None})
        .values_list("article", field)
    )
    return [
        replace(hit, version_id=own[hit.article_id], language=language) if hit.article_id in own else hit
        for hit in best.values()
    ]


def _key() -> str:
    return "rowid" if connection.vendor == "sqlite" else "version_id"


def _insert(cursor: object, version: ArticleVersion) -> None:
    steps = "\n".join(step.text for step in version.slides)
    texts = [" ".join(list_tokens(text)) for text in (version.title, version.asked_as, f"{version.body}\n{steps}")]
    if connection.vendor == "sqlite":
        sql = f"INSERT INTO {TABLE} (rowid, title, asked_as, body) VALUES (%s, %s, %s, %s)"  # noqa: S608
    else:
        sql = (
            f"INSERT INTO {TABLE} (version_id, tokens) VALUES (%s, setweight(to_tsvector('simple', %s), 'A') || "  # noqa: S608
            "setweight(to_tsvector('simple', %s), 'B') || setweight(to_tsvector('simple', %s), 'C'))"
        )
    cursor.execute(sql, [version.pk, *texts])  # type: ignore[attr-defined]


def _join(for_customers: bool) -> tuple[str, Values]:
    """What may be found, as SQL: of this workspace, not archived, and for customers only what is meant for them."""
    pointer = "public_id" if for_customers else "latest_id"
    sql = (
        f"JOIN knowledge_translation t ON t.{pointer} = {TABLE}.{_key()} AND t.workspace_id = %s "
        "JOIN knowledge_article a ON a.id = t.article_id AND a.confidence <> %s"
    )
    values: Values = [current_workspace().pk, Confidence.ARCHIVED.value]
    if for_customers:
        sql += " AND a.audience <> %s"
        values.append(Audience.TEAM.value)
    return sql, values


def _find_sqlite(terms: Sequence[str], for_customers: bool) -> tuple[str, Values]:
    join, values = _join(for_customers)
    # bm25 is the smaller the better; a word held by most articles adds next to nothing.
    sql = (
        f"SELECT a.id, {TABLE}.rowid, t.language, -bm25({TABLE}, %s, %s, %s) AS score FROM {TABLE} {join} "  # noqa: S608
        f"WHERE {TABLE} MATCH %s ORDER BY score DESC, a.number LIMIT 200"
    )
    match = " OR ".join(f'"{term}"*' for term in terms)
    return sql, [*WEIGHTS, *values, match]


def _find_postgresql(terms: Sequence[str], for_customers: bool) -> tuple[str, Values]:
    """`ts_rank` knows no rarity, so each word is ranked by itself and weighed by how few articles hold it."""
    join, values = _join(for_customers)
    weights = [(f"{term}:*", rarity) for term, rarity in _weigh(terms)]
    ranks = " + ".join(["%s * ts_rank('{0.05, 0.125, 0.5, 1.0}', tokens, to_tsquery('simple', %s), 1)"] * len(weights))
    sql = (
        f"SELECT a.id, version_id, t.language, {ranks} AS score FROM {TABLE} {join} "  # noqa: S608
        "WHERE tokens @@ to_tsquery('simple', %s) ORDER BY score DESC, a.number LIMIT 200"
    )
    given: Values = [value for query, rarity in weights for value in (rarity, query)]
    return sql, [*given, *values, " | ".join(query for query, _ in weights)]


def _weigh(terms: Sequence[str]) -> list[tuple[str, float]]:
    """Each term with its rarity in this workspace: ln(1 + (N − n + ½) / (n + ½)), as BM25 has it."""
    counts = ", ".join(["count(*) FILTER (WHERE tokens @@ to_tsquery('simple', %s))"] * len(terms))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), {counts} FROM {TABLE} "  # noqa: S608 - our own names
            "JOIN knowledge_translation t ON t.latest_id = version_id AND t.workspace_id = %s",
            [*(f"{term}:*" for term in terms), current_workspace().pk],
        )
        total, *held = cursor.fetchone()
    return [(term, math.log(1 + (total - n + 0.5) / (n + 0.5))) for term, n in zip(terms, held, strict=True)]
