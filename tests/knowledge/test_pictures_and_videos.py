"""What people upload is made our own, or checked for what it is, and handed out as nothing else."""

import io
import struct
import zlib
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import RequestFactory
from PIL import Image

from tests.cast import Cast
from untilyes.knowledge.access import get_article_file, get_public_file
from untilyes.knowledge.actions import (
    Text,
    add_picture,
    add_video,
    begin_article,
    govern_article,
    validate_article,
)
from untilyes.knowledge.models import Article
from untilyes.knowledge.pictures import encode_picture
from untilyes.knowledge.rendering import TAGS, FileAddress, render_markdown
from untilyes.knowledge.rules import Audience, Governance, NotUsable
from untilyes.knowledge.videos import recognise_video
from untilyes.plumbing.files import serve_file
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound, inside

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(1000)
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm" + bytes(1000)


def draw(width: int = 40, height: int = 20, form: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, form, **more)
    return out.getvalue()


def read(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.fixture
def article(acme: Cast) -> Article:
    return begin_article(Text("Find the label", "![The label](picture:1)"), by=acme.ben, at=AT)


def test_where_and_with_what_it_was_taken_does_not_survive() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    kept = read(encode_picture(draw(exif=exif)).content)
    assert (kept.format, dict(kept.getexif())) == ("WEBP", {})
    assert "exif" not in kept.info
    assert b"A camera" not in encode_picture(draw(exif=exif)).content


def test_a_picture_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = encode_picture(draw(40, 20, exif=exif))
    assert (upright.width, upright.height) == (20, 40)


def test_a_large_picture_is_made_smaller_and_a_small_one_left_as_it_is() -> None:
    large = encode_picture(draw(4000, 1000))
    assert (large.width, large.height) == (1600, 400)
    assert (encode_picture(draw(40, 20)).width, encode_picture(draw(form="PNG")).height) == (40, 20)


def test_what_hides_behind_a_picture_is_left_behind() -> None:
    assert b"<script>" not in encode_picture(draw() + b"<script>alert(1)</script>").content


def test_a_picture_that_unpacks_to_too_much_is_refused_by_its_header() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    bomb += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    with pytest.raises(NotUsable):
        encode_picture(bomb)
    with pytest.raises(NotUsable, match="50 million"):
        encode_picture(draw(10_000, 5_001))


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"%PDF-1.4", draw()[:50], MP4],
    ids=["nothing", "svg", "pdf", "cut short", "video"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotUsable):
        encode_picture(content)


def test_a_video_is_known_by_what_it_is() -> None:
    assert (recognise_video(MP4), recognise_video(WEBM)) == ("mp4", "webm")
    for other in (b"", b"<html>", draw(), b"\x1a\x45\xdf\xa3matroska", b"\x00\x00\x00\x18ftypheic" + bytes(20)):
        with pytest.raises(NotUsable):
            recognise_video(other)


def test_files_are_numbered_as_the_text_names_them(acme: Cast, article: Article) -> None:
    first = add_picture(article, draw(), "The label on the box", by=acme.ben, at=AT)
    second = add_video(article, MP4, "How to open it", by=acme.ben, at=AT)
    assert (str(first), str(second)) == ("picture:1", "video:2")
    kept = Path(settings.MEDIA_ROOT) / first.path
    assert kept.read_bytes()[8:12] == b"WEBP"
    assert (first.width, first.size) == (40, kept.stat().st_size)
    assert first.path.startswith(str(acme.acme.key))
    with pytest.raises(NotUsable, match="cannot see"):
        add_picture(article, draw(), " ", by=acme.ben, at=AT)


def test_only_who_may_write_uploads(acme: Cast, article: Article, vera: Member) -> None:
    with pytest.raises(NotAllowed):
        add_picture(article, draw(), "A label", by=vera, at=AT)


def test_customers_get_files_of_articles_they_may_read_and_dan_gets_none(acme: Cast, article: Article) -> None:
    file = add_picture(article, draw(), "The label", by=acme.ben, at=AT)
    with pytest.raises(NotFound):
        get_public_file(file.key)
    govern_article(article, audience=Audience.CUSTOMERS, governance=Governance.BY_USE, by=acme.ada, at=AT)
    validate_article(article, by=acme.ada, at=AT)
    assert get_public_file(file.key) == file
    with pytest.raises(NotFound):
        get_article_file(file.key, seen_by=acme.dan)
    with inside(acme.globex):
        with pytest.raises(NotFound):
            get_article_file(file.key, seen_by=acme.dan)
        with pytest.raises(NotFound):
            get_public_file(file.key)


FILES = {
    1: FileAddress("/f/1", is_video=False, name="A label", width=40, height=20),
    2: FileAddress("/f/2", is_video=True, name='Opening "it"'),
}


def test_the_text_shows_its_own_pictures_and_videos() -> None:
    html = render_markdown("![The label](picture:1)\n\n![](video:2)", files=FILES)
    assert '<img src="/f/1" alt="The label" width="40" height="20" loading="lazy">' in html
    assert '<video src="/f/2" controls="" preload="metadata" aria-label="Opening &quot;it&quot;"></video>' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://elsewhere.example/pixel.gif)",
        "![x](picture:99)",
        "![x](data:image/svg+xml;base64,AAAA)",
        '<img src=x onerror="alert(1)">',
        '!["><script>alert(1)</script>](picture:1)',
        "[x](data:text/html,<script>)",
        "<style>*{}</style><iframe src=//x>",
    ],
)
def test_nothing_that_is_written_runs_or_loads_from_elsewhere(text: str) -> None:
    reader = Reader()
    reader.feed(render_markdown(text, files=FILES))
    assert {tag for tag, _ in reader.tags} <= TAGS
    for _, attributes in reader.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert attributes.get("src", "/f/1") == "/f/1"
        assert str(attributes.get("href", "https:")).startswith("https:")


class Reader(HTMLParser):
    """Reads tags as a browser does."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_headings_begin_below_the_pages_own() -> None:
    assert render_markdown("# One\n\n## Two\n\n##### Five", files={}) == "<h2>One</h2>\n<h3>Two</h3>\n<h4>Five</h4>\n"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(256)))
    return path


def ask(path: Path, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    request = RequestFactory().get("/f/", headers=headers)
    response = serve_file(request, path, content_type="video/mp4", etag="one", is_public=True)
    content = b"".join(bytes(piece) for piece in response)
    response.close()
    return response.status_code, content, dict(response.headers)


@pytest.mark.django_db
def test_a_browser_gets_the_part_of_a_video_it_asks_for(film: Path) -> None:
    whole = film.read_bytes()
    status, content, headers = ask(film)
    assert (status, content, headers["Accept-Ranges"], headers["Content-Length"]) == (200, whole, "bytes", "256")
    status, content, headers = ask(film, Range="bytes=10-19")
    assert (status, content, headers["Content-Range"]) == (206, whole[10:20], "bytes 10-19/256")
    assert ask(film, Range="bytes=250-")[1] == whole[250:]
    assert ask(film, Range="bytes=-6")[1] == whole[250:]
    assert ask(film, Range="bytes=256-")[0] == 416
    assert ask(film, Range="bytes=0-1,5-6")[0] == 200
    assert ask(film, **{"Range": "bytes=0-1", "If-Range": '"another"'})[1] == whole
    assert ask(film, **{"If-None-Match": '"one"'})[0] == 304


@pytest.mark.django_db
def test_a_file_opened_by_itself_may_run_nothing(film: Path) -> None:
    _, _, headers = ask(film)
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
