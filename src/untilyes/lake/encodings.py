"""Text files as UTF-8: most already are; the others are recognised and rewritten beside the work, never in place."""

import codecs
import gzip
import io
from pathlib import Path
from typing import IO, cast

from charset_normalizer import from_bytes

from untilyes.lake.errors import FileUnreadable

CHUNK = 1 << 20
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def as_utf8(path: Path, *, scratch: Path) -> Path:
    """`path` itself when it is plain UTF-8, otherwise a UTF-8 copy of it in `scratch`.

    Reads `.gz` as what is inside. Raises `FileUnreadable` when the file is missing or no encoding fits.
    """
    if not path.is_file():
        raise FileUnreadable(f"There is no file {path}.")
    encoding = detect_encoding(path)
    if encoding == "utf-8":
        return path
    copy = scratch / f"{len(list(scratch.iterdir()))}-{path.name.removesuffix('.gz')}"
    with _open(path) as raw, copy.open("w", encoding="utf-8", newline="") as target:
        text = io.TextIOWrapper(raw, encoding=encoding, newline="")
        while piece := text.read(CHUNK):
            target.write(piece)
    return copy


def detect_encoding(path: Path) -> str:
    """The file's encoding: by its byte order mark, by being valid UTF-8 throughout, or by its likeliest reading."""
    with _open(path) as raw:
        start = raw.read(4)
        if not start:
            raise FileUnreadable(f"{path.name} is empty.")
        for mark, encoding in MARKS.items():
            if start.startswith(mark):
                return encoding
        decoder = codecs.getincrementaldecoder("utf-8")()
        piece = start
        while piece:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as stumble:
                return _likeliest(path, piece[max(0, stumble.start - CHUNK // 8) : stumble.start + CHUNK // 8])
            piece = raw.read(CHUNK)
    return "utf-8"


def _likeliest(path: Path, sample: bytes) -> str:
    # Western single-byte code pages are told apart by little; Windows-1252 is the one exports are written in.
    found = list(from_bytes(sample, cp_isolation=["cp1252", "cp1250", "cp1251", "shift_jis", "gb18030", "utf_16"]))
    if not found:
        raise FileUnreadable(f"{path.name} is not text in an encoding we know. Save it as UTF-8 and try again.")
    alike = [match.encoding for match in found if match.chaos <= found[0].chaos]
    return "cp1252" if "cp1252" in alike else found[0].encoding


def _open(path: Path) -> IO[bytes]:
    try:
        return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")
    except OSError as problem:
        raise FileUnreadable(f"{path} cannot be opened: {problem.strerror}.") from problem
