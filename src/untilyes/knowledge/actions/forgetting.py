"""Taking out of articles, doubts and searches what a customer said who wishes to be forgotten."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction

from untilyes.customers.events import CustomerErased
from untilyes.knowledge.actions.governing import flag_article
from untilyes.knowledge.actions.writing import Text, read_text
from untilyes.knowledge.models import Article, ArticleVersion, Flag, Search, Translation
from untilyes.knowledge.quoting import UNTITLED, drop_quotes, list_quotes
from untilyes.knowledge.rules import Confidence, Step
from untilyes.knowledge.searching import index_translation
from untilyes.workspaces.actions import record_audit

GONE: Final = "A customer said no after it was used. What they wrote is gone, as they wished."
LOOK: Final = "Whose words it began with wished to be forgotten: their words were taken out. Read what is left."


def forget_searches(fact: CustomerErased) -> None:
    """Forget what they looked for, in the transaction that forgets them, also where an article was begun from it."""
    theirs = Search.objects.filter(customer=fact.customer_id)
    forget_words([f"search:{key}" for key in theirs.values_list("key", flat=True)], at=fact.at)


@transaction.atomic
def forget_words(abouts: Collection[str], *, at: datetime) -> None:
    """Take out of what we know whatever the customer of this work said: `abouts` are references such as case:42.

    Of an article begun from it the first wording goes, and out of every later one, in any language, each sentence of
    theirs that stands in it. Where that was the title, customers do not read the article until somebody has given it
    another and validated it. Whoever looks after articles is asked to read what is left.
    """
    for article in Article.objects.select_for_update(of=("self",)).filter(origin__in=abouts):
        _forget_in(article, at)
    Flag.objects.filter(about__in=abouts, by_name="customer").update(why=GONE)
    Search.objects.filter(about__in=abouts).delete()


def _forget_in(article: Article, at: datetime) -> None:
    versions = ArticleVersion.objects.filter(translation__article=article).select_related("translation")
    first = versions.filter(number=1, translation__language=article.language).first()
    if first is None:
        return
    quotes = list_quotes(f"{first.asked_as}\n{first.title}")
    for version in versions:
        said = read_text(version)
        _rewrite(version, Text(UNTITLED) if version == first and not said.body else _without(said, quotes))
    for translation in Translation.objects.filter(article=article).select_related("latest", "public"):
        _hide_untitled(translation)
        index_translation(translation)
    flag_article(article, LOOK, at=at)
    record_audit("forget_words", about=article.ref, at=at, by_name="UntilYes")


def _without(said: Text, quotes: Collection[str]) -> Text:
    """The text without the quotes."""
    return replace(
        said,
        title=drop_quotes(said.title, quotes) or UNTITLED,
        body=drop_quotes(said.body, quotes),
        asked_as=drop_quotes(said.asked_as, quotes),
        steps=tuple(Step(drop_quotes(step.text, quotes), step.picture) for step in said.steps),
    )


def _rewrite(version: ArticleVersion, text: Text) -> None:
    """The one change a version may know: what somebody had the right to have taken out."""
    steps = [{"text": step.text, "picture": step.picture} for step in text.steps]
    ArticleVersion.objects.filter(pk=version.pk).update(
        title=text.title, body=text.body, asked_as=text.asked_as, steps=steps
    )


def _hide_untitled(translation: Translation) -> None:
    if translation.public is None or translation.public.title != UNTITLED:
        return
    translation.public = None
    translation.save(update_fields=["public"])
    Article.objects.filter(pk=translation.article_id, confidence=Confidence.VALIDATED).update(
        confidence=Confidence.NOT_VALIDATED
    )
