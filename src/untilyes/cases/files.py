"""Which files may travel with a message: how many, how large, and none that could run. No Django."""

from collections.abc import Sequence
from pathlib import PurePath

from untilyes.cases.incoming import LARGEST, MOST_ATTACHMENTS, Attachment, safe_name
from untilyes.cases.rules import NotPossible

LARGEST_TOGETHER = 15 * 1024 * 1024
# What a click would run, on some system or in a browser. Mail servers refuse most of them anyway.
RUNNABLE = frozenset(
    {
        *("apk", "app", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "htm", "html", "iso", "jar", "js", "jse"),
        *("lnk", "msi", "msp", "ps1", "scr", "sh", "svg", "vbe", "vbs", "wsf", "xhtml"),
    }
)
_MEGABYTE = 1024 * 1024


def read_file(name: str, content_type: str, content: bytes) -> Attachment:
    """A file as somebody chose it, under a name that misleads nobody."""
    return Attachment(safe_name(name), content_type[:120] or "application/octet-stream", content)


def check_files(files: Sequence[Attachment]) -> None:
    """Raise NotPossible, with what would be possible, when these files cannot travel with one message."""
    if len(files) > MOST_ATTACHMENTS:
        raise NotPossible(f"At most {MOST_ATTACHMENTS} files travel with one message.")
    for one in files:
        if len(one.content) > LARGEST:
            raise NotPossible(f"{one.name} is larger than {LARGEST // _MEGABYTE} MB.")
        if not one.content:
            raise NotPossible(f"{one.name} is empty.")
        if PurePath(one.name).suffix.lstrip(".").lower() in RUNNABLE:
            raise NotPossible(f"{one.name} is a kind of file that can do harm; send it as a PDF or a picture.")
    if sum(len(one.content) for one in files) > LARGEST_TOGETHER:
        raise NotPossible(f"The files are larger than {LARGEST_TOGETHER // _MEGABYTE} MB together.")
