"""Replies that are written once and used often."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from untilyes.cases.models import PreparedReply
from untilyes.cases.replies import check_reply
from untilyes.cases.rules import NotPossible
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

LONGEST_NAME = 60


@transaction.atomic
def prepare_reply(
    name: str,
    texts: Mapping[str, str],
    *,
    is_shared: bool,
    by: Member,
    at: datetime,
    instead_of: PreparedReply | None = None,
) -> PreparedReply:
    """Write a reply for later, in one language or several, or write `instead_of` one anew.

    Raises NotPossible when something is missing, cannot be filled in, or is somebody else's own; NotAllowed.
    """
    require(by, "work_cases")
    words = " ".join(name.split())
    if not words or len(words) > LONGEST_NAME:
        raise NotPossible(f"Give the reply a name of at most {LONGEST_NAME} characters.")
    reply = instead_of or PreparedReply(owner=by, made_at=at)
    _refuse_others(reply, by)
    reply.name, reply.is_shared, reply.texts = words, is_shared, _read(texts)
    reply.save()
    record_audit("prepare_reply", about=f"reply:{reply.pk}", at=at, by=by, name=words, languages=sorted(reply.texts))
    return reply


@transaction.atomic
def discard_reply(reply: PreparedReply, *, by: Member, at: datetime) -> None:
    """Keep a prepared reply no longer; what was sent with it stays sent. Raises NotPossible, NotAllowed."""
    require(by, "work_cases")
    _refuse_others(reply, by)
    record_audit("discard_reply", about=f"reply:{reply.pk}", at=at, by=by, name=reply.name)
    reply.delete()


def _read(texts: Mapping[str, str]) -> dict[str, str]:
    offered = set(current_workspace().languages) | {current_workspace().language}
    try:
        kept = {language: words for language, text in texts.items() if (words := check_reply(text))}
    except ValueError as problem:
        raise NotPossible(str(problem)) from problem
    if not kept:
        raise NotPossible("Write the reply in at least one language.")
    if strange := sorted(set(kept) - offered):
        raise NotPossible(f"We do not write to customers in {', '.join(strange)}; add it in Settings first.")
    return kept


def _refuse_others(reply: PreparedReply, by: Member) -> None:
    """What is shared belongs to all who work cases; what is not, to who wrote it."""
    if not reply.is_shared and reply.owner_id not in {None, by.pk}:
        raise NotPossible("This reply is somebody else’s own.")
