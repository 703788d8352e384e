"""Pictures and short videos: taken in only after we have made them our own or checked what they are."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from untilyes.knowledge.models import Article, ArticleFile
from untilyes.knowledge.pictures import encode_picture
from untilyes.knowledge.rules import FileKind, NotUsable
from untilyes.knowledge.videos import LARGEST_VIDEO, recognise_video
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

MOST_FILES = 40


@transaction.atomic
def add_picture(article: Article, content: bytes, name: str, *, by: Member, at: datetime) -> ArticleFile:
    """Take in a picture: decoded, turned upright, made small enough and encoded anew, so that nothing else comes along.

    `name` says what it shows. Raises NotUsable when it is none we can read, NotAllowed.
    """
    picture = encode_picture(content)
    return _add(
        article,
        FileKind.PICTURE,
        name,
        by=by,
        at=at,
        content_type="image/webp",
        ending="webp",
        content=picture.content,
        width=picture.width,
        height=picture.height,
    )


@transaction.atomic
def add_video(article: Article, content: bytes, name: str, *, by: Member, at: datetime) -> ArticleFile:
    """Take in a short video as it is: MP4 or WebM by signature, not by name. Raises NotUsable, NotAllowed."""
    if len(content) > LARGEST_VIDEO:
        raise NotUsable(f"A video has at most {LARGEST_VIDEO // 1_000_000} MB; cut it to what has to be seen.")
    kind = recognise_video(content)
    return _add(
        article,
        FileKind.VIDEO,
        name,
        by=by,
        at=at,
        content_type=f"video/{kind}",
        ending=kind,
        content=content,
    )


def _add(
    article: Article,
    kind: FileKind,
    name: str,
    *,
    by: Member,
    at: datetime,
    content_type: str,
    ending: str,
    content: bytes,
    width: int = 0,
    height: int = 0,
) -> ArticleFile:
    require(by, "write_knowledge")
    if not name.strip():
        raise NotUsable("Say what it shows, for those who cannot see it.")
    Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    numbers = article.files.values_list("number", flat=True)
    if len(numbers) >= MOST_FILES:
        raise NotUsable(f"An article holds at most {MOST_FILES} pictures and videos.")
    key = uuid4()
    path = Path(str(current_workspace().key)) / "knowledge" / f"{key}.{ending}"
    _write(path, content)
    file = ArticleFile.objects.create(
        key=key,
        article=article,
        number=max(numbers, default=0) + 1,
        kind=kind.value,
        name=name.strip()[:200],
        content_type=content_type,
        path=str(path),
        size=len(content),
        width=width,
        height=height,
        at=at,
        by=by,
    )
    record_audit("add_article_file", about=article.ref, at=at, by=by, file=str(file))
    return file


def _write(path: Path, content: bytes) -> None:
    """Put it among the files, whole or not at all. One whose row is rolled back lies there and is given to nobody."""
    full = settings.MEDIA_ROOT / path
    full.parent.mkdir(parents=True, exist_ok=True)
    partial = full.with_suffix(".part")
    partial.write_bytes(content)
    partial.rename(full)
