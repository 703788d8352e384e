"""Writing articles: every change is a version; none is ever lost."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from untilyes.analysis.voices.masking import mask
from untilyes.knowledge.models import Article, ArticleVersion, Shelf, Translation
from untilyes.knowledge.queries.articles import find_latest
from untilyes.knowledge.rules import (
    LONGEST_ASKED,
    LONGEST_TITLE,
    Confidence,
    NotUsable,
    NotWritable,
    Step,
    check_text,
    find_confidence_after_edit,
    set_review,
)
from untilyes.knowledge.searching import index_translation
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace


@dataclass(frozen=True)
class Text:
    """What one version says. `body` is Markdown, `asked_as` how customers ask for it in their own words."""

    title: str
    body: str = ""
    asked_as: str = ""
    steps: tuple[Step, ...] = ()

    def checked(self) -> "Text":
        """The text as it is kept. Raises NotWritable."""
        steps = tuple(Step(_clean(one.text), one.picture) for one in self.steps if one.text.strip() or one.picture)
        kept = Text(_clean(self.title), _clean(self.body), _clean(self.asked_as), steps)
        check_text(title=kept.title, body=kept.body, asked_as=kept.asked_as, steps=kept.steps)
        return kept


@transaction.atomic
def begin_article(
    text: Text, *, by: Member, at: datetime, language: str = "", origin: str = "", touchpoint: str = ""
) -> Article:
    """Begin an article: work in progress, for the team only, to be looked through in half a year.

    Raises NotWritable, NotAllowed.
    """
    require(by, "write_knowledge")
    article = Article.objects.create(
        number=_next_number(),
        language=language or current_workspace().language,
        touchpoint=touchpoint,
        origin=origin,
        created_at=at,
        created_by=by,
        review_on=set_review(at),
    )
    record_audit("begin_article", about=article.ref, at=at, by=by, number=article.number, origin=origin)
    _keep_version(article, article.language, text.checked(), by=by, at=at)
    return article


def seed_text(words: str) -> Text:
    """An article's beginning from what a customer said: their words, with personal data covered, and no answer yet."""
    said = mask(" ".join(words.split()))
    first = said.partition(". ")[0]
    title = first if len(first) <= LONGEST_TITLE else first[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
    return Text(title=title or "Untitled", asked_as=said[:LONGEST_ASKED])


@transaction.atomic
def edit_article(article: Article, text: Text, *, by: Member, at: datetime, language: str = "") -> ArticleVersion:
    """Say it differently, or for the first time in another language. Saying the same again changes nothing.

    What customers read changes only with somebody's validation: at once when the editor may validate and the
    article was valid, else when somebody does. Raises NotWritable, NotUsable, NotAllowed.
    """
    require(by, "write_knowledge")
    _refuse_archived(article)
    spoken = language or article.language
    if spoken not in {*current_workspace().languages, article.language}:
        raise NotWritable(f"Customers are not served in {spoken!r} here.")
    wanted = text.checked()
    latest = find_latest(article, spoken)
    if latest is not None and read_text(latest) == wanted:
        return latest
    version = _keep_version(article, spoken, wanted, by=by, at=at)
    _weigh_change(article, by)
    record_audit("edit_article", about=article.ref, at=at, by=by, language=spoken, version=version.number)
    return version


@transaction.atomic
def restore_version(version: ArticleVersion, *, by: Member, at: datetime) -> ArticleVersion:
    """Bring an earlier wording back, as a new version. What stands already changes nothing."""
    require(by, "write_knowledge")
    article, spoken = version.translation.article, version.translation.language
    _refuse_archived(article)
    latest = find_latest(article, spoken)
    if latest is not None and read_text(latest) == read_text(version):
        return latest
    restored = _keep_version(article, spoken, read_text(version), by=by, at=at, restores=version.number)
    _weigh_change(article, by)
    record_audit("restore_version", about=article.ref, at=at, by=by, language=spoken, version=version.number)
    return restored


def read_text(version: ArticleVersion) -> Text:
    """What a version says."""
    return Text(version.title, version.body, version.asked_as, version.slides)


def publish_latest(article: Article) -> None:
    """Let customers read the newest wording in every language."""
    for translation in article.translations.select_related("latest"):
        translation.public = translation.latest
        translation.save(update_fields=["public"])
        index_translation(translation)


def _keep_version(
    article: Article, language: str, text: Text, *, by: Member, at: datetime, restores: int | None = None
) -> ArticleVersion:
    # Holding the article makes two editors at once wait for each other; both versions stand.
    Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    translation, _ = Translation.objects.get_or_create(article=article, language=language)
    version = ArticleVersion(
        translation=translation,
        number=translation.versions.count() + 1,
        title=text.title,
        body=text.body,
        asked_as=text.asked_as,
        steps=_as_json(text.steps),
        restores=restores,
        at=at,
        by=by,
        by_name=by.user.display_name,
    )
    version.save()
    translation.latest = version
    translation.save(update_fields=["latest"])
    index_translation(translation)
    return version


def _weigh_change(article: Article, by: Member) -> None:
    """What a change does to the confidence, and to what customers read."""
    may_validate = by.may("validate_knowledge")
    article.confidence = find_confidence_after_edit(Confidence(article.confidence), may_validate=may_validate).value
    article.save(update_fields=["confidence"])
    if article.confidence == Confidence.VALIDATED:
        publish_latest(article)


def _as_json(steps: Sequence[Step]) -> list[dict[str, object]]:
    return [asdict(step) for step in steps]


def _refuse_archived(article: Article) -> None:
    if article.is_archived:
        raise NotUsable(f"{article} is archived; take it out of the archive first.")


def _next_number() -> int:
    """A number never given before in this workspace; holding the row makes two beginnings at once wait."""
    Shelf.objects.get_or_create()
    shelf = Shelf.objects.select_for_update().get()
    shelf.last_number += 1
    shelf.save(update_fields=["last_number"])
    return shelf.last_number


def _clean(text: str) -> str:
    # NUL cannot be stored by PostgreSQL; line ends are made the same so that versions compare.
    return text.replace("\x00", "").replace("\r\n", "\n").strip()
