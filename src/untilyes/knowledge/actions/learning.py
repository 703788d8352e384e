"""What work taught us, and what customers then said: a yes raises an article's confidence, a no raises a doubt."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from untilyes.customers.models import Customer
from untilyes.knowledge.actions.governing import flag_article, validate_article
from untilyes.knowledge.models import Article, ArticleVersion, Lesson, Reading
from untilyes.knowledge.queries.articles import get_wording
from untilyes.knowledge.rules import (
    Confidence,
    Governance,
    NotUsable,
    Taught,
    Verdict,
    count_yeses,
    find_missing,
    raise_confidence,
)
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member


@transaction.atomic
def record_lesson(
    about: str,
    taught: Taught,
    *,
    by: Member,
    at: datetime,
    article: Article | None = None,
    why: str = "",
    customer: Customer | None = None,
) -> Lesson:
    """Write down what the work named `about` taught: an article, or why there was nothing to learn.

    The same article twice is one lesson; to a reason a newer one is added. Raises NotUsable, NotAllowed.
    """
    require(by, "work_cases")
    if article is None and taught is not Taught.NOTHING:
        raise NotUsable("Say which article.")
    if taught is Taught.NOTHING and not why.strip():
        raise NotUsable("Say why there is nothing to learn; a few words are enough.")
    if article is not None and article.is_archived:
        raise NotUsable(f"{article} is archived; choose another, or take it out of the archive.")
    standing = Lesson.objects.filter(about=about, article=article).first() if article else None
    if standing is not None:
        return standing
    lesson = Lesson.objects.create(
        about=about,
        taught=taught.value,
        article=article,
        why="" if article else why.strip()[:400],
        customer=customer,
        at=at,
        by=by,
        by_name=by.user.display_name,
    )
    record_audit(
        "record_lesson", about=about, at=at, by=by, taught=taught.value, article=str(article or ""), why=lesson.why
    )
    return lesson


@transaction.atomic
def take_back_lesson(lesson: Lesson, *, by: Member, at: datetime) -> None:
    """It was the wrong article. Once the customer has answered, it stands. Raises NotUsable, NotAllowed."""
    require(by, "work_cases")
    if lesson.verdict:
        raise NotUsable("The customer has answered to it already; it stays in the record.")
    record_audit("take_back_lesson", about=lesson.about, at=at, by=by, article=str(lesson.article or ""))
    lesson.delete()


@transaction.atomic
def hear_verdict(about: str, verdict: Verdict, *, words: str, at: datetime) -> None:
    """The customer answered whether the work named `about` solved it: a yes raises confidence, a no flags.

    `words` is how the doubt is told to whoever looks at it. The latest answer stands; the same again changes nothing.
    A yes is no praise for an article that was not enough before, once something else was used after that no.
    """
    lessons = Lesson.objects.select_for_update(of=("self",)).filter(about=about, article__isnull=False)
    newest = max((lesson.at for lesson in lessons), default=at)
    for lesson in lessons.exclude(verdict=verdict.value).select_related("article"):
        if verdict is Verdict.YES and lesson.verdict_at is not None and newest > lesson.verdict_at:
            continue
        lesson.verdict, lesson.verdict_at = verdict.value, at
        lesson.save(update_fields=["verdict", "verdict_at"])
        if lesson.article is None or lesson.article.is_archived:
            continue
        if verdict is Verdict.YES:
            _confirm(lesson.article, at=at)
            lesson.article.flags.filter(about=about, settled_at=None).update(
                settled_at=at, settled_how="The same customer said yes after all."
            )
        elif verdict is Verdict.NO:
            flag_article(lesson.article, words, at=at, by_name="customer", about=about)


@transaction.atomic
def hear_reader(
    article: Article, *, response_id: UUID, was_enough: bool | None, language: str, at: datetime, words: str = ""
) -> Reading:
    """A reader answered at the end of the article. A no flags it; the answer changed is the answer."""
    reading, _ = Reading.objects.update_or_create(
        response_id=response_id,
        defaults={"article": article, "was_enough": was_enough, "language": language, "at": at},
    )
    if was_enough is False:
        told = "A reader’s no." if not words.strip() else f"A reader’s no: {words.strip()}"
        flag_article(article, told[:400], at=at, by_name="reader", about=f"response:{response_id}")
    return reading


def _confirm(article: Article, *, at: datetime) -> None:
    """One more customer's yes; whether it makes the article valid depends on how many said so since it was changed."""
    since = max(one.at for one in _list_latest(article))
    said = article.lessons.filter(verdict=Verdict.YES.value, verdict_at__gte=since)
    yeses = count_yeses((str(who or about), Verdict.YES) for who, about in said.values_list("customer", "about"))
    before = Confidence(article.confidence)
    after = raise_confidence(before, governance=Governance(article.governance), yeses=yeses)
    if after is before or _is_unwritten(article):
        return
    if after is Confidence.VALIDATED and not article.flags.filter(settled_at=None).exists():
        validate_article(article, at=at)
    elif after is Confidence.NOT_VALIDATED:
        article.confidence = after.value
        article.save(update_fields=["confidence"])
        record_audit("raise_confidence", about=article.ref, at=at, by_name="customer", confidence=after.value)


def _list_latest(article: Article) -> list[ArticleVersion]:
    return [one.latest for one in article.translations.select_related("latest") if one.latest is not None]


def _is_unwritten(article: Article) -> bool:
    wording = get_wording(article)
    return bool(find_missing(body=wording.body, steps=wording.slides))
