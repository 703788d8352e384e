"""Whether an article answers what a customer asked in whole sentences."""

from typing import Final

from untilyes.knowledge.models import ArticleVersion
from untilyes.knowledge.searching import search_index
from untilyes.knowledge.words import list_terms, list_tokens

ENOUGH: Final = 0.6
"""So much of what a question is about must stand in an article; one word in common is no answer."""
LOOKED_AT: Final = 5


def has_answer(question: str) -> bool:
    """Whether one of the best articles that customers may read holds most of the telling words of the question."""
    terms = list_terms(question)
    hits = search_index(question, for_customers=True, limit=LOOKED_AT)
    versions = ArticleVersion.objects.filter(pk__in=[hit.version_id for hit in hits])
    return any(_covers(version, terms) >= ENOUGH for version in versions)


def _covers(version: ArticleVersion, terms: list[str]) -> float:
    steps = " ".join(step.text for step in version.slides)
    tokens = set(list_tokens(f"{version.title} {version.asked_as} {version.body} {steps}"))
    return sum(any(token.startswith(term) for token in tokens) for term in terms) / len(terms)
