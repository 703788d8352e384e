"""Short videos, recognised by what they begin with, whatever they are called. Nothing is transcoded. No Django."""

from typing import Final

from untilyes.knowledge.rules import NotUsable

LARGEST_VIDEO: Final = 25_000_000  # bytes
_MP4_BRANDS: Final = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"}
_EBML: Final = b"\x1a\x45\xdf\xa3"


def recognise_video(content: bytes) -> str:
    """ "mp4" or "webm". Raises NotUsable for anything else.

    >>> recognise_video(b"\\x00\\x00\\x00\\x18ftypmp42" + bytes(12))
    'mp4'
    """
    if content[4:8] == b"ftyp" and content[8:12] in _MP4_BRANDS:
        return "mp4"
    if content.startswith(_EBML) and b"webm" in content[:64]:
        return "webm"
    raise NotUsable("This is no video browsers play; save it as MP4 (H.264) or WebM.")
