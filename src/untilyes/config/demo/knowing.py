"""What Fernweh knows already: articles in several languages, valid and illustrated; what its cases taught; its gaps."""

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageDraw

from untilyes.cases.learning import begin_article_from_case, link_article, say_nothing_to_learn, want_lessons
from untilyes.cases.models import Case
from untilyes.knowledge.access import get_public_article
from untilyes.knowledge.actions import (
    Text,
    add_picture,
    begin_article,
    choose_result,
    edit_article,
    govern_article,
    record_search,
    validate_article,
)
from untilyes.knowledge.models import Article
from untilyes.knowledge.queries.helping import search_help
from untilyes.knowledge.rules import Audience, Governance, Place, Step
from untilyes.workspaces.models import Member

KNOWN_FOR = timedelta(days=120)
_PAPER, _INK = "#e8eef2", "#2f5d73"
_LOOKED_FOR = (
    "refund card", "return label", "student discount", "parcel delivered but not here", "rent a tent",
    "gift wrapping", "Rückerstattung", "Zelt mieten", "student discounts?", "boot size", "wash sleeping bag",
    "Geschenkverpackung", "rent tents for a group", "repair sole", "is there a discount for students",
)  # fmt: skip


@cache
def read_articles() -> tuple[Mapping[str, Any], ...]:
    """The articles as they are written down."""
    return tuple(yaml.safe_load((Path(__file__).parent / "articles.yaml").read_text(encoding="utf-8")))


def write_articles(*, by: Member, at: datetime) -> dict[str, Article]:
    """Write them all and validate them; return each by its key."""
    return {told["key"]: _write(told, by=by, at=at) for told in read_articles()}


def teach(case: Case, cause: str, articles: Mapping[str, Article], *, by: Member, at: datetime) -> None:
    """Name what the case taught: the article for its cause, else now and then a new one, else nothing."""
    key = next((told["key"] for told in read_articles() if cause in told.get("causes", ())), "")
    if key in articles:
        link_article(case, articles[key], by=by, at=at)
    elif case.number % 5 == 0:
        begin_article_from_case(case, by=by, at=at)
    else:
        say_nothing_to_learn(case, "A slip of ours, put right; nobody else will ask.", by=by, at=at)


def let_customers_look(*, by: Member, at: datetime) -> None:
    """What readers looked for in the last days; from now on every case names its lesson."""
    for number, words in enumerate(_LOOKED_FOR):
        looked_at = at - timedelta(hours=7 * number)
        found = search_help(words, language="en")
        search = record_search(words, place=Place.HELP, found=len(found), at=looked_at, language="en")
        if search is not None and found and number % 4:
            choose_result(search, get_public_article(found[0].number), at=looked_at)
    want_lessons(True, by=by, at=at)


def _write(told: Mapping[str, Any], *, by: Member, at: datetime) -> Article:
    texts = {language: _read(said) for language, said in told["texts"].items()}
    language, text = next(iter(texts.items()))
    article = begin_article(text, by=by, at=at, language=language, touchpoint=told["touchpoint"])
    for spoken, translated in texts.items():
        edit_article(article, translated, by=by, at=at, language=spoken)
    if "drawing" in told:
        add_picture(article, _draw(told["drawing"]), told["shows"], by=by, at=at)
    govern_article(
        article,
        audience=Audience(told["audience"]),
        governance=Governance.BY_USE,
        touchpoint=told["touchpoint"],
        review_on=article.review_on,
        by=by,
        at=at,
    )
    return validate_article(article, by=by, at=at + timedelta(days=2))


def _read(said: Mapping[str, Any]) -> Text:
    steps = tuple(Step(text) for text in said.get("steps", ()))
    return Text(said["title"], said.get("body", ""), said.get("asked_as", ""), steps)


def _draw(shapes: list[list[Any]]) -> bytes:
    """A plain drawing of 480 by 300: each shape is its kind and its corners; a leading minus cuts it out."""
    picture = Image.new("RGB", (480, 300), _PAPER)
    pen = ImageDraw.Draw(picture)
    for kind, *corners in shapes:
        colour = _PAPER if kind.startswith("-") else _INK
        draw = {"box": pen.rectangle, "round": pen.ellipse, "many": pen.polygon}[kind.lstrip("-")]
        draw(corners, fill=colour)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
