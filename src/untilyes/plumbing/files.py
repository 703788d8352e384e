"""Files people uploaded, handed to a browser: whole or in part, and never as anything but what they are."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse

PIECE: Final = 64 * 1024  # bytes
_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")
# Opened by itself, a file may run nothing and load nothing.
ALONE: Final = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
PARTIAL, NOT_SATISFIABLE = 206, 416


def serve_file(
    request: HttpRequest, path: Path, *, content_type: str, etag: str, is_public: bool = False
) -> HttpResponse | StreamingHttpResponse:
    """The file, or the part of it the browser asks for (videos are fetched in parts). `etag` names this very content.

    Raises FileNotFoundError.
    """
    size = path.stat().st_size
    tag = f'"{etag}"'
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse | StreamingHttpResponse = HttpResponse(status=304)
    elif asked and request.headers.get("If-Range", tag) == tag:
        response = _serve_part(path, size, asked.group(1), asked.group(2), content_type)
    else:
        response = FileResponse(path.open("rb"), content_type=content_type)
        response.headers["Content-Length"] = str(size)
    for name, value in {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": ALONE,
        # What is withdrawn must be gone within the hour; staff's files are kept by no proxy.
        "Cache-Control": "public, max-age=3600" if is_public else "private, max-age=3600",
    }.items():
        response.headers[name] = value
    return response


def _serve_part(
    path: Path, size: int, first: str, last: str, content_type: str
) -> HttpResponse | StreamingHttpResponse:
    bounds = read_range(first, last, size)
    if bounds is None:
        return HttpResponse(status=NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{size}"})
    start, end = bounds
    response = StreamingHttpResponse(_read(path.open("rb"), start, end), status=PARTIAL, content_type=content_type)
    response.headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    response.headers["Content-Length"] = str(end - start + 1)
    return response


def read_range(first: str, last: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of a range as the header writes it, both counted; None when there are no such bytes.

    >>> read_range("2", "", 10), read_range("", "3", 10), read_range("5", "99", 10), read_range("10", "", 10)
    ((2, 9), (7, 9), (5, 9), None)
    """
    if not first:
        length = min(int(last or 0), size)
        return (size - length, size - 1) if length else None
    start, end = int(first), min(int(last) if last else size - 1, size - 1)
    return (start, end) if start <= end else None


def _read(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = end - start + 1
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def hand_out(content: bytes, *, name: str) -> FileResponse:
    """A file somebody sent us, to be saved under its name and never to be opened as a part of our pages."""
    response = FileResponse(
        BytesIO(content), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    for header, value in {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }.items():
        response.headers[header] = value
    return response
