"""Verbs about the keys of other programs, and about answering each of their requests once."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.keys import KEPT_FOR, digest_of, draw_secret, read_scopes, write_token
from untilyes.workspaces.models import ApiKey, ApiReceipt, Member

LONGEST_NAME = 80
USE_IS_NOTED_EVERY = timedelta(minutes=1)


class AskedOtherwise(ValueError):
    """The request was answered before, but then it asked for something else."""


@transaction.atomic
def make_api_key(name: str, *, scopes: Iterable[str], by: Member, at: datetime) -> tuple[ApiKey, str]:
    """A new key, and what the program sends: shown this once, for only a digest of it is kept.

    Raises ValueError for no name, one that a standing key has, or no scope; NotAllowed.
    """
    require(by, "edit_workspace")
    called, chosen = name.strip(), read_scopes(scopes)
    if not called or len(called) > LONGEST_NAME:
        raise ValueError(f"A key has a name of at most {LONGEST_NAME} characters: the program that uses it.")
    if ApiKey.objects.filter(name=called, revoked_at=None).exists():
        raise ValueError(f"There is a key named “{called}” already; revoke it first, or choose another name.")
    prefix, secret = draw_secret()
    key = ApiKey.objects.create(
        name=called,
        prefix=prefix,
        digest=digest_of(secret),
        scopes=chosen,
        made_by=by,
        made_by_name=by.user.display_name,
        made_at=at,
    )
    record_audit("make_api_key", about=f"key:{key.prefix}", at=at, by=by, name=called, scopes=chosen)
    return key, write_token(prefix, secret)


@transaction.atomic
def revoke_api_key(key: ApiKey, *, by: Member, at: datetime) -> ApiKey:
    """Let a key open nothing any more. Revoking twice changes nothing. Raises NotAllowed."""
    require(by, "edit_workspace")
    if key.revoked_at is None:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        record_audit("revoke_api_key", about=f"key:{key.prefix}", at=at, by=by, name=key.name)
    return key


def note_use(key: ApiKey, *, at: datetime) -> None:
    """Remember that a key was used, to the minute: reading must not cost a write each time."""
    if key.last_used_at is None or at - key.last_used_at >= USE_IS_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)


def token_of_key(key: ApiKey, sent: str) -> str:
    """How a request with an Idempotency-Key is known again: within its key, for `KEPT_FOR`."""
    return f"{_OF_KEYS}{key.pk}:{sent}"


def prune_receipts(*, at: datetime) -> int:
    """Forget the Idempotency-Keys nobody repeats any more; return how many.

    An `external_id` is never forgotten: it names a thing, and sending that thing again next year is still sending it
    again.
    """
    old = ApiReceipt.objects.filter(token__startswith=_OF_KEYS, at__lt=at - KEPT_FOR)
    return old.delete()[0]


def answer_once(
    token: str, asked: Mapping[str, Any], *, at: datetime, do: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """What `do` answers, and whether it had been answered before: the second time, the first answer is given again.

    `token` makes the repeat recognisable; without one every request is new. The receipt is written before anything is
    done and in one transaction with it: whoever sends the same at the same instant waits for the first to be through,
    and what fails leaves no receipt. `asked` must be the same each time. Raises AskedOtherwise, and what `do` raises.
    """
    if not token:
        return do(), False
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    if (before := ApiReceipt.objects.filter(token=token).first()) is not None:
        return _answer_again(before, digest), True
    try:
        with transaction.atomic():
            receipt = _open_receipt(token, digest, at=at)
            receipt.answer = do()
            receipt.save(update_fields=["answer"])
            return receipt.answer, False
    except _Overtaken:
        return _answer_again(ApiReceipt.objects.get(token=token), digest), True


_OF_KEYS = "key:"


class _Overtaken(Exception):
    """The same request came first by another way."""


def _open_receipt(token: str, digest: str, *, at: datetime) -> ApiReceipt:
    try:
        return ApiReceipt.objects.create(token=token, asked=digest, at=at)
    except IntegrityError as error:
        raise _Overtaken from error


def _answer_again(receipt: ApiReceipt, digest: str) -> dict[str, Any]:
    if receipt.asked != digest:
        raise AskedOtherwise("This was sent before with other content; give new content an id of its own.")
    answer: dict[str, Any] = receipt.answer
    return answer
