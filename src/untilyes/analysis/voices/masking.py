"""Personal data in what customers wrote, covered for those who may read it but need not know who wrote it."""

import re
from typing import Final

import phonenumbers

MASK: Final = "•••"
_ADDRESS: Final = re.compile(r"[^\s@<>(),;:\"']+@[^\s@<>(),;:\"']+\.[^\W\d_]{2,}", re.UNICODE)
# Seven digits and more, however they are grouped: a number of a phone, a card, an account, an order.
_DIGITS: Final = re.compile(r"\+?\(?\d(?:[ \u00a0.()/\-–]{0,2}\d){6,}")


def mask(text: str) -> str:
    """The text with e-mail addresses, phone numbers and other long numbers covered.

    Numbers with a country code are recognised by their numbering plan, all others by their length: rather a harmless
    number covered than a phone shown.

    >>> mask("Call Kim at +44 20 7946 0958 or kim@example.org about order 12345678, 3 days late")
    'Call Kim at ••• or ••• about order •••, 3 days late'
    """
    text = _ADDRESS.sub(MASK, text)
    for found in reversed(list(phonenumbers.PhoneNumberMatcher(text, None))):
        text = text[: found.start] + MASK + text[found.end :]
    return _DIGITS.sub(MASK, text)
