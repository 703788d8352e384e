"""The only way from an outside number, key or address to knowledge."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from untilyes.knowledge.models import Article, ArticleFile, Search
from untilyes.knowledge.rules import Audience, Confidence
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member, Workspace
from untilyes.workspaces.tenancy import NotFound, current_workspace

PUBLIC = (Audience.CUSTOMERS.value, Audience.EVERYONE.value)


@dataclass(frozen=True)
class HelpCentre:
    """The help centre of one workspace, as an address leads to it."""

    workspace: Workspace


def get_article(number: int, *, seen_by: Member) -> Article:
    """The article people call by this number. Raises NotFound when the member's workspace has none."""
    _same_house(seen_by)
    try:
        return Article.objects.select_related("created_by__user").get(number=number)
    except Article.DoesNotExist as error:
        raise NotFound("No such article.") from error


def get_article_file(key: UUID, *, seen_by: Member) -> ArticleFile:
    """A picture or video of an article of the member's workspace. Raises NotFound."""
    _same_house(seen_by)
    try:
        return ArticleFile.objects.get(key=key)
    except ArticleFile.DoesNotExist as error:
        raise NotFound("No such file.") from error


def get_search(key: UUID, *, seen_by: Member) -> Search:
    """A search of the member's workspace. Raises NotFound, NotAllowed."""
    _same_house(seen_by)
    require(seen_by, "write_knowledge")
    try:
        return Search.objects.get(key=key)
    except Search.DoesNotExist as error:
        raise NotFound("No such search.") from error


def get_help_centre(slug: str) -> HelpCentre:
    """The help centre at this address. Raises NotFound where there is no such workspace, or nothing to read in it.

    Nobody is signed in and no workspace is chosen yet, so this looks everywhere, for the one house of that name.
    """
    readable = Article.everywhere.filter(audience__in=PUBLIC, translations__public__isnull=False, workspace__slug=slug)
    first = readable.exclude(confidence=Confidence.ARCHIVED).select_related("workspace").first()
    if first is None:
        raise NotFound("There is no help centre here.")
    return HelpCentre(first.workspace)


def get_public_article(number: int) -> Article:
    """An article of the current workspace that customers may read. Raises NotFound."""
    found = _list_public().filter(number=number).first()
    if found is None:
        raise NotFound("No such article.")
    return found


def get_public_file(key: UUID) -> ArticleFile:
    """A picture or video of an article that customers may read. Raises NotFound."""
    found = ArticleFile.objects.select_related("article").filter(key=key, article__in=_list_public()).first()
    if found is None:
        raise NotFound("No such file.")
    return found


def find_help_search(key: str) -> Search | None:
    """The search a reader came from, by the key in the address of a result, or None."""
    try:
        return Search.objects.filter(key=UUID(key), place="help").first()
    except ValueError:
        return None


def _list_public() -> QuerySet[Article]:
    found = Article.objects.filter(audience__in=PUBLIC, translations__public__isnull=False)
    return found.exclude(confidence=Confidence.ARCHIVED).distinct()


def _same_house(member: Member) -> None:
    if member.workspace_id != current_workspace().pk:
        raise NotFound("No such article.")
