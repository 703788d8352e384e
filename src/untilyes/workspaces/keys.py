"""Keys by which other programs come in: how one is made, written down and told from another. No Django."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

KEPT_FOR: Final = timedelta(days=30)
"""How long an Idempotency-Key is remembered: longer than any program goes on trying the same request."""
MARK: Final = "uy"
PREFIX_BYTES, SECRET_BYTES = 4, 32


class Scope(StrEnum):
    """What a key opens; never more than the role of whoever made it."""

    READ_CASES = "read_cases"
    WRITE_CASES = "write_cases"
    RECORD_RESPONSES = "record_responses"


SCOPES: Final[Mapping[Scope, str]] = MappingProxyType(
    {
        Scope.READ_CASES: "reads cases and what was said in them",
        Scope.WRITE_CASES: "writes to customers in its maker’s name, and hands in what they wrote",
        Scope.RECORD_RESPONSES: "hands in customers’ answers to the two questions",
    }
)


class BadKey(PermissionError):
    """Whoever asks has no key that opens anything here; the message does not say why, so that nothing can be probed."""


class OutsideScope(PermissionError):
    """The key is good, but not for this; the message says for what it would have to be."""


def write_token(prefix: str, secret: str) -> str:
    """The key as a program sends it; the prefix may be shown, the rest is the secret."""
    return f"{MARK}_{prefix}_{secret}"


def split_token(token: str) -> tuple[str, str]:
    """The prefix and the secret of a key.

    >>> split_token("uy_1a2b3c4d_of-which_nobody-knows")
    ('1a2b3c4d', 'of-which_nobody-knows')

    Raises BadKey for what no key looks like.
    """
    mark, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != MARK or not prefix or not secret:
        raise BadKey("This key opens nothing here.")
    return prefix, secret


def draw_secret() -> tuple[str, str]:
    """A new prefix and a new secret of 256 bits. Its chance is no argument: a secret one could repeat is none."""
    return secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> str:
    """What is kept of a secret: its SHA-256. Nobody guesses 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_same_digest(kept: str, secret: str) -> bool:
    """Whether the secret is the one kept, compared in a time that tells nothing."""
    return hmac.compare_digest(kept, digest_of(secret))


def read_scopes(words: Iterable[str]) -> list[str]:
    """The scopes named, in their order. Raises ValueError for none, or for one there is not."""
    named = set(words)
    if not named or named - set(Scope):
        raise ValueError("Choose what the key may be used for.")
    return [scope.value for scope in Scope if scope in named]
