"""Who may rely on an article: finishing, validating, withdrawing, archiving, doubting, settling."""

from datetime import date, datetime

from django.db import transaction

from untilyes.knowledge.actions.writing import publish_latest
from untilyes.knowledge.models import Article, Flag
from untilyes.knowledge.queries.articles import get_wording
from untilyes.knowledge.rules import Audience, Confidence, Governance, NotUsable, find_missing, set_review
from untilyes.knowledge.searching import index_translation
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member


@transaction.atomic
def finish_article(article: Article, *, by: Member, at: datetime) -> Article:
    """Say that the article is written and may be used, though nobody validated it. Raises NotUsable, NotAllowed."""
    require(by, "write_knowledge")
    _refuse_unwritten(article)
    if article.confidence == Confidence.IN_PROGRESS:
        article.confidence = Confidence.NOT_VALIDATED.value
        article.save(update_fields=["confidence"])
        record_audit("finish_article", about=article.ref, at=at, by=by)
    return article


@transaction.atomic
def validate_article(article: Article, *, at: datetime, by: Member | None = None) -> Article:
    """Vouch for the newest wording in every language; customers read it from now on, where they may read the article.

    Without `by`, customers vouched for it by their yeses. Doubts are settled by it. Raises NotUsable, NotAllowed.
    """
    if by:
        require(by, "validate_knowledge")
    _refuse_unwritten(article)
    article.confidence = Confidence.VALIDATED.value
    article.validated_at = at
    article.review_on = set_review(at)
    _keep_published(article, at)
    article.save()
    publish_latest(article)
    article.flags.filter(settled_at=None).update(settled_at=at, settled_how="Validated anew.")
    record_audit("validate_article", about=article.ref, at=at, by=by, by_name="" if by else "customers")
    return article


@transaction.atomic
def govern_article(
    article: Article,
    *,
    audience: Audience,
    governance: Governance,
    touchpoint: str = "",
    review_on: date | None = None,
    by: Member,
    at: datetime,
) -> Article:
    """Decide who may read it, who validates it, where it belongs and when it is looked through. Raises NotAllowed."""
    require(by, "validate_knowledge")
    article.audience, article.governance = audience.value, governance.value
    article.touchpoint, article.review_on = touchpoint.strip()[:80], review_on
    _keep_published(article, at)
    article.save()
    record_audit(
        "govern_article", about=article.ref, at=at, by=by, audience=audience.value, governance=governance.value
    )
    return article


@transaction.atomic
def withdraw_article(article: Article, *, by: Member, at: datetime) -> Article:
    """Take it from customers at once and put it back to work. Raises NotUsable, NotAllowed."""
    require(by, "validate_knowledge")
    if article.is_archived:
        raise NotUsable("It is archived already; no customer reads it.")
    article.confidence = Confidence.IN_PROGRESS.value
    article.save(update_fields=["confidence"])
    _withdraw_wordings(article)
    record_audit("withdraw_article", about=article.ref, at=at, by=by)
    return article


@transaction.atomic
def archive_article(article: Article, *, why: str, by: Member, at: datetime) -> Article:
    """Offer it no more. Nothing is deleted; it can be taken out again. Raises NotUsable, NotAllowed."""
    require(by, "validate_knowledge")
    if not why.strip():
        raise NotUsable("Say why it goes to the archive.")
    if not article.is_archived:
        article.confidence, article.archived_at = Confidence.ARCHIVED.value, at
        article.archived_why = why.strip()[:300]
        article.save()
        article.flags.filter(settled_at=None).update(settled_at=at, settled_how="Archived.")
        record_audit("archive_article", about=article.ref, at=at, by=by, why=article.archived_why)
    return article


@transaction.atomic
def revive_article(article: Article, *, by: Member, at: datetime) -> Article:
    """Take it out of the archive, to be validated again before customers read it. Raises NotAllowed."""
    require(by, "validate_knowledge")
    if article.is_archived:
        article.confidence, article.archived_at, article.archived_why = Confidence.NOT_VALIDATED.value, None, ""
        article.save()
        _withdraw_wordings(article)
        record_audit("revive_article", about=article.ref, at=at, by=by)
    return article


@transaction.atomic
def flag_article(
    article: Article, why: str, *, at: datetime, by: Member | None = None, by_name: str = "", about: str = ""
) -> Flag:
    """Doubt it: fix it or flag it, whoever meets it. The same doubt from the same place stands once.

    Raises NotUsable, NotAllowed.
    """
    if by:
        require(by, "work_cases")
    if not why.strip():
        raise NotUsable("Say what is wrong with it.")
    standing = article.flags.filter(settled_at=None, about=about, why=why.strip()[:400]).first()
    if standing is not None:
        return standing
    name = by.user.display_name if by else by_name or "UntilYes"
    flag = Flag.objects.create(article=article, at=at, why=why.strip()[:400], about=about, by_name=name)
    # What a customer wrote goes with them; the trail stays, and so holds only our own words.
    record_audit("flag_article", about=article.ref, at=at, by=by, by_name=name, why=flag.why if by else "")
    return flag


@transaction.atomic
def settle_flags(article: Article, how: str, *, by: Member, at: datetime) -> int:
    """Say what became of the doubts: fixed, or it stands as it is and why. Raises NotUsable, NotAllowed."""
    require(by, "write_knowledge")
    if not how.strip():
        raise NotUsable("Say what was fixed, or why it stands as it is.")
    settled = article.flags.filter(settled_at=None).update(settled_at=at, settled_how=how.strip()[:300])
    if settled:
        record_audit("settle_flags", about=article.ref, at=at, by=by, how=how.strip()[:300])
    return settled


def _withdraw_wordings(article: Article) -> None:
    """Let customers read no wording of it."""
    for translation in article.translations.select_related("latest"):
        translation.public = None
        translation.save(update_fields=["public"])
        index_translation(translation)


def _refuse_unwritten(article: Article) -> None:
    if article.is_archived:
        raise NotUsable(f"{article} is archived; take it out of the archive first.")
    wording = get_wording(article)
    if missing := find_missing(body=wording.body, steps=wording.slides):
        raise NotUsable(missing)


def _keep_published(article: Article, at: datetime) -> None:
    """Note when customers could first read it: valid, and meant for them."""
    is_valid = article.confidence == Confidence.VALIDATED
    if is_valid and article.is_for_customers and article.published_at is None:
        article.published_at = at
