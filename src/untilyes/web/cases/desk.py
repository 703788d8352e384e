"""What lies at a member's desk beside one case: their draft, replies to choose from, and who else is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from untilyes.cases.files import LARGEST_TOGETHER
from untilyes.cases.incoming import LARGEST, MOST_ATTACHMENTS
from untilyes.cases.models import Case, PreparedReply
from untilyes.cases.queries import Present, ReplyLine, fill_prepared, find_draft, list_prepared, list_present
from untilyes.workspaces.models import Member

OFFERED: Final = 8
_MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True)
class Desk:
    """`text` is what stands in the box; `drafted_at` tells since when, where it is a draft."""

    text: str
    drafted_at: datetime | None
    present: Sequence[Present]
    replies: Sequence[ReplyLine]
    limits: str


LIMITS: Final = (
    f"Up to {MOST_ATTACHMENTS} files of {LARGEST // _MEGABYTE} MB each, {LARGEST_TOGETHER // _MEGABYTE} MB together."
)


def build_desk(
    case: Case, *, seen_by: Member, at: datetime, typed: Mapping[str, str], inserted: PreparedReply | None
) -> Desk:
    """The desk of one member at one case. What was typed and refused comes before the draft."""
    draft = find_draft(case, of=seen_by)
    text = typed.get("text") or (draft.text if draft else "")
    if inserted:
        text = "\n\n".join(filter(None, [text, fill_prepared([inserted], case=case, by=seen_by, at=at)[0].text]))
    return Desk(
        text=text,
        drafted_at=draft.saved_at if draft and not typed.get("text") else None,
        present=list_present(case, seen_by=seen_by, at=at),
        replies=offer_replies(case, seen_by=seen_by, at=at),
        limits=LIMITS,
    )


def offer_replies(case: Case, *, seen_by: Member, at: datetime, search: str = "") -> Sequence[ReplyLine]:
    """The first prepared replies that fit, as they would read here."""
    return fill_prepared(list_prepared(seen_by, search=search)[:OFFERED], case=case, by=seen_by, at=at)
