"""What Fernweh knows already: articles in several languages, written, valid, and read by customers."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from untilyes.knowledge.actions import Text, begin_article, edit_article, govern_article, validate_article
from untilyes.knowledge.models import Article
from untilyes.knowledge.rules import Audience, Governance, Step
from untilyes.workspaces.models import Member


@cache
def read_articles() -> tuple[Mapping[str, Any], ...]:
    """The articles as they are written down."""
    return tuple(yaml.safe_load((Path(__file__).parent / "articles.yaml").read_text(encoding="utf-8")))


def write_articles(*, by: Member, at: datetime) -> dict[str, Article]:
    """Write them all and validate them; return each by its key."""
    return {told["key"]: _write(told, by=by, at=at) for told in read_articles()}


def find_article_for(cause: str, articles: Mapping[str, Article]) -> Article | None:
    """The article that helps with a cause, or None where Fernweh knows none."""
    key = next((told["key"] for told in read_articles() if cause in told.get("causes", ())), "")
    return articles.get(key)


def _write(told: Mapping[str, Any], *, by: Member, at: datetime) -> Article:
    texts = {language: _read(said) for language, said in told["texts"].items()}
    language, text = next(iter(texts.items()))
    article = begin_article(text, by=by, at=at, language=language, touchpoint=told["touchpoint"])
    for spoken, translated in texts.items():
        edit_article(article, translated, by=by, at=at, language=spoken)
    govern_article(
        article,
        audience=Audience(told["audience"]),
        governance=Governance.BY_USE,
        touchpoint=told["touchpoint"],
        review_on=article.review_on,
        by=by,
        at=at,
    )
    return validate_article(article, by=by, at=at)


def _read(said: Mapping[str, Any]) -> Text:
    steps = tuple(Step(text) for text in said.get("steps", ()))
    return Text(said["title"], said.get("body", ""), said.get("asked_as", ""), steps)
