"""The customer's own doors to their conversation: a signed address without sign-in, and one to reply to by mail."""

import base64
import binascii
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from untilyes.cases.models import Case
from untilyes.surveys.links import BadLink, sign_key

PURPOSE = "case"
REPLY = "reply+"
_KEY, _SEAL = 16, 10  # bytes; together 42 letters, for a mailbox name may have 64


def link_to_case(case: Case) -> str:
    """The full address of the conversation about this case; it stays valid, for a customer may come back to it."""
    return settings.BASE_URL + reverse("portal:conversation", args=[sign_key(case.key, purpose=PURPOSE)])


def reply_address(case: Case) -> str:
    """The e-mail address that leads back to this case; empty where no mail comes in.

    In letters and digits only, and the same in capitals, because mail servers on the way may change them.
    """
    if not settings.REPLY_DOMAIN:
        return ""
    token = base64.b32encode(case.key.bytes + _seal(case.key)).rstrip(b"=").decode().lower()
    return f"{REPLY}{token}@{settings.REPLY_DOMAIN}"


def read_reply_address(address: str) -> UUID:
    """The key of the case an address we gave out leads to. Raises BadLink."""
    mailbox = parseaddr(address)[1].rpartition("@")[0].lower()
    try:
        both = base64.b32decode(mailbox.removeprefix(REPLY).upper() + "======")
    except (binascii.Error, ValueError) as error:
        raise BadLink("This address is not one of ours.") from error
    if not mailbox.startswith(REPLY) or len(both) != _KEY + _SEAL:
        raise BadLink("This address is not one of ours.")
    key = UUID(bytes=both[:_KEY])
    if not constant_time_compare(both[_KEY:], _seal(key)):
        raise BadLink("This address is not one of ours.")
    return key


def _seal(key: UUID) -> bytes:
    return salted_hmac("untilyes.reply", key.bytes, algorithm="sha256").digest()[:_SEAL]
